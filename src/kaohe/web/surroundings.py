"""What every page knows: the language, where one is, what one may go to, and what is running."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from kaohe.core.language import Language
from kaohe.periods.books.blockers import STATES, State
from kaohe.web.demonstrating import ACCOUNTS, PASSWORD
from kaohe.web.entry import Standing
from kaohe.web.navigation import places
from kaohe.web.speaking import NAMES, language_of


def surroundings(request: HttpRequest) -> Mapping[str, object]:
    """Return what every template is given beside its own."""
    language: Language = getattr(request, "language", None) or language_of(request)
    known: dict[str, object] = {
        "language": language,
        "languages": [(one.value, NAMES[one]) for one in Language],
        "demo": settings.DEMO,
        "sends_mail": settings.SENDS_MAIL,
        "is_fragment": bool(request.headers.get("HX-Request")),
    }
    if settings.DEMO:
        known |= {"demo_accounts": ACCOUNTS, "demo_password": PASSWORD}
    at: Standing | None = getattr(request, "standing", None)
    return {**known, **(_of_desk(request, at) if at else {"at": None, "period": "", "places": ()})}


def _of_desk(request: HttpRequest, at: Standing) -> Mapping[str, object]:
    match = request.resolver_match
    period = match.kwargs.get("period", "") if match else ""
    return {
        "at": at,
        "desk_name": at.desk.name(at.language),
        "period": period,
        "period_links": _periods(request, at) if period else (),
        "places": places(at, period, request.path),
    }


def _periods(request: HttpRequest, at: Standing) -> list[Mapping[str, object]]:
    """Return the same page of every period."""
    match = request.resolver_match
    assert match is not None
    return [
        {
            "period": one.period,
            "state": STATES[State(one.state)],
            "href": reverse(match.view_name, kwargs={**match.kwargs, "period": one.period}),
        }
        for one in at.periods
    ]
