"""What a file is, by its content: which format reads it, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kaohe.core.language import Text
from kaohe.core.problem import ProblemsFound
from kaohe.records.encodings import GB18030
from kaohe.records.formats.files import WORKBOOKS, Shape, looks_like_chat_log, open_rows
from kaohe.records.formats.mapping import read_mapping
from kaohe.records.formats.reading import Options
from kaohe.records.formats.taobao_orders import KNOWN, NAMES, OPTIONAL
from kaohe.records.likeness import closest
from kaohe.records.schema import TABLES, Table
from kaohe.records.unpacking import looks_binary

MOST_NAMED = 6
"""So many columns are named as the reason."""
SNIFFED_BYTES = 1 << 12
A_CHAT = Text("It begins with the line of dashes around a nick that 千牛 puts above each chat.")
AN_EXPORT = Text("It has the columns of Taobao's order export: {columns}.")
A_TABLE = Text("It has every column that the table “{table}” needs: {columns}.")
MAPPED = Text("It has every column that the kept mapping “{mapping}” reads: {columns}.")
LIKE = Text("It looks like {likeness}; a mapping has to say what its columns mean.")
UNKNOWN = Text("No format that kaohe knows has these columns; a mapping has to say what they mean.")


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is.

    Attributes:
        format: The format that reads it; blank: it needs a mapping.
        table: The table that it fills; blank: not known.
        mapping: The mapping file that reads it; None: it needs none, or there is none.
        header: Its columns; empty: it has none.
        why: What it was recognised by.
    """

    format: str
    table: str
    mapping: Path | None
    header: tuple[str, ...]
    why: Text


def recognise(path: Path, mappings: Iterable[Path], options: Options) -> Recognised:
    """Return what a file is.

    A file of the records' own tables goes first, for these names are kaohe's; then a
    platform's export; then what a kept mapping reads.

    Args:
        path: The file.
        mappings: The mapping files that are kept.
        options: What was said about the file already.

    Raises:
        ProblemsFound: It cannot be read at all.
    """
    if _is_chat(path):
        return Recognised("qianniu-chat", "messages", None, (), A_CHAT)
    known = {*KNOWN, *(name for table in TABLES.values() for name in table.names)}
    header = tuple(
        name.strip() for name in open_rows(path, Shape(fallback=GB18030, known=known), options).header
    )
    names = set(header)
    if table := _table(path, names):
        why = A_TABLE.filled(table=table.name, columns=_listed(_needed(table)))
        return Recognised("table", table.name, None, header, why)
    export = [called for name, called in NAMES.items() if name not in OPTIONAL]
    if all(names & set(called) for called in export):
        why = AN_EXPORT.filled(columns=_listed([called[0] for called in export]))
        return Recognised("taobao-orders", "orders", None, header, why)
    for file in mappings:
        if found := _by_mapping(file, header):
            return found
    likeness = closest(names)
    return Recognised("", "", None, header, LIKE.filled(likeness=likeness.name) if likeness else UNKNOWN)


def _is_chat(path: Path) -> bool:
    if path.suffix.lower() in (*WORKBOOKS, ".parquet"):
        return False
    with path.open("rb") as opened:
        start = opened.read(SNIFFED_BYTES)
    return bool(start) and not looks_binary(start) and looks_like_chat_log(path)


def _table(path: Path, names: set[str]) -> Table | None:
    """Return the table whose columns these are: the one that the file is called after, else the fullest."""
    possible = [table for table in TABLES.values() if set(_needed(table)) <= names]
    told = [table for table in possible if path.name.startswith(table.name)]
    return max(told or possible, key=lambda table: len(names & set(table.names)), default=None)


def _needed(table: Table) -> list[str]:
    return [column.name for column in table.columns if not column.optional]


def _by_mapping(file: Path, header: tuple[str, ...]) -> Recognised | None:
    try:
        mapping = read_mapping(file)
    except ProblemsFound:
        return None
    read = [name for rule in mapping.rules for name in rule.columns]
    if not read or not {*read, *mapping.skip} <= set(header):
        return None
    why = MAPPED.filled(mapping=file.stem, columns=_listed(read))
    return Recognised("table", mapping.table.name, file, header, why)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
