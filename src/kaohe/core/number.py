"""Exact numbers: read from text, rounded only where told, written without lying.

Every value is a ``Fraction``: decimals, money and ratios alike stay exact, so that a
tie is a tie and a third is a third. Text is read by way of ``Decimal``; a float
never takes part.
"""

from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction

CENT = Fraction(1, 100)
MOST_DIGITS = 100


def exact(text: str) -> Fraction:
    """Return the number that a decimal text names, such as ``-1,234.50`` without the comma.

    Raises:
        ValueError: The text is no finite decimal, or one of more than a hundred digits' size.
    """
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError(text) from None
    # An exponent beyond all money and counts would make an integer that fills the memory.
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
        raise ValueError(text)
    return Fraction(number)


class Direction(StrEnum):
    """Which way a value is rounded.

    The first three go to the nearest step, and differ in where a half goes: away from
    zero, to the even neighbour, towards zero. ``up`` is away from zero, ``down`` towards it.
    """

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    HALF_DOWN = "half_down"
    UP = "up"
    DOWN = "down"


def rounded(value: Fraction, to: Fraction = CENT, direction: Direction = Direction.HALF_UP) -> Fraction:
    """Return a multiple of ``to``: the nearest one, or the one that lies in the direction.

    Halves go away from zero where nothing else is said.
    """
    steps = abs(value) / to
    whole, rest = divmod(steps.numerator, steps.denominator)
    # Twice the rest beside the whole tells a half exactly.
    half = 2 * rest - steps.denominator
    match direction:
        case Direction.UP:
            further = rest > 0
        case Direction.DOWN:
            further = False
        case Direction.HALF_UP:
            further = half >= 0
        case Direction.HALF_DOWN:
            further = half > 0
        case Direction.HALF_EVEN:
            further = half > 0 or (half == 0 and whole % 2 == 1)
    whole += further
    return whole * to if value >= 0 else -whole * to


def plain(value: Fraction, places: int = 12) -> str:
    """Return the value as decimal text: all its digits, or ``places`` where it has no end.

    Borders: money written so always shows at least its own digits, no zeros are
    added; a value without a finite decimal is rounded half up.
    """
    rest, powers = value.denominator, {2: 0, 5: 0}
    for prime in powers:
        while rest % prime == 0:
            rest //= prime
            powers[prime] += 1
    return fixed(value, places if rest != 1 else max(powers.values()))


def fixed(value: Fraction, places: int, *, comma: str = "") -> str:
    """Return the value with exactly this many decimal places, rounded half up.

    Args:
        value: The number.
        places: Decimal places, 0 or more.
        comma: What separates the thousands.
    """
    # Whole numbers alone: figures are written by the million.
    above, below = abs(value.numerator) * 10**places, value.denominator
    whole = (above * 2 + below) // (below * 2)
    digits = str(whole).rjust(places + 1, "0")
    head, tail = (digits[:-places], digits[-places:]) if places else (digits, "")
    if comma:
        head = f"{int(head):,}".replace(",", comma)
    sign = "-" if value < 0 and whole else ""
    return f"{sign}{head}.{tail}" if tail else f"{sign}{head}"


def apart(value: Fraction, border: Fraction, places: int, most: int = 12) -> int:
    """Return how many places show a value on its own side of a border.

    A shown value must not contradict its rule: 59.996 % beside "below 60 %" is not
    shown as 60.00 %.
    """
    if value == border:
        return places
    for enough in range(places, most + 1):
        if fixed(value, enough) != fixed(border, enough):
            return enough
    return most
