"""How values look: alike everywhere, and never against their rule."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.core.figure import Unit
from kaohe.core.language import Language
from kaohe.statements.shown import (
    counted,
    day_said,
    gain,
    per_mille,
    period_said,
    short_percent,
    shown,
    shown_beside,
    span_said,
    unit_said,
)

EN, HANT, HANS = Language.EN, Language.ZH_HANT, Language.ZH_HANS
numbers = st.fractions(min_value=-2, max_value=2, max_denominator=10**7)


def read(text: str) -> Fraction:
    scale = 100 if text.endswith("%") else 1
    return Fraction(text.rstrip("%").replace("−", "-").replace(",", "")) / scale


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (Fraction(27, 95), Unit.RATIO, "28.42%"),
        (Fraction(418237, 100), Unit.MONEY, "4,182.37"),
        (Fraction(-30000, 100), Unit.MONEY, "−300.00"),
        (Fraction(31), Unit.POINTS, "31"),
        (Fraction(1, 2), Unit.POINTS, "0.5"),
        (Fraction(1, 3), Unit.POINTS, "0.33"),
        (Fraction(86, 7), Unit.SECONDS, "12.3"),
        (Fraction(2475), Unit.COUNT, "2,475"),
        (Fraction(5), Unit.PLACE, "5"),
        (Fraction(-1, 1000), Unit.MONEY, "0.00"),
        (Fraction(0), Unit.RATIO, "0.00%"),
        (None, Unit.MONEY, "—"),
    ],
)
def test_a_value_is_shown_by_its_unit(value: Fraction | None, unit: Unit, text: str) -> None:
    assert {shown(value, unit, language) for language in Language} == {text}


def test_a_very_small_ratio_keeps_three_digits() -> None:
    assert shown(Fraction(185885, 10**9), Unit.RATIO, EN) == "0.0186%"


def test_a_gain_and_a_loss_carry_their_sign() -> None:
    assert shown(Fraction(3), Unit.POINTS, EN, signed=True) == "+3"
    assert shown(Fraction(-1), Unit.POINTS, EN, signed=True) == "−1"
    assert shown(Fraction(0), Unit.POINTS, EN, signed=True) == "0"
    assert [gain(Fraction(one), Unit.POINTS, EN) for one in (3, 1, -1, 0)] == [
        "+3 points",
        "+1 point",
        "−1 point",
        "0 points",
    ]
    assert [gain(Fraction(one), Unit.POINTS, HANT) for one in (3, -1, 0)] == ["得 3 分", "扣 1 分", "0 分"]
    assert gain(Fraction(-300), Unit.MONEY, HANS) == "−300.00"


def test_a_sentence_brings_the_unit_along() -> None:
    assert [counted(Fraction(5), unit, EN) for unit in (Unit.PLACE, Unit.POINTS, Unit.COUNT)] == [
        "place 5",
        "5 points",
        "5",
    ]
    assert counted(Fraction(123, 10), Unit.SECONDS, EN) == "12.3 s"
    assert counted(Fraction(30), Unit.SECONDS, HANS) == "30 秒"
    assert counted(Fraction(5), Unit.PLACE, HANT) == "第 5 名"


def test_other_values_are_said() -> None:
    assert (shown(True, None, EN), shown(False, None, HANS)) == ("yes", "否")
    assert shown(date(2026, 11, 5), None, EN) == "5 November 2026"
    assert shown(("甲", "乙"), None, HANT) == "甲、乙"


def test_a_value_short_of_its_border_is_not_shown_on_it() -> None:
    value, border = Fraction(59996, 10**5), Fraction(60, 100)
    assert shown_beside(value, border, Unit.RATIO, EN) == "59.996%"
    assert shown_beside(border, value, Unit.RATIO, EN) == "60.00%"
    assert shown_beside(border, border, Unit.RATIO, EN) == "60.00%"
    assert shown_beside(None, border, Unit.RATIO, EN) == "—"


@given(one=numbers, other=numbers, unit=st.sampled_from([Unit.RATIO, Unit.MONEY, Unit.SECONDS, Unit.POINTS]))
def test_two_values_beside_each_other_never_contradict_their_order(
    one: Fraction, other: Fraction, unit: Unit
) -> None:
    left = read(shown_beside(one, other, unit, EN))
    right = read(shown_beside(other, one, unit, EN))
    assert (left < right, left == right) == (one < other, one == other)


def test_rates_stay_as_short_as_they_were_written() -> None:
    assert [per_mille(Fraction(one, 1000)) for one in (8, 5)] == ["8‰", "5‰"]
    assert [short_percent(Fraction(one, 1000)) for one in (800, 125, 10)] == ["80%", "12.5%", "1%"]


def test_spans_and_days_are_said_in_words() -> None:
    assert [span_said("2026-10-W2", one) for one in (HANT, HANS, EN)] == ["第 2 週", "第 2 周", "week 2"]
    assert [span_said("2026-10", one) for one in (HANT, EN)] == ["2026 年 10 月", "October 2026"]
    assert [span_said("2026-W41", one) for one in (HANT, EN)] == ["第 41 週", "week 41"]
    assert [period_said("2026-W41", one) for one in (HANT, EN)] == ["2026 年第 41 週", "week 41 of 2026"]
    quarter = [span_said("2026-Q4", one) for one in (HANS, EN)]
    assert quarter == ["2026 年第四季", "the fourth quarter of 2026"]
    assert [span_said("2026-H1", one) for one in (HANT, EN)] == ["2026 年上半年", "the first half of 2026"]
    assert [span_said("2026", one) for one in (HANT, EN)] == ["2026 年", "the year 2026"]
    assert [span_said("2026-10-05", one) for one in (HANT, EN)] == ["10 月 5 日", "5 October"]
    assert span_said("2026-Q5", EN) == "2026-Q5"
    assert [day_said(date(2026, 11, 5), one) for one in (HANS, EN)] == ["11 月 5 日", "5 November"]


def test_every_unit_but_plain_numbers_has_a_word_for_the_header() -> None:
    for language in Language:
        assert [unit for unit in Unit if not unit_said(unit, language)] == [Unit.COUNT]
    assert unit_said(Unit.POINTS, HANT) == "分"
