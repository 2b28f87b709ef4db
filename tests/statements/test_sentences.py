"""Sentences: the number, what it is held against, the consequence; in three languages, for every figure."""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from appraisal.worlds import daily, facts, person
from kaohe.appraisal.appraise import Appraisal, appraise
from kaohe.core.figure import FigureKey, Level, Unit
from kaohe.core.language import Language
from kaohe.core.number import fixed
from kaohe.policy.loader import load
from kaohe.statements.words.formulas import formula_line as line_of
from kaohe.statements.words.formulas import written
from kaohe.statements.words.sentences import (
    finding_sentence,
    formula_line,
    not_fired,
    provisional,
    review_sentence,
    sentence,
    why,
    worth,
)
from kaohe.statements.words.voice import Voice
from statements.appraised import LANGUAGES, PRESALE, from_records, presale

EN, HANT, HANS = Language.EN, Language.ZH_HANT, Language.ZH_HANS
MOST_OTHERS = 4
GAP = re.compile(r"[{}]|None|Fraction|\bTrue\b|\bFalse\b")


def weekly(figure: str, subject: str, week: int = 1) -> FigureKey:
    return FigureKey(figure, Level.PERSON, subject, f"2027-03-W{week}")


def monthly(figure: str, subject: str) -> FigureKey:
    return FigureKey(figure, Level.PERSON, subject, "2027-03")


def desk(figure: str) -> FigureKey:
    return FigureKey(figure, Level.DEPARTMENT, "客服部", "2027-03")


def golden() -> Iterator[tuple[FigureKey, Language, list[str]]]:
    """Yield what ``sentences.yaml`` says of each of its figures, in each language."""
    for one in YAML(typ="safe").load(Path(__file__).with_name("sentences.yaml")):
        figure, level, subject, span = one["figure"]
        for language in Language:
            yield FigureKey(figure, Level(level), subject, span), language, one[language.value]


@pytest.mark.parametrize(
    ("key", "language", "said"),
    list(golden()),
    ids=[f"{key.figure}-{key.subject}-{language}" for key, language, _ in golden()],
)
def test_a_figure_is_said_as_a_person_would_say_it(
    key: FigureKey, language: Language, said: list[str]
) -> None:
    appraisal = presale("presale-2")
    found = [sentence(appraisal, key, language), *not_fired(appraisal, key, language)]
    assert found[: len(said)] == said
    assert len(said) == len(found) or len(said) == MOST_OTHERS + 1


