"""Daily measures that were computed elsewhere: a file of the form of measures.csv."""

import csv
import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa

from kaohe.core.figure import Level, Unit
from kaohe.core.language import Text
from kaohe.core.measure import MEASURES, Scope
from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.core.system import refusal
from kaohe.measures import problems
from kaohe.measures.daily import DAILY_SCHEMA

COLUMNS = tuple(DAILY_SCHEMA.names)
MOST = Decimal(10) ** 18
FORMS = {
    "level": Text("person or shop"),
    "shop": Text("the name of a shop"),
    "subject": Text("the name of a person; at level shop that of the shop"),
    "day": Text("a day as YYYY-MM-DD"),
    "measure": Text("the name of a measure"),
    "value": Text("a number, not negative: whole for counts and seconds, with two places at most for money"),
    "final": Text("true or false"),
}


def read_daily(path: Path) -> pa.Table:
    """Read a file of the form of ``measures.csv``.

    Columns may stand in any order; others than those of ``measures.csv`` are passed
    over. Rows with a value of zero say nothing and are left out.

    Returns:
        A table with DAILY_SCHEMA.

    Raises:
        ProblemsFound: With every problem of the file, each with its line.
    """
    reading = _Reading(str(path))
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = reading.rows(file)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        place = Place(str(path))
        known = ", ".join(COLUMNS)
        found = problems.UNREADABLE_MEASURES.at(place, reason=_reason(error), columns=known)
        raise ProblemsFound([*reading.found, found]) from None
    if reading.found:
        raise ProblemsFound(reading.found)
    columns = [[row[name] for row in rows if row["value"]] for name in COLUMNS]
    return pa.table(
        [pa.array(column, one.type) for column, one in zip(columns, DAILY_SCHEMA, strict=True)],
        schema=DAILY_SCHEMA,
    )


@dataclass(slots=True)
class _Reading:
    """The reading of one file."""

    path: str
    found: list[Problem] = field(default_factory=list)
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)

    def rows(self, file: TextIO) -> list[dict[str, Any]]:
        """Return the good rows; what is wrong with the others is noted."""
        rows = _numbered(file)
        header = [name.strip() for name in next(rows, (1, []))[1]]
        missing = [name for name in COLUMNS if name not in header]
        self.found += (
            problems.MISSING_COLUMN.at(Place(self.path, 1), column=name, columns=", ".join(COLUMNS))
            for name in missing
        )
        if missing:
            return []
        good = []
        for line, cells in rows:
            if not cells:
                continue
            if len(cells) != len(header):
                place = Place(self.path, line)
                self.found.append(problems.WRONG_WIDTH.at(place, cells=len(cells), columns=len(header)))
            elif row := self._row(dict(zip(header, cells, strict=True)), line):
                good.append(row)
        return good

    def _row(self, cells: Mapping[str, str], line: int) -> dict[str, Any] | None:
        before = len(self.found)
        row = {name: self._cell(name, cells[name], line) for name in COLUMNS}
        if len(self.found) > before:
            return None
        self._consistent(row, cells, line)
        key = tuple(cells[name] for name in COLUMNS[:5])
        if key in self.lines:
            self.found.append(problems.DOUBLE_ROW.at(Place(self.path, line), line=self.lines[key]))
        self.lines.setdefault(key, line)
        return row if len(self.found) == before else None

    def _cell(self, name: str, cell: str, line: int) -> object:
        """Return what a cell says; note it if it says nothing."""
        place = Place(self.path, line, name)
        if not cell:
            self.found.append(problems.EMPTY_CELL.at(place, form=FORMS[name]))
            return None
        value = READERS[name](cell)
        if value is not None:
            return value
        if name == "measure":
            nearest = difflib.get_close_matches(cell, MEASURES, n=1, cutoff=0)[0]
            self.found.append(problems.UNKNOWN_MEASURE.at(place, value=cell, nearest=nearest))
        else:
            self.found.append(problems.WRONG_CELL.at(place, cell, column=name, form=FORMS[name]))
        return None

    def _consistent(self, row: Mapping[str, Any], cells: Mapping[str, str], line: int) -> None:
        """Note cells that are good alone and wrong together."""
        measure = MEASURES[row["measure"]]
        if row["level"] == Level.SHOP and row["subject"] != row["shop"]:
            place = Place(self.path, line, "subject")
            self.found.append(problems.NOT_THE_SHOP.at(place, cells["subject"], shop=row["shop"]))
        if row["level"] == Level.PERSON and measure.scope is Scope.SHOP:
            place = Place(self.path, line, "level")
            self.found.append(problems.NOT_A_PERSONS.at(place, measure=measure.name))
        if measure.unit is not Unit.MONEY and row["value"] % 1:
            place = Place(self.path, line, "value")
            self.found.append(
                problems.WRONG_CELL.at(place, cells["value"], column="value", form=FORMS["value"])
            )


def _numbered(file: TextIO) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line on which it begins."""
    rows = csv.reader(file, strict=True)
    line = 1
    for cells in rows:
        yield line, cells
        line = rows.line_num + 1


def _level(cell: str) -> str | None:
    return cell if cell in (Level.PERSON, Level.SHOP) else None


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell) if len(cell) == len("YYYY-MM-DD") else None
    except ValueError:
        return None


def _measure(cell: str) -> str | None:
    return cell if cell in MEASURES else None


def _value(cell: str) -> Decimal | None:
    try:
        value = Decimal(cell)
    except InvalidOperation:
        return None
    fits = value.is_finite() and 0 <= value < MOST and value == value.quantize(Decimal("0.01"))
    return value if fits else None


def _final(cell: str) -> bool | None:
    return {"true": True, "false": False}.get(cell)


READERS: Mapping[str, Callable[[str], object]] = {
    "level": _level,
    "shop": str,
    "subject": str,
    "day": _day,
    "measure": _measure,
    "value": _value,
    "final": _final,
}


def _reason(error: Exception) -> Text | str:
    return refusal(error) if isinstance(error, OSError) else str(error)
