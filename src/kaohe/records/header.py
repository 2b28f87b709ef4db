"""Which column of a file is which: by name, all mistakes at once, the nearest name suggested."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from kaohe.core.language import Text
from kaohe.core.problem import Place, Problem
from kaohe.records import fileproblems
from kaohe.records.likeness import mistaken
from kaohe.records.schema import Table

LIKENESS = 0.6
DELIMITERS = {";": ";", "\t": "Tab", "|": "|"}
"""What people use instead of the comma, and what it is called."""
MEANT = Text("Is “{nearest}” meant?")


def matched(
    table: Table, header: Sequence[str], path: Path, given: Collection[str] = ()
) -> tuple[Mapping[str, int], tuple[Problem, ...]]:
    """Return the position of each of the table's columns that is there, and what is wrong with the header.

    A file that is plainly of another table or format has one problem, not one for each column.

    Args:
        table: The table.
        header: The file's names; the order is free.
        path: The file, for the problems.
        given: Columns that the file need not have, since something else says what they hold.
    """
    mistake = _separated(table, header, Place(str(path), 1)) or mistaken(header, table, Place(str(path), 1))
    if mistake:
        return {}, (mistake,)
    counts = Counter(header)
    strangers = [name for name in counts if name not in table.names]
    place = Place(str(path), 1)
    found: list[Problem] = [
        fileproblems.DOUBLE_COLUMN.at(place, name, column=name, count=counts[name])
        for name in table.names
        if counts[name] > 1
    ]
    taken: set[str] = set()
    for column in table.columns:
        if column.name in counts or column.optional or column.name in given:
            continue
        close = nearest(column.name, [name for name in strangers if name not in taken])
        if close:
            taken.add(close)
        found.append(missing(column.name, close, table.names, place))
    for name in strangers:
        if name not in taken and not name.startswith("_"):
            absent = [one for one in table.names if one not in counts]
            found.append(_stranger(name, nearest(name, absent), place))
    return {name: header.index(name) for name in table.names if name in counts}, tuple(found)


def _separated(table: Table, header: Sequence[str], place: Place) -> Problem | None:
    """Return the problem of a header whose names are separated by something else than a comma."""
    if len(header) != 1:
        return None
    for delimiter, name in DELIMITERS.items():
        if len({one.strip() for one in header[0].split(delimiter)} & set(table.names)) > 1:
            return fileproblems.OTHER_DELIMITER.at(place, header[0], delimiter=name)
    return None


def missing(column: str, close: str, columns: Sequence[str], place: Place) -> Problem:
    """Return the problem of a column that is not there."""
    listed = ", ".join(columns)
    if close:
        return fileproblems.RENAMED_COLUMN.at(place, close, column=column, nearest=close, columns=listed)
    return fileproblems.MISSING_COLUMN.at(place, column=column, columns=listed)


def nearest(name: str, names: Sequence[str]) -> str:
    """Return the name most like this one; blank if none is."""
    return next(iter(get_close_matches(name.strip().lower(), names, n=1, cutoff=LIKENESS)), "")


def _stranger(name: str, close: str, place: Place) -> Problem:
    if close:
        return fileproblems.MISSPELT_COLUMN.at(place, name, column=name, nearest=close)
    return fileproblems.UNKNOWN_COLUMN.at(place, name, column=name)


def suggesting(problem: Problem, close: str) -> Problem:
    """Return the problem with the name that was probably meant, if there is one."""
    return replace(problem, cure=MEANT.filled(nearest=close)) if close else problem
