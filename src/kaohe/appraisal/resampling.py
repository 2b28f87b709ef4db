"""The seeded bootstrap: what sums of measures would have been, had other conversations come.

Each conversation is drawn anew a random number of times, by the Poisson distribution
with mean 1; a replicate is a sum over all of a person's conversations, each so many times.

This is a statistic: floats serve here and nowhere else in the house. Sums of whole
hundredths are exact in them all the same (below 2^53), so the order of rows, threads
and partitions makes no difference to a single bit.
"""

import hashlib
import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from threadpoolctl import ThreadpoolController

from kaohe.appraisal.spool import ByPerson, Rows, Spool
from kaohe.appraisal.views import Cells, Pieces, View
from kaohe.core.period import Span
from kaohe.measures.columns import NOBODY, Ints
from kaohe.measures.contributions import NAMES, Contributions

Floats = npt.NDArray[np.float64]
Hashes = npt.NDArray[np.uint64]
"""Names of conversations as numbers."""

CHUNK = 256
"""Conversations drawn at a time: their weights take two megabytes."""
MOST_SUMS = 8 << 20
"""So many bytes of sums are held at a time, or one person's."""
MOST_ROWS = 1 << 14
"""So many rows of conversations are held at a time, or one person's."""
REPLICATES = 1000
"""So many are drawn, unless it is said otherwise."""
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
    replicates: int = REPLICATES
    seed: int = 0

    @property
    def told_apart(self) -> float:
        """In which share of the replicates the better of two must beat the other."""
        return (1 + self.level) / 2


def _poisson() -> Floats:
    """Return how often a draw of 16 bits takes a conversation: the inverse of the distribution."""
    shares = np.cumsum([math.exp(-1) / math.factorial(count) for count in range(12)])
    return np.searchsorted(np.round(shares * 2**16), np.arange(2**16), side="right").astype(np.float64)


POISSON = _poisson()


def hashes(names: pa.Table, seed: int) -> Hashes:
    """Return a number for each conversation that depends on its name and the seed alone."""
    texts = [pa.scalar(str(seed)), *(names[part].cast(pa.string()) for part in NAMES)]
    whole = pc.binary_join_element_wise(*texts, "\0").cast(pa.binary()).to_pylist()
    digests = b"".join([hashlib.blake2b(name, digest_size=8).digest() for name in whole])
    return np.frombuffer(digests, "<u8").astype(np.uint64)


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
    shifted = np.empty_like(state)
    for shift, factor in ((30, MIX[0]), (27, MIX[1]), (31, np.uint64(1))):
        np.right_shift(state, np.uint64(shift), out=shifted)
        state ^= shifted
        state *= factor
    draws = state.astype("<u8", copy=False).view("<u2")[:, :replicates]
    drawn = np.empty(draws.shape)
    # No draw is out of the table; said to be clipped, they are taken without a copy.
    return POISSON.take(draws, out=drawn, mode="clip")


@dataclass(frozen=True)
class Replicates:
    """The sums of some people's measures in every replicate.

    Attributes:
        people: The people.
        asked: Those of them whose values are asked for.
        cells: How the days are cut.
        measures: The measures by name, each with its code.
        sums: People, then pieces, then measures, then replicates; in hundredths.
        touched: From which conversations they come.
    """

    people: Sequence[str]
    asked: Collection[str]
    cells: Cells
    measures: dict[str, int]
    sums: Floats
    touched: "Touched"

    def of(self, measure: str, view: View) -> Floats:
        """Return the sum of a measure: people down, replicates across."""
        pieces, code = self.cells.pieces[view], self.measures[measure]
        total = self.sums[:, pieces[0], code].copy()
        for piece in pieces[1:]:
            total += self.sums[:, piece, code]
        total /= 100
        return total

    def conversations(self, measures: Sequence[str], view: View) -> Ints:
        """Return how many conversations of each person added anything to some measures."""
        codes = [self.measures[measure] for measure in measures]
        return self.touched.count(codes, self.cells.pieces[view], len(self.people))


