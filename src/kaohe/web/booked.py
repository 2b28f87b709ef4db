"""What the pages that enter something share: the desk's store to enter into, and saying that it is done."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest

from kaohe.core.language import Text
from kaohe.core.problem import ProblemsFound
from kaohe.periods.booking import Booking
from kaohe.web import audit
from kaohe.web.entry import Standing
from kaohe.web.saying import problems

Plain = Mapping[str, object] | list[object] | str | None


def booking(at: Standing) -> Booking:
    """Return the desk's store as its people enter into it."""
    return Booking(at.desk.store, ZoneInfo(at.desk.timezone), at.language)


def since_of(request: HttpRequest) -> int | None:
    """Return the version of a table that a form was filled in over; None: it does not say."""
    since = request.POST.get("since", "")
    return int(since) if since.isdecimal() else None


def noted(  # noqa: PLR0913 - what the trail says, each by name
    request: HttpRequest,
    at: Standing,
    action: str,
    about: str,
    said: Text,
    *,
    before: Plain = None,
    after: Plain = None,
) -> None:
    """Write what was done into the trail, and tell whoever did it."""
    audit.note(action, about, by=at.user, desk=at.desk, before=before, after=after, request=request)
    messages.success(request, said.to(at.language))


def refused(found: ProblemsFound) -> list[Mapping[str, object]]:
    """Return what stands against it, as pages show it."""
    return problems(found.problems)
