"""Every figure of an appraisal, as a view of the columns: a figure is made when it is asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from kaohe.appraisal.formulas import Column
from kaohe.core.figure import Figure, FigureKey, Level, Unit


@dataclass(frozen=True, slots=True)
class Block:
    """The figures of one definition in one span.

    Attributes:
        name: The figure's name.
        level: Whose it is.
        span: The span's label.
        unit: What it is counted in.
        final: Whether it is final.
        final_on: The day whose end makes it so.
        column: Subject → value.
    """

    name: str
    level: Level
    span: str
    unit: Unit
    final: bool
    final_on: date
    column: Column


@dataclass(frozen=True, slots=True, eq=False)
class Figures(Mapping[FigureKey, Figure]):
    """Key → figure, in the policy's order; takes no memory beside the columns.

    Equal to any mapping of the same keys and figures, as mappings are.
    """

    _blocks: dict[tuple[str, Level, str], Block] = field(default_factory=dict)

    def add(self, block: Block) -> None:
        """Take in the figures of a definition in a span."""
        self._blocks[block.name, block.level, block.span] = block

    def __getitem__(self, key: FigureKey) -> Figure:
        """Return a figure.

        Raises:
            KeyError: There is none of this key.
        """
        block = self._blocks[key.figure, key.level, key.span]
        return Figure(key, block.column[key.subject], block.unit, block.final, block.final_on)

    def __contains__(self, key: object) -> bool:
        """Return whether there is a figure of this key; whatever is no key is none."""
        if not isinstance(key, FigureKey):
            return False
        block = self._blocks.get((key.figure, key.level, key.span))
        return block is not None and key.subject in block.column

    def __iter__(self) -> Iterator[FigureKey]:
        """Yield every key."""
        for block in self._blocks.values():
            name, level, span = block.name, block.level, block.span
            for subject in block.column:
                yield FigureKey(name, level, subject, span)

    def __len__(self) -> int:
        """Return how many figures there are."""
        return sum(len(block.column) for block in self._blocks.values())
