"""Worked cases: those that are shipped hold, what differs is told, and every mistake has its line."""

from fractions import Fraction
from pathlib import Path

import pytest

from kaohe.core.figure import FigureKey, Level
from kaohe.core.problem import ProblemsFound
from kaohe.periods.cases import read_cases, work
from kaohe.policy.loader import shipped

POLICY = """
policy: small
version: 1
title: small
department: {subject: '"Desk"', members: everyone}
parameters: {bar: {type: number, unit: ratio, value: 50%}}
ledger: {praise: {}}
sections:
  week:
    for: person
    each: week
    shop_beside: yes
    figures:
      rate: {unit: ratio, better: higher, is: orders / receptions, points: [{when: value < bar, give: -1}]}
  month:
    for: person
    each: period
    figures:
      paid: {unit: money, is: sales_amount + shop_paid_amount}
      kind: {unit: points, adds: [{per: entries(praise), give: 2}]}
"""
CASE = """
usual: {period: 2026-10, shop: main, people: {regular: yes}}
cases:
  - name: half
    people: [a]
    daily: {a: {W1: {orders: 1, receptions: 3, sales_amount: 10.50}}}
    shops: {main: {2026-10-09: {shop_paid_amount: 100}}}
    entries: [{person: a, day: 2026-10-31, item: praise}]
    expect:
      rate: {a: {W1: 1/3, W2: none}, shop: {W1: 0.333333333333}}
      rate.points: {a: {W1: -1}}
      paid: {a: 110.5}
      kind: {a: 2}
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(POLICY, "utf-8")
    return file


def beside(policy: Path, text: str) -> str:
    policy.with_name("small.cases.yaml").write_text(text, "utf-8")
    return str(policy)


def mistakes(policy: Path, text: str) -> list[tuple[str, int]]:
    with pytest.raises(ProblemsFound) as found:
        read_cases(beside(policy, text))
    return [(one.code, one.place.line) for one in found.value.problems]


@pytest.mark.parametrize("name", shipped())
def test_the_cases_of_a_shipped_policy_hold(name: str) -> None:
    worked = [work(case) for case in read_cases(name)]
    assert len(worked) >= 5
    assert [(one.case.name, different) for one in worked for different in one.differing] == []


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_case_tells_how_it_was_computed(name: str) -> None:
    assert [case.name for case in read_cases(name) if not case.because or not case.expected] == []


def test_a_case_is_read_from_the_file_beside_its_policy(policy: Path) -> None:
    (case,) = read_cases(beside(policy, CASE))
    assert len(case.expected) == 6
    assert work(case).differing == ()


def test_what_differs_is_told_with_what_came_out(policy: Path) -> None:
    (case,) = read_cases(beside(policy, CASE.replace("kind: {a: 2}", "kind: {a: 2.000000000001}")))
    (one,) = work(case).differing
    assert one.expected.value == Fraction("2.000000000001")
    assert one.got is not None
    assert one.got.value == 2


def test_fewer_places_than_twelve_are_not_enough_for_a_third(policy: Path) -> None:
    (case,) = read_cases(beside(policy, CASE.replace("0.333333333333", "0.3333")))
    assert [one.expected.key.level.value for one in work(case).differing] == ["shop"]


def test_no_value_is_not_zero(policy: Path) -> None:
    (case,) = read_cases(beside(policy, CASE.replace("W2: none", "W2: 0")))
    assert len(work(case).differing) == 1


def test_parameters_of_a_case_hold_for_it_alone(policy: Path) -> None:
    second = CASE.partition("cases:")[2].replace("name: half", "name: low\n    parameters: {bar: 30%}")
    first, low = read_cases(beside(policy, CASE + second))
    assert work(first).differing == ()
    (one,) = work(low).differing
    assert one.expected.key.figure == "rate.points"


def test_a_person_may_serve_in_two_shops(policy: Path) -> None:
    text = CASE.replace("daily: {a:", "daily: {a @ other: {W1: {orders: 1, receptions: 1}}, a:")
    (case,) = read_cases(beside(policy, text.replace("1/3", "2/4").replace("0.333333333333", "50%")))
    assert [one.expected.key.figure for one in work(case).differing] == ["rate.points"]


def test_whether_a_figure_is_final_may_be_asked(policy: Path) -> None:
    late = CASE.replace("shop: main", "shop: main, as_of: 2026-11-03")
    (case,) = read_cases(beside(policy, late.replace("a: 110.5", "a: {value: 110.5, final: no}")))
    assert work(case).differing == ()
    (case,) = read_cases(beside(policy, late.replace("a: 110.5", "a: {final: yes}")))
    assert len(work(case).differing) == 1


def test_every_mistake_of_a_file_is_told_at_once_with_its_line(policy: Path) -> None:
    text = """
