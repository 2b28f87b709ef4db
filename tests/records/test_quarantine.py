"""The quarantine: bad rows as they were, mended and imported again."""

import csv
from io import StringIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.core.language import Language
from kaohe.records.importing import ImportReport, import_files
from kaohe.records.quarantine import guarded, unguarded
from kaohe.records.store import open_store
from records.shops import SHANGHAI, imported


@given(st.text())
def test_a_guard_can_always_be_taken_off_again(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


@given(st.sampled_from(list("=+-@\t\r")), st.text())
def test_nothing_that_a_spreadsheet_takes_for_a_formula_stands_unguarded(start: str, rest: str) -> None:
    assert guarded(start + rest).startswith("'")


def test_bad_rows_can_be_mended_in_the_quarantine_and_imported_again(tmp_path: Path) -> None:
    store = tmp_path / "store"
    body = (
        "shop,order_id,customer,created_at,amount,remark\n"
        'S,00012,"=c ""q""\nd",2026-10-01 25:00:00,5,-x\n'
        "S,2,'quoted,2026-10-01 10:00:00,5,\n"
        "S,3,@c,2026-10-01 10:00:00,-5,\n"
        "S,4,c,2026-10-01 10:00:00,5\n"
    )
    report = imported(store, "orders", body)
    assert (report.rows_read, report.rows_new, report.rows_quarantined) == (4, 1, 3)
    (file,) = report.quarantines
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(raw.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["shop", "order_id", "customer", "created_at", "amount", "remark", "_line", "_problem"]
    assert rows[1] == [
        "S",
        "'00012",
        '\'=c "q"\nd',
        "'2026-10-01 25:00:00",
        "5",
        "'-x",
        "2",
        "created_at: This is not a time.",
    ]
    mended = raw.decode("utf-8-sig").replace("25:00:00", "15:00:00").replace("'-5", "5")
    again = imported(store, "orders", mended.encode("utf-8-sig"))
    assert (again.rows_new, again.rows_quarantined) == (3, 0)
    customers = {
        row["order_id"]: row["customer"] for row in open_store(store, zone=SHANGHAI).orders().to_pylist()
    }
    assert customers == {"00012": '=c "q"\nd', "2": "'quoted", "3": "@c", "4": "c"}


def test_a_quarantine_that_is_still_bad_goes_to_quarantine_again_as_it_was(tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = imported(store, "orders", "shop,order_id,customer,created_at,amount\nS,012,=c,never,5\n")
    second = imported(store, "orders", first.quarantines[0].read_bytes())
    assert second.quarantines[0].read_text(encoding="utf-8-sig") == first.quarantines[0].read_text(
        encoding="utf-8-sig"
    )


BODY = (
    "shop,order_id,customer,created_at,amount\n"
    "S,012,=c,never,5\nS,013,小王,ever,5\nS,014,c,2026-10-01 10:00:00,5\n"
)


def handed_in(store: Path, file: Path, **options: str) -> ImportReport:
    return import_files(store, "table", [file], timezone=SHANGHAI, table="orders", **options)  # type: ignore[arg-type]


def test_a_mended_quarantine_is_removed_once_its_rows_are_in(tmp_path: Path) -> None:
    store = tmp_path / "store"
    (file,) = imported(store, "orders", BODY).quarantines
    file.write_bytes(file.read_bytes().replace(b"never", b"2026-10-01 10:00:00"))
    half = handed_in(store, file)
    (rest,) = half.quarantines
    assert (half.rows_new, half.rows_quarantined, half.retired) == (1, 1, (file,))
    assert rest.name.count("-") == file.name.count("-")
    rest.write_bytes(rest.read_bytes().replace(b"ever", b"2026-10-01 10:00:00"))
    full = handed_in(store, rest)
    assert (full.rows_new, full.quarantines, full.retired) == (1, (), (rest,))
    assert not list((store / "quarantine").iterdir())


def test_a_quarantine_that_was_not_mended_stays(tmp_path: Path) -> None:
    store = tmp_path / "store"
    (file,) = imported(store, "orders", BODY).quarantines
    before = file.read_bytes()
    again = handed_in(store, file)
    assert sum(one.read_bytes().count(b"ever") for one in again.quarantines) == before.count(b"ever")
    assert list((store / "quarantine").iterdir()) == list(again.quarantines)


def test_a_quarantine_goes_when_its_file_has_no_bad_row_any_more(tmp_path: Path) -> None:
    store = tmp_path / "store"
    imported(store, "accounts", "shop,account,person,from,to\nS,a,ann,,\n")
    (file,) = imported(store, "accounts", "shop,account,person,from,to\nS,a,bo,2026-10-01,\n").quarantines
    imported(store, "accounts", "shop,account,person,from,to\nS,a,ann,,2026-09-30\n", whole=True)
    settled = imported(store, "accounts", "shop,account,person,from,to\nS,a,bo,2026-10-01,\n")
    assert (settled.rows_new, settled.retired) == (1, (file,))


def test_a_copy_that_lies_elsewhere_leaves_the_quarantine_where_it_is(tmp_path: Path) -> None:
    store = tmp_path / "store"
    (file,) = imported(store, "orders", BODY).quarantines
    copy = tmp_path / "orders.csv"
    copy.write_bytes(file.read_bytes().replace(b"never", b"2026-10-01 10:00:00"))
    assert handed_in(store, copy).retired == ()
    assert file.exists()


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_quarantine_is_known_however_a_spreadsheet_saved_it(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    store = tmp_path / "store"
    (file,) = imported(store, "orders", BODY).quarantines
    rows = list(csv.reader(StringIO(file.read_text(encoding="utf-8-sig"), newline="")))
    with file.open("w", encoding=encoding, newline="") as opened:
        csv.writer(opened, delimiter=delimiter).writerows(
            [
                cell.replace("never", "2026-10-01 10:00:00").replace("ever", "2026-10-01 10:00:00")
                for cell in row
            ]
            for row in rows
        )
    report = handed_in(store, file, encoding="gb18030")
    assert (report.rows_new, report.problems) == (2, ())
    kept = {row["order_id"]: row["customer"] for row in open_store(store, zone=SHANGHAI).orders().to_pylist()}
    assert kept == {"012": "=c", "013": "小王", "014": "c"}


def test_a_quarantine_may_come_back_as_a_workbook(tmp_path: Path) -> None:
    store = tmp_path / "store"
    (file,) = imported(store, "orders", BODY).quarantines
    book = openpyxl.Workbook()
    assert book.active
    for row in csv.reader(StringIO(file.read_text(encoding="utf-8-sig"), newline="")):
        book.active.append([cell.replace("never", "2026-10-01 10:00:00") for cell in row])
    book.save(tmp_path / "orders.xlsx")
    report = handed_in(store, tmp_path / "orders.xlsx")
    assert (report.rows_new, report.rows_quarantined) == (1, 1)


def test_the_remarks_are_in_the_language_that_was_asked_for(tmp_path: Path) -> None:
    body = "person,month,amount\nann,October,5\n"
    report = imported(tmp_path / "store", "targets", body, language=Language.ZH_HANT)
    assert "不是月份" in report.quarantines[0].read_text(encoding="utf-8-sig")


def test_a_file_of_bad_rows_alone_makes_no_version(tmp_path: Path) -> None:
    report = imported(tmp_path / "store", "targets", "person,month,amount\nann,October,5\n")
    assert (report.rows_new, report.rows_quarantined) == (0, 1)
    assert open_store(tmp_path / "store", zone=SHANGHAI).version() == {"targets": 0}
