"""How the interface says no: problem details after RFC 9457, with our problems in them."""

from typing import Any

from django.http import HttpResponse, JsonResponse

MEDIA_TYPE = "application/problem+json"


class RefusedError(Exception):
    """A request that is not answered with what it asked for.

    Attributes:
        status: The status of the answer.
        title: Why, in a sentence.
    """

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title


def refusal(status: int, title: str, **more: Any) -> HttpResponse:  # noqa: ANN401 - JSON
    """Return problem details."""
    details = {"type": "about:blank", "title": title, "status": status, **more}
    return JsonResponse(details, status=status, content_type=MEDIA_TYPE)
