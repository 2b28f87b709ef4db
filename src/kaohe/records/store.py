"""The versioned store that imports fill: one Delta Lake table for each table of the records.

A directory is a store if it holds the marker file. Everything else about a store's
past stands in the logs of its tables: what was imported when, and what each version
held.
"""

import json
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from fcntl import LOCK_EX, flock
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake.exceptions import DeltaError

from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.core.writing import written_aside
from kaohe.records import problems
from kaohe.records.deltas import WHOLE, Delta, Part, fitted, in_whole_customers, is_table, merged_schema
from kaohe.records.fetching import footer_of, opened, read_groups
from kaohe.records.objects import ObjectPath, Where
from kaohe.records.schema import CODES, LINE_SCHEMA, TABLES

MARKER = "kaohe-store.json"
LOCK = ".lock"
STAGING = ".staging"
FORMAT = 1
Version = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Import:
    """One import that the store has taken in.

    Attributes:
        table: The table that it filled.
        version: The table's version since then.
        milliseconds: When, in milliseconds since 1970 (UTC).
        format: The format of the files.
        files: Each file's name and SHA-256.
        rows_read: Rows of the files.
        rows_new: Rows that the store did not hold before.
        rows_replaced: Rows that it held in another state.
        rows_removed: Rows that it held and no longer does.
        rows_quarantined: Rows that did not go in.
    """

    table: str
    version: int
    milliseconds: int
    format: str
    files: tuple[tuple[str, str], ...]
    rows_read: int
    rows_new: int
    rows_replaced: int
    rows_removed: int
    rows_quarantined: int


