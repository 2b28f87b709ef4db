"""The facts that an appraisal reads: daily measures and the tables beside them, ready to be asked.

Everything comes in as tables and is indexed once; nothing is read from files here.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.appraisal.arithmetic import days_employed
from kaohe.appraisal.marks import Mark
from kaohe.core.figure import UNASSIGNED, FigureKey, Level, Value
from kaohe.core.period import Span
from kaohe.measures.columns import coded
from kaohe.records.schema import TABLES

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger."""

    person: str
    day: date
    item: str
    quantity: Fraction
    note: str
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class DayValue:
    """One day of one measure."""

    day: date
    shop: str
    subject: str
    value: Fraction
    final: bool


class SumKey(NamedTuple):
    """Which sum of a measure was asked for.

    Attributes:
        level: Person or shop.
        measure: The measure's name.
        first: The first day.
        last: The last day.
        without: Days in between that are left out.
        shops: The shops summed; None: all.
    """

    level: Level
    measure: str
    first: date
    last: date
    without: tuple[date, ...] = ()
    shops: tuple[str, ...] | None = None

    @property
    def parts(self) -> tuple[Level, str, Span, tuple[date, ...], tuple[str, ...] | None]:
        """The arguments that ask for it."""
        return self.level, self.measure, Span("", self.first, self.last), self.without, self.shops


