"""``make bench``, its last step: what a second Spark executor is worth, over one store.

Each number of executors is measured with its session up and its Python workers warm:
what Spark takes to start says nothing about the work, and is told beside it. How far
the machine itself can do two things at once is measured first, for where its cores are
busy with other work no second executor can be worth anything: then the ratio is told
and binds nobody.
"""

import math
import os
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import pyspark
import steps
from rich.console import Console
from rich.table import Table
from run import MILLION, prepare

from kaohe.measures.compute import Measured, compute
from kaohe.measures.spark import SparkEngine
from kaohe.records.opening import open_records
from kaohe.records.source import Records

SIZES = {"tiny": 0.1, "small": 10, "full": 50}
LEAST = 1.7
"""What two executors must be worth against one."""
FREE = 1.9
"""From here on two cores count as free."""
RUNS = 3
EXECUTOR_MB = 2048
ROUNDS = 3_000_000
TABLES = ("receptions", "orders", "outreaches", "later_orders")


def spin(rounds: int) -> float:
    """Keep a core busy; return something, so that it is not for nothing."""
    return sum(math.sqrt(number) for number in range(rounds))


def cores_free() -> float:
    """Return how many times as much work two processes do as one, in the same time."""
    with get_context("spawn").Pool(2) as pool:
        pool.map(spin, [1000, 1000], chunksize=1)
        started = time.perf_counter()
        pool.map(spin, [ROUNDS], chunksize=1)
        alone = time.perf_counter() - started
        started = time.perf_counter()
        pool.map(spin, [ROUNDS, ROUNDS], chunksize=1)
        return 2 * alone / (time.perf_counter() - started)


def month(records: Records, cache: Path, engine: SparkEngine | None) -> Measured:
    """Compute the month with nothing kept from before."""
    return compute(records, steps.RULES, steps.FIRST, steps.LAST, steps.AS_OF, cache=cache, engine=engine)


def with_executors(records: Records, folder: Path, executors: int) -> tuple[float, float, Measured]:
    """Return the seconds of the start and of the fastest cold month, and the month."""
    settings = {"spark.executor.memory": f"{EXECUTOR_MB // 2}m"}
    with SparkEngine(f"local-cluster[{executors},1,{EXECUTOR_MB}]", settings) as engine:
        started = time.perf_counter()
        month(records, folder / f"warm-{executors}", engine)
        warm = time.perf_counter() - started
        took = []
        for number in range(RUNS):
            started = time.perf_counter()
            measured = month(records, folder / f"kept-{executors}-{number}", engine)
            took.append(time.perf_counter() - started)
    return warm - min(took), min(took), measured


def same(one: Measured, other: Measured) -> bool:
    """Tell whether two months are equal in every cell."""
    return one.daily.equals(other.daily) and all(
        getattr(one, name).equals(getattr(other, name)) for name in TABLES
    )


def main() -> None:
    """Measure; end with status 1 if the cells differ, or a bar that binds is missed."""
    lines = int(SIZES[sys.argv[1] if len(sys.argv) > 1 else "small"] * MILLION)
    # Where executors are processes of this machine, Spark asks for its own place.
    os.environ.setdefault("SPARK_HOME", str(Path(pyspark.__file__).parent))
    console = Console(width=None if sys.stdout.isatty() else 110)
    with tempfile.TemporaryDirectory(prefix="kaohe-bench-") as name:
        folder = Path(name)
        with console.status(f"{lines:,} lines: preparing"):
            prepare(folder, lines)
            steps.import_csv(folder)
            steps.import_rest(folder)
        records = open_records(folder / "store", timezone=steps.ZONE)
        with console.status("here"):
            here = month(records, folder / "kept", None)
        with console.status("one executor"):
            _, alone, one = with_executors(records, folder, 1)
        with console.status("two executors"):
            free = cores_free()
            start, together, two = with_executors(records, folder, 2)
        equal = same(one, here) and same(two, here)
    table = Table("Spark", title=f"{lines:,} chat lines", title_justify="left")
    table.add_column("seconds", justify="right")
    table.add_row("one executor, cold month", f"{alone:.2f}")
    table.add_row("two executors, cold month", f"{together:.2f}")
    table.add_row("start of the session and its workers", f"{start:.2f}")
    console.print(table)
    gain, binds = alone / together, free >= FREE
    console.print(f"two executors against one: {gain:.2f} × (bar: ≥ {LEAST} where two cores are free)")
    console.print(f"cores free: {free:.2f}{'' if binds else ' - the bar does not bind'}")
    console.print(f"equal to the threads in every cell: {'yes' if equal else 'NO'}")
    sys.exit(0 if equal and (gain >= LEAST or not binds) else 1)


if __name__ == "__main__":
    main()
