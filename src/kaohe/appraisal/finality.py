"""When a figure is final: a matter of its formula and span, not of its value."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from kaohe.appraisal.formulas import days_left_out
from kaohe.core.figure import Level
from kaohe.core.measure import MEASURES, delay_days
from kaohe.core.period import Span
from kaohe.policy.expression import (
    CUTS,
    Apply,
    Entries,
    Expression,
    FigureName,
    Gather,
    MeasureName,
    Offered,
    Operating,
    Over,
    RatersMissing,
    Reviewed,
    Reviews,
    Row,
    Score,
)
from kaohe.policy.graph import expressions
from kaohe.policy.policy import Definition, Policy

ALWAYS = date.min


@dataclass
class Finality:
    """Tells the day whose end makes figures of one period final.

    Attributes:
        policy: The policy.
        period: The period.
    """

    policy: Policy
    period: Span
    _known: dict[tuple[str, Level, str], date] = field(default_factory=dict)

    def day(self, definition: Definition, span: Span) -> date:
        """Return the latest of the days on which what the figure is computed from becomes final."""
        key = (definition.name, definition.level, span.label)
        if key not in self._known:
            without = days_left_out(self.policy, definition, self.period)
            each = "period" if span == self.period else definition.each
            days = [self._formula(one, _View(span, each, without)) for one in expressions(definition)]
            if definition.of:
                days.append(self.day(self.policy.definitions[definition.of, definition.level], span))
            if any(rule.kind == "places" for rule in definition.rules):
                places = self.policy.definitions[f"{definition.of}.place", definition.level]
                days.append(self.day(places, span))
            if any(rule.kind == "review" for rule in definition.rules):
                days.append(span.last)
            self._known[key] = max(days, default=ALWAYS)
        return self._known[key]

    def measure(self, name: str, span: Span, without: Collection[date] = ()) -> date:
        """Return the day whose end makes a measure's sum over a span, but for days left out, final."""
        last = max((day for day in span.days() if day not in without), default=None)
        if last is None:
            return ALWAYS
        return last + timedelta(days=delay_days(MEASURES[name], self.policy.rules))

    def _all(self, parts: Iterable[Expression | None], view: "_View") -> date:
        return max((self._formula(part, view) for part in parts if part is not None), default=ALWAYS)

    def _formula(self, expression: Expression, view: "_View") -> date:
        match expression:
            case MeasureName(name):
                return self.measure(name, view.span, view.without)
            case Entries() | Row():
                return view.span.last
            case Score(form) | RatersMissing(form):
                return self.period.last + timedelta(days=self.policy.forms[form].due)
            case Reviewed() | Reviews() | Operating():
                return self.period.last
            case FigureName(name, level):
                definition = self.policy.definitions[name, level]
                return self.day(definition, view.span if definition.each == view.each else self.period)
            case Apply(args=args):
                return self._all(args, view)
            case Gather(over=over, body=body, where=where):
                if over.kind == "periods":
                    return ALWAYS
                return max((self._all((body, where), one) for one in self._cut(over, view)), default=ALWAYS)
            case Offered():
                return ALWAYS
        return ALWAYS

    def _cut(self, over: Over, view: "_View") -> list["_View"]:
        """Return from where the body of a gathering looks."""
        if over.kind not in CUTS:
            return [view]
        each = CUTS[over.kind]
        return [replace(view, span=one, each=each) for one in self.policy.calendar.spans(view.span, each)]


@dataclass(frozen=True, slots=True)
class _View:
    """What a formula is about: the span, what of the period it is, and the days left out."""

    span: Span
    each: str
    without: Collection[date]
