"""A closing that is killed at any moment is there whole, or not at all; the next one finishes."""

import os
import subprocess
import sys
from pathlib import Path

from kaohe.periods.books.shelf import ASIDE, MARKER, open_shelf
from kaohe.periods.books.verifying import verify
from periods.desks import Desk

KILLS = 24
SCRIPT = Path(__file__).with_name("killing.py")


def test_killed_closings_leave_whole_books(desk: Desk) -> None:
    paths = os.pathsep.join([str(SCRIPT.parents[1]), os.environ.get("PYTHONPATH", "")])
    words = [sys.executable, str(SCRIPT), str(desk.root), str(KILLS), "7"]
    subprocess.run(words, check=True, env={**os.environ, "PYTHONPATH": paths})
    whole = open_shelf(desk.root / "books-whole")
    closed = 0
    for number in range(KILLS):
        books = desk.root / f"books-{number}"
        there = (books / MARKER).is_file() and open_shelf(books).versions("2026-07") == [1]
        closed += there
        if not there:
            desk.close("2026-07", books=books)
        shelf = open_shelf(books)
        assert verify(shelf, "2026-07").holds
        same = [(one.folder("2026-07", 1) / "manifest.json").read_bytes() for one in (shelf, whole)]
        assert same[0] == same[1]
        assert there or not list(books.rglob(f"{ASIDE}*"))
    assert closed < KILLS
