"""Calendars: periods that follow each other, and the weeks and days into which they are cut."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.core.period import MONTHS, Calendar, PeriodKind, Span, Weeks

LABELS = {
    PeriodKind.WEEK: "2026-W41",
    PeriodKind.MONTH: "2026-10",
    PeriodKind.QUARTER: "2026-Q4",
    PeriodKind.HALF_YEAR: "2026-H2",
    PeriodKind.YEAR: "2026",
}
DAY = timedelta(days=1)


def weeks_of(kind: PeriodKind) -> list[Weeks]:
    return [one for one in Weeks if kind is PeriodKind.MONTH or one is not Weeks.QUARTERS]


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    kind = draw(st.sampled_from(PeriodKind))
    weeks = draw(st.sampled_from(weeks_of(kind)))
    return Calendar(kind, draw(st.integers(1, 28)), draw(st.integers(1, 12)), weeks)


def period_of(calendar: Calendar, count: int) -> Span:
    return calendar.shifted(calendar.period(LABELS[calendar.kind]), count)


@given(calendars(), st.integers(-90, 90))
def test_a_period_ends_the_day_before_the_next_begins(calendar: Calendar, count: int) -> None:
    one, after = period_of(calendar, count), period_of(calendar, count + 1)
    assert one.last + DAY == after.first
    assert one.first <= one.last
    assert calendar.period(one.label) == one
    assert calendar.shifted(after, -1) == one


@given(calendars(), st.integers(-60, 60))
def test_weeks_follow_each_other_over_the_borders_of_periods(calendar: Calendar, count: int) -> None:
    one, after = period_of(calendar, count), period_of(calendar, count + 1)
    weeks = calendar.spans(one, "week") + calendar.spans(after, "week")
    assert bool(weeks) is calendar.has_weeks
    assert all(week.last + DAY == following.first for week, following in pairwise(weeks))
    own = calendar.spans(one, "week")
    assert len({week.label for week in own}) == len(own)
    if calendar.weeks in (Weeks.QUARTERS, Weeks.ISO_CUT) and own:
        assert (own[0].first, own[-1].last) == (one.first, one.last)
    reach = calendar.reach(one)
    assert all(week.first >= reach.first and week.last <= reach.last for week in (one, *own))


@given(calendars(), st.integers(-60, 60))
def test_a_whole_week_lies_where_its_thursday_does(calendar: Calendar, count: int) -> None:
    if calendar.weeks is Weeks.ISO:
        period = period_of(calendar, count)
        for week in calendar.spans(period, "week"):
            assert (week.first.isoweekday(), week.last - week.first) == (1, 6 * DAY)
            assert week.first + 3 * DAY in period


@given(calendars(), st.integers(-60, 60))
def test_days_and_months_fill_a_period(calendar: Calendar, count: int) -> None:
    period = period_of(calendar, count)
    days = calendar.spans(period, "day")
    assert [day.label for day in days] == [day.isoformat() for day in period.days()]
    months = calendar.spans(period, "month")
    assert len(months) == MONTHS.get(calendar.kind, 0)
    if months:
        assert (months[0].first, months[-1].last) == (period.first, period.last)
    assert calendar.spans(period, "period") == (period,)


@given(calendars(), st.integers(-40, 40), st.sampled_from(["quarter", "half_year", "year"]))
def test_a_running_total_begins_anew_and_never_holds_its_own_period(
    calendar: Calendar, count: int, longer: str
) -> None:
    kind = PeriodKind(longer)
    if MONTHS[kind] <= MONTHS.get(calendar.kind, 0):
        return
    one = period_of(calendar, count)
    before, after = calendar.since(kind, one), calendar.since(kind, calendar.shifted(one, 1))
    assert after in ((), (*before, one))
    assert all(earlier.last < one.first for earlier in before)
    if calendar.kind is not PeriodKind.WEEK:
        assert len(before) < MONTHS[kind] // MONTHS[calendar.kind]


@pytest.mark.parametrize(
    ("calendar", "label", "first", "last"),
    [
        (Calendar(), "2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        (Calendar(starts_on=21), "2026-10", date(2026, 9, 21), date(2026, 10, 20)),
        (Calendar(PeriodKind.WEEK, weeks=Weeks.NONE), "2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        (Calendar(PeriodKind.QUARTER, weeks=Weeks.ISO), "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        (Calendar(PeriodKind.QUARTER, 1, 4, Weeks.ISO), "2026-Q4", date(2027, 1, 1), date(2027, 3, 31)),
        (Calendar(PeriodKind.HALF_YEAR, 21, 1, Weeks.NONE), "2026-H1", date(2025, 12, 21), date(2026, 6, 20)),
        (Calendar(PeriodKind.YEAR, 1, 7, Weeks.ISO_CUT), "2026", date(2026, 7, 1), date(2027, 6, 30)),
    ],
)
def test_a_label_names_its_days(calendar: Calendar, label: str, first: date, last: date) -> None:
    assert calendar.period(label) == Span(label, first, last)


@pytest.mark.parametrize("kind", PeriodKind)
@pytest.mark.parametrize(
    "text",
    ["", "October", "2026-13", "2026-1", "2026-Q5", "2026-H3", "2026-W54", "2025-W53", "0026", "２０２６"],
)
def test_what_is_no_label_is_refused(kind: PeriodKind, text: str) -> None:
    with pytest.raises(ValueError):
        Calendar(kind, weeks=Weeks.NONE).period(text)


def test_the_four_weeks_of_a_month_are_its_quarters() -> None:
    calendar = Calendar()
    weeks = calendar.spans(calendar.period("2026-10"), "week")
    assert [(week.label, week.first.day, week.last.day) for week in weeks] == [
        ("2026-10-W1", 1, 7), ("2026-10-W2", 8, 14), ("2026-10-W3", 15, 21), ("2026-10-W4", 22, 31),
    ]  # fmt: skip
    with pytest.raises(ValueError):
        Calendar(PeriodKind.YEAR)


def test_a_week_counts_to_the_year_of_its_thursday() -> None:
    calendar = Calendar(PeriodKind.WEEK, weeks=Weeks.NONE)
    first = calendar.period("2026-W01")
    assert first.first == date(2025, 12, 29)
    assert calendar.since(PeriodKind.YEAR, first) == ()
    assert len(calendar.since(PeriodKind.YEAR, calendar.period("2026-W53"))) == 52
