"""What holds in a period is entered on a page: kept, computed, told to the trail; or refused."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from kaohe.periods.overrides import Overrides
from kaohe.policy.loader import load, source
from kaohe.web.models import AuditEntry, Desk, Job
from web.conftest import SignedIn, told

WHERE = reverse("parameters", args=["demo-shop", "2026-10"])
SAVE = reverse("parameters_save", args=["demo-shop", "2026-10"])


@pytest.fixture
def head(signed_in: SignedIn, own_place: Path) -> Client:
    """The head of a copy of the demo shop's desk."""
    assert own_place.exists()
    return signed_in("head")


def since(client: Client) -> str:
    found = re.search(r'name="since" value="(\w+)"', told(client, WHERE))
    assert found
    return found[1]


def file() -> Path:
    found = Desk.objects.get(slug="demo-shop").parameters("2026-10")
    assert found is not None
    return found


def test_the_page_shows_what_the_policy_says_and_what_holds(head: Client) -> None:
    page = told(head, WHERE)
    assert 'value="2026-10-20" checked' in page
    assert page.count('type="checkbox"') == 31
    assert 'value="18.75"' in page
    assert "80%" in page


def test_what_is_entered_is_kept_and_computed_and_stands_in_the_trail(head: Client) -> None:
    days = ["", "2026-10-20", "2026-10-27"]
    form = {"since": since(head), "campaign_days": days, "overtime_rate": "20.5", "refunds": "deducted"}
    assert head.post(SAVE, {**form, "forecast_pv": ""}).status_code == 302
    policy = load("presale-desk", file())
    day = policy.calendar.period("2026-10").first
    assert policy.parameters["campaign_days"].on(day) == ("2026-10-20", "2026-10-27")
    assert policy.parameters["overtime_rate"].on(day) == 41 / 2
    assert policy.parameters["refunds"].on(day) == "deducted"
    assert policy.parameters["forecast_pv"].on(day) is None, "emptied: as the policy says"
    assert policy.rules.ad_phrase, "what the form did not name stays"
    entry = AuditEntry.objects.get(action="parameters.save")
    assert entry.before
    assert entry.after
    assert (entry.before["overtime_rate"], entry.after["overtime_rate"]) == ("18.75", "20.5")
    assert [job.arguments for job in Job.objects.filter(kind="appraise")] == [{"period": "2026-10"}]


def test_what_cannot_hold_is_said_at_its_field_and_nothing_is_kept(head: Client) -> None:
    before = file().read_text("utf-8")
    form = {"since": since(head), "overtime_rate": "much", "performance_share": "140%"}
    response = head.post(SAVE, form)
    assert response.status_code == 422
    page = response.content.decode()
    for name in ("overtime_rate", "performance_share"):
        after = page.split(f'name="{name}"')[1].split("</tr>")[0]
        assert 'aria-invalid="true"' in after, name
        assert 'class="problems"' in after, name
    assert 'value="much"' in page
    assert file().read_text("utf-8") == before
    assert not AuditEntry.objects.filter(action="parameters.save").exists()


def test_whoever_saves_over_somebody_else_s_change_is_told_so(head: Client) -> None:
    old = since(head)
    assert head.post(SAVE, {"since": old, "overtime_rate": "19"}).status_code == 302
    response = head.post(SAVE, {"since": old, "overtime_rate": "21"})
    assert response.status_code == 422
    assert "W502" in response.content.decode()
    assert 'overtime_rate: "19"' in file().read_text("utf-8")


def test_a_closed_period_is_shown_and_refuses(head: Client) -> None:
    page = told(head, WHERE.replace("2026-10", "2026-09"))
    assert "fieldset" in page
    assert "Keep what holds" not in page
    response = head.post(SAVE.replace("2026-10", "2026-09"), {"overtime_rate": "1"})
    assert response.status_code == 422
    assert "W501" in response.content.decode()


def test_an_agent_does_not_see_it(signed_in: SignedIn) -> None:
    assert signed_in("agent").get(WHERE).status_code == 404


def test_a_period_without_any_takes_over_what_is_not_of_the_days_before(tmp_path: Path) -> None:
    earlier = tmp_path / "2026-09.yaml"
    earlier.write_text('campaign_days: ["2026-09-20"]\novertime_rate: "18.75"\nrules.ad.phrase: "x"\n')
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "policy.yaml").write_text(source("presale-desk")[0], "utf-8")
    taken = Overrides.of(policies, "2026-10", None).taken_over(earlier)
    assert taken.plain == {"overtime_rate": "18.75", "rules.ad.phrase": "x"}
