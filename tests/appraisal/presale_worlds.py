"""Random months of a presale desk, dense in corners, in the form of the worked examples' folders."""

import csv
import json
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

from appraisal.presale_reference import Reference
from appraisal.presale_terms import ONCE, days_of, month_before

DESK, ROLES = "客服部", ["售前", "售前組長"]
NAMES = ["王芳", "Ann Lee", "p-8", "p-11", "p-2", "阿強", "小李", "陳", "阿珍"]
STRANGER = "過客"
ITEMS = [
    *ONCE,
    *("praise", "bad_attitude_rating", "order_error", "procedure_departure"),
    *("averted_loss", "phrase_misuse", "reply_excused"),
]
MONTHS = ["2026-02", "2028-02", "2026-06", "2026-10", "2027-01", "2027-03", "2026-12"]
DELAYS = {
    **dict.fromkeys(["inquiries", "ordered_same_day", "ordered"], 1),
    "converted": 5,
    **dict.fromkeys(
        [
            *("payers_final", "payers", "paid_orders", "paid_amount", "lost_orderers", "lost_amount"),
            *("sales_orders", "sales_amount", "assisted_orders", "assisted_amount", "refunded_amount"),
            *("shop_paid_amount", "shop_payers", "shop_paid_orders", "silent_orders", "silent_amount"),
        ],
        4,
    ),
}
BORDERS = ["0.5", "0.6", "0.8", "1.3", "1", "2.5", "0.47"]
Rows = dict[tuple[str, str, date], dict[str, Decimal]]


def cents(dice: Random, most: int) -> Decimal:
    return Decimal(dice.randint(0, most)) / 100


