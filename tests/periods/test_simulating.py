"""A changed policy over closed periods gives what closing under it would have given, cell by cell."""

from fractions import Fraction
from pathlib import Path

import pytest

from kaohe.core.language import Language
from kaohe.core.problem import ProblemsFound
from kaohe.periods.books.closing import Act
from kaohe.periods.books.correcting import correct
from kaohe.periods.books.kept import opened
from kaohe.periods.books.shelf import made_shelf, open_shelf
from kaohe.periods.books.simulating import Simulation, last_closed, money, simulate
from kaohe.statements.effects import department_csv, people_csv
from kaohe.statements.report.effects import page
from periods.desks import AT, MONTHS, PEOPLE, Desk, totals

CHANGES = {
    "a parameter": ("value: 3%", "value: 4.5%"),
    "a rule": ("places: {1: 3, 2: 1}", "places: {1: 5, 2: 3, 3: 1}"),
    "what is carried from month to month": ("/ 3 + points / 7", "/ 2 + points / 5"),
    "a figure left out": (
        "      ratio: {unit: ratio, better: higher, is: replied_receptions / receptions}\n",
        "",
    ),
    "the rules of the measures": ("groups:", "rules: {one_line: {agent_lines: 1}, payment_days: 0}\ngroups:"),
}


@pytest.fixture
def closed(desk: Desk) -> Desk:
    desk.praise("ann", "2026-08-09", 2)
    for month in MONTHS:
        desk.close(month)
    return desk


def changed(desk: Desk, change: str) -> Path:
    old, new = CHANGES[change]
    text = desk.scheme.read_text("utf-8")
    assert text.count(old) == 1
    file = desk.root / "changed.yaml"
    file.write_text(text.replace(old, new), "utf-8")
    return file


@pytest.mark.parametrize("change", CHANGES)
def test_it_equals_twin_books_closed_under_the_changed_policy_in_every_cell(
    closed: Desk, change: str
) -> None:
    policy = changed(closed, change)
    simulation = Simulation(closed.shelf, str(policy), closed.store)
    for month in MONTHS:
        simulation.add(month)
    for month in MONTHS:
        closed.close(month, books=closed.root / "twin", policy=policy)
    twin = open_shelf(closed.root / "twin")
    for one in simulation.done:
        assert dict(one.appraisal.figures) == opened(twin, one.kept.manifest.period).figures
        assert one.measured_anew == (change == "the rules of the measures")


def test_a_simulation_of_the_last_periods_reads_the_closed_ones_before(closed: Desk) -> None:
    policy = changed(closed, "what is carried from month to month")
    found = simulate(closed.shelf, str(policy), last=2)
    assert [one.period for one in found.periods] == ["2026-09", "2026-10"]
    for month in MONTHS:
        scheme = policy if month in ("2026-09", "2026-10") else None
        closed.close(month, books=closed.root / "twin", policy=scheme)
    twin = open_shelf(closed.root / "twin")
    for period in found.periods:
        assert {one.subject: one.new for one in period.people} == totals(opened(twin, period.period))


def test_the_same_policy_changes_nothing(closed: Desk) -> None:
    found = simulate(closed.shelf, str(closed.scheme))
    assert [one.period for one in found.periods] == list(MONTHS)
    assert all(one.difference == 0 and one.old_rank == one.new_rank for one in found.people())
    assert found.cost().difference == 0


def test_gains_ranks_pool_and_cost_add_up(closed: Desk) -> None:
    policy = changed(closed, "a parameter")
    found = simulate(closed.shelf, str(policy))
    for period in found.periods:
        kept = opened(closed.shelf, period.period)
        assert {one.subject: one.old for one in period.people} == totals(kept)
        cost, *amounts = period.department
        assert cost.old == sum(totals(kept).values())
        assert cost.difference == sum((one.difference for one in period.people), Fraction(0))
        assert {one.name for one in amounts} == {"pool"}
        ordered = sorted(period.people, key=lambda one: one.new or 0, reverse=True)
        assert [one.new_rank for one in ordered] == [1, 2, 3]
    people = found.people()
    assert [one.difference for one in people] == sorted(one.difference for one in people)
    assert found.cost().difference == sum(one.difference for one in people)


def test_other_rules_of_measures_need_the_store(closed: Desk) -> None:
    policy = changed(closed, "the rules of the measures")
    with pytest.raises(ProblemsFound, match="D273"):
        simulate(closed.shelf, str(policy))


def test_a_correction_is_what_the_simulation_begins_with(closed: Desk) -> None:
    closed.sell([("cai", "2026-10-12", "500.00")])
    correct(closed.shelf, "2026-10", closed.store, Act("Wu", AT, because="late"))
    found = simulate(closed.shelf, str(closed.scheme), last=1)
    newest = opened(closed.shelf, "2026-10")
    assert newest.manifest.version == 2
    assert {one.subject: one.new for one in found.periods[0].people} == totals(newest)
    assert found.cost().difference == 0


def test_the_difference_of_two_policies_in_money_is_that_of_their_simulations(closed: Desk) -> None:
    policy = changed(closed, "a rule")
    (period,) = money(closed.shelf, str(closed.scheme), str(policy), "2026-09").periods
    (other,) = simulate(closed.shelf, str(policy), last=2).periods[:1]
    assert {one.subject: one.old for one in period.people} == {one.subject: one.old for one in other.people}
    assert {one.subject: one.new for one in period.people} == {one.subject: one.new for one in other.people}


def test_books_without_periods_and_policies_with_other_periods_are_refused(
    closed: Desk, tmp_path: Path
) -> None:
    with pytest.raises(ProblemsFound, match="D274"):
        last_closed(made_shelf(tmp_path / "empty"), 6)
    quarterly = closed.root / "quarterly.yaml"
    text = closed.scheme.read_text("utf-8").replace("groups:", "period: quarter\nweeks: iso\ngroups:")
    quarterly.write_text(text, "utf-8")
    with pytest.raises(ProblemsFound, match="D275"):
        simulate(closed.shelf, str(quarterly), last=1)


def test_tables_and_page_say_the_same_in_three_languages(closed: Desk) -> None:
    found = simulate(closed.shelf, str(changed(closed, "a parameter")))
    rows = people_csv(found).splitlines()
    assert rows[0] == "period,person,name,old,new,difference,old_rank,new_rank"
    assert len(rows) == 1 + (len(MONTHS) + 1) * len(PEOPLE)
    assert department_csv(found).splitlines()[-1].startswith(",cost,,")
    for language, title in zip(
        Language, ("方案調整試算", "方案调整试算", "What the policy would change"), strict=True
    ):
        html = page(found, language)
        assert f"<title>{title} · small-desk 1 → small-desk 1</title>" in html
        assert all(name in html for name in ("Ann", "Bob", "Cai"))
        assert "http://" not in html.replace("http://www.w3.org", "").replace("http://www.apache.org", "")
