"""Measures from a store that imports filled: the same numbers, and only what changed is computed."""

import json
import shutil
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kaohe.measures.compute import Measured, compute
from kaohe.measures.rules_file import load_rules
from kaohe.records.importing import import_files
from kaohe.records.opening import open_records

CASE = Path(__file__).parent.parent / "conformance" / "small-1"
RULES = load_rules(CASE / "rules.yaml")
ZONE = ZoneInfo(RULES.timezone)
DAYS = [
    date.fromisoformat(json.loads((CASE / "case.json").read_text())[key]) for key in ("from", "to", "as_of")
]


def measured(store: Path, cache: Path | None = None) -> Measured:
    return compute(open_records(store, timezone=ZONE), RULES, *DAYS, cache=cache)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store: Path = tmp_path_factory.mktemp("filled") / "store"
    for file in sorted((CASE / "records").iterdir()):
        import_files(store, "table", [file], timezone=ZONE)
    return store


@pytest.fixture
def store(filled: Path, tmp_path: Path) -> Path:
    shutil.copytree(filled, tmp_path / "store")
    return tmp_path / "store"


def test_a_store_gives_what_the_plain_directory_gives(store: Path, tmp_path: Path) -> None:
    plain = measured(CASE / "records")
    kept = measured(store, tmp_path / "kept")
    assert kept.daily.equals(plain.daily)
    for name in ("receptions", "orders", "outreaches", "later_orders"):
        assert getattr(kept, name).to_pylist() == getattr(plain, name).to_pylist()


def test_what_an_import_brings_is_computed_and_nothing_else(store: Path, tmp_path: Path) -> None:
    cache = tmp_path / "kept"
    first = measured(store, cache)
    assert first.kernel_calls > 0
    assert measured(store, cache).computed == {}
    late = tmp_path / "messages.csv"
    late.write_text(
        "shop,account,customer,sent_at,sender,text,seq\n"
        '"店, 三",客服6,somebody new,2026-05-03 10:00:00,customer,在嗎,99999\n',
        "utf-8",
    )
    import_files(store, "table", [late], timezone=ZONE)
    again = measured(store, cache)
    assert again.kernel_calls == 1
    assert again.daily.equals(measured(store).daily)
    assert again.receptions.num_rows == first.receptions.num_rows + 1
