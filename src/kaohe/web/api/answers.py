"""How the interface says no: problem details after RFC 9457, with our problems in them."""

from typing import Annotated, Any

from django.http import HttpResponse, JsonResponse
from ninja import Path, Query

from kaohe.core.language import Language
from kaohe.web.api.forms import JobOut, ProblemOut, Refusal
from kaohe.web.models import Job
from kaohe.web.models.jobs import JobState
from kaohe.web.speaking import to

MEDIA_TYPE = "application/problem+json"
NO = {401: Refusal, 403: Refusal, 404: Refusal, 422: Refusal}
Number = Annotated[int, Path(ge=1, lt=1 << 63)]
Speaking = Annotated[Language, Query(description="The language of sentences.")]


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


def told(found: Job, language: Language) -> JobOut:
    """Return how far a job is."""
    return JobOut(
        id=found.pk,
        kind=found.kind,
        state=JobState(found.state),
        done=found.done,
        total=found.total,
        says=to(found.says or None, language),
        problems=[ProblemOut(**one) for one in found.problems],
        files=found.result.get("files", []),
    )
