from datetime import date
from fractions import Fraction

import pytest

from kaohe.appraisal.arithmetic import APPLY, GATHER, months_between
from kaohe.core.figure import Value

ONE, TWO = Fraction(1), Fraction(2)


@pytest.mark.parametrize("op", ["+", "-", "*", "/", "min", "max", "<", "<=", ">", ">=", "==", "!="])
def test_no_value_passes_through(op: str) -> None:
    assert APPLY[op]((None, ONE)) is None
    assert APPLY[op]((ONE, None)) is None


def test_a_zero_base_has_no_value() -> None:
    assert APPLY["/"]((ONE, Fraction(0))) is None
    assert APPLY["/"]((ONE, Fraction(3))) == Fraction(1, 3)


@pytest.mark.parametrize(
    ("op", "args", "result"),
    [
        ("and", (True, None), None),
        ("and", (False, None), False),
        ("or", (False, None), None),
        ("or", (True, None), True),
        ("not", (None,), None),
        ("if", (None, ONE, TWO), None),
        ("if", (True, ONE, None), ONE),
        ("default", (None, None, TWO), TWO),
        ("known", (None,), False),
        ("in", ("a", ("a", "b")), True),
    ],
)
def test_what_is_unknown_decides_nothing(op: str, args: tuple[Value, ...], result: Value) -> None:
    assert APPLY[op](args) == result


def test_a_sum_leaves_out_what_has_no_value_and_a_mean_of_nothing_has_none() -> None:
    assert GATHER["sum"]([ONE, None, TWO]) == 3
    assert GATHER["mean"]([ONE, None, TWO]) == Fraction(3, 2)
    assert GATHER["mean"]([None]) is None
    assert GATHER["count"]([None, None]) == 2
    assert GATHER["any"]([False, None]) is None
    assert GATHER["all"]([]) is True


@pytest.mark.parametrize(
    ("hired", "months"),
    [(date(2026, 5, 1), 5), (date(2026, 5, 31), 5), (date(2026, 10, 15), 0), (date(2027, 1, 1), 0)],
)
def test_seniority_counts_whole_months_from_the_month_of_hiring(hired: date, months: int) -> None:
    assert months_between(hired, date(2026, 10, 31)) == months
    assert months_between(None, date(2026, 10, 31)) is None