usual: {period: 2026-10, people: {regular: perhaps}}
cases:
  - name: one
    people: [a]
    daily:
      a:
        W5: {orders: 1}
        W1: {order: 1, orders: -1, shop_paid_amount: 3}
    shops: {main: {W1: {orders: 1}}}
    targets: {b: 10}
    entries: [{person: a, day: 2026-10-32, item: prais}]
    expects: {}
    expect:
      rat: {a: {W1: 1}}
      rate:
        a: {2026-10: 1}
        b: {W1: 1}
      paid:
        a: ten
  - name: one
    period: October
    parameters: {bar: high}
    expect: {paid: {a: 1}}
  - people: [a]
"""
    assert mistakes(policy, text) == [
        ("R216", 2),
        ("D135", 8),
        ("D136", 9),
        ("R211", 9),
        ("D137", 9),
        ("D138", 10),
        ("D140", 11),
        ("D142", 12),
        ("R204", 12),
        ("D131", 13),
        ("D139", 15),
        ("D143", 17),
        ("D140", 18),
        ("D141", 20),
        ("D110", 22),
        ("P132", 23),
        ("D132", 25),
    ]


def test_a_policy_without_cases_says_where_they_belong(policy: Path) -> None:
    with pytest.raises(ProblemsFound) as found:
        read_cases(str(policy))
    (one,) = found.value.problems
    assert one.code == "D130"
    assert "small.cases.yaml" in str(one.expected)


def test_the_faults_of_a_policy_come_before_those_of_its_cases(policy: Path) -> None:
    policy.write_text(POLICY.replace("orders / receptions", "orders / reception"), "utf-8")
    assert [code[0] for code, _ in mistakes(policy, CASE)] == ["P"]


def test_a_file_that_is_no_yaml_is_told(policy: Path) -> None:
    assert mistakes(policy, "cases: [")[0][0] == "C103"


@pytest.mark.parametrize("text", ["cases: 3", "cases: [3]", "cases: [{name: x, expect: 3, period: 2026-10}]"])
def test_the_wrong_kind_of_thing_is_told(policy: Path, text: str) -> None:
    assert "D133" in [code for code, _ in mistakes(policy, text)]


def test_a_case_goes_on_from_one_above_it(policy: Path) -> None:
    chained = (
        CASE
        + """
  - name: next
    after: half
    period: 2026-11
    people: [a]
    daily: {a: {W1: {orders: 1, receptions: 3}}}
    expect: {rate: {a: {W1: 1/3}}}
  - name: too early
    after: half
    people: [a]
    expect: {paid: {a: 0}}
  - name: of nothing
    after: later
    people: [a]
    expect: {paid: {a: 0}}
"""
    )
    text = chained.partition("  - name: too early")[0]
    first, second = read_cases(beside(policy, text))
    assert second.after is first
    key = FigureKey("paid", Level.PERSON, "a", "2026-10")
    assert work(second).appraisal.evaluator.facts.history[key] == Fraction("110.5")
    assert [code for code, _ in mistakes(policy, chained)] == ["D145", "D144"]


@pytest.mark.parametrize(("text", "form"), [("W5", "W1 or 2026-10-W1"), ("2026-Q1", "a month such as")])
def test_a_span_that_is_none_is_told_how_one_is_written(policy: Path, text: str, form: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        read_cases(beside(policy, CASE.replace("daily: {a: {W1:", f"daily: {{a: {{{text}:")))
    (problem,) = found.value.problems
    assert problem.code == "D135"
    assert form in str(problem.expected)
