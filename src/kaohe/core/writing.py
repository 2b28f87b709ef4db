"""Files that appear whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_aside(file: Path, *, durable: bool = False) -> Iterator[Path]:
    """Give a path to write to; once all is written, it takes the file's name, else it is removed.

    A reader never finds half a file, and an older one stays where writing fails.

    Args:
        file: The file that is to be.
        durable: Whether it must be on the disk, and not in memory alone, before it takes the name.
    """
    part = file.with_name(f".{file.name}.part")
    try:
        yield part
        if durable:
            with part.open("rb+") as written:
                os.fsync(written.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