@dataclass(frozen=True, slots=True)
class Touched:
    """Which conversations added anything to which measures in which pieces of the days.

    Attributes:
        unit: Per row, its conversation.
        owner: Per conversation, the person.
        piece: Per row, the piece.
        adds: Measures down, rows across: whether anything was added.
    """

    unit: Ints
    owner: Ints
    piece: Pieces
    adds: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, person: Ints, rows: Rows) -> "Touched":
        """Return it of rows that are some people's."""
        _, first, unit = np.unique(rows["name"], return_index=True, return_inverse=True)
        return cls(unit, person[first], rows["piece"], np.ascontiguousarray(rows["added"].T != 0))

    def count(self, measures: Sequence[int], pieces: Sequence[int], people: int) -> Ints:
        """Return how many conversations of each person added anything to some measures in some pieces."""
        inside = np.zeros(self.piece.max(initial=0) + 1 + max(pieces), np.bool_)
        inside[list(pieces)] = True
        hit = np.zeros(len(self.owner), np.bool_)
        hit[self.unit[inside[self.piece] & self.adds[measures].any(axis=0)]] = True
        return np.bincount(self.owner[hit], minlength=people)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a bootstrap.

    Attributes:
        people: Whose conversations are drawn anew.
        measures: The measures whose sums are wanted.
        views: The days over which; at least one.
    """

    people: Sequence[str]
    measures: Sequence[str]
    views: Sequence[View]

    @property
    def days(self) -> Sequence[date]:
        """All these days."""
        days = {
            day
            for view in self.views
            for day in Span("", view.first, view.last).days()
            if day not in view.without
        }
        return sorted(days)

    @property
    def row_kind(self) -> np.dtype[np.void]:
        """What is known of a conversation: its number, a piece of the days, what it adds in it."""
        added = ("added", np.float64, (len(self.measures),))
        return np.dtype([("name", np.uint64), ("piece", np.int32), added], align=True)


@dataclass(frozen=True)
class Bootstrap:
    """The bootstrap over what conversations contributed.

    Attributes:
        people: Whose conversations.
        measures: The measures by name, each with its code.
        cells: How the days are cut.
        resampling: How it is done.
        rows: The rows of the conversations, by the people's places in their list.
    """

    people: Sequence[str]
    measures: dict[str, int]
    cells: Cells
    resampling: Resampling
    rows: ByPerson

    @classmethod
    def of(
        cls,
        question: "Wanted",
        batches: Iterable[Contributions],
        spool: Spool,
        resampling: Resampling,
    ) -> "Bootstrap":
        """Get ready to draw conversations anew.

        Args:
            question: What is wanted of whom.
            batches: What conversations contributed to the measures that are wanted.
            spool: Where their rows are put aside, of the kind that ``row_kind`` says.
            resampling: How it is done.
        """
        cells, people = Cells.of(question.views), pa.array(question.people, pa.string())
        rows = ByPerson(spool, len(people))
        for batch in batches:
            numbers = pc.fill_null(pc.index_in(batch.names["person"], value_set=people), NOBODY)
            person, piece = numbers.to_numpy().astype(np.int64), cells.of_days(batch.day)
            inside = np.flatnonzero((piece >= 0) & (person != NOBODY))
            order = inside[np.argsort(person[inside], kind="stable")]
            found = np.empty(len(order), spool.kind)
            found["name"] = hashes(batch.names, resampling.seed)[order]
            found["piece"] = piece[order]
            found["added"] = batch.hundredths[order]
            rows.put(person[order], found)
        measures = {name: code for code, name in enumerate(question.measures)}
        return cls(question.people, measures, cells, resampling, rows)

    def replicates(self) -> Iterator[Replicates]:
        """Yield the sums of everyone's measures in every replicate, some people's at a time."""
        each = self.cells.count * len(self.measures) * self.resampling.replicates * np.dtype(float).itemsize
        most, counts = max(1, MOST_SUMS // each), self.rows.counts
        first, held = 0, 0
        for person, count in enumerate(counts):
            if person > first and (person - first == most or held + count > MOST_ROWS):
                yield self._drawn(first, person)
                first, held = person, 0
            held += count
        if first < len(counts):
            yield self._drawn(first, len(counts))

    def _drawn(self, first: int, last: int) -> Replicates:
        """Return the sums of the people from one to the one before another."""
        person, rows = _merged(*self.rows.get(first, last))
        at = (person - first) * self.cells.count + rows["piece"]
        added = np.ascontiguousarray(rows["added"])
        sums = np.zeros(((last - first) * self.cells.count, len(self.measures), self.resampling.replicates))
        borders = np.flatnonzero(np.diff(at)) + 1
        # Products as small as these take longer when they are shared between threads.
        with _threads().limit(limits=1, user_api="blas"):
            for start in range(0, len(rows), CHUNK):
                end = min(start + CHUNK, len(rows))
                drawn = weights(rows["name"][start:end], self.resampling.replicates)
                cuts = borders[np.searchsorted(borders, start, "right") : np.searchsorted(borders, end)]
                for begin, until in pairwise((start, *cuts.tolist(), end)):
                    sums[at[begin]] += added[begin:until].T @ drawn[begin - start : until - start]
        people = self.people[first:last]
        whole = sums.reshape(last - first, self.cells.count, len(self.measures), -1)
        return Replicates(people, people, self.cells, self.measures, whole, Touched.of(person - first, rows))


def _merged(person: Ints, rows: Rows) -> tuple[Ints, Rows]:
    """Return rows by person and piece, what a conversation added in a piece being one row."""
    order = np.lexsort((rows["name"], rows["piece"], person))
    person, rows = person[order], rows[order]
    new = np.ones(len(rows), np.bool_)
    for part in (rows["name"], rows["piece"]):
        new[1:] &= part[1:] == part[:-1]
    new[1:] = ~new[1:]
    begins = np.flatnonzero(new)
    merged = rows[begins]
    if len(begins) < len(rows):
        merged["added"] = np.add.reduceat(rows["added"], begins)
    return person[begins], merged


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()
