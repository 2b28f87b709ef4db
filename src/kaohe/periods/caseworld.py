"""The small world of a worked case: what it says of people, measures and tables, as facts."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from kaohe.appraisal.facts import Facts
from kaohe.core.figure import UNASSIGNED, Level, Unit
from kaohe.core.measure import MEASURES, Scope, delay_days
from kaohe.core.period import Calendar, PeriodKind, Span, Weeks
from kaohe.measures.daily import DAILY_SCHEMA
from kaohe.periods import problems
from kaohe.periods.parts import Part
from kaohe.policy.policy import Policy
from kaohe.records.cells import parsed
from kaohe.records.schema import TABLES, Cell, Column

AT = "@"
"""Between a person and a shop, where a person serves in several."""
WEEK = re.compile(r"(?:(.+)-)?W(\d{1,2})", re.ASCII)
WHOLE_WEEKS = Calendar(PeriodKind.WEEK, weeks=Weeks.NONE)
PARTS = (
    "people", "daily", "shops", "targets", "attendance", "entries", "dsr", "scores", "reviews", "operating"
)  # fmt: skip
AMOUNT, NUMBER = Column("value", Cell.MONEY), Column("value", Cell.COUNT)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: cells, each a piece of the file or a text that follows from it.

    Attributes:
        part: Where the row stands.
        cells: Column → cell.
    """

    part: Part
    cells: Mapping[str, Part | str]

    def text(self, column: str) -> str:
        """Return a cell's text; blank where there is none."""
        cell = self.cells.get(column, "")
        return cell if isinstance(cell, str) else cell.text()

    def of(self, column: str) -> Part:
        """Return where a cell stands; the row where it stands nowhere."""
        cell = self.cells.get(column)
        return cell if isinstance(cell, Part) else self.part


