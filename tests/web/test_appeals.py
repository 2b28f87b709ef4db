"""Appeals: from the figure's reason to the answer by somebody else, and what comes of it."""

from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from kaohe.core.figure import FigureKey, Level
from kaohe.periods.books.appeals import Decision, appeals
from kaohe.periods.books.shelf import open_shelf
from kaohe.web import clock
from kaohe.web.models import AuditEntry, Desk, Edition, Job
from web.conftest import SignedIn

DESK, PERIOD, OWN = "demo-shop", "2026-10", "d04"
FIGURE, SPAN, TEXT = "order_rate.points", "2026-10-W2", "Order 4711 was mine."
KEY = FigureKey(FIGURE, Level.PERSON, OWN, SPAN)
ENTRY = {"decision": "upheld", "good": "entry", "item": "praise", "day": "2026-10-14", "quantity": "2"}


@pytest.fixture
def in_own_place(signed_in: SignedIn, own_place: Path) -> SignedIn:  # noqa: ARG001 - a copy that may change
    """Sign in to a place that the test may change."""
    return signed_in


def complain(client: Client, figure: str = FIGURE, text: str = TEXT) -> tuple[int, str]:
    response = client.post(
        reverse("appeal_open", args=[DESK, PERIOD]),
        {"figure": figure, "span": SPAN, "text": text},
        headers={"HX-Request": "true"},
    )
    return response.status_code, unescape(response.content.decode())


def decide(client: Client, **typed: str) -> tuple[int, str]:
    where = reverse("appeal_answer", args=[DESK, PERIOD, 1])
    response = client.post(where, typed, follow=True)
    return response.status_code, unescape(response.content.decode())


def books() -> list[object]:
    return [*appeals(open_shelf(Desk.objects.get(slug=DESK).books))]


def test_an_appeal_is_opened_from_the_reason_and_found_in_the_list(in_own_place: SignedIn) -> None:
    client = in_own_place("agent")
    reason = client.get(
        reverse("why", args=[DESK, PERIOD]), KEY._asdict(), headers={"HX-Request": "true"}
    ).content.decode()
    assert "Appeal this figure" in reason
    status, text = complain(client)
    assert status == 200
    assert "waits for an answer" in text
    listed = unescape(client.get(reverse("appeals", args=[DESK, PERIOD])).content.decode())
    assert TEXT in listed
    assert "week 2" in listed
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.action, entry.desk_id) == ("appeal.open", Desk.objects.get(slug=DESK).pk)


@pytest.mark.parametrize(("figure", "text", "code"), [(FIGURE, " ", "D208"), ("no_such", TEXT, "D2")])
def test_what_cannot_be_appealed_against_is_said_and_nothing_is_written(
    in_own_place: SignedIn, figure: str, text: str, code: str
) -> None:
    status, said = complain(in_own_place("agent"), figure, text)
    assert status == 422
    assert code in said
    assert books() == []


def test_the_same_figure_is_not_appealed_against_twice_at_a_time(in_own_place: SignedIn) -> None:
    client = in_own_place("agent")
    complain(client)
    assert complain(client)[0] == 422
    assert len(books()) == 1


def test_an_appeal_stands_at_ones_own_figures_only(in_own_place: SignedIn) -> None:
    for who in ("head", "hr"):
        text = (
            in_own_place(who)
            .get(reverse("why", args=[DESK, PERIOD]), KEY._asdict(), headers={"HX-Request": "true"})
            .content.decode()
        )
        assert "Appeal this figure" not in text
        assert in_own_place(who).post(reverse("appeal_open", args=[DESK, PERIOD])).status_code == 404


