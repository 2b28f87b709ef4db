"""Imports that are killed at any moment: nothing is lost, nothing doubled, the next run finishes."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

from kaohe.records.importing import import_files
from kaohe.records.store import open_store
from records.shops import SHANGHAI, content

MOMENTS = 50
LINES = "shop,account,customer,sent_at,sender,text\n"
IMPORTER = """
import os, sys
from pathlib import Path
from zoneinfo import ZoneInfo
from kaohe.records.importing import import_files

# Everything is loaded; from now on each child is one import, and killed whenever its parent pleases.
for word in sys.stdin:
    child = os.fork()
    if not child:
        import_files(Path(sys.argv[1]), "table", [Path(sys.argv[2])], timezone=ZoneInfo("Asia/Shanghai"))
        os._exit(0)
    print(child, flush=True)
    os.waitpid(child, 0)
    print("over", flush=True)
"""


class Importer:
    """A process that begins an import whenever it is told to, each in a child of its own."""

    def __init__(self, store: Path, file: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", IMPORTER, str(store), str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._process.communicate()

    def start(self) -> int:
        """Begin an import and return its process."""
        assert self._process.stdin
        self._process.stdin.write("import\n")
        self._process.stdin.flush()
        return int(self._answer())

    def wait(self) -> None:
        """Wait until the import is over, one way or another."""
        assert self._answer() == "over"

    def _answer(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


def export(folder: Path, name: str, days: range) -> Path:
    """Write an export in which every line of the days stands, some twice in one second."""
    rows = [
        f"S,a,c{line % 7},2026-10-{day:02} 10:{line // 60:02}:{line % 60:02},agent,line {line // 2}\n"
        for day in days
        for line in range(60)
    ]
    file = folder / f"messages-{name}.csv"
    file.write_text(LINES + "".join(rows), encoding="utf-8")
    return file


def test_an_import_killed_at_any_moment_leaves_a_store_that_the_next_one_finishes(tmp_path: Path) -> None:
    early, late = export(tmp_path, "early", range(1, 13)), export(tmp_path, "late", range(6, 19))
    whole, store, fresh = tmp_path / "whole", tmp_path / "store", tmp_path / "fresh"
    for folder in (whole, fresh):
        import_files(folder, "table", [early], timezone=SHANGHAI)
    before = content(open_store(whole, zone=SHANGHAI))
    import_files(whole, "table", [late], timezone=SHANGHAI)
    after = content(open_store(whole, zone=SHANGHAI))

    dice = random.Random(50)
    seen: set[str] = set()
    with Importer(store, late) as importer:
        shutil.copytree(fresh, store)
        importer.start()
        begun = time.monotonic()
        importer.wait()
        seconds = time.monotonic() - begun
        for moment in range(MOMENTS):
            if content(open_store(store, zone=SHANGHAI)) == after:
                # It came through: begin anew, so that the next moment hits something.
                shutil.rmtree(store)
                shutil.copytree(fresh, store)
            child = importer.start()
            time.sleep(dice.uniform(0, seconds * 1.3))
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            importer.wait()
            found = content(open_store(store, zone=SHANGHAI))
            assert found in (before, after), f"torn at moment {moment}"
            seen.add("after" if found == after else "before")
    import_files(store, "table", [late], timezone=SHANGHAI)
    assert content(open_store(store, zone=SHANGHAI)) == after
    assert seen == {"before", "after"}