@dataclass(frozen=True, slots=True)
class Store:
    """A store opened at one version. See ``source.Records`` for the contract."""

    path: Where
    problems: tuple[Problem, ...]
    _deltas: Mapping[str, Delta]
    _parts: Mapping[str, Mapping[tuple[str, date], Part]]
    _footers: dict[tuple[str, str], pq.FileMetaData] = field(default_factory=dict)

    def version(self) -> Version:
        """Return the version of every table that there is: this value opens the same records again."""
        return {name: delta.version for name, delta in self._deltas.items()}

    def history(self) -> list[Import]:
        """Return the imports that made this version, the oldest first."""
        imports = [_import(name, *entry) for name, delta in self._deltas.items() for entry in delta.history()]
        return sorted(imports, key=lambda one: (one.milliseconds, one.table, one.version))

    def partitions(self) -> Mapping[tuple[str, date], str]:
        """Return each (shop, day) that has chat lines, with the digest of its content."""
        return {where: part.content_id for where, part in self._parts.get("messages", {}).items()}

    def pieces(self, shop: str, day: date) -> int:
        """Return into how many pieces the chat lines of a shop and day are cut."""
        part = self._parts.get("messages", {}).get((shop, day))
        if not part:
            return 0
        footer = self._footer("messages", part)
        return int(footer.num_row_groups) if in_whole_customers(footer) else 1

    def messages(self, shop: str, day: date, *, text: bool = True, piece: int | None = None) -> pa.Table:
        """Return the chat lines of one shop and day."""
        names = LINE_SCHEMA.names if text else LINE_SCHEMA.names[:-1]
        part = self._parts.get("messages", {}).get((shop, day))
        if not part:
            return _lines(LINE_SCHEMA.empty_table(), names)
        footer = self._footer("messages", part)
        groups = range(footer.num_row_groups)
        if piece is not None and in_whole_customers(footer):
            groups = groups[piece : piece + 1]
        return _lines(self._groups(part, groups, names), names)

    def conversations(self, shop: str, day: date, customers: Collection[str]) -> pa.Table:
        """Return some customers' lines of a day; only where they may stand is read."""
        part = self._parts.get("messages", {}).get((shop, day))
        if not part:
            return LINE_SCHEMA.empty_table()
        wanted = sorted(customers, key=str.encode)
        groups = _groups_of(self._footer("messages", part), wanted)
        value_set = pa.array(wanted, pa.string())
        found = [LINE_SCHEMA.empty_table()]
        for group in groups:
            rows = self._groups(part, [group], LINE_SCHEMA.names)
            chosen = pc.is_in(rows["customer"], value_set=value_set)
            found.append(_lines(rows.filter(chosen), LINE_SCHEMA.names))
        return pa.concat_tables(found).unify_dictionaries()

    def _groups(self, part: Part, groups: Iterable[int], names: Sequence[str]) -> pa.Table:
        """Return some columns of some row groups of a file of chat lines."""
        file, footer = self.path / "messages" / part.path, self._footer("messages", part)
        return read_groups(file, footer, groups, names, _coded("messages"))

    def orders(self) -> pa.Table:
        """Return every order's newest state."""
        parts = [self.orders_of(*where) for where in self.order_days()]
        return pa.concat_tables([TABLES["orders"].schema.empty_table(), *parts])

    def order_days(self) -> Mapping[tuple[str, date], str]:
        """Return each (shop, day) on which orders were created, with the digest of its content."""
        return {where: part.content_id for where, part in self._parts.get("orders", {}).items()}

    def orders_of(self, shop: str, day: date, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the orders of a shop that were created on a day."""
        full = TABLES["orders"].schema
        schema = full if columns is None else pa.schema([full.field(name) for name in columns])
        part = self._parts.get("orders", {}).get((shop, day))
        if not part:
            return schema.empty_table()
        file, footer = self.path / "orders" / part.path, self._footer("orders", part)
        names = [name for name in schema.names if name != "shop"]
        rows = read_groups(file, footer, range(footer.num_row_groups), names)
        if "shop" in schema.names:
            rows = _with_shop(rows, shop)
        return rows.select(schema.names).cast(schema)

    def table(self, name: str) -> pa.Table:
        """Return one of the other tables."""
        if name == "orders":
            return self.orders()
        schema = TABLES[name].schema
        part = self._parts.get(name, {}).get(WHOLE)
        if not part:
            return schema.empty_table()
        return fitted(opened(self.path / name / part.path).read(), schema)

    def files(self, table: str) -> Mapping[tuple[str, date], Where]:
        """Return the file of each shop and day of the chat lines, or of the orders."""
        return {where: self.path / table / part.path for where, part in self._parts.get(table, {}).items()}

    def _footer(self, table: str, part: Part) -> pq.FileMetaData:
        """Return what stands at the end of a part's file; it is read once."""
        footer = self._footers.get((table, part.path))
        if footer is None:
            footer = footer_of(self.path / table / part.path, part.size)
            self._footers[table, part.path] = footer
        return footer


def _lines(rows: pa.Table, names: Sequence[str]) -> pa.Table:
    """Return chat lines with the types that LINE_SCHEMA gives these columns."""
    schema = pa.schema([LINE_SCHEMA.field(name) for name in names])
    return rows.select(names).cast(schema).unify_dictionaries()


def _groups_of(footer: pq.FileMetaData, customers: Sequence[str]) -> list[int]:
    """Return the row groups in which some of these customers may stand; they are in order of their bytes."""
    place = footer.schema.names.index("customer")
    names = [customer.encode() for customer in customers]
    groups = []
    for group in range(footer.num_row_groups):
        known = footer.row_group(group).column(place).statistics
        if known is None or not known.has_min_max:
            groups.append(group)
            continue
        first = bisect_left(names, _bytes(known.min))
        if first < len(names) and names[first] <= _bytes(known.max):
            groups.append(group)
    return groups


def _bytes(name: str | bytes) -> bytes:
    return name.encode() if isinstance(name, str) else name


def is_store(path: Where) -> bool:
    """Return whether a directory is a store."""
    return (path / MARKER).is_file()


def newest_versions(path: Path) -> Mapping[str, str]:
    """Return each table's newest entry in its log, without opening it; of a store on disk."""
    logs = {name: path / name / "_delta_log" for name in TABLES}
    return {
        name: max((file.name for file in log.glob("*.json")), default="")
        for name, log in logs.items()
        if log.is_dir()
    }


def open_store(
    path: Where, *, zone: ZoneInfo, required: Sequence[str] = (), version: Version | None = None
) -> Store:
    """Open a store, at its newest version or at an earlier one.

    Args:
        path: The store: a folder, or an address of an object store.
        zone: The zone of the shop's clocks.
        required: The tables that must have been filled.
        version: A value of ``Store.version``; a table that it does not name is empty.

    Raises:
        ProblemsFound: A table or that version of it is missing, or times were converted into
            another zone.
    """
    names = [name for name in TABLES if is_table(path / name)]
    if version is not None:
        names = [name for name in names if name in version]
    deltas, found = {}, [*_wrong_zone(path, zone)]
    for name in names:
        try:
            deltas[name] = Delta(path / name, (version or {}).get(name))
        except DeltaError:
            if version is None:
                raise
            found.append(problems.NO_SUCH_VERSION.at(Place(str(path)), table=name, version=version[name]))
    found += [
        problems.NEVER_IMPORTED.at(Place(str(path)), table=name) for name in required if name not in deltas
    ]
    if found:
        raise ProblemsFound(found)
    return Store(path, (), deltas, {name: delta.parts() for name, delta in deltas.items()})


def open_files(folder: Path, files: Mapping[str, Mapping[tuple[str, date], str]]) -> Store:
    """Open files of a store that lie by themselves, such as those of an archive.

    Args:
        folder: Where they lie, those of each table in a folder of its name.
        files: Table → shop and day → the file's name: the digest of its content, and more behind a hyphen.
    """
    parts = {
        table: {where: Part(name, where, 0, 0) for where, name in sorted(named.items())}
        for table, named in files.items()
    }
    return Store(folder, (), {}, parts)


@contextmanager
def held(path: Where) -> Iterator[Path]:
    """Hold the store for one import, and yield an empty folder for its staging.

    Another import waits. What a killed import has left behind is removed. An object store
    cannot be held: of two imports into one table at once, the later one to end is refused.
    """
    if isinstance(path, ObjectPath):
        if not is_store(path):
            _write_marker(path, None)
        with TemporaryDirectory(prefix="kaohe-") as folder:
            yield Path(folder)
        return
    path.mkdir(parents=True, exist_ok=True)
    with (path / LOCK).open("w") as lock:
        flock(lock, LOCK_EX)
        if not is_store(path):
            _write_marker(path, None)
        staging = path / STAGING
        _emptied(staging)
        try:
            yield staging
        finally:
            _emptied(staging)
            staging.rmdir()


def claim_zone(path: Where, zone: ZoneInfo) -> None:
    """Note that times were converted into this zone; all later ones must be, too.

    Raises:
        ProblemsFound: Earlier imports converted times into another zone.
    """
    wrong = list(_wrong_zone(path, zone))
    if wrong:
        raise ProblemsFound(wrong)
    if _zone_of(path) is None:
        _write_marker(path, zone.key)


def stored_rows(delta: Delta, part: Part | None) -> pa.Table:
    """Return what the store holds of a partition, with the columns as they are kept."""
    schema = merged_schema(delta.name)
    if not part:
        return schema.empty_table()
    return fitted(opened(delta.file(part), coded=_coded(delta.name)).read(), schema)


def _coded(name: str) -> list[str]:
    """Return the columns of a table's files that are read as dictionary codes."""
    return [one.name for one in merged_schema(name) if one.type == CODES]


def _import(table: str, version: int, milliseconds: int, note: Mapping[str, object]) -> Import:
    files = note["files"]
    assert isinstance(files, list)
    counts = {name: int(str(note[name])) for name in Import.__slots__ if name.startswith("rows_")}
    return Import(
        table, version, milliseconds, str(note["format"]), tuple((one[0], one[1]) for one in files), **counts
    )


def _with_shop(rows: pa.Table, shop: str) -> pa.Table:
    return rows.append_column("shop", pa.repeat(pa.scalar(shop), rows.num_rows))


def _wrong_zone(path: Where, zone: ZoneInfo) -> Iterable[Problem]:
    stored = _zone_of(path)
    if stored is not None and stored != zone.key:
        yield problems.OTHER_ZONE.at(Place(str(path)), stored=stored, zone=zone.key)


def _zone_of(path: Where) -> str | None:
    """Return the zone into which times with an offset were converted; None if there were none."""
    zone = json.loads((path / MARKER).read_bytes()).get("timezone")
    return None if zone is None else str(zone)


def _write_marker(path: Where, zone: str | None) -> None:
    content = (json.dumps({"format": FORMAT, "timezone": zone}) + "\n").encode()
    if isinstance(path, ObjectPath):
        (path / MARKER).write_bytes(content)
        return
    with written_aside(path / MARKER) as fresh:
        fresh.write_bytes(content)


def _emptied(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
