"""What is proved of sound and unsound policies, beyond one mistake of each kind."""

import pytest

from kaohe.core.figure import Level
from kaohe.policy.lacking import Lacking
from kaohe.policy.loader import lint_text, load
from policy.conftest import Lint, codes, only


@pytest.mark.parametrize(
    ("formula", "lacks"),
    [
        ("orders", False),
        ("orders / 2", False),
        ("orders / inquiries", True),
        ("default(orders / inquiries, 0)", False),
        ("default(orders / inquiries, months_since(people.hired_on) / orders)", True),
        ("orders / max(inquiries, 1)", False),
        ("orders / max(inquiries, 0)", True),
        ("orders / norm", False),
        ("orders / loose", True),
        ("attendance.overtime_hours", True),
        ("orders if known(targets.amount) else 0", False),
        ("orders if targets.amount > 0 else 0", True),
        ("mean(orders, over=everyone)", True),
        ("sum(orders / inquiries, over=everyone)", False),
        ("count(over=everyone, where=orders > 0)", False),
        ("months_since(people.hired_on)", True),
        ("previous(x)", True),
        ("unset * orders", True),
        ("ratio", True),
        ("banded", False),
        ("banded_open", True),
        ("added", False),
        ("chosen", True),
        ("decided", False),
        ("part", True),
    ],
)
def test_a_formula_shows_whether_it_may_have_no_value(figures: Lint, formula: str, *, lacks: bool) -> None:
    linted = figures(
        FIGURES + f"z:\n  unit: count\n  is: {formula}\n",
        more="""
            parameters:
              norm: {type: number, unit: count, value: 400, at_least: 1}
              loose: {type: number, unit: count, value: 400}
              unset: {type: number, unit: count, value: null}
        """,
    )
    policy = linted.policy
    assert policy is not None
    assert {one.code for one in linted.problems} <= {"P223"}
    assert Lacking(policy).figure(("z", Level.PERSON)) is lacks


FIGURES = """
x: {unit: count, is: orders}
ratio: {unit: count, is: orders / inquiries}
banded: {unit: count, bands: {of: orders, rows: [{to: 3, give: 0}, {from: 3, give: 1}]}}
banded_open: {unit: count, bands: {of: ratio, rows: [{to: 3, give: 0}, {from: 3, give: 1}]}}
added: {unit: count, adds: [{when: ratio > 1, give: ratio}]}
chosen: {unit: count, cases: [{when: ratio > 1, give: 1}]}
decided: {unit: count, cases: [{when: ratio > 1, give: 1}, {otherwise: 0}]}
part: {unit: count, share: {pool: ratio, by: orders, to: 1}}
"""


def test_points_times_money_over_points_is_money(figures: Lint) -> None:
    linted = figures("""
        score: {unit: points, is: 3 * orders}
        a: {unit: points, adds: [{per: orders, give: 2}]}
        bonus: {unit: money, is: "a * sales_amount / default(a, 1)"}
    """)
    assert codes(linted.problems) == ["P202"]  # 3 × orders is a count, not points
    assert linted.problems[0].place.line == 11


def test_a_bare_number_fits_whatever_it_meets(figures: Lint) -> None:
    linted = figures("""
        seconds: {unit: seconds, is: "max(response_seconds / response_rounds - 30, 0)"}
        money: {unit: money, is: 1 + sales_amount if orders > 3 else 0}
        ratio: {unit: ratio, is: 1 - orders / inquiries}
    """)
    assert linted.problems == ()


def test_a_figure_of_a_month_may_be_a_weekly_ones_sum_or_any_or_mean(figures: Lint) -> None:
    linted = figures(
        "rate: {unit: ratio, is: ordered / inquiries}\n",
        each="week",
        more="""
            checks:
              low:
                for: everyone
                each: period
                when: any(rate < 10%, over=weeks) or mean(rate, over=weeks) < 20%
                says: low
        """,
    )
    assert linted.problems == ()


