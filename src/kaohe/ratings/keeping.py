"""Rows made here, into a store: by the import that every file goes through."""

import csv
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from kaohe.core.language import Language
from kaohe.records.importing import ImportReport, import_files
from kaohe.records.objects import Where
from kaohe.records.schema import TABLES


def kept(
    store: Where, table: str, rows: Sequence[Mapping[str, str]], zone: ZoneInfo, language: Language
) -> ImportReport:
    """Import rows into a table of a store.

    Args:
        store: The store; made if it is missing.
        table: The table.
        rows: The rows by column, as text.
        zone: The zone of the store's clocks.
        language: The language of remarks.

    Raises:
        ProblemsFound: Nothing was imported, and why.
    """
    with tempfile.TemporaryDirectory(prefix="kaohe-") as folder:
        file = Path(folder) / f"{table}.csv"
        with file.open("w", encoding="utf-8", newline="") as opened:
            out = csv.DictWriter(opened, TABLES[table].names)
            out.writeheader()
            out.writerows(rows)
        return import_files(store, "table", [file], timezone=zone, table=table, language=language)
