"""The days' sums are put together to the daily measures of a range of days.

Sums lie in a cube of persons, days and measures, in whole hundredths. Its axes are
sorted, so that what is not zero in it stands in the order of the table: nothing is
sorted, whatever the size.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.figure import Level
from kaohe.core.measure import MEASURES, delay_days
from kaohe.core.rules import Rules
from kaohe.measures.columns import Bools, Ints, coded, day_number, days, decimals, named, positions
from kaohe.measures.daily import DAILY_SCHEMA

NAMES = pa.array(sorted(MEASURES), pa.string())
LEVELS = sorted(Level)
PLACES = {name: place for place, name in enumerate(NAMES.to_pylist())}


@dataclass(frozen=True, slots=True)
class DaySums:
    """The sums of one shop and day, from one of the stages; each person and measure once."""

    shop: str
    day: int
    sums: pa.Table


def put_together(parts: Iterable[DaySums], rules: Rules, as_of: date) -> pa.Table:
    """Return the daily measures, with DAILY_SCHEMA, sorted by all columns; zeros are left out.

    Here is decided what holds until a day is final: ``payers`` are those of the same
    day, nobody and nothing is lost yet.
    """
    by_shop: dict[str, list[DaySums]] = defaultdict(list)
    for part in parts:
        by_shop[part.shop].append(part)
    cubes = {shop: _Cube.of(by_shop[shop]) for shop in sorted(by_shop)}
    names = [pa.array(sorted(cubes), pa.string()), *(cube.subjects for cube in cubes.values())]
    subjects = pc.unique(pa.chunked_array(names, pa.string()))
    codes = _Codes(names[0], subjects.take(pc.sort_indices(subjects)))
    persons, shops = [], []
    for shop, cube in cubes.items():
        settled = cube.settled(rules, as_of)
        persons.append(_rows(Level.PERSON, shop, cube, settled, codes))
        shops.append(_rows(Level.SHOP, shop, cube.shop(), settled, codes))
    return pa.concat_tables([*persons, *shops]) if cubes else DAILY_SCHEMA.empty_table()


@dataclass(frozen=True, slots=True)
class _Codes:
    """What the codes of the names stand for, in all rows.

    Attributes:
        shops: The shops, sorted.
        subjects: The persons and the shops, sorted.
    """

    shops: pa.Array
    subjects: pa.Array


@dataclass(frozen=True, slots=True)
class _Cube:
    """One shop's sums.

    Attributes:
        subjects: The persons, sorted, and the shop itself as the last one.
        days: The days, ascending.
        sums: By subject, day and measure, in hundredths.
    """

    subjects: pa.Array
    days: Ints
    sums: Ints

    @classmethod
    def of(cls, parts: Sequence[DaySums]) -> "_Cube":
        """Put the sums of one shop's days in their places."""
        subjects = [coded(part.sums["subject"]) for part in parts]
        persons = pc.unique(pa.chunked_array([names for _, names in subjects], pa.string()))
        persons = persons.take(pc.sort_indices(persons))
        numbers = np.array(sorted({part.day for part in parts}), np.int64)
        sums = np.zeros((len(persons) + 1, len(numbers), len(NAMES)), np.int64)
        for part, (codes, names) in zip(parts, subjects, strict=True):
            measure, measures = coded(part.sums["measure"])
            # The shop's own sums have the code -1: their place is the last one.
            subject = np.append(positions(names, persons), len(persons))[codes]
            of_measure = positions(measures, NAMES)[measure]
            day = np.searchsorted(numbers, part.day)
            sums[subject, day, of_measure] += part.sums["hundredths"].to_numpy()
        return cls(persons, numbers, sums)

    def settled(self, rules: Rules, as_of: date) -> Bools:
        """Decide what holds until a day is final; return by day and measure what is final."""
        age = day_number(as_of) - self.days
        delays = np.array([delay_days(MEASURES[name], rules) for name in NAMES.to_pylist()], np.int64)
        final: Bools = age[:, None] >= delays
        for name in ("lost_orderers", "lost_amount"):
            self.sums[:, ~final[:, PLACES[name]], PLACES[name]] = 0
        known, until_then = (self.sums[:, :, PLACES[f"payers_{one}"]] for one in ("final", "same_day"))
        self.sums[:, :, PLACES["payers"]] = np.where(age >= rules.payment_days, known, until_then)
        return final

    def shop(self) -> "_Cube":
        """Return the shop's totals, its own sums included, as those of one more subject."""
        totals = self.sums.sum(axis=0, keepdims=True)
        return _Cube(pa.array([], pa.string()), self.days, totals)


def _rows(level: Level, shop: str, cube: _Cube, final: Bools, codes: _Codes) -> pa.Table:
    """Return what is not zero, as rows; at level person without the shop's own sums."""
    sums = cube.sums[:-1] if level is Level.PERSON else cube.sums
    subject, day, measure = np.nonzero(sums)
    name = pa.array([shop], pa.string())
    subjects = positions(cube.subjects if level is Level.PERSON else name, codes.subjects)
    of_shop = np.repeat(positions(name, codes.shops), len(day))
    return pa.table(
        [
            named(np.full(len(day), LEVELS.index(level), np.int32), pa.array(LEVELS, pa.string())),
            named(of_shop, codes.shops),
            named(subjects[subject], codes.subjects),
            days(cube.days[day]),
            named(measure.astype(np.int32), NAMES),
            decimals(sums[sums != 0]),
            pa.array(final[day, measure]),
        ],
        schema=DAILY_SCHEMA,
    )
