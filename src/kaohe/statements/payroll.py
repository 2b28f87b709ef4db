"""What everybody is paid, column by column: the lines of payslips, the totals, corrections, what to pay.

Amounts are texts with all their digits, so that whoever takes them over takes them exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FigureKey, Level, Unit
from kaohe.core.language import Language, Text, Words
from kaohe.core.number import plain
from kaohe.statements.changes import ZERO, Carried, Slip, slips, titled
from kaohe.statements.layout import Metric, metrics, payslips

TOTAL, CORRECTIONS, TO_PAY = "@total", "@corrections", "@to_pay"
"""Columns that every scheme has, apart from the figures that it names."""
OF_ALL: Mapping[str, Text] = {
    TOTAL: Text("Total of the payslip"),
    CORRECTIONS: Text("Carried corrections"),
    TO_PAY: Text("To pay"),
}


@dataclass(frozen=True, slots=True)
class PayColumn:
    """One column of what is paid.

    Attributes:
        name: The figure's name, or one of ``OF_ALL``.
        title: What it is called.
        unit: What it is counted in.
    """

    name: str
    title: Words
    unit: Unit


@dataclass(frozen=True, slots=True)
class PayRow:
    """What one person is paid.

    Attributes:
        person: The person.
        name: What they are called.
        values: Column → amount; a person without a figure has no entry.
    """

    person: str
    name: str
    values: Mapping[str, Fraction]

    def plainly(self) -> dict[str, str]:
        """Return the amounts as texts with all their digits."""
        return {name: plain(value) for name, value in self.values.items()}


@dataclass(frozen=True, slots=True)
class Payroll:
    """What everybody is paid with a period.

    Attributes:
        columns: The columns: the lines in the scheme's order, then those that every scheme has.
        rows: The people: who has a payslip, then who has only a correction.
    """

    columns: tuple[PayColumn, ...]
    rows: tuple[PayRow, ...]

    def sum(self, column: str) -> Fraction:
        """Return the sum of a column."""
        return sum((row.values.get(column, ZERO) for row in self.rows), ZERO)


def payroll(appraisal: Appraisal, carried: Sequence[Carried] = ()) -> Payroll:
    """Return what everybody is paid with a period.

    Args:
        appraisal: The figures.
        carried: The corrections of earlier periods that are paid with it.
    """
    lines = tuple(
        metric for section in payslips(appraisal.policy) for metric in metrics(appraisal.policy, section)
    )
    columns = [PayColumn(one.name, titled(appraisal, one.name, one.level), one.unit) for one in lines]
    columns += [PayColumn(name, _words(text), Unit.MONEY) for name, text in OF_ALL.items()]
    rows = (PayRow(one.person, one.name, _values(appraisal, lines, one)) for one in slips(appraisal, carried))
    return Payroll(tuple(columns), tuple(rows))


def _words(text: Text) -> Words:
    return {language: text.to(language) for language in Language}


def _values(appraisal: Appraisal, lines: Sequence[Metric], slip: Slip) -> dict[str, Fraction]:
    found = {}
    for line in lines:
        key = FigureKey(line.name, Level.PERSON, slip.person, appraisal.period.label)
        figure = appraisal.figures.get(key)
        if figure is not None and figure.value is not None:
            found[line.name] = figure.value
    corrections = sum((one.amount for one in slip.carried), ZERO)
    return {**found, TOTAL: slip.total, CORRECTIONS: corrections, TO_PAY: slip.to_pay}
