"""Files as rows of text: what every file format is turned into before anyone looks at its meaning."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Batch:
    """Some consecutive records of a file.

    Attributes:
        first: The number of the first record, counted from 0 over the records that
            have the header's width.
        columns: One column of strings per name of the header, without nulls; as dictionary
            codes, each word once, where that was welcome.
    """

    first: int
    columns: pa.RecordBatch


@dataclass(frozen=True, slots=True)
class Original:
    """One record as the file has it.

    Attributes:
        record: Its number; None if it has not the header's width.
        line: The line on which it begins, as an editor or a spreadsheet counts.
        cells: Its cells.
    """

    record: int | None
    line: int
    cells: Sequence[str]


class Source(Protocol):
    """A file of records, as problems and quarantines look at it."""

    @property
    def path(self) -> Path:
        """The file."""

    @property
    def header(self) -> tuple[str, ...]:
        """The names of its columns, as they stand there."""

    @property
    def misfits(self) -> int:
        """How many records had another width than the header, once all batches were read."""

    @property
    def bytes_read(self) -> int:
        """How much of the file has been read, about."""

    def originals(self, records: Collection[int], *, misfits: bool) -> Iterator[Original]:
        """Read the file once more and yield these records, and those of another width if asked."""


class Rows(Source, Protocol):
    """A file with a header and records of text.

    A file that is not what it claims to be raises ProblemsFound, at the latest
    while its batches are read.
    """

    def batches(self, columns: Sequence[int], coded: Collection[int] = ()) -> Iterator[Batch]:
        """Yield the records with only these columns, by their number in the header.

        Args:
            columns: The columns.
            coded: Those that may come as dictionary codes, since few words fill them.
        """
