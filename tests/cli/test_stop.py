"""Ctrl-C at any moment: one line, status 130, no traceback, and nothing half-written."""

import signal
import time
from pathlib import Path

import pytest

from cli.calling import started
from cli.conftest import DemoShop

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
