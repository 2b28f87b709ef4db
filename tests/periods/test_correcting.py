"""What comes after a closing makes a new version and a line on the next payslip; what was paid stays."""

import csv
import json
import shutil
import tempfile
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from kaohe.core.figure import Unit
from kaohe.core.language import Language
from kaohe.core.problem import ProblemsFound
from kaohe.periods.books.appeals import Answer, Decision, Entry, answer
from kaohe.periods.books.carrying import outstanding, read_changes
from kaohe.periods.books.closing import Act
from kaohe.periods.books.correcting import Correction, correct, newly, stale
from kaohe.periods.books.kept import opened
from kaohe.periods.books.publishing import Objection, open_appeal
from kaohe.periods.books.verifying import verify
from kaohe.periods.results import write_results
from kaohe.periods.runs import run
from kaohe.statements.changes import slips
from kaohe.statements.shown import shown as shown_as
from periods.desks import AT, MONTHS, PEOPLE, Desk, totals

ACT = Act("Wu", "2026-11-20T09:00:00+08:00", because="late records")


def corrected(desk: Desk, month: str) -> Correction:
    return correct(desk.shelf, month, desk.store, ACT)


def test_nothing_new_makes_no_version(desk: Desk) -> None:
    desk.close("2026-07")
    assert corrected(desk, "2026-07").kept is None
    assert desk.shelf.versions("2026-07") == [1]


def test_late_chat_lines_and_orders_make_a_version_beside_the_one_that_was_paid(desk: Desk) -> None:
    first = desk.close("2026-07")
    before = {one: one.read_bytes() for one in desk.shelf.folder("2026-07", 1).rglob("*") if one.is_file()}
    desk.sell([("ann", "2026-07-12", "100.00")])
    done = corrected(desk, "2026-07")
    assert done.kept is not None
    assert (done.kept.manifest.version, done.kept.manifest.before) == (2, first.seal)
    assert (done.kept.manifest.by, done.kept.manifest.because) == ("Wu", "late records")
    assert {one: one.read_bytes() for one in before} == before
    assert totals(done.kept)["ann"] > totals(first)["ann"]
    assert verify(desk.shelf, "2026-07", store=desk.store).holds
    assert verify(desk.shelf, "2026-07", version=1, store=desk.store).holds


def test_a_version_holds_what_it_would_have_been_had_all_been_known(
    desk: Desk, original: Desk, tmp_path: Path
) -> None:
    desk.close("2026-07")
    twin = original.copied(tmp_path / "twin")
    for one in (desk, twin):
        one.sell([("bob", "2026-07-12", "77.70")])
        one.praise("cai", "2026-07-20")
    done = corrected(desk, "2026-07")
    assert done.kept is not None
    assert done.kept.figures == twin.close("2026-07").figures


def test_the_differences_open_down_to_the_measure_that_changed(desk: Desk) -> None:
    desk.close("2026-07")
    desk.praise("ann", "2026-07-20", 4)
    done = corrected(desk, "2026-07")
    by_name = {(one.kind, one.name, one.subject): one for one in done.changes}
    total = by_name["figure", "pay.total", "ann"]
    bonus = next(done.changes[at] for at in total.below if done.changes[at].name == "pay.bonus")
    merit = next(done.changes[at] for at in bonus.below if done.changes[at].name == "merit")
    (entry,) = (done.changes[at] for at in merit.below)
    assert (entry.kind, entry.name, entry.old, entry.new) == ("fact", "entries.praise", "0", "4")
    # Who has less because another has more is shown that other's points.
    theirs = by_name["figure", "pay.bonus", "bob"]
    assert {(done.changes[at].name, done.changes[at].subject) for at in theirs.below} == {("merit", "ann")}
    assert all(set(one.said) == set(Language) for one in done.changes)


def test_the_differences_are_kept_as_table_data_and_words(desk: Desk) -> None:
    desk.close("2026-07")
    desk.sell([("ann", "2026-07-12", "100.00")])
    done = corrected(desk, "2026-07")
    folder = desk.shelf.folder("2026-07", 2)
    plain = json.loads((folder / "differences.json").read_bytes())
    assert read_changes(plain["changes"]) == done.changes
    rows = (folder / "differences.csv").read_text("utf-8").splitlines()
    assert rows[0] == "figure,level,subject,span,old,new,difference,zh-Hant,zh-Hans,en"
    assert len(rows) == 1 + sum(one.kind == "figure" for one in done.changes)


