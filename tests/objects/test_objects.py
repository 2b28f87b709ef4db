"""A store in an object store that speaks S3: everything is as on this machine, down to the last cell."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from unittest.mock import patch

import pytest

from cli.calling import called
from kaohe.core.problem import ProblemsFound
from kaohe.measures.engine_choice import EngineName, engine_of
from kaohe.measures.engines import Engine
from kaohe.records.importing import ImportReport, Progress, import_files
from kaohe.records.objects import ObjectPath, Where, where
from kaohe.records.opening import open_records
from kaohe.records.store import open_store
from measures.reference import Reference
from measures.sparkcluster import QUICK
from measures.stores import fill
from measures.test_engines import LAST, assert_same, measured, thrown
from measures.test_reference import assert_equal
from measures.worlds import DAY, START
from objects.server import environment, object_store
from records.shops import SHANGHAI, content

CASES = Path(__file__).parent.parent / "conformance"
LINES = "shop,account,customer,sent_at,sender,text\n"
NUMBERS = count()
KILLED = """
import os, signal, sys
from pathlib import Path
from zoneinfo import ZoneInfo
from kaohe.records.importing import import_files
from kaohe.records.objects import where

def moved(progress):
    if progress.parts_done == 2:
        os.kill(os.getpid(), signal.SIGKILL)

