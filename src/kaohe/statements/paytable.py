"""What everybody is paid, as a page shows it and as a payroll takes it over."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FigureKey, Level, Unit
from kaohe.statements.changes import Carried
from kaohe.statements.layout import Metric, metrics, payslips
from kaohe.statements.payroll import CORRECTIONS, OF_ALL, TO_PAY, payroll
from kaohe.statements.report.graph import Graph
from kaohe.statements.report.said import Said, Telling


def pay_table(graph: Graph, corrections: Sequence[Carried]) -> Mapping[str, object]:
    """Return what everybody is paid: amounts with all their digits, and as people read them."""
    telling, appraisal = graph.telling, graph.telling.appraisal
    paid = payroll(appraisal, corrections)
    totals = list(_totals(appraisal))
    rows = []
    for one in paid.rows:
        keys = [FigureKey(each.name, Level.PERSON, one.person, appraisal.period.label) for each in totals]
        rows.append(
            {
                "subject": one.person,
                "name": graph.names.get(one.person, one.name),
                "values": one.plainly(),
                "totals": [graph.cell(appraisal.figures.get(key)) for key in keys],
                "corrections": _money(telling, one.values[CORRECTIONS], signed=True),
                "to_pay": _money(telling, one.values[TO_PAY]),
            }
        )
    return {
        "columns": [
            {"name": one.name, "title": telling.words(one.title, one.name), "unit": one.unit.value}
            for one in paid.columns
        ],
        "totals": [telling.metric(one) for one in totals],
        "rows": rows,
        "sums": {name.removeprefix("@"): _money(telling, paid.sum(name)) for name in OF_ALL},
        "total_sums": [_money(telling, paid.sum(one.name)) for one in totals],
    }


def _totals(appraisal: Appraisal) -> Iterator[Metric]:
    """Yield the figures that payslips end in."""
    for section in payslips(appraisal.policy):
        yield from (one for one in metrics(appraisal.policy, section) if one.name == section.total)


def _money(telling: Telling, amount: Fraction, *, signed: bool = False) -> Said | None:
    """Return an amount as people read it; None where a difference is none."""
    return None if signed and not amount else telling.value(amount, Unit.MONEY, signed=signed)
