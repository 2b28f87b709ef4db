"""What the formats have in common: how a file becomes typed rows, and what the user may say about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import pyarrow as pa

from kaohe.core.language import Language, Text
from kaohe.core.problem import Place, Problem
from kaohe.records import fileproblems
from kaohe.records.findings import Findings
from kaohe.records.quarantine import write_quarantine
from kaohe.records.rows import Source
from kaohe.records.schema import Table


@dataclass(frozen=True, slots=True)
class Options:
    """What the user says about the files of an import.

    Attributes:
        timezone: The zone into which times with an offset are converted.
        shop: The shop: it overrules what the files say.
        account: The chat account of blocks that do not say it.
        table: For the format ``table``: the table, where no mapping file says it.
        mapping: For the format ``table``: the mapping file.
        encoding: Of text files, as a codec; it overrules a mapping file.
        accounts: The accounts that the store knows.
        most_bytes: How large a workbook may be once it is unpacked.
        most_ratio: How many times larger than packed.
    """

    timezone: ZoneInfo
    shop: str = ""
    account: str = ""
    table: str = ""
    mapping: Path | None = None
    encoding: str = ""
    accounts: tuple[str, ...] = ()
    most_bytes: int = 2 << 30
    most_ratio: int = 200


def unused(option: str, what: Text, options: Sequence[str] = ()) -> Problem:
    """Return the problem of an option that means nothing here.

    Args:
        option: The option.
        what: What it means nothing for.
        options: Those that mean something, if the option is one of several.
    """
    problem = fileproblems.UNUSED_OPTION.at(Place(), option=option, what=what, options=", ".join(options))
    return problem if options else replace(problem, expected=None)


class Reading(Protocol):
    """One file, being read in one format.

    Opening it raises ProblemsFound if it is not what it claims to be; reading its
    batches may still do so.
    """

    table: Table
    findings: Findings
    notes: list[Problem]
    quarantine_suffix: str

    @property
    def rows(self) -> Source:
        """The file."""

    @property
    def skipped(self) -> int:
        """How many rows were left out on purpose, such as sums; known after the last batch."""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the good rows: the table's columns, typed, and the record number."""

    def write_quarantine(self, file: Path, language: Language) -> int:
        """Write the bad rows in a form that can be mended and imported again; none, no file.

        Args:
            file: Where to write to.
            language: The language of its remarks.
        """


class CsvQuarantine:
    """What readings of files with columns have in common: their quarantine is a CSV file."""

    findings: Findings
    quarantine_suffix = ".csv"

    def write_quarantine(self, file: Path, language: Language) -> int:
        """Write the bad rows, the original columns first."""
        return write_quarantine(self.findings, file, language)
