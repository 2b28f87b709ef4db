"""Pools proved: what is paid out of a pool is never more than the pool."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from kaohe.core.figure import Level
from kaohe.core.number import plain
from kaohe.core.problem import Problem
from kaohe.policy import problems
from kaohe.policy.expression import Apply, Expression, FigureName, Literal, ParameterName
from kaohe.policy.graph import Key
from kaohe.policy.policy import Definition, Policy
from kaohe.policy.printing import printed
from kaohe.policy.vocabulary import EACH

ONE = Fraction(1)
Parts = Mapping[Expression, Fraction]
"""What an amount is a fixed part of → which part; the nearest whole first."""


def check_pools(policy: Policy) -> Iterator[Problem]:
    """Yield a problem for each pool of which more is paid out than there is.

    What the shares take is added up on every day from which a parameter has a new
    value; roundings on the way are left aside.
    """
    shares = [one for one in policy.definitions.values() if one.kind == "share" and one.pool is not None]
    for one in shares:
        if one.each != "period" and _is_of_period(policy, one.pool):
            period, each = EACH[policy.calendar.kind], EACH[one.each]
            place = one.told.at("share")
            yield problems.POOL_EACH_WEEK.at(
                place, name=one.name, pool=_called(one.pool), period=period, each=each
            )
    reported: set[frozenset[str]] = set()
    for day in sorted({since for one in policy.parameters.values() for since, _ in one.values} | {date.min}):
        for whole, taken in _takers(Portions(policy, day), shares).items():
            names = frozenset(one.name for one, _ in taken)
            total = sum((part for _, part in taken), Fraction(0))
            if total > 1 and names not in reported:
                reported.add(names)
                yield _overspent(whole, taken, total)


def _is_of_period(policy: Policy, pool: Expression | None) -> bool:
    definition = policy.definitions.get((pool.name, pool.level)) if isinstance(pool, FigureName) else None
    return definition is not None and definition.each == "period"


def _called(pool: Expression | None) -> str:
    assert pool is not None
    return pool.name if isinstance(pool, FigureName) else printed(pool, Level.PERSON)


def _takers(
    portions: "Portions", shares: list[Definition]
) -> Mapping[Expression, list[tuple[Definition, Fraction]]]:
    """Return each whole with the shares that take of it, and how much of it each takes.

    What is a multiple of something (three times an award per head) is no part of it.
    """
    takers = defaultdict(list)
    for one in shares:
        assert one.pool is not None
        for whole, part in portions.of(one.pool).items():
            if part <= 1:
                takers[whole].append((one, part))
    return takers


def _overspent(whole: Expression, taken: list[tuple[Definition, Fraction]], total: Fraction) -> Problem:
    *_, (last, _) = taken
    place, pool = last.told.at("share"), _called(whole)
    if len(taken) == 2 and all(part == 1 for _, part in taken):
        return problems.POOL_TWICE.at(place, pool=pool, first=taken[0][0].name, name=last.name)
    names = " + ".join(one.name for one, _ in taken)
    return problems.POOL_OVERSPENT.at(place, pool=pool, names=names, percent=plain(total * 100, 2))


@dataclass(slots=True)
class Portions:
    """Knows what amounts are fixed parts of, by the parameters of a day."""

    policy: Policy
    day: date
    _known: dict[Key, Parts] = field(default_factory=dict)

    def of(self, expression: Expression) -> Parts:
        """Return the wholes of which an amount is a fixed part; a number of its own has none."""
        match expression:
            case FigureName(name, level):
                return {expression: ONE} | dict(self._of_figure((name, level)))
            case Apply(op="*", args=(left, right)):
                for factor, rest in ((left, right), (right, left)):
                    number = self._fixed(factor)
                    if number is not None:
                        return {whole: part * number for whole, part in self.of(rest).items()}
            case Apply(op="/", args=(left, right)):
                number = self._fixed(right)
                if number:
                    return {whole: part / number for whole, part in self.of(left).items()}
            case Apply(op="+" | "-" as op, args=(left, right)):
                some, others = self.of(left), self.of(right)
                sign = 1 if op == "+" else -1
                both = {whole: part + sign * others[whole] for whole, part in some.items() if whole in others}
                if both:
                    return both
        return {} if self._fixed(expression) is not None else {expression: ONE}

    def _of_figure(self, key: Key) -> Parts:
        if key not in self._known:
            # A figure that leads back to itself is reported as a circle; here it ends.
            self._known[key] = {}
            definition = self.policy.definitions.get(key)
            if definition is not None and definition.kind == "formula" and definition.body is not None:
                self._known[key] = self.of(definition.body)
        return self._known[key]

    def _fixed(self, expression: Expression) -> Fraction | None:
        """Return the number that a formula of numbers and parameters is; None: it needs data."""
        match expression:
            case Literal(value=Fraction() as value):
                return value
            case ParameterName(name):
                held = self.policy.parameters[name].on(self.day)
                return held if isinstance(held, Fraction) else None
            case Apply(op="+" | "-" | "*" as op, args=(left, right)):
                one, other = self._fixed(left), self._fixed(right)
                if one is None or other is None:
                    return None
                return one + other if op == "+" else one - other if op == "-" else one * other
        return None