@dataclass(slots=True)
class World:
    """What a case is about.

    Attributes:
        policy: The policy.
        period: The period.
        as_of: The last day whose records are complete.
        shop: The shop, where nothing else is said.
        usual: The cells of people who do not have their own.
        people: Everyone in it, once the facts are read.
    """

    policy: Policy
    period: Span
    as_of: date
    shop: str
    usual: Mapping[str, Part] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)

    def span(self, part: Part, text: str) -> Span | None:
        """Return the days that a text means: a period, a month or week of it, or a day; else note it."""
        calendar = self.policy.calendar
        named = {span.label: span for each in ("week", "month") for span in calendar.spans(self.period, each)}
        if text in named:
            return named[text]
        try:
            if week := WEEK.fullmatch(text):
                return self._week(week[1] or "", int(week[2]))
            if len(text) == len("2026-10-31"):
                day = date.fromisoformat(text)
                return Span(text, day, day)
            return calendar.period(text)
        except ValueError:
            weeks = "W1 or 2026-10-W1" if calendar.weeks is Weeks.QUARTERS else "W41 or 2026-W41"
            part.note(problems.CASE_SPAN, text, text=text, form=calendar.form, week=weeks)
            return None

    def _week(self, head: str, number: int) -> Span:
        """Return a week by its number; before that, the year of a whole week, or the month of a quarter.

        Raises:
            ValueError: There is no such week.
        """
        calendar = self.policy.calendar
        if head and calendar.weeks is not Weeks.QUARTERS:
            return WHOLE_WEEKS.period(f"{head}-W{number:02d}")
        period = calendar.period(head) if head else self.period
        weeks = {int(span.label.rpartition("W")[2]): span for span in calendar.spans(period, "week")}
        if number not in weeks:
            raise ValueError(number)
        return weeks[number]

    def facts(self, parts: Mapping[str, Part]) -> Facts:
        """Return the facts that a case's pieces tell; problems are noted."""
        people = list(self._people(parts.get("people")))
        daily = self._daily(parts.get("daily"), parts.get("shops"))
        named = [str(row["subject"]) for row in daily if row["level"] == Level.PERSON.value]
        self.people = list(dict.fromkeys([*(row.text("person") for row in people), *named]))
        return Facts(
            daily=pa.Table.from_pylist(daily, schema=DAILY_SCHEMA),
            people=_table("people", people),
            targets=_table("targets", self._monthly(parts.get("targets"), "amount")),
            attendance=_table("attendance", self._monthly(parts.get("attendance"))),
            entries=_table("entries", self._entries(parts.get("entries"))),
            dsr=_table("dsr", self._dsr(parts.get("dsr"))),
            scores=_table("scores", self._scores(parts.get("scores"))),
            reviews=_table("reviews", self._reviews(parts.get("reviews"))),
            operating=_table("operating", self._operating(parts.get("operating"))),
            as_of=self.as_of,
        )

    # People

    def _people(self, part: Part | None) -> Iterator[Row]:
        """Yield people: a list of ids, or ids with cells of their own."""
        if part is None:
            return
        if isinstance(part.data, list):
            own: dict[str, tuple[Part, dict[str, Part]]] = {one.text(): (one, {}) for one in part.items()}
        else:
            columns = [name for name in TABLES["people"].names if name != "person"]
            own = {person: (one, one.only(columns)) for person, one in part.entries().items()}
        for person, (one, cells) in own.items():
            yield Row(one, {"name": person, **self.usual, **cells, "person": person})

    # Measures

    def _daily(self, people: Part | None, shops: Part | None) -> list[dict[str, object]]:
        """Return rows of daily measures; a shop's are the sums of its people's, and its own."""
        rows: list[dict[str, object]] = []
        sums: dict[tuple[str, date, str], Decimal] = {}
        for subject, one in people.entries().items() if people else ():
            person, _, shop = (text.strip() for text in subject.partition(AT))
            shop = shop or self.shop
            for day, measure, value in self._values(one, of_shop=False):
                rows.append(self._row(Level.PERSON, shop, person, day, measure, value))
                sums[shop, day, measure] = sums.get((shop, day, measure), Decimal(0)) + value
        for shop, one in shops.entries().items() if shops else ():
            for day, measure, value in self._values(one, of_shop=True):
                sums[shop, day, measure] = sums.get((shop, day, measure), Decimal(0)) + value
        rows += [
            self._row(Level.SHOP, shop, shop, day, measure, value)
            for (shop, day, measure), value in sums.items()
        ]
        return rows

    def _values(self, part: Part, *, of_shop: bool) -> Iterator[tuple[date, str, Decimal]]:
        """Yield day, measure and value; a week's or month's value stands on its first day."""
        for text, inner in part.entries().items():
            span = self.span(inner, text)
            for name, one in inner.entries().items():
                measure = MEASURES.get(name)
                if measure is None:
                    known = [key for key, other in MEASURES.items() if (other.scope is Scope.SHOP) is of_shop]
                    one.note(problems.CASE_MEASURE, name, near=known, name=name, known=", ".join(known))
                    continue
                if (measure.scope is Scope.SHOP) is not of_shop:
                    one.note(problems.CASE_OF_PERSON if of_shop else problems.CASE_OF_SHOP, name, name=name)
                    continue
                value = _cell(one, AMOUNT if measure.unit is Unit.MONEY else NUMBER)
                # As in computed measures, a zero says nothing and is left out.
                if span is not None and value:
                    yield span.first, name, value

    def _row(  # noqa: PLR0913 - the columns of a daily measure
        self, level: Level, shop: str, subject: str, day: date, measure: str, value: Decimal
    ) -> dict[str, object]:
        delay = timedelta(days=delay_days(MEASURES[measure], self.policy.rules))
        final = self.as_of == date.max or day + delay <= self.as_of
        cells = (level.value, shop, subject, day, measure, value, final)
        return dict(zip(DAILY_SCHEMA.names, cells, strict=True))

    # The tables beside

    def _monthly(self, part: Part | None, only: str = "") -> Iterator[Row]:
        """Yield rows of a person and a month; ``only`` is the one cell of a bare value.

        Where a period is a month, it need not be named; else each row stands under its month.
        """
        table = "targets" if only else "attendance"
        names = [name for name in TABLES[table].names if name not in ("person", "month")]
        for person, whose in part.entries().items() if part else ():
            self._known(whose, person)
            is_month = self.policy.calendar.kind is PeriodKind.MONTH
            rows = {self.period.label: whose} if is_month else whose.entries()
            for month, one in rows.items():
                cells = {only: one} if only and not isinstance(one.data, dict) else one.only(names)
                yield Row(one, {"person": person, "month": month, **cells})

    def _entries(self, part: Part | None) -> Iterator[Row]:
        for one in part.items() if part else ():
            cells = one.only(TABLES["entries"].names, required=("person", "day", "item"))
            row = Row(one, {"quantity": "1", **cells})
            item = row.text("item")
            if item and item not in self.policy.ledger:
                known = tuple(self.policy.ledger)
                row.of("item").note(problems.CASE_ITEM, item, near=known, name=item, known=", ".join(known))
            if "person" in cells:
                self._known(row.of("person"), row.text("person"))
            yield row

    def _dsr(self, part: Part | None) -> Iterator[Row]:
        names = [name for name in TABLES["dsr"].names if name not in ("shop", "day")]
        for shop, days in part.entries().items() if part else ():
            for day, one in days.entries().items():
                yield Row(one, {"shop": shop, "day": day, **one.only(names)})

    # What people said, and what is reported

    def _scores(self, part: Part | None) -> Iterator[Row]:
        """Yield scores: form → whom they are about → rater → item → score."""
        for form, one in self._asked(part, self.policy.forms):
            for subject, raters in one.entries().items():
                for rater, items in raters.entries().items():
                    head = {"round": f"{self.period.label}/{form}", "subject": subject, "rater": rater}
                    yield from _marks(items, head, "scored_at")

    def _reviews(self, part: Part | None) -> Iterator[Row]:
        """Yield reviews: sample → person → conversation → reviewer → item → score."""
        for sample, one in self._asked(part, self.policy.samples):
            for person, cases in one.entries().items():
                self._known(cases, person)
                for case, reviewers in cases.entries().items():
                    for reviewer, items in reviewers.entries().items():
                        head = {"round": f"{self.period.label}/{sample}", "person": person, "case": case}
                        yield from _marks(items, {**head, "reviewer": reviewer}, "reviewed_at")

    def _asked(self, part: Part | None, known: Collection[str]) -> Iterator[tuple[str, Part]]:
        """Yield forms or samples by name; one that the policy does not have is noted."""
        for name, one in part.entries().items() if part else ():
            if name not in known:
                one.note(problems.CASE_ASKED, name, near=known, name=name, known=", ".join(known))
            yield name, one

    def _operating(self, part: Part | None) -> Iterator[Row]:
        is_month = self.policy.calendar.kind is PeriodKind.MONTH
        for department, one in part.entries().items() if part else ():
            for indicator, value in one.entries().items():
                months = {self.period.label: value} if is_month else value.entries()
                for month, cell in months.items():
                    head = {"department": department, "month": month, "indicator": indicator}
                    yield Row(cell, {**head, "value": cell})

    def _known(self, part: Part, person: str) -> None:
        """Note a name that nobody in the case has."""
        known = [name for name in self.people if name != UNASSIGNED]
        if person not in known:
            listed = ", ".join(known)
            part.note(problems.CASE_NOBODY, person, near=known, name=person, known=listed)


