"""Sheets that ask for scores: all is locked but the cells for scores and notes.

What is written through these pages is noted in the fingerprint, so that it can be
found again, and compared, when the file comes back.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from fractions import Fraction
from pathlib import Path

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.workbook import Workbook

from kaohe.core.language import Language, Text, say
from kaohe.core.number import plain
from kaohe.core.writing import written_aside
from kaohe.policy.policy import FormItem
from kaohe.ratings.fingerprint import Cell, Fingerprint, Kind, Role, hide
from kaohe.statements.workbook import OPTIONS
from kaohe.statements.workbook.paper import ACCENT, CELL, RULE, Book, Page, Style, sheet_names

OPEN: Style = {"locked": False, "bg_color": "#FFF9E3", "border": 1, "border_color": RULE, "valign": "vcenter"}
SCORE: Style = OPEN | {"align": "center", "bold": True, "font_size": 11}
NOTE: Style = OPEN | {"text_wrap": True, "num_format": "@", "indent": 1}
LINKED: Style = CELL | {"font_color": ACCENT, "underline": 1, "valign": "vcenter"}
MIDDLE: Style = {"valign": "vcenter"}
MOST_PROMPT = 250
"""A spreadsheet shows no more than 255 letters beside a cell."""
MOST_PROMPT_TITLE = 32
ALLOWED = {"format_columns": True, "format_rows": True, "select_locked_cells": True}
OVERVIEW = "overview"
LINE: Style = {"text_wrap": True, "valign": "vcenter"}
COVER_WIDTH = 96.0
"""What the first sheet says takes so many signs across, which paper on its short side has room for."""


@dataclass
class Asking:
    """A workbook that asks one person for scores.

    Attributes:
        book: The workbook.
        kind: What it is for.
        cells: The cells that matter, as they are written.
        checked: Sheet → the last row in which nothing else may stand.
    """

    book: Book
    kind: Kind
    cells: list[Cell] = field(default_factory=list)
    checked: dict[str, int] = field(default_factory=dict)

    def page(self, kind: str, name: str = "", *, landscape: bool = False) -> "AskingPage":
        """Add a locked sheet."""
        page = self.book.page(kind, name, landscape=landscape)
        page.sheet.protect("", ALLOWED)
        return AskingPage(self.book, page.sheet, asking=self)


@dataclass
class AskingPage(Page):
    """A locked sheet, written from top to bottom.

    Attributes:
        asking: The workbook.
        strict: Whether what is written must come back as it is.
        scores: Where the open cells for scores are.
    """

    asking: Asking = field(kw_only=True)
    strict: bool = field(default=True, kw_only=True)
    scores: list[tuple[int, int]] = field(default_factory=list, kw_only=True)

    def text(self, column: int, text: str, style: Style = CELL, *, fit: bool = True) -> None:
        """Write a text as text, whatever it looks like."""
        super().text(column, text, style, fit=fit)
        if self.strict and text:
            self._note(column, Role.FIXED, text=text)

    def across(self, first: int, last: int, text: str, style: Style = CELL) -> None:
        """Write a text over several columns."""
        self.sheet.merge_range(self.row, first, self.row, last, text, self.book.style(style))
        if self.strict and text:
            self._note(first, Role.FIXED, text=text)

    def ask(self, column: int, subject: str, item: FormItem) -> None:
        """Write the open cells for a score and, right of it, its note."""
        low, high = plain(item.low), plain(item.high)
        self.sheet.write_blank(self.row, column, None, self.book.style(SCORE))
        self.sheet.write_blank(self.row, column + 1, None, self.book.style(NOTE))
        self.sheet.data_validation(self.row, column, self.row, column, self._validation(item))
        self.scores.append((self.row, column))
        self._note(column, Role.SCORE, subject=subject, item=item.name, low=low, high=high)
        self._note(column + 1, Role.NOTE, subject=subject, item=item.name)

    def counted(self) -> str:
        """Return the formula that counts the scores given on this sheet."""
        quoted = self.name.replace("'", "''")
        column = xl_col_to_name(self.scores[0][1], col_abs=True)
        rows = [row for row, _ in self.scores]
        return f"=COUNT('{quoted}'!{column}${min(rows) + 1}:{column}${max(rows) + 1})"

    def checked_to(self, row: int) -> None:
        """Say that nothing else may stand in the rows up to this one."""
        self.asking.checked[self.name] = row

    def _note(self, column: int, role: Role, **rest: str) -> None:
        self.asking.cells.append(Cell(self.name, self.row, column, role, **rest))

    def _validation(self, item: FormItem) -> dict[str, object]:
        language = self.book.language
        expected = scale_said(item).to(language)
        prompt = "\n".join((expected, *(f"{score}  {words}" for score, words in anchors(item, language))))
        title = called(item, language)[:MOST_PROMPT_TITLE]
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": plain(item.low),
            "maximum": plain(item.high),
            "input_title": title,
            "input_message": prompt if len(prompt) <= MOST_PROMPT else prompt[: MOST_PROMPT - 1] + "…",
            "error_title": title,
            "error_message": expected,
        }


@dataclass(frozen=True, slots=True)
class Cover:
    """What the first sheet says.

    Attributes:
        title: What the round is called.
        lines: Who fills it in, about what, by when, and how.
        headers: What the columns of the list of sheets are called.
    """

    title: str
    lines: tuple[str, ...]
    headers: tuple[Text, ...]


def cover(
    page: AskingPage, told: Cover, rows: Iterable[tuple[str, str, AskingPage, tuple[str, ...]]]
) -> None:
    """Write the first sheet: what it is about, and each sheet with how many scores are still left.

    Args:
        page: The sheet.
        told: What it says.
        rows: Each sheet: its kind and name, the page, and the cells before the counts.
    """
    page.strict = False
    page.text(0, told.title, {"bold": True, "font_size": 16, "font_color": ACCENT}, fit=False)
    page.sheet.set_row(page.row, 26)
    page.row += 1
    lines, page.row = page.row, page.row + len(told.lines) + 1
    right = len(told.headers)
    page.headers((page.book.say(one) for one in told.headers), right=(right - 3, right - 2, right - 1))
    for kind, name, sheet, cells in rows:
        page.link(0, kind, name, sheet.name)
        for column, cell in enumerate(cells, start=1):
            page.text(column, cell, CELL | {"indent": 1})
        _counts(page, len(cells) + 1, sheet)
        page.row += 1
    page.fix(right, max(1.0, COVER_WIDTH - sum(page.width(column) for column in range(right))))
    page.row = lines
    for line in told.lines:
        page.sheet.merge_range(page.row, 0, page.row, right, line, page.book.style(LINE))
        page.height(line, COVER_WIDTH)
        page.row += 1
    page.done()


def _counts(page: AskingPage, column: int, sheet: AskingPage) -> None:
    """Write how many scores a sheet asks for, how many are given, and how many are left."""
    style = page.book.style(CELL | {"align": "right"})
    page.sheet.write_number(page.row, column, len(sheet.scores), style)
    page.sheet.write_formula(page.row, column + 1, sheet.counted(), style, 0)
    asked, given = (xl_rowcol_to_cell(page.row, column + shift) for shift in (0, 1))
    left = page.book.style(CELL | {"align": "right", "bold": True})
    page.sheet.write_formula(page.row, column + 2, f"={asked}-{given}", left, len(sheet.scores))


def called(item: FormItem, language: Language) -> str:
    """Return what an item is called."""
    return say(item.told.title, language) or item.name


def anchors(item: FormItem, language: Language) -> list[tuple[str, str]]:
    """Return what some scores mean, the best first."""
    return [
        (plain(score), say(words, language)) for score, words in sorted(item.anchors.items(), reverse=True)
    ]


def scale_said(item: FormItem) -> Text:
    """Return between what an item is scored."""
    return Text("from {low} to {high}").filled(low=plain(item.low), high=plain(item.high))


def weight_said(items: Mapping[str, FormItem], item: FormItem) -> str:
    """Return an item's weight beside the others: ``30%``."""
    share = item.weight * 100 / sum((one.weight for one in items.values()), Fraction(0))
    return f"{plain(share, 1)}%"


