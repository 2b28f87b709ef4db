"""Taking an import back: the table stands again as it stood before it, in a version of its own.

Nothing is lost by it: the version that the import made stays, and whoever reads that one,
such as a closed period, reads it as ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from kaohe.core.problem import Place, ProblemsFound
from kaohe.records import problems
from kaohe.records.deltas import Delta, Part, Partition
from kaohe.records.store import Import, Version, held, open_store

Parts = Mapping[Partition, Part]
UNDOING = "undo"
"""What the history calls the format of what takes an import back."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking an import back did.

    Attributes:
        version: The table's version since then.
        partitions: The days of shops whose content changed; 1 for a table that is not cut.
        rows_out: Rows less than before; below zero: more.
    """

    version: int
    partitions: int
    rows_out: int


def undo(store: Path, table: str, before: int, after: int) -> Undone:
    """Make a table hold what it held before an import.

    Done already, it does nothing more.

    Args:
        store: The store.
        table: The table.
        before: Its version before the import.
        after: Its version since the import.

    Raises:
        ProblemsFound: Something came into the table after the import.
    """
    with held(store):
        now, old = Delta(store / table), Delta(store / table, before)
        live, wanted = now.parts(), old.parts()
        if now.version == after + 1 and _same(live, wanted):
            return Undone(now.version, 0, 0)
        if now.version != after:
            raise ProblemsFound([problems.CAME_AFTER.at(Place(table), table=table)])
        removed = [part for where, part in live.items() if wanted.get(where) != part]
        added = [_as_written(now, part) for where, part in wanted.items() if live.get(where) != part]
        if not (removed or added):
            return Undone(now.version, 0, 0)
        rows_out = sum(part.rows for part in removed) - sum(part.rows for part in added)
        note = {
            "format": UNDOING, "files": [], "rows_read": 0, "rows_new": 0, "rows_replaced": 0,
            "rows_removed": max(0, rows_out), "rows_quarantined": 0,
        }  # fmt: skip
        now.commit(added, removed, note)
        return Undone(now.version + 1, len({part.partition for part in (*added, *removed)}), rows_out)


def committed(store: Path, zone: ZoneInfo, digests: frozenset[str], since: Version) -> Import | None:
    """Return the import of these files that came in after a version; None: it did not.

    Args:
        store: The store.
        zone: The zone of the store's clocks.
        digests: The SHA-256 of each file.
        since: The version of each table.
    """
    for one in reversed(open_store(store, zone=zone).history()):
        if one.version > since.get(one.table, -1) and frozenset(digest for _, digest in one.files) == digests:
            return one
    return None


def _same(live: Parts, wanted: Parts) -> bool:
    return {one.path for one in live.values()} == {one.path for one in wanted.values()}


def _as_written(delta: Delta, part: Part) -> Part:
    file = delta.file(part)
    assert isinstance(file, Path)
    return replace(part, modified=int(file.stat().st_mtime * 1000))
