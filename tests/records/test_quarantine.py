"""The quarantine: bad rows as they were, mended and imported again."""

import csv
from io import StringIO
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kaohe.core.language import Language
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


def test_the_remarks_are_in_the_language_that_was_asked_for(tmp_path: Path) -> None:
    body = "person,month,amount\nann,October,5\n"
    report = imported(tmp_path / "store", "targets", body, language=Language.ZH_HANT)
    assert "不是月份" in report.quarantines[0].read_text(encoding="utf-8-sig")


def test_a_file_of_bad_rows_alone_makes_no_version(tmp_path: Path) -> None:
    report = imported(tmp_path / "store", "targets", "person,month,amount\nann,October,5\n")
    assert (report.rows_new, report.rows_quarantined) == (0, 1)
    assert open_store(tmp_path / "store", zone=SHANGHAI).version() == {"targets": 0}
