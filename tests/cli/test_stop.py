"""Ctrl-C at any moment: one line, status 130, no traceback, and nothing half-written."""

import signal
import subprocess
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cli.calling import started
from cli.conftest import DemoShop
from kaohe.periods.books.shelf import open_shelf
from kaohe.records.store import open_store

DAYS = 28
LINES = {
    "en": "Stopped; nothing half-written is left.",
    "zh-Hant": "已停止，沒有留下寫到一半的檔案。",
    "zh-Hans": "已停止，没有留下写到一半的文件。",
}


@pytest.mark.parametrize("after", [0.15, 0.6, 2.5])
def test_an_appraisal_that_is_stopped_says_so_in_one_line(
    demo_shop: DemoShop, tmp_path: Path, after: float
) -> None:
    asked = ("appraise", *demo_shop.october(), "--out", tmp_path / "out", "--language", "en")
    process = started(*asked)
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    if process.returncode == 0:
        pytest.skip("it was done before it was stopped")
    assert (process.returncode, said) == (130, LINES["en"] + "\n")
    assert not list(tmp_path.glob("out/*"))


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans"])
def test_a_demo_that_is_stopped_leaves_no_half_made_shop(tmp_path: Path, language: str) -> None:
    process = started("demo", "--into", tmp_path / "shop", "--language", language)
    files = tmp_path / "shop" / "files"
    while not files.is_dir():
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert (process.returncode, said) == (130, LINES[language] + "\n")
    assert not files.exists()


def stopped(process: subprocess.Popen[str], watched: Path, after: float) -> None:
    """Stop a command as soon as a file is there, or a while later; it says so, or it was done before."""
    while not watched.exists():
        assert process.poll() is None
        time.sleep(0.02)
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    if process.returncode == 0:
        pytest.skip("it was done before it was stopped")
    assert (process.returncode, said) == (130, LINES["en"] + "\n")


@pytest.mark.parametrize("after", [0.0, 0.3])
def test_an_import_that_is_stopped_leaves_the_store_as_it_was_or_is_done(
    tmp_path: Path, after: float
) -> None:
    file = tmp_path / "messages.csv"
    lines = (
        f"S,S:a,c{row},2026-10-{row % DAYS + 1:02d} 10:00:00,customer,hello {row}" for row in range(150_000)
    )
    file.write_text("shop,account,customer,sent_at,sender,text\n" + "\n".join(lines) + "\n", "utf-8")
    store = tmp_path / "store"
    words = ("import", "--into", store, "--format", "table", file, "--language", "en")
    stopped(started(*words), store / ".lock", after)
    partitions = open_store(store, zone=ZoneInfo("Asia/Shanghai")).partitions()
    # A stop that comes when all is done finds all there; one that comes before finds nothing.
    assert len(partitions) in {0, DAYS}
    assert len([*store.rglob("*.parquet")]) == len(partitions)
    again = started(*words)
    printed, _ = again.communicate()
    assert again.returncode == 0
    assert ("0 new" if partitions else "150,000 new") in printed


@pytest.mark.parametrize("after", [0.0, 0.8])
def test_a_closing_that_is_stopped_closes_nothing_or_is_done(
    demo_shop: DemoShop, tmp_path: Path, after: float
) -> None:
    books = tmp_path / "books"
    words = ("period", "close", "--books", books, *demo_shop.october(), "--by", "Lin", "--because", "x")
    stopped(started(*words, "--language", "en"), books / "kaohe-books.json", after)
    left = {one.name for one in books.iterdir()}
    # As above: a closing is there whole or not at all.
    assert left - {"2026-10"} <= {"kaohe-books.json", ".lock"}
    if "2026-10" in left:
        assert open_shelf(books).newest("2026-10") == 1
