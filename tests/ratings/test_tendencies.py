"""Raters beside each other: leniency, spread, correlation."""

from fractions import Fraction

import pytest

from kaohe.ratings.tendencies import ALONE, FLAT, TOO_FEW, Mark, tendencies


def marks(**rows: str) -> list[Mark]:
    """Rows of scores in hundredths; a dot is none."""
    return [
        Mark(rater, (f"s{number}", "item"), Fraction(int(cell), 100))
        for rater, row in rows.items()
        for number, cell in enumerate(row.split())
        if cell != "."
    ]


def test_leniency_is_the_mean_deviation_from_the_others_on_the_same_things() -> None:
    mild, strict, third = tendencies(marks(a="90 80 70 10", b="70 60 50 .", c="80 70 . ."))
    # a: 90-75, 80-65, 70-50; the fourth, which nobody else scored, plays no part
    assert mild.leniency == Fraction(15 + 15 + 20, 300)
    assert (mild.scores, mild.shared) == (4, 3)
    assert strict.leniency == Fraction(-15 - 15 - 20, 300)
    assert third.leniency == 0
    assert third.why is TOO_FEW


def test_spread_and_correlation_are_those_of_the_textbook() -> None:
    first, second = tendencies(marks(a="10 20 30 40", b="20 40 60 80"))
    assert first.spread == pytest.approx(0.1290994449)
    assert first.others_spread == pytest.approx(2 * 0.1290994449)
    assert first.correlation == pytest.approx(1)
    assert second.correlation == pytest.approx(1)
    against, _ = tendencies(marks(a="40 30 20 10", b="20 40 60 80"))
    assert against.correlation == pytest.approx(-1)


def test_who_scores_alone_has_a_mean_and_no_comparison() -> None:
    (alone,) = tendencies(marks(a="10 30"))
    assert (alone.mean, alone.leniency, alone.correlation, alone.why) == (Fraction(1, 5), None, None, ALONE)


def test_who_gives_everybody_the_same_has_no_correlation() -> None:
    flat, _ = tendencies(marks(a="50 50 50", b="10 20 30"))
    assert (flat.correlation, flat.spread, flat.why) == (None, 0, FLAT)
