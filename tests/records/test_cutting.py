"""Files cut into cells as bytes, and in slices: nothing about them changes but the speed."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe.core.problem import ProblemsFound
from kaohe.records import clock, csvrows, filling, quotes
from kaohe.records.csvrows import CsvRows, Dialect
from kaohe.records.decoding import compacted, decoded
from kaohe.records.encodings import BIG5, GB18030
from kaohe.records.store import open_store
from records.shops import SHANGHAI, content, imported

CHINESE = st.text(st.sampled_from("中文厊龜𠮷€·，a\x1e\x00 \n\"',|"), max_size=8)
FEW = settings(deadline=None, max_examples=60)


def rows_of(rows: CsvRows, coded: Sequence[int] = ()) -> list[tuple[int, tuple[str, ...]]]:
    """Return each record with its number, and its cells."""
    return [
        (batch.first + place, tuple(row.values()))
        for batch in rows.batches(range(len(rows.header)), coded)
        for place, row in enumerate(batch.columns.to_pylist())
    ]


@FEW
@given(st.lists(CHINESE, max_size=20), st.sampled_from([GB18030, "utf-8"]), st.integers(0, 3))
def test_cells_are_decoded_together_as_they_are_one_by_one(
    texts: list[str], encoding: str, first: int
) -> None:
    cells = pa.array([text.encode(encoding) for text in texts], pa.binary()).slice(first)
    assert decoded(cells, encoding).to_pylist() == texts[first:]
    assert decoded(cells.dictionary_encode(), encoding).to_pylist() == texts[first:]


def test_two_spellings_of_one_word_are_one_word_of_the_dictionary() -> None:
    cells = pa.array([b"\xa2\xcc", b"\xa4\x51", b"\xa2\xcc"], pa.binary()).dictionary_encode()
    read = decoded(cells, BIG5)
    assert read.to_pylist() == ["十", "十", "十"]
    assert read.dictionary.to_pylist() == ["十"]


@pytest.mark.parametrize("cell", [b"\xd6", b"\xd6\xd0\xff", b"\x81\x30\x81"])
def test_what_is_no_text_is_refused_in_any_cell(cell: bytes) -> None:
    with pytest.raises(UnicodeDecodeError):
        decoded(pa.array([b"a", cell, "中".encode(GB18030)], pa.binary()), GB18030)


def test_a_broken_character_is_refused_even_in_a_column_that_nobody_wants(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes("名,值\n中,文\n".encode(GB18030) * 200 + b"\xd6,1\n")
    with pytest.raises(ProblemsFound) as refused:
        list(CsvRows(file, Dialect(GB18030)).batches([1]))
    (problem,) = refused.value.problems
    assert problem.place.line == 401


@pytest.mark.parametrize("block", [1 << 10, 1 << 22])
def test_rows_after_one_of_another_width_keep_their_numbers(block: int, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    rows = [f"客{number},文字{number % 7}" for number in range(500)]
    lines = ["名,值", *rows[:300], "多,一,个", *rows[300:450], "少", *rows[450:]]
    file.write_bytes("\n".join(lines).encode(GB18030))
    read = CsvRows(file, Dialect(GB18030))
    with patch.object(csvrows, "BLOCK_BYTES", block):
        found = rows_of(read, [0, 1])
    assert found == [(number, tuple(row.split(","))) for number, row in enumerate(rows)]
    assert read.misfits == 2


def test_a_delimiter_that_is_half_a_character_cuts_none(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    assert "厊|厊".encode(GB18030).count(b"|") == 3
    file.write_bytes("名|值\n厊|厊\n".encode(GB18030))
    assert rows_of(CsvRows(file, Dialect(GB18030, "|"))) == [(0, ("厊", "厊"))]


@FEW
@given(
    st.lists(
        st.sampled_from(["a,b,c\n", '"x","y\nz",c\n', '"a",b"\n', '"\n', ",,\n", '"p""q",1,2\n']), max_size=12
    ),
    st.integers(1, 40),
)
def test_quotation_marks_read_alike_in_slices_of_any_size(parts: list[str], size: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.csv"
        file.write_text("x,y,z\n" + "".join(parts), "utf-8")
        whole = quotes._regular(file, ",", 3)
        with patch.object(quotes, "SLICE_BYTES", size):
            assert quotes._regular(file, ",", 3) == whole


TIMES = st.sampled_from(
    [
        "2026-10-01 09:30:00",
        "2026-10-01T23:59:59",
        "1990-01-01 00:00:00",
        "1989-12-31 23:59:59",
        "2099-12-31 23:59:59",
        "2100-01-01 00:00:00",
        "0001-01-01 00:00:00",
        "2024-02-29 12:00:00",
        "2026-03-29 02:30:00",
        "1991-04-14 00:30:00",
    ]
)
ODD = st.sampled_from(
    ["2026-02-29 12:00:00", "2026-10-01 24:00:00", "2026-10-01 12:00+08", "2026-10-01 09:30", ""]
)


@FEW
@given(
    st.lists(TIMES, min_size=1, max_size=8),
    st.lists(ODD, max_size=2),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin"]),
)
def test_plain_times_read_as_they_do_beside_odd_ones(times: list[str], odd: list[str], zone: str) -> None:
    alone = clock.times(pa.array(times), ZoneInfo(zone))
    beside = clock.times(pa.array([*times, *odd, "x"]), ZoneInfo(zone))
    for name in ("values", "unlike", "nonexistent", "outside", "skipped"):
        assert np.array_equal(getattr(alone, name), getattr(beside, name)[: len(times)]), name


def test_compacted_rows_hold_only_the_words_that_occur_in_order() -> None:
    codes = pa.array(["d", "b", "a", "b", "c"]).dictionary_encode()
    (column,) = compacted(pa.RecordBatch.from_arrays([codes], ["name"]).slice(1, 3)).columns
    assert column.to_pylist() == ["b", "a", "b"]
    assert column.dictionary.to_pylist() == ["a", "b"]


def test_days_merged_alone_hold_what_days_merged_together_do(tmp_path: Path) -> None:
    lines = [f"S,a,c{line % 3},2026-10-0{1 + line % 4} 10:00:{line:02},agent,{line}\n" for line in range(40)]
    export = "shop,account,customer,sent_at,sender,text\n" + "".join(lines)
    imported(tmp_path / "together", "messages", export)
    with patch.object(filling, "ALONE_ROWS", 5):
        imported(tmp_path / "alone", "messages", export)
    together, alone = (open_store(tmp_path / one, zone=SHANGHAI) for one in ("together", "alone"))
    assert content(alone) == content(together)
    assert alone.partitions() == together.partitions()
