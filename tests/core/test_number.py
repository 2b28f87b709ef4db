from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.core.number import Direction, apart, exact, fixed, plain, rounded


@pytest.mark.parametrize(
    ("value", "text"),
    [("0.005", "0.01"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("0.0049", "0.00"), ("-0.0049", "0.00")],
)
def test_halves_round_away_from_zero_and_zero_has_no_sign(value: str, text: str) -> None:
    assert fixed(exact(value), 2) == text


def test_a_third_is_written_to_twelve_places_and_a_decimal_in_full() -> None:
    assert plain(Fraction(1, 3)) == "0.333333333333"
    assert plain(exact("0.12345678901234567")) == "0.12345678901234567"
    assert plain(Fraction(300)) == "300"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_a_decimal_comes_back_as_it_was(number: object) -> None:
    assert exact(plain(exact(str(number)))) == exact(str(number))


@given(st.fractions(), st.integers(min_value=1, max_value=1000))
def test_rounding_moves_a_value_by_at_most_half_a_step(value: Fraction, steps: int) -> None:
    step = Fraction(1, steps)
    assert abs(rounded(value, step) - value) <= step / 2
    assert (rounded(value, step) / step).denominator == 1


@pytest.mark.parametrize(
    ("direction", "results"),
    [
        ("half_up", "2 3 4 -3 2 2 3 -2"),
        ("half_even", "2 2 4 -2 2 2 3 -2"),
        ("half_down", "2 2 3 -2 2 2 3 -2"),
        ("up", "2 3 4 -3 3 3 3 -3"),
        ("down", "2 2 3 -2 2 2 2 -2"),
    ],
)
def test_a_direction_decides_halves_and_ends(direction: str, results: str) -> None:
    values = ["2", "2.5", "3.5", "-2.5", "2.1", "2.4999", "2.5001", "-2.4"]
    step = Fraction(1)
    assert [plain(rounded(exact(one), step, Direction(direction))) for one in values] == results.split()


@given(st.fractions(), st.integers(min_value=1, max_value=1000), st.sampled_from(Direction))
def test_every_direction_is_alike_on_both_sides_of_zero(value: Fraction, steps: int, way: Direction) -> None:
    step = Fraction(1, steps)
    there = rounded(value, step, way)
    assert rounded(-value, step, way) == -there
    assert abs(there - value) < step
    assert rounded(there, step, way) == there


def test_a_shown_value_stays_on_its_side_of_the_border() -> None:
    assert apart(exact("59.996"), exact("60"), 2) == 3
    assert apart(exact("60"), exact("60"), 2) == 2
    assert fixed(exact("1234567.5"), 2, comma=",") == "1,234,567.50"


@pytest.mark.parametrize("text", ["", "NaN", "Infinity", "1,000", "twelve", "1e999999999", "1e-999999999"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        exact(text)
