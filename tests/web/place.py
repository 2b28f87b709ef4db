"""The demo's place, made once for all tests of a run, with the product's own command."""

import os
import shutil
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kaohe.cli.commands import app
from kaohe.statements.sheets import MAKER
from kaohe.web.serving import Serving, manage

ROWS = "rows.json"
DATABASE = "KAOHE_DATABASE"
SHARED = "KAOHE_TEST_PLACE"


def made_place(factory: pytest.TempPathFactory) -> Path:
    """Return the demo's folder with its rows dumped beside; the workers of a run share one.

    Runs that KAOHE_TEST_PLACE gives a folder share it too.
    """
    root = factory.getbasetemp()
    # Each worker of a parallel run has a folder of its own below the run's.
    shared = Path(os.environ.get(SHARED) or (root.parent if root.name.startswith("popen-") else root))
    shared.mkdir(parents=True, exist_ok=True)
    folder = shared / "demo-place"
    with (shared / "demo-place.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not _is_of_today(folder / ROWS):
            shutil.rmtree(folder, ignore_errors=True)
            with pytest.MonkeyPatch.context() as patch:
                patch.delenv(DATABASE, raising=False)
                result = CliRunner().invoke(
                    app, ["demo", "--into", str(folder), "--scale", "0.05", "--language", "zh-Hant"]
                )
            assert result.exit_code == 0, (result.output, result.exception)
            aside = folder / "aside.json"
            manage(plain(folder / "web"), "dumpdata", "web", "--output", str(aside), "--verbosity", "0")
            aside.rename(folder / ROWS)
    return folder


def _is_of_today(rows: Path) -> bool:
    """Return whether rows are there, of the engine that is tested."""
    return rows.is_file() and f'"maker": "{MAKER}"' in rows.read_text("utf-8")


def plain(data: Path) -> Serving:
    """The place as the demo made it: on SQLite, whichever database the tests run on."""
    return Serving(data, environment={key: value for key, value in os.environ.items() if key != DATABASE})
