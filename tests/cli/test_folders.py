"""Where a command writes: what is not its own it leaves alone, and what cannot be written it says at once."""

import time
from pathlib import Path

import pytest

from cli.calling import called
from cli.conftest import DemoShop, problems, run


def test_the_demo_leaves_a_folder_alone_that_it_did_not_make(tmp_path: Path) -> None:
    kept = tmp_path / "store" / "years-of-records"
    kept.parent.mkdir()
    kept.write_text("precious", "utf-8")
    assert problems(run("demo", "--into", tmp_path, "--scale", "0.01", "--no-pages")) == ("U122",)
    assert kept.read_text("utf-8") == "precious"
    assert sorted(file.name for file in tmp_path.rglob("*")) == ["store", "years-of-records"]


def test_the_demo_makes_its_own_folder_anew(tmp_path: Path) -> None:
    (tmp_path / ".kaohe-demo").touch()
    left = tmp_path / "store" / "of an earlier demo"
    left.parent.mkdir()
    left.touch()
    assert run("demo", "--into", tmp_path, "--scale", "0.01", "--no-pages").exit_code == 0
    assert not left.exists()
    assert (tmp_path / "results" / "2026-10" / "figures.csv").is_file()


def commands(demo_shop: DemoShop, into: Path) -> dict[str, list[object]]:
    people = demo_shop.folder / "files" / "tables" / "people.csv"
    days = ("--from", "2026-10-01", "--to", "2026-10-02", "--as-of", "2026-10-05")
    return {
        "import": ["import", "--into", into, "--format", "table", people],
        "appraise": ["appraise", *demo_shop.october(), "--out", into],
        "measures": ["measures", "--records", demo_shop.store, *days, "--out", into],
        "demo": ["demo", "--into", into, "--no-pages"],
    }


@pytest.mark.parametrize("command", ["import", "appraise", "measures", "demo"])
def test_a_file_is_no_folder_to_write_into(demo_shop: DemoShop, tmp_path: Path, command: str) -> None:
    file = tmp_path / "file"
    file.write_text("mine", "utf-8")
    for into in (file, file / "below"):
        assert problems(run(*commands(demo_shop, into)[command])) == ("D114",)
    assert file.read_text("utf-8") == "mine"


@pytest.mark.parametrize("command", ["import", "appraise", "measures", "demo"])
def test_a_place_that_nobody_can_write_is_told_before_anything_is_computed(
    demo_shop: DemoShop, command: str
) -> None:
    begun = time.monotonic()
    result = run(*commands(demo_shop, Path("/proc/kaohe"))[command])
    assert problems(result) == ("D115",)
    assert time.monotonic() - begun < 1


def test_a_schema_goes_only_where_there_is_a_folder(tmp_path: Path) -> None:
    asked = ("policy", "schema", "--out", tmp_path / "nowhere" / "schema.json")
    assert problems(run(*asked)) == ("U121",)


def test_what_the_system_refuses_is_a_problem_and_no_traceback(tmp_path: Path) -> None:
    wrong = called("policy", "test", "presale-desk", tmp_path / ("x" * 300), KAOHE_LANGUAGE="en")
    assert wrong.status == 1
    assert "Traceback" not in wrong.said
