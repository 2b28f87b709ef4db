from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.appraisal.ranking import ranked, shared

FEN = Fraction(1, 100)
WEIGHTS = st.dictionaries(
    st.text(min_size=1, max_size=3), st.fractions(min_value=0, max_value=50), max_size=8
)


def test_a_place_is_one_more_than_the_number_who_are_strictly_better() -> None:
    values = {"a": Fraction(1, 3), "b": Fraction(2, 6), "c": Fraction(1, 2), "d": Fraction(1, 4)}
    assert ranked(values, "higher") == (
        ("c", Fraction(1, 2), 1),
        ("a", Fraction(1, 3), 2),
        ("b", Fraction(1, 3), 2),
        ("d", Fraction(1, 4), 4),
    )


def test_where_lower_is_better_the_least_comes_first() -> None:
    assert [row[0] for row in ranked({"slow": Fraction(40), "quick": Fraction(20)}, "lower")] == [
        "quick",
        "slow",
    ]


@given(st.dictionaries(st.text(max_size=3), st.fractions(max_denominator=9), max_size=9))
def test_places_do_not_depend_on_the_order_of_rows(values: dict[str, Fraction]) -> None:
    turned = dict(reversed(values.items()))
    assert {(row[0], row[2]) for row in ranked(values, "higher")} == {
        (row[0], row[2]) for row in ranked(turned, "higher")
    }
    for name, value, place in ranked(values, "higher"):
        assert place == 1 + sum(other > value for other in values.values())
        assert values[name] == value


@given(st.integers(min_value=0, max_value=10**7), WEIGHTS)
def test_a_pool_is_handed_out_to_the_last_fen(fen: int, weights: dict[str, Fraction]) -> None:
    pool = fen * FEN
    given_out = shared(pool, weights, FEN)
    total = sum(weights.values())
    assert sum(given_out.values()) == (pool if total else 0)
    for name, weight in weights.items():
        assert given_out[name] >= 0
        assert total == 0 or abs(given_out[name] - pool * weight / total) < FEN


@given(st.integers(min_value=0, max_value=10**6), WEIGHTS)
def test_more_weight_never_gets_less(fen: int, weights: dict[str, Fraction]) -> None:
    given_out = shared(fen * FEN, weights, FEN)
    for one, weight in weights.items():
        for other, less in weights.items():
            assert weight <= less or given_out[one] >= given_out[other]


@pytest.mark.parametrize(("people", "first"), [(("a", "b", "c"), "a"), (("丙", "乙", "甲"), "丙")])
def test_equal_remainders_go_by_the_person(people: tuple[str, ...], first: str) -> None:
    given_out = shared(Fraction(1), dict.fromkeys(people, Fraction(1)), FEN)
    assert given_out[first] == Fraction(34, 100)
    assert sorted(given_out.values()) == [Fraction(33, 100), Fraction(33, 100), Fraction(34, 100)]
