"""One's own account: what one is called, what one is where, how one signs in."""

from collections.abc import Mapping

from allauth.account.views import password_reset
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from kaohe.web.clock import today
from kaohe.web.models import Membership, User
from kaohe.web.rights import ROLES, Role


@require_safe
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show one's own account."""
    assert isinstance(request.user, User)
    held = Membership.objects.filter(user=request.user).select_related("desk")
    view = {
        "memberships": [_told(one, request) for one in held],
        "has_second_factor": is_mfa_enabled(request.user),
        "has_password": request.user.has_usable_password(),
    }
    return render(request, "account/profile.html", view)


def forgotten(request: HttpRequest) -> HttpResponseBase:
    """Mail a link to whoever forgot their password; without mail, that is for an administrator."""
    return password_reset(request) if settings.SENDS_MAIL else redirect("account_login")


def _told(one: Membership, request: HttpRequest) -> Mapping[str, object]:
    day = today(one.desk.timezone)
    return {
        "desk": one.desk.name(request.language),  # type: ignore[attr-defined]
        "role": ROLES[Role(one.role)],
        "person": one.person,
        "first": one.first,
        "last": one.last,
        "is_over": one.last is not None and one.last < day,
        "is_to_come": one.first > day,
    }
