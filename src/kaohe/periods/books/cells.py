"""Figures as the books hold them: the columns of ``figures.csv``, and what makes them exact.

A value without a finite decimal stands in ``figures.csv`` to twelve places; the column
``exact`` beside it holds the fraction, so that next month compares with what was paid and
not with its shadow.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction

from kaohe.core.figure import Figure, FigureKey, Level, Unit
from kaohe.core.number import plain
from kaohe.statements.computations import is_finite, number
from kaohe.statements.figures_file import HEADER, cells

EXACT, FINAL_ON = "exact", "final_on"
HISTORY = ("figure", "level", "subject", "span", "value", EXACT)
Known = Mapping[FigureKey, Fraction | None]
Wanted = Callable[[str, Level], bool]
LEVELS, UNITS = {one.value: one for one in Level}, {one.value: one for one in Unit}


def figures_bytes(figures: Iterable[Figure]) -> bytes:
    """Return figures as a file of the books."""
    return _bytes(
        (*HEADER, EXACT, FINAL_ON),
        ({**cells(one), EXACT: _beside(one.value), FINAL_ON: one.final_on.isoformat()} for one in figures),
    )


def read_figures(content: bytes, wanted: Wanted | None = None) -> dict[FigureKey, Figure]:
    """Return the figures that a file of the books holds.

    Args:
        content: The file.
        wanted: Tells by name and level which figures are asked for; None: all.
    """
    rows = csv.reader(io.StringIO(content.decode(), newline=""), strict=True)
    at = {name: index for index, name in enumerate(next(rows))}
    figure, level, unit = at["figure"], at["level"], at["unit"]
    found = {}
    for row in rows:
        if wanted is None or wanted(row[figure], LEVELS[row[level]]):
            key = FigureKey(row[figure], LEVELS[row[level]], row[at["subject"]], row[at["span"]])
            text = row[at[EXACT]] or row[at["value"]]
            value = Fraction(text) if text else None
            final_on = date.fromisoformat(row[at[FINAL_ON]])
            found[key] = Figure(key, value, UNITS[row[unit]], row[at["final"]] == "true", final_on)
    return found


def history_bytes(history: Known) -> bytes:
    """Return figures of earlier periods as a file of the books."""
    return _bytes(
        HISTORY,
        (
            {
                "figure": key.figure,
                "level": key.level.value,
                "subject": key.subject,
                "span": key.span,
                "value": "" if value is None else plain(value),
                EXACT: _beside(value),
            }
            for key, value in history.items()
        ),
    )


def read_history(content: bytes) -> dict[FigureKey, Fraction | None]:
    """Return the figures of earlier periods that a file of the books holds."""
    return {_key(row): _value(row) for row in _rows(content)}


def _beside(value: Fraction | None) -> str:
    return "" if value is None or is_finite(value) else number(value)


def _bytes(header: tuple[str, ...], rows: Iterable[Mapping[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _rows(content: bytes) -> Iterable[dict[str, str]]:
    return csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True)


def _key(row: Mapping[str, str]) -> FigureKey:
    return FigureKey(row["figure"], Level(row["level"]), row["subject"], row["span"])


def _value(row: Mapping[str, str]) -> Fraction | None:
    text = row[EXACT] or row["value"]
    return Fraction(text) if text else None
