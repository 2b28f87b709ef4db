"""Arrays put aside: in memory while they are small, in a file without a name once they are not."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import Any

import numpy as np
import numpy.typing as npt

from kaohe.measures.columns import Ints

Rows = npt.NDArray[Any]
"""Rows of some kind, the first dimension counting them."""

IN_MEMORY = 8 << 20
"""So many bytes are kept in memory; more go to a file in the system's folder for such."""


@dataclass(frozen=True, slots=True)
class Spool:
    """Rows of one kind, put aside in parts.

    Attributes:
        kind: The kind of a row.
        file: Where they are.
    """

    kind: np.dtype[Any]
    file: "SpooledTemporaryFile[bytes]"

    def put(self, rows: Rows) -> int:
        """Put rows aside and return where they begin."""
        begin = self.file.seek(0, 2) // self.kind.itemsize
        self.file.write(rows.tobytes())
        return begin

    def get(self, begin: int, count: int) -> Rows:
        """Return some rows again."""
        self.file.seek(begin * self.kind.itemsize)
        return np.frombuffer(self.file.read(count * self.kind.itemsize), self.kind)


@contextmanager
def spool(kind: npt.DTypeLike) -> Iterator[Spool]:
    """Give a place to put rows of a kind aside; they are gone at the end."""
    with SpooledTemporaryFile(IN_MEMORY) as file:
        yield Spool(np.dtype(kind), file)


@dataclass(frozen=True, slots=True)
class ByPerson:
    """Rows that come in parts, each with rows of many people, and are wanted again person by person.

    Attributes:
        spool: Where they are.
        people: How many people there are; they are known by their numbers.
    """

    spool: Spool
    people: int
    _parts: list[tuple[int, Ints]] = field(default_factory=list)

    def put(self, people: Ints, rows: Rows) -> None:
        """Put rows aside.

        Args:
            people: Whose each row is; ascending.
            rows: The rows.
        """
        self._parts.append((self.spool.put(rows), np.searchsorted(people, np.arange(self.people + 1))))

    @property
    def counts(self) -> Sequence[int]:
        """How many rows each person has."""
        found = np.zeros(self.people, np.int64)
        for _, starts in self._parts:
            found += np.diff(starts)
        return [int(count) for count in found]

    def get(self, first: int, last: int) -> tuple[Ints, Rows]:
        """Return whose they are, and the rows of some people, part by part.

        Args:
            first: The first person.
            last: The last person but one.
        """
        whose, found = [np.empty(0, np.int64)], [np.empty(0, self.spool.kind)]
        for begin, starts in self._parts:
            whose.append(np.repeat(np.arange(first, last), np.diff(starts[first : last + 1])))
            found.append(self.spool.get(begin + int(starts[first]), int(starts[last] - starts[first])))
        return np.concatenate(whose), np.concatenate(found)
