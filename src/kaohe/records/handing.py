"""Rows made here, into a store: by the import that every file goes through, and read back as such."""

import csv
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from kaohe.core.language import Language
from kaohe.records.deltas import WHOLE, Delta, is_table
from kaohe.records.importing import ImportReport, import_files
from kaohe.records.objects import Where
from kaohe.records.schema import TABLES
from kaohe.records.store import stored_rows

Row = Mapping[str, str]
"""A row by column, each cell as a file would have it."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a small table of a store holds.

    Attributes:
        version: The table's version; 0 where nothing was ever imported into it.
        rows: Its rows, in its order.
    """

    version: int
    rows: tuple[Row, ...]


def held_rows(store: Where, table: str) -> Held:
    """Return what a store holds of a small table; no other table is looked at."""
    if not is_table(store / table):
        return Held(0, ())
    delta = Delta(store / table)
    rows = stored_rows(delta, delta.parts().get(WHOLE)).to_pylist()
    names = TABLES[table].names
    return Held(delta.version, tuple({name: _text(row.get(name)) for name in names} for row in rows))


def _text(cell: object) -> str:
    """Return a cell as a file would have it."""
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case Decimal():
            return format(cell.normalize(), "f") if cell else "0"
    return str(cell)


def handed_in(  # noqa: PLR0913 - which rows go where, and how they meet those that are there
    store: Where,
    table: str,
    rows: Sequence[Row],
    zone: ZoneInfo,
    language: Language,
    *,
    whole: bool = False,
    strict: bool = False,
    since: int | None = None,
) -> ImportReport:
    """Import rows into a table of a store.

    Args:
        store: The store; made if it is missing.
        table: The table.
        rows: The rows.
        zone: The zone of the store's clocks.
        language: The language of remarks.
        whole: As in ``import_files``.
        strict: As in ``import_files``.
        since: As in ``import_files``.

    Raises:
        ProblemsFound: Nothing was imported, and why.
    """
    with tempfile.TemporaryDirectory(prefix="kaohe-") as folder:
        file = Path(folder) / f"{table}.csv"
        with file.open("w", encoding="utf-8", newline="") as opened:
            out = csv.DictWriter(opened, TABLES[table].names)
            out.writeheader()
            out.writerows(rows)
        return import_files(
            store,
            "table",
            [file],
            timezone=zone,
            table=table,
            language=language,
            whole=whole,
            strict=strict,
            since=since,
        )
