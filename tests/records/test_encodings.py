"""Encodings and delimiters: told by the user, recognised in the file, or refused with the one that fits."""

from pathlib import Path

import pytest

from kaohe.core.problem import ProblemsFound
from kaohe.records.encodings import codec, recognised
from kaohe.records.importing import ImportReport, import_files
from kaohe.records.store import open_store
from records.shops import SHANGHAI, told
from records.test_taobao_orders import COLUMNS, PAID, as_csv

PEOPLE = "person,name,department,role,regular\nann,安娜,客服部,客服,yes\nmei,小美,客服部,客服,no\n"
TRADITIONAL = "person,name,department,role,regular\nann,陳小美,客服部,組長,yes\n"


def imported(folder: Path, content: bytes, name: str = "people.csv", **options: str) -> ImportReport:
    file = folder / name
    file.write_bytes(content)
    format_name = "table" if name.startswith("people") else "taobao-orders"
    return import_files(folder / "store", format_name, [file], timezone=SHANGHAI, **options)  # type: ignore[arg-type]


def refused(folder: Path, content: bytes, name: str = "people.csv", **options: str) -> list[str]:
    with pytest.raises(ProblemsFound) as caught:
        imported(folder, content, name, **options)
    assert len(caught.value.problems) == 1
    return told(caught.value.problems, folder)


def names(folder: Path) -> set[str]:
    return {row["name"] for row in open_store(folder / "store", zone=SHANGHAI).table("people").to_pylist()}


@pytest.mark.parametrize("encoding", ["gb18030", "GBK", "utf-16", "utf-16-le", "utf-8", "UTF-8-SIG"])
def test_a_table_is_read_in_the_encoding_that_is_told(tmp_path: Path, encoding: str) -> None:
    imported(tmp_path, PEOPLE.encode(encoding), encoding=encoding)
    assert names(tmp_path) == {"安娜", "小美"}


@pytest.mark.parametrize("encoding", ["big5", "gb18030"])
def test_traditional_characters_are_read_in_the_encoding_that_is_told(tmp_path: Path, encoding: str) -> None:
    imported(tmp_path, TRADITIONAL.encode(encoding), encoding=encoding)
    assert names(tmp_path) == {"陳小美"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_tells_the_encoding(tmp_path: Path, encoding: str) -> None:
    imported(tmp_path, PEOPLE.encode(encoding))
    assert names(tmp_path) == {"安娜", "小美"}


@pytest.mark.parametrize(("encoding", "fitting"), [("gb18030", "GB18030"), ("big5", "Big5")])
def test_a_table_that_is_no_utf_8_is_refused_with_the_encoding_that_fits(
    tmp_path: Path, encoding: str, fitting: str
) -> None:
    content = TRADITIONAL.encode(encoding)
    first, _, cure = refused(tmp_path, content)
    assert first == f"people.csv:2: This file is not text in UTF-8; it is text in {fitting}. [R105]"
    assert f"--encoding {fitting};" in cure
    imported(tmp_path, content, encoding=fitting)
    assert names(tmp_path) == {"陳小美"}


@pytest.mark.parametrize("wrong", ["utf-8", "utf-16", "big5", "latin-1"])
def test_an_encoding_that_does_not_fit_is_refused_with_the_one_that_does(tmp_path: Path, wrong: str) -> None:
    first = refused(tmp_path, as_csv(PAID), "orders.csv", encoding=wrong)[0]
    assert first.endswith("it is text in GB18030. [R105]")


def test_plain_ascii_is_not_read_as_utf_16(tmp_path: Path) -> None:
    content = b"person,name,department,role,regular\nann,Ann,desk,agent,yes\n"
    assert refused(tmp_path, content, encoding="utf-16")[0].endswith("it is text in UTF-8. [R105]")


@pytest.mark.parametrize("unknown", ["klingon", "hex", "undefined", "unicode_escape", "utf\0"])
def test_an_encoding_that_nobody_knows_is_one_problem(tmp_path: Path, unknown: str) -> None:
    assert codec(unknown) == ""
    assert refused(tmp_path, as_csv(PAID), "orders.csv", encoding=unknown)[0] == (
        f"There is no encoding “{unknown}”. [R142]"
    )


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16", "utf-16-le"])
def test_a_platforms_export_is_read_in_the_encoding_that_it_is_in(tmp_path: Path, encoding: str) -> None:
    assert imported(tmp_path, as_csv(PAID, encoding=encoding), "orders.csv").rows_new == 1
    assert recognised(tmp_path / "orders.csv") == encoding


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_cells_may_be_separated_by_semicolons_or_tabs(tmp_path: Path, delimiter: str) -> None:
    assert imported(tmp_path, PEOPLE.replace(",", delimiter).encode()).rows_new == 2
    orders = delimiter.join(COLUMNS) + "\n" + delimiter.join(PAID.get(one, "") for one in COLUMNS)
    orders = orders.replace('要"快"\n谢谢', "").replace('="2260000000000000001"', "1")
    assert imported(tmp_path, orders.encode("gb18030"), "orders.csv").rows_new == 1


def test_a_file_of_another_format_is_told_before_its_encoding(tmp_path: Path) -> None:
    assert refused(tmp_path, as_csv(PAID)) == [
        (
            "people.csv:1: This file looks like an export of taobao-orders, "
            "not like a file of the table “people”. [R139]"
        ),
        "  expected: a file of the table “people”",
        "  cure: If it is that, import it with --format taobao-orders.",
    ]


def test_a_chat_log_is_no_table(tmp_path: Path) -> None:
    log = f"{'-' * 28}c{'-' * 28}\nc(2026-10-01 09:00:00):  在吗\n{'=' * 64}\n"
    assert refused(tmp_path, log.encode("gb18030"), "orders.csv")[-1] == (
        "  cure: If it is that, import it with --format qianniu-chat."
    )


def test_a_broken_byte_is_told_with_its_line_in_the_encoding_of_the_file(tmp_path: Path) -> None:
    content = as_csv(PAID, encoding="utf-8") + b"\xff,\n"
    first = refused(tmp_path, content, "orders.csv")[0]
    assert first == "orders.csv:4: This file is not text in UTF-8. [R104]"
