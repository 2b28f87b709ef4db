"""Whether a file is a workbook at all, and safe to unpack."""

from codecs import BOM_UTF8
from copy import copy
from pathlib import Path
from zipfile import BadZipFile, ZipFile
from zlib import error as zlib_error

from kaohe.core.problem import Place, ProblemsFound
from kaohe.core.system import refusal
from kaohe.records import fileproblems

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
SMALL = 10 << 20
"""What unpacks to less than this is no danger, however well it was packed."""
BLOCK = 1 << 20
NO_LIMIT = 1 << 62
TEXT, BINARY, WEB_PAGE = "text", "binary", "HTML"
READABLE = {ZIP: "XLSX / ZIP", OLE: "XLS", b"PAR1": "Parquet"}
"""What could be imported if it bore the right name."""
OTHERS = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"RIFF": "RIFF",
    b"\x1f\x8b": "GZIP",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7Z",
    b"SQLite format 3": "SQLite",
    b"\x7fELF": "ELF",
    b"MZ\x90": "EXE",
}
"""What is no table whatever it is called."""
CONTROLS = tuple(bytes([code]) for code in range(32) if code not in b"\t\n\r\x1b")


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
        raise ProblemsFound([fileproblems.UNREADABLE.at(place, reason=refusal(error))]) from None
    if not start:
        raise ProblemsFound([fileproblems.EMPTY_FILE.at(place)])
    if start.startswith(OLE):
        return
    if not start.startswith(ZIP):
        refuse_by_kind(start, "XLSX", place)
        raise ProblemsFound([fileproblems.ANOTHER_FORMAT.at(place, claimed="XLSX", likeness=TEXT)])
    size = path.stat().st_size
    limit = min(most_bytes, max(SMALL, size * most_ratio))
    try:
        if _unpacked(path, limit) > limit:
            raise ProblemsFound([fileproblems.ZIP_BOMB.at(place, megabytes=limit >> 20)])
    except (BadZipFile, EOFError, zlib_error, OSError, NotImplementedError) as error:
        raise ProblemsFound([fileproblems.NOT_A_WORKBOOK.at(place, reason=str(error))]) from None


def kind_of(start: bytes) -> str:
    """Return what a file is by its first bytes, for people; blank if it could be text."""
    for magic, kind in {**READABLE, **OTHERS}.items():
        if start.startswith(magic):
            return kind
    if start[4:8] == b"ftyp":
        return "MP4"
    head = start.removeprefix(BOM_UTF8).lstrip()[:64].lower()
    return WEB_PAGE if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml")) else ""


def looks_binary(start: bytes) -> bool:
    """Return whether the first bytes of a file are none that text has."""
    odd = sum(start.count(byte) for byte in CONTROLS)
    return odd > len(start) // 20


def refuse_by_kind(start: bytes, claimed: str, place: Place) -> None:
    """Refuse a file whose first bytes say that it is something else than it claims to be."""
    kind = kind_of(start)
    if kind in {*READABLE.values(), WEB_PAGE}:
        raise ProblemsFound([fileproblems.ANOTHER_FORMAT.at(place, claimed=claimed, likeness=kind)])
    if kind:
        raise ProblemsFound([fileproblems.NOT_A_TABLE.at(place, likeness=kind)])


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
