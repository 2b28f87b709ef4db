"""Files that are handed in: kept under safe names, recognised, sorted into what belongs together."""

import hashlib
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from django.conf import settings

from kaohe.core.language import Text
from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.records.formats.reading import Options
from kaohe.records.recognising import Recognised, recognise
from kaohe.web import problems as kinds
from kaohe.web.clock import now
from kaohe.web.models import Desk, ImportBatch, User
from kaohe.web.saying import problems
from kaohe.web.speaking import in_all

SUFFIXES = (".csv", ".txt", ".tsv", ".log", ".xlsx", ".xlsm", ".xls", ".parquet")
ALLOWED = " ._-()（）：:【】[]+"
LONGEST_NAME = 120
MOST_UNPACKED = 1 << 30
"""Bytes that an uploaded workbook may unpack to."""
MOST_FILES = 500
MAPPINGS = "mappings"
NOT_READABLE = Text("It cannot be read as it is.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was handed in, as it is kept."""

    name: str
    size: int
    sha256: str
    kept: str


class HandedIn(Protocol):
    """A file as a browser hands it in."""

    @property
    def name(self) -> str | None:
        """What it is called."""

    @property
    def size(self) -> int | None:
        """Its bytes."""

    def chunks(self) -> Iterator[bytes]:
        """Yield its content."""


def clean_name(given: str) -> str:
    """Return a file name that is safe in a folder and in a message, like the one given.

    Nothing of a path is left in it; what is neither letter, digit nor a common sign is
    replaced; the suffix stays, for it says what the file claims to be.
    """
    name = unicodedata.normalize("NFC", given.replace("\\", "/")).rpartition("/")[2]
    safe = "".join(one if one.isalnum() or one in ALLOWED else "_" for one in name).strip(" .")
    stem, dot, suffix = safe.rpartition(".")
    if not dot:
        stem, suffix = safe, ""
    while len(stem.encode()) > LONGEST_NAME:
        stem = stem[:-1]
    return f"{stem or 'file'}{dot}{suffix[:10]}"


def is_welcome(name: str) -> bool:
    """Return whether a file of this name is taken at all."""
    return Path(name).suffix.lower() in SUFFIXES


def unwelcome(files: Sequence[HandedIn]) -> Problem | None:
    """Return why files are not taken; None: they are."""
    if not files:
        return kinds.NO_FILES.at(Place())
    if len(files) > MOST_FILES:
        return kinds.TOO_MANY.at(Place(), most=MOST_FILES)
    if sum(one.size or 0 for one in files) > settings.UPLOAD_BYTES:
        return kinds.TOO_MUCH.at(Place(), most=settings.UPLOAD_BYTES >> 20)
    names = [clean_name(one.name or "") for one in files]
    if refused := [name for name in names if not is_welcome(name)]:
        return kinds.NOT_WELCOME.at(Place(), names=", ".join(refused[:5]))
    return None


def options_of(batch: ImportBatch) -> Options:
    """Return what was said about a batch's files."""
    said = batch.options
    return Options(
        timezone=ZoneInfo(batch.desk.timezone),
        shop=said.get("shop", ""),
        account=said.get("account", ""),
        table=said.get("table", "") if batch.format == "table" and not said.get("mapping") else "",
        mapping=mapping_file(batch.desk, said["mapping"]) if said.get("mapping") else None,
        encoding=said.get("encoding", ""),
        most_bytes=MOST_UNPACKED,
    )


def mappings(desk: Desk) -> list[Path]:
    """Return the mapping files that a desk keeps."""
    return sorted((desk.folder / MAPPINGS).glob("*.yaml"))


def mapping_file(desk: Desk, name: str) -> Path:
    """Return where a mapping file of a desk lies."""
    return desk.folder / MAPPINGS / f"{clean_name(name)}.yaml"


def files_of(batch: ImportBatch) -> list[Path]:
    """Return where a batch's files lie."""
    return [batch.folder / one["kept"] for one in batch.files]


def take(desk: Desk, user: User | None, files: Iterable[HandedIn]) -> list[ImportBatch]:
    """Keep uploaded files, those that belong together as one batch each; nothing is imported."""
    folder = (
        desk.folder
        / "uploads"
        / "incoming"
        / hashlib.sha256(f"{user and user.pk} {now()}".encode()).hexdigest()
    )
    folder.mkdir(parents=True, mode=0o700)
    try:
        kept = [_kept(number, file, folder) for number, file in enumerate(files, start=1)]
        groups: dict[tuple[str, str, str], list[tuple[Kept, Recognised | None, Sequence[Problem]]]] = {}
        for one in kept:
            found, wrong = _recognised(desk, folder / one.kept)
            mapping = found.mapping.stem if found and found.mapping else ""
            # Files that nobody knows are looked at one by one.
            key = (found.format, found.table, mapping) if found and found.format else ("", one.kept, "")
            groups.setdefault(key, []).append((one, found, wrong))
        return [_batch(desk, user, group, folder) for group in groups.values()]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _kept(number: int, file: HandedIn, folder: Path) -> Kept:
    name = clean_name(file.name or "")
    into = folder / str(number) / name
    into.parent.mkdir()
    digest, size = hashlib.sha256(), 0
    with into.open("wb") as opened:
        for chunk in file.chunks():
            digest.update(chunk)
            size += len(chunk)
            opened.write(chunk)
    return Kept(name, size, digest.hexdigest(), f"{number}/{name}")


def _recognised(desk: Desk, path: Path) -> tuple[Recognised | None, Sequence[Problem]]:
    try:
        options = Options(ZoneInfo(desk.timezone), most_bytes=MOST_UNPACKED)
        return recognise(path, mappings(desk), options), ()
    except ProblemsFound as refusal:
        return None, refusal.problems


def _batch(
    desk: Desk,
    user: User | None,
    group: Sequence[tuple[Kept, Recognised | None, Sequence[Problem]]],
    folder: Path,
) -> ImportBatch:
    first = group[0][1]
    batch = ImportBatch.objects.create(
        desk=desk,
        by=user,
        at=now(),
        files=[
            {
                "name": one.name,
                "size": one.size,
                "sha256": one.sha256,
                "kept": one.kept,
                "why": in_all(found.why if found else NOT_READABLE),
                "header": list(found.header) if found else [],
                "problems": named(problems(wrong)),
            }
            for one, found, wrong in group
        ],
        format=first.format if first else "",
        options={
            "table": first.table if first else "",
            "mapping": first.mapping.stem if first and first.mapping else "",
        },
    )
    batch.folder.mkdir(parents=True, exist_ok=True)
    for one, _, _ in group:
        into = batch.folder / one.kept
        into.parent.mkdir(exist_ok=True)
        (folder / one.kept).replace(into)
    return batch


def put_away(batch: ImportBatch) -> None:
    """Put files away that were handed in and not imported."""
    shutil.rmtree(batch.folder, ignore_errors=True)
    batch.delete()


def named(found: Iterable[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """Return problems with the names of files only: where they lie is nobody's business."""
    return [{**one, "file": Path(str(one["file"])).name if one["file"] else ""} for one in found]
