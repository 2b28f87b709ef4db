"""Small worlds for the appraisal's tests: facts from plain Python, no files."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from kaohe.appraisal.facts import Facts
from kaohe.core.figure import FigureKey, Level
from kaohe.core.number import exact
from kaohe.records.schema import TABLES

MEASURED = pa.schema(
    [
        ("level", pa.string()),
        ("shop", pa.string()),
        ("subject", pa.string()),
        ("day", pa.date32()),
        ("measure", pa.string()),
        ("value", pa.decimal128(20, 2)),
        ("final", pa.bool_()),
    ]
)
SHOP = "示範店"
Counts = Mapping[str, int | str]


def daily(
    rows: Sequence[tuple[str, str, Counts]], shop: Counts | None = None, shop_day: str = ""
) -> pa.Table:
    """Return daily measures: (person, day, measures) rows; the shop's are their sums, and what is given."""
    records = []
    totals: dict[tuple[str, str], Decimal] = {}
    for person, day, counts in rows:
        for measure, value in counts.items():
            number = Decimal(str(value))
            records.append(_record("person", person, day, measure, number))
            totals[day, measure] = totals.get((day, measure), Decimal(0)) + number
    for measure, value in (shop or {}).items():
        totals[shop_day, measure] = Decimal(str(value))
    records += [_record("shop", SHOP, day, measure, value) for (day, measure), value in totals.items()]
    return pa.Table.from_pylist(records, schema=MEASURED)


def _record(level: str, subject: str, day: str, measure: str, value: Decimal) -> dict[str, object]:
    return {
        "level": level,
        "shop": SHOP,
        "subject": subject,
        "day": date.fromisoformat(day),
        "measure": measure,
        "value": value,
        "final": True,
    }


def person(name: str, **cells: object) -> dict[str, object]:
    """Return a row of the people table: a regular agent of the desk, unless told otherwise."""
    row: dict[str, object] = {
        "person": name,
        "name": name,
        "department": "客服部",
        "role": "售前",
        "regular": True,
        "hired_on": date(2025, 1, 15),
        "left_on": None,
        "base_pay": Decimal("3000.00"),
    }
    return row | cells


def facts(
    measures: pa.Table,
    people: Sequence[Mapping[str, object]],
    *,
    as_of: str = "2026-11-30",
    history: Mapping[tuple[str, str, str, str], str] | None = None,
    **tables: Sequence[Mapping[str, object]],
) -> Facts:
    """Return facts; tables that are not given are empty."""
    typed = {
        name: pa.Table.from_pylist([dict(row) for row in tables.get(name, ())], schema=TABLES[name].schema)
        for name in ("targets", "attendance", "entries", "dsr", "scores", "reviews", "operating")
    }
    known: dict[FigureKey, Fraction | None] = {
        FigureKey(figure, Level(level), subject, span): exact(value)
        for (figure, level, subject, span), value in (history or {}).items()
    }
    return Facts(
        daily=measures,
        people=pa.Table.from_pylist([dict(row) for row in people], schema=TABLES["people"].schema),
        history=known,
        as_of=date.fromisoformat(as_of),
        **typed,
    )
