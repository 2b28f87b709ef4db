"""Rules of presale-desk, one by one, in small worlds with answers computed by hand."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from appraisal.worlds import Counts, daily, facts, person
from kaohe.appraisal.appraise import Appraisal, appraise
from kaohe.appraisal.facts import Facts
from kaohe.core.figure import FigureKey, Level
from kaohe.core.number import exact
from kaohe.policy.loader import load

PERIOD, DESK = "2026-10", "客服部"
BUSY = {
    "receptions": 10,
    "inquiries": 10,
    "replied_receptions": 10,
    "agent_messages": 30,
    "customer_messages": 30,
}


def run(given: Facts, parameters: Path | None = None) -> Appraisal:
    policy = load("presale-desk", parameters)
    return appraise(policy, given, policy.calendar.period(PERIOD))


def value(
    appraisal: Appraisal, figure: str, subject: str = "甲", span: str = "2026-10", level: Level = Level.PERSON
) -> Fraction | None:
    return appraisal.figures[FigureKey(figure, level, subject, span)].value


def week(appraisal: Appraisal, figure: str, subject: str = "甲", number: int = 1) -> Fraction | None:
    return value(appraisal, figure, subject, f"2026-10-W{number}")


def entry(who: str, day: str, item: str, quantity: int = 1) -> Mapping[str, object]:
    return {"person": who, "day": date.fromisoformat(day), "item": item, "quantity": Decimal(quantity)}


def target(who: str, amount: str, month: str = PERIOD) -> Mapping[str, object]:
    return {"person": who, "month": month, "amount": Decimal(amount)}


def test_below_the_shops_average_a_place_earns_nothing_and_one_point_is_lost() -> None:
    measures = daily(
        [
            ("甲", "2026-10-01", {"ordered_same_day": 5, "inquiries": 10}),
            ("乙", "2026-10-01", {"ordered_same_day": 1, "inquiries": 10}),
        ]
    )
    appraisal = run(facts(measures, [person("甲"), person("乙")]))
    assert week(appraisal, "order_rate.points", "甲") == 3
    assert week(appraisal, "order_rate.place", "乙") == 2
    assert week(appraisal, "order_rate.points", "乙") == -1


def test_exactly_at_the_average_keeps_the_places_points() -> None:
    measures = daily(
        [
            ("甲", "2026-10-01", {"ordered_same_day": 1, "inquiries": 3}),
            ("乙", "2026-10-01", {"ordered_same_day": 2, "inquiries": 6}),
        ]
    )
    appraisal = run(facts(measures, [person("甲"), person("乙")]))
    assert week(appraisal, "order_rate.place", "甲") == week(appraisal, "order_rate.place", "乙") == 1
    assert week(appraisal, "order_rate.points", "乙") == 3


def test_the_unassigned_count_in_the_average_and_take_no_place() -> None:
    measures = daily(
        [
            ("(unassigned)", "2026-10-01", {"ordered_same_day": 9, "inquiries": 10}),
            ("甲", "2026-10-01", {"ordered_same_day": 5, "inquiries": 10}),
        ]
    )
    appraisal = run(facts(measures, [person("甲")]))
    assert value(appraisal, "order_rate", DESK, "2026-10-W1", Level.SHOP) == exact("0.7")
    assert week(appraisal, "order_rate.place") == 1
    assert week(appraisal, "order_rate.points") == -1
    assert not [key for key in appraisal.figures if key.subject == "(unassigned)"]


def test_a_covering_person_takes_a_place_but_earns_no_points() -> None:
    measures = daily(
        [
            ("頂", "2026-10-01", {"ordered_same_day": 9, "inquiries": 10}),
            ("甲", "2026-10-01", {"ordered_same_day": 9, "inquiries": 11}),
        ]
    )
    appraisal = run(facts(measures, [person("甲"), person("頂", department="倉儲部")]))
    assert week(appraisal, "order_rate.place", "頂") == 1
    assert FigureKey("order_rate.points", Level.PERSON, "頂", "2026-10-W1") not in appraisal.figures
    assert week(appraisal, "order_rate.place", "甲") == 2


def test_cover_duty_ends_below_half_the_shops_ratio_and_not_at_half() -> None:
    def findings(ordered: int) -> list[str]:
        measures = daily(
            [
                ("頂", "2026-10-01", {"ordered_same_day": ordered, "inquiries": 100}),
                ("甲", "2026-10-01", {"ordered_same_day": 300 - ordered, "inquiries": 400}),
            ]
        )
        appraisal = run(facts(measures, [person("甲"), person("頂", department="倉儲部")]))
        return [one.figure for one in appraisal.findings if one.check == "cover_below_half"]

    # The shop's rate is 60 %; half of it is 30 %.
    assert findings(30) == []
    assert findings(29) == ["order_rate"]


def test_campaign_days_are_left_out_of_order_value_for_everyone(tmp_path: Path) -> None:
    parameters = tmp_path / "parameters.yaml"
    parameters.write_text("campaign_days: [2026-10-03]\n", "utf-8")
    rows: list[tuple[str, str, Counts]] = [
        ("甲", "2026-10-02", {"paid_amount": "300.00", "payers_final": 2}),
        ("甲", "2026-10-03", {"paid_amount": "9000.00", "payers_final": 3}),
    ]
    appraisal = run(facts(daily(rows), [person("甲")]), parameters)
    assert week(appraisal, "order_value") == 150
    assert value(appraisal, "order_value", DESK, level=Level.DEPARTMENT) == 150


@pytest.mark.parametrize(
    ("sales", "points", "within", "beyond"),
    [
        ("499.99", -2, "2.49995", "0"),
        ("500.00", 0, "2.5", "0"),
        ("599.99", 0, "2.99995", "0"),
        ("600.00", 1, "4.8", "0"),
        ("800.00", 3, "6.4", "0"),
        ("1299.99", 3, "8", "2.69991"),
        ("1300.00", 5, "8", "3"),
    ],
)
def test_completion_sets_points_and_the_whole_commission_rate(
    sales: str, points: int, within: str, beyond: str
) -> None:
    measures = daily([("甲", "2026-10-02", {"sales_amount": sales})])
    appraisal = run(facts(measures, [person("甲")], targets=[target("甲", "1000.00")]))
    assert value(appraisal, "completion.points") == points
    assert value(appraisal, "commission_within") == exact(within)
    assert value(appraisal, "commission_beyond") == exact(beyond)


def test_deducted_refunds_lower_the_commission_and_not_the_completion(tmp_path: Path) -> None:
    parameters = tmp_path / "parameters.yaml"
    parameters.write_text("refunds: deducted\n", "utf-8")
    measures = daily([("甲", "2026-10-02", {"sales_amount": "900.00", "refunded_amount": "100.00"})])
    appraisal = run(facts(measures, [person("甲")], targets=[target("甲", "1000.00")]), parameters)
    assert value(appraisal, "completion") == exact("0.9")
    assert value(appraisal, "commission_within") == exact("6.4")


@pytest.mark.parametrize("amount", [None, "0.00"])
def test_without_a_target_there_is_no_commission_and_closing_is_blocked(amount: str | None) -> None:
    measures = daily([("甲", "2026-10-02", {"sales_amount": "900.00"})])
    targets = [target("甲", amount)] if amount else []
    appraisal = run(facts(measures, [person("甲")], targets=targets))
    assert value(appraisal, "completion") is None
    assert value(appraisal, "completion.points") == 0
    assert value(appraisal, "pay.commission_within") == 0
    blocking = [one for one in appraisal.findings if one.blocks_closing]
    assert [(one.check, one.subject) for one in blocking] == [("no_target", "甲")]


def test_a_review_opens_below_last_months_ratio_and_costs_only_when_confirmed() -> None:
    rows = [
        ("甲", "2026-10-02", {"receptions": 10, "inquiries": 7}),
        ("甲", "2026-10-09", {"receptions": 10, "inquiries": 7}),
    ]
    history = {("inquiry_ratio", "shop", DESK, "2026-09"): "0.8"}
    entries = [entry("甲", "2026-10-03", "phrase_misuse", 5)]
    appraisal = run(facts(daily(rows), [person("甲")], history=history, entries=entries))
    assert week(appraisal, "inquiry_ratio.points", number=1) == -2
    assert week(appraisal, "inquiry_ratio.points", number=2) == 0
    assert [(one.figure.span, one.confirmed) for one in appraisal.reviews] == [
        ("2026-10-W1", True),
        ("2026-10-W2", False),
    ]


def test_a_confirmed_misuse_without_an_open_review_costs_nothing_and_is_a_problem() -> None:
    rows = [("甲", "2026-10-02", {"receptions": 10, "inquiries": 9})]
    history = {("inquiry_ratio", "shop", DESK, "2026-09"): "0.8"}
    entries = [entry("甲", "2026-10-03", "phrase_misuse")]
    appraisal = run(facts(daily(rows), [person("甲")], history=history, entries=entries))
    assert week(appraisal, "inquiry_ratio.points") == 0
    assert [problem.code for problem in appraisal.problems] == ["A104"]


def test_an_excused_missing_reply_costs_nothing_in_its_week() -> None:
    rows = [
        ("甲", "2026-10-02", {"receptions": 10, "replied_receptions": 9}),
        ("甲", "2026-10-09", {"receptions": 10, "replied_receptions": 9}),
    ]
    entries = [entry("甲", "2026-10-04", "reply_excused")]
    appraisal = run(facts(daily(rows), [person("甲")], entries=entries))
    assert week(appraisal, "reply_rate.points", number=1) == 0
    assert week(appraisal, "reply_rate.points", number=2) == -1


def test_the_loss_rates_borders_are_strict() -> None:
    rows = [
        ("甲", "2026-10-01", {"lost_orderers": 5, "orderers": 100}),
        ("甲", "2026-10-08", {"lost_orderers": 10, "orderers": 100}),
        ("甲", "2026-10-15", {"lost_orderers": 4, "orderers": 100}),
        ("甲", "2026-10-22", {"lost_orderers": 11, "orderers": 100}),
    ]
    appraisal = run(facts(daily(rows), [person("甲")]))
    assert [week(appraisal, "loss_rate.points", number=number) for number in (1, 2, 3, 4)] == [0, 0, 1, -1]


def test_no_sales_takes_no_place() -> None:
    rows: list[tuple[str, str, Counts]] = [
        ("甲", "2026-10-01", {"receptions": 1}),
        ("乙", "2026-10-01", {"sales_amount": "0.01"}),
    ]
    appraisal = run(facts(daily(rows), [person("甲"), person("乙")]))
    assert week(appraisal, "sales", "甲") == 0
    assert week(appraisal, "sales.place", "甲") is None
    assert week(appraisal, "sales.points", "乙") == 3


def test_behaviour_points_follow_the_ledger() -> None:
    entries = [
        entry("甲", "2026-10-02", "praise", 3),
        entry("甲", "2026-10-05", "order_error", 2),
        entry("甲", "2026-10-06", "initiative"),
        entry("甲", "2026-10-07", "initiative"),
        entry("甲", "2026-10-08", "averted_loss", 4),
        entry("甲", "2026-10-09", "averted_loss", 3),
        entry("甲", "2026-11-01", "praise", 9),
    ]
    people = [person("甲", hired_on=date(2025, 11, 30))]
    appraisal = run(facts(daily([("甲", "2026-10-02", BUSY)]), people, entries=entries))
    # No bad rating 5, praise 1.5, errors −2, initiative once 5, averted loss at most 5, 11 months 2.
    assert value(appraisal, "behaviour_points") == exact("16.5")


def test_entries_after_the_as_of_day_are_ignored() -> None:
    entries = [entry("甲", "2026-10-20", "late_task")]
    measures = daily([("甲", "2026-10-02", BUSY)])
    early = run(facts(measures, [person("甲")], entries=entries, as_of="2026-10-19"))
    late = run(facts(measures, [person("甲")], entries=entries, as_of="2026-10-20"))
    assert value(early, "behaviour_points") == (value(late, "behaviour_points") or 0) + 3


def test_figures_are_provisional_until_their_measures_are_final() -> None:
    measures = daily([("甲", "2026-10-02", BUSY)])
    appraisal = run(facts(measures, [person("甲")], as_of="2026-11-03"))
    final = {
        key.figure: figure.final for key, figure in appraisal.figures.items() if key.span == "2026-10-W4"
    }
    assert final["reply_rate"]
    assert final["order_rate"]
    assert not final["payment_rate"]
    month = appraisal.figures[FigureKey("pay.total", Level.PERSON, "甲", "2026-10")]
    assert not month.final
    assert month.final_on == date(2026, 11, 5)


def test_nobody_with_behaviour_points_leaves_the_behaviour_pool_unpaid_and_says_so() -> None:
    measures = daily([("甲", "2026-10-02", {"sales_amount": "90000.00"})])
    entries = [entry("甲", "2026-10-05", "order_error", 30)]
    appraisal = run(facts(measures, [person("甲")], targets=[target("甲", "1000.00")], entries=entries))
    assert (value(appraisal, "behaviour_pool", DESK, level=Level.DEPARTMENT) or 0) > 0
    assert value(appraisal, "pay.behaviour_bonus") == 0
    assert "nobody_shares_behaviour_pool" in [one.check for one in appraisal.findings]


def test_penalties_beyond_the_pool_show_as_its_shortfall() -> None:
    history = {("mean_completion", "department", DESK, "2026-09"): "5"}
    measures = daily([("甲", "2026-10-02", {"sales_amount": "100.00"})])
    appraisal = run(facts(measures, [person("甲")], history=history, targets=[target("甲", "1000.00")]))
    assert value(appraisal, "mean_completion_award", DESK, level=Level.DEPARTMENT) == -50
    assert value(appraisal, "pool", DESK, level=Level.DEPARTMENT) == 0
    # 20 % of 100 × 5 ‰ stands against the penalty.
    assert value(appraisal, "pool_shortfall", DESK, level=Level.DEPARTMENT) == exact("49.9")


@pytest.mark.parametrize(
    ("hired", "left", "counted"),
    [
        (date(2026, 10, 31), None, 1),
        (date(2026, 11, 1), None, 0),
        (date(2025, 1, 1), date(2026, 10, 1), 1),
        (date(2025, 1, 1), date(2026, 9, 30), 0),
    ],
)
def test_who_was_employed_on_a_day_of_the_month_is_appraised(
    hired: date, left: date | None, counted: int
) -> None:
    measures = daily([("甲", "2026-10-02", BUSY)])
    people = [person("乙", hired_on=hired, left_on=left)]
    appraisal = run(facts(measures, people))
    assert value(appraisal, "headcount", DESK, level=Level.DEPARTMENT) == counted
