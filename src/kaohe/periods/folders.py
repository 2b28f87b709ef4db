"""Folders that a run writes into: looked at before anything is computed, filled all at once at the end."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kaohe.core.problem import Place, ProblemsFound
from kaohe.core.system import refusal
from kaohe.periods import problems

ASIDE = ".being-written-"


def see_writable(out: Path) -> None:
    """See that a folder can be written into, or be made; nothing is left behind.

    Raises:
        ProblemsFound: It is a file, lies in one, or may not be written.
    """
    there = next((one for one in (out, *out.absolute().parents) if one.exists()), out)
    if not there.is_dir():
        raise ProblemsFound([problems.NOT_A_FOLDER.at(Place(str(out)), file=there)])
    try:
        Path(tempfile.mkdtemp(prefix=ASIDE, dir=there)).rmdir()
    except OSError as error:
        raise ProblemsFound([problems.CANNOT_WRITE.at(Place(str(out)), reason=refusal(error))]) from None


@contextmanager
def put_in_place(out: Path) -> Iterator[Path]:
    """Give a folder to write into; when all is written, move its files into ``out`` one by one.

    A folder that a killed run left behind is removed by the next run.
    """
    out.mkdir(parents=True, exist_ok=True)
    for left in out.glob(f"{ASIDE}*"):
        shutil.rmtree(left, ignore_errors=True)
    aside = Path(tempfile.mkdtemp(prefix=ASIDE, dir=out))
    try:
        yield aside
        for file in sorted(aside.iterdir()):
            file.replace(out / file.name)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
