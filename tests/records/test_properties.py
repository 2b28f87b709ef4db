"""What holds for every export: order, cutting, overlapping and repeating change nothing."""

import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kaohe.records.merging import LINE, merged_lines
from kaohe.records.store import open_store
from records.shops import SHANGHAI, content, imported

Line = tuple[str, str, int, str, str]
START = datetime.fromisoformat("2026-10-01 23:59:50")
FEW = settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
NAMES = st.sampled_from(["c", "d", "客 "])
SAID = st.tuples(
    st.sampled_from(["S", "T"]),
    NAMES,
    st.integers(0, 20),
    st.sampled_from(["customer", "agent"]),
    st.sampled_from(["x", "y", 'z"\n']),
)
EXPORT = st.lists(SAID, min_size=1, max_size=25)


def as_csv(lines: Sequence[Line], numbers: Sequence[int] | None = None) -> str:
    rows = ["shop,account,customer,sent_at,sender,text" + (",seq" if numbers else "")]
    for place, (shop, customer, second, sender, text) in enumerate(lines):
        quoted = text.replace('"', '""')
        seq = f",{numbers[place]}" if numbers else ""
        rows.append(f'{shop},a,{customer},{START + timedelta(seconds=second)},{sender},"{quoted}"{seq}')
    return "\n".join(rows) + "\n"


def stored(*commands: Sequence[str]) -> dict[str, object]:
    """Return the content of a new store after these commands, each of one or several files."""
    with tempfile.TemporaryDirectory() as folder:
        for files in commands:
            imported(Path(folder) / "store", "messages", *files)
        return content(open_store(Path(folder) / "store", zone=SHANGHAI))


@FEW
@given(EXPORT, st.randoms(use_true_random=False))
def test_the_order_of_numbered_rows_changes_nothing(export: list[Line], dice: random.Random) -> None:
    numbers = list(range(1, len(export) + 1))
    together = list(zip(export, numbers, strict=True))
    dice.shuffle(together)
    shuffled = as_csv([line for line, _ in together], [number for _, number in together])
    assert stored([shuffled]) == stored([as_csv(export, numbers)])


@FEW
@given(EXPORT, st.data())
def test_cutting_an_export_into_files_changes_nothing(export: list[Line], data: st.DataObject) -> None:
    export.sort(key=lambda line: line[2])
    cut = data.draw(st.integers(0, len(export)))
    assume(export[:cut] != export[cut:])
    parts = [as_csv(export[:cut]), as_csv(export[cut:])]
    assert stored(parts) == stored([as_csv(export)])


@FEW
@given(EXPORT)
def test_importing_an_export_again_changes_nothing(export: list[Line]) -> None:
    assert stored([as_csv(export)], [as_csv(export)]) == stored([as_csv(export)])


@FEW
@given(EXPORT, st.data())
def test_exports_that_overlap_in_time_make_the_whole(export: list[Line], data: st.DataObject) -> None:
    export.sort(key=lambda line: line[2])
    until, since = sorted((data.draw(st.integers(0, 20)), data.draw(st.integers(0, 20))), reverse=True)
    early = as_csv([line for line in export if line[2] <= until])
    late = as_csv([line for line in export if line[2] >= since])
    whole = stored([as_csv(export)])
    assert stored([early], [late]) == whole
    assert stored([late], [early]) == whole


LIFE = (
    "S,1,c,2026-10-01 23:00:00,,9.00,0,",
    "S,1,c,2026-10-01 23:00:00,2026-10-02 10:00:00,8.00,0,",
    "S,1,c,2026-10-01 23:00:00,2026-10-02 10:00:00,8.00,3.00,",
    "S,1,c,2026-10-01 23:00:00,2026-10-02 10:00:00,8.00,8.00,2026-10-09 00:00:00",
)
"""One order from its creation to its end, as exports of four days show it."""


@FEW
@given(st.lists(st.integers(0, len(LIFE) - 1), min_size=1, max_size=6))
def test_an_order_stands_where_its_furthest_export_saw_it(days: list[int]) -> None:
    header = "shop,order_id,customer,created_at,paid_at,amount,refunded,closed_at\n"
    with tempfile.TemporaryDirectory() as folder:
        for day in days:
            imported(Path(folder) / "store", "orders", header + LIFE[day] + "\n")
        imported(Path(folder) / "expected", "orders", header + LIFE[max(days)] + "\n")
        store, expected = (open_store(Path(folder) / name, zone=SHANGHAI) for name in ("store", "expected"))
        assert store.orders().to_pylist() == expected.orders().to_pylist()


WORDS = st.lists(st.tuples(st.sampled_from("cd"), st.integers(0, 2), st.sampled_from("xyz")), max_size=12)


def as_table(lines: Sequence[tuple[str, int, str]]) -> pa.Table:
    ordered = sorted(lines, key=lambda line: line[:2])
    times = pa.array([second * 1_000_000 for _, second, _ in ordered], pa.int64()).cast(pa.timestamp("us"))
    return pa.table(
        {
            "account": pa.array(["a"] * len(ordered), pa.string()),
            "customer": pa.array([customer for customer, _, _ in ordered], pa.string()),
            "sent_at": times,
            "sender": pa.array(["agent"] * len(ordered), pa.string()),
            "text": pa.array([text for _, _, text in ordered], pa.string()),
            "seq": pa.nulls(len(ordered), pa.decimal128(38, 6)),
        }
    )


def counted(table: pa.Table) -> Counter[tuple[object, ...]]:
    return Counter(tuple(row[name] for name in LINE) for row in table.to_pylist())


@given(WORDS, WORDS)
def test_merged_exports_hold_every_line_as_often_as_the_fuller_one(
    one: list[tuple[str, int, str]], other: list[tuple[str, int, str]]
) -> None:
    first, second = as_table(one), as_table(other)
    merged = merged_lines(first, second)
    assert counted(merged.rows) == counted(first) | counted(second)
    assert merged.new == merged.rows.num_rows - first.num_rows
    again = merged_lines(merged.rows, second)
    assert not again.changed
    keys = [(row["customer"], row["sent_at"]) for row in merged.rows.to_pylist()]
    assert keys == sorted(keys)
