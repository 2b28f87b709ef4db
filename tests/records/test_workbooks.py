"""Workbooks that are none: broken off, another thing, or made to burst."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from kaohe.core.problem import ProblemsFound
from kaohe.records.importing import import_files
from kaohe.records.store import open_store
from kaohe.records.unpacking import check_workbook
from records.shops import SHANGHAI, told


def people() -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active.append(["person", "name", "department", "role", "regular", "hired_on", "base_pay"])
    workbook.active.append(["ann", "=Ann", "desk", "agent", True, "2026-10-01", 2800.5])
    content = BytesIO()
    workbook["Sheet"]["B2"].data_type = "s"
    workbook.save(content)
    return content.getvalue()


def imported(folder: Path, content: bytes, name: str = "people.xlsx") -> list[str]:
    file = folder / name
    file.write_bytes(content)
    try:
        return told(import_files(folder / "store", "table", [file], timezone=SHANGHAI).problems, folder)
    except ProblemsFound as refusal:
        return told(refusal.problems, folder)


def test_a_workbook_with_the_tables_own_columns_needs_no_mapping(tmp_path: Path) -> None:
    assert imported(tmp_path, people()) == []
    (ann,) = open_store(tmp_path / "store", zone=SHANGHAI).table("people").to_pylist()
    assert (ann["name"], ann["regular"], str(ann["hired_on"]), str(ann["base_pay"])) == (
        "=Ann",
        True,
        "2026-10-01",
        "2800.50",
    )


def test_a_workbook_that_broke_off_is_refused(tmp_path: Path) -> None:
    told_of_it = imported(tmp_path, people()[:-200])[0]
    assert told_of_it.startswith("people.xlsx: This workbook cannot be read; it is damaged or was cut off: ")
    assert told_of_it.endswith("[R122]")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"person,name\n", "text"),
        (b"<html></html>", "HTML"),
        (b"PAR1....PAR1", "Parquet"),
    ],
)
def test_a_file_that_only_bears_the_name_of_a_workbook_is_refused(
    tmp_path: Path, content: bytes, kind: str
) -> None:
    assert (
        imported(tmp_path, content)[0] == f"people.xlsx: This file is not XLSX; it looks like {kind}. [R121]"
    )


def test_a_file_that_can_be_no_table_is_refused_as_what_it_is(tmp_path: Path) -> None:
    assert imported(tmp_path, b"%PDF-1.7") == [
        "people.xlsx: This file is no table; it looks like PDF. [R138]",
        "  expected: an exported file: CSV, XLSX or Parquet, or a chat log",
        "  cure: Choose the file that was exported; if it is packed, unpack it first.",
    ]


def test_a_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "[R122]" in imported(tmp_path, content.getvalue())[0]


def bomb(*, honest: bool) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (40 << 20))
    if honest:
        return content.getvalue()
    # What the archive's directory and the member's header say of its size.
    return content.getvalue().replace((40 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little"))


@pytest.mark.parametrize("honest", [True, False])
def test_a_workbook_that_unpacks_to_too_much_is_not_opened_whatever_it_says_of_itself(
    tmp_path: Path, *, honest: bool
) -> None:
    assert imported(tmp_path, bomb(honest=honest))[0] == (
        "people.xlsx: This workbook unpacks to more than 10 MB; it was not opened. [R124]"
    )


def test_the_limits_of_unpacking_can_be_chosen(tmp_path: Path) -> None:
    (tmp_path / "bomb.xlsx").write_bytes(bomb(honest=True))
    check_workbook(tmp_path / "bomb.xlsx", most_bytes=50 << 20, most_ratio=10_000)
    with pytest.raises(ProblemsFound, match="R124"):
        check_workbook(tmp_path / "bomb.xlsx", most_bytes=30 << 20, most_ratio=10_000)


def test_a_protected_workbook_is_refused(tmp_path: Path) -> None:
    assert "[R122]" in imported(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))[0]
