"""Krippendorff's α against the worked example of its author, and its borders."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe.ratings.agreement import NO_PAIRS, NO_VARIATION, Metric, agreement

EXAMPLE = """
    1 2 3 3 2 1 4 1 2 . . .
    1 2 3 3 2 2 4 1 2 5 . 3
    . 3 3 3 2 3 4 2 2 5 1 .
    1 2 3 3 2 4 4 1 2 5 1 .
"""
"""Four observers, twelve units: part C of "Computing Krippendorff's Alpha-Reliability" (2011)."""


def units(text: str) -> list[list[Fraction]]:
    rows = [row.split() for row in text.strip().splitlines()]
    return [[Fraction(cell) for cell in column if cell != "."] for column in zip(*rows, strict=True)]


@pytest.mark.parametrize(
    ("metric", "published"),
    [(Metric.NOMINAL, "0.743"), (Metric.ORDINAL, "0.815"), (Metric.INTERVAL, "0.849")],
)
def test_alpha_is_what_its_author_computed(metric: Metric, published: str) -> None:
    found = agreement(units(EXAMPLE), seed=1, metric=metric)
    assert found.alpha is not None
    assert f"{float(found.alpha):.3f}" == published
    assert found.units == 11  # the twelfth was seen by one observer alone
    assert found.pairs == 8 * 6 + 3 + 3 + 1
    assert found.low is not None
    assert found.high is not None
    assert found.low <= float(found.alpha) <= found.high <= 1


def test_two_observers_of_a_yes_or_no_agree_as_published() -> None:
    """Part A of the same paper: ten units, two observers, two categories."""
    text = "0 1 0 0 0 0 0 0 1 0\n1 1 1 0 0 1 0 0 0 0"
    found = agreement(units(text), seed=1, metric=Metric.NOMINAL)
    assert found.alpha is not None
    assert f"{float(found.alpha):.3f}" == "0.095"


def test_the_same_seed_gives_the_same_interval_and_another_one_another() -> None:
    one, again, other = (agreement(units(EXAMPLE), seed=seed) for seed in (7, 7, 8))
    assert one == again
    assert one.low != other.low or one.high != other.high
    assert one.alpha == other.alpha


def test_full_agreement_is_one_with_an_interval_of_one() -> None:
    found = agreement([[Fraction(score)] * 3 for score in (1, 2, 3, 4)], seed=1)
    assert [found.alpha, found.low, found.high] == [1, 1, 1]


def test_without_a_thing_that_two_scored_there_is_no_alpha_and_it_says_why() -> None:
    found = agreement([[Fraction(1)], [Fraction(2)], []], seed=1)
    assert (found.alpha, found.units, found.why) == (None, 0, NO_PAIRS)


def test_where_all_scores_are_the_same_there_is_no_alpha_and_it_says_why() -> None:
    found = agreement([[Fraction(3), Fraction(3)]] * 5, seed=1)
    assert (found.alpha, found.units, found.pairs, found.why) == (None, 5, 5, NO_VARIATION)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=4), min_size=1, max_size=12),
    st.sampled_from(Metric),
    st.randoms(use_true_random=False),
)
def test_alpha_does_not_depend_on_the_order_of_anything(
    scores: list[list[int]], metric: Metric, dice: Random
) -> None:
    before = [[Fraction(one) for one in unit] for unit in scores]
    after = [dice.sample(unit, len(unit)) for unit in dice.sample(before, len(before))]
    assert agreement(before, 3, metric, draws=20) == agreement(after, 3, metric, draws=20)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=4), min_size=1, max_size=12))
def test_alpha_is_never_above_one_and_moving_the_scale_moves_nothing(scores: list[list[int]]) -> None:
    plain = agreement([[Fraction(one) for one in unit] for unit in scores], 1, draws=5)
    moved = agreement([[Fraction(one) * 20 + 7 for one in unit] for unit in scores], 1, draws=5)
    assert plain.alpha == moved.alpha
    assert plain.alpha is None or plain.alpha <= 1
