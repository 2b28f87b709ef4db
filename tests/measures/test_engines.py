"""Whoever does the work, and however much of it: the measures are the same in every cell."""

import pickle
import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

import kaohe.measures
from kaohe.core.problem import ProblemsFound
from kaohe.core.rules import Rules
from kaohe.measures.compute import Measured, compute
from kaohe.measures.engine_choice import EngineName, engine_of
from kaohe.measures.engines import Done, Engine, Item, Setting, Step
from kaohe.records.objects import Where
from kaohe.records.opening import open_records
from measures.reference import Reference
from measures.stores import ZONE, stored
from measures.test_reference import assert_equal
from measures.worlds import DAY, START, MemoryRecords, World, rules_of, world_of

LAST = START + 5 * DAY
TABLES = ("receptions", "orders", "outreaches", "later_orders")


@dataclass
class Strangers:
    """An engine whose hands share nothing with this process but the disk.

    Attributes:
        share: Of how many items they do one; the others they leave undone.
        done: The items that they did.
        settings: What they were told of the run.
    """

    share: int = 1
    done: list[Item] = field(default_factory=list)
    settings: list[Setting] = field(default_factory=list)

    def work(self, setting: Setting, items: Sequence[Item], done: Done) -> Mapping[str, int]:
        self.settings.append(setting)
        hand = pickle.loads(pickle.dumps(setting)).hand
        for item in pickle.loads(pickle.dumps(items[:: self.share])):
            hand.work(item)
            self.done.append(item)
            done(1)
        return Counter(hand.stages.computed)


def thrown(seed: int) -> tuple[Rules, World]:
    dice = random.Random(seed)
    return rules_of(dice), world_of(dice)


def measured(store: Where, rules: Rules, cache: Where, engine: Engine | None, **more: object) -> Measured:
    records = open_records(store, timezone=ZONE)
    return compute(records, rules, START + DAY, LAST - DAY, LAST, cache=cache, engine=engine, **more)  # type: ignore[arg-type]


def assert_same(one: Measured, other: Measured) -> None:
    assert one.daily.equals(other.daily)
    assert one.problems == other.problems
    for name in TABLES:
        assert getattr(one, name).to_pylist() == getattr(other, name).to_pylist(), name


@pytest.mark.parametrize("seed", range(8))
def test_other_hands_give_what_the_threads_and_the_plain_reference_give(seed: int, tmp_path: Path) -> None:
    rules, world = thrown(seed)
    store = stored(world, tmp_path)
    engine = Strangers()
    found = measured(store, rules, tmp_path / "theirs", engine)
    here = measured(store, rules, tmp_path / "ours", None)
    assert_same(found, here)
    assert_equal(found, Reference(world, rules, LAST).expected(START + DAY, LAST - DAY))
    assert found.computed == here.computed
    assert {item.step for item in engine.done} == ({*Step} if world.orders else {Step.JUDGED})


@pytest.mark.parametrize("share", [2, 3, 1000])
def test_what_other_hands_leave_undone_is_done_here(share: int, tmp_path: Path) -> None:
    rules, world = thrown(5)
    store = stored(world, tmp_path)
    here = measured(store, rules, tmp_path / "ours", None)
    assert_same(measured(store, rules, tmp_path / "theirs", Strangers(share)), here)


def test_what_is_kept_is_not_handed_out_and_what_is_lost_is(tmp_path: Path) -> None:
    rules, world = thrown(3)
    store, cache = stored(world, tmp_path), tmp_path / "kept"
    first = measured(store, rules, cache, None)
    engine = Strangers()
    assert_same(measured(store, rules, cache, engine), first)
    assert engine.done == []
    streams = sorted(cache.glob("streams/**/*.arrow"))
    streams[0].unlink()
    again = measured(store, rules, cache, engine)
    assert [item.step for item in engine.done] == [Step.JUDGED]
    assert again.computed == {"streams": 1}
    assert_same(again, first)


def test_every_step_is_told_once_whoever_does_it(tmp_path: Path) -> None:
    rules, world = thrown(5)
    store = stored(world, tmp_path)
    for share in (1, 2):
        told: list[tuple[int, int]] = []
        measured(
            store,
            rules,
            tmp_path / str(share),
            Strangers(share),
            progress=lambda *state: told.append(state),  # noqa: B023 - called within the loop
        )
        counts = [done for done, _ in told]
        assert counts == sorted(set(counts))
        assert len({total for _, total in told}) == 1
        assert counts[-1] == told[-1][1] > 0


def test_a_plain_directory_has_nothing_that_others_could_work_on() -> None:
    with pytest.raises(ProblemsFound) as told:
        compute(MemoryRecords(World()), Rules(), START, LAST, LAST, engine=Strangers())
    assert [problem.code for problem in told.value.problems] == ["M224"]


def test_a_hand_with_other_software_or_without_the_store_says_so(tmp_path: Path) -> None:
    rules, world = thrown(1)
    engine = Strangers()
    measured(stored(world, tmp_path), rules, tmp_path / "kept", engine)
    setting = engine.settings[0]
    for wrong, code in (
        (replace(setting, software=("0.0.1", "1")), "M226"),
        (replace(setting, store=tmp_path / "elsewhere"), "M225"),
    ):
        with pytest.raises(ProblemsFound) as told:
            Strangers().work(wrong, [], lambda _: None)
        assert [problem.code for problem in told.value.problems] == [code]


def test_where_spark_is_not_installed_its_problem_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "kaohe.measures.spark", raising=False)
    monkeypatch.delattr(kaohe.measures, "spark", raising=False)
    # What Python finds here is what it finds where a package is missing.
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "py4j", None)
    monkeypatch.setitem(sys.modules, "py4j.java_gateway", None)
    with pytest.raises(ProblemsFound) as told:
        engine_of(EngineName.SPARK)
    assert [problem.code for problem in told.value.problems] == ["M221"]
    assert "kaohe[spark]" in str(told.value)
