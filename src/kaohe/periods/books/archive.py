"""One file per period: everything that it takes to compute it again, on any machine.

The archive is a ZIP file, so that anybody can look into it, written in one way only: the
members in a fixed order, stored as they are, with one date. So an archive is checked by
writing it again from its own members: not a byte may differ, in the members, between
them or in the directory at the end. The comment of the ZIP file is the manifest's seal.
"""

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import IO

from kaohe.core.language import Text
from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.core.writing import written_aside
from kaohe.periods.books import problems
from kaohe.periods.books.history import FIGURES
from kaohe.periods.books.kept import KEPT_TABLES, Kept, parquet_bytes, table_file
from kaohe.periods.books.manifest import Seen, digest, read_manifest
from kaohe.periods.books.shelf import MANIFEST, Shelf
from kaohe.periods.books.verifying import Verified, at_version, checked, windowed
from kaohe.periods.books.window import MESSAGES, ORDERS, Window, read_days
from kaohe.periods.commands import command
from kaohe.periods.runs import Progress
from kaohe.records.deltas import WHOLE, content_id
from kaohe.records.objects import Where
from kaohe.records.store import Store, open_files

SUFFIX = ".kaohe"
CONTENTS, RECORDS = "contents.json", "records"
EARLIER = "earlier"
WRITTEN = (1980, 1, 1, 0, 0, 0)
"""The one date of all members: the least that ZIP knows."""
BLOCK = 1 << 20


# Written


def write_archive(
    shelf: Shelf, kept: Kept, store: Where, out: Path, *, progress: Progress | None = None
) -> Verified:
    """Write a version into one file, having computed it again from just what goes in.

    Args:
        shelf: The books.
        kept: The version.
        store: The store that it was closed on.
        out: The file.
        progress: Told after each step of measuring.

    Raises:
        ProblemsFound: The version does not verify.
    """
    window = at_version(kept, store)
    verified = checked(kept, lambda: window, [], progress=progress)
    if not verified.holds:
        manifest = kept.manifest
        again = command(
            "period verify", books=shelf.path, period=manifest.period, version=manifest.version, records=store
        )
        raise ProblemsFound([*verified.problems, problems.NOT_ENOUGH.at(kept.place, command=again)])
    with written_aside(out, durable=True) as part, part.open("wb") as file:
        _pack(file, _members(shelf, kept, window), kept.seal)
    return verified


def _members(shelf: Shelf, kept: Kept, window: Window) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield the members in their order, each with what reads it."""
    folder = shelf.folder(kept.manifest.period, kept.manifest.version)
    yield MANIFEST, (folder / MANIFEST).read_bytes
    for name in kept.manifest.files:
        yield name, (folder / name).read_bytes
    for seen in kept.manifest.seen:
        other = shelf.folder(seen.period, seen.version)
        for name in (MANIFEST, FIGURES):
            yield f"{EARLIER}/{seen.period}/{seen.version}/{name}", (other / name).read_bytes
    days = {MESSAGES: sorted(window.read & window.partitions().keys()), ORDERS: sorted(window.order_days())}
    named = {MESSAGES: window.partitions(), ORDERS: window.order_days()}
    for table, wanted in days.items():
        files = {named[table][where]: window.records.files(table)[where] for where in wanted}
        yield from ((record_file(table, content), file.read_bytes) for content, file in sorted(files.items()))
    rows = {
        table: [[shop, day.isoformat(), named[table][shop, day]] for shop, day in wanted]
        for table, wanted in days.items()
    }
    yield CONTENTS, lambda: json.dumps(rows, ensure_ascii=False, indent=1).encode() + b"\n"


def record_file(table: str, content: str) -> str:
    """Return where a day's chat lines or orders lie, by the digest of the file."""
    return f"{RECORDS}/{table}/{content}.parquet"


