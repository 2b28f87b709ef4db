"""Files of kept results: on this machine written aside and renamed, in an object store put as a whole.

Either way nobody ever sees half of one.
"""

import os
import platform
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import get_ident
from typing import Protocol

import pyarrow as pa

from kaohe.records.objects import ObjectPath, Where

HERE = platform.node()
"""This machine: several may write into one folder."""
ASIDE = ".aside"
LEFT_BEHIND_SECONDS = 3600
"""A file is under way for seconds; what has lain aside for longer was left by a process that was killed."""


class KeptFiles(Protocol):
    """Files by slot."""

    def first(self, slot: str) -> bytes:
        """Return the first bytes of a file, as many as are had at little cost.

        Raises:
            OSError: There is no such file, or it cannot be read.
        """

    def part(self, slot: str, offset: int, size: int) -> pa.Buffer:
        """Return a part of a file; fewer bytes if it is shorter.

        Raises:
            OSError: There is no such file, or it cannot be read.
        """

    def write(self, slot: str, parts: Iterable[bytes | pa.Buffer]) -> None:
        """Write a file, whole or not at all."""

    def absolute(self) -> Where:
        """Return where they lie, as any other process on this machine finds it."""

    def clear_aside(self) -> None:
        """Remove what killed processes have left half-written."""


class FilesHere:
    """Files in a folder of a file system."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder)
        self._aside = f"{folder}/{ASIDE}"

    def first(self, slot: str) -> bytes:
        """Return the first bytes of a file: a head is hardly ever longer."""
        # Hundreds a run: a Path costs more than the read.
        with open(f"{self._folder}/{slot}", "rb") as file:  # noqa: PTH123 - see above
            return file.read(1 << 12)

    def part(self, slot: str, offset: int, size: int) -> pa.Buffer:
        """Return a part of a file where it lies: mapped, it costs no memory until it is looked at."""
        return pa.memory_map(f"{self._folder}/{slot}").read_buffer()[offset : offset + size]

    def write(self, slot: str, parts: Iterable[bytes | pa.Buffer]) -> None:
        """Write a file aside and rename it."""
        path = f"{self._folder}/{slot}"
        aside = f"{self._aside}/{HERE}-{os.getpid()}-{get_ident()}"
        try:
            _write(aside, parts)
        except FileNotFoundError:
            Path(self._aside).mkdir(parents=True, exist_ok=True)
            _write(aside, parts)
        try:
            os.replace(aside, path)  # noqa: PTH105 - as in first
        except FileNotFoundError:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            os.replace(aside, path)  # noqa: PTH105 - as in first

    def absolute(self) -> Where:
        """Return the folder."""
        return Path(self._folder).absolute()

    def clear_aside(self) -> None:
        """Remove what killed processes have left aside."""
        left = Path(self._aside)
        found = list(left.iterdir()) if left.is_dir() else []
        if not found:
            return
        # Several machines write here: only the folder's own clock tells how old a file is.
        with tempfile.NamedTemporaryFile(dir=left) as now:
            latest = Path(now.name).stat().st_mtime - LEFT_BEHIND_SECONDS
            for file in found:
                with suppress(FileNotFoundError):
                    if file.stat().st_mtime < latest:
                        file.unlink()


class FilesThere:
    """Files in an object store."""

    def __init__(self, folder: ObjectPath) -> None:
        self._folder = folder

    def first(self, slot: str) -> bytes:
        """Return the first bytes of a file: its head, and the small tables right behind it."""
        return bytes(self.part(slot, 0, 1 << 16))

    def part(self, slot: str, offset: int, size: int) -> pa.Buffer:
        """Return a part of a file."""
        return (self._folder / slot).part(offset, size)

    def write(self, slot: str, parts: Iterable[bytes | pa.Buffer]) -> None:
        """Put a file."""
        (self._folder / slot).write_bytes(b"".join(parts))

    def absolute(self) -> Where:
        """Return the address."""
        return self._folder

    def clear_aside(self) -> None:
        """Do nothing: what was put by half is not there."""


def kept_files(folder: Where) -> KeptFiles:
    """Return the files of a folder, wherever it is."""
    return FilesThere(folder) if isinstance(folder, ObjectPath) else FilesHere(folder)


def _write(path: str, parts: Iterable[bytes | pa.Buffer]) -> None:
    with open(path, "wb") as file:  # noqa: PTH123 - as in first
        file.writelines(parts)