@pytest.mark.parametrize("world", PRESALE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_has_all_its_sentences_without_a_gap(world: str, language: Language) -> None:
    appraisal = presale(world)
    for key in appraisal.figures:
        said = [
            sentence(appraisal, key, language),
            formula_line(appraisal, key, language),
            *not_fired(appraisal, key, language),
        ]
        for one in said:
            assert one, key
            assert not GAP.search(one), (key, one)
            assert "，，" not in one, (key, one)
    for finding in appraisal.findings:
        assert not GAP.search(finding_sentence(appraisal, finding, language))
    for review in appraisal.reviews:
        assert not GAP.search(review_sentence(appraisal, review, language))


def test_what_is_said_after_the_value_does_not_repeat_it() -> None:
    appraisal = presale("presale-2")
    assert why(appraisal, monthly("pay.behaviour_bonus", "p-8"), EN).startswith("by weight, ")
    assert why(appraisal, desk("completion"), EN) == (
        "Sales of the desk 1,361,497.30 / Sales target of the department 916,599.16"
    )


# Formulas with numbers


SCALES = {"": 1, "%": 100, "‰": 1000}


def calculated(text: str) -> Fraction | None:
    """Return what a pocket calculator makes of a written formula; None where it has words or no value."""
    if re.search(r"[A-Za-z\u3400-\u9fff—]", text) or "/ 0" in text:
        return None

    def operand(found: re.Match[str]) -> str:
        return f"Fraction(Fraction('{found[1]}'), {SCALES[found[2]]})"

    plain = text.replace(",", "").replace("−", "-").replace("×", "*")
    result = eval(re.sub(r"([0-9.]+)([%‰]?)", operand, plain), {"Fraction": Fraction})
    assert isinstance(result, Fraction)
    return result


@pytest.mark.parametrize("world", PRESALE)
def test_every_formula_gives_the_shown_value_on_a_pocket_calculator(world: str) -> None:
    appraisal = presale(world)
    voice = Voice(appraisal, EN)
    checked = 0
    for key in appraisal.figures:
        line = line_of(voice, appraisal.reason(key))
        value, equals, right = line.partition(" = ")
        result = calculated(right) if equals else None
        left = calculated(value)
        if result is None or left is None:
            continue
        digits = value.rstrip("%‰").partition(".")[2]
        scale = 100 if value.endswith("%") else 1000 if value.endswith("‰") else 1
        assert abs(left - result) * scale <= Fraction(1, 2 * 10 ** len(digits)), line
        checked += 1
    assert checked > 150


def test_operands_get_as_many_places_as_the_result_needs() -> None:
    appraisal = presale("presale-2")
    text, same = written(Voice(appraisal, EN), appraisal.reason(desk("pool_before_floor")))
    assert same
    assert "1,361,497.30 × 0.4586353%" in text


def test_a_figure_that_is_read_from_one_source_names_it() -> None:
    assert formula_line(presale("presale-2"), monthly("commission_sales", "p-8"), EN) == "440,963.01 = Sales"
    assert (
        formula_line(presale("presale-2"), monthly("pay.performance_bonus", "p-8"), EN)
        == "1,584.39 = 24 × 6,337.55 / 96"
    )


# What else could have been


def test_a_place_without_points_says_which_place_had_them() -> None:
    said = not_fired(presale("presale-2"), weekly("order_rate", "Ann Lee"), EN)
    assert said == [
        "place 4 of 6; place 3 had 38.10%",
        "2 more in “Inquiries that ordered the same day” would have reached place 3",
        "below the shop's average (−1 point): no, above the shop's 35.87%, by 1.08 percentage points",
    ]


def test_what_would_have_been_enough_is_counted_with_the_shop_moving_along() -> None:
    """22 of 113 beside the shop's 160 of 446: 25 more are enough, 24 are not."""
    assert Fraction(22 + 25, 113) >= Fraction(160 + 25, 446)
    assert Fraction(22 + 24, 113) < Fraction(160 + 24, 446)
    said = not_fired(presale("presale-2"), weekly("order_rate", "王芳"), EN)
    assert "25 more in “Inquiries that ordered the same day” would have reached the shop's average" in said


def test_fewer_losses_are_counted_past_a_strict_border() -> None:
    """4 of 36 lost: 1 lost is below 5 %, 2 are not; 3 are not above 10 %."""
    assert Fraction(4 - 3, 36) < Fraction(5, 100) <= Fraction(4 - 2, 36)
    assert Fraction(4 - 1, 36) <= Fraction(10, 100)
    said = not_fired(presale("presale-2"), weekly("loss_rate", "Ann Lee"), EN)
    assert "3 fewer in “Customers lost” would have stayed below 5%" in said
    assert "1 fewer in “Customers lost” would have been enough for 10%" in said


def test_the_next_band_is_named_with_what_it_would_have_taken() -> None:
    said = not_fired(presale("presale-2"), monthly("completion", "王芳"), EN)
    assert Fraction(20415890 + 2449907, 100) / Fraction(28582246, 100) >= Fraction(80, 100)
    assert Fraction(20415890 + 2449906, 100) / Fraction(28582246, 100) < Fraction(80, 100)
    assert "24,499.07 more in “Sales” would have reached 80%" in said


def test_nothing_is_promised_where_it_cannot_be_counted() -> None:
    said = not_fired(presale("presale-2"), weekly("order_value", "王芳"), EN)
    assert said == ["place 5 of 6; place 3 had 2,842.19"]


def test_an_open_review_says_what_would_confirm_it() -> None:
    (said,) = not_fired(presale("presale-2"), weekly("inquiry_ratio", "p-8"), EN)
    assert said == (
        "misused filter (−2 points): a review is open, below the shop's 80.46% of February 2027; "
        "it counts only with an entry “misuse of the filter phrase”"
    )


# Worth


def bonus(appraisal: Appraisal, points: Fraction) -> Fraction:
    pool = appraisal.figures[desk("performance_pool")].value
    assert pool is not None
    exact = max(points * pool / 96, Fraction(0)) * 100 + Fraction(1, 2)
    return Fraction(exact.numerator // exact.denominator, 100)


def test_points_are_worth_what_the_bonus_would_lose_without_them() -> None:
    appraisal = presale("presale-2")
    total = appraisal.figures[monthly("points", "p-8")].value
    assert total is not None
    for key, figure in appraisal.figures.items():
        if key.subject != "p-8" or not key.figure.endswith(".points") or not figure.value:
            continue
        difference = bonus(appraisal, total) - bonus(appraisal, total - figure.value)
        word = "worth" if difference > 0 else "costs"
        said = worth(appraisal, key, EN)
        assert said == f"{word} {fixed(abs(difference), 2, comma=',')} this month"


def test_a_figure_is_worth_what_its_points_are_worth() -> None:
    appraisal = presale("presale-2")
    assert worth(appraisal, weekly("order_rate", "p-8"), HANT) == "本月應發因此多 198.05"
    assert worth(appraisal, weekly("order_rate", "p-8"), EN) == worth(
        appraisal, weekly("order_rate.points", "p-8"), EN
    )


def test_points_below_a_floor_make_no_difference() -> None:
    assert (
        worth(presale("presale-2"), weekly("order_rate", "王芳"), EN)
        == "makes no difference to this month's pay"
    )


@pytest.mark.parametrize("figure", ["behaviour_points", "commission_within", "pay.base", "pay.total"])
def test_nothing_is_said_of_worth_where_a_formula_alone_does_not_tell(figure: str) -> None:
    """The behaviour pool is shared by weight, commission feeds the pool, a pay line speaks for itself."""
    assert worth(presale("presale-2"), monthly(figure, "p-8"), EN) is None


# Provisional


def test_a_provisional_figure_says_until_when() -> None:
    appraisal = from_records().appraisal
    key = next(one for one in appraisal.figures if one.figure == "payment_rate" and one.level is Level.PERSON)
    assert provisional(appraisal, key, EN) == "provisional, final on 11 May"
    assert sentence(appraisal, key, HANT).endswith("；暫定，5 月 11 日過後為終值")
    early = presale("presale-2", "2027-03-10")
    assert sentence(early, weekly("order_rate", "p-8", 2), EN).endswith("; provisional, final on 15 March")
    assert "provisional" not in sentence(early, weekly("order_rate", "p-8", 1), EN)


def test_seconds_bring_their_unit_into_the_sentence() -> None:
    said = sentence(presale("presale-2"), weekly("response_time", "王芳"), EN)
    assert said == "Average response time, week 1: 32.9 s (8,163 / 248), above the shop's 32.4 s: −1 point"


def test_no_figure_stands_on_a_bar_that_it_does_not_reach() -> None:
    for world in PRESALE:
        appraisal = presale(world)
        for key, figure in appraisal.figures.items():
            if figure.unit is Unit.RATIO and figure.value is not None and key.figure == "completion":
                said = sentence(appraisal, key, EN)
                for percent in (50, 60, 80, 130):
                    if figure.value != Fraction(percent, 100):
                        assert f": {percent}.00%" not in said


def test_a_finding_names_who_when_and_the_values() -> None:
    appraisal = presale("presale-2")
    assert finding_sentence(appraisal, appraisal.findings[0], EN) == (
        "阿強, week 1, Order rate: 12.50%, beside the shop's 35.87%: "
        "below 50% of the shop's average, cover duty ends"
    )
    assert finding_sentence(appraisal, appraisal.findings[0], HANT) == (
        "阿強 第 1 週 顧客下單率：12.50%，全店 35.87%，低於全店平均的 50%，頂崗資格終止"
    )


def test_a_review_says_what_has_become_of_it() -> None:
    appraisal = presale("presale-2")
    confirmed, waiting = appraisal.reviews[:2]
    assert review_sentence(appraisal, confirmed, EN) == (
        "阿強, week 1, Inquiry ratio: 61.54%, below the shop's 80.46% of February 2027: "
        "confirmed by an entry “misuse of the filter phrase”"
    )
    assert review_sentence(appraisal, waiting, HANS).endswith("；尚未确认")


# Another policy


@cache
def scorecard() -> Appraisal:
    """A scheme of another shape: a weighted score, bands where less is better, no weeks, no pay."""
    policy = load(str(Path(__file__).with_name("scorecard.yaml")))
    counts = {
        "甲": {"receptions": "90", "ratings": "10", "good_ratings": "9", "complaints_upheld": "2"},
        "乙": {"receptions": "120", "ratings": "0", "complaints_upheld": "1"},
        "丙": {"receptions": "120", "ratings": "20", "good_ratings": "19"},
    }
    measures = daily([(name, "2026-10-02", held) for name, held in counts.items()])
    return appraise(
        policy, facts(measures, [person(name) for name in counts]), policy.calendar.period("2026-10")
    )


def of(figure: str, subject: str) -> FigureKey:
    return FigureKey(figure, Level.PERSON, subject, "2026-10")


def test_a_weighted_score_is_said_like_any_other_figure() -> None:
    appraisal = scorecard()
    assert (
        sentence(appraisal, of("score", "丙"), EN)
        == "Score, October 2026: 98.50%, above 90%, place 1 of 2: +7 points"
    )
    assert (
        sentence(appraisal, of("score", "甲"), HANT)
        == "總分 2026 年 10 月：90.00%，等於 90%，第 2 名（共 2 人），得 2 分"
    )
    assert sentence(appraisal, of("score", "乙"), EN) == (
        "Score, October 2026: Satisfaction has no value, so no value, no place and no points"
    )
    assert formula_line(appraisal, of("score", "丙"), EN) == "98.50% = 100.00% × 70% + 95.00% × (1 − 70%)"


def test_a_cap_that_binds_is_said() -> None:
    assert sentence(scorecard(), of("workload", "丙"), EN) == (
        "Workload, October 2026: 100.00% = (Receptions 120 / the norm of receptions 100, at most 1)"
    )


def test_a_better_band_below_is_reached_by_less() -> None:
    """2 of 90 complaints: 1 of 90 is 1.11 %, so only none at all is below 1 %."""
    said = not_fired(scorecard(), of("quality", "甲"), EN)
    assert said[:2] == [
        "below 1% (+10 points): 1.22 percentage points above it",
        "2 fewer in “Complaints upheld” would have stayed below 1%",
    ]


def test_a_scheme_without_pay_says_nothing_of_money() -> None:
    appraisal = scorecard()
    assert {worth(appraisal, key, EN) for key in appraisal.figures} == {None}
