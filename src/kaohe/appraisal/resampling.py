"""The seeded bootstrap: what sums of measures would have been, had other conversations come.

Each conversation is drawn anew a random number of times, by the Poisson distribution
with mean 1; a replicate is a sum over all of a person's conversations, each so many times.

This is a statistic: floats serve here and nowhere else in the house. Sums of whole
hundredths are exact in them all the same (below 2^53), so the order of rows, threads
and partitions makes no difference to a single bit.
"""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kaohe.measures.columns import day_number
from kaohe.measures.contributions import Contributions

Floats = npt.NDArray[np.float64]
Hashes = npt.NDArray[np.uint64]
"""Names of conversations as numbers."""

CHUNK = 256
"""Conversations drawn at a time: their weights take two megabytes."""
DRAWS_OF_ONE = 4
"""A number of 64 bits gives four draws of 16."""
STEP = np.uint64(0x9E3779B97F4A7C15)
MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


@dataclass(frozen=True, slots=True)
class Resampling:
    """How the bootstrap is done.

    Attributes:
        level: How sure an interval is, between 0 and 1.
        replicates: How many replicates are drawn.
        seed: Equal seeds give equal results.
    """

    level: float = 0.95
    replicates: int = 1000
    seed: int = 0

    @property
    def told_apart(self) -> float:
        """In which share of the replicates the better of two must beat the other."""
        return (1 + self.level) / 2


def _poisson() -> npt.NDArray[np.uint8]:
    """Return how often a draw of 16 bits takes a conversation: the inverse of the distribution."""
    shares = np.cumsum([math.exp(-1) / math.factorial(count) for count in range(12)])
    return np.searchsorted(np.round(shares * 2**16), np.arange(2**16), side="right").astype(np.uint8)


POISSON = _poisson()


def hashes(units: pa.Table, seed: int) -> Hashes:
    """Return a number for each conversation that depends on its name and the seed alone."""
    columns = [units[name].to_pylist() for name in ("person", "day", "shop", "customer")]
    digests = (
        hashlib.blake2b("\0".join((str(seed), *map(str, row))).encode(), digest_size=8).digest()
        for row in zip(*columns, strict=True)
    )
    return np.frombuffer(b"".join(digests), "<u8").astype(np.uint64)