def test_the_next_payslip_carries_the_correction_and_the_one_after_does_not(desk: Desk) -> None:
    july = desk.close("2026-07")
    desk.close("2026-08")
    desk.sell([("ann", "2026-07-12", "100.00")])
    done = corrected(desk, "2026-07")
    assert done.kept is not None
    difference = totals(done.kept)["ann"] - totals(july)["ann"]
    shown = run(desk.request("2026-09"))
    slip = next(one for one in slips(shown.appraisal, shown.carried) if one.person == "ann")
    assert [(one.period, one.version, one.amount) for one in slip.carried] == [("2026-07", 2, difference)]
    assert slip.to_pay == slip.total + difference
    (line,) = slip.carried
    assert line.changes[line.top].name == "pay.total"
    september = desk.close("2026-09")
    assert [(one.person, one.amount) for one in september.carried if one.person == "ann"] == [
        ("ann", difference)
    ]
    assert outstanding(desk.shelf) == ()
    assert run(desk.request("2026-10")).carried == ()
    # A closed period goes on showing what it paid.
    assert [one.amount for one in run(desk.request("2026-09")).carried if one.person == "ann"] == [difference]


def test_a_period_whose_history_was_corrected_says_so(desk: Desk) -> None:
    desk.close("2026-07")
    august = desk.close("2026-08")
    desk.sell([("ann", "2026-07-12", "100.00")])
    corrected(desk, "2026-07")
    assert list(stale(desk.shelf, august)) == ["2026-07"]
    again = corrected(desk, "2026-08")
    assert again.kept is not None
    assert list(stale(desk.shelf, again.kept)) == []
    # 10 % of last month's commission, which a hundred yuan more at 3 % raised by 3.00.
    assert totals(again.kept)["ann"] - totals(august)["ann"] >= Fraction(30, 100)


def test_a_correction_needs_a_name_a_reason_and_no_earlier_day(desk: Desk) -> None:
    desk.close("2026-07")
    with pytest.raises(ProblemsFound) as found:
        correct(desk.shelf, "2026-07", desk.store, Act("", AT), as_of=date(2026, 8, 1))
    assert [one.code for one in found.value.problems] == ["D207", "D208", "D240"]
    with pytest.raises(ProblemsFound, match="D205"):
        corrected(desk, "2026-08")


Step = tuple[str, int, int]
KINDS = ("sell", "praise", "take back", "entry", "record", "leave", "close", "correct", "correct")
STEPS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 2), st.integers(0, 2)), min_size=3, max_size=9
)
EVERYTHING: list[Step] = [
    ("sell", 0, 0),  # a late import
    ("correct", 0, 0),
    ("entry", 1, 0),  # an upheld appeal that an entry makes good
    ("correct", 0, 0),
    ("close", 0, 0),
    ("record", 0, 0),  # one that a mended record makes good
    ("correct", 0, 0),
    ("leave", 2, 0),  # somebody who was paid had left before
    ("correct", 0, 0),
    ("correct", 0, 1),
]


def acted(desk: Desk, step: Step, number: int) -> None:
    """Do one thing to the desk; what the books refuse, they refuse."""
    kind, person, month = step[0], PEOPLE[step[1]], MONTHS[step[2]]
    if kind == "sell":
        desk.sell([(person, f"{month}-{10 + number}", f"{100 + 7 * number}.{number:02d}")])
    elif kind == "praise":
        desk.praise(person, f"{month}-{5 + number:02d}", 1 + number % 3)
    elif kind == "take back":
        desk.praise(person, f"{month}-{5 + number:02d}", 2)
        desk.praise(person, f"{month}-{5 + number:02d}", -1)
    elif kind == "leave":
        desk.leave(person, date.fromisoformat(f"{month}-01") - timedelta(days=1))
    elif kind == "close":
        still_open = [one for one in MONTHS if not desk.shelf.versions(one)]
        if still_open:
            desk.close(still_open[0])
    elif desk.shelf.versions(month) and kind == "correct":
        corrected(desk, month)
    elif desk.shelf.versions(month) and person in totals(opened(desk.shelf, month)):
        appealed(desk, step, number)


