"""Which cells of an .xlsx workbook hold formulas; calamine hands out only what they gave."""

import posixpath
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, iterparse
from zipfile import ZipFile

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BOOK = "xl/workbook.xml"


def formulas(path: Path) -> set[tuple[str, str]]:
    """Return sheet and address of every cell with a formula.

    Args:
        path: A workbook that was found safe to unpack.
    """
    with ZipFile(path) as archive:
        targets = {
            one.get("Id", ""): posixpath.normpath(posixpath.join("xl", one.get("Target", "")).lstrip("/"))
            for one in _elements(archive, "xl/_rels/workbook.xml.rels", f"{RELATIONS}Relationship")
        }
        return {
            (sheet.get("name", ""), cell.get("r", ""))
            for sheet in _elements(archive, BOOK, f"{MAIN}sheet")
            if (part := targets.get(sheet.get(RELATION, ""), "")) in archive.namelist()
            for cell in _elements(archive, part, f"{MAIN}c")
            if cell.find(f"{MAIN}f") is not None
        }


def _elements(archive: ZipFile, part: str, tag: str) -> Iterator[Element]:
    """Yield the elements of one kind; what was yielded is let go of."""
    if part not in archive.namelist():
        return
    with archive.open(part) as opened:
        for _, element in iterparse(opened):  # noqa: S314 - expat bounds what entities may unfold to
            if element.tag == tag:
                yield element
                element.clear()
