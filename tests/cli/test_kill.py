"""An appraisal that is killed at any moment leaves whole files, and the next run finishes the work."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from cli.conftest import DemoShop

KILLS = 20
NAMES = ("figures.csv", "figures.json", "statement.html", "statement.xlsx")


def started(demo_shop: DemoShop, out: Path) -> subprocess.Popen[bytes]:
    code = "import sys; from kaohe.cli.main import main; sys.argv[0] = 'kaohe'; main()"
    arguments = [str(one) for one in ["appraise", *demo_shop.october(), "--out", out, "--language", "en"]]
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def test_a_killed_appraisal_leaves_whole_files_and_is_finished_by_the_next(
    demo_shop: DemoShop, tmp_path: Path
) -> None:
    whole = {name: (demo_shop.folder / "results" / "2026-10" / name).read_bytes() for name in NAMES}
    out = tmp_path / "out"
    begun = time.monotonic()
    first = started(demo_shop, out)
    _, said = first.communicate()
    assert first.returncode == 0, said.decode()
    takes = time.monotonic() - begun
    dice = random.Random(20261001)
    killed = 0
    for _ in range(KILLS):
        process = started(demo_shop, out)
        time.sleep(dice.uniform(0.1, takes))
        killed += process.poll() is None
        process.kill()
        _, said = process.communicate()
        assert process.returncode in (0, -signal.SIGKILL), said.decode()
        for name in NAMES:
            assert (out / name).read_bytes() == whole[name], name
    assert killed > KILLS // 2
    finished = started(demo_shop, out)
    _, said = finished.communicate()
    assert finished.returncode == 0, said.decode()
    assert sorted(file.name for file in out.iterdir()) == sorted(NAMES)
