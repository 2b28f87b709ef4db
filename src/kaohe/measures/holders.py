"""Who held which account on which day."""

import hashlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

import pyarrow as pa

from kaohe.core.figure import UNASSIGNED
from kaohe.core.period import ONE_DAY
from kaohe.core.problem import Place, Problem
from kaohe.measures import problems


@dataclass(frozen=True, slots=True, order=True)
class Holding:
    """One person holding one account, both days included."""

    first: date
    last: date
    person: str

    def overlap(self, other: "Holding") -> tuple[date, date] | None:
        """Return the first and last day of both, None where they share no day."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return (first, last) if first <= last else None


@dataclass(frozen=True, slots=True)
class Holders:
    """All holdings, by shop and account."""

    by_account: Mapping[str, Mapping[str, tuple[Holding, ...]]]
    _borders: dict[str, list[date]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, accounts: pa.Table) -> "Holders":
        """Read the table ``accounts``."""
        held: dict[str, dict[str, list[Holding]]] = defaultdict(lambda: defaultdict(list))
        for row in accounts.select(["shop", "account", "person", "from", "to"]).to_pylist():
            holding = Holding(row["from"] or date.min, row["to"] or date.max, row["person"])
            held[row["shop"]][row["account"]].append(holding)
        return cls(
            {
                shop: {account: tuple(sorted(holdings)) for account, holdings in rows.items()}
                for shop, rows in held.items()
            }
        )

    def on(self, shop: str, day: date) -> dict[str, str]:
        """Return account → person for one shop and day; an account that nobody held is missing."""
        return {
            account: holding.person
            for account, holdings in self.by_account.get(shop, {}).items()
            for holding in holdings
            if holding.first <= day <= holding.last
        }

    def since(self, shop: str, day: date) -> date:
        """Return a day since which, up to this one, the holders of a shop's accounts have been the same."""
        borders = self._borders.get(shop)
        if borders is None:
            holdings = [one for those in self.by_account.get(shop, {}).values() for one in those]
            ended = {one.last + ONE_DAY for one in holdings if one.last != date.max}
            borders = self._borders[shop] = sorted({date.min, *(one.first for one in holdings), *ended})
        return borders[bisect_right(borders, day) - 1]

    def person(self, shop: str, account: str, day: date) -> str:
        """Return who held an account on a day, or ``(unassigned)``."""
        holdings = self.by_account.get(shop, {}).get(account, ())
        return next((one.person for one in holdings if one.first <= day <= one.last), UNASSIGNED)

    def overlaps(self) -> list[Problem]:
        """Return an error for every two people who hold one account on the same day."""
        return [
            problems.TWO_HOLDERS.at(
                Place("accounts", column="account"),
                account=account,
                shop=shop,
                one=one.person,
                two=two.person,
                days=_days(shared),
            )
            for shop, rows in self.by_account.items()
            for account, holdings in rows.items()
            for one, two in combinations(holdings, 2)
            if one.person != two.person and (shared := one.overlap(two))
        ]

    def strangers(self, people: Iterable[str], first: date, last: date) -> list[Problem]:
        """Return a warning for every holder in these days who is missing from people."""
        known = set(people)
        holders = {
            holding.person
            for rows in self.by_account.values()
            for holdings in rows.values()
            for holding in holdings
            if holding.first <= last and first <= holding.last
        }
        place = Place("accounts", column="person")
        return [problems.HOLDER_UNKNOWN.at(place, person=person) for person in sorted(holders - known)]


def unheld(accounts: Mapping[tuple[str, str], Iterable[date]]) -> list[Problem]:
    """Return a warning for every account that was used while nobody held it.

    Args:
        accounts: Shop and account → the days on which it was used so.
    """
    place = Place("accounts", column="account")
    return [
        problems.NOBODY_HELD.at(place, account=account, shop=shop, count=len(days), day=min(days).isoformat())
        for (shop, account), days in sorted((key, set(days)) for key, days in accounts.items())
    ]


def holders_digest(holders: Mapping[str, str]) -> str:
    """Return a name for exactly these holders of a day."""
    rows = "\0".join(f"{account}\0{person}" for account, person in sorted(holders.items()))
    return hashlib.sha256(rows.encode()).hexdigest()


def _days(shared: tuple[date, date]) -> str:
    first, last = shared
    start = "" if first == date.min else first.isoformat()
    end = "" if last == date.max else last.isoformat()
    return start if start and start == end else f"{start or '…'} – {end or '…'}"
