"""The worked cases, cell by cell."""

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kaohe.measures.compute import compute
from kaohe.measures.rules_file import load_rules
from kaohe.measures.writing import write
from kaohe.records.opening import open_records

CASES = Path(__file__).parent.parent / "conformance"
NUMBERS = ("value", "amount", "paid_amount")
KEYS = {
    "measures.csv": ("level", "shop", "subject", "day", "measure"),
    "receptions.csv": ("shop", "person", "customer", "day"),
    "credited_orders.csv": ("shop", "order_id"),
}


def read(path: Path) -> tuple[list[str], dict[tuple[str, ...], dict[str, str | Decimal]]]:
    """Return the header and the rows by key; rows of zeros say nothing."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows = [
            {name: Decimal(cell) if name in NUMBERS and cell else cell for name, cell in row.items()}
            for row in reader
        ]
    kept = [row for row in rows if row.get("value") != 0]
    found = {tuple(str(row[name]) for name in KEYS[path.name]): row for row in kept}
    assert len(found) == len(kept)
    return list(reader.fieldnames or ()), found


@pytest.mark.parametrize("name", ["tiny-1", "small-1"])
def test_a_worked_case_gives_its_files_cell_by_cell(name: str, tmp_path: Path) -> None:
    case = json.loads((CASES / name / "case.json").read_text())
    rules = load_rules(CASES / name / "rules.yaml")
    records = open_records(CASES / name / "records", timezone=ZoneInfo(rules.timezone))
    first, last, as_of = (date.fromisoformat(case[key]) for key in ("from", "to", "as_of"))
    write(compute(records, rules, first, last, as_of), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(KEYS)
    for file in KEYS:
        assert read(tmp_path / file) == read(CASES / name / "expected" / file)
