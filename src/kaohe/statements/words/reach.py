"""How many more (or fewer) it would have taken: counted exactly, or not said at all.

Only a figure that is one measure divided by another (or by a fact) can be answered for;
its bar is a fixed number or the shop's own value, which moves along with the person's share in it.
"""

from dataclasses import dataclass
from fractions import Fraction

from kaohe.core.figure import FigureKey, MeasureRef, Node, Unit
from kaohe.core.number import CENT
from kaohe.statements.words.formulas import reduced
from kaohe.statements.words.voice import Voice

STEPS = {Unit.COUNT: Fraction(1), Unit.MONEY: CENT}


@dataclass(frozen=True, slots=True)
class Need:
    """What it would have taken.

    Attributes:
        number: How many, or how much, more (or less).
        unit: Count or money.
        measure: The measure that would have had to be larger (or smaller).
        down: Whether less of it was needed.
        strict: Whether the bar had to be passed, not only reached.
    """

    number: Fraction
    unit: Unit
    measure: Node
    down: bool
    strict: bool


def to(voice: Voice, about: FigureKey, bar: Node, *, strict: bool, down: bool | None = None) -> Need | None:
    """Return what would have brought a figure to a bar; None where it cannot be told exactly.

    Args:
        voice: Of which appraisal.
        about: The figure.
        bar: What had to be reached: a number, the shop's value, a colleague's.
        strict: Whether it had to be passed.
        down: Whether less is better; None: as the figure has it.
    """
    figure = voice.appraisal.figures.get(about)
    if figure is None or figure.value is None:
        return None
    own = Node("figure", figure.value, ref=about, unit=figure.unit)
    lower = voice.definition(about).better == "lower" if down is None else down
    return of(voice, own, bar, strict=strict, down=lower)


def of(voice: Voice, own: Node, bar: Node, *, strict: bool, down: bool = False) -> Need | None:
    """Return what would have brought the figure of a node to a bar; see ``to``."""
    if not isinstance(own.ref, FigureKey) or not isinstance(bar.value, Fraction):
        return None
    if own.ref not in voice.appraisal.figures:
        return None
    quotient = _quotient(voice, own.ref)
    if quotient is None:
        return None
    above, below = quotient
    gap = _number(below) * bar.value - _number(above)
    if isinstance(bar.ref, FigureKey) and bar.ref != own.ref and bar.ref.span == own.ref.span:
        moving = _moving_gap(voice, bar.ref, above, below)
        if moving is None:
            return None
        gap = moving
    number = _steps(-gap if down else gap, STEPS[_unit(above)], strict=strict)
    if number <= 0 or (down and number > _number(above)):
        return None
    return Need(number, _unit(above), above, down, strict)


def _quotient(voice: Voice, key: FigureKey) -> tuple[Node, Node] | None:
    """Return dividend and divisor of a figure that is one measure divided by another number."""
    tree = reduced(voice.appraisal.reason(key).tree)
    if tree.op != "/" or tree.value is None:
        return None
    above, below = tree.args
    countable = above.op == "measure" and above.unit in STEPS
    return (above, below) if countable and below.op in ("measure", "fact") and _number(below) > 0 else None


def _moving_gap(voice: Voice, key: FigureKey, above: Node, below: Node) -> Fraction | None:
    """Return what the dividend lacks where the bar is the shop's own quotient, which moves along with it.

    With a / b the person's and s / S the shop's, (a + n) / b ≥ (s + n) / S holds from
    n = (b·s − S·a) / (S − b) on. None where the person's numbers are no part of the shop's.
    """
    if key not in voice.appraisal.figures:
        return None
    tree = reduced(voice.appraisal.reason(key).tree)
    if tree.op != "/" or not all(_part_of(*pair) for pair in zip((above, below), tree.args, strict=True)):
        return None
    total, base = (_number(arg) for arg in tree.args)
    if base <= _number(below):
        return None
    return (_number(below) * total - base * _number(above)) / (base - _number(below))


def _part_of(mine: Node, theirs: Node) -> bool:
    """Whether one sum of a measure is part of another: the same measure, of one person and of the shop."""
    one, other = mine.ref, theirs.ref
    if not isinstance(one, MeasureRef) or not isinstance(other, MeasureRef):
        return False
    return (one.measure, one.shops, one.without) == (other.measure, other.shops, other.without)


def _steps(gap: Fraction, step: Fraction, *, strict: bool) -> Fraction:
    """Return the least whole number of steps that covers a gap; one more where it must be passed."""
    steps = -(-gap // step)
    if strict and steps * step == gap:
        steps += 1
    return steps * step


def _number(node: Node) -> Fraction:
    return node.value if isinstance(node.value, Fraction) else Fraction(0)


def _unit(node: Node) -> Unit:
    return node.unit or Unit.COUNT
