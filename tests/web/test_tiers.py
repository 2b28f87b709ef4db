"""A desk whose policy judges departments, or tiers of people, sees each in a table of its own."""

from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from typer.testing import CliRunner

from kaohe.cli.commands import app
from kaohe.core.language import Language
from kaohe.web.demodesks import DemoDesk
from kaohe.web.demonstrating import settle
from kaohe.web.models import User
from kaohe.web.rights import Role
from web.conftest import told

DESKS = {
    "front-middle-back": date(2026, 11, 10),
    "department-rating": date(2026, 10, 26),
}


def head_of(scheme: str, folder: Path) -> Client:
    """Return the head of a desk over a scheme's own demo, signed in."""
    made = CliRunner().invoke(app, ["demo", "--scheme", scheme, "--into", str(folder)])
    assert made.exit_code == 0, made.output
    given = folder / "files" / "policy"
    overrides = given / "parameters-2026-10.yaml"
    desk = DemoDesk(
        slug=scheme,
        title=dict.fromkeys(Language, scheme),
        store=folder / "store",
        policy=scheme,
        periods=["2026-10"],
        as_of=DESKS[scheme],
        parameters={"2026-10": overrides} if overrides.is_file() else {},
        history=sorted(given.glob("history*.csv")),
        roles={"head": (Role.HEAD, "")},
    )
    settle([desk])
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(username="head"), "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def data(tmp_path: Path, settings: Settings, db: None) -> Path:  # noqa: ARG001 - the rows must be there
    """A place's folder of its own."""
    settings.DATA = tmp_path / "web"
    return tmp_path / "demo"


def test_each_tier_stands_in_its_own_table_and_can_be_narrowed(data: Path) -> None:
    client = head_of("front-middle-back", data)
    where = reverse("overview", args=["front-middle-back", "2026-10"])
    page = told(client, where)
    for tier in ("Front office", "Middle office", "Back office"):
        assert f'<h3 class="tier-title">{tier}</h3>' in page
    assert page.count('<table class="table cards people">') == 3
    middle = page.split("Middle office</h3>")[1].split("</table>")[0]
    assert "Quality of the reports" in middle
    assert "Completion of the target" not in middle
    narrowed = told(client, f"{where}?person=f12")
    assert narrowed.count('<table class="table cards people">') == 1
    assert "Middle office" in narrowed


def test_departments_stand_on_the_overview_and_in_the_ranking(data: Path) -> None:
    client = head_of("department-rating", data)
    for name in ("overview", "ranking"):
        page = told(client, reverse(name, args=["department-rating", "2026-10"]))
        assert page.count('<h2 class="section-title" id="departments-title">') == 1
        rows = page.split('id="departments-title"')[1].split("</table>")[0].split("<tbody>")[1]
        assert rows.count("<tr>") == 6
    assert "Find a person" not in page
