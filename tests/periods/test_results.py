"""What is written of a run for people to read."""

from pathlib import Path

import openpyxl

from kaohe.core.language import Language
from kaohe.periods.books.shelf import made_shelf
from kaohe.periods.results import write_results
from kaohe.periods.runs import run
from periods.desks import made_desk


def test_workbook_and_page_tell_what_is_wrong_with_the_records_too(tmp_path: Path) -> None:
    desk = made_desk(tmp_path / "desk")
    made_shelf(desk.books)
    desk.sell([("nobody", "2026-07-04", "10")])
    write_results(run(desk.request("2026-07")), tmp_path, Language.EN, progress=lambda _done, _all: None)
    told = openpyxl.load_workbook(tmp_path / "statement.xlsx")["Problems"]
    assert "M202" in [row[0] for row in told.iter_rows(values_only=True)]
    assert "<code>M202</code>" in (tmp_path / "statement.html").read_text("utf-8")
