"""Calendars, deadlines, running totals, slabs and roundings: read, told, and compared."""

from pathlib import Path

import pytest

from kaohe.core.figure import Level
from kaohe.core.language import Language
from kaohe.core.number import Direction
from kaohe.core.period import Calendar, PeriodKind, Weeks
from kaohe.policy.differences import differences
from kaohe.policy.figurewords import Line
from kaohe.policy.loader import lint_text
from kaohe.policy.policy import Policy
from kaohe.policy.sentences import sentences

QUARTER = (Path(__file__).parents[1] / "periods" / "schemes" / "quarter.yaml").read_text("utf-8")
HEAD = "policy: small\nversion: 1\ntitle: small\n"
FIGURE = "sections: {desk: {for: person, each: period, figures: {made: {unit: money, is: sales_amount}}}}\n"


def policy(text: str) -> Policy:
    linted = lint_text(text, "quarter.yaml")
    assert linted.policy is not None
    assert linted.problems == ()
    return linted.policy


def told(text: str, language: Language) -> list[str]:
    """Return every sentence of a policy, and those below it."""

    def flat(line: Line) -> list[str]:
        return [line.text, *(one for inner in line.lines for one in flat(inner))]

    passages = sentences(policy(text), language)
    return [one for passage in passages for line in passage.lines for one in flat(line)]


@pytest.mark.parametrize(
    ("keys", "calendar"),
    [
        ("", Calendar()),
        ("starts_on: 21\nweeks: iso\n", Calendar(starts_on=21, weeks=Weeks.ISO)),
        ("period: week\n", Calendar(PeriodKind.WEEK, weeks=Weeks.NONE)),
        ("period: quarter\nstarts_in: 4\n", Calendar(PeriodKind.QUARTER, 1, 4, Weeks.ISO)),
        ("period: half_year\nweeks: none\n", Calendar(PeriodKind.HALF_YEAR, weeks=Weeks.NONE)),
        ("period: year\nweeks: iso_cut\n", Calendar(PeriodKind.YEAR, weeks=Weeks.ISO_CUT)),
    ],
)
def test_a_calendar_is_read_with_the_weeks_that_fit_it(keys: str, calendar: Calendar) -> None:
    assert policy(HEAD + keys + FIGURE).calendar == calendar


@pytest.mark.parametrize(
    ("keys", "first"),
    [
        ("", "The period is the calendar month."),
        ("period: week\n", "The period is the week, from Monday to Sunday."),
        ("period: half_year\n", "The period is the half-year."),
        ("period: year\n", "The period is the year."),
    ],
)
def test_a_period_is_told_first(keys: str, first: str) -> None:
    assert told(HEAD + keys + FIGURE, Language.EN)[0] == first
    chinese = [told(HEAD + keys + FIGURE, one)[0] for one in (Language.ZH_HANT, Language.ZH_HANS)]
    assert all("考核期" in one for one in chinese)


def test_a_quarter_is_told_as_one_would_say_it() -> None:
    said = told(QUARTER, Language.EN)
    for sentence in (
        "The first one of a year begins with month 4.",
        "Weeks run from Monday to Sunday; one over a border belongs to the period that has its Thursday.",
        "Forms go out: 1 day after the last day of the period.",
        "“the year so far”: from the beginning of the year up to the period before.",
        "“last_quarters”: the period before and 4 periods before.",
        "Of everyone, each quarter.",
        "A — 100% or more: earns 100 points.",
        "Commission: of Sales, each part at its own rate. Rounded down to 1.",
        "Up to 50000: 1%.",
        "What lies from 50000 to 100000: 2%.",
        "Beyond — what lies beyond 100000: 3%.",
        "Last_commission = last quarter's Commission (0 where it has no value).",
    ):
        assert sentence in said, sentence
    chinese = told(QUARTER, Language.ZH_HANT)
    for sentence in (
        "考核期為一季。",
        "所有人，每季計算。",
        "發出考核表：考核期最後一天之後第 1 天。",
        "50000 以內的部分：1%。",
    ):
        assert sentence in chinese, sentence


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("starts_in: 4", "starts_in: 7", "month 4", "month 7"),
        ("{days: 1, ", "{days: 3, ", "Forms go out: 1 day", "Forms go out: 3 days"),
        ("to: 50000, rate: 1%", "to: 50000, rate: 1.5%", "Up to 50000: 1%", "Up to 50000: 1.5%"),
        ("direction: down", "direction: half_even", "Rounded down to 1", "a half to its even neighbour"),
        ("since: year", "since: half_year", "beginning of the year", "beginning of the half-year"),
        ("en: B}", "en: Fair}", "B — from 80%", "Fair — from 80%"),
    ],
)
def test_what_changed_is_said(old: str, new: str, before: str, after: str) -> None:
    assert QUARTER.count(old) == 1
    chapters = differences(policy(QUARTER), policy(QUARTER.replace(old, new)), Language.EN)
    (change,) = (one for chapter in chapters for one in chapter.changes)
    assert before in " ".join(change.before)
    assert after in " ".join(change.after)
    assert policy(QUARTER).digest != policy(QUARTER.replace(old, new)).digest


@pytest.mark.parametrize(
    ("rounding", "step", "direction"),
    [
        ("0.01", "1/100", Direction.HALF_UP),
        ("{to: 0.01}", "1/100", Direction.HALF_UP),
        ("{to: 10, direction: up}", "10", Direction.UP),
    ],
)
def test_a_rounding_may_name_its_direction(rounding: str, step: str, direction: Direction) -> None:
    text = HEAD + FIGURE.replace("is: sales_amount", f"is: sales_amount, round: {rounding}")
    made = policy(text).definitions["made", Level.PERSON]
    assert (str(made.round), made.direction) == (step, direction)


def test_a_share_rounds_its_pool_down_unless_it_says_otherwise() -> None:
    share = "share: {pool: 100, by: orders, to: 0.01}"
    text = HEAD + FIGURE.replace("is: sales_amount", share)
    assert policy(text).definitions["made", Level.PERSON].direction is Direction.DOWN
    up = policy(text.replace("to: 0.01", "to: {to: 0.01, direction: half_up}"))
    assert up.definitions["made", Level.PERSON].direction is Direction.HALF_UP
