"""Founding a desk, by an administrator of the place or from the command line."""

from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django import Settings

from kaohe.core.problem import ProblemsFound
from kaohe.policy.loader import lint
from kaohe.web.founding import Founded, found
from kaohe.web.models import AuditEntry, Desk, Membership, User
from kaohe.web.rights import Role
from kaohe.web.serving import Serving
from web.conftest import SignedIn

ASKED = Founded("our-desk", "客服部", "presale-desk", "Asia/Taipei", "wang")
PASSWORD = "long-enough-1"


@pytest.mark.django_db(transaction=False)
def test_a_desk_has_its_scheme_and_somebody_who_administers_it(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    User.objects.update(is_superuser=False)
    desk = found(ASKED, PASSWORD)
    (policy,) = desk.policies.iterdir()
    read = lint(str(policy)).policy
    assert read is not None
    assert read.name == "presale-desk"
    member = Membership.objects.get(desk=desk)
    assert (member.role, member.user.get_username(), member.user.is_superuser) == (Role.ADMIN, "wang", True)
    assert AuditEntry.objects.get(action="desk.found").about == "our-desk"


@pytest.mark.django_db
def test_everything_that_is_wrong_is_said_at_once_and_nothing_is_made(
    settings: Settings, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    with pytest.raises(ProblemsFound) as raised:
        found(Founded("our desk", "x", "no-such", "Mars/Olympus", "wang"), "short")
    assert {one.code for one in raised.value.problems} >= {"W111", "W113", "W115"}
    assert not Desk.objects.filter(slug="our desk").exists()
    assert not any(tmp_path.iterdir())


def test_who_administers_the_place_makes_a_desk_in_the_browser(
    signed_in: SignedIn, settings: Settings, tmp_path: Path
) -> None:
    client = signed_in("admin")
    settings.DATA = tmp_path
    address = reverse("desks", args=["demo-shop"])
    form = {"slug": "demo-shop", "title": "二組", "scheme": "service-quality", "timezone": "Asia/Taipei"}
    refused = client.post(address, form)
    assert (refused.status_code, b"W112" in refused.content) == (422, True)
    made = client.post(address, form | {"slug": "second"})
    assert made.status_code == 302
    assert Desk.objects.get(slug="second").policies.is_dir()


def test_a_place_that_others_can_reach_needs_a_key_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound, match="W104"):
        Serving(tmp_path, "0.0.0.0", environment={}).surroundings()
    assert Serving(tmp_path, environment={}).surroundings()["KAOHE_SECRET_KEY"]
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
