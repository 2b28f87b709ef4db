"""Parameters: their values by day, and the overrides of one run."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from kaohe.core.figure import Level
from kaohe.core.language import Language
from kaohe.core.problem import ProblemsFound
from kaohe.policy.loader import Linted, lint, load
from kaohe.policy.policy import Policy
from kaohe.policy.sentences import PolicyTeller
from kaohe.policy.wording import words
from policy.conftest import Lint, codes

SHIPPED = "presale-desk"


def overridden(tmp_path: Path, text: str) -> Linted:
    file = tmp_path / "parameters.yaml"
    file.write_text(text, "utf-8")
    return lint(SHIPPED, file)


def policy_of(linted: Linted) -> Policy:
    assert linted.policy is not None
    assert not linted.problems, [str(problem.message) for problem in linted.problems]
    return linted.policy


DATED = """
parameters:
  share:
    type: number
    unit: ratio
    values:
      - {from: 2026-07-01, value: 90%}
      - {from: 2026-01-01, value: 80%}
"""


@pytest.mark.parametrize(
    ("day", "percent"),
    [
        (date(2025, 12, 31), 80),
        (date(2026, 1, 1), 80),
        (date(2026, 6, 30), 80),
        (date(2026, 7, 1), 90),
        (date(2030, 1, 1), 90),
    ],
)
def test_the_value_of_a_past_day_stays_what_it_was(figures: Lint, day: date, percent: int) -> None:
    policy = policy_of(figures("x: {unit: money, is: sales_amount * share}", more=DATED))
    assert policy.parameters["share"].on(day) == Fraction(percent, 100)


def test_values_of_days_are_checked_one_by_one(figures: Lint) -> None:
    linted = figures(
        "x: {unit: money, is: sales_amount * share}", more=DATED.replace("90%", "much").replace("80%", "90")
    )
    assert [(one.code, one.place.line) for one in linted.problems] == [("P132", 11), ("P206", 12)]


def test_a_value_of_each_type_is_read_as_it_is_written(tmp_path: Path) -> None:
    text = """
