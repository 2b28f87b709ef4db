"""Who held which account: handovers, gaps, clashes."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from kaohe.core.problem import Place, Problem, ProblemsFound, Severity
from kaohe.core.rules import Rules
from kaohe.measures.compute import Measured, compute
from kaohe.records import problems as records_problems
from measures.worlds import DAY, START, Line, MemoryRecords, World

Holding = tuple[str, str, str, date | None, date | None]
NOON = datetime.combine(START, time(12))


def measure(
    *accounts: Holding,
    people: tuple[str, ...] = ("a", "b"),
    days: int = 1,
    problems: tuple[Problem, ...] = (),
) -> Measured:
    lines = tuple(
        Line("s", "one", "c", NOON + DAY * day, sender, "", place)
        for day in range(days)
        for place, sender in enumerate(["customer", "agent"])
    )
    world = World(lines=lines, accounts=accounts, people=people)
    return compute(
        MemoryRecords(world, problems=problems), Rules(), START, START + DAY * (days - 1), START + 9 * DAY
    )


def test_an_account_belongs_to_its_holder_on_the_first_and_on_the_last_day() -> None:
    measured = measure(("s", "one", "a", START, START), ("s", "one", "b", START + DAY, None), days=2)
    assert measured.receptions["person"].to_pylist() == ["a", "b"]
    assert measured.problems == ()


def test_chats_of_an_account_that_nobody_held_count_for_unassigned_with_one_warning() -> None:
    measured = measure(("s", "one", "a", None, START), ("s", "other", "b", None, None), days=3)
    assert measured.receptions["person"].to_pylist() == ["a", "(unassigned)", "(unassigned)"]
    (warning,) = measured.problems
    assert (warning.code, warning.severity) == ("M202", Severity.WARNING)
    assert "2 days" in str(warning.message)
    assert "2026-03-28" in str(warning.message)


def test_a_rating_of_an_account_that_nobody_held_warns_too() -> None:
    world = World(ratings=(("s", "ghost", "c", NOON, Decimal(5)),))
    measured = compute(MemoryRecords(world), Rules(), START, START, START)
    assert [warning.code for warning in measured.problems] == ["M202"]
    assert "(unassigned)" in measured.daily["subject"].to_pylist()


def test_every_two_people_who_hold_one_account_on_one_day_are_an_error() -> None:
    with pytest.raises(ProblemsFound) as raised:
        measure(
            ("s", "one", "a", None, START),
            ("s", "one", "b", START, None),
            ("s", "two", "a", None, None),
            ("s", "two", "b", START, START + DAY),
            ("t", "two", "b", None, None),
        )
    messages = [str(problem.message) for problem in raised.value.problems]
    assert [problem.code for problem in raised.value.problems] == ["M201", "M201"]
    assert "2026-03-27" in messages[0]
    assert "2026-03-27 – 2026-03-28" in messages[1]


def test_one_person_named_twice_is_one_holder() -> None:
    measured = measure(("s", "one", "a", None, None), ("s", "one", "a", START, None))
    assert measured.receptions["person"].to_pylist() == ["a"]


def test_a_holder_who_is_missing_from_people_is_a_warning_if_the_holding_touches_the_days() -> None:
    measured = measure(("s", "one", "x", None, None), ("s", "two", "y", None, START - DAY), people=("a",))
    assert [(one.code, "“x”" in str(one.message)) for one in measured.problems] == [("M203", True)]


def test_what_opening_the_records_has_told_is_not_told_twice() -> None:
    told = [
        kind.at(Place("accounts"))
        for kind in (records_problems.UNHELD_ACCOUNT, records_problems.UNKNOWN_HOLDER)
    ]
    unheld, stranger = measure(), measure(("s", "one", "x", None, None))
    assert unheld.problems != () != stranger.problems
    assert measure(problems=(told[0],)).problems == ()
    assert measure(("s", "one", "x", None, None), problems=(told[1],)).problems == ()
