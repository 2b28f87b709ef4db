"""The engine on a standalone Spark cluster of processes, called as a user calls it."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cli.calling import CODE
from kaohe.measures.compute import compute
from kaohe.measures.rules_file import load_rules
from kaohe.measures.writing import write
from kaohe.records.opening import open_records
from measures.sparkcluster import HOST, QUICK, Cluster, cluster
from measures.stores import ZONE, stored
from measures.worlds import DAY, START, World, world_of

pytestmark = pytest.mark.spark
DAYS = 30
LAST = START + (DAYS - 3) * DAY
AS_OF = START + DAYS * DAY
PATIENCE = 240.0
RULES = "timezone: Asia/Shanghai\nafter_sale: {days: 3}\norder_days: 2\npayment_days: 4\n"
SETTINGS = (
    f"spark.driver.host={HOST}",
    f"spark.driver.bindAddress={HOST}",
    "spark.executor.memory=512m",
    # Nothing begins before both workers are there.
    "spark.cores.max=2",
    "spark.scheduler.minRegisteredResourcesRatio=1.0",
    "spark.scheduler.maxRegisteredResourcesWaitingTime=120s",
)
FILES = ("measures.csv", "receptions.csv", "credited_orders.csv")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster")) as started:
        yield started


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A month of some shops, every day of each a piece of work."""
    (tmp_path / "rules.yaml").write_text(RULES, "utf-8")
    return stored(beside(*(world_of(random.Random(seed), DAYS) for seed in (26, 30, 53))), tmp_path)


def beside(*worlds: World) -> World:
    """Worlds as one: the shops of each with a number to their names."""
    named = [
        replace(
            world,
            lines=tuple(replace(one, shop=f"{one.shop} {number}") for one in world.lines),
            orders=tuple(replace(one, shop=f"{one.shop} {number}") for one in world.orders),
            accounts=tuple((f"{one[0]} {number}", *one[1:]) for one in world.accounts),
        )
        for number, world in enumerate(worlds)
    ]
    return World(
        lines=tuple(line for world in named for line in world.lines),
        orders=tuple(order for world in named for order in world.orders),
        accounts=tuple(holding for world in named for holding in world.accounts),
        people=worlds[0].people,
    )


def called(store: Path, out: Path, master: str) -> subprocess.Popen[str]:
    """The command on its way."""
    arguments = ["measures", "--records", store, "--rules", store.parent / "rules.yaml", "--out", out]
    arguments += ["--from", START, "--to", LAST, "--as-of", AS_OF, "--language", "en"]
    arguments += ["--engine", "spark", "--spark-master", master]
    for setting in SETTINGS:
        arguments += ["--spark-config", setting]
    command = [sys.executable, "-c", CODE, *map(str, arguments)]
    environment = {**os.environ, **QUICK}
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def assert_cells(store: Path, out: Path, tmp_path: Path) -> None:
    """The command's files are those of a run by the threads of this process."""
    rules = load_rules(store.parent / "rules.yaml")
    here = compute(open_records(store, timezone=ZONE), rules, START, LAST, AS_OF, cache=tmp_path / "ours")
    write(here, tmp_path / "here")
    for file in FILES:
        assert (out / file).read_bytes() == (tmp_path / "here" / file).read_bytes(), file
        assert len((out / file).read_bytes().splitlines()) > 20, file


def test_two_workers_one_killed_in_the_middle_give_every_cell_that_one_process_gives(
    running: Cluster, store: Path, tmp_path: Path
) -> None:
    command = called(store, tmp_path / "out", running.master)
    kept = store / "measures-kept" / "streams"
    until = time.monotonic() + PATIENCE
    while not any(kept.glob("**/*.arrow")):
        assert command.poll() is None, command.communicate()
        assert time.monotonic() < until
        time.sleep(0.01)
    while not (running.took_part(0) and running.took_part(1)):
        assert command.poll() is None, command.communicate()
        time.sleep(0.01)
    running.kill(0)
    in_the_middle = command.poll() is None and not (store / "measures-kept" / "outcomes").exists()
    out, said = command.communicate(timeout=PATIENCE)
    assert in_the_middle
    assert (command.returncode, without_warnings(said)) == (0, [])
    assert str(tmp_path / "out") in out.replace("\n", "")
    assert_cells(store, tmp_path / "out", tmp_path)


def without_warnings(said: str) -> list[str]:
    """What was said beside warnings of the records, each of which has a cure below it."""
    return [line for line in said.splitlines() if not line.startswith(("warning: ", "  cure: "))]