def test_somebody_else_upholds_it_with_an_entry_and_the_figures_are_computed_again(
    in_own_place: SignedIn, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    complain(in_own_place("agent"))
    before = Edition.objects.get(desk__slug=DESK, period=PERIOD).computed_at
    with django_capture_on_commit_callbacks(execute=True):
        status, text = decide(in_own_place("head"), reason="It was.", **ENTRY)
    assert status == 200
    assert "What comes next" in text
    (one,) = appeals(open_shelf(Desk.objects.get(slug=DESK).books))
    assert one.decision is Decision.UPHELD
    assert one.entry is not None
    assert (one.entry.item, one.entry.day.isoformat()) == ("praise", "2026-10-14")
    assert Job.objects.filter(kind="appraise", state="done").exists()
    assert Edition.objects.get(desk__slug=DESK, period=PERIOD).computed_at > before
    trail = AuditEntry.objects.filter(action="appeal.answer").first()
    assert trail is not None
    assert trail.before == {"decision": "undecided"}
    assert "It was." in str(trail.after)


def test_it_is_rejected_with_a_reason_that_the_agent_reads(in_own_place: SignedIn) -> None:
    complain(in_own_place("agent"))
    decide(in_own_place("hr"), decision="rejected", reason="Order 4711 was paid late.")
    text = in_own_place("agent").get(reverse("appeal", args=[DESK, PERIOD, 1])).content.decode()
    assert "rejected" in text
    assert "Order 4711 was paid late." in text
    assert "What comes next" not in text


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"decision": "upheld", "reason": "yes", "good": "record"}, "D2"),
        ({"decision": "upheld", "reason": "yes", "good": "entry", "item": "praise", "day": "soon"}, "D2"),
        ({"decision": "rejected", "reason": " "}, "D208"),
        ({"reason": "no decision"}, "D2"),
    ],
)
def test_an_answer_that_lacks_something_is_refused_and_what_was_typed_stays(
    in_own_place: SignedIn, typed: dict[str, str], code: str
) -> None:
    complain(in_own_place("agent"))
    status, text = decide(in_own_place("head"), **typed)
    assert status == 422
    assert code in text
    assert typed["reason"].strip() in text
    (one,) = appeals(open_shelf(Desk.objects.get(slug=DESK).books))
    assert one.decision is Decision.UNDECIDED


def test_nobody_answers_their_own_appeal(in_own_place: SignedIn) -> None:
    complain(in_own_place("agent"))
    head = in_own_place("head")
    membership = Desk.objects.get(slug=DESK).memberships.get(role="head")
    membership.person = OWN
    membership.save()
    page = head.get(reverse("appeal", args=[DESK, PERIOD, 1])).content.decode()
    assert "answer-reason" not in page
    assert decide(head, decision="rejected", reason="mine")[0] == 422


def test_other_peoples_appeals_are_not_there_for_an_agent(in_own_place: SignedIn) -> None:
    complain(in_own_place("agent"))
    agent = in_own_place("agent")
    membership = Desk.objects.get(slug=DESK).memberships.get(role="agent")
    membership.person = "d01"
    membership.save()
    assert agent.get(reverse("appeal", args=[DESK, PERIOD, 1])).status_code == 404
    assert TEXT not in agent.get(reverse("appeals", args=[DESK, PERIOD])).content.decode()


def test_a_late_appeal_is_opened_with_the_reason_why_it_comes_late(
    in_own_place: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, period, figure = in_own_place("agent"), "2026-09", "points"
    query = FigureKey(figure, Level.PERSON, OWN, period)._asdict()
    later = clock.now() + timedelta(days=40)
    monkeypatch.setattr(clock, "now", lambda: later)
    reason = client.get(reverse("why", args=[DESK, period]), query, headers={"HX-Request": "true"})
    assert "Why it comes late" in reason.content.decode()
    typed = {"figure": figure, "span": period, "text": TEXT}
    where = reverse("appeal_open", args=[DESK, period])
    refused = client.post(where, typed, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert TEXT in refused.content.decode()
    page = client.post(where, {**typed, "late": "I was in hospital."}, follow=True)
    assert "Late, because: I was in hospital." in unescape(page.content.decode())
