"""Tables of many columns: they go on below rather than lose a digit, whatever the terminal's width."""

import io
import re

import pytest
from rich.console import Console
from rich.text import Text as Line

from kaohe.statements.terminal.wide import Column, Wide

NAMES = [Line("阿湘"), Line("Wilhelmina")]
TITLES = ("Reports handed in (number)", "完成報告（數）", "Timeliness", "績效係數", "Total")
CELLS = (
    ["13", "5"],
    ["11", "9"],
    ["92.31%", "100.00%"],
    ["120.00% (excellent)", "0.00%"],
    ["10,360.00", "0.00"],
)


def printed(table: Wide, width: int) -> list[str]:
    console = Console(width=width, file=io.StringIO(), force_terminal=False)
    with console.capture() as captured:
        console.print(table)
    return captured.get().splitlines()


def wide(**more: bool) -> Wide:
    columns = [
        Column(title, [Line(one) for one in cells]) for title, cells in zip(TITLES, CELLS, strict=True)
    ]
    columns.append(Column("place", [Line("1"), Line("2")], joined=True))
    columns.append(Column("Costs most", [Line("Reply rate −4"), Line("nothing")], is_note=True))
    return Wide("A table", "Name", NAMES, columns, **more)


@pytest.mark.parametrize("width", [34, 48, 60, 80, 100, 140])
def test_every_figure_is_whole_and_no_line_is_too_long(width: int) -> None:
    lines = printed(wide(), width)
    whole = "\n".join(lines)
    assert max(Line(line).cell_len for line in lines) <= width
    for cells in CELLS:
        for cell in cells:
            assert re.search(rf"(^|\s){re.escape(cell)}(\s|$)", whole, re.MULTILINE), (cell, whole)


def test_a_narrow_terminal_gets_the_names_again_above_what_goes_on_below() -> None:
    assert sum("Wilhelmina" in line for line in printed(wide(), 140)) == 1
    assert sum("Wilhelmina" in line for line in printed(wide(), 48)) > 1


def test_words_of_a_title_are_not_cut() -> None:
    lines = printed(wide(), 60)
    words = " ".join(lines).split()
    assert {"Reports", "Timeliness", "(number)"} <= set(words)


def test_what_belongs_together_stays_beside_each_other() -> None:
    for width in (34, 40, 48):
        with_total = next(line for line in printed(wide(), width) if "10,360.00" in line)
        assert re.search(r"10,360\.00\s+1\b", with_total)


def test_a_unit_in_chinese_brackets_is_not_torn_apart() -> None:
    column = Column("未評的同事與上級（數）", [Line("1"), Line("0")])
    lines = printed(Wide("", "姓名", NAMES, [column]), 26)
    assert any(line.strip().endswith("（數）") for line in lines)
    assert not any(line.strip().startswith("）") for line in lines)
