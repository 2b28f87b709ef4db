"""When a figure is final: a matter of its formula and span, not of its value."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from kaohe.appraisal.formulas import days_left_out
from kaohe.core.figure import Level
from kaohe.core.measure import MEASURES, delay_days
from kaohe.core.period import Span
from kaohe.policy.expression import (
    Apply,
    Entries,
    Expression,
    FigureName,
    Gather,
    MeasureName,
    Offered,
    Row,
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
            days = [self._formula(one, span, without) for one in expressions(definition)]
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

    def _all(self, parts: Iterable[Expression | None], span: Span, without: Collection[date]) -> date:
        return max((self._formula(part, span, without) for part in parts if part is not None), default=ALWAYS)

    def _formula(self, expression: Expression, span: Span, without: Collection[date]) -> date:
        match expression:
            case MeasureName(name):
                return self.measure(name, span, without)
            case Entries() | Row():
                return span.last
            case FigureName(name, level):
                definition = self.policy.definitions[name, level]
                return self.day(definition, self.period if definition.each == "period" else span)
            case Apply(args=args):
                return self._all(args, span, without)
            case Gather(over=over, body=body, where=where):
                if over.kind == "periods":
                    return ALWAYS
                spans = self.policy.calendar.weeks(self.period) if over.kind == "weeks" else (span,)
                return max(self._all((body, where), one, without) for one in spans)
            case Offered():
                return ALWAYS
        return ALWAYS
