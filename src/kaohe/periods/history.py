"""Figures of earlier periods, as they were closed or handed in."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from kaohe.core.figure import FigureKey, Level
from kaohe.core.number import exact
from kaohe.core.period import LABELS, Calendar, PeriodKind, Weeks
from kaohe.core.problem import Place, Problem, raise_errors
from kaohe.core.system import refusal
from kaohe.periods import problems

ISO_WEEK = LABELS[PeriodKind.WEEK]
MONTHLY = Calendar()
COLUMNS = ("figure", "level", "subject", "span", "value")


def read_history(*paths: Path, calendar: Calendar = MONTHLY) -> Mapping[FigureKey, Fraction | None]:
    """Read files of the form of ``figures.csv``; further columns are left aside.

    A blank value is a figure that is known to have none. A figure that stands in two
    files, or twice in one, must have the same value everywhere; but of a week that the
    border of a period cuts in two, each period has its own part, and neither is known.

    Args:
        paths: The files.
        calendar: The policy's calendar.

    Raises:
        ProblemsFound: With every problem of the file.
    """
    found: list[Problem] = []
    history: dict[FigureKey, Fraction | None] = {}
    places: dict[FigureKey, Place] = {}
    cut: set[FigureKey] = set()
    for place, row in _rows(paths, found):
        try:
            key = FigureKey(row["figure"], Level(row["level"]), row["subject"], row["span"])
        except ValueError:
            known = ", ".join(level.value for level in Level)
            found.append(problems.UNKNOWN_LEVEL.at(place, row["level"], known=known))
            continue
        try:
            value = exact(row["value"]) if row["value"] else None
        except ValueError:
            found.append(problems.NOT_A_NUMBER.at(replace(place, column="value"), row["value"]))
            continue
        if key in history and history[key] != value:
            if calendar.weeks is Weeks.ISO_CUT and ISO_WEEK.fullmatch(key.span):
                cut.add(key)
            else:
                problem = problems.TWO_VALUES.at(place, row["value"], figure=key.figure, first=places[key])
                found.append(problem)
            continue
        history[key], places[key] = value, place
    raise_errors(found)
    return {key: value for key, value in history.items() if key not in cut}


def _rows(paths: Iterable[Path], found: list[Problem]) -> Iterator[tuple[Place, dict[str, str]]]:
    for path in paths:
        yield from _rows_of(path, found)


def _rows_of(path: Path, found: list[Problem]) -> Iterator[tuple[Place, dict[str, str]]]:
    name = str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = refusal(error) if isinstance(error, OSError) else str(error)
        found.append(problems.CANNOT_READ.at(Place(name), reason=reason))
        return
    reader = csv.DictReader(text.splitlines(keepends=True), strict=True)
    try:
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            expected = ", ".join(COLUMNS)
            problem = problems.MISSING_COLUMNS.at(
                Place(name, 1), missing=", ".join(missing), expected=expected
            )
            found.append(problem)
            return
        for row in reader:
            yield Place(name, reader.line_num), {column: row[column] or "" for column in COLUMNS}
    except csv.Error as error:
        found.append(problems.CANNOT_READ.at(Place(name, reader.line_num), str(error)))
