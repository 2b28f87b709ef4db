"""The engine on Apache Spark, on two cores of this machine."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kaohe.core.problem import ProblemsFound
from kaohe.core.rules import Rules
from kaohe.measures.engine_choice import EngineName, engine_of
from kaohe.measures.engines import Engine, Item, Setting, Step
from kaohe.measures.plan import Bounds
from kaohe.measures.spark import SparkEngine
from kaohe.records.opening import open_records
from kaohe.records.store import Store
from measures.reference import Reference
from measures.sparkcluster import QUICK
from measures.stores import ZONE, stored
from measures.test_engines import LAST, assert_same, measured, thrown
from measures.test_reference import assert_equal
from measures.worlds import DAY, START

pytestmark = pytest.mark.spark
NOBODY = "spark://127.0.0.1:9"


@pytest.fixture(scope="module")
def spark() -> Iterator[Engine]:
    with pytest.MonkeyPatch.context() as patch, engine_of(EngineName.SPARK, "local[2]") as engine:
        assert engine is not None
        patch.setenv(*next(iter(QUICK.items())))
        yield engine


@pytest.mark.parametrize("seed", [3, 5, 7])
def test_spark_gives_what_the_threads_and_the_plain_reference_give(
    spark: Engine, seed: int, tmp_path: Path
) -> None:
    rules, world = thrown(seed)
    store = stored(world, tmp_path)
    told: list[int] = []
    found = measured(
        store, rules, tmp_path / "theirs", spark, progress=lambda done, total: told.append(total - done)
    )
    here = measured(store, rules, tmp_path / "ours", None)
    assert_same(found, here)
    assert_equal(found, Reference(world, rules, LAST).expected(START + DAY, LAST - DAY))
    assert found.computed == here.computed
    assert told[-1] == 0


def test_where_all_is_kept_no_cluster_is_asked(tmp_path: Path) -> None:
    rules, world = thrown(3)
    store, cache = stored(world, tmp_path), tmp_path / "kept"
    first = measured(store, rules, cache, None)
    with SparkEngine(NOBODY) as engine:
        assert_same(measured(store, rules, cache, engine), first)


def test_what_a_worker_finds_wrong_is_told_as_it_is_told_here(spark: Engine, tmp_path: Path) -> None:
    records = open_records(stored(thrown(1)[1], tmp_path), timezone=ZONE)
    assert isinstance(records, Store)
    bounds = Bounds.of(START, LAST, LAST)
    setting = Setting(records.path, records.version(), tmp_path / "kept", Rules(), bounds)
    items = [Item(Step.CONTENTS, "旗艦店", 0)]
    for wrong, code in (
        (replace(setting, software=("0.0.1", "1")), "M226"),
        (replace(setting, store=tmp_path / "elsewhere"), "M225"),
    ):
        with pytest.raises(ProblemsFound) as told:
            spark.work(wrong, items, lambda _: None)
        assert [problem.code for problem in told.value.problems] == [code]


def test_a_file_that_no_worker_can_read_is_told_by_what_it_said(spark: Engine, tmp_path: Path) -> None:
    rules, world = thrown(5)
    store = stored(world, tmp_path)
    for file in store.glob("messages/shop=*/**/*.parquet"):
        file.write_bytes(b"PAR1 no longer")
    with pytest.raises(ProblemsFound) as told:
        measured(store, rules, tmp_path / "kept", spark)
    (problem,) = told.value.problems
    assert problem.code == "M227"
    assert "ArrowInvalid" in str(problem.message)
    assert "Parquet" in str(problem.message)


def test_without_a_java_the_problem_names_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    rules, world = thrown(3)
    with SparkEngine(NOBODY) as engine, pytest.raises(ProblemsFound) as told:
        measured(stored(world, tmp_path), rules, tmp_path / "kept", engine)
    (problem,) = told.value.problems
    assert problem.code == "M222"
    assert f"{tmp_path}/bin/java: not found" in str(problem.message)
