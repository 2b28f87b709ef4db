"""Who may see what: every address by every role, at the own desk and at another's."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter

from kaohe.web.models import Desk, Membership, User
from kaohe.web.rights import RIGHTS, Role
from web.conftest import SignedIn

DESK, PERIOD = "demo-shop", "2026-10"
KNOWN = {"period": PERIOD, "number": 1}
"""What stands in the gaps of addresses."""
ELSEWHERE = {"account", "api"}
"""Where whoever is not signed in yet must come, and where tokens open: tested by themselves."""
PUBLIC = {"language", "health", "metrics"}


def patterns(resolver: URLResolver) -> Iterator[tuple[str, URLPattern]]:
    """Yield the names and patterns of the application's own addresses."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            if not ELSEWHERE.intersection(str(one.pattern).split("/")):
                yield from patterns(one)
        elif one.name and not ELSEWHERE.intersection(str(one.pattern).split("/")):
            yield one.name, one


OF_DESK = sorted(
    {name: one for name, one in patterns(get_resolver()) if hasattr(one.callback, "rights")}.items(),
    key=lambda pair: pair[0],
)


def address(name: str, pattern: URLPattern, desk: str = DESK) -> str:
    converters = pattern.pattern.converters
    gaps = {
        gap: KNOWN.get(gap, 1 if isinstance(one, IntConverter) else "x") for gap, one in converters.items()
    }
    return reverse(name, kwargs={**gaps, "desk": desk})


def somebody(role: Role, desk: str) -> Client:
    """Sign in as somebody new who is just this, at this desk."""
    user = User.objects.create_user(username=f"{role}-{desk}")
    person = "d04" if role is Role.AGENT else ""
    Membership.objects.create(
        user=user, desk=Desk.objects.get(slug=desk), role=role, person=person, first=date(2020, 1, 1)
    )
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def is_let_in(client: Client, where: str) -> bool:
    """Whether an address is more than a 404 to somebody, or one of a thing that is not there."""
    response = client.get(where)
    if response.status_code == 404:
        return hasattr(response.wsgi_request, "standing")
    return response.status_code in (200, 302, 405) and "/account/login" not in response.headers.get(
        "Location", ""
    )


@pytest.mark.usefixtures("place", "db")
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("name", "pattern"), OF_DESK)
def test_a_page_is_there_for_those_who_have_its_right_and_for_nobody_else(
    name: str, pattern: URLPattern, role: Role
) -> None:
    entitled = bool(RIGHTS[role] & pattern.callback.rights)  # type: ignore[attr-defined]
    assert is_let_in(somebody(role, DESK), address(name, pattern)) is entitled


@pytest.mark.usefixtures("place", "db")
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(("name", "pattern"), OF_DESK)
def test_a_page_of_another_desk_is_not_there(name: str, pattern: URLPattern, role: Role) -> None:
    response = somebody(role, "duties-attitude").get(address(name, pattern))
    assert response.status_code == 404


@pytest.mark.usefixtures("place", "db")
@pytest.mark.parametrize(("name", "pattern"), OF_DESK)
def test_who_is_not_signed_in_is_asked_to(name: str, pattern: URLPattern) -> None:
    response = Client().get(address(name, pattern))
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("account_login"))


def test_every_address_says_who_may_come() -> None:
    without = {
        name
        for name, one in patterns(get_resolver())
        if not hasattr(one.callback, "rights") and name not in PUBLIC
    }
    assert without == {"home"}


@pytest.mark.usefixtures("place", "db")
def test_a_role_that_has_ended_opens_nothing() -> None:
    client = somebody(Role.HEAD, DESK)
    Membership.objects.filter(user__username=f"{Role.HEAD}-{DESK}").update(last=date(2020, 1, 2))
    assert client.get(reverse("overview", args=[DESK, PERIOD])).status_code == 404


def test_the_front_door_leads_everyone_to_where_their_work_begins(signed_in: SignedIn) -> None:
    response = signed_in("agent").get("/", follow=True)
    assert response.status_code == 200