def _marks(items: Part, head: Mapping[str, str], at: str) -> Iterator[Row]:
    """Yield scores: item → score, or a score with the time it was given, or several of them."""
    for item, one in items.entries().items():
        for given in one.items() if isinstance(one.data, list) else (one,):
            cells = (
                given.only(("score", "at"), ("score",)) if isinstance(given.data, dict) else {"score": given}
            )
            timed = {at: cells["at"]} if "at" in cells else {}
            yield Row(given, {**head, "item": item, "score": cells.get("score", ""), **timed})


def _table(name: str, rows: Iterable[Row]) -> pa.Table:
    """Return rows as a typed table; what a cell may hold is what it may hold in records."""
    listed = list(rows)
    columns = []
    for column in TABLES[name].columns:
        texts = pa.array([row.text(column.name) for row in listed], pa.string())
        read = parsed(column, texts, ZoneInfo("UTC"))
        for fault in read.faults:
            for index in np.flatnonzero(fault.rows):
                row = listed[index]
                cell, text = row.of(column.name), row.text(column.name)
                cell.found.append(fault.kind.at(cell.place, text, **fault.gaps))
        columns.append(read.values)
    return pa.table(columns, schema=TABLES[name].schema)


def _cell(part: Part, column: Column) -> Decimal:
    """Return an amount or a count; zero where it is none, which is noted."""
    if isinstance(part.data, list | dict):
        part.text()
        return Decimal(0)
    read = parsed(column, pa.array([part.text()]), ZoneInfo("UTC"))
    for fault in read.faults:
        if fault.rows.any():
            part.found.append(fault.kind.at(part.place, part.text(), **fault.gaps))
    value = read.values[0].as_py()
    return Decimal(value or 0)