def _pack(file: IO[bytes], members: Iterator[tuple[str, Callable[[], bytes]]], seal: str) -> None:
    """Write members in the one way that archives are written."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        for name, read in members:
            packed.writestr(zipfile.ZipInfo(name, WRITTEN), read())
        packed.comment = seal.encode()


# Read


def verify_archive(path: Path, *, seal: str = "", progress: Progress | None = None) -> Verified:
    """Verify an archive by itself: every byte, then every figure.

    Args:
        path: The archive.
        seal: The seal that somebody noted down; blank: none.
        progress: Told after each step of measuring.

    Raises:
        ProblemsFound: It is no archive, or damaged.
    """
    with _opened(path) as (packed, kept):
        found = list(_changed(path, packed, kept))
        if seal and not kept.seal.startswith(seal.strip().lower()):
            found.append(problems.SEAL_DIFFERS.at(kept.place, kept.seal, expected=seal))
        if found:
            raise ProblemsFound(found)
        with tempfile.TemporaryDirectory(prefix="kaohe-") as folder:
            records = _unpacked(packed, Path(folder), kept)
            return checked(kept, lambda: windowed(kept, records), [], progress=progress)


def _unpacked(packed: zipfile.ZipFile, folder: Path, kept: Kept) -> Store:
    """Return the chat lines and orders of an archive as a store, with the tables that the version keeps."""
    contents = {table: read_days(rows) for table, rows in json.loads(packed.read(CONTENTS)).items()}
    for table, days in contents.items():
        (folder / table).mkdir()
        for content in days.values():
            file = packed.read(record_file(table, content))
            # The name is what the closing vouches for; the content must be what it is called.
            (folder / table / _named(content_id(file))).write_bytes(file)
    files = {
        table: {where: _named(content) for where, content in days.items()} for table, days in contents.items()
    }
    for name in KEPT_TABLES:
        if table_file(name) in kept.manifest.files:
            (folder / name).mkdir()
            (folder / name / "all.parquet").write_bytes(parquet_bytes(kept.tables[name]))
            files[name] = {WHOLE: "all.parquet"}
    return open_files(folder, files)


def _named(content: str) -> str:
    """Return what a store calls a file with this digest."""
    return f"{content}-v1.parquet"


@contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Kept]]:
    """Open an archive as far as its manifest."""
    place = Place(str(path))
    if not path.is_file():
        raise ProblemsFound([problems.NOT_AN_ARCHIVE.at(place)])
    try:
        packed = zipfile.ZipFile(path)
    except Exception:  # noqa: BLE001 - damaged bytes make zipfile raise anything
        raise ProblemsFound([_damage(path, "")]) from None
    with packed:
        try:
            content = packed.read(MANIFEST)
            kept = _kept(packed, content, place)
        except Exception:  # noqa: BLE001 - as above
            raise ProblemsFound([_damage(path, MANIFEST)]) from None
        yield packed, kept


def _damage(path: Path, name: str) -> Problem:
    """Return what to say of damaged bytes; of a file that never was an archive, something else."""
    with path.open("rb") as file:
        if file.read(2) != b"PK" and path.suffix != SUFFIX:
            return problems.NOT_AN_ARCHIVE.at(Place(str(path)))
    return problems.ARCHIVE_DAMAGED.at(Place(str(path)), name=name or problems.DIRECTORY)


def _kept(packed: zipfile.ZipFile, content: bytes, place: Place) -> Kept:
    def earlier(seen: Seen) -> tuple[tuple[str, ...], Callable[[], bytes]]:
        folder = f"{EARLIER}/{seen.period}/{seen.version}"
        spans = read_manifest(packed.read(f"{folder}/{MANIFEST}")).spans
        return spans, lambda: packed.read(f"{folder}/{FIGURES}")

    return Kept(read_manifest(content), digest(content), packed.read, earlier, place)


def _changed(path: Path, packed: zipfile.ZipFile, kept: Kept) -> Iterator[Problem]:
    """Yield what is not as it was written: members by their digests, all else by writing it again."""
    place = Place(str(path))
    named = _digests(kept)
    damaged: list[str | Text] = []
    for info in packed.infolist():
        try:
            content = packed.read(info)
        except Exception:  # noqa: BLE001 - damaged bytes make zipfile raise anything
            damaged.append(info.filename)
            continue
        if info.filename in named and digest(content) != named[info.filename]:
            damaged.append(info.filename)
    missing = [name for name in named if name not in packed.namelist()]
    if not damaged and not missing:
        damaged = list(_rewritten(path, packed, kept.seal))
    yield from (problems.ARCHIVE_DAMAGED.at(place, name=name) for name in damaged)
    yield from (problems.FILE_MISSING.at(place, name=name) for name in missing)


def _digests(kept: Kept) -> dict[str, str]:
    """Return the members whose digests the manifest vouches for."""
    earlier = {f"{EARLIER}/{one.period}/{one.version}/{MANIFEST}": one.seal for one in kept.manifest.seen}
    return {MANIFEST: kept.seal, **kept.manifest.files, **earlier}


def _rewritten(path: Path, packed: zipfile.ZipFile, seal: str) -> Iterator[str | Text]:
    """Yield where the file differs from what its own members make when they are written again."""
    infos = packed.infolist()
    with tempfile.TemporaryFile() as again:
        try:
            members = ((info.filename, partial(packed.read, info)) for info in infos)
            _pack(again, members, seal)
        except Exception:  # noqa: BLE001 - a damaged name may be none that can be written
            yield problems.DIRECTORY
            return
        at = _first_difference(path, again)
    if at is None:
        return
    starts = [info.header_offset for info in infos] + [packed.start_dir]
    for info, (start, end) in zip(infos, pairwise(starts), strict=True):
        if start <= at < end:
            yield info.filename
            return
    yield problems.DIRECTORY


def _first_difference(path: Path, again: IO[bytes]) -> int | None:
    again.seek(0)
    with path.open("rb") as file:
        start = 0
        while True:
            one, other = file.read(BLOCK), again.read(BLOCK)
            if one != other:
                same = next(
                    (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right),
                    min(len(one), len(other)),
                )
                return start + same
            if not one:
                return None
            start += len(one)
