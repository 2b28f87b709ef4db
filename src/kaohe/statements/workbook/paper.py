"""Sheets as the workbook's pages are written on them: styles, widths, exact numbers, links.

Everything that people typed is written as text, whatever it looks like; a number is
rounded to what is shown before it becomes a cell, so that no cell holds more or
less than the reader sees.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import Figure, FigureKey
from kaohe.core.language import Language, Text
from kaohe.statements import labels
from kaohe.statements.layout import cell_shown, decimals
from kaohe.statements.shown import MINUS, NO_VALUE

FONTS = {
    Language.ZH_HANT: "Microsoft JhengHei",
    Language.ZH_HANS: "Microsoft YaHei",
    Language.EN: "Calibri",
}
ACCENT = "#1F5C99"
INK = "#1B2430"
QUIET = "#5B6673"
RULE = "#C9D1DA"
SHADE = "#EEF3F8"
LOSS = "#A3262A"
MOST_NAME = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
RESERVED = {"history"}
MARGIN = 0.45
ACROSS, DOWN = 1036, 680
"""The pixels of a sheet that A4 on its long side has room for, unscaled."""
ROW_HEIGHT = 16.5
ROW_PIXELS = 22
"""A row of ten points, Chinese or Latin, and the same in pixels, which charts are measured in."""
WIDEST_NAME = 26
"""A longer name is written smaller rather than let it widen the sheet."""
WIDEST = 60
"""No column is fitted wider than this: longer texts wrap."""

Style = dict[str, object]
PLAIN: Style = {}
TITLE: Style = {"bold": True, "font_size": 16, "font_color": ACCENT}
SUBTITLE: Style = {"font_color": QUIET}
HEADING: Style = {"bold": True, "font_size": 12, "font_color": ACCENT}
HEADER: Style = {
    "bold": True,
    "bg_color": SHADE,
    "bottom": 1,
    "bottom_color": ACCENT,
    "text_wrap": True,
    "valign": "vcenter",
}
CELL: Style = {"bottom": 4, "bottom_color": RULE, "valign": "vcenter"}
WRAPPED: Style = CELL | {"text_wrap": True, "indent": 1}
BESIDE: Style = CELL | {"indent": 1}
"""Text that stands right of numbers."""
FAINT: Style = CELL | {"align": "right", "font_color": QUIET}
"""Text in a column of numbers that says more of the number before it."""
TOTAL: Style = {"bold": True, "top": 1, "top_color": INK, "valign": "vcenter"}
NAME: Style = CELL | {"shrink": True}
LINK: Style = NAME | {"font_color": ACCENT, "underline": 1}
RIGHT: Style = {"align": "right"}
LOSING: Style = {"font_color": LOSS}
PROVISIONAL: Style = {"italic": True}


def width_of(text: str) -> float:
    """Return how many columns of a digit's width a text needs; Chinese characters are two wide."""
    wide = sum(2.05 if unicodedata.east_asian_width(one) in "WF" else 1.0 for one in text)
    return wide * 1.06


def sheet_names(wanted: Iterable[str]) -> list[str]:
    r"""Return valid sheet names that differ, as near to the wanted ones as the format allows.

    Borders: at most 31 UTF-16 units, none of ``[]:*?/\\``, no apostrophe at either end;
    names that differ in case alone are the same to a spreadsheet.
    """
    taken = set(RESERVED)
    names = []
    for one in wanted:
        stem = FORBIDDEN.sub(" ", one).strip().strip("'").strip() or "-"
        name, number = _cut(stem, MOST_NAME), 1
        while name.casefold() in taken:
            number += 1
            tail = f" ({number})"
            name = _cut(stem, MOST_NAME - len(tail)) + tail
        taken.add(name.casefold())
        names.append(name)
    return names


def _cut(text: str, units: int) -> str:
    while len(text.encode("utf-16-le")) // 2 > units:
        text = text[:-1]
    return text.rstrip().rstrip("'")


