"""The period's life: what blocks, closing with reasons, verifying, the archive, corrections."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kaohe.core.language import Language
from kaohe.periods.books.appeals import Answer, Decision, Entry, answer
from kaohe.periods.books.archive import verify_archive
from kaohe.periods.books.publishing import Objection, open_appeal
from kaohe.periods.books.shelf import open_shelf
from kaohe.web import jobs
from kaohe.web.lifeline import APART, lifeline
from kaohe.web.models import AuditEntry, Desk, Edition, Job
from kaohe.web.models.jobs import JobState
from web.conftest import SignedIn

DESK, PERIOD, CLOSED = "demo-shop", "2026-10", "2026-09"
AT = "2026-11-06T10:00:00+08:00"
Committed = Callable[..., AbstractContextManager[object]]
Asking = Callable[..., HttpResponse]


def where(name: str, *more: object, period: str = PERIOD) -> str:
    return reverse(name, args=[DESK, period, *more])


def edition(period: str = PERIOD) -> Edition:
    return Edition.objects.filter(desk__slug=DESK, period=period).order_by("-version")[0]


@pytest.fixture
def hr(signed_in: SignedIn, own_place: Path) -> Client:  # noqa: ARG001 - the folder that may change
    return signed_in("hr")


@pytest.fixture
def ask(hr: Client, django_capture_on_commit_callbacks: Committed) -> Asking:
    """Send a form and let the jobs that it asks for be done."""

    def asked(name: str, *, period: str = PERIOD, **fields: object) -> HttpResponse:
        with django_capture_on_commit_callbacks(execute=True):
            return hr.post(where(name, period=period), fields)  # type: ignore[return-value]

    return asked


def close(ask: Asking) -> Job:
    ask("life_close", **{"edition": edition().pk, "why-review": "checked against the chats", "sure": "on"})
    return Job.objects.get(kind="close")


def test_what_blocks_is_said_kind_by_kind_with_a_field_for_the_reason(
    signed_in: SignedIn, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    client = signed_in("hr")
    with django_assert_max_num_queries(12):
        page = client.get(where("life")).content.decode()
    assert page.count('name="why-review"') == 1
    assert page.count("Confirmations that a rule asks for") == 1
    assert "Closing freezes for good" in page


def test_forms_that_are_owed_and_checks_go_by_words_and_lead_to_where_they_are_seen_to(
    signed_in: SignedIn,
) -> None:
    page = signed_in("head").get(reverse("life", args=["duties-attitude", PERIOD])).content.decode()
    assert "Rating forms that are owed" in page
    assert "What a check of the policy found" in page
    assert reverse("forms", args=["duties-attitude", PERIOD]) + '">See to it' in page
    assert not re.search(r"<h3>\w+[._]\w+", page)


def test_the_head_sees_what_blocks_and_cannot_close(signed_in: SignedIn) -> None:
    client = signed_in("head")
    page = client.get(where("life")).content.decode()
    assert "Confirmations that a rule asks for" in page
    assert "<button" not in re.sub(r"(?s).*<main|</main.*", "", page)
    assert client.post(where("life_close"), {}).status_code == 404


def test_closing_without_a_reason_says_where_one_is_missing_and_writes_nothing(ask: Asking) -> None:
    response = ask("life_close", edition=edition().pk, sure="on")
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    assert not Job.objects.exists()
    assert edition().version == 0


def test_closing_what_was_computed_again_meanwhile_is_looked_at_first(ask: Asking) -> None:
    response = ask("life_close", **{"edition": edition().pk + 1, "why-review": "seen"})
    assert response.status_code == 302
    assert not Job.objects.exists()


def test_a_period_is_closed_verified_and_archived(hr: Client, ask: Asking, tmp_path: Path) -> None:
    job = close(ask)
    assert job.state == JobState.DONE, (job.says, job.problems)
    seal = job.result["seal"]
    assert (edition().version, edition().seal, edition().state) == (1, seal, "closed")
    noted = AuditEntry.objects.get(action="period.close")
    assert noted.after is not None
    assert noted.after["seal"] == seal
    assert set(noted.after["waived"].values()) == {"checked against the chats"}
    page = hr.get(where("life")).content.decode()
    assert seal[:16] in page
    assert "checked against the chats" in page

    ask("life_verify", version=1, seal=seal[:12])
    verified = Job.objects.get(kind="verify")
    assert verified.result["holds"], verified.problems
    ask("life_verify", version=1, seal="0000")
    assert not Job.objects.filter(kind="verify")[0].result["holds"]

    ask("life_archive", version=1)
    archived = Job.objects.get(kind="archive")
    response = hr.get(where("life_archived", archived.pk))
    assert f"{DESK}-{PERIOD}-1" in response.headers["Content-Disposition"]
    file = tmp_path / "taken.kaohe"
    file.write_bytes(b"".join(response))
    assert verify_archive(file, seal=seal).holds
    archived.result["file"] = "../kaohe.sqlite3"
    archived.save()
    assert hr.get(where("life_archived", archived.pk)).status_code == 404


def test_a_closing_begun_again_finds_itself_done(ask: Asking) -> None:
    job = close(ask)
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, beat_at=None)
    jobs.do(job.pk)
    again = Job.objects.get(pk=job.pk)
    assert (again.state, again.result) == (JobState.DONE, job.result)
    assert AuditEntry.objects.filter(action="period.close").count() == 1
    ask("life_close", edition=edition().pk, sure="on")
    assert Job.objects.filter(kind="close")[0].problems[0]["code"] == "D210"


def test_a_correction_is_shown_as_old_new_difference_and_cause(hr: Client, ask: Asking) -> None:
    assert ask("life_correct", period=CLOSED, because=" ", as_of="2026-13-01").status_code == 422
    assert not Job.objects.filter(kind="correct").exists()
    ask("life_correct", period=CLOSED, because="looked through once more")
    assert "every figure is as it was closed" in Job.objects.filter(kind="correct")[0].says["en"]

    shelf = open_shelf(Desk.objects.get(slug=DESK).books)
    said = Objection("d04", "pay.total", CLOSED, "a praise is missing", "d04", AT, "found late")
    appeal = open_appeal(shelf, said, CLOSED)
    entry = Entry(date(2026, 9, 9), "praise", Decimal(1))
    answer(shelf, appeal.number, Answer(Decision.UPHELD, "it was in the chats", "head", AT, entry))
    assert "was upheld and waits for it" in hr.get(where("life", period=CLOSED)).content.decode()

    ask("life_correct", period=CLOSED, because="appeal 1")
    done = Job.objects.filter(kind="correct")[0]
    assert (done.state, done.result["version"]) == (JobState.DONE, 2), (done.says, done.problems)
    assert edition(CLOSED).state == "corrected"
    page = hr.get(where("life", period=CLOSED)).content.decode()
    assert "Correction 2: appeal 1" in page
    assert 'class="num gain"' in page
    table = b"".join(hr.get(where("life_differences", 2, period=CLOSED)))
    assert table.startswith(b"figure,level,subject,span,old,new,difference")
    carried = Job.objects.filter(kind="appraise", arguments__period=PERIOD)
    assert carried.get().state == JobState.DONE
    assert edition().summary["carried"] > 0


def test_marks_that_would_cover_each_other_stand_below_each_other() -> None:
    shown = Edition(first=date(2026, 9, 1), last=date(2026, 9, 30), as_of=date(2026, 10, 5))
    days = ["2026-09-01", "2026-09-30", "2026-10-01", "2026-10-01"]
    shown.summary = {"milestones": [{"day": day, "what": "due", "says": ["", "", ""]} for day in days]}
    line = lifeline(shown, date(2027, 5, 1), Language.EN)
    assert line.now is None
    rows: dict[int, list[float]] = {}
    for mark in line.marks:
        rows.setdefault(mark.y, []).append(mark.x)
    assert all(later - one >= APART for row in rows.values() for one, later in pairwise(row))
    assert len(line.marks) == 5
