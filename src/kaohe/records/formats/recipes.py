"""Making a table's columns from a file's own: what the vendors' formats and mapping files share."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.problem import Place, Problem
from kaohe.records import fileproblems
from kaohe.records.decoding import coded
from kaohe.records.findings import Findings
from kaohe.records.formats.grouping import Group, grouped
from kaohe.records.formats.reading import CsvQuarantine, Options
from kaohe.records.reading import Texts, coded_columns, typed
from kaohe.records.rows import Batch, Rows
from kaohe.records.schema import Table
from kaohe.records.workbookrows import exact

Watch = Callable[[Sequence[str]], list[Problem]]
"""Given the words of a column of the file, each once and in order, returns what there is to note of them."""
Make = Callable[[Sequence[pa.Array]], pa.Array]
Leave = Callable[[Mapping[int, pa.Array]], npt.NDArray[np.bool_]]
SUMS = (
    "汇总",
    "匯總",
    "汇总值",
    "匯總值",
    "合计",
    "合計",
    "总计",
    "總計",
    "小计",
    "小計",
    "均值",
    "平均",
    "平均值",
    "全店汇总值",
    "全店匯總值",
    "同行同层均值",
    "同行同層均值",
)
"""Words in the first cell of a row that adds up or averages the others."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one column of a table is made.

    Attributes:
        name: The table's column.
        label: What the file calls it, for people.
        positions: The file's columns that it is made of.
        make: Makes it; all arrays are strings without nulls, of one length.
    """

    name: str
    label: str
    positions: tuple[int, ...]
    make: Make


@dataclass
class MadeReading(CsvQuarantine):
    """A file whose columns are made into a table's. See ``reading.Reading`` for the contract.

    Attributes:
        leave: Which rows to leave out on purpose, by the file's columns that it needs.
        watches: Columns of the file, and what to note of the words in each.
        sums: Whether rows whose first cell says that they add up others are left out.
    """

    table: Table
    rows: Rows
    recipes: Sequence[Recipe]
    options: Options
    leave: tuple[Leave, tuple[int, ...]] | None = None
    group: Group | None = None
    watches: Mapping[int, Watch] = field(default_factory=dict)
    sums: bool = False
    notes: list[Problem] = field(default_factory=list)
    skipped: int = 0
    findings: Findings = field(init=False)
    _sums: int = 0
    _words: dict[int, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.findings = Findings(self.rows, labels={one.name: one.label for one in self.recipes})

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the good rows."""
        made = self._made()
        if self.group:
            made = grouped(made, self.group, self.findings)
        batches = typed(self.table, made, self.options.timezone, self.findings)
        positions = {position: one.name for one in self.recipes for position in one.positions}
        yield from exact(batches, self.rows, positions, self.findings)
        for position, watch in self.watches.items():
            self.notes.extend(watch(sorted(self._words.get(position, ()))))
        if self._sums:
            self.notes.append(fileproblems.SUMS_SKIPPED.at(Place(str(self.rows.path)), count=self._sums))

    def _made(self) -> Iterator[Texts]:
        wanted = {position for recipe in self.recipes for position in recipe.positions}
        wanted |= set(self.leave[1]) if self.leave else set()
        wanted |= set(self.watches)
        positions = sorted(wanted | {0})
        for batch in self.rows.batches(positions, self._coded()):
            cells = {position: batch.columns.column(str(position)) for position in positions}
            stays = self._stays(batch, cells)
            records = np.arange(batch.first, batch.first + batch.columns.num_rows, dtype=np.int64)[stays]
            everyone = bool(stays.all())
            kept = {
                position: cell if everyone else cell.filter(pa.array(stays))
                for position, cell in cells.items()
            }
            for position in self.watches:
                self._words.setdefault(position, set()).update(pc.unique(kept[position]).to_pylist())
            yield Texts(
                records, {recipe.name: _column(recipe, kept, len(records)) for recipe in self.recipes}
            )

    def _coded(self) -> set[int]:
        """Return the file's columns that nothing but a column of dictionary codes is made of."""
        if self.group:
            return set()
        names = coded_columns(self.table)
        others = {position for one in self.recipes if one.name not in names for position in one.positions}
        alone = {one.positions[0] for one in self.recipes if one.name in names and len(one.positions) == 1}
        return alone - others - set(self.leave[1] if self.leave else ())

    def _stays(self, batch: Batch, cells: Mapping[int, pa.Array]) -> npt.NDArray[np.bool_]:
        stays = np.ones(batch.columns.num_rows, dtype=np.bool_)
        if self.sums:
            adds_up = _of_each_word(_adds_up, cells[0]).to_numpy(zero_copy_only=False)
            self._sums += int(adds_up.sum())
            stays &= ~adds_up
        if self.leave:
            stays &= ~self.leave[0](cells)
        self.skipped += int((~stays).sum())
        return stays


def _column(recipe: Recipe, cells: Mapping[int, pa.Array], count: int) -> pa.Array:
    if not recipe.positions:
        return recipe.make([pa.repeat(pa.scalar(""), count)])
    arrays = [cells[position] for position in recipe.positions]
    if pa.types.is_dictionary(arrays[0].type):
        return coded(arrays[0].indices, recipe.make([arrays[0].dictionary]))
    return recipe.make(arrays)


def _adds_up(texts: pa.Array) -> pa.Array:
    """Return which texts say that a row adds up others."""
    return pc.is_in(pc.utf8_trim_whitespace(texts), value_set=pa.array(SUMS))


def _of_each_word(ask: Callable[[pa.Array], pa.Array], texts: pa.Array) -> pa.Array:
    """Return an answer for each text, each word of dictionary codes being asked once."""
    if pa.types.is_dictionary(texts.type):
        return ask(texts.dictionary).take(texts.indices)
    return ask(texts)


def constant(value: str) -> Make:
    """Return what makes a column that holds one value throughout."""
    return lambda arrays: pa.repeat(pa.scalar(value), len(arrays[0]))


def other_shops(shop: str, place: Place) -> Watch:
    """Return what notes the shops that a file names, where ``--shop`` names another."""

    def watch(words: Sequence[str]) -> list[Problem]:
        owned = sorted({word.strip() for word in words} - {"", shop})
        return [fileproblems.OTHER_SHOP.at(place, own, own=own, shop=shop) for own in owned]

    return watch


def single(clean: Callable[[pa.Array], pa.Array]) -> Make:
    """Return what makes a column from one column of the file."""
    return lambda arrays: clean(arrays[0])
