"""The folder that holds the books: which periods it has, and how something is put there whole.

```
books/
  kaohe-books.json          makes a folder the books
  2026-10/1/manifest.json   a closed period, version 1: never rewritten
  2026-10/2/…               its first correction
  2026-10/provisional.json  what was last published before the closing
  appeals/000001.json       what happened to appeals, one event a file
```

A version is written aside, forced to the disk and renamed: it is there whole or not at
all, whenever the machine stops. What a killed run leaves behind, the next writer removes.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path

from kaohe.core.problem import Place, ProblemsFound
from kaohe.periods.books import problems

MARKER = "kaohe-books.json"
LOCK = ".lock"
ASIDE = ".being-written-"
APPEALS = "appeals"
MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Shelf:
    """Opened books.

    Attributes:
        path: The folder.
    """

    path: Path

    def periods(self) -> list[str]:
        """Return the labels of all periods that have a closed version, sorted."""
        folders = (one.name for one in self.path.iterdir() if one.is_dir() and not one.name.startswith("."))
        return sorted(label for label in folders if label != APPEALS and self.versions(label))

    def versions(self, label: str) -> list[int]:
        """Return the versions of a period, the first one first; none: it is not closed."""
        folder = self.path / label
        if not folder.is_dir():
            return []
        names = (one.name for one in folder.iterdir() if (one / MANIFEST).is_file())
        return sorted(int(name) for name in names if name.isdecimal())

    def newest(self, label: str) -> int:
        """Return the newest version of a period; 0: it is not closed."""
        return max(self.versions(label), default=0)

    def folder(self, label: str, version: int) -> Path:
        """Return where a version lies."""
        return self.path / label / str(version)

    def state(self) -> tuple[object, ...]:
        """Return a value that differs as soon as anything was closed, corrected, appealed or answered."""
        closed = [(label, self.newest(label)) for label in self.periods()]
        appeals = self.path / APPEALS
        return (*closed, len(list(appeals.glob("*.json"))) if appeals.is_dir() else 0)


def open_shelf(path: Path) -> Shelf:
    """Open books that are there.

    Raises:
        ProblemsFound: The folder is not there, or holds no books.
    """
    if not (path / MARKER).is_file():
        raise ProblemsFound([problems.NO_BOOKS.at(Place(str(path)), folder=path)])
    return Shelf(path)


def made_shelf(path: Path) -> Shelf:
    """Open books, or make them in a folder that is empty or not there.

    Raises:
        ProblemsFound: The folder holds something else.
    """
    if not (path / MARKER).is_file():
        if path.exists() and not (path.is_dir() and all(_ours(one) for one in path.iterdir())):
            raise ProblemsFound([problems.NOT_EMPTY.at(Place(str(path)), folder=path)])
        path.mkdir(parents=True, exist_ok=True)
        whole(path / MARKER, json.dumps({"format": FORMAT}).encode() + b"\n")
    return Shelf(path)


def _ours(path: Path) -> bool:
    """Return whether a first closing that was killed may have left this."""
    return path.name == LOCK or path.name.startswith(ASIDE)


@contextmanager
def held(shelf: Shelf) -> Iterator[Shelf]:
    """Hold the books for one writer; others wait. What a killed writer left is removed."""
    with (shelf.path / LOCK).open("w") as lock:
        flock(lock, LOCK_EX)
        for left in shelf.path.rglob(f"{ASIDE}*"):
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()
        yield shelf


def put(shelf: Shelf, label: str, version: int, files: Mapping[str, bytes]) -> None:
    """Put a version in its place, whole; the books must be held.

    Args:
        shelf: The books.
        label: The period.
        version: Its version.
        files: Path within the version → content.

    Raises:
        FileExistsError: The version is there already.
    """
    with _aside(Path(tempfile.mkdtemp(prefix=ASIDE, dir=shelf.path))) as aside:
        for name, content in files.items():
            target = aside / name
            target.parent.mkdir(parents=True, exist_ok=True)
            _written(target, content)
            target.chmod(0o444)
        for folder in sorted({aside, *(one.parent for one in aside.rglob("*"))}, reverse=True):
            synced(folder)
        target = shelf.folder(label, version)
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            raise FileExistsError(target)
        aside.chmod(0o755)
        aside.rename(target)
    synced(target.parent)
    synced(shelf.path)


def whole(path: Path, content: bytes) -> None:
    """Write one file so that it is there whole, or as it was before."""
    descriptor, name = tempfile.mkstemp(prefix=ASIDE, dir=path.parent)
    os.close(descriptor)
    with _aside(Path(name)) as aside:
        _written(aside, content)
        aside.chmod(0o644)
        aside.replace(path)
    synced(path.parent)


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    """Give what is written aside; whatever keeps it from taking its place, it is removed."""
    try:
        yield path
    finally:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _written(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def synced(folder: Path) -> None:
    """Force a folder's entries to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
