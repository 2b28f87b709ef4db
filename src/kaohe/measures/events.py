"""Ratings, complaints and traffic: tables whose rows are counted as they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.figure import UNASSIGNED
from kaohe.measures.assembly import DaySums
from kaohe.measures.columns import (
    NOBODY,
    Codes,
    Ints,
    bools,
    coded,
    day_number,
    day_numbers,
    day_of,
    days,
    days_of_seconds,
    hundredths,
    seconds,
)
from kaohe.measures.daily import tallied
from kaohe.measures.holders import Holders
from kaohe.records.source import Records

GOOD_SCORE, BAD_SCORE = 400, 200
"""The least good and the most bad score of a rating, in hundredths."""


@dataclass(frozen=True, slots=True)
class Events:
    """The ratings and complaints of a range of days, each with the person it is about.

    Attributes:
        ratings: The columns of ``ratings``, person and day.
        complaints: The columns of ``complaints``, person and day.
        traffic: The columns of ``traffic``.
    """

    ratings: pa.Table
    complaints: pa.Table
    traffic: pa.Table

    @classmethod
    def of(cls, records: Records, holders: Holders, first: date, last: date) -> "Events":
        """Read the events from the first to the last day."""
        traffic = records.table("traffic")
        return cls(
            ratings=_dated(records.table("ratings"), "rated_at", holders, first, last),
            complaints=_dated(records.table("complaints"), "filed_at", holders, first, last),
            traffic=traffic.filter(pa.array(_within(day_numbers(traffic["day"]), first, last))),
        )

    def unheld(self) -> Iterator[tuple[str, str, date]]:
        """Yield shop, account and day of what happened on an account that nobody held."""
        for events in (self.ratings, self.complaints):
            loose = events.filter(pc.equal(events["person"], UNASSIGNED))
            yield from zip(*loose.select(["shop", "account", "day"]).to_pydict().values(), strict=True)

    def sums(self) -> Iterator[DaySums]:
        """Yield the sums by shop and day."""
        score = hundredths(self.ratings["score"])
        upheld = bools(self.complaints["upheld"])
        yield from _person_sums(
            self.ratings,
            {
                "ratings": np.full(len(score), 100),
                "rating_sum": score,
                "good_ratings": np.where(score >= GOOD_SCORE, 100, 0),
                "bad_ratings": np.where(score <= BAD_SCORE, 100, 0),
            },
        )
        yield from _person_sums(
            self.complaints,
            {"complaints": np.full(len(upheld), 100), "complaints_upheld": np.where(upheld, 100, 0)},
        )
        columns = {"pv": "pv", "uv": "uv", "traffic_sales": "sales"}
        values = {measure: hundredths(self.traffic[column]) for measure, column in columns.items()}
        nobody = np.full(self.traffic.num_rows, NOBODY, np.int32)
        yield from _sums(self.traffic, nobody, pa.array([], pa.string()), values)


def _within(day: Ints, first: date, last: date) -> np.ndarray:
    return (day >= day_number(first)) & (day <= day_number(last))


def _dated(table: pa.Table, time: str, holders: Holders, first: date, last: date) -> pa.Table:
    """Return the rows of the range with their day and the person who held the account."""
    day = days_of_seconds(seconds(table[time]))
    within = _within(day, first, last)
    chosen = table.filter(pa.array(within))
    who = zip(*chosen.select(["shop", "account"]).to_pydict().values(), day[within].tolist(), strict=True)
    persons = [holders.person(shop, account, day_of(number)) for shop, account, number in who]
    return chosen.append_column("person", pa.array(persons, pa.string())).append_column(
        "day", days(day[within])
    )


def _person_sums(events: pa.Table, values: Mapping[str, Ints]) -> Iterator[DaySums]:
    person, names = coded(events["person"])
    return _sums(events, person, names, values)


def _sums(events: pa.Table, person: Codes, names: pa.Array, values: Mapping[str, Ints]) -> Iterator[DaySums]:
    shop, shops = coded(events["shop"])
    day = day_numbers(events["day"])
    for code, number in sorted(set(zip(shop.tolist(), day.tolist(), strict=True))):
        rows = np.flatnonzero((shop == code) & (day == number))
        each = {measure: value[rows] for measure, value in values.items()}
        yield DaySums(shops[code].as_py(), number, tallied(person[rows], names, each))