def test_a_borrowed_figure_of_last_month_is_no_circle(figures: Lint) -> None:
    linted = figures('x: {unit: count, is: "default(previous(x), 0) + orders"}')
    only(linted, "x")


def test_shares_that_split_a_pool_exactly_are_sound() -> None:
    for rest in ("department.pool * (1 - part)", "department.pool - department.pool * part"):
        sound = SPLIT % ("department.pool * part", rest)
        assert codes(lint_text(sound, "split.yaml").problems) == []
    by_thirds = SPLIT % ("department.pool * part / 2", "department.pool / 3")
    assert codes(lint_text(by_thirds, "split.yaml").problems) == []
    too_much = SPLIT % ("department.pool * part", "(department.pool + department.pool) / 3")
    assert codes(lint_text(too_much, "split.yaml").problems) == ["P232"]


def test_a_pool_that_is_a_part_of_sales_is_still_paid_once() -> None:
    of_sales = SPLIT.replace("sales_amount * 1%%", "sales * 1%%").replace(
        "      pool:", "      sales: {unit: money, is: sales_amount}\n      pool:"
    )
    twice = of_sales % ("department.pool", "department.pool")
    beside = of_sales % ("department.pool", "department.sales * 2%")
    assert codes(lint_text(twice, "split.yaml").problems) == ["P231"]
    assert codes(lint_text(beside, "split.yaml").problems) == []


def test_multiples_of_an_award_are_no_parts_of_it() -> None:
    text = SPLIT % ("department.pool * 3", "department.pool * 2")
    assert codes(lint_text(text, "split.yaml").problems) == []


def test_figures_that_build_on_each_other_many_times_are_checked_at_once(figures: Lint) -> None:
    rows = ["f0: {unit: money, is: sales_amount}"]
    rows += [f"f{step}: {{unit: money, is: f{step - 1} + f{step - 1}}}" for step in range(1, 60)]
    rows.append("bonus: {unit: money, share: {pool: f59, by: orders, to: 0.01}}")
    assert codes(figures("\n".join(rows)).problems) == []


def test_a_pool_in_a_circle_is_told_as_a_circle(figures: Lint) -> None:
    linted = figures("""
        a: {unit: money, is: b * 2}
        b: {unit: money, is: a * 2}
        bonus: {unit: money, share: {pool: a, by: orders, to: 0.01}}
    """)
    assert codes(linted.problems)[0] == "P221"


def test_two_unlike_pools_are_paid_out_side_by_side() -> None:
    text = SPLIT % ("department.pool * part", "department.other")
    assert codes(lint_text(text, "split.yaml").problems) == []


SPLIT = """
policy: split
version: 1
title: Split
department: {subject: '"Desk"', members: everyone}
parameters: {part: {type: number, unit: ratio, value: 80%%}}
sections:
  desk:
    for: department
    each: period
    figures:
      pool: {unit: money, is: "sales_amount * 1%%", round: 0.01}
      other: {unit: money, is: "max(sales_amount, 0) * part"}
  pay:
    for: person
    each: period
    figures:
      bonus: {unit: money, share: {pool: %s, by: orders, to: 0.01}}
      extra: {unit: money, share: {pool: %s, by: receptions, to: 0.01}}
"""


def test_a_payslip_may_deduct() -> None:
    text = """
policy: pay
version: 1
title: Pay
sections:
  pay:
    for: person
    each: period
    total: pay.total
    figures:
      pay.base: {unit: money, is: "default(people.base_pay, 0)", round: 0.01}
      pay.deducted: {unit: money, is: refunded_amount * 1%, round: 0.01}
      pay.days: {unit: count, is: orders}
      pay.total: {unit: money, is: pay.base - pay.deducted}
"""
    assert codes(lint_text(text, "pay.yaml").problems) == []


def test_the_shipped_policy_pays_each_pool_once() -> None:
    policy = load("presale-desk")
    lines = [one for one in policy.sections if one.total]
    assert [one.name for one in lines] == ["pay"]
    assert not any(Lacking(policy).figure((name, Level.PERSON)) for name in lines[0].figures)
