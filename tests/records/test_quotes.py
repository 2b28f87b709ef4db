"""Quotation marks: a row that swallows others is refused, a remark of several lines is not."""

import csv
import tempfile
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.core.problem import ProblemsFound
from kaohe.records import fileproblems
from kaohe.records.quotes import LINES_IN_A_CELL, check_quotes
from records.shops import imported, told
from records.test_taobao_orders import PAID, as_csv
from records.test_taobao_orders import imported as imported_orders

HEADER = "shop,account,customer,sent_at,sender,text\n"
WIDTH = 6


def line(number: int, text: str = "hi", customer: str = "c") -> str:
    return f"S,a,{customer},2026-10-01 09:{number // 60:02}:{number % 60:02},agent,{text}\n"


def refused(folder: Path, body: str) -> list[str]:
    with pytest.raises(ProblemsFound) as caught:
        imported(folder / "store", "messages", body)
    return told(caught.value.problems, folder)


def test_a_mark_that_swallows_rows_up_to_the_next_mark_is_told_with_its_line(tmp_path: Path) -> None:
    rows = [line(number) for number in range(100)]
    rows[20] = line(20, customer='"c')
    rows[90] = line(90, '"a, b"')
    assert refused(tmp_path, HEADER + "".join(rows))[0] == (
        "messages-0.csv:22: A quotation mark that opens on this line is not closed there; "
        "it swallows the next rows (70) into one cell. [R136]"
    )


def test_a_mark_that_swallows_one_row_of_the_same_width_is_told(tmp_path: Path) -> None:
    body = HEADER + line(1, '"a"') + line(2, '"b') + line(3, '"c"') + line(4, '"d"')
    assert "messages-0.csv:3:" in refused(tmp_path, body)[0]


def test_a_mark_that_swallows_rows_with_remarks_of_their_own_is_told(tmp_path: Path) -> None:
    rows = [{**PAID, "订单编号": f'="{number}"', "买家会员名": f"tb{number}"} for number in range(9)]
    rows[4]["买家留言"] = ""
    content = as_csv(*rows).decode("gb18030").replace(",tb4,", ',"tb4,')
    with pytest.raises(ProblemsFound) as caught:
        imported_orders(tmp_path, content.encode("gb18030"))
    # Each of the four orders above has a remark of two lines, and the header is one.
    assert [(one.code, one.place.line) for one in caught.value.problems] == [("R136", 10)]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_the_line_is_found_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "messages.csv"
    body = HEADER + line(1, "嗯") + line(2, '"嗯') + line(3) + line(4, '"好"')
    file.write_bytes(body.encode(encoding))
    found = check_quotes(file, encoding, ",", WIDTH)
    assert found
    assert (found.code, found.place.line) == (fileproblems.SWALLOWED.code, 3)


def test_a_cell_of_very_many_lines_is_told(tmp_path: Path) -> None:
    text = "\n".join("x" for _ in range(LINES_IN_A_CELL + 2))
    assert "messages-0.csv:2:" in refused(tmp_path, HEADER + line(1, f'"{text}"'))[0]


@pytest.mark.parametrize(
    "text",
    [
        "one\ntwo\n\nthree",
        "Flat A, 3/F, Some House, 12 Some Road, Kowloon, HK\nFlat B, 3/F, Some House, 14, Kowloon, HK\nend",
        'he said "hi"\nand "ho"\n',
        ",,,,,\n,,,,,\n,,,,,",
        '"\n"\n"',
    ],
)
def test_a_remark_of_several_lines_stays_one_cell(tmp_path: Path, text: str) -> None:
    out = StringIO(newline="")
    csv.writer(out).writerows([["S", "a", f"{number}\n{number}", f"2026-10-01 09:00:0{number}", "agent", text]
                               for number in range(5)])  # fmt: skip
    report = imported(tmp_path / "store", "messages", HEADER + out.getvalue())
    assert (report.rows_new, report.problems) == (5, ())


def test_a_mark_within_a_cell_that_no_mark_opens_means_nothing(tmp_path: Path) -> None:
    body = HEADER + line(1, '5" screen') + line(2) + line(3, '"a, b"')
    assert imported(tmp_path / "store", "messages", body).rows_new == 3


@given(st.lists(st.lists(st.text(alphabet='ab",\n\r0-: ', max_size=12), min_size=5, max_size=5), max_size=8))
def test_what_a_csv_writer_writes_is_never_refused_for_its_marks(rows: list[list[str]]) -> None:
    out = StringIO(newline="")
    csv.writer(out).writerows([["a", "b", "c", "d", "e"], *rows])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file.csv"
        file.write_text(out.getvalue(), encoding="utf-8", newline="")
        found = check_quotes(file, "utf-8", ",", 5)
    # A cell may hold what is a row by itself; nothing but its content tells it from one.
    whole_rows = [cell for row in rows for cell in row for part in cell.split("\n") if part.count(",") == 4]
    assert found is None or whole_rows
