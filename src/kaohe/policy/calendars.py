"""When: the calendar of a policy, its deadlines, and the other periods that its formulas look at."""

from collections.abc import Mapping

from kaohe.core.document import Document
from kaohe.core.language import Text
from kaohe.core.period import MONTHS, Calendar, PeriodKind, Weeks
from kaohe.core.problem import Problem
from kaohe.policy import problems
from kaohe.policy.context import Context
from kaohe.policy.policy import Deadline, Reference
from kaohe.policy.shape import PolicyShape, ReferenceShape
from kaohe.policy.vocabulary import EACH

WAYS = ("months", "periods", "since")


def read_calendar(shape: PolicyShape, document: Document, found: list[Problem]) -> Calendar:
    """Return the calendar of a policy; keys that fit no such period are noted."""
    kind, weeks = shape.period, shape.weeks
    said = "weeks" in shape.model_fields_set
    if kind is PeriodKind.WEEK:
        where = Text("where the period is no week")
        found += [
            problems.IDLE_KEY.at(document.place((key,)), key, key=key, where=where)
            for key in ("starts_on", "weeks")
            if key in shape.model_fields_set
        ]
        weeks = Weeks.NONE
    elif kind is not PeriodKind.MONTH and weeks is Weeks.QUARTERS:
        if said:
            place = document.place(("weeks",))
            found.append(problems.WEEKS_OF_A_MONTH.at(place, weeks.value, period=EACH[kind]))
        weeks = Weeks.ISO
    return Calendar(kind, shape.starts_on, shape.starts_in, weeks)


def read_deadlines(context: Context) -> Mapping[str, Deadline]:
    """Return the deadlines of a policy, by name."""
    return {
        name: Deadline(name, one.days, context.told(one, "deadlines", name))
        for name, one in context.shape.deadlines.items()
    }


def read_references(context: Context) -> Mapping[str, Reference]:
    """Return the named sets of other periods; what cannot be one is noted."""
    return {name: _reference(context, name, one) for name, one in context.shape.reference_periods.items()}


def _reference(context: Context, name: str, shape: ReferenceShape) -> Reference:
    path = ("reference_periods", name)
    kind = context.names.calendar.kind
    given = [way for way in WAYS if getattr(shape, way) is not None]
    if len(given) != 1:
        context.problem(problems.ONE_OF, path, ", ".join(given), known=", ".join(WAYS))
    if kind is not PeriodKind.MONTH:
        where = Text("where the period is a month")
        for key in [key for key in ("months", "instead") if getattr(shape, key) is not None]:
            context.idle(key, where, path)
    since = PeriodKind(shape.since) if shape.since else None
    if since is not None and MONTHS[since] <= MONTHS.get(kind, 0):
        context.problem(
            problems.SINCE_TOO_SHORT,
            (*path, "since"),
            since.value,
            since=EACH[since],
            period=EACH[kind],
        )
    return Reference(
        name=name,
        back=tuple(shape.months or shape.periods or ()),
        instead=context.parameter(shape.instead, "month", (*path, "instead")) or None,
        told=context.told(shape, *path),
        since=since,
    )
