"""A person's month: what it shows, what moved since the last look, and whose it is."""

import re
from fractions import Fraction
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from kaohe.web.clock import now
from kaohe.web.editions import sheet
from kaohe.web.models import Desk, Edition, Glance, Sheet
from web.conftest import SignedIn

DESK, PERIOD, OWN, OTHER = "demo-shop", "2026-10", "d04", "d01"


def month(client: Client, person: str = "") -> str:
    where = (
        reverse("month_of", args=[DESK, PERIOD, person]) if person else reverse("month", args=[DESK, PERIOD])
    )
    response = client.get(where)
    assert response.status_code == 200
    return unescape(response.content.decode())


def edition() -> Edition:
    return Edition.objects.get(desk__slug=DESK, period=PERIOD)


def test_a_month_shows_the_totals_the_ladder_and_the_payslip(signed_in: SignedIn) -> None:
    text, person = month(signed_in("agent")), sheet(edition(), "person", OWN)
    (ladder, *_), (slip, *_) = person["ladders"], person["slips"]
    assert text.count("<rect") >= len(ladder["rows"])
    assert slip["total"]["cell"]["said"] in text
    for row in (row for one in person["ladders"] for row in one["rows"]):
        assert row["sentence"][2], row["name"]
        assert row["sentence"][2] in text
    assert "What would have helped most" in text


@pytest.mark.usefixtures("db")
def test_the_ladder_adds_up_to_its_total() -> None:
    def number(said: str) -> Fraction:
        return Fraction(said.replace("−", "-").replace("+", ""))

    for one in Sheet.objects.filter(edition__desk__slug=DESK, edition__period=PERIOD, kind="person"):
        for ladder in one.data["ladders"]:
            assert float(sum(number(row["value"]) for row in ladder["rows"])) == ladder["cell"]["value"]


def test_every_figure_of_ones_own_month_opens_its_reason(signed_in: SignedIn) -> None:
    text = month(signed_in("agent"))
    figures = re.findall(r'hx-get="([^"]*why/\?[^"]*)"', text)
    assert len(figures) > 60
    assert all("subject=d04" in one for one in figures if "level=person" in one)


def test_the_head_sees_anybodys_month_and_an_agent_only_their_own(signed_in: SignedIn) -> None:
    name = sheet(edition(), "person", OTHER)["name"]
    assert name in month(signed_in("head"), OTHER)
    assert name not in month(signed_in("agent"))
    assert signed_in("agent").get(reverse("month_of", args=[DESK, PERIOD, OTHER])).status_code == 404
    assert signed_in("head").get(reverse("month_of", args=[DESK, PERIOD, "nobody"])).status_code == 404


def test_an_account_that_is_nobody_of_the_records_is_told_so(signed_in: SignedIn) -> None:
    client = signed_in("agent")
    Desk.objects.get(slug=DESK).memberships.filter(role="agent").update(person="")
    assert "know nobody with your account" in month(client)


def test_what_moved_since_the_last_look_is_said_and_stays_until_the_next_figures(signed_in: SignedIn) -> None:
    client = signed_in("agent")
    assert "What moved since" not in month(client)
    one = Sheet.objects.get(edition=edition(), kind="person", subject=OWN)
    old = one.data["slips"][0]["total"]["cell"]["said"]
    one.data["slips"][0]["total"]["cell"]["said"] = "9,999.99"
    gone = one.data["ladders"][0]["rows"].pop()
    one.save()
    Edition.objects.filter(pk=edition().pk).update(computed_at=now())
    for _ in range(2):
        text = month(client)
        part = text[text.index("What moved since") : text.index("ladder-1")]
        assert old in part
        assert "9,999.99" in part
        assert gone["name"][2] in part
    assert Glance.objects.count() == 1


def test_figures_computed_again_without_a_difference_move_nothing(signed_in: SignedIn) -> None:
    client = signed_in("agent")
    month(client)
    Edition.objects.filter(pk=edition().pk).update(computed_at=now())
    assert "What moved since" not in month(client)


def test_looking_at_somebody_elses_month_leaves_no_glance(signed_in: SignedIn) -> None:
    month(signed_in("head"), OWN)
    assert not Glance.objects.exists()


def test_a_month_takes_few_queries(
    signed_in: SignedIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in("agent")
    month(client)
    with django_assert_max_num_queries(16):
        month(client)
