"""The payroll file: the columns that a desk's payroll program wants, from what everybody is paid.

A spreadsheet takes a text that begins like a formula for one, whoever typed it: texts are
written so that they stay texts. Amounts keep all their digits.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import xlsxwriter

from kaohe.core.figure import Unit
from kaohe.core.language import Language, Text
from kaohe.statements.payroll import CORRECTIONS, TO_PAY
from kaohe.web.models import Edition
from kaohe.web.speaking import to

PERSON, NAME, PERIOD, FIRST, LAST, CONSTANT = "@person", "@name", "@period", "@first", "@last", "@constant"
OF_ROWS: Mapping[str, Text] = {
    PERSON: Text("Person's number"),
    NAME: Text("Name"),
    PERIOD: Text("Period"),
    FIRST: Text("First day of the period"),
    LAST: Text("Last day of the period"),
    CONSTANT: Text("Always the same text"),
}
"""What a column can hold beside what everybody is paid."""
LIKE_FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n", "|", "%")
CENT = Decimal("0.01")
Columns = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Paid:
    """What everybody is paid with a period, as an edition keeps it.

    Attributes:
        edition: The period.
        table: Its sheet ``payslips``.
    """

    edition: Edition
    table: Mapping[str, Any]

    def sources(self, language: Language) -> list[tuple[str, str]]:
        """Return what a column can hold: its name, and what it is called."""
        own = [(name, text.to(language)) for name, text in OF_ROWS.items()]
        return own + [(one["name"], to(one["title"], language)) for one in self.table["columns"]]

    def usual(self, language: Language) -> list[dict[str, str]]:
        """Return the columns of a desk that has said nothing: whom, every line, what to pay."""
        called = dict(self.sources(language))
        lines = [one["name"] for one in self.table["columns"] if not one["name"].startswith("@")]
        wanted = (PERIOD, PERSON, NAME, *lines, CORRECTIONS, TO_PAY)
        return [{"source": name, "header": called[name], "text": ""} for name in wanted]

    def rows(self, columns: Columns) -> Iterator[list[str | Decimal]]:
        """Yield a row for everybody who is paid; an amount is a number, and what is none is blank."""
        edition = self.edition
        of_all = {
            PERIOD: edition.period,
            FIRST: edition.first.isoformat(),
            LAST: edition.last.isoformat(),
        }
        for row in self.table["rows"]:
            known = {**of_all, PERSON: row["subject"], NAME: row["name"]}
            amounts = {name: self._amount(name, text) for name, text in row["values"].items()}
            yield [_cell(one, known, amounts) for one in columns]

    def _amount(self, name: str, text: str) -> Decimal:
        """Return an amount with all its digits; of money, two decimal places at least."""
        amount = Decimal(text)
        return max(amount, amount.quantize(CENT), key=_places) if name in self._money else amount

    @cached_property
    def _money(self) -> frozenset[str]:
        return frozenset(one["name"] for one in self.table["columns"] if one["unit"] == Unit.MONEY.value)

    def name(self, form: str) -> str:
        """Return the file's name; figures that are not closed yet say so."""
        state = str(self.edition.version) if self.edition.is_closed else "not-closed"
        return f"payroll-{self.edition.desk.slug}-{self.edition.period}-{state}.{form}"


def _places(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _cell(
    column: Mapping[str, str], known: Mapping[str, str], amounts: Mapping[str, Decimal]
) -> str | Decimal:
    source = column["source"]
    if source == CONSTANT:
        return column.get("text", "")
    if source in known:
        return known[source]
    return amounts.get(source, "")


def as_csv(paid: Paid, columns: Columns) -> bytes:
    """Return the payroll file as CSV, with the mark by which Excel knows UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(one["header"]) for one in columns])
    for row in paid.rows(columns):
        writer.writerow([f"{cell:f}" if isinstance(cell, Decimal) else harmless(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: with an apostrophe before it where needed."""
    return f"'{text}" if text.lstrip(" ").startswith(LIKE_FORMULAS) else text


def as_workbook(paid: Paid, columns: Columns) -> bytes:
    """Return the payroll file as a workbook; texts are cells of text, whatever they begin with."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet(paid.edition.period)
        head, amount = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00##########"})
        for at, one in enumerate(columns):
            sheet.write_string(0, at, one["header"], head)
        for number, row in enumerate(paid.rows(columns), start=1):
            for at, cell in enumerate(row):
                if isinstance(cell, Decimal):
                    sheet.write_number(number, at, cell, amount)
                else:
                    sheet.write_string(number, at, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return made.getvalue()


FORMS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_workbook, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
"""What the file can be: how it is made, and what browsers call it."""
