"""Formulas in words, as one would say them in each language."""

import re

import pytest

from kaohe.core.figure import Level
from kaohe.core.language import Language
from kaohe.policy.expression import Expression
from kaohe.policy.graph import expressions
from kaohe.policy.loader import load
from kaohe.policy.policy import Policy
from kaohe.policy.wording import words
from policy.conftest import Lint

HANT, HANS, EN = Language.ZH_HANT, Language.ZH_HANS, Language.EN


@pytest.fixture(scope="module")
def desk() -> Policy:
    return load("presale-desk")


def body(policy: Policy, name: str, level: Level = Level.PERSON) -> Expression:
    expression = policy.definitions[name, level].body
    assert expression is not None
    return expression


@pytest.mark.parametrize(
    ("name", "level", "said"),
    [
        ("order_rate", Level.PERSON, "詢單當日下單人數 ÷ 詢單人數"),
        ("order_value", Level.SHOP, "全店付款金額 ÷ 全店付款人數"),
        ("completion", Level.DEPARTMENT, "客服部銷售額 ÷ 部門銷售任務"),
        ("coefficient", Level.DEPARTMENT, "部門任務完成率 × 部門轉化率 × 1%"),
        ("commission_within", Level.PERSON, "（提成基數和任務中較小者） × 任務內提成率（無值時為 0）"),
        ("pay.full_attendance", Level.PERSON, "全勤（無值時為否）時為全勤獎，否則為 0"),
        ("mean_completion", Level.DEPARTMENT, "考核對象的任務完成率平均值"),
        ("headcount", Level.DEPARTMENT, "考核對象的人數"),
        ("pool_shortfall", Level.DEPARTMENT, "（−考核獎金（未設下限））（不低於 0）"),
        ("pay.base", Level.PERSON, "基本工資（無值時為 0）"),
    ],
)
def test_a_formula_is_said_in_titles(desk: Policy, name: str, level: Level, said: str) -> None:
    assert words(body(desk, name, level), desk, HANT) == said


def test_sums_of_points_over_the_weeks_are_said_as_one(desk: Policy) -> None:
    assert words(body(desk, "points"), desk, HANT).startswith(
        "各週詢單人數比、顧客下單率、訂單付款率、付款客單價、轉化率、答問比、回復率、平均響應時間和顧客流失率得分之和"
    )
    assert words(body(desk, "points"), desk, EN).startswith("the sum of points of Inquiry ratio, Order rate,")


def test_simplified_chinese_has_its_own_quotes(desk: Policy) -> None:
    condition = desk.groups["desk"].condition
    assert words(condition, desk, HANS) == "所属部门为客服部门，且职位在“客服部的职位”之列"


def test_the_figure_spoken_of_need_not_be_named_again(desk: Policy) -> None:
    below = desk.definitions["order_rate.points", Level.PERSON].rules[1].when
    last_month = desk.definitions["inquiry_ratio.points", Level.PERSON].rules[0].when
    half = desk.checks[0].conditions[1][1]
    assert below is not None
    assert last_month is not None
    assert words(below, desk, HANT, about="order_rate") == "低於全店平均"
    assert words(below, desk, HANT) == "顧客下單率低於全店平均"
    assert words(below, desk, EN) == "Order rate is below the shop's average"
    assert words(last_month, desk, HANT, about="inquiry_ratio") == "低於全店上月平均"
    assert words(half, desk, HANT, about="order_rate") == "低於全店平均的 50%"


@pytest.mark.parametrize(
    ("formula", "hant", "english"),
    [
        ("orders - (ordered - inquiries)", "落實下單數 − （詢單下單人數 − 詢單人數）", None),
        ("orders / (ordered * 2)", "落實下單數 ÷ （詢單下單人數 × 2）", None),
        ("orders * (ordered + 1)", "落實下單數 × （詢單下單人數 + 1）", None),
        ("orders if not vip else 0", "不屬於熟客時為落實下單數，否則為 0", None),
        ("orders if not people.regular else 0", "非已轉正時為落實下單數，否則為 0", None),
        ("1 if not (orders < 3) else 0", "落實下單數不低於 3 時為 1，否則為 0", None),
        ("1 if entries(praise) >= 3 else 0", "「表揚」的登錄數不低於 3 時為 1，否則為 0", None),
        ("1 if entries(praise) == 0 else 0", "沒有「表揚」的登錄時為 1，否則為 0", None),
        ("1 if on else 0", "「計入」為是時為 1，否則為 0", "1 if “Counts” is yes, else 0"),
        ("1 if not on else 0", "「計入」為否時為 1，否則為 0", "1 if “Counts” is no, else 0"),
        ('1 if mode == "kept" else 0', "方式為「kept」時為 1，否則為 0", "1 if Way is “kept”, else 0"),
        ("max(orders, ordered, 5)", "落實下單數、詢單下單人數和 5 中最大者", None),
        ("min(orders, 5)", "落實下單數（不高於 5）", "Orders placed (at most 5)"),
        ("abs(orders - 5)", "（落實下單數 − 5）的絕對值", None),
        ("months_since(people.hired_on)", "自入職日期當月起的整月數", "whole months since the day of hiring"),
        ("1 if 1 < orders <= 5 else 0", "1 低於落實下單數，且落實下單數不高於 5 時為 1，否則為 0", None),
        (
            "sum(orders, over=vip, where=ordered > 0)",
            "熟客的落實下單數之和（只計詢單下單人數高於 0 者）",
            None,
        ),
        ("1 if any(orders > 9, over=weeks) else 0", "有一週落實下單數高於 9 時為 1，否則為 0", None),
        ("default(orders / ordered, ordered)", "落實下單數 ÷ 詢單下單人數（無值時取詢單下單人數）", None),
    ],
)
def test_every_turn_of_a_formula_can_be_said(
    figures: Lint, formula: str, hant: str, english: str | None
) -> None:
    policy = figures(f"x:\n  unit: count\n  is: {formula}", more=THINGS).policy
    assert policy is not None
    expression = body(policy, "x")
    assert words(expression, policy, HANT) == hant
    if english is not None:
        assert words(expression, policy, EN) == english


THINGS = """
parameters:
  on: {type: flag, value: yes, title: {zh-Hant: 計入, en: Counts}}
  mode: {type: text, value: kept, title: {zh-Hant: 方式, en: Way}}
groups:
  vip: {if: people.regular, title: {zh-Hant: 熟客, en: regulars}}
ledger:
  praise: {title: {zh-Hant: 表揚, en: praise}}
"""


def test_a_department_figure_called_as_a_persons_is_said_to_be_the_departments(desk: Policy) -> None:
    both = [
        one for one in desk.definitions.values() if one.name == "conversion" and one.level is not Level.SHOP
    ]
    assert len(both) == 2
    title = words(body(desk, "coefficient", Level.DEPARTMENT), desk, HANT)
    assert "部門轉化率" in title


@pytest.mark.parametrize("language", [HANT, HANS])
def test_chinese_words_hold_no_english(desk: Policy, language: Language) -> None:
    said = [
        words(expression, desk, language)
        for definition in desk.definitions.values()
        for expression in expressions(definition)
    ]
    # The values of a text parameter are the author's codes.
    english = [one for one in said if re.search("[A-Za-z]{3}", one.replace("deducted", ""))]
    assert english == []
