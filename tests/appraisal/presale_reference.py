"""presale-desk computed plainly and slowly from the page of its definitions, sharing no code with kaohe.

It reads a folder in the form of the worked examples and knows nothing of policies, formulas or reasons: one
function a rule, exact fractions throughout. A figure is known by (figure, level, subject, span).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from appraisal.presale_terms import (
    DELAYS,
    EACH,
    NOBODY,
    ONCE,
    PLACED,
    RATIOS,
    Key,
    Value,
    Week,
    completion_points,
    day_of,
    days_of,
    dsr_verdict,
    fen,
    mean,
    month_before,
    number,
    over,
    seniority,
    table,
)


class Reference:
    """One month of one desk, from the folder of a case."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.figures: dict[Key, Value] = {}
        case = json.loads((self.folder / "case.json").read_text("utf-8"))
        self.month: str = case["period"]
        self.as_of = date.fromisoformat(case["as_of"])
        self.given: Mapping[str, Any] = json.loads((self.folder / "parameters.yaml").read_text("utf-8"))
        self.desk: str = self.given["desk_department"]
        self.days = days_of(self.month)
        self.weeks: list[Week] = [
            (f"{self.month}-W{week + 1}", self.days[7 * week : 7 * week + 7 if week < 3 else 31])
            for week in range(4)
        ]
        campaign = {date.fromisoformat(str(day)) for day in self.given["campaign_days"]}
        self.quiet = [day for day in self.days if day not in campaign]
        records = self.folder / "records"
        self.people = table(records / "people.csv")
        self.ledger = table(records / "entries.csv")
        self.targets = table(records / "targets.csv")
        self.attendance = table(records / "attendance.csv")
        self._read_measures()
        self._read_history()

    def _read_measures(self) -> None:
        self.persons: dict[tuple[str, date, str], Fraction] = defaultdict(Fraction)
        self.shop: dict[tuple[date, str], Fraction] = defaultdict(Fraction)
        self.shops: set[str] = set()
        self.seen: set[str] = set()
        for row in table(self.folder / "measures.csv"):
            day, value = date.fromisoformat(row["day"]), Fraction(Decimal(row["value"]))
            if day not in self.days or day > self.as_of or not value:
                continue
            self.shops.add(row["shop"])
            if row["level"] == "person":
                self.persons[row["subject"], day, row["measure"]] += value
                self.seen.add(row["subject"])
            else:
                self.shop[day, row["measure"]] += value
        self.seen.discard(NOBODY)

    def _read_history(self) -> None:
        self.history = {
            (row["figure"], row["level"], row["span"]): number(row["value"])
            for row in table(self.folder / "history.csv")
            if row["subject"] == self.desk
        }

    def compute(self) -> dict[Key, Value]:
        """Return every figure of the month."""
        self._weekly_values()
        for name in (*PLACED, "sales"):
            for week in self.weeks:
                self._places(name, week)
        for person in self.appraised():
            for week in self.weeks:
                self._weekly_points(person, week)
            self._monthly(person)
        self._department()
        self._pools()
        for person in self.appraised():
            self._pay(person)
        self._behaviour_bonus()
        for person in self.appraised():
            lines = [
                value for key, value in self.figures.items() if key[0][:4] == "pay." and key[2] == person
            ]
            self.put("pay.total", "person", person, sum((line or Fraction(0) for line in lines), Fraction(0)))
        return self.figures

    def final(self, key: Key) -> bool | None:
        """Return whether every measure behind the figure is final; None where no measure is behind it."""
        name = key[0].removesuffix(".points").removesuffix(".place")
        if name not in DELAYS:
            return None
        days = dict(self.weeks).get(key[3], self.days)
        if name == "order_value":
            days = [day for day in days if day in self.quiet]
        return not days or self.as_of >= days[-1] + timedelta(days=DELAYS[name])

    def put(self, name: str, level: str, subject: str, value: Value, span: str = "") -> None:
        self.figures[name, level, subject, span or self.month] = value

    def get(self, name: str, level: str, subject: str, span: str = "") -> Value:
        return self.figures.get((name, level, subject, span or self.month))

    def of_person(self, person: str, measure: str, days: Iterable[date]) -> Fraction:
        return sum((self.persons.get((person, day, measure), Fraction(0)) for day in days), Fraction(0))

    def of_shop(self, measure: str, days: Iterable[date]) -> Fraction:
        return sum((self.shop.get((day, measure), Fraction(0)) for day in days), Fraction(0))

    def desk_people(self) -> list[dict[str, str]]:
        roles = self.given["desk_roles"]
        return [row for row in self.people if row["department"] == self.desk and row["role"] in roles]

    def appraised(self) -> list[str]:
        first, last = self.days[0], self.days[-1]
        return [
            row["person"]
            for row in self.desk_people()
            if row["regular"] == "yes"
            and (day_of(row["hired_on"]) or first) <= last
            and (day_of(row["left_on"]) or last) >= first
        ]

    def entries(self, person: str, item: str, days: Iterable[date]) -> Fraction:
        """Return the quantity of the item's entries that are dated on the days and not after A."""
        found = [
            Fraction(Decimal(row["quantity"]))
            for row in self.ledger
            if (row["person"], row["item"]) == (person, item)
            and date.fromisoformat(row["day"]) in days
            and date.fromisoformat(row["day"]) <= self.as_of
        ]
        return sum(found, Fraction(0))

    def parts(self, name: str, days: Sequence[date]) -> tuple[str, str, list[date]]:
        """Return the two measures of a ratio and the days on which it counts."""
        kept = [day for day in days if day in self.quiet] if name == "order_value" else list(days)
        return *RATIOS[name], kept

    def _weekly_values(self) -> None:
        for name in RATIOS:
            for span, week in [*self.weeks, *([(self.month, self.days)] if name == "inquiry_ratio" else [])]:
                top, base, days = self.parts(name, week)
                if name == "order_value":
                    shop = over(self.of_shop("shop_paid_amount", days), self.of_shop("shop_payers", days))
                else:
                    shop = over(self.of_shop(top, days), self.of_shop(base, days))
                self.put(name, "shop", self.desk, shop, span)
                for person in self._everyone() if span != self.month else ():
                    value = over(self.of_person(person, top, days), self.of_person(person, base, days))
                    self.put(name, "person", person, value, span)
        for span, week in self.weeks:
            for person in self._everyone():
                self.put("sales", "person", person, self.of_person(person, "sales_amount", week), span)

    def _everyone(self) -> list[str]:
        return sorted(self.seen | set(self.appraised()))

    def _places(self, name: str, week: Week) -> None:
        span, days = week
        values = {person: self.get(name, "person", person, span) for person in self._everyone()}
        ranked = {
            one: value for one, value in values.items() if value is not None and self._ranks(name, one, days)
        }
        for person in values:
            place = None
            if person in ranked:
                place = Fraction(1 + sum(value > ranked[person] for value in ranked.values()))
            self.put(f"{name}.place", "person", person, place, span)

    def _ranks(self, name: str, person: str, days: Sequence[date]) -> bool:
        """Return whether the base is large enough for places and points; sales must be above zero instead."""
        if name == "sales":
            return self.of_person(person, "sales_amount", days) > 0
        _, base, kept = self.parts(name, days)
        return self.of_person(person, base, kept) >= Fraction(str(self.given.get("minimum_base", 0)))

    def _weekly_points(self, person: str, week: Week) -> None:
        span, days = week

        def put(name: str, points: int) -> None:
            earned = points if self._ranks(name, person, days) else 0
            self.put(f"{name}.points", "person", person, Fraction(earned), span)

        def values(name: str) -> tuple[Value, Value]:
            return self.get(name, "person", person, span), self.get(name, "shop", self.desk, span)

        bar = self.history.get(("inquiry_ratio", "shop", month_before(self.month, 1)))
        mine, _ = values("inquiry_ratio")
        review = mine is not None and bar is not None and mine < bar
        put("inquiry_ratio", -2 if review and self.entries(person, "phrase_misuse", days) else 0)
        for name in (*PLACED, "sales"):
            put(name, self._place_points(name, person, span))
        mine, _ = values("message_ratio")
        put("message_ratio", -2 if mine is not None and mine < 1 else 0)
        mine, _ = values("reply_rate")
        excused = self.entries(person, "reply_excused", days) > 0
        put("reply_rate", -1 if mine is not None and mine < 1 and not excused else 0)
        mine, shops = values("response_time")
        put("response_time", -1 if mine is not None and shops is not None and mine > shops else 0)
        mine, _ = values("loss_rate")
        put("loss_rate", 0 if mine is None else (mine < Fraction(5, 100)) - (mine > Fraction(10, 100)))

    def _place_points(self, name: str, person: str, span: str) -> int:
        place = self.get(f"{name}.place", "person", person, span)
        if place is None:
            return 0
        mine, shops = self.get(name, "person", person, span), self.get(name, "shop", self.desk, span)
        if name != "sales" and mine is not None and shops is not None and mine < shops:
            return -1
        return max(0, 4 - int(place))

    def _monthly(self, person: str) -> None:
        sales = self.of_person(person, "sales_amount", self.days)
        target = next(
            (
                number(row["amount"])
                for row in self.targets
                if (row["person"], row["month"]) == (person, self.month)
            ),
            None,
        )
        completion = over(sales, target)
        self.put("completion", "person", person, completion)
        self.put("completion.points", "person", person, completion_points(completion))
        if self.given.get("refunds", "kept") == "deducted":
            sales -= self.of_person(person, "refunded_amount", self.days)
        within = beyond = Fraction(0)
        if target and completion is not None:
            within = min(sales, target) * Fraction(5 if completion < Fraction(60, 100) else 8, 1000)
            beyond = max(sales - target, Fraction(0))
            beyond *= Fraction(9 if completion < Fraction(130, 100) else 10, 1000)
        self.put("commission_within", "person", person, within)
        self.put("commission_beyond", "person", person, beyond)
        assisted = self.of_person(person, "assisted_amount", self.days) * Fraction(2, 1000)
        self.put("assisted_commission", "person", person, assisted)
        earned = [
            value or Fraction(0)
            for (name, _, subject, _), value in self.figures.items()
            if subject == person and name.endswith(".points")
        ]
        self.put("points", "person", person, sum(earned, Fraction(0)))
        self.put("behaviour_points", "person", person, self._behaviour(person))

    def _behaviour(self, person: str) -> Fraction:
        def entries(item: str) -> Fraction:
            return self.entries(person, item, self.days)

        total = Fraction(0)
        if self.of_person(person, "receptions", self.days) >= 1:
            bad = self.of_person(person, "bad_ratings", self.days) + entries("bad_attitude_rating")
            total += (5 if not bad else 0) + (5 if not entries("order_error") else 0)
        for item, points in EACH.items():
            total += entries(item) * Fraction(points)
        for item, once in ONCE.items():
            total += once if entries(item) else 0
        total += min(entries("averted_loss"), Fraction(5))
        hired = next(row["hired_on"] for row in self.people if row["person"] == person)
        return total + (seniority(hired, self.month) if hired else 0)

    def _department(self) -> None:
        desk = [row["person"] for row in self.desk_people()]

        def total(measure: str, days: Iterable[date]) -> Fraction:
            return sum((self.of_person(person, measure, days) for person in desk), Fraction(0))

        for name in ("conversion", "order_value"):
            top, base, days = self.parts(name, self.days)
            self._put(name, over(total(top, days), total(base, days)))
        sales = total("sales_amount", self.days)
        self._put("desk_sales", sales)
        known = [self.get("completion", "person", person) for person in self.appraised()]
        self._put("mean_completion", mean([value for value in known if value is not None]))
        heads = len(self.appraised())
        self._put("dsr_award", Fraction(100 * heads * self._dsr()))
        self._put("mean_completion_award", Fraction(50 * heads * self._against_last(["mean_completion"])))
        self._put("ratios_award", Fraction(50 * heads * self._against_last(["conversion", "order_value"])))
        self._put("sales_target", self._sales_target())
        completion = over(sales, self._got("sales_target"))
        self._put("completion", completion)
        conversion = self._got("conversion")
        none = completion is None or conversion is None
        self._put("coefficient", None if none else (completion or 0) * (conversion or 0) * Fraction(1, 100))
        self._put("points_on_offer", Fraction(4 * (3 + 2 + 1) * 4))

    def _put(self, name: str, value: Value) -> None:
        self.put(name, "department", self.desk, value)

    def _got(self, name: str) -> Value:
        return self.get(name, "department", self.desk)

    def _against_last(self, names: Sequence[str]) -> int:
        """Return 1 if all are above last month's, -1 if all are below, else 0."""
        last = month_before(self.month, 1)
        pairs = [(self._got(name), self.history.get((name, "department", last))) for name in names]
        if all(now is not None and then is not None and now > then for now, then in pairs):
            return 1
        return -1 if all(now is not None and then is not None and now < then for now, then in pairs) else 0

    def _dsr(self) -> int:
        by_shop: dict[str, list[dict[str, str]]] = {shop: [] for shop in self.shops}
        for row in table(self.folder / "records" / "dsr.csv"):
            day = date.fromisoformat(row["day"])
            if day in self.days and day <= self.as_of:
                by_shop.setdefault(row["shop"], []).append(row)
        verdicts = [dsr_verdict(sorted(rows, key=lambda row: row["day"])) for rows in by_shop.values()]
        if -1 in verdicts:
            return -1
        return 1 if verdicts and all(verdict == 1 for verdict in verdicts) else 0

    def _sales_target(self) -> Value:
        months = [month_before(self.month, count) for count in (12, 1, 2, 3)]
        if self.given.get("reference_month"):
            months = [str(self.given["reference_month"])]
        rates, shares = [], []
        for month in months:
            pv, shop, desk = (
                self.history.get((name, "department", month)) for name in ("pv", "shop_sales", "desk_sales")
            )
            if pv and shop and desk is not None and pv > 0 and shop > 0:
                rates.append(shop / pv)
                shares.append(desk / shop)
        rate, share = mean(rates), mean(shares)
        forecast = self.given.get("forecast_pv")
        if rate is None or share is None or forecast is None:
            return None
        return Fraction(Decimal(str(forecast))) * rate * share

    def _share(self, name: str) -> Fraction:
        return Fraction(Decimal(str(self.given[name])))

    def _sum(self, name: str) -> Fraction:
        values = (self.get(name, "person", person) or Fraction(0) for person in self.appraised())
        return sum(values, Fraction(0))

    def _pools(self) -> None:
        exact = (self._got("desk_sales") or 0) * (self._got("coefficient") or Fraction(0))
        exact += (1 - self._share("within_share")) * self._sum("commission_within")
        exact += (1 - self._share("beyond_share")) * self._sum("commission_beyond")
        for name in ("dsr_award", "mean_completion_award", "ratios_award"):
            exact += self._got(name) or 0
        pool = fen(max(exact, Fraction(0)))
        self._put("pool", pool)
        self._put("pool_shortfall", max(-exact, Fraction(0)))  # not one of the three places that are rounded
        performance = fen(pool * self._share("performance_share"))
        self._put("performance_pool", performance)
        self._put("behaviour_pool", pool - performance)

    def _pay(self, person: str) -> None:
        def put(name: str, value: Fraction) -> None:
            self.put(f"pay.{name}", "person", person, fen(value))

        def got(name: str) -> Fraction:
            return self.get(name, "person", person) or Fraction(0)

        attendance = next(
            (row for row in self.attendance if (row["person"], row["month"]) == (person, self.month)),
            {"full": "", "overtime_hours": "", "overtime_pay": ""},
        )
        base = next(row["base_pay"] for row in self.people if row["person"] == person)
        put("base", number(base) or Fraction(0))
        put(
            "full_attendance",
            self._share("full_attendance_award") if attendance["full"] == "yes" else Fraction(0),
        )
        overtime = number(attendance["overtime_pay"])
        if overtime is None:
            overtime = (number(attendance["overtime_hours"]) or Fraction(0)) * self._share("overtime_rate")
        put("overtime", overtime)
        pool = self._got("performance_pool") or Fraction(0)
        put("performance_bonus", max(got("points") * pool / 96, Fraction(0)))
        put("commission_within", got("commission_within") * self._share("within_share"))
        put("commission_beyond", got("commission_beyond") * self._share("beyond_share"))
        put("assisted_commission", got("assisted_commission"))

    def _behaviour_bonus(self) -> None:
        claims = {one: max(self.get("behaviour_points", "person", one) or 0, 0) for one in self.appraised()}
        whole, pool = sum(claims.values()), int((self._got("behaviour_pool") or 0) * 100)
        exact = {
            person: pool * Fraction(claim) / whole if whole else Fraction(0)
            for person, claim in claims.items()
        }
        shares = {person: int(share) for person, share in exact.items()}
        left = pool - sum(shares.values()) if whole else 0
        for person in sorted(exact, key=lambda one: (shares[one] - exact[one], one))[:left]:
            shares[person] += 1
        for person, share in shares.items():
            self.put("pay.behaviour_bonus", "person", person, Fraction(share, 100))
