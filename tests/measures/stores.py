"""Made-up worlds in real stores, filled by imports."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from kaohe.records.importing import import_files
from kaohe.records.objects import Where
from kaohe.records.schema import TABLES
from measures.worlds import MemoryRecords, World

ZONE = ZoneInfo("Asia/Shanghai")
SMALL = ("accounts", "people", "ratings", "complaints", "traffic")


def stored(world: World, folder: Path) -> Path:
    """A store with everything that a world's shops hand in."""
    fill(folder / "store", world, folder)
    return folder / "store"


def fill(store: Where, world: World, folder: Path) -> None:
    """Fill a store with everything that a world's shops hand in, by files in a folder."""
    files = folder / "files"
    files.mkdir(parents=True)
    memory = MemoryRecords(world)
    lines = [vars(line) | {"seq": line.place} for line in world.lines]
    tables = {
        "messages": pa.Table.from_pylist(lines, TABLES["messages"].schema),
        "orders": memory.orders(),
        **{name: memory.table(name) for name in SMALL},
    }
    for name, table in tables.items():
        pq.write_table(table, files / f"{name}.parquet")
        report = import_files(store, "table", [files / f"{name}.parquet"], timezone=ZONE)
        assert report.rows_new == table.num_rows, report.problems
