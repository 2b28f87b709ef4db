"""Spans of time in the words of a policy: its periods, weeks and days, and what is due when."""

from collections.abc import Iterator, Mapping

from kaohe.core.language import Text
from kaohe.core.period import Calendar, PeriodKind, Weeks
from kaohe.policy.policy import Reference

BEFORE: Mapping[PeriodKind, Text] = {
    PeriodKind.WEEK: Text("last week's {figure}"),
    PeriodKind.MONTH: Text("last month's {figure}"),
    PeriodKind.QUARTER: Text("last quarter's {figure}"),
    PeriodKind.HALF_YEAR: Text("the last half-year's {figure}"),
    PeriodKind.YEAR: Text("last year's {figure}"),
}
"""A figure of the period before."""
OWN_BEFORE: Mapping[PeriodKind, Text] = {
    PeriodKind.WEEK: Text("last week's"),
    PeriodKind.MONTH: Text("last month's"),
    PeriodKind.QUARTER: Text("last quarter's"),
    PeriodKind.HALF_YEAR: Text("the last half-year's"),
    PeriodKind.YEAR: Text("last year's"),
}
"""The same, where the sentence is about that figure."""
SHOP_BEFORE: Mapping[PeriodKind, Text] = {
    PeriodKind.WEEK: Text("the shop's average of last week"),
    PeriodKind.MONTH: Text("the shop's average of last month"),
    PeriodKind.QUARTER: Text("the shop's average of last quarter"),
    PeriodKind.HALF_YEAR: Text("the shop's average of the last half-year"),
    PeriodKind.YEAR: Text("the shop's average of last year"),
}
GATHERED: Mapping[tuple[str, str], Text] = {
    ("sum", "days"): Text("the sum of {body} over the days"),
    ("sum", "weeks"): Text("the sum of {body} over the weeks"),
    ("sum", "months"): Text("the sum of {body} over the months"),
    ("sum", "group"): Text("the sum of {body} of {over}"),
    ("sum", "shops"): Text("the sum of {body} over the shops"),
    ("sum", "periods"): Text("the sum of {body} over {over}"),
    ("mean", "days"): Text("the mean of {body} over the days"),
    ("mean", "weeks"): Text("the mean of {body} over the weeks"),
    ("mean", "months"): Text("the mean of {body} over the months"),
    ("mean", "group"): Text("the mean of {body} of {over}"),
    ("mean", "shops"): Text("the mean of {body} over the shops"),
    ("mean", "periods"): Text("the mean of {body} over {over}"),
    ("count", "days"): Text("the number of days"),
    ("sum", "departments"): Text("the sum of {body} over the departments"),
    ("mean", "departments"): Text("the mean of {body} over the departments"),
    ("count", "departments"): Text("the number of departments"),
    ("any", "departments"): Text("in some department {body}"),
    ("all", "departments"): Text("in every department {body}"),
    ("count", "weeks"): Text("the number of weeks"),
    ("count", "months"): Text("the number of months"),
    ("count", "group"): Text("the number of {over}"),
    ("count", "shops"): Text("the number of shops"),
    ("count", "periods"): Text("how many months {over} are"),
    ("any", "days"): Text("on some day {body}"),
    ("any", "weeks"): Text("in some week {body}"),
    ("any", "months"): Text("in some month {body}"),
    ("any", "group"): Text("of someone among {over}, {body}"),
    ("any", "shops"): Text("in some shop {body}"),
    ("any", "periods"): Text("in some month of {over}, {body}"),
    ("all", "days"): Text("on every day {body}"),
    ("all", "weeks"): Text("in every week {body}"),
    ("all", "months"): Text("in every month {body}"),
    ("all", "group"): Text("of everyone among {over}, {body}"),
    ("all", "shops"): Text("in every shop {body}"),
    ("all", "periods"): Text("in every month of {over}, {body}"),
}
"""Gatherings, by operation and what they run over."""
OF_PERIODS: Mapping[str, Text] = {
    "count": Text("how many periods {over} are"),
    "any": Text("in some period of {over}, {body}"),
    "all": Text("in every period of {over}, {body}"),
}
"""The same over other periods that are no months."""
OFFERED: Mapping[str, Text] = {
    "day": Text("the points on offer for the places in {figures} over the days"),
    "week": Text("the points on offer for the places in {figures} over the weeks"),
    "period": Text("the points on offer for the places in {figures}"),
}
EACH: Mapping[str, Text] = {
    "day": Text("each day"),
    "week": Text("each week"),
    "month": Text("each month"),
    "quarter": Text("each quarter"),
    "half_year": Text("each half-year"),
    "year": Text("each year"),
}
RUNNING: Mapping[PeriodKind, Text] = {
    PeriodKind.QUARTER: Text("from the beginning of the quarter up to the period before"),
    PeriodKind.HALF_YEAR: Text("from the beginning of the half-year up to the period before"),
    PeriodKind.YEAR: Text("from the beginning of the year up to the period before"),
}
PERIODS: Mapping[PeriodKind, Text] = {
    PeriodKind.WEEK: Text("The period is the week, from Monday to Sunday."),
    PeriodKind.MONTH: Text("The period is the calendar month."),
    PeriodKind.QUARTER: Text("The period is the quarter."),
    PeriodKind.HALF_YEAR: Text("The period is the half-year."),
    PeriodKind.YEAR: Text("The period is the year."),
}


def gathered(op: str, kind: str, calendar: Calendar) -> Text:
    """Return how a gathering is said."""
    if kind == "periods" and calendar.kind is not PeriodKind.MONTH and op in OF_PERIODS:
        return OF_PERIODS[op]
    return GATHERED[op, kind]


def each_said(each: str, calendar: Calendar) -> Text:
    """Return how often something is computed or asked."""
    return EACH[calendar.kind.value if each == "period" else each]


def calendar_texts(calendar: Calendar) -> Iterator[Text]:
    """Yield the sentences on the period: how long it is, where it begins."""
    first = {"first": calendar.starts_on, "last": calendar.starts_on - 1}
    if calendar.kind is PeriodKind.MONTH and calendar.starts_on > 1:
        yield Text(
            "The period runs from day {first} of a month to day {last} of the next, whose name it bears."
        ).filled(**first)
        return
    yield PERIODS[calendar.kind]
    if calendar.has_months and calendar.starts_in > 1:
        yield Text("The first one of a year begins with month {number}.").filled(number=calendar.starts_in)
    if calendar.has_months and calendar.starts_on > 1:
        yield Text("A month runs from day {first} to day {last} of the next, whose name it bears.").filled(
            **first
        )


def week_text(calendar: Calendar) -> Text:
    """Return the sentence on how a period is cut into weeks."""
    if calendar.weeks is Weeks.QUARTERS:
        return Text("It has four weeks: days 1–7, 8–14, 15–21, and 22 to the end.")
    if calendar.weeks is Weeks.ISO:
        return Text(
            "Weeks run from Monday to Sunday; one over a border belongs to the period that has its Thursday."
        )
    return Text("Weeks run from Monday to Sunday, cut at the period's borders.")


def reference_texts(reference: Reference, calendar: Calendar) -> list[Text]:
    """Return the periods of a named set, each as one says it."""
    if reference.since is not None:
        return [RUNNING[reference.since]]
    if calendar.kind is PeriodKind.MONTH:
        one, more = Text("the month before"), Text("{count} months before")
    else:
        one, more = Text("the period before"), Text("{count} periods before")
    return [one if back == -1 else more.filled(count=-back) for back in reference.back]