def number_format(text: str, behind: str = "") -> str:
    """Return the spreadsheet's format that shows a number as this text does, and a text behind it."""
    places = decimals(text)
    after = "." + "0" * places if places else ""
    called = '"{}"'.format(behind.replace('"', "”")) if behind else ""
    if text.endswith("%"):
        return f"0{after}%{called}"
    form = f"#,##0{after}{called}"
    return f"{'+' if text.startswith('+') else ''}{form};{MINUS}{form};{form}"


def cell_value(text: str) -> Decimal:
    """Return the number that a shown text shows, so that a cell holds neither more nor less."""
    plain = text.replace(",", "").replace(MINUS, "-").removeprefix("+")
    return Decimal(plain[:-1]) / 100 if plain.endswith("%") else Decimal(plain)


@dataclass
class Book:
    """A workbook in one language.

    Attributes:
        workbook: The file.
        language: The language it is written in.
        sheets: What a thing is called as a sheet: (kind, id) → sheet name.
        grade: What the value of a figure is called; blank: nothing.
        appraisal: What is stated; None: the book shows no figures.
    """

    workbook: Workbook
    language: Language
    sheets: dict[tuple[str, str], str] = field(default_factory=dict)
    grade: Callable[[FigureKey], str] = lambda _: ""
    appraisal: Appraisal | None = None
    _formats: dict[tuple[tuple[str, object], ...], Format] = field(default_factory=dict)

    def style(self, style: Style) -> Format:
        """Return the format of a style, made once."""
        whole: Style = {"font_name": FONTS[self.language], "font_size": 10, "font_color": INK} | style
        key = tuple(sorted(whole.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(whole)
        return self._formats[key]

    def say(self, text: Text) -> str:
        """Return a text in the book's language."""
        return text.to(self.language)

    def page(self, kind: str, name: str = "", *, landscape: bool = True, pages: int = 0) -> "Page":
        """Add the sheet that was named for a thing, set up for A4, as wide as the paper.

        Args:
            kind: What kind of thing.
            name: Which one.
            landscape: Whether the paper lies on its long side.
            pages: On how many pages it is printed at most; 0: as many as it takes.
        """
        sheet = self.workbook.add_worksheet(self.sheets[kind, name])
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.set_margins(left=MARGIN, right=MARGIN, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, pages)
        sheet.hide_gridlines(2)
        sheet.set_default_row(ROW_HEIGHT)
        footer = self.say(labels.PAGE.filled(page="&P", pages="&N"))
        sheet.set_footer(f"&L&8&A&R&8{footer}")
        return Page(self, sheet)


@dataclass
class Page:
    """A sheet written from top to bottom.

    Attributes:
        book: The workbook.
        sheet: The sheet.
        row: The row that is written next.
    """

    book: Book
    sheet: Worksheet
    row: int = 0
    _widths: dict[int, float] = field(default_factory=dict)
    _height: float = ROW_HEIGHT

    @property
    def name(self) -> str:
        """The sheet's name."""
        return str(self.sheet.get_name())

    def text(self, column: int, text: str, style: Style = CELL, *, fit: bool = True) -> None:
        """Write a text as text, whatever it looks like."""
        self.sheet.write_string(self.row, column, text, self.book.style(style))
        if fit and not style.get("text_wrap"):
            self.fit(column, width_of(text))

    def say(self, column: int, text: Text, style: Style = CELL, *, fit: bool = True) -> None:
        """Write a text of the catalogue."""
        self.text(column, self.book.say(text), style, fit=fit)

    def link(self, column: int, kind: str, name: str, text: str) -> None:
        """Write a text that leads to another sheet."""
        quoted = self.book.sheets[kind, name].replace("'", "''")
        self.sheet.write_url(self.row, column, f"internal:'{quoted}'!A1", self.book.style(LINK), text)
        self.fit(column, min(width_of(text), WIDEST_NAME))

    def person(self, column: int, person: str, name: str) -> None:
        """Write a person's name; it leads to the person's sheet where there is one."""
        if ("person", person) in self.book.sheets:
            self.link(column, "person", person, name)
        else:
            self.text(column, name, NAME, fit=False)
            self.fit(column, min(width_of(name), WIDEST_NAME))

    def number(self, column: int, text: str, style: Style = CELL, *, grade: str = "") -> None:
        """Write the number that a shown text shows: the cell holds no hidden digits."""
        behind = self.book.say(Text("{value} ({grade})").filled(value="", grade=grade)) if grade else ""
        look = style | RIGHT | {"num_format": number_format(text, behind)}
        look |= LOSING if text.startswith(MINUS) else {}
        # The one step to a float: the format shows just the digits that the number has.
        self.sheet.write_number(self.row, column, float(cell_value(text)), self.book.style(look))
        self.fit(column, len(text) + 2 + (width_of(grade) + 3 if grade else 0))

    def figure(
        self,
        column: int,
        figure: Figure | None,
        style: Style = CELL,
        *,
        places: int | None = None,
        signed: bool = False,
    ) -> None:
        """Write a figure's value, in italics while it is provisional; a dash where it has none."""
        if figure is None or figure.value is None:
            self.text(column, "" if figure is None else NO_VALUE, style | RIGHT | {"font_color": QUIET})
            return
        look = style if figure.final else style | PROVISIONAL
        assert self.book.appraisal is not None
        text = cell_shown(self.book.appraisal, figure, self.book.language, places=places, signed=signed)
        if text.endswith("‰"):
            # A spreadsheet has no per mille: 8 would be a thousandfold, 0.8% another way to write it.
            self.text(column, text, look | RIGHT)
        else:
            self.number(column, text, look, grade=self.book.grade(figure.key))

    def day(self, column: int, day: date | None, style: Style = CELL) -> None:
        """Write a day as a real date; nothing for None."""
        if day is None:
            self.text(column, "", style)
            return
        form = "yyyy-mm-dd"
        self.sheet.write_datetime(
            self.row, column, day, self.book.style(style | RIGHT | {"num_format": form})
        )
        self.fit(column, 12)

    def headers(self, texts: Iterable[str], *, right: Iterable[int] = ()) -> None:
        """Write a row of column headers and go on to the next row."""
        aligned = set(right)
        for column, text in enumerate(texts):
            style = RIGHT if column in aligned else {"indent": 1} if column else {}
            self.text(column, text, HEADER | style, fit=False)
            self.fit(column, min(width_of(text), 14))
        self.row += 1

    def fit(self, column: int, width: float) -> None:
        """Let a column be at least this wide."""
        self._widths[column] = max(self._widths.get(column, 0.0), min(width, WIDEST))

    def width(self, column: int) -> float:
        """Return how wide a column is so far."""
        return self._widths.get(column, 8.0)

    def fix(self, column: int, width: float) -> None:
        """Set a column's width whatever is written into it."""
        self._widths[column] = width

    def wrapped(self, column: int, text: str, width: float, style: Style = WRAPPED) -> None:
        """Write a text that wraps within a width, and make the row high enough for it."""
        self.text(column, text, style)
        self.fit(column, width)
        self.height(text, width)

    def height(self, text: str, width: float) -> None:
        """Make the row high enough for a text that wraps within a width."""
        lines = sum(max(1, -(-int(width_of(line) * 9.6) // int(width * 10))) for line in text.split("\n"))
        self._height = ROW_HEIGHT * min(lines, 20)
        self.sheet.set_row(self.row, self._height)

    def fold(self, row: int) -> None:
        """Fold a row, just written, under the one above."""
        self.sheet.set_row(row, self._height, None, {"level": 1, "hidden": True})

    def pixels(self, columns: int) -> int:
        """Return how wide the first columns are so far, in pixels."""
        return sum(int((self.width(column) + 1) * 7 + 5) for column in range(columns))

    def done(self) -> None:
        """Set the widths of all columns written."""
        for column, width in self._widths.items():
            self.sheet.set_column(column, column, width + 1)