@dataclass
class Facts:
    """What is known of a desk, as of a day.

    Attributes:
        daily: The daily measures: level, shop, subject, day, measure, value, final.
        people: One row a person.
        targets: One row a person and month.
        attendance: One row a person and month.
        entries: The merit ledger.
        dsr: One row a shop and day.
        scores: What raters gave in forms.
        reviews: What reviewers gave drawn conversations.
        draws: Which conversations were drawn.
        operating: Indicators of departments, one row a department, month and indicator.
        history: Figures of earlier periods.
        as_of: The last day whose records are complete; measures, entries and ratings dated later are ignored.
    """

    daily: pa.Table
    people: pa.Table
    targets: pa.Table
    attendance: pa.Table
    entries: pa.Table
    dsr: pa.Table
    scores: pa.Table = field(default_factory=TABLES["scores"].schema.empty_table)
    reviews: pa.Table = field(default_factory=TABLES["reviews"].schema.empty_table)
    draws: pa.Table = field(default_factory=TABLES["draws"].schema.empty_table)
    operating: pa.Table = field(default_factory=TABLES["operating"].schema.empty_table)
    history: Mapping[FigureKey, Fraction | None] = field(default_factory=dict)
    as_of: date = date.max
    _sums: dict[SumKey, Mapping[str, Fraction]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Leave out the measures of days after the as-of day, which a file handed in may hold."""
        self.daily = self.daily.filter(pc.less_equal(self.daily["day"], pa.scalar(self.as_of, pa.date32())))

    # Measures

    @cached_property
    def _by_measure(self) -> dict[tuple[str, str], pa.Table]:
        """The daily measures by level and measure, values as whole hundredths."""
        (level, levels), (measure, measures) = (coded(self.daily[name]) for name in ("level", "measure"))
        # Small integers are sorted by counting them.
        kinds = (level * len(measures) + measure).astype(np.int16)
        order = np.argsort(kinds, kind="stable")
        rows = self.daily.drop_columns(["level", "measure"]).take(pa.array(order))
        hundredths = pc.cast(pc.multiply(rows["value"], Decimal(HUNDRED)), pa.int64())
        rows = rows.set_column(rows.schema.get_field_index("value"), "value", hundredths)
        borders = np.searchsorted(kinds[order], np.arange(len(levels) * len(measures) + 1)).tolist()
        return {
            (levels[kind // len(measures)].as_py(), measures[kind % len(measures)].as_py()): rows.slice(
                begin, end - begin
            )
            for kind, (begin, end) in enumerate(pairwise(borders))
            if begin < end
        }

    def _rows(
        self, level: Level, measure: str, span: Span, without: Collection[date], shops: Collection[str] | None
    ) -> pa.Table | None:
        table = self._by_measure.get((level.value, measure))
        if table is None:
            return None
        wanted = pc.and_(
            pc.greater_equal(table["day"], pa.scalar(span.first, pa.date32())),
            pc.less_equal(table["day"], pa.scalar(span.last, pa.date32())),
        )
        if without:
            left_out = pa.array(sorted(without), pa.date32())
            wanted = pc.and_(wanted, pc.invert(pc.is_in(table["day"], left_out)))
        if shops is not None:
            wanted = pc.and_(wanted, pc.is_in(table["shop"], pa.array(sorted(shops), pa.string())))
        return table.filter(wanted)

    def sums(
        self,
        level: Level,
        measure: str,
        span: Span,
        without: tuple[date, ...] = (),
        shops: tuple[str, ...] | None = None,
    ) -> Mapping[str, Fraction]:
        """Return subject → sum of a measure over the span; who has none is not in it.

        Args:
            level: Person (``(unassigned)`` included) or shop.
            measure: Its name.
            span: The days.
            without: Days left out.
            shops: The shops summed; None: all.
        """
        key = SumKey(level, measure, span.first, span.last, without, shops)
        if key not in self._sums:
            rows = self._rows(level, measure, span, without, shops)
            if rows is None:
                self._sums[key] = {}
            else:
                totals = rows.group_by("subject").aggregate([("value", "sum")])
                names, values = totals["subject"].to_pylist(), totals["value_sum"].to_pylist()
                self._sums[key] = {
                    name: of_hundredths(value) for name, value in zip(names, values, strict=True)
                }
        return self._sums[key]

    @property
    def asked(self) -> Sequence[SumKey]:
        """The sums that were asked for so far."""
        return tuple(self._sums)

    def summing_to(
        self, sums: Mapping[SumKey, Mapping[str, Fraction]], history: Mapping[FigureKey, Fraction | None]
    ) -> "Facts":
        """Return the same facts with other sums of measures and another history.

        Args:
            sums: The sums; what is not among them stays as it is.
            history: Figures of earlier periods.
        """
        # What was indexed already is shared: nothing of it depends on sums or history.
        other = copy(self)
        vars(other).update(history=history, _sums=dict(sums))
        return other

    def subjects(self, level: Level, shop: str) -> list[str]:
        """Return who has any measure in a shop, ``(unassigned)`` too, in order."""
        own = pc.and_(pc.equal(self.daily["level"], level.value), pc.equal(self.daily["shop"], shop))
        return sorted(map(str, pc.unique(self.daily.filter(own)["subject"]).to_pylist()))

    def days(  # noqa: PLR0913 - the parts of a reference to a measure
        self,
        level: Level,
        measure: str,
        span: Span,
        subjects: Collection[str],
        *,
        without: tuple[date, ...] = (),
        shops: tuple[str, ...] | None = None,
    ) -> list[DayValue]:
        """Return the days behind a sum, in order."""
        rows = self._rows(level, measure, span, without, shops)
        if rows is None:
            return []
        rows = rows.filter(pc.is_in(rows["subject"], pa.array(sorted(subjects), pa.string())))
        return sorted(
            (
                DayValue(
                    row["day"], row["shop"], row["subject"], Fraction(row["value"], HUNDRED), row["final"]
                )
                for row in rows.to_pylist()
            ),
            key=lambda one: (one.day, one.shop, one.subject),
        )

    @cached_property
    def first_day(self) -> date | None:
        """The earliest day of any measure."""
        day = pc.min(self.daily["day"]).as_py() if self.daily.num_rows else None
        return day if isinstance(day, date) else None

    def covers(self, span: Span) -> bool:
        """Return whether the measures reach back to the span's first day, and the span is over."""
        return self.first_day is not None and self.first_day <= span.first and span.last <= self.as_of

    @cached_property
    def shops(self) -> tuple[str, ...]:
        """Every shop that has a measure or an attitude rating."""
        there = set(pc.unique(self.daily["shop"]).to_pylist())
        if self.dsr.num_rows:
            there |= set(pc.unique(self.dsr["shop"]).to_pylist())
        return tuple(sorted(there))

    def active(self, span: Span) -> list[str]:
        """Return the people with any measure in the span, ``(unassigned)`` left out."""
        table = self.daily.filter(
            pc.and_(
                pc.equal(self.daily["level"], Level.PERSON.value),
                pc.and_(
                    pc.greater_equal(self.daily["day"], pa.scalar(span.first, pa.date32())),
                    pc.less_equal(self.daily["day"], pa.scalar(span.last, pa.date32())),
                ),
            )
        )
        return sorted(name for name in pc.unique(table["subject"]).to_pylist() if name != UNASSIGNED)

    # The tables beside

    @cached_property
    def person_rows(self) -> Mapping[str, Mapping[str, Value]]:
        """Person → the cells of ``people``, in the table's order."""
        return {str(row["person"]): _cells(row) for row in self.people.to_pylist()}

    def employed_days(self, person: str, span: Span) -> int:
        """Return the days of a span on which a person is employed; of who is not in ``people``, none.

        The days of hiring and leaving belong to it; a blank one is open.
        """
        row = self.person_rows.get(person)
        return days_employed(row["hired_on"], row["left_on"], span.first, span.last) if row else 0

    @cached_property
    def _monthly(self) -> Mapping[tuple[str, str, str], Mapping[str, Value]]:
        rows = {}
        for name, table in (("targets", self.targets), ("attendance", self.attendance)):
            for row in table.to_pylist():
                rows[name, str(row["person"]), str(row["month"])] = _cells(row)
        return rows

    def cell(self, table: str, column: str, person: str, month: str) -> Value:
        """Return a cell of ``people``, or of a table with a row a person and month; None: blank."""
        if table == "people":
            return self.person_rows.get(person, {}).get(column)
        return self._monthly.get((table, person, month), {}).get(column)

    @cached_property
    def _indicators(self) -> Mapping[tuple[str, str, str], Fraction | None]:
        return {
            (row["department"], row["month"], row["indicator"]): _number(row["value"])
            for row in self.operating.to_pylist()
        }

    def indicator(self, name: str, department: str, month: str) -> Fraction | None:
        """Return an indicator of a department in a month; None: not reported."""
        return self._indicators.get((department, month, name))

    def marks(self, table: str) -> Mapping[str, Sequence[Mark]]:
        """Return round → the scores given up to the as-of day, of ``scores`` or ``reviews``."""
        return self._marks[table]

    @cached_property
    def _marks(self) -> Mapping[str, Mapping[str, Sequence[Mark]]]:
        of_forms, of_samples = _Rounds(list), _Rounds(list)
        for row in self.scores.to_pylist():
            if row["scored_at"] is None or row["scored_at"].date() <= self.as_of:
                cells = (row["subject"], "", row["item"], row["rater"])
                of_forms[row["round"]].append(
                    Mark(row["round"], *cells, Fraction(row["score"]), row["scored_at"])
                )
        for row in self.reviews.to_pylist():
            if row["reviewed_at"] is None or row["reviewed_at"].date() <= self.as_of:
                cells = (row["person"], row["case"], row["item"], row["reviewer"])
                of_samples[row["round"]].append(
                    Mark(row["round"], *cells, Fraction(row["score"]), row["reviewed_at"])
                )
        return {"scores": of_forms, "reviews": of_samples}

    @cached_property
    def drawn(self) -> Mapping[str, Mapping[str, str]]:
        """Round → case → whose conversation was drawn."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self.draws.select(["round", "case", "person"]).to_pylist():
            found[row["round"]][row["case"]] = row["person"]
        return found

    @cached_property
    def ledger(self) -> tuple[Entry, ...]:
        """The entries dated up to the as-of day, in their order."""
        return tuple(
            Entry(
                row["person"],
                row["day"],
                row["item"],
                _number(row["quantity"]) or Fraction(0),
                row.get("note") or "",
                row.get("approved_by") or "",
            )
            for row in self.entries.to_pylist()
            if row["day"] <= self.as_of
        )

    @cached_property
    def by_item(self) -> Mapping[str, Sequence[Entry]]:
        """Item → its entries dated up to the as-of day."""
        by_item = defaultdict(list)
        for entry in self.ledger:
            by_item[entry.item].append(entry)
        return by_item

    @cached_property
    def _dated_rows(self) -> Mapping[str, Sequence[Mapping[str, Value]]]:
        by_shop = defaultdict(list)
        for row in self.dsr.to_pylist():
            by_shop[str(row["shop"])].append(_cells(row))
        return by_shop

    def row(self, which: str, column: str, shop: str, span: Span) -> Value:
        """Return a cell of the first or last attitude rating of a shop in the span, up to the as-of day."""
        rows = [
            (day, cells)
            for cells in self._dated_rows.get(shop, ())
            if isinstance(day := cells["day"], date) and day in span and day <= self.as_of
        ]
        if not rows:
            return None
        choose: Callable[..., tuple[date, Mapping[str, Value]]] = min if which == "first" else max
        return choose(rows, key=lambda pair: pair[0])[1].get(column)


@lru_cache(maxsize=1 << 16)
def of_hundredths(value: int) -> Fraction:
    """Return a sum of whole hundredths; counts are small, and many people have the same."""
    return Fraction(value, HUNDRED)


_Rounds = defaultdict[str, list[Mark]]


def _cells(row: Mapping[str, object]) -> Mapping[str, Value]:
    return dict(_exact(row))


def _exact(row: Mapping[str, object]) -> Iterator[tuple[str, Value]]:
    for name, cell in row.items():
        if isinstance(cell, Decimal | int) and not isinstance(cell, bool):
            yield name, _number(cell)
        else:
            assert cell is None or isinstance(cell, str | bool | date)
            yield name, cell


def _number(cell: Decimal | int | None) -> Fraction | None:
    return None if cell is None else Fraction(cell)
