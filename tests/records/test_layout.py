"""How the store's files are laid out, for those who read a part of them."""

import random
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kaohe.records import deltas
from kaohe.records.store import Store, open_store
from records.shops import SHANGHAI, imported

DAY = date(2026, 10, 1)
CUSTOMERS = ["tb1", "tb10", "tb2", "老王", "老 王", "Ａ", "a", "\U0001f600", "=1+1", "O'Brien"]


def store_of(folder: Path, counts: list[int], rows: int) -> Store:
    """Fill a store with so many lines of each customer, about so many to a row group."""
    lines = [
        f"S,a,{customer},2026-10-01 10:{place // 60:02}:{place % 60:02},customer,{place}\n"
        for customer, count in zip(CUSTOMERS, counts, strict=False)
        for place in range(count)
    ]
    random.Random(len(lines)).shuffle(lines)
    # The real size would need a file of a hundred thousand lines for each case.
    with patch.object(deltas, "ROW_GROUP_ROWS", rows):
        imported(folder / "store", "messages", "shop,account,customer,sent_at,sender,text\n" + "".join(lines))
    return open_store(folder / "store", zone=SHANGHAI)


@pytest.mark.parametrize(
    ("counts", "rows"), [([3] * 10, 8), ([1, 20, 1, 1, 7, 9], 5), ([30], 4), ([4, 4, 4], 4), ([1], 100)]
)
def test_the_pieces_of_a_day_hold_whole_customers_and_are_the_day(
    counts: list[int], rows: int, tmp_path: Path
) -> None:
    store = store_of(tmp_path, counts, rows)
    pieces = [store.messages("S", DAY, piece=piece) for piece in range(store.pieces("S", DAY))]
    assert pa.concat_tables(pieces).to_pylist() == store.messages("S", DAY).to_pylist()
    seen = [customer for piece in pieces for customer in set(piece["customer"].to_pylist())]
    assert sorted(seen) == sorted(CUSTOMERS[: len(counts)])
    assert len(pieces) > 1 or sum(counts) <= max(rows, *counts)


@pytest.mark.parametrize(
    "wanted", [["老王", "tb10"], ["\U0001f600"], ["nobody"], ["Ａ", "nobody", "=1+1"], []]
)
def test_some_customers_chats_are_found_without_reading_the_others(wanted: list[str], tmp_path: Path) -> None:
    store = store_of(tmp_path, [5] * 10, 7)
    found = store.conversations("S", DAY, wanted)
    whole = store.messages("S", DAY).to_pylist()
    assert found.to_pylist() == [row for row in whole if row["customer"] in wanted]
    read: list[list[int]] = []
    really = pq.ParquetFile.read_row_groups

    def counted(file: pq.ParquetFile, groups: list[int], **options: object) -> pa.Table:
        read.append(groups)
        return really(file, groups, **options)

    with patch.object(pq.ParquetFile, "read_row_groups", counted):
        store.conversations("S", DAY, wanted)
    assert len(read) <= len(wanted) < store.pieces("S", DAY)


def test_a_file_that_does_not_speak_of_whole_customers_is_one_piece(tmp_path: Path) -> None:
    store = store_of(tmp_path, [5] * 10, 7)
    (file,) = (tmp_path / "store" / "messages").glob("shop=*/*/*.parquet")
    rows = pq.ParquetFile(file).read().replace_schema_metadata(None)
    pq.write_table(rows, file, row_group_size=4)
    store = open_store(tmp_path / "store", zone=SHANGHAI)
    assert store.pieces("S", DAY) == 1
    assert store.messages("S", DAY, piece=0).num_rows == 50
    assert store.conversations("S", DAY, ["老王"]).num_rows == 5


def test_a_day_without_lines_has_no_pieces(tmp_path: Path) -> None:
    assert store_of(tmp_path, [1], 7).pieces("S", date(2026, 10, 2)) == 0


def test_a_days_orders_stand_by_creation(tmp_path: Path) -> None:
    header = "shop,order_id,customer,created_at,amount\n"
    rows = ["S,2,c,2026-10-01 10:00:00,1", "S,1,c,2026-10-01 10:00:00,1", "S,3,c,2026-10-01 09:00:00,1"]
    imported(tmp_path / "store", "orders", header + "\n".join(rows) + "\n")
    store = open_store(tmp_path / "store", zone=SHANGHAI)
    assert store.orders_of("S", DAY)["order_id"].to_pylist() == ["3", "1", "2"]
    assert dict.fromkeys(store.order_days()) == {("S", DAY): None}
    assert store.orders_of("S", date(2026, 10, 2)).num_rows == 0
