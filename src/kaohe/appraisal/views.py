"""Days of which sums are wanted, cut into pieces that no span cuts in two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from kaohe.measures.columns import Ints, day_number

Pieces = npt.NDArray[np.int32]


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
        pieces: Per view, the pieces that it is made of.
        piece: Per day from ``first`` on, its piece; -1: no view's.
        first: The number of the first day.
        count: How many pieces there are.
    """

    pieces: dict[View, tuple[int, ...]]
    piece: Pieces
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
        return cls(pieces, np.array(piece, np.int32), first, len(known) - 1)

    def of_days(self, days: Ints) -> Pieces:
        """Return the piece of each day, -1 where it is in no view."""
        at = days - self.first
        inside = (at >= 0) & (at < len(self.piece))
        found: Pieces = np.where(inside, self.piece[np.where(inside, at, 0)], -1).astype(np.int32)
        return found


def _holds(view: View, day: int) -> bool:
    within = day_number(view.first) <= day <= day_number(view.last)
    return within and all(day != day_number(one) for one in view.without)
