"""Tables of many columns on a terminal: titles wrap between words, figures are never cut.

Where the columns have no room beside each other, the table goes on below, with the names
of its rows once more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text as Line

from kaohe.statements.terminal.paper import STRONG, table

EDGES = 2
"""The blanks at both ends of a line."""
LEAST_TITLE = 6
"""A title without spaces breaks anywhere, but not into less than so many cells."""
WIDEST_NOTE = 48
LEAST_NOTE = 12


@dataclass(frozen=True)
class Column:
    """A column of figures, or of words that may wrap.

    Attributes:
        title: Its title.
        cells: Its cells, a row each.
        is_note: Whether it holds words.
        joined: Whether it stays beside the column before it.
    """

    title: str
    cells: Sequence[Line]
    is_note: bool = False
    joined: bool = False

    @property
    def least(self) -> int:
        """The fewest cells across in which it can be read."""
        widest = max((cell.cell_len for cell in self.cells), default=0)
        if self.is_note:
            return min(max(widest, cell_len(self.title)), LEAST_NOTE)
        return max(widest, *(_least(word) for word in self.title.split() or [""]))

    @property
    def most(self) -> int:
        """The cells across beyond which it gains nothing."""
        widest = max((cell.cell_len for cell in self.cells), default=0)
        return max(cell_len(self.title), min(widest, WIDEST_NOTE) if self.is_note else widest)

    def lines(self, width: int, console: Console) -> int:
        """Return how many lines its tallest part takes in a width."""
        parts = [Line(self.title), *(self.cells if self.is_note else ())]
        return max(len(part.wrap(console, width)) for part in parts)


def _least(word: str) -> int:
    """Return the fewest cells that a word takes; one in Han characters may break."""
    length = cell_len(word)
    return min(length, LEAST_TITLE) if length > len(word) else length


@dataclass(frozen=True)
class Wide:
    """A table of names down and columns across that fits the terminal it is printed on.

    Attributes:
        title: What it is called; blank: nothing.
        heading: What the names are called.
        names: The names, a row each.
        columns: The columns.
        last_is_whole: Whether the last row stands for all the others.
    """

    title: str
    heading: str
    names: Sequence[Line]
    columns: Sequence[Column]
    last_is_whole: bool = False

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Return how wide it is at least and at most."""
        most = self._names_width + EDGES + sum(one.most + 1 for one in self.columns)
        return Measurement(min(most, options.max_width), min(most, options.max_width))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield its parts, each as wide as there is room."""
        room = options.max_width - self._names_width - EDGES
        for number, columns in enumerate(self._blocks(room)):
            widths = _widths(columns, room, console)
            yield self._table(columns, widths, "" if number else self.title)

    @property
    def _names_width(self) -> int:
        return max([cell_len(self.heading), *(name.cell_len for name in self.names)])

    def _blocks(self, room: int) -> Iterator[list[Column]]:
        """Yield the columns that have room beside each other; those that belong together are kept so."""
        block: list[Column] = []
        taken = 0
        for group in _groups(self.columns):
            needed = sum(one.least + 1 for one in group)
            if block and taken + needed > room:
                yield block
                block, taken = [], 0
            block += group
            taken += needed
        if block:
            yield block

    def _table(self, columns: Sequence[Column], widths: Sequence[int], title: str) -> Table:
        made = table(title, tight=True)
        made.add_column(Line(self.heading), width=self._names_width, overflow="fold")
        for column, width in zip(columns, widths, strict=True):
            made.add_column(
                Line(column.title),
                justify="left" if column.is_note else "right",
                width=width,
                overflow="fold",
            )
        for row, name in enumerate(self.names):
            is_whole = self.last_is_whole and row == len(self.names) - 1
            made.add_row(name, *(one.cells[row] for one in columns), style=STRONG if is_whole else "")
        return made


def _broken(title: str, width: int) -> str:
    """Return a title that wraps, its unit in brackets on a line of its own rather than cut in two."""
    head, bracket, unit = title.rpartition("（")
    wraps = cell_len(title) > width and head and cell_len(unit) + 2 <= width
    return f"{head}\n{bracket}{unit}" if wraps else title


def _groups(columns: Sequence[Column]) -> Iterator[list[Column]]:
    group: list[Column] = []
    for column in columns:
        if group and not column.joined:
            yield group
            group = []
        group.append(column)
    if group:
        yield group


def _widths(columns: Sequence[Column], room: int, console: Console) -> list[int]:
    """Return the columns' widths: what is left over goes to the ones that stand tallest."""
    widths = [one.least for one in columns]
    left = room - sum(width + 1 for width in widths)
    while left > 0:
        growing = [index for index, one in enumerate(columns) if widths[index] < one.most]
        tall = {index: columns[index].lines(widths[index], console) for index in growing}
        tallest = max(tall, key=lambda index: tall[index], default=None)
        if tallest is None or tall[tallest] <= 1:
            break
        widths[tallest] += 1
        left -= 1
    return widths
