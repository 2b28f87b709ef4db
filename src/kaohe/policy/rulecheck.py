"""Rules proved one by one: bands that fit together, conditions that can be met, marks that agree."""

import operator
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from kaohe.core.language import Text
from kaohe.core.number import plain
from kaohe.core.problem import Place, Problem
from kaohe.policy import problems
from kaohe.policy.expression import Apply, Expression, Literal, walk
from kaohe.policy.graph import rule_expressions, there
from kaohe.policy.policy import Band, Definition, Policy, Rule

COMPARISON = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}
Range = tuple[Fraction | None, bool, Fraction | None, bool]
"""A low border, whether it belongs to the range, a high border, whether it does."""


def check_rules(definition: Definition) -> Iterator[Problem]:
    """Yield what is wrong with a figure's rules as such."""
    otherwise: Place | None = None
    for index, rule in enumerate(definition.rules):
        if otherwise is not None:
            yield problems.AFTER_OTHERWISE.at(rule.told.place)
        if rule.kind == "otherwise":
            otherwise = rule.told.place
        yield from _bands(rule.bands, "rate" if rule.kind == "slabs" else "give")
        yield from _never(rule)
        yield from _places(rule)
        if definition.kind == "cases" and any(_covers(before, rule) for before in definition.rules[:index]):
            why = Text("a case above it applies whenever this one would")
            yield problems.NEVER.at(rule.told.at("when"), why=why)
    yield from _marks(definition)


def check_divisions(policy: Policy) -> Iterator[Problem]:
    """Yield every division by the constant zero."""
    for definition in policy.definitions.values():
        told = definition.told
        for part in there((definition.body, definition.pool, definition.only_if, definition.minimum_base)):
            if _divides_by_zero(part):
                yield problems.DIVIDES_BY_ZERO.at(told.at("is", "share", "bands", "slabs"))
        for rule in definition.rules:
            if any(map(_divides_by_zero, rule_expressions(rule))):
                yield problems.DIVIDES_BY_ZERO.at(rule.told.at("give", "when", "of", "otherwise"))


def _divides_by_zero(expression: Expression) -> bool:
    return any(
        isinstance(part, Apply) and part.op == "/" and constant(part.args[1]) == 0
        for part in walk(expression)
    )


# Bands


def _bands(bands: tuple[Band, ...], key: str) -> Iterator[Problem]:
    if not bands:
        return
    sound = []
    for band in bands:
        if band.low is not None and band.high is not None and band.low >= band.high:
            low, high = band.written
            yield problems.BAND_EMPTY.at(band.place, low=low, high=high)
        else:
            sound.append(band)
    ordered = sorted(sound, key=lambda band: (band.low is not None, band.low or 0))
    if not ordered:
        return
    first, last = ordered[0], ordered[-1]
    if first.low is not None:
        yield problems.BAND_OPEN_BELOW.at(first.place, border=first.written[0], key=key)
    for before, after in pairwise(ordered):
        yield from _seam(before, after, key)
    if last.high is not None and all(band.high is not None for band in ordered):
        highest = max(ordered, key=lambda band: band.high or 0)
        yield problems.BAND_OPEN_ABOVE.at(highest.place, border=highest.written[1], key=key)


def _seam(before: Band, after: Band, key: str) -> Iterator[Problem]:
    if before.high is None or after.low is None or before.high > after.low:
        low = after.written[0] or "−∞"
        ends = [band for band in (before, after) if band.high is not None]
        high = min(ends, key=lambda band: band.high or 0).written[1] if ends else "∞"
        yield problems.BAND_OVERLAP.at(after.place, low=low, high=high)
    elif before.high < after.low:
        yield problems.BAND_GAP.at(after.place, low=before.written[1], high=after.written[0], key=key)


def _marks(definition: Definition) -> Iterator[Problem]:
    """Yield a warning where % and ‰ stand in the rows of one table: a slip is a factor of ten."""
    for rule in definition.rules:
        gives = {_mark(band.give) for band in rule.bands} - {""}
        borders = {text[-1] for band in rule.bands for text in band.written if text[-1:] in ("%", "‰")}
        if len(gives) > 1 or len(borders) > 1:
            yield problems.MIXED_MARKS.at(rule.bands[0].place)
    cases = {_mark(rule.give) for rule in definition.rules if rule.give is not None} - {""}
    if len(cases) > 1:
        yield problems.MIXED_MARKS.at(definition.told.at("cases", "adds"))


def _mark(expression: Expression) -> str:
    return expression.text[-1:] if isinstance(expression, Literal) and expression.ratio else ""


def _places(rule: Rule) -> Iterator[Problem]:
    places = sorted(rule.awards)
    for better, worse in pairwise(places):
        if rule.awards[worse] > rule.awards[better]:
            yield problems.PLACES_ORDER.at(rule.told.at("places"), better=better, worse=worse)


