"""Rows that are made here come in as files do: all or none where one asks so, and only over what was seen."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kaohe.core.language import Language
from kaohe.core.problem import ProblemsFound
from kaohe.records.handing import Row, handed_in, held_rows
from kaohe.records.importing import ImportReport

ZONE = ZoneInfo("Asia/Shanghai")


def entry(person: str, quantity: str = "1", approved_by: str = "") -> Row:
    return {
        "person": person, "day": "2026-10-05", "item": "praise", "quantity": quantity,
        "note": "", "by": "lead", "approved_by": approved_by,
    }  # fmt: skip


def hand(store: Path, table: str, *rows: Row, **how: object) -> ImportReport:
    return handed_in(store, table, rows, ZONE, Language.EN, **how)  # type: ignore[arg-type] # by name


def test_what_was_handed_in_is_read_back_as_a_file_would_have_it(tmp_path: Path) -> None:
    store = tmp_path / "store"
    person = {"person": "ann", "name": "Ann", "department": "", "role": "", "regular": "yes", "hired_on": "",
              "left_on": "2026-10-31", "base_pay": "2800.5", "superior": ""}  # fmt: skip
    assert held_rows(store, "people").rows == ()
    hand(store, "people", person)
    assert held_rows(store, "people").rows == (person,)


def test_one_bad_row_keeps_all_out_where_one_asks_so(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with pytest.raises(ProblemsFound) as refused:
        hand(store, "entries", entry("ann"), entry("bo", "none"), strict=True)
    assert [one.code for one in refused.value.problems] == ["R212"]
    assert held_rows(store, "entries").rows == ()
    assert not (store / "quarantine").exists()
    assert hand(store, "entries", entry("ann"), entry("bo", "none")).rows_new == 1


def test_rows_made_from_an_older_version_do_not_come_in(tmp_path: Path) -> None:
    store = tmp_path / "store"
    hand(store, "entries", entry("ann"))
    seen = held_rows(store, "entries")
    hand(store, "entries", entry("bo"))
    with pytest.raises(ProblemsFound) as refused:
        hand(store, "entries", *seen.rows, whole=True, since=seen.version)
    assert [one.code for one in refused.value.problems] == ["R409"]
    assert len(held_rows(store, "entries").rows) == 2


def test_an_approval_comes_later_and_never_goes(tmp_path: Path) -> None:
    store = tmp_path / "store"
    hand(store, "entries", entry("ann"))
    report = hand(store, "entries", entry("ann", approved_by="hr"))
    assert (report.rows_new, report.rows_replaced) == (0, 1)
    hand(store, "entries", entry("ann"))
    assert [row["approved_by"] for row in held_rows(store, "entries").rows] == ["hr"]
