from collections import Counter
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from kaohe.demo.bulk import write_messages_csv, write_records

LINES = 30_011


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_records(tmp_path_factory.mktemp("bulk"), lines=LINES, shops=2, seed=3, agents=10)


def messages(records: Path) -> pa.Table:
    return pq.read_table(records / "messages.parquet")


def orders(records: Path) -> pa.Table:
    return pq.read_table(records / "orders.parquet")


def test_there_are_exactly_so_many_lines(records: Path) -> None:
    assert messages(records).num_rows == LINES


def test_the_same_seed_gives_the_same_records_and_another_one_others(records: Path, tmp_path: Path) -> None:
    again = write_records(tmp_path / "again", lines=LINES, shops=2, seed=3, agents=10)
    other = write_records(tmp_path / "other", lines=LINES, shops=2, seed=4, agents=10)
    for read in (messages, orders):
        assert read(again).equals(read(records))
        assert not read(other).equals(read(records))


def test_every_day_of_the_month_has_lines_and_no_other_day(records: Path) -> None:
    days = Counter(messages(records)["sent_at"].cast(pa.date32()).to_pylist())
    assert (len(days), min(days).isoformat(), max(days).isoformat()) == (31, "2026-10-01", "2026-10-31")


def test_lines_are_spread_over_shops_accounts_and_senders(records: Path) -> None:
    table = messages(records)
    shops = Counter(table["shop"].to_pylist())
    assert set(shops) == {"示範旗艦店", "示範2店"}
    assert max(shops.values()) - min(shops.values()) <= 31
    assert pc.count_distinct(table["account"]).as_py() == 10
    senders = Counter(table["sender"].to_pylist())
    assert 0.9 < senders["agent"] / senders["customer"] < 1.4
    assert senders["robot"] > 0


def test_orders_are_plausible(records: Path) -> None:
    rows = orders(records).to_pylist()
    paid = [row for row in rows if row["paid_at"]]
    assert len({(row["shop"], row["order_id"]) for row in rows}) == len(rows)
    assert 0.85 < len(paid) / len(rows) < 0.95
    assert all(row["paid_at"] >= row["created_at"] for row in paid)
    assert any(row["paid_at"] - row["created_at"] > timedelta(days=1) for row in paid)
    assert all(row["paid_amount"] == (row["amount"] if row["paid_at"] else None) for row in rows)
    assert 100 < sum(row["amount"] for row in rows) / len(rows) < 300
    said = messages(records)
    known = set(zip(said["shop"].to_pylist(), said["customer"].to_pylist(), strict=True))
    # Half of those who order without a word ask afterwards.
    asked = sum((row["shop"], row["customer"]) in known for row in rows) / len(rows)
    assert 0.6 < asked < 0.95


def test_a_month_may_have_fewer_lines_than_days(tmp_path: Path) -> None:
    records = write_records(tmp_path, lines=7, shops=3, seed=1)
    assert messages(records).num_rows == 7


def test_amounts_are_exact_decimals(records: Path) -> None:
    assert orders(records).schema.field("amount").type == pa.decimal128(18, 2)


def test_the_csv_in_gb18030_holds_the_same_messages(records: Path, tmp_path: Path) -> None:
    file = write_messages_csv(records, tmp_path / "messages.csv")
    assert "示範旗艦店".encode("gb18030") in file.read_bytes()[:500]
    read = pacsv.read_csv(
        file,
        pacsv.ReadOptions(encoding="gb18030"),
        convert_options=pacsv.ConvertOptions(column_types={"sent_at": pa.timestamp("s")}),
    )
    assert read.equals(messages(records).cast(read.schema))


@pytest.mark.parametrize("table", ["people", "accounts", "targets", "traffic", "attendance"])
def test_the_small_tables_are_there(records: Path, table: str) -> None:
    assert len((records / f"{table}.csv").read_text(encoding="utf-8-sig").splitlines()) > 10
