"""The quarantine: bad rows as they were, with what is wrong, ready to be mended and imported again.

A CSV file in UTF-8 with BOM, the original columns first. Cells that a spreadsheet
would take for a formula, or change in saving, get a leading apostrophe, which the
import takes off again.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from kaohe.core.language import Language
from kaohe.core.writing import written_aside
from kaohe.records import problems
from kaohe.records.findings import Findings

LINE, PROBLEM = "_line", "_problem"
GUARD = "'"
RISKY = re.compile(r"[=+\-@\t\r']|\d{12}|0\d|\d{4}[-/]", re.ASCII)
"""A formula, an apostrophe; a long number, a number with leading zeros, a date: Excel rewrites those."""


def write_quarantine(findings: Findings, file: Path, language: Language) -> int:
    """Write the bad records of a file and return how many there are; none, no file.

    Args:
        findings: What was found in the file.
        file: Where to write to.
        language: The language of the column ``_problem``.
    """
    bad = findings.bad()
    if not len(bad) and not findings.rows.misfits:
        return 0
    file.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with written_aside(file) as fresh, fresh.open("w", encoding="utf-8-sig", newline="") as opened:
        out = csv.writer(opened)
        out.writerow([*map(guarded, findings.rows.header), LINE, PROBLEM])
        for cells, line, told in _told(findings, bad.tolist(), language):
            width = len(findings.rows.header)
            fitted = [*cells[:width], *[""] * (width - len(cells))]
            out.writerow([*map(guarded, fitted), line, told])
            count += 1
    return count


def guarded(cell: str) -> str:
    """Return the cell so that a spreadsheet leaves it alone."""
    return GUARD + cell if RISKY.match(cell) else cell


def unguarded(cell: str) -> str:
    """Return the cell as it was before ``guarded``."""
    return cell.removeprefix(GUARD)


def _told(
    findings: Findings, bad: Sequence[int], language: Language
) -> Iterator[tuple[Sequence[str], int, str]]:
    """Yield the cells, the line and the problems of every bad record, in the order of the file."""
    reasons = findings.reasons()
    for original in findings.rows.originals(bad, misfits=True):
        if original.record is None:
            width = problems.WRONG_WIDTH.message.filled(
                count=len(original.cells), expected_count=len(findings.rows.header)
            )
            yield _joined(original.cells, len(findings.rows.header)), original.line, width.to(language)
        else:
            _, texts = next(reasons)
            yield original.cells, original.line, "; ".join(text.to(language) for text in texts)


def _joined(cells: Sequence[str], width: int) -> Sequence[str]:
    """Return the cells of a row that has too many, so that none is lost: the surplus joins the last."""
    if len(cells) <= width:
        return cells
    return [*cells[: width - 1], ",".join(cells[width - 1 :])]
