"""Looking at a file before it is imported: its first rows, and what is wrong with them."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kaohe.core.problem import Problem
from kaohe.records.formats import FORMATS, checked
from kaohe.records.formats.reading import Options

HEAD_BYTES = 2 << 20
"""Of a longer text file so much is looked at."""
ROWS_SHOWN = 5
TEXTS = (".csv", ".txt", ".tsv", ".log")
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of a file, read as its format says.

    Attributes:
        header: The names of its columns.
        rows: Its first rows, as they stand there.
        read: How many rows were looked at.
        bad: How many of them would stay out.
        problems: What is wrong, in the order of the file.
        is_whole: Whether all of the file was looked at.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    read: int
    bad: int
    problems: tuple[Problem, ...]
    is_whole: bool


def preview(path: Path, format_name: str, options: Options) -> Preview:
    """Read the beginning of a file, and import nothing.

    Args:
        path: The file.
        format_name: One of ``FORMATS``.
        options: What is said about it.

    Raises:
        ProblemsFound: It is not what it claims to be.
    """
    with _head(path) as (head, is_whole):
        reading = FORMATS[format_name](head, checked(format_name, options))
        for _ in reading.batches():
            pass
        originals = list(reading.rows.originals(set(range(ROWS_SHOWN)), misfits=False))
        bad = len(reading.findings.bad()) + reading.rows.misfits
        found = (*reading.notes, *reading.findings.problems())
        problems = tuple(_named(one, head, path) for one in found)
        rows = tuple(tuple(one.cells) for one in originals)
        return Preview(reading.rows.header, rows, reading.findings.records, bad, problems, is_whole)


@contextmanager
def _head(path: Path) -> Iterator[tuple[Path, bool]]:
    """Give the file, or a copy of its first whole lines, and whether that is all of it."""
    with path.open("rb") as opened:
        if path.suffix.lower() not in TEXTS or path.stat().st_size <= HEAD_BYTES or _is_wide(opened.read(2)):
            yield path, True
            return
        opened.seek(0)
        beginning = opened.read(HEAD_BYTES)
    folder = Path(tempfile.mkdtemp(prefix="kaohe-"))
    try:
        head = folder / path.name
        head.write_bytes(beginning[: beginning.rfind(b"\n") + 1])
        yield head, False
    finally:
        shutil.rmtree(folder)


def _is_wide(start: bytes) -> bool:
    return start in WIDE_MARKS


def _named(one: Problem, head: Path, path: Path) -> Problem:
    if one.place.file != str(head):
        return one
    return replace(one, place=replace(one.place, file=str(path)))
