"""The front door: where one's work begins, the language, and what is said where something is not there."""

from collections.abc import Mapping

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from kaohe.core.language import Language
from kaohe.periods.books.blockers import STATES, State
from kaohe.web.clock import today
from kaohe.web.entry import Standing
from kaohe.web.models import Desk, Membership, User
from kaohe.web.navigation import first_place
from kaohe.web.rights import ROLES
from kaohe.web.speaking import COOKIE

A_YEAR = 365 * 86_400


@login_required
def home(request: HttpRequest) -> HttpResponseBase:
    """Lead to where one's work begins; whoever belongs to several desks chooses one."""
    assert isinstance(request.user, User)
    found = standings(request.user, request.language)  # type: ignore[attr-defined]
    if len(found) == 1 and (address := first_place(found[0])):
        return redirect(address)
    return render(request, "web/home.html", {"desks": [_card(one) for one in found]})


def _card(at: Standing) -> Mapping[str, object]:
    """Return a desk as whoever has several chooses it."""
    newest = at.periods[0] if at.periods else None
    return {
        "name": at.desk.name(at.language),
        "href": first_place(at),
        "roles": [ROLES[role] for role in at.roles],
        "period": newest.period if newest else "",
        "state": STATES[State(newest.state)] if newest else None,
    }


def standings(user: User, language: Language) -> list[Standing]:
    """Return what somebody is today, desk by desk."""
    desks = list(Desk.objects.filter(memberships__user=user).distinct())
    found = []
    for desk in desks:
        held = tuple(Membership.objects.on(today(desk.timezone)).filter(user=user, desk=desk))
        if held:
            found.append(Standing(desk, user, held, language))
    return found


@require_POST
def choose_language(request: HttpRequest) -> HttpResponseBase:
    """Speak another language from now on, and go back to the page."""
    chosen = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = redirect(back)
    if chosen in set(Language):
        response.set_cookie(COOKIE, chosen, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
        if isinstance(request.user, User):
            request.user.language = chosen
            request.user.save(update_fields=["language"])
    return response


def not_there(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django calls it so
    """Say that there is no such page, or none for this reader."""
    return render(request, "web/not_there.html", status=404)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django calls it so
    """Say that the page was asked for in a way that is not allowed."""
    return render(request, "web/not_allowed.html", status=403)


def went_wrong(request: HttpRequest) -> HttpResponse:
    """Say that something is wrong here; the log says what."""
    return render(request, "web/went_wrong.html", status=500)