# Rules that cannot fire


def _never(rule: Rule) -> Iterator[Problem]:
    if rule.awards and not any(rule.awards.values()):
        yield problems.NEVER.at(rule.told.at("places"), why=Text("every place earns zero"))
    if truth(rule.when) is False:
        yield problems.NEVER.at(rule.told.at("when"), why=Text("its condition is never true"))
    if truth(rule.unless) is True:
        yield problems.NEVER.at(rule.told.at("unless"), why=Text("what stops it is always true"))
    if rule.when is not None and rule.when == rule.unless:
        yield problems.NEVER.at(rule.told.at("unless"), why=Text("what stops it is its own condition"))
    gives = constant(rule.give)
    if rule.kind in ("when", "per", "review") and gives == 0:
        yield problems.NEVER.at(rule.told.at("give"), why=Text("it gives zero"))
    if rule.at_most is not None and gives is not None and gives < 0:
        yield problems.CAP_OF_A_LOSS.at(rule.told.at("at_most"))
    if rule.at_least is not None and gives is not None and gives > 0:
        yield problems.FLOOR_OF_A_GAIN.at(rule.told.at("at_least"))
    least, most = constant(rule.at_least), constant(rule.at_most)
    if least is not None and most is not None and least > most:
        place = rule.told.at("at_least")
        yield problems.LEAST_ABOVE_MOST.at(place, least=plain(least), most=plain(most))


def constant(expression: Expression | None) -> Fraction | None:
    """Return the number that an expression is, if it is one."""
    if isinstance(expression, Literal) and isinstance(expression.value, Fraction):
        return expression.value
    return None


def truth(expression: Expression | None) -> bool | None:
    """Return the truth value of a condition that needs no data, else None.

    Besides constants: x < x, and borders that leave no value for one thing.
    """
    if isinstance(expression, Literal) and isinstance(expression.value, bool):
        return expression.value
    if not isinstance(expression, Apply):
        return None
    if expression.op in ("and", "or"):
        said = [truth(arg) for arg in expression.args]
        decisive = expression.op == "or"
        if decisive in said or (expression.op == "and" and _contradict(expression.args)):
            return decisive
        return None if None in said else not decisive
    if expression.op == "not":
        inner = truth(expression.args[0])
        return None if inner is None else not inner
    if expression.op not in COMPARISON:
        return None
    left, right = expression.args
    if left == right and expression.op in ("<", ">", "!="):
        return False
    one, other = constant(left), constant(right)
    return None if one is None or other is None else bool(COMPARISON[expression.op](one, other))


def _range(condition: Expression | None) -> tuple[Expression, Range] | None:
    """Return what a comparison with a constant is about and which values it lets through; None: no such."""
    if not isinstance(condition, Apply) or condition.op not in ("<", "<=", ">", ">=", "=="):
        return None
    left, right = condition.args
    op, thing, border = condition.op, left, constant(right)
    if border is None:
        op, thing, border = TURNED[op], right, constant(left)
    if border is None:
        return None
    low = (border, op != ">") if op in (">", ">=", "==") else (None, False)
    high = (border, op != "<") if op in ("<", "<=", "==") else (None, False)
    return thing, (*low, *high)


def _contradict(parts: tuple[Expression, ...]) -> bool:
    """Return whether comparisons of one thing with constants leave no value for it."""
    ranges: dict[Expression, list[Range]] = {}
    for part in parts:
        found = _range(part)
        if found is not None:
            ranges.setdefault(found[0], []).append(found[1])
    return any(
        _apart(one, other)
        for there_ in ranges.values()
        for one in there_
        for other in there_
        if one is not other
    )


def _apart(one: Range, other: Range) -> bool:
    """Return whether the first range ends before the second begins."""
    high, high_in, low, low_in = one[2], one[3], other[0], other[1]
    return high is not None and low is not None and (high < low or (high == low and not (high_in and low_in)))


def _covers(before: Rule, rule: Rule) -> bool:
    """Return whether a case above applies whenever this one would."""
    if before.kind != "case" or before.unless is not None or rule.kind != "case" or before.when is None:
        return False
    if before.when == rule.when or truth(before.when) is True:
        return True
    wide, narrow = _range(before.when), _range(rule.when)
    return wide is not None and narrow is not None and wide[0] == narrow[0] and _within(narrow[1], wide[1])


def _within(narrow: Range, wide: Range) -> bool:
    low_ok = wide[0] is None or (
        narrow[0] is not None and (narrow[0] > wide[0] or (narrow[0] == wide[0] and wide[1] >= narrow[1]))
    )
    high_ok = wide[2] is None or (
        narrow[2] is not None and (narrow[2] < wide[2] or (narrow[2] == wide[2] and wide[3] >= narrow[3]))
    )
    return low_ok and high_ok