@contextmanager
def asking(  # noqa: PLR0913 - what a workbook is made from
    out: Path,
    kind: Kind,
    language: Language,
    sheets: Iterable[tuple[tuple[str, str], str]],
    *,
    title: str,
    made: date,
    fingerprint: Fingerprint,
) -> Iterator[Asking]:
    """Open a workbook to be written; on leaving it is closed and put in place whole.

    Args:
        out: The file.
        kind: What it is for.
        language: The language of whoever fills it in.
        sheets: (kind, name) and wanted title of each sheet, in order.
        title: The file's title.
        made: The day it says that it was made.
        fingerprint: What is asked; its cells are filled in from what is written.
    """
    with written_aside(out) as part:
        workbook = Workbook(str(part), OPTIONS)
        workbook.set_properties({"title": title, "created": datetime.combine(made, time())})
        workbook.set_calc_mode("auto")
        wanted = list(sheets)
        names = dict(zip((key for key, _ in wanted), sheet_names(name for _, name in wanted), strict=True))
        opened = Asking(Book(workbook, language, names), kind)
        try:
            yield opened
            whole = Fingerprint(
                kind=kind,
                round=fingerprint.round,
                rater=fingerprint.rater,
                policy=fingerprint.policy,
                opens=fingerprint.opens,
                due=fingerprint.due,
                cells=tuple(opened.cells),
                checked=opened.checked,
            )
            hide(workbook, whole)
        finally:
            workbook.close()
