"""The plain records directory: what it reads, what it refuses, and in which words."""

import csv
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaohe.core.problem import ProblemsFound, Severity
from kaohe.records import Records, open_records
from kaohe.records.schema import LINE_SCHEMA, SENDERS, TABLES
from records.shops import MINIMAL, SHANGHAI, written


def opened(folder: Path, files: Mapping[str, str] | None = None) -> Records:
    return open_records(written(folder, files), timezone=SHANGHAI)


def refused(folder: Path, files: Mapping[str, str]) -> list[str]:
    with pytest.raises(ProblemsFound) as caught:
        opened(folder, files)
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def test_lines_stand_by_customer_time_number_and_place(tmp_path: Path) -> None:
    records = opened(
        tmp_path,
        {
            "messages": "shop,account,customer,sent_at,sender,text,seq\n"
            "S,a,zoe,2026-10-01 10:00:00,customer,z10,10\n"
            "S,a,bob,2026-10-01 11:00:00,agent,b2,\n"
            "S,a,zoe,2026-10-01 10:00:00,agent,z9,9\n"
            "S,a,bob,2026-10-01 11:00:00,customer,b3,1\n"
            "S,a,zoe,2026-10-02 00:00:00,customer,next day,1\n",
        },
    )
    lines = records.messages("S", date(2026, 10, 1))
    assert lines["text"].to_pylist() == ["b2", "b3", "z9", "z10"]
    assert lines.schema == LINE_SCHEMA
    assert records.messages("S", date(2026, 10, 1), text=False).schema.names == LINE_SCHEMA.names[:-1]
    assert dict(records.partitions()) == {("S", date(2026, 10, 1)): "", ("S", date(2026, 10, 2)): ""}
    assert records.messages("S", date(2026, 10, 9)).num_rows == 0