def appealed(desk: Desk, step: Step, number: int) -> None:
    """Uphold an appeal against somebody's pay, made good by an entry or by a mended order."""
    kind, person, month = step[0], PEOPLE[step[1]], MONTHS[step[2]]
    at = f"2026-11-07T10:00:{number:02d}+08:00"
    one = open_appeal(desk.shelf, Objection(person, "pay.total", month, "too little", "", at))
    entry, record = None, ""
    if kind == "entry":
        entry = Entry(date.fromisoformat(f"{month}-04"), "praise", Decimal(one.number))
    else:
        record = desk.mend(person, month, f"{900 + number}.50")
    answer(desk.shelf, one.number, Answer(Decision.UPHELD, "so it is", "Wu", AT, entry, record))


def adds_up(desk: Desk, steps: list[Step]) -> None:
    """Live through a history, and compare what was paid and is still carried with what comes out now."""
    desk.close("2026-07")
    for number, step in enumerate(steps):
        acted(desk, step, number)
    for month in desk.shelf.periods():
        corrected(desk, month)
    paid = dict.fromkeys(PEOPLE, Fraction(0))
    for month in desk.shelf.periods():
        for person, amount in totals(opened(desk.shelf, month, 1)).items():
            paid[person] += amount
        for line in opened(desk.shelf, month, 1).carried:
            paid[line.person] += line.amount
    for line in outstanding(desk.shelf):
        paid[line.person] += line.amount
    now = dict.fromkeys(PEOPLE, Fraction(0))
    for month in desk.shelf.periods():
        again = newly(desk.shelf, opened(desk.shelf, month), desk.store).appraisal
        for key, one in again.figures.items():
            if key.figure == "pay.total":
                now[key.subject] += one.value or Fraction(0)
        assert verify(desk.shelf, month).holds
    assert paid == now


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_what_was_paid_and_what_is_carried_add_up_to_what_comes_out_now(
    original: Desk, steps: list[Step]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = original.copied(Path(folder) / "desk")
        adds_up(desk, steps)
        shutil.rmtree(desk.root)


def test_it_adds_up_in_a_history_of_all_that_can_happen(desk: Desk) -> None:
    adds_up(desk, EVERYTHING)
    # One version for the closing and one for every thing that happened, one after the other.
    versions = [opened(desk.shelf, "2026-07", one) for one in desk.shelf.versions("2026-07")]
    assert [one.manifest.version for one in versions] == [1, 2, 3, 4, 5]
    ann, bob, cai = ([totals(one).get(person, Fraction(0)) for one in versions] for person in PEOPLE)
    assert ann[1] > ann[0]  # the late import
    assert bob[2] > bob[1]  # the entry
    assert ann[3] > ann[2]  # the mended order
    assert cai[3] > 0
    assert "cai" not in totals(versions[4])  # who had left
    assert versions[3].manifest.appeals == (1, 2)
    assert any(line.person == "cai" and line.amount < 0 for line in outstanding(desk.shelf))


def test_the_statements_carry_the_line_and_the_amount_to_pay(desk: Desk, tmp_path: Path) -> None:
    desk.close("2026-07")
    desk.sell([("ann", "2026-07-12", "100.00")])
    corrected(desk, "2026-07")
    shown = run(desk.request("2026-08"))
    write_results(shown, tmp_path, Language.EN, progress=lambda _done, _all: None)
    slip = next(one for one in slips(shown.appraisal, shown.carried) if one.person == "ann")
    with (tmp_path / "payslips.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["person"] == "ann"]
    assert [row["line"] for row in rows] == ["total", "correction", "to_pay"]
    assert (
        Fraction(rows[0]["amount"]) + Fraction(rows[1]["amount"])
        == Fraction(rows[2]["amount"])
        == slip.to_pay
    )
    html = (tmp_path / "statement.html").read_text("utf-8")
    book = load_workbook(tmp_path / "statement.xlsx")
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell}
    for text in ("Correction of July 2026", "To pay", shown_as(slip.to_pay, Unit.MONEY, Language.EN)):
        assert text in html, text
        assert text in cells, text
    assert "sold" in html
