"""Rows made here, into a store: by the import that every file goes through."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from kaohe.core.language import Language
from kaohe.records.handing import handed_in
from kaohe.records.importing import ImportReport
from kaohe.records.objects import Where


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
    return handed_in(store, table, rows, zone, language)
