"""Whether a file is a workbook at all, and safe to unpack."""

from copy import copy
from pathlib import Path
from zipfile import BadZipFile, ZipFile
from zlib import error as zlib_error

from kaohe.core.problem import Place, ProblemsFound
from kaohe.records import problems

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SMALL = 10 << 20
"""What unpacks to less than this is no danger, however well it was packed."""
BLOCK = 1 << 20
NO_LIMIT = 1 << 62
TEXT = "text"


def check_workbook(path: Path, most_bytes: int, most_ratio: int) -> None:
    """Refuse a file that is no workbook, one that broke off, and one that unpacks to too much.

    What the archive says of its sizes is not believed: it is unpacked once, to nowhere.

    Args:
        path: The file.
        most_bytes: How large it may be once unpacked.
        most_ratio: How many times larger than packed.
    """
    place = Place(str(path))
    try:
        with path.open("rb") as opened:
            start = opened.read(512)
    except OSError as error:
        raise ProblemsFound([problems.UNREADABLE.at(place, reason=error.strerror or str(error))]) from None
    if not start:
        raise ProblemsFound([problems.EMPTY_FILE.at(place)])
    if start.startswith(OLE):
        return
    if not start.startswith(ZIP):
        raise ProblemsFound(
            [problems.ANOTHER_FORMAT.at(place, claimed="XLSX", likeness=kind_of(start) or TEXT)]
        )
    size = path.stat().st_size
    limit = min(most_bytes, max(SMALL, size * most_ratio))
    try:
        if _unpacked(path, limit) > limit:
            raise ProblemsFound([problems.ZIP_BOMB.at(place, megabytes=limit >> 20)])
    except (BadZipFile, EOFError, zlib_error, OSError, NotImplementedError) as error:
        raise ProblemsFound([problems.NOT_A_WORKBOOK.at(place, reason=str(error))]) from None


def kind_of(start: bytes) -> str:
    """Return what a file is by its first bytes, for people; blank if it could be text."""
    head = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    kinds = {
        ZIP: "XLSX / ZIP",
        OLE: "XLS",
        b"PAR1": "Parquet",
        b"%PDF": "PDF",
        b"\x1f\x8b": "GZIP",
        b"Rar!": "RAR",
    }
    for magic, kind in kinds.items():
        if start.startswith(magic):
            return kind
    return "HTML" if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml")) else ""


def _unpacked(path: Path, limit: int) -> int:
    """Return how many bytes the archive really holds, counting no further than the limit."""
    total = 0
    with ZipFile(path) as archive:
        for member in archive.infolist():
            honest = copy(member)
            # zipfile stops at the size that is declared; a bomb declares less.
            honest.file_size = NO_LIMIT
            with archive.open(honest) as opened:
                while block := opened.read(BLOCK):
                    total += len(block)
                    if total > limit:
                        return total
    return total
