"""Back-up and restore: all that a place keeps, in one file that says what it must hold.

The database goes in as rows that any database can take: a place on SQLite can be restored
on PostgreSQL. Of stores the log goes in before what it names, so that an import which runs
meanwhile leaves a back-up of the state before it.
"""

import hashlib
import io
import json
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command

from kaohe import __version__
from kaohe.core.problem import Place, ProblemsFound
from kaohe.core.writing import written_aside
from kaohe.periods.books.manifest import digest
from kaohe.web import problems
from kaohe.web.clock import now
from kaohe.web.models import User

Progress = Callable[[int, int], None]
ROWS, LIST, DESKS = "database.json", "contents.json", "desks"
FORMAT = 1
SUFFIX = ".kaohe-backup.tar.gz"
TABLES = ("web", "account", "mfa", "socialaccount")
"""Sessions, failed sign-ins and the queue are of the day; they are not kept."""
PASSING = ("measures-kept", "uploads", "written", "backups", "payslips")
"""Folders whose content can be computed again, or was handed out."""
LOG = "_delta_log"


def back_up(data: Path, out: Path, *, progress: Progress | None = None) -> str:
    """Write a back-up aside, then in its place; return the SHA-256 of the file.

    Args:
        data: The place's folder.
        out: The file.
        progress: Told after each file.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    digests: dict[str, str] = {}
    with (
        written_aside(out, durable=True) as aside,
        TemporaryDirectory(prefix="kaohe-backup-") as folder,
        tarfile.open(aside, "w:gz") as tar,
    ):
        rows = Path(folder) / ROWS
        call_command("dumpdata", *TABLES, output=str(rows), verbosity=0)
        files = [(ROWS, rows), *_files(data)]
        for number, (name, file) in enumerate(files, start=1):
            _add(tar, name, file.read_bytes(), digests)
            if progress:
                progress(number, len(files))
        listed = {"format": FORMAT, "kaohe": __version__, "at": now().isoformat(), "files": digests}
        _add(tar, LIST, json.dumps(listed, indent=1, sort_keys=True).encode(), {})
    return _digest(out)


def _files(data: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of the desks' folders by their names in the back-up, logs of stores first."""
    desks = data / DESKS
    found = [
        (file.relative_to(data).as_posix(), file)
        for desk in sorted(desks.iterdir() if desks.is_dir() else ())
        # A desk's store may be a link to a folder elsewhere; its files are what is kept.
        for root in sorted(desk.iterdir())
        if root.name not in PASSING
        for file in ([root] if root.is_file() else sorted(root.rglob("*")))
        if file.is_file() and not set(PASSING).intersection(file.parts)
    ]
    return iter(sorted(found, key=lambda pair: (f"/{LOG}/" not in pair[0], pair[0])))


def _add(tar: tarfile.TarFile, name: str, content: bytes, digests: dict[str, str]) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = len(content), 0o600, int(now().timestamp())
    tar.addfile(info, io.BytesIO(content))
    digests[name] = digest(content)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _taken_out(tar: tarfile.TarFile, folder: Path) -> None:
    """Write a back-up's files below a folder: plain files, and none of them elsewhere.

    The standard library's own filter for this came after the Python that Debian 12 has.

    Raises:
        ValueError: Something else is in it.
    """
    root = folder.resolve()
    for member in tar:
        to = (root / member.name).resolve()
        content = tar.extractfile(member) if member.isreg() and to.is_relative_to(root) else None
        if content is None:
            raise ValueError(member.name)
        to.parent.mkdir(parents=True, exist_ok=True)
        with content, to.open("wb") as out:
            shutil.copyfileobj(content, out)


def restore(file: Path, data: Path) -> int:
    """Bring a back-up into a place that has neither accounts nor desks yet; return how many files came.

    Nothing is written before every file of the back-up was found to be what it was.

    Raises:
        ProblemsFound: It is no back-up, a file in it was changed, or the place is not empty.
    """
    if User.objects.exists() or any((data / DESKS).glob("*")):
        raise ProblemsFound([problems.PLACE_NOT_EMPTY.at(Place(str(data)))])
    with TemporaryDirectory(prefix=".restore-", dir=data) as folder:
        aside = Path(folder)
        try:
            with tarfile.open(file, "r:gz") as tar:
                _taken_out(tar, aside)
            listed = json.loads((aside / LIST).read_bytes())["files"]
        except (OSError, tarfile.TarError, KeyError, ValueError) as error:
            raise ProblemsFound([problems.NO_BACKUP.at(Place(str(file)), str(error))]) from None
        wrong = [
            problems.BACKUP_CHANGED.at(Place(str(file)), name=name)
            for name, expected in listed.items()
            if not (aside / name).is_file() or _digest(aside / name) != expected
        ]
        if wrong:
            raise ProblemsFound(wrong)
        call_command("loaddata", str(aside / ROWS), verbosity=0)
        if (aside / DESKS).is_dir():
            (data / DESKS).mkdir(exist_ok=True)
            for desk in sorted((aside / DESKS).iterdir()):
                desk.rename(data / DESKS / desk.name)
    return len(listed)
