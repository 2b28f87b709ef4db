"""What the head of a desk enters: the ledger, reviews, targets, people; each in the trail, each or none."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from kaohe.core.language import Language
from kaohe.periods.booking import Booking
from kaohe.records.handing import Row
from kaohe.web.models import AuditEntry, Edition, Job, Rejection, Sheet
from web.conftest import SignedIn

HERE = "/desk/demo-shop/2026-10"
PEOPLE = "/desk/demo-shop/people"
GIVEN = {"person": "d02", "day": "2026-10-12", "item": "praise", "quantity": "2", "note": "letter 17"}


@pytest.fixture
def head(signed_in: SignedIn, own_place: Path) -> Client:
    """The head of the desk, at a place that may change."""
    assert own_place.is_dir()
    return signed_in("head")


@pytest.fixture
def book(own_place: Path) -> Booking:
    return Booking(own_place / "desks" / "demo-shop" / "store", ZoneInfo("Asia/Shanghai"), Language.EN)


def rows(book: Booking, table: str, **wanted: str) -> list[Row]:
    return [row for row in book.standing(table).rows if wanted.items() <= row.items()]


def mark_of(client: Client, **wanted: str) -> str:
    entries = client.get(f"{HERE}/ledger/").context["entries"].object_list
    found = [
        row["entry"]
        for row in entries
        if all(getattr(row["entry"], name) == value for name, value in wanted.items())
    ]
    return str(found[0].mark)


def test_what_is_entered_stands_in_the_ledger_and_the_trail(head: Client, book: Booking) -> None:
    assert head.post(f"{HERE}/ledger/enter/", GIVEN).status_code == 302
    (row,) = rows(book, "entries", note="letter 17")
    assert (row["person"], row["quantity"], row["by"]) == ("d02", "2", "客服主管")
    entry = AuditEntry.objects.get(action="ledger.enter")
    assert (entry.about, entry.after) == ("2026-10", dict(row))
    assert Job.objects.get(kind="appraise").arguments == {"period": "2026-10"}
    page = head.get(f"{HERE}/ledger/").content.decode()
    assert "letter 17" in page
    assert "being computed anew" in page


def test_the_same_entry_twice_is_refused_and_what_was_typed_stays(head: Client, book: Booking) -> None:
    head.post(f"{HERE}/ledger/enter/", GIVEN)
    again = head.post(f"{HERE}/ledger/enter/", GIVEN)
    assert again.status_code == 422
    assert "D154" in again.content.decode()
    assert 'value="letter 17"' in again.content.decode()
    assert len(rows(book, "entries", note="letter 17")) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"day": "soon"}, {"day": "2026-11-01"}, {"quantity": "many"}, {"quantity": "NaN"}, {"item": "x"}],
)
def test_an_entry_that_cannot_be_is_refused(head: Client, book: Booking, wrong: dict[str, str]) -> None:
    before = book.standing("entries")
    assert head.post(f"{HERE}/ledger/enter/", {**GIVEN, **wrong}).status_code == 422
    assert book.standing("entries") == before


def test_an_entry_moves_the_figures_once_they_are_computed_anew(
    head: Client, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    def points() -> float:
        sheet = Sheet.objects.get(
            edition__desk__slug="demo-shop", edition__period="2026-10", kind="overview"
        ).data
        (row,) = [one for one in sheet["people"] if one["subject"] == "d02"]
        (cell,) = [tile["cell"] for tile in row["heads"] if tile["cell"]["key"][0] == "behaviour_points"]
        return float(cell["value"])

    before = points()
    with django_capture_on_commit_callbacks(execute=True):
        head.post(f"{HERE}/ledger/enter/", GIVEN)
    assert points() == before + 1
    assert Job.objects.get(kind="appraise").state == "done"


def test_an_entry_is_taken_back_and_nothing_is_deleted(head: Client, book: Booking) -> None:
    head.post(f"{HERE}/ledger/enter/", GIVEN)
    mark = mark_of(head, note="letter 17")
    refused = head.post(f"{HERE}/ledger/take-back/", {"mark": mark, "reason": ""})
    assert refused.status_code == 422
    head.post(f"{HERE}/ledger/take-back/", {"mark": mark, "reason": "the wrong person"})
    assert [row["quantity"] for row in rows(book, "entries", person="d02", day="2026-10-12")] == ["2", "-2"]
    assert AuditEntry.objects.filter(action="ledger.take_back").count() == 1


def test_what_needs_approval_is_approved_by_somebody_else(
    head: Client, book: Booking, signed_in: SignedIn
) -> None:
    sheet = Sheet.objects.get(edition__desk__slug="demo-shop", edition__period="2026-10", kind="ledger")
    for item in sheet.data["items"]:
        item["needs_approval"] = True
    sheet.save()
    head.post(f"{HERE}/ledger/enter/", GIVEN)
    mark = mark_of(head, note="letter 17")
    assert head.post(f"{HERE}/ledger/approve/", {"mark": mark}).status_code == 422
    assert signed_in("hr").post(f"{HERE}/ledger/approve/", {"mark": mark}).status_code == 302
    assert [row["approved_by"] for row in rows(book, "entries", note="letter 17")] == ["人資與財務"]
    assert signed_in("hr").post(f"{HERE}/ledger/enter/", GIVEN).status_code == 404


def reviewed() -> Edition:
    """Let the figures of October have opened a review of filter use."""
    edition = Edition.objects.get(desk__slug="demo-shop", period="2026-10")
    sheet = Sheet.objects.get(edition=edition, kind="signals")
    sheet.data["reviewed"] = [
        {
            "key": ["inquiry_ratio.points", "person", "d05", "2026-10-W2"], "subject": "d05", "name": "E",
            "span": "week 2", "first": "2026-10-08", "last": "2026-10-14", "said": "below the bar",
            "cell": None, "item": "phrase_misuse", "item_title": "misuse", "confirmed": False, "measures": [],
        }
    ]  # fmt: skip
    sheet.save()
    return edition


REVIEW = {"figure": "inquiry_ratio.points", "subject": "d05", "span": "2026-10-W2"}


def test_a_review_is_confirmed_by_an_entry_of_its_days(head: Client, book: Booking) -> None:
    reviewed()
    head.post(f"{HERE}/signals/answer/", {**REVIEW, "answer": "confirm", "reason": "seen in three chats"})
    (row,) = rows(book, "entries", item="phrase_misuse", person="d05")
    assert (row["day"], row["note"]) == ("2026-10-14", "seen in three chats")
    assert AuditEntry.objects.get(action="review.confirm").after == dict(row)


def test_a_review_is_rejected_with_a_reason_and_leaves_the_ledger_alone(head: Client, book: Booking) -> None:
    edition, before = reviewed(), book.standing("entries")
    assert head.post(f"{HERE}/signals/answer/", {**REVIEW, "answer": "reject"}).status_code == 422
    head.post(f"{HERE}/signals/answer/", {**REVIEW, "answer": "reject", "reason": "all were sellers"})
    assert Rejection.objects.get(desk=edition.desk).reason == "all were sellers"
    assert book.standing("entries") == before
    assert "all were sellers" in head.get(f"{HERE}/signals/").content.decode()


def test_no_review_that_is_not_there_is_answered(head: Client) -> None:
    answer = {**REVIEW, "subject": "d01", "answer": "reject", "reason": "x"}
    assert head.post(f"{HERE}/signals/answer/", answer).status_code == 404


def test_targets_are_kept_changed_and_taken_out(head: Client, book: Booking) -> None:
    since = head.get(f"{HERE}/targets/").context["since"]
    typed = {"amount/2026-10/d01": "12,345.50", "amount/2026-10/d02": "", "amount/2026-10/d07": "100"}
    assert head.post(f"{HERE}/targets/save/", {**typed, "since": since}).status_code == 302
    october = {row["person"]: row["amount"] for row in rows(book, "targets", month="2026-10")}
    assert (october["d01"], october["d07"], "d02" in october) == ("12345.5", "100", False)
    entry = AuditEntry.objects.get(action="targets.save")
    assert entry.after == {"d01 2026-10": "12345.50", "d07 2026-10": "100"}
    assert isinstance(entry.before, dict)
    assert set(entry.before) == {"d01 2026-10", "d02 2026-10"}


@pytest.mark.parametrize("amount", ["much", "-5", "1.234"])
def test_a_target_that_is_no_money_keeps_all_out(head: Client, book: Booking, amount: str) -> None:
    before = book.standing("targets")
    typed = {"amount/2026-10/d01": amount, "amount/2026-10/d02": "1"}
    refused = head.post(f"{HERE}/targets/save/", typed)
    assert refused.status_code == 422
    assert f'value="{amount}"' in refused.content.decode()
    assert book.standing("targets") == before


def test_who_saw_older_targets_changes_none(head: Client, book: Booking) -> None:
    since = head.get(f"{HERE}/targets/").context["since"]
    head.post(f"{HERE}/targets/save/", {"amount/2026-10/d01": "1", "since": since})
    assert head.post(f"{HERE}/targets/save/", {"amount/2026-10/d02": "2", "since": since}).status_code == 422
    assert [row["amount"] for row in rows(book, "targets", month="2026-10", person="d01")] == ["1"]


def test_a_person_is_changed_and_their_pay_stays_where_it_is_not_seen(head: Client, book: Booking) -> None:
    (before,) = rows(book, "people", person="d02")
    assert before["base_pay"]
    assert before["base_pay"] not in head.get(f"{PEOPLE}/one/", {"person": "d02"}).content.decode()
    form = {**before, "role": "售前組長", "left_on": "2026-12-31", "base_pay": "1"}
    assert head.post(f"{PEOPLE}/save/", form).status_code == 302
    (after,) = rows(book, "people", person="d02")
    assert after == {**before, "role": "售前組長", "left_on": "2026-12-31"}
    trail = AuditEntry.objects.get(action="people.save").after
    assert isinstance(trail, dict)
    assert "base_pay" not in trail


def test_whoever_sees_pay_may_change_it(signed_in: SignedIn, head: Client, book: Booking) -> None:
    (before,) = rows(book, "people", person="d02")
    assert head is not None
    signed_in("hr").post(f"{PEOPLE}/save/", {**before, "base_pay": "3000"})
    assert rows(book, "people", person="d02")[0]["base_pay"] == "3000"


def test_an_account_is_handed_on_from_a_day(head: Client, book: Booking) -> None:
    (held,) = rows(book, "accounts", person="d02")
    ended = {**held, "was_from": held["from"], "to": "2026-10-20"}
    assert head.post(f"{PEOPLE}/account/", ended).status_code == 302
    taken = {**held, "person": "d03", "from": "2026-10-21", "to": ""}
    assert head.post(f"{PEOPLE}/account/", taken).status_code == 302
    both = rows(book, "accounts", account=held["account"])
    assert [(row["person"], row["from"], row["to"]) for row in both] == [
        ("d02", held["from"], "2026-10-20"),
        ("d03", "2026-10-21", ""),
    ]
    who = head.get(f"{PEOPLE}/", {"day": "2026-10-21"}).context["held"]
    assert [one["person"] for one in who if one["account"] == held["account"]] == ["d03"]


def test_an_account_that_somebody_holds_is_not_given_to_another(head: Client, book: Booking) -> None:
    (held,) = rows(book, "accounts", person="d02")
    before = book.standing("accounts").rows
    taken = {**held, "person": "d03", "from": "2026-10-21", "to": ""}
    assert head.post(f"{PEOPLE}/account/", taken).status_code == 422
    assert book.standing("accounts").rows == before


def test_a_holding_is_taken_out(head: Client, book: Booking) -> None:
    (held,) = rows(book, "accounts", person="d02")
    assert head.post(f"{PEOPLE}/account/remove/", held).status_code == 302
    assert rows(book, "accounts", person="d02") == []
    assert AuditEntry.objects.get(action="accounts.remove").before == dict(held)
