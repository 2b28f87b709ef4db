"""The source's own arithmetic, from counts: the golden figures of presale-desk."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from appraisal.worlds import SHOP, daily, facts, person
from kaohe.appraisal.appraise import Appraisal, appraise
from kaohe.appraisal.facts import Facts
from kaohe.core.figure import FigureKey, Level
from kaohe.core.number import exact, fixed
from kaohe.policy.loader import load
from kaohe.policy.policy import Policy

PERIOD = "2026-10"
DESK = "客服部"


def run(given: Facts) -> Appraisal:
    policy = load("presale-desk")
    return appraise(policy, given, policy.calendar.period(PERIOD))


def of_person(
    appraisal: Appraisal, figure: str, span: str = "2026-10-W1", subject: str = "甲"
) -> Fraction | None:
    return appraisal.figures[FigureKey(figure, Level.PERSON, subject, span)].value


def of_desk(appraisal: Appraisal, figure: str) -> Fraction | None:
    return appraisal.figures[FigureKey(figure, Level.DEPARTMENT, DESK, PERIOD)].value


@pytest.mark.parametrize(
    ("figure", "counts", "shown"),
    [
        ("inquiry_ratio", {"inquiries": 2475, "receptions": 3076}, "80.46"),
        ("order_rate", {"ordered_same_day": 812, "inquiries": 2475}, "32.81"),
        ("payment_rate", {"payers": 509 + 317, "orderers": 915}, "90.27"),
        ("loss_rate", {"lost_orderers": 77, "orderers": 556}, "13.85"),
    ],
)
def test_a_ratio_is_that_of_the_source(figure: str, counts: dict[str, int], shown: str) -> None:
    appraisal = run(facts(daily([("甲", "2026-10-02", counts)]), [person("甲")]))
    value = of_person(appraisal, figure)
    assert value is not None
    assert fixed(value * 100, 2) == shown


def test_a_loss_rate_above_ten_per_cent_costs_a_point() -> None:
    counts = {"lost_orderers": 77, "orderers": 556}
    appraisal = run(facts(daily([("甲", "2026-10-02", counts)]), [person("甲")]))
    assert of_person(appraisal, "loss_rate.points") == -1


def test_the_coefficient_and_its_share_of_sales_are_those_of_the_source() -> None:
    # 47 % completion: a target that makes it so, from one known earlier month.
    history = {
        ("pv", "department", DESK, "2026-09"): "1000",
        ("shop_sales", "department", DESK, "2026-09"): "1000",
        ("desk_sales", "department", DESK, "2026-09"): "1000",
    }
    measures = daily(
        [("甲", "2026-10-02", {"sales_amount": "500135.60", "converted": 3955, "inquiries": 10000})]
    )
    policy = with_number(load("presale-desk"), "forecast_pv", exact("500135.60") / exact("0.47"))
    appraisal = appraise(
        policy, facts(measures, [person("甲")], history=history), policy.calendar.period(PERIOD)
    )
    coefficient = of_desk(appraisal, "coefficient")
    assert coefficient is not None
    assert fixed(coefficient * 1000, 5) == "1.85885"
    sales = of_desk(appraisal, "desk_sales")
    assert sales is not None
    assert fixed(sales * coefficient, 2) == "929.68"


def with_number(policy: Policy, name: str, value: Fraction) -> Policy:
    parameter = replace(policy.parameters[name], values=((date.min, value),))
    return replace(policy, parameters={**policy.parameters, name: parameter})


def test_an_attitude_rating_below_the_industry_costs_a_hundred_a_head() -> None:
    people = [person(name) for name in ("甲", "乙", "丙")]
    rows = [
        {"shop": SHOP, "day": date(2026, 10, 1), "attitude": Decimal("4.67881"), "industry": Decimal("4.7")},
        {"shop": SHOP, "day": date(2026, 10, 31), "attitude": Decimal("4.68"), "industry": Decimal("4.7")},
    ]
    appraisal = run(facts(daily([("甲", "2026-10-02", {"receptions": 1})]), people, dsr=rows))
    assert of_desk(appraisal, "dsr_award") == -300


def test_ninety_six_points_are_on_offer() -> None:
    appraisal = run(facts(daily([("甲", "2026-10-02", {"receptions": 1})]), [person("甲")]))
    assert of_desk(appraisal, "points_on_offer") == 96