def weights(names: Hashes, replicates: int) -> Floats:
    """Return how often each conversation is drawn in each replicate.

    A counter-based generator (SplitMix64): the draws of a conversation are a function of
    its name, so that they stay the same whatever else there is beside it.

    Args:
        names: The conversations.
        replicates: How many replicates.

    Returns:
        Conversations down, replicates across.
    """
    count = -(-replicates // DRAWS_OF_ONE)
    state = names[:, np.newaxis] + np.arange(1, count + 1, dtype=np.uint64) * STEP
    state = (state ^ (state >> np.uint64(30))) * MIX[0]
    state = (state ^ (state >> np.uint64(27))) * MIX[1]
    state ^= state >> np.uint64(31)
    draws = np.ascontiguousarray(state.astype("<u8")).view("<u2")
    drawn: Floats = POISSON[draws[:, :replicates]].astype(np.float64)
    return drawn


@dataclass(frozen=True, slots=True)
class View:
    """Some days of which sums are wanted.

    Attributes:
        first: The first.
        last: The last.
        without: Those in between that are left out.
    """

    first: date
    last: date
    without: tuple[date, ...] = ()


@dataclass(frozen=True)
class Cells:
    """The days of all views cut into pieces that no view cuts in two.

    Attributes:
        views: The views.
        pieces: Per view, the pieces that it is made of.
        piece: Per day from ``first`` on, its piece; -1: no view's.
        first: The number of the first day.
        count: How many pieces there are.
    """

    views: tuple[View, ...]
    pieces: dict[View, tuple[int, ...]]
    piece: npt.NDArray[np.int64]
    first: int
    count: int

    @classmethod
    def of(cls, views: Sequence[View]) -> "Cells":
        """Cut the days of these views; there is at least one."""
        first = min(day_number(view.first) for view in views)
        last = max(day_number(view.last) for view in views)
        known: dict[tuple[bool, ...], int] = {(False,) * len(views): -1}
        piece = []
        for day in range(first, last + 1):
            inside = tuple(_holds(view, day) for view in views)
            piece.append(known.setdefault(inside, len(known) - 1))
        pieces = {
            view: tuple(sorted(number for inside, number in known.items() if inside[index]))
            for index, view in enumerate(views)
        }
        return cls(tuple(views), pieces, np.array(piece, np.int64), first, len(known) - 1)

    def of_days(self, days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the piece of each day, -1 where it is in no view."""
        at = days - self.first
        inside = (at >= 0) & (at < len(self.piece))
        return np.where(inside, self.piece[np.where(inside, at, 0)], -1)


def _holds(view: View, day: int) -> bool:
    within = day_number(view.first) <= day <= day_number(view.last)
    return within and all(day != day_number(one) for one in view.without)


@dataclass(frozen=True)
class Replicates:
    """The sums of one person's measures in every replicate.

    Attributes:
        cells: How the days are cut.
        measures: The measures by name, each with its code.
        sums: Measure × piece down, replicates across; in hundredths.
        touched: Conversations down, measure × piece across: which added anything.
    """

    cells: Cells
    measures: dict[str, int]
    sums: Floats
    touched: npt.NDArray[np.bool_]

    def of(self, measure: str, view: View) -> Floats:
        """Return the sum of a measure in each replicate."""
        total: Floats = self.sums[self._rows(measure, view)].sum(axis=0) / 100
        return total

    def conversations(self, measures: Sequence[str], view: View) -> int:
        """Return how many conversations added anything to some measures."""
        rows = [row for measure in measures for row in self._rows(measure, view)]
        return int(self.touched[:, rows].any(axis=1).sum())

    def _rows(self, measure: str, view: View) -> list[int]:
        return [self.measures[measure] * self.cells.count + piece for piece in self.cells.pieces[view]]


@dataclass(frozen=True)
class Bootstrap:
    """The bootstrap over what conversations contributed.

    Attributes:
        found: What they contributed.
        cells: How the days are cut.
        resampling: How it is done.
        names: The conversations as numbers.
        borders: Person → the first and the last but one of their conversations.
    """

    found: Contributions
    cells: Cells
    resampling: Resampling
    names: Hashes
    borders: dict[str, tuple[int, int]]

    @classmethod
    def of(cls, found: Contributions, views: Sequence[View], resampling: Resampling) -> "Bootstrap":
        """Get ready to draw anew what counts in these views."""
        people = found.units["person"].to_pylist()
        borders: dict[str, tuple[int, int]] = {}
        for row, person in enumerate(people):
            borders[person] = (borders.get(person, (row, row))[0], row + 1)
        return cls(found, Cells.of(views), resampling, hashes(found.units, resampling.seed), borders)

    def person(self, person: str) -> Replicates:
        """Return the sums of a person's measures in every replicate."""
        first, last = self.borders.get(person, (0, 0))
        begin, end = np.searchsorted(self.found.unit, np.array([first, last], self.found.unit.dtype))
        measures = {name: code for code, name in enumerate(self.found.measures)}
        width = len(measures) * self.cells.count
        piece = self.cells.of_days(self.found.day[begin:end])
        inside = piece >= 0
        column = self.found.measure[begin:end][inside] * self.cells.count + piece[inside]
        row = self.found.unit[begin:end][inside] - first
        added = np.zeros((last - first, width))
        np.add.at(added, (row, column), self.found.hundredths[begin:end][inside])
        sums = np.zeros((width, self.resampling.replicates))
        for start in range(0, last - first, CHUNK):
            part = added[start : start + CHUNK]
            some = np.flatnonzero(part.any(axis=0))
            drawn = weights(self.names[first + start : first + start + len(part)], self.resampling.replicates)
            sums[some] += part[:, some].T @ drawn
        return Replicates(self.cells, measures, sums, added != 0)