import_files(where(sys.argv[1]), "table", [Path(sys.argv[2])], timezone=ZoneInfo("Asia/Shanghai"), progress=moved)
"""  # noqa: E501 - a program


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    with object_store() as address:
        yield address


@pytest.fixture
def there(bucket: str) -> Where:
    """An address where nothing is yet, with letters that addresses mind."""
    return where(f"{bucket}/店 50%/store-{next(NUMBERS)}")


def take_in(store: Where, *files: Path, **options: object) -> ImportReport:
    return import_files(store, "table", files, timezone=SHANGHAI, **options)  # type: ignore[arg-type]


def take_in_case(store: Where, case: str) -> None:
    for file in sorted((CASES / case / "records").iterdir()):
        take_in(store, file)


def export(folder: Path, name: str, days: range, *, shop: str = "旗艦/店 100%") -> Path:
    rows = [
        f"{shop},a,c{line % 7},2026-10-{day:02} 10:{line // 60:02}:{line % 60:02},agent,line {line // 2}\n"
        for day in days
        for line in range(90)
    ]
    file = folder / f"messages-{name}.csv"
    file.write_text(LINES + "".join(rows), encoding="utf-8")
    return file


def test_a_store_there_holds_what_a_store_here_holds(there: Where, tmp_path: Path) -> None:
    here = tmp_path / "store"
    for store in (here, there):
        take_in_case(store, "small-1")
    one, other = open_store(here, zone=SHANGHAI), open_store(there, zone=SHANGHAI)
    assert content(other) == content(one)
    assert other.partitions() == one.partitions()
    assert other.order_days() == one.order_days()
    assert other.version() == one.version()
    assert [(each.table, each.rows_new, each.files) for each in other.history()] == [
        (each.table, each.rows_new, each.files) for each in one.history()
    ]


def test_a_second_import_changes_nothing_and_an_earlier_version_can_be_read(
    there: Where, tmp_path: Path
) -> None:
    early, late = export(tmp_path, "early", range(1, 4)), export(tmp_path, "late", range(3, 6))
    take_in(there, early)
    first = open_store(there, zone=SHANGHAI)
    before = content(first)
    assert take_in(there, early).rows_new == 0
    assert open_store(there, zone=SHANGHAI).version() == first.version()
    take_in(there, late)
    assert len(open_store(there, zone=SHANGHAI).partitions()) == 5
    assert content(open_store(there, zone=SHANGHAI, version=first.version())) == before


def test_orders_that_move_to_another_day_or_stand_under_another_shop_are_found(
    there: Where, tmp_path: Path
) -> None:
    head = "shop,order_id,customer,created_at,amount\n"
    first = f"{head}S,1,c,2026-10-01 10:00:00,5\nS,2,d,2026-10-02 10:00:00,6\nS,3,e,2026-10-02 11:00:00,7\n"
    later = f"{head}S,1,c,2026-10-03 09:00:00,5\nT,2,d,2026-10-02 10:00:00,6\n"
    told = []
    for store in (tmp_path / "store", there):
        for name, body in (("first", first), ("later", later)):
            file = tmp_path / f"orders-{name}.csv"
            file.write_text(body, "utf-8")
            report = take_in(store, file)
        told.append((report.rows_new, report.rows_replaced, [one.code for one in report.problems]))
    assert told[0] == told[1] == (1, 1, ["R145"])
    one, other = (open_store(store, zone=SHANGHAI) for store in (tmp_path / "store", there))
    assert content(other) == content(one)


def test_few_customers_are_read_from_there_as_from_here(there: Where, tmp_path: Path) -> None:
    file = export(tmp_path, "some", range(1, 3))
    for store in (there, tmp_path / "store"):
        take_in(store, file)
    one, other = (open_store(store, zone=SHANGHAI) for store in (tmp_path / "store", there))
    for shop, day in one.partitions():
        found = other.conversations(shop, day, ["c3", "c5", "nobody"])
        assert found.num_rows > 0
        assert found.equals(one.conversations(shop, day, ["c3", "c5", "nobody"]))
        for text in (True, False):
            assert other.messages(shop, day, text=text, piece=0).equals(
                one.messages(shop, day, text=text, piece=0)
            )


@pytest.mark.parametrize("seed", [3, 5, 7])
def test_measures_from_there_are_those_of_the_plain_reference_and_are_kept_there(
    there: Where, seed: int, tmp_path: Path
) -> None:
    rules, world = thrown(seed)
    fill(there, world, tmp_path)
    first = measured(there, rules, there / "kept", None)
    assert_equal(first, Reference(world, rules, LAST).expected(START + DAY, LAST - DAY))
    again = measured(there, rules, there / "kept", None)
    assert again.computed == {}
    assert_same(again, first)


@pytest.fixture(scope="module")
def spark() -> Iterator[Engine]:
    with pytest.MonkeyPatch.context() as patch, engine_of(EngineName.SPARK, "local[2]") as engine:
        assert engine is not None
        patch.setenv(*next(iter(QUICK.items())))
        yield engine


@pytest.mark.spark
def test_spark_works_on_a_store_there_and_leaves_what_it_computes_there(
    spark: Engine, there: Where, tmp_path: Path
) -> None:
    rules, world = thrown(7)
    fill(there, world, tmp_path)
    found = measured(there, rules, there / "theirs", spark)
    assert_same(found, measured(there, rules, tmp_path / "ours", None))
    assert found.computed
    assert measured(there, rules, there / "theirs", None).computed == {}


def test_commands_give_the_same_files_and_words_from_there_as_from_here(there: Where, tmp_path: Path) -> None:
    parameters, told = tmp_path / "parameters.yaml", []
    parameters.write_text("desk_roles: [agent]\n", "utf-8")
    asked = ["--policy", "presale-desk", "--period", "2026-05", "--as-of", "2026-06-05"]
    asked += ["--parameters", str(parameters), "--language", "en"]
    for name, store in (("here", tmp_path / "store"), ("there", there)):
        take_in_case(store, "small-1")
        measures = called(
            "measures", "--records", store, "--from", "2026-05-01", "--to", "2026-05-08",
            "--as-of", "2026-05-09", "--out", tmp_path / f"measures-{name}", "--language", "en",
        )  # fmt: skip
        assert measures.status == 0, measures.said
        out = tmp_path / name
        appraised = called("appraise", "--records", store, *asked, "--out", out)
        assert appraised.status == 0, appraised.said
        explained = called("explain", "--records", store, *asked, "--figure", "order_rate")
        assert explained.status == 0, explained.said
        told.append(((out / "figures.csv").read_bytes(), explained.out))
    assert told[0] == told[1]
    for file in ("measures.csv", "receptions.csv", "credited_orders.csv"):
        one, other = (tmp_path / f"measures-{name}" / file for name in ("here", "there"))
        assert one.read_bytes() == other.read_bytes()


def test_of_two_imports_at_once_the_later_one_to_end_is_refused_whole(there: Where, tmp_path: Path) -> None:
    first, slow, quick = (export(tmp_path, str(day), range(day, day + 2)) for day in (1, 4, 7))
    take_in(there, first)
    came: list[ImportReport] = []

    def moved(progress: Progress) -> None:
        if progress.parts_done and not came:
            came.append(take_in(there, quick))

    with pytest.raises(ProblemsFound) as told:
        take_in(there, slow, progress=moved)
    assert [problem.code for problem in told.value.problems] == ["R404"]
    days = sorted(day.day for _, day in open_store(there, zone=SHANGHAI).partitions())
    assert days == [1, 2, 7, 8]
    assert take_in(there, slow).rows_new == 180


def test_an_import_killed_midway_leaves_the_store_as_it_was(there: Where, tmp_path: Path) -> None:
    early, late = export(tmp_path, "early", range(1, 5)), export(tmp_path, "late", range(3, 9))
    take_in(there, early)
    before = content(open_store(there, zone=SHANGHAI))
    done = subprocess.run([sys.executable, "-c", KILLED, str(there), str(late)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert content(open_store(there, zone=SHANGHAI)) == before
    take_in(there, late)
    take_in(tmp_path / "store", early)
    take_in(tmp_path / "store", late)
    expected = content(open_store(tmp_path / "store", zone=SHANGHAI))
    assert content(open_store(there, zone=SHANGHAI)) == expected


def test_bad_rows_are_set_aside_on_this_machine_and_come_in_mended(there: Where, tmp_path: Path) -> None:
    file = tmp_path / "messages.csv"
    file.write_text(
        f"{LINES}S,a,c,2026-10-01 10:00:00,agent,good\nS,a,c,2026-10-99 10:00:00,agent,bad\n", "utf-8"
    )
    report = take_in(there, file, quarantine=tmp_path / "mend")
    (aside,) = report.quarantines
    assert aside.parent == tmp_path / "mend"
    aside.write_text(aside.read_text("utf-8-sig").replace("2026-10-99", "2026-10-09"), "utf-8")
    mended = take_in(there, aside, quarantine=tmp_path / "mend")
    assert mended.rows_new == 1
    assert mended.retired == (aside,)


def test_where_there_is_no_store_it_is_said(bucket: str) -> None:
    with pytest.raises(ProblemsFound) as told:
        open_records(where(f"{bucket}/nothing"), timezone=SHANGHAI)
    assert [problem.code for problem in told.value.problems] == ["R405"]


def test_a_service_out_of_reach_is_told_of_as_a_problem() -> None:
    with (
        patch.dict(os.environ, environment("http://127.0.0.1:9")),
        pytest.raises(ProblemsFound) as told,
    ):
        open_records(where("s3://kaohe/store"), timezone=SHANGHAI)
    (problem,) = told.value.problems
    assert problem.code == "R407"
    assert problem.place.file == f"s3://kaohe/store/{'kaohe-store.json'}"


@pytest.mark.parametrize("address", ["s3://", "ftp://host/store", "s3:///store"])
def test_an_address_of_something_else_is_refused(address: str) -> None:
    told = called("import", "--into", address, "--format", "table", "x.csv", "--language", "en")
    assert told.status != 0
    assert "R406" in told.said


def test_an_address_is_taken_apart_and_put_together_as_a_path_is() -> None:
    path = where("s3://bucket/a/")
    assert isinstance(path, ObjectPath)
    assert str(path / "b" / "c.json") == "s3://bucket/a/b/c.json"
    assert (path / "b").name == "b"
    assert path.absolute() == path
    assert isinstance(where("a/b"), Path)
