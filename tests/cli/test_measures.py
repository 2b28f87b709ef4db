"""``kaohe measures`` against the worked examples, from a plain directory and from a store."""

import csv
import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kaohe.cli.commands import app

WORLDS = Path(__file__).parents[1] / "conformance"
FILES = ("measures.csv", "receptions.csv", "credited_orders.csv")
NUMBERS = ("value", "amount", "paid_amount", "response_seconds", "first_response_seconds")
runner = CliRunner()


def measured(world: Path, records: Path, out: Path) -> None:
    case = json.loads((world / "case.json").read_text("utf-8"))
    arguments = ["measures", "--records", records, "--rules", world / "rules.yaml", "--out", out]
    arguments += ["--from", case["from"], "--to", case["to"], "--as-of", case["as_of"]]
    result = runner.invoke(app, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output


def rows(file: Path) -> list[tuple[str, ...]]:
    """The rows as sets compare them: sorted, numbers as decimals, measures of zero dropped."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        cells = [
            tuple(plain(name, cell) for name, cell in row.items())
            for row in csv.DictReader(opened)
            if not (file.name == "measures.csv" and Decimal(row["value"]) == 0)
        ]
    return sorted(cells)


def plain(name: str, cell: str) -> str:
    return f"{Decimal(cell).normalize():f}" if name in NUMBERS and cell else cell


@pytest.mark.parametrize("name", ["tiny-1", "small-1"])
def test_a_plain_directory_gives_the_expected_cells(name: str, tmp_path: Path) -> None:
    world = WORLDS / name
    measured(world, world / "records", tmp_path)
    for file in FILES:
        assert rows(tmp_path / file) == rows(world / "expected" / file), file


@pytest.mark.parametrize("name", ["tiny-1", "small-1"])
def test_a_store_gives_the_expected_cells(name: str, tmp_path: Path) -> None:
    world = WORLDS / name
    zone = json.loads((world / "rules.yaml").read_text("utf-8"))["timezone"]
    store = tmp_path / "store"
    for table in sorted((world / "records").iterdir()):
        result = runner.invoke(
            app, ["import", "--into", str(store), "--format", "table", "--timezone", zone, str(table)]
        )
        assert result.exit_code == 0, result.output
    measured(world, store, tmp_path / "out")
    for file in FILES:
        assert rows(tmp_path / "out" / file) == rows(world / "expected" / file), file
    # Once more, from what was kept.
    shutil.rmtree(tmp_path / "out")
    measured(world, store, tmp_path / "out")
    for file in FILES:
        assert rows(tmp_path / "out" / file) == rows(world / "expected" / file), file
