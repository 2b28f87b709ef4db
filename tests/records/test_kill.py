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

from kaohe.records.importing import import_files
from kaohe.records.store import is_store, open_store
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


def export(folder: Path, name: str, days: range) -> Path:
    """Write an export in which every line of the days stands, some twice in one second."""
    rows = [
        f"S,a,c{line % 7},2026-10-{day:02} 10:{line // 60:02}:{line % 60:02},agent,line {line // 2}\n"
        for day in days
        for line in range(120)
    ]
    file = folder / f"messages-{name}.csv"
    file.write_text(LINES + "".join(rows), encoding="utf-8")
    return file


def test_an_import_killed_at_any_moment_leaves_a_store_that_the_next_one_finishes(tmp_path: Path) -> None:
    early, late = export(tmp_path, "early", range(1, 13)), export(tmp_path, "late", range(6, 19))
    whole, store, fresh = tmp_path / "whole", tmp_path / "store", tmp_path / "fresh"
    import_files(whole, "table", [early], timezone=SHANGHAI)
    before = content(open_store(whole, zone=SHANGHAI))
    begun = time.monotonic()
    import_files(whole, "table", [late], timezone=SHANGHAI)
    seconds = time.monotonic() - begun
    after = content(open_store(whole, zone=SHANGHAI))
    import_files(fresh, "table", [early], timezone=SHANGHAI)
    shutil.copytree(fresh, store)

    dice = random.Random(50)
    seen: set[str] = set()
    with subprocess.Popen(
        [sys.executable, "-c", IMPORTER, str(store), str(late)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as importer:
        assert importer.stdin
        assert importer.stdout
        for moment in range(MOMENTS):
            importer.stdin.write("import\n")
            importer.stdin.flush()
            child = int(importer.stdout.readline())
            time.sleep(dice.uniform(0, seconds * 1.2))
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            assert importer.stdout.readline() == "over\n"
            assert is_store(store)
            found = content(open_store(store, zone=SHANGHAI))
            assert found in (before, after), f"torn at moment {moment}"
            seen.add("after" if found == after else "before")
            if found == after:
                # It came through: begin anew, so that the next moment hits something.
                shutil.rmtree(store)
                shutil.copytree(fresh, store)
        importer.stdin.close()
    import_files(store, "table", [late], timezone=SHANGHAI)
    assert content(open_store(store, zone=SHANGHAI)) == after
    assert seen == {"before", "after"}