class World:
    """One made-up month; the same seed makes the same files."""

    def __init__(self, seed: int) -> None:
        self.dice = dice = Random(seed)
        self.month = dice.choice(MONTHS)
        self.days = days_of(self.month)
        last = self.days[-1]
        self.as_of = last + timedelta(days=dice.choice([30, 30, 30, 5, 4, 3, 1, 0, -1, -4, -12, -20]))
        self.shops = ["旗艦店", "專營店", "outlet"][: dice.choice([1, 1, 2, 3])]
        self.cast = dice.sample(NAMES, dice.choice([1, 3, 5, 7, 9]))
        self.large = dice.random() < 0.3
        self.rows: Rows = {}
        self.shop_rows: Rows = {}
        self._persons()
        self._shop_totals()

    def write(self, folder: Path) -> None:
        """Write the folder of a case, then its history, so that last month can be met exactly."""
        (folder / "records").mkdir(parents=True)
        case = {"policy": "presale-desk", "period": self.month, "as_of": self.as_of.isoformat()}
        (folder / "case.json").write_text(json.dumps(case), "utf-8")
        (folder / "parameters.yaml").write_text(json.dumps(self._parameters(), ensure_ascii=False), "utf-8")
        self._write_measures(folder / "measures.csv")
        for name in ("people", "targets", "traffic", "dsr", "entries", "attendance"):
            header, rows = getattr(self, f"_{name}")()
            put(folder / "records" / f"{name}.csv", header, rows)
        history = ["figure", "level", "subject", "span", "value"]
        put(folder / "history.csv", history, [])
        put(folder / "history.csv", history, self._history(folder))

    def _parameters(self) -> dict[str, object]:
        dice = self.dice
        campaign = dice.sample(self.days, dice.choice([0, 0, 1, 3]))
        if dice.random() < 0.1:
            campaign = self.days[7:14]
        given: dict[str, object] = {
            "desk_department": DESK,
            "desk_roles": ROLES,
            "campaign_days": sorted(day.isoformat() for day in campaign),
            "forecast_pv": dice.choice(["24296", "100000", "1", "333"]),
            "reference_month": dice.choice([None, None, month_before(self.month, dice.choice([2, 5, 12]))]),
            "full_attendance_award": dice.choice(["200.00", "0.00", "99.99"]),
            "overtime_rate": dice.choice(["18.75", "0.01", "20.33"]),
            "performance_share": dice.choice(["0.8", "0.7", "0.333", "1", "0"]),
            "within_share": dice.choice(["0.8", "0.75", "1"]),
            "beyond_share": dice.choice(["0.9", "0.85", "1"]),
        }
        if dice.random() < 0.3:
            given["minimum_base"] = str(dice.choice([1, 2, 5, 20]))
        if dice.random() < 0.4:
            given["refunds"] = dice.choice(["kept", "deducted"])
        return given

    def _persons(self) -> None:
        dice = self.dice
        working = [*self.cast, "(unassigned)"] + [STRANGER] * (dice.random() < 0.3)
        for person in working:
            presence = (
                dice.choice([0.0, 0.05, 0.3, 0.7]) if person != "(unassigned)" else dice.choice([0.0, 0.1])
            )
            for shop in self.shops:
                for day in self.days:
                    if dice.random() < presence:
                        self.rows[shop, person, day] = self._day()
        for week in range(4):  # ties: whole weeks of one person copied from another's
            if dice.random() < 0.5 and len(self.cast) > 1:
                one, other = dice.sample(self.cast, 2)
                days = self.days[7 * week : 7 * week + 7 if week < 3 else 31]
                for shop in self.shops:
                    for day in days:
                        self.rows[shop, other, day] = dict(self.rows.get((shop, one, day), {}))

    def _day(self) -> dict[str, Decimal]:
        dice = self.dice

        def count(most: int) -> int:
            return dice.choice([most, most, dice.randint(0, most), 0 if most < 3 else most - 1])

        receptions = dice.choice([0, 1, 2, 4, 5, 10]) if not self.large else dice.randint(20, 90)
        inquiries = count(receptions)
        same_day = count(inquiries)
        orderers = same_day + dice.choice([0, 0, 1]) if not dice.random() < 0.2 else dice.choice([10, 20])
        payers = orderers - dice.choice([0, 0, min(orderers, 1)])
        ordered = Decimal(100 * orderers) if dice.random() < 0.5 else cents(dice, 9000 * orderers)
        paid = ordered * payers / orderers if orderers else Decimal(0)
        paid = paid.quantize(Decimal("0.01"))
        counts: dict[str, Decimal | int] = {
            "receptions": receptions,
            "inquiries": inquiries,
            "ordered_same_day": same_day,
            "ordered": same_day,
            "converted": count(same_day),
            "replied_receptions": receptions - dice.choice([0, 0, 0, min(1, receptions)]),
            "customer_messages": receptions * 3,
            "agent_messages": max(0, receptions * 3 + dice.choice([0, 0, -1, 1, 2])),
            "response_rounds": receptions * 2,
            "response_seconds": receptions * dice.choice([60, 60, 59, 61, 33]),
            "orderers": orderers,
            "ordered_amount": ordered,
            "payers_final": payers,
            "payers_same_day": payers,
            "payers": payers,
            "paid_orders": payers,
            "paid_amount": paid,
            "lost_orderers": orderers - payers,
            "lost_amount": ordered - paid,
            "sales_orders": payers,
            "sales_amount": paid,
            "refunded_amount": paid if dice.random() < 0.1 else Decimal(0),
            "assisted_amount": cents(dice, 50000) if dice.random() < 0.2 else Decimal(0),
            "bad_ratings": int(dice.random() < 0.02),
        }
        return {name: Decimal(value) for name, value in counts.items()}

    def _shop_totals(self) -> None:
        for (shop, _, day), counts in self.rows.items():
            total = self.shop_rows.setdefault((shop, shop, day), {})
            for measure, value in counts.items():
                total[measure] = total.get(measure, Decimal(0)) + value
        silent = self.dice.random() < 0.5
        for (shop, _, day), total in list(self.shop_rows.items()):
            quiet = self.dice.choice([0, 1, 3]) if silent else 0
            amount = cents(self.dice, 30000 * quiet)
            total |= {
                "silent_orders": Decimal(quiet),
                "silent_amount": amount,
                "shop_payers": total.get("payers_final", Decimal(0)) + quiet,
                "shop_paid_amount": total.get("paid_amount", Decimal(0)) + amount,
                "pv": Decimal(self.dice.randint(0, 900)),
            }
            self.shop_rows[shop, shop, day] = total

    def _write_measures(self, path: Path) -> None:
        rows = []
        last = self.as_of if self.dice.random() < 0.8 else self.days[-1]  # a file may know more than A
        for level, cells in (("person", self.rows), ("shop", self.shop_rows)):
            for (shop, subject, day), counts in sorted(cells.items()):
                for measure, value in counts.items():
                    if day <= last and (value or self.dice.random() < 0.05):
                        final = self.as_of >= day + timedelta(days=DELAYS.get(measure, 0))
                        rows.append([level, shop, subject, day, measure, value, str(final).lower()])
        if self.dice.random() < 0.3:  # days around the month are nobody's business here
            for day in (self.days[0] - timedelta(days=1), self.days[-1] + timedelta(days=1)):
                for measure in ("receptions", "inquiries", "sales_amount", "bad_ratings"):
                    if day <= self.as_of:
                        rows.append(["person", self.shops[0], self.cast[0], day, measure, 7, "true"])
                        rows.append(["shop", self.shops[0], self.shops[0], day, measure, 7, "true"])
        put(path, ["level", "shop", "subject", "day", "measure", "value", "final"], rows)

    def _people(self) -> tuple[list[str], list[list[object]]]:
        dice, first, last = self.dice, self.days[0], self.days[-1]
        rows: list[list[object]] = []
        for person in [*self.cast, "倉管"]:
            role = dice.choice(["售前", "售前", "售前", "售前組長", "售後"])
            department = DESK if person != "倉管" and dice.random() < 0.9 else "倉庫"
            ago = dice.choice([0, 1, 5, 6, 11, 12, 23, 24, 35, 36, 80])
            hired = dice.choice(days_of(month_before(self.month, ago)))
            joined = dice.choice([hired, hired, hired, hired, "", first, last, last + timedelta(days=1)])
            ends_on = [first, first - timedelta(days=1), last, dice.choice(self.days)]
            left = str(dice.choice([*[""] * 5, *ends_on]))
            if str(joined) > left:
                left = ""
            base = dice.choice(["3000.00", "2800.00", "4200.33", "4200.33", ""])
            regular = dice.choice(["yes", "yes", "yes", "no"])
            rows.append([person, person, department, role, regular, joined, left, base])
        return ["person", "name", "department", "role", "regular", "hired_on", "left_on", "base_pay"], rows

    def _targets(self) -> tuple[list[str], list[list[object]]]:
        dice, rows = self.dice, list[list[object]]()
        for person in self.cast:
            sold = sum(
                (
                    counts.get("sales_amount", Decimal(0))
                    for (_, one, day), counts in self.rows.items()
                    if one == person and day <= self.as_of
                ),
                Decimal(0),
            )
            exact = (sold / Decimal(dice.choice(BORDERS))).quantize(Decimal("0.01"))
            amount = max(Decimal(0), exact + Decimal(dice.choice(["0", "0", "0", "0.01", "-0.01"])))
            amount = dice.choice([amount] * 6 + [Decimal(0), cents(dice, 9000000)])
            if dice.random() < 0.9:
                rows.append([person, self.month, amount])
            if dice.random() < 0.3:
                rows.append([person, month_before(self.month, 1), amount + 1])
        return ["person", "month", "amount"], rows

    def _traffic(self) -> tuple[list[str], list[list[object]]]:
        return ["shop", "day", "pv", "uv", "sales"], [[self.shops[0], self.days[0], 5, 3, ""]]

    def _dsr(self) -> tuple[list[str], list[list[object]]]:
        dice, rows = self.dice, list[list[object]]()
        for shop in self.shops:
            days = dice.sample(self.days, dice.choice([0, 1, 2, 3, 3, 3]))
            outside = [self.days[0] - timedelta(days=3), self.days[-1] + timedelta(days=2)]
            high = dice.random() < 0.6
            for day in sorted({*days, *dice.sample(outside, dice.choice([0, 1, 2]))}):
                attitude = dice.choice(["4.70001", "4.80000", "4.90000"] if high else ["4.70000", "4.69999"])
                rows.append([shop, day, attitude, dice.choice(["4.70000"] * 8 + ["", "4.80000"])])
        dice.shuffle(rows)
        return ["shop", "day", "attitude", "industry"], rows

    def _entries(self) -> tuple[list[str], list[list[object]]]:
        dice, rows = self.dice, list[list[object]]()
        for person in [*self.cast, "倉管"]:
            for item in ITEMS:
                for _ in range(
                    dice.choice([0, 0, 0, 1, 1, 2, 3]) if item != "order_error" else dice.choice([0, 0, 1])
                ):
                    day = self.days[0] + timedelta(days=dice.randint(-3, len(self.days) + 3))
                    rows.append([person, day, item, dice.choice([1, 1, 1, 2, 3, 5]), "", "主管"])
        return ["person", "day", "item", "quantity", "note", "by"], rows

    def _attendance(self) -> tuple[list[str], list[list[object]]]:
        dice, rows = self.dice, list[list[object]]()
        for person in self.cast:
            for month in (self.month, month_before(self.month, 1)):
                if dice.random() < 0.6:
                    hours, pay = dice.choice(["", "2", "3.5", "0"]), dice.choice(["", "", "44.44", "0.00"])
                    rows.append([person, month, dice.choice(["yes", "no", ""]), hours, pay])
        return ["person", "month", "full", "overtime_hours", "overtime_pay"], rows

    def _history(self, folder: Path) -> list[list[object]]:
        """Return last month's figures: this month's own where they end, so that equality is met, or near."""
        dice, last = self.dice, month_before(self.month, 1)
        reference = Reference(folder)
        now = reference.compute()
        shifts = dice.choice([[0, 0, 1, -1, 10**6], [0, 0, 1, -1, 10**6], [1, 10**6]])
        rows: list[list[object]] = []
        bars = [  # the ratios of those whom a bar just above them would cost points
            value
            for span, week in reference.weeks
            for person in reference.appraised()
            if (value := now["inquiry_ratio", "person", person, span]) is not None
            and ends(value)
            and reference.entries(person, "phrase_misuse", week)
        ]
        for figure, level, value in [
            ("inquiry_ratio", "shop", dice.choice([*bars * 4, Fraction(9, 10)])),
            *((name, "department", now[name, "department", DESK, self.month]) for name in AGAINST),
        ]:
            near = value if value is not None and ends(value) else Fraction(1, 2)
            if level == "department" or dice.random() < 0.3:
                near += Fraction(dice.choice(shifts), 10**6)
            if dice.random() < 0.85:
                rows.append([figure, level, DESK, last, plain(max(near, Fraction(0)))])
        for ago in (1, 2, 3, 5, 12):
            for name, most in (("pv", 90000), ("shop_sales", 300000000), ("desk_sales", 150000000)):
                value = Fraction(dice.randint(1, most), 1 if name == "pv" else 100)
                value = dice.choice([value] * 12 + [Fraction(0)])
                if dice.random() < 0.9:
                    rows.append([name, "department", DESK, month_before(self.month, ago), plain(value)])
        return rows


AGAINST = ("mean_completion", "conversion", "order_value")


def ends(value: Fraction) -> bool:
    """Return whether the value has at most 12 decimals."""
    return (value * 10**12).denominator == 1


def plain(value: Fraction) -> str:
    return format(Decimal(value.numerator) / Decimal(value.denominator), "f")


def put(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