forecast_pv: 1250000
performance_share: 7‰
reference_month: 2025-10
campaign_days: [2026-11-11, 2026-06-18]
desk_roles: [售前]
desk_department: 客服二部
sales_places_count: no
refunds: deducted
rules.ad.phrase: 謝謝光臨
"""
    policy = policy_of(overridden(tmp_path, text))
    held = {name: policy.parameters[name].on(date(2026, 10, 1)) for name in policy.parameters}
    assert held["forecast_pv"] == 1250000
    assert held["performance_share"] == Fraction(7, 1000)
    assert held["reference_month"] == "2025-10"
    assert held["campaign_days"] == ("2026-11-11", "2026-06-18")
    assert held["desk_roles"] == ("售前",)
    assert held["sales_places_count"] is False
    assert policy.rules.ad_phrase == "謝謝光臨"


def test_an_override_holds_on_every_day(tmp_path: Path) -> None:
    policy = policy_of(overridden(tmp_path, "within_share: 50%\n"))
    assert policy.parameters["within_share"].on(date.min) == Fraction(1, 2)
    assert policy.parameters["within_share"].on(date.max) == Fraction(1, 2)


def test_an_override_may_unset_a_parameter(tmp_path: Path) -> None:
    assert (
        policy_of(overridden(tmp_path, "minimum_base: null\n")).parameters["minimum_base"].on(date.min)
        is None
    )


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("within_shar: 50%\n", "P133", 1),
        ("refunds: kept\nwithin_share: 120%\n", "P132", 2),
        ("within_share: [50%]\n", "P132", 1),
        ("within_share: yes\n", "P132", 1),
        ("refunds: keep\n", "P132", 1),
        ("campaign_days: 2026-11-11\n", "P132", 1),
        ("campaign_days: [2026-11-31]\n", "P132", 1),
        ("campaign_days: [null]\n", "P132", 1),
        ("reference_month: 2026-13\n", "P132", 1),
        ("reference_month: 0000-01\n", "P132", 1),
        ("sales_places_count: 1\n", "P132", 1),
        ("forecast_pv: -1\n", "P132", 1),
        ("forecast_pv: 1e9\n", "P132", 1),
        ("rules.credit: payed\n", "M104", 1),
        ("refunds: kept\nrules.one_line: {lines: 3}\n", "M101", 2),
        ("rules:\n  after_sale: {days: 14}\n  ad: {phrase: '', times: 2}\n", "M106", 3),
        ("rules.rounds.unanswered: cap\n", "M109", 1),
    ],
)
def test_a_wrong_override_is_told_with_its_line(tmp_path: Path, text: str, code: str, line: int) -> None:
    linted = overridden(tmp_path, text)
    assert [(one.code, str(one.place)) for one in linted.problems] == [
        (code, f"{tmp_path / 'parameters.yaml'}:{line}")
    ]


def test_an_override_is_refused_with_everything_that_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "parameters.yaml"
    file.write_text("within_share: much\nbeyond: 1\nrules.nothing: 1\n", "utf-8")
    with pytest.raises(ProblemsFound) as found:
        load(SHIPPED, file)
    assert codes(found.value.problems) == ["P132", "P133", "M101"]


def test_rules_may_be_overridden_dotted_or_nested(tmp_path: Path) -> None:
    dotted = policy_of(overridden(tmp_path, "rules.ad.phrase: 再見\nrules.one_line: null\n"))
    nested = policy_of(overridden(tmp_path, "rules: {ad: {phrase: 再見, times: 2}, one_line: null}\n"))
    assert dotted.rules == nested.rules
    assert dotted.rules.one_line_agent_lines is None
    assert dotted.rules.ad_times == 2


def test_an_override_that_overspends_a_pool_is_refused(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(TWO_SHARES, "utf-8")
    file = tmp_path / "parameters.yaml"
    file.write_text("part: 41%\n", "utf-8")
    assert not lint(str(policy)).problems
    assert codes(lint(str(policy), file).problems) == ["P232"]


TWO_SHARES = """
policy: shares
version: 1
title: Shares
department: {subject: '"Desk"', members: everyone}
parameters: {part: {type: number, unit: ratio, value: 40%}}
sections:
  desk:
    for: department
    each: period
    figures:
      pool: {unit: money, is: sales_amount * 1%, round: 0.01}
  pay:
    for: person
    each: period
    figures:
      bonus: {unit: money, share: {pool: department.pool * 60%, by: orders, to: 0.01}}
      extra: {unit: money, share: {pool: department.pool * part, by: receptions, to: 0.01}}
"""


CHOICE = """
parameters:
  refunds:
    type: text
    value: kept
    one_of:
      kept: {zh-Hant: 不扣除, zh-Hans: 不扣除, en: kept}
      deducted: {zh-Hant: 扣除, zh-Hans: 扣除, en: deducted}
    title: {zh-Hant: 退款, zh-Hans: 退款, en: refunds}
"""


@pytest.mark.parametrize(
    ("language", "value", "allowed", "formula"),
    [
        (Language.ZH_HANT, "不扣除", "不扣除（kept）或扣除（deducted）", "退款為「扣除」"),
        (Language.ZH_HANS, "不扣除", "不扣除（kept）或扣除（deducted）", "退款为“扣除”"),
        (Language.EN, "kept", "kept or deducted", "refunds is “deducted”"),
    ],
)
def test_a_text_that_a_parameter_may_be_is_said_in_the_readers_words(
    figures: Lint, language: Language, value: str, allowed: str, formula: str
) -> None:
    policy = policy_of(
        figures(
            'x: {unit: money, is: sales_amount - refunded_amount if refunds == "deducted" else sales_amount}',
            more=CHOICE,
        )
    )
    body = policy.definitions["x", Level.PERSON].body
    assert body is not None
    teller = PolicyTeller(policy, language)
    assert teller.value(policy.parameters["refunds"], "kept") == value
    assert allowed in teller.allowed(policy.parameters["refunds"])
    assert formula in words(body, policy, language)


def test_a_value_beside_the_texts_with_words_is_refused(figures: Lint) -> None:
    formula = 'x: {unit: money, is: sales_amount if refunds == "kept" else 0}'
    linted = figures(formula, more=CHOICE.replace(": kept\n", ": gone\n"))
    assert codes(linted.problems) == ["P132"]