CELLS = st.text(st.sampled_from('ab,"\n\r =+é 王😀'), min_size=1, max_size=6)
ROWS = st.lists(
    st.tuples(CELLS, CELLS, st.integers(0, 200_000), st.sampled_from(SENDERS), CELLS, st.integers(0, 12)),
    max_size=30,
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, numbered=st.booleans())
def test_lines_read_as_a_plain_csv_reader_reads_them(
    tmp_path: Path, rows: list[tuple[str, str, int, str, str, int]], *, numbered: bool
) -> None:
    written(tmp_path)
    start = datetime.fromisoformat("2026-10-01 00:00:00")
    with (tmp_path / "messages.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["shop", "account", "customer", "sent_at", "sender", "text", "seq"][: 6 + numbered])
        for account, customer, second, sender, text, seq in rows:
            cells = ["S", account, customer, start + timedelta(seconds=second), sender, text, seq]
            out.writerow(cells[: 6 + numbered])
    with (tmp_path / "messages.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    expected.sort(key=lambda row: (row["customer"].encode(), row["sent_at"], int(row.get("seq", 0))))
    records = open_records(tmp_path, timezone=SHANGHAI)
    for shop, day in records.partitions():
        lines = records.messages(shop, day).to_pylist()
        assert [{**line, "sent_at": str(line["sent_at"])} for line in lines] == [
            {name: row[name] for name in LINE_SCHEMA.names}
            for row in expected
            if row["sent_at"][:10] == str(day)
        ]
    assert sum(records.messages(*one).num_rows for one in records.partitions()) == len(rows)


def test_cells_stand_as_they_are(tmp_path: Path) -> None:
    names = [" 老 王 ", '"', "a\nb", "=1+1", "\t", "e\u0301", "é", "a\r\nb"]
    body = "".join('S,a,"{}",2026-10-01 10:00:00,customer,\n'.format(n.replace('"', '""')) for n in names)
    records = opened(tmp_path, {"messages": MINIMAL["messages"] + body})
    assert set(records.messages("S", date(2026, 10, 1))["customer"].to_pylist()) == set(names)


def test_columns_may_stand_in_any_order_and_a_bom_does_no_harm(tmp_path: Path) -> None:
    records = opened(tmp_path, {"traffic": "\ufeffuv,sales,day,pv,shop\n5,,2026-10-01,9,S\n"})
    assert records.table("traffic").to_pylist() == [
        {"shop": "S", "day": date(2026, 10, 1), "pv": 9, "uv": 5, "sales": None}
    ]


def test_times_with_an_offset_are_converted_to_the_zone(tmp_path: Path) -> None:
    records = opened(
        tmp_path,
        {
            "orders": "shop,order_id,customer,created_at,amount\n"
            "S,1,c,2026-10-01T20:00:00Z,5\nS,2,c,2026-10-01T20:00:00+09:00,5\n"
            "S,3,c,2026-10-01 20:00:00.999,5\nS,4,c,2026-10-01 20:00:00-0330,5\n",
        },
    )
    assert records.orders()["created_at"].to_pylist() == [
        datetime.fromisoformat("2026-10-02T04:00:00"),
        datetime.fromisoformat("2026-10-01T19:00:00"),
        datetime.fromisoformat("2026-10-01T20:00:00"),
        datetime.fromisoformat("2026-10-02T07:30:00"),
    ]


def test_a_paid_order_without_an_amount_paid_was_paid_in_full(tmp_path: Path) -> None:
    records = opened(
        tmp_path,
        {
            "orders": "shop,order_id,customer,created_at,paid_at,amount,paid_amount,refunded\n"
            "S,1,c,2026-10-01 10:00:00,2026-10-01 10:00:00,5.50,,\n"
            "S,2,c,2026-10-01 10:00:00,,5,,\n"
            "S,3,c,2026-10-01 10:00:00,2026-10-01 10:00:01,5,4.1,1.00\n",
        },
    )
    orders = records.orders()
    assert orders.schema == TABLES["orders"].schema
    assert orders["paid_amount"].to_pylist() == [Decimal("5.50"), None, Decimal("4.10")]
    assert orders["refunded"].to_pylist() == [Decimal("0.00"), Decimal("0.00"), Decimal("1.00")]


def test_the_newest_of_an_orders_states_is_the_one_that_came_furthest(tmp_path: Path) -> None:
    records = opened(
        tmp_path,
        {
            "orders": "shop,order_id,customer,created_at,paid_at,amount,refunded,closed_at\n"
            "S,1,c,2026-10-01 10:00:00,2026-10-01 11:00:00,5,2,\n"
            "S,1,c,2026-10-01 10:00:00,,6,,\n"
            "S,1,c,2026-10-01 10:00:00,2026-10-01 11:00:00,5,,\n"
            "S,1,c,2026-10-01 10:00:00,,6,,\n",
        },
    )
    assert [(row["amount"], row["refunded"]) for row in records.orders().to_pylist()] == [
        (Decimal("5.00"), Decimal("2.00"))
    ]


def test_parquet_says_what_its_types_say(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "orders.csv").unlink()
    table = pa.table(
        {
            "shop": pa.array(["S"]).dictionary_encode(),
            "order_id": pa.array([2260000000000000001]),
            "customer": ["c"],
            "created_at": pa.array(
                [datetime.fromisoformat("2026-10-01T02:00:00")], pa.timestamp("us", "UTC")
            ),
            "paid_at": pa.array([datetime.fromisoformat("2026-10-01T12:00:00")], pa.timestamp("ms")),
            "amount": pa.array([Decimal("3.5")], pa.decimal128(20, 4)),
            "refunded": pa.array([None], pa.string()),
        }
    )
    pq.write_table(table, tmp_path / "orders.parquet")
    assert open_records(tmp_path, timezone=SHANGHAI).orders().to_pylist() == [
        {
            "shop": "S",
            "order_id": "2260000000000000001",
            "customer": "c",
            "created_at": datetime.fromisoformat("2026-10-01T10:00:00"),
            "paid_at": datetime.fromisoformat("2026-10-01T12:00:00"),
            "amount": Decimal("3.50"),
            "paid_amount": Decimal("3.50"),
            "refunded": Decimal("0.00"),
            "closed_at": None,
        }
    ]


def test_a_table_that_may_be_missing_may_also_be_a_file_without_a_byte(tmp_path: Path) -> None:
    records = opened(tmp_path, {"ratings": "", "dsr": "shop,day,attitude\n"})
    assert records.table("ratings").num_rows == records.table("dsr").num_rows == 0


def test_only_the_tables_asked_for_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(MINIMAL["people"], encoding="utf-8")
    records = open_records(tmp_path, timezone=SHANGHAI, required=("people",))
    assert not records.partitions()
    assert records.orders().num_rows == 0
    with pytest.raises(ProblemsFound) as caught:
        open_records(tmp_path, timezone=SHANGHAI)
    assert [one.message.gaps["table"] for one in caught.value.problems] == ["messages", "orders", "accounts"]


def test_one_person_may_hold_an_account_in_two_rows_but_two_people_may_not(tmp_path: Path) -> None:
    header = "shop,account,person,from,to\n"
    assert not opened(tmp_path, {"accounts": header + "S,a,ann,,2026-10-05\nS,a,ann,2026-10-01,\n"}).problems
    told = refused(tmp_path, {"accounts": header + "S,a,ann,,2026-10-05\nS,b,bo,,\nS,a,bo,2026-10-05,\n"})
    assert [line for line in told if "[R222]" in line] == [
        f"accounts.csv:{line}, column “person”: The account “a” is held by “{one}” and by “{other}” "
        f"on 2026-10-05. [R222]"
        for line, one, other in ((2, "ann", "bo"), (4, "bo", "ann"))
    ]


def test_holders_nobody_knows_and_accounts_nobody_held_are_warnings(tmp_path: Path) -> None:
    records = opened(
        tmp_path,
        {
            "messages": MINIMAL["messages"] + "S,x,c,2026-10-01 10:00:00,customer,\n",
            "accounts": "shop,account,person\nS,a,bo\nS,b,bo\n",
        },
    )
    assert [(one.code, one.severity, one.place.line) for one in records.problems] == [
        ("R225", Severity.WARNING, 2),
        ("R224", Severity.WARNING, 0),
    ]
