"""The store: what an import leaves in it, and what it leaves alone."""

import json
import threading
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from deltalake import DeltaTable

from kaohe.core.problem import ProblemsFound, Severity
from kaohe.records import open_records
from kaohe.records.importing import import_files
from kaohe.records.schema import LINE_SCHEMA, TABLES
from kaohe.records.store import Store, open_store
from records.shops import MINIMAL, SHANGHAI, content, imported, told, written

LINES = "shop,account,customer,sent_at,sender,text\n"
ORDERS = "shop,order_id,customer,created_at,paid_at,amount,refunded,closed_at\n"
DAY = date(2026, 10, 1)


def line(second: str, text: str, sender: str = "customer", account: str = "a", customer: str = "c") -> str:
    return f"S,{account},{customer},2026-10-01 {second},{sender},{text}\n"


def opened(store: Path) -> Store:
    return open_store(store, zone=SHANGHAI)


def texts(store: Path) -> list[str]:
    said: list[str] = opened(store).messages("S", DAY)["text"].to_pylist()
    return said


def test_a_store_holds_what_the_plain_directory_holds(tmp_path: Path) -> None:
    shop = written(
        (tmp_path / "plain"),
        {
            "messages": LINES
            + line("10:00:00", "hi")
            + line("09:00:00", "earlier")
            + line("10:00:00", "ho", "agent"),
            "orders": ORDERS
            + "S,1,c,2026-10-01 10:00:00,2026-10-01 11:00:00,5,,\nS,2,c,2026-10-02 10:00:00,,5,,\n",
            "ratings": "shop,account,customer,rated_at,score\nS,a,c,2026-10-01 10:00:00,5\n",
            "scores": "round,subject,item,rater,score\nr,ann,x,bo,93.333333333333\n",
            "operating": "department,month,indicator,value\nd,2026-10,revenue,-5.5\n",
        },
    )
    for file in sorted(shop.iterdir()):
        imported(tmp_path / "store", file.stem, file.read_bytes())
    store, plain = opened(tmp_path / "store"), open_records(shop, timezone=SHANGHAI)
    assert content(store) == content(plain)
    assert store.messages("S", DAY).schema == plain.messages("S", DAY).schema == LINE_SCHEMA
    for name, table in TABLES.items():
        if name != "messages":
            assert store.table(name).schema == plain.table(name).schema == table.schema


def test_a_directory_is_a_store_once_something_was_imported(tmp_path: Path) -> None:
    imported(tmp_path / "store", "people", MINIMAL["people"])
    assert isinstance(open_records(tmp_path / "store", timezone=SHANGHAI, required=("people",)), Store)
    with pytest.raises(ProblemsFound) as caught:
        open_records(tmp_path / "store", timezone=SHANGHAI)
    assert told(caught.value.problems, tmp_path)[:2] == [
        "store: The table “messages” has never been imported into this store. [R401]",
        (
            "  cure: Import it: kaohe import --into … --format table messages.csv; "
            "千牛 chat logs with --format qianniu-chat, Taobao's orders with --format taobao-orders."
        ),
    ]


def test_importing_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    body = LINES + line("10:00:00", "x") + line("10:00:00", "x") + line("10:00:01", "y")
    first = imported(tmp_path / "store", "messages", body)
    version, ids = opened(tmp_path / "store").version(), opened(tmp_path / "store").partitions()
    second = imported(tmp_path / "store", "messages", body)
    assert (first.rows_new, second.rows_new, second.rows_unchanged, second.partitions) == (3, 0, 3, 0)
    assert opened(tmp_path / "store").version() == version
    assert opened(tmp_path / "store").partitions() == ids


def test_a_chat_line_is_kept_as_often_as_the_fullest_export_holds_it(tmp_path: Path) -> None:
    imported(tmp_path / "store", "messages", LINES + line("10:00:00", "x") * 2 + line("10:00:01", "y"))
    imported(tmp_path / "store", "messages", LINES + line("10:00:00", "x") + line("10:00:01", "y") * 3)
    assert texts(tmp_path / "store") == ["x", "x", "y", "y", "y"]


def test_two_exports_that_each_lack_something_are_put_together(tmp_path: Path) -> None:
    first = line("10:00:00", "a") + line("10:00:00", "b") + line("10:00:00", "d")
    second = line("10:00:00", "b") + line("10:00:00", "c") + line("10:00:00", "d")
    imported(tmp_path / "store", "messages", LINES + first)
    imported(tmp_path / "store", "messages", LINES + second)
    assert texts(tmp_path / "store") == ["a", "b", "c", "d"]


def test_numbered_lines_of_two_exports_go_by_their_numbers(tmp_path: Path) -> None:
    header = LINES.replace("text", "text,seq")
    imported(
        tmp_path / "store", "messages", header + line("10:00:00", "second,2") + line("10:00:00", "fourth,4")
    )
    imported(
        tmp_path / "store", "messages", header + line("10:00:00", "third,3") + line("10:00:00", "first,1")
    )
    assert texts(tmp_path / "store") == ["first", "second", "third", "fourth"]


def test_a_second_with_a_line_that_has_no_number_goes_by_place(tmp_path: Path) -> None:
    header = LINES.replace("text", "text,seq")
    imported(
        tmp_path / "store",
        "messages",
        header + line("10:00:00", "b,2") + line("10:00:00", "a,1") + line("10:00:00", "c,"),
    )
    assert texts(tmp_path / "store") == ["b", "a", "c"]


def test_an_export_cut_in_two_files_is_one_export(tmp_path: Path) -> None:
    first = line("10:00:00", "x") + line("10:00:01", "x")
    second = line("10:00:01", "x") + line("10:00:02", "x")
    imported(tmp_path / "store", "messages", LINES + first, LINES + second)
    assert texts(tmp_path / "store") == ["x"] * 4


def test_files_of_one_command_that_overlap_are_not_added_up(tmp_path: Path) -> None:
    lines = [line(f"10:00:{second:02}", f"{second}") for second in range(12)]
    imported(tmp_path / "store", "messages", LINES + "".join(lines[:8]), LINES + "".join(lines[4:]))
    assert texts(tmp_path / "store") == [str(second) for second in range(12)]


def test_the_same_file_named_twice_is_read_once(tmp_path: Path) -> None:
    body = LINES + line("10:00:00", "x")
    report = imported(tmp_path / "store", "messages", body, body)
    assert texts(tmp_path / "store") == ["x"]
    assert [(problem.code, problem.severity) for problem in report.problems] == [("R118", Severity.WARNING)]


def test_an_order_is_replaced_by_its_newest_state_in_whichever_order_the_exports_come(tmp_path: Path) -> None:
    unpaid = ORDERS + "S,1,c,2026-10-01 10:00:00,,6,,\n"
    paid = ORDERS + "S,1,c,2026-10-01 10:00:00,2026-10-02 10:00:00,5,,\n"
    refunded = ORDERS + "S,1,c,2026-10-01 10:00:00,2026-10-02 10:00:00,5,2.50,\n"
    for name, exports in {"forward": [unpaid, paid, refunded], "back": [refunded, unpaid, paid]}.items():
        for export in exports:
            imported(tmp_path / name, "orders", export)
        assert [(row["amount"], row["refunded"]) for row in opened(tmp_path / name).orders().to_pylist()] == [
            (Decimal("5.00"), Decimal("2.50"))
        ]


def test_where_neither_state_is_newer_the_later_import_counts(tmp_path: Path) -> None:
    imported(tmp_path / "store", "orders", ORDERS + "S,1,c,2026-10-01 10:00:00,,6,,\n")
    report = imported(tmp_path / "store", "orders", ORDERS + "S,1,c,2026-10-01 10:00:00,,5,,\n")
    assert opened(tmp_path / "store").orders()["amount"].to_pylist() == [Decimal("5.00")]
    assert (report.rows_new, report.rows_replaced) == (0, 1)


def test_an_order_that_moves_to_another_day_stays_one_order(tmp_path: Path) -> None:
    late = "S,1,c,2026-10-01 23:59:59,,6,,\n"
    imported(tmp_path / "store", "orders", ORDERS + late + "S,2,c,2026-10-01 10:00:00,,6,,\n")
    moved = ORDERS + "S,1,c,2026-10-02 00:00:00,2026-10-02 00:01:00,6,,\n"
    report = imported(tmp_path / "store", "orders", moved)
    rows = opened(tmp_path / "store").orders().to_pylist()
    assert sorted((row["order_id"], str(row["created_at"])) for row in rows) == [
        ("1", "2026-10-02 00:00:00"),
        ("2", "2026-10-01 10:00:00"),
    ]
    assert (report.rows_new, report.rows_replaced, report.rows_removed, report.partitions) == (0, 1, 0, 2)
    version = opened(tmp_path / "store").version()
    imported(tmp_path / "store", "orders", moved)
    imported(tmp_path / "store", "orders", ORDERS + late)
    assert opened(tmp_path / "store").version() == version


def test_conflicting_states_in_one_file_go_to_quarantine_and_the_rest_comes_in(tmp_path: Path) -> None:
    body = ORDERS + (
        "S,1,c,2026-10-01 10:00:00,,6,,\nS,2,c,2026-10-01 10:00:00,,6,,\n"
        "S,1,c,2026-10-02 10:00:00,,6,,\nS,2,c,2026-10-01 10:00:00,,7,,\nS,3,c,2026-10-01 10:00:00,,7,,\n"
    )
    report = imported(tmp_path / "store", "orders", body)
    assert opened(tmp_path / "store").orders()["order_id"].to_pylist() == ["3"]
    assert (report.rows_read, report.rows_new, report.rows_quarantined, report.rows_unchanged) == (5, 1, 4, 0)
    assert sorted(problem.place.line for problem in report.problems) == [2, 3, 4, 5]


def test_only_the_days_that_change_get_another_content_id(tmp_path: Path) -> None:
    store = tmp_path / "store"
    imported(store, "messages", LINES + line("10:00:00", "x") + "S,a,c,2026-10-02 10:00:00,agent,y\n")
    before = opened(store).partitions()
    imported(store, "messages", LINES + line("10:00:00", "x") + "S,a,c,2026-10-02 10:00:01,agent,z\n")
    after = opened(store).partitions()
    assert [where for where in after if after[where] != before[where]] == [("S", date(2026, 10, 2))]


def test_an_earlier_version_stays_readable(tmp_path: Path) -> None:
    store = tmp_path / "store"
    imported(store, "messages", LINES + line("10:00:00", "x"))
    imported(store, "people", MINIMAL["people"])
    closed, ids = opened(store).version(), opened(store).partitions()
    imported(store, "messages", LINES + line("10:00:01", "y"))
    imported(store, "accounts", MINIMAL["accounts"])
    then = open_store(store, zone=SHANGHAI, version=closed)
    assert then.messages("S", DAY)["text"].to_pylist() == ["x"]
    assert then.partitions() == ids
    assert then.table("accounts").num_rows == 0
    assert then.version() == closed
    assert [entry.table for entry in then.history()] == ["messages", "people"]


def test_the_history_lists_the_imports_with_their_files(tmp_path: Path) -> None:
    store = tmp_path / "store"
    imported(store, "messages", LINES + line("10:00:00", "x") + line("25:00:00", "y"))
    (entry,) = opened(store).history()
    assert (entry.table, entry.format, entry.rows_read, entry.rows_new, entry.rows_quarantined) == (
        "messages",
        "table",
        2,
        1,
        1,
    )
    assert [name for name, _ in entry.files] == ["messages-0.csv"]


def test_a_row_of_a_keyed_table_is_replaced_by_the_later_one(tmp_path: Path) -> None:
    store = tmp_path / "store"
    header = "person,month,amount\n"
    imported(store, "targets", header + "ann,2026-10,5\nbo,2026-10,6\n")
    report = imported(store, "targets", header + "ann,2026-10,7\ncy,2026-10,8\nbo,2026-10,6.00\n")
    assert (report.rows_new, report.rows_replaced, report.rows_unchanged) == (1, 1, 1)
    amounts = {row["person"]: row["amount"] for row in opened(store).table("targets").to_pylist()}
    assert amounts == {"ann": Decimal("7.00"), "bo": Decimal("6.00"), "cy": Decimal("8.00")}


def test_a_table_handed_in_whole_loses_the_rows_that_are_not_there_any_more(tmp_path: Path) -> None:
    store = tmp_path / "store"
    imported(store, "accounts", "shop,account,person\nS,a,ann\nS,b,bo\n")
    report = imported(store, "accounts", "shop,account,person\nS,a,bo\n", whole=True)
    assert [row["person"] for row in opened(store).table("accounts").to_pylist()] == ["bo"]
    assert report.rows_removed == 2
    with pytest.raises(ProblemsFound, match="R403"):
        imported(store, "messages", LINES, whole=True)


def test_events_are_kept_as_often_as_the_fullest_export_holds_them(tmp_path: Path) -> None:
    store = tmp_path / "store"
    header, praise = "person,day,item,quantity,note\n", "ann,2026-10-01,praise,1,\n"
    imported(store, "entries", header + praise * 2 + "ann,2026-10-01,praise,1,thanks\n")
    report = imported(store, "entries", header + praise * 3, header + praise)
    assert report.rows_new == 1
    assert opened(store).table("entries").num_rows == 4


def test_a_verdict_comes_later_and_never_goes(tmp_path: Path) -> None:
    store = tmp_path / "store"
    header, one = "shop,account,customer,filed_at,upheld\n", "S,a,c,2026-10-01 10:00:00,"
    imported(store, "complaints", header + one + "\n" + one + "\n")
    report = imported(store, "complaints", header + one + "yes\n" + one + "\n")
    assert (report.rows_new, report.rows_replaced) == (0, 1)
    again = imported(store, "complaints", header + one + "\n" + one + "\n")
    assert (again.rows_replaced, again.rows_unchanged) == (0, 2)
    verdicts = opened(store).table("complaints")["upheld"].to_pylist()
    assert sorted(verdicts, key=str) == [None, True]


def test_an_account_cannot_get_a_second_holder_by_a_later_import(tmp_path: Path) -> None:
    store = tmp_path / "store"
    header = "shop,account,person,from,to\n"
    imported(store, "accounts", header + "S,a,ann,2026-01-01,\n")
    report = imported(store, "accounts", header + "S,a,bo,2026-10-01,\nS,b,bo,,\n")
    assert [problem.code for problem in report.problems] == ["R228"]
    assert sorted(row["account"] for row in opened(store).table("accounts").to_pylist()) == ["a", "b"]
    mended = imported(store, "accounts", header + "S,a,ann,2026-01-01,2026-09-30\nS,a,bo,2026-10-01,\n")
    assert not mended.problems
    assert (mended.rows_new, mended.rows_replaced) == (1, 1)


def test_chats_of_an_account_that_nobody_held_are_told_once_holders_are_known(tmp_path: Path) -> None:
    store = tmp_path / "store"
    assert not imported(store, "messages", LINES + line("10:00:00", "x", account="z")).problems
    imported(store, "accounts", MINIMAL["accounts"])
    report = imported(store, "messages", LINES + line("10:00:01", "x", account="z") + line("10:00:01", "x"))
    assert [(problem.code, problem.found) for problem in report.problems] == [("R224", "z")]


def test_a_refused_file_keeps_all_files_of_the_command_out(tmp_path: Path) -> None:
    store = tmp_path / "store"
    imported(store, "people", MINIMAL["people"])
    before = opened(store).version()
    good, bad = LINES + line("10:00:00", "x"), (LINES + line("10:00:00", "你好")).encode("gb18030")
    with pytest.raises(ProblemsFound) as caught:
        imported(store, "messages", good, bad)
    assert told(caught.value.problems, tmp_path)[:1] == [
        "messages-1.csv:2: This file is not text in UTF-8; it is text in GB18030. [R105]"
    ]
    assert opened(store).partitions() == {}
    assert opened(store).version() == before


def test_times_converted_into_one_zone_are_not_read_in_another(tmp_path: Path) -> None:
    store = tmp_path / "store"
    kolkata = ZoneInfo("Asia/Kolkata")
    imported(store, "messages", LINES + line("10:00:00", "x"))
    assert open_store(store, zone=kolkata).partitions()
    imported(store, "messages", LINES + "S,a,c,2026-10-01T10:00:00Z,agent,y\n")
    with pytest.raises(ProblemsFound, match="R402"):
        open_store(store, zone=kolkata)
    assert texts(store) == ["x", "y"]


def test_one_customers_lines_are_found_without_the_others(tmp_path: Path) -> None:
    store = tmp_path / "store"
    imported(store, "messages", LINES + line("10:00:00", "x") + line("10:00:00", "y", customer="d"))
    assert opened(store).conversations("S", DAY, ["d"])["text"].to_pylist() == ["y"]
    assert opened(store).conversations("S", DAY, ["e"]).num_rows == 0


def test_strange_names_of_shops_keep_their_days_apart(tmp_path: Path) -> None:
    store, shops = tmp_path / "store", ["店/ 三%20", "..", "a=b", "S"]
    imported(
        store, "messages", LINES + "".join(f'"{shop}",a,c,2026-10-01 10:00:00,agent,hi\n' for shop in shops)
    )
    assert sorted(shop for shop, _ in opened(store).partitions()) == sorted(shops)
    assert all(opened(store).messages(shop, DAY).num_rows == 1 for shop in shops)


def test_imports_at_the_same_time_take_turns(tmp_path: Path) -> None:
    store = tmp_path / "store"
    errors: list[Exception] = []

    def run(number: int) -> None:
        try:
            file = tmp_path / f"messages-{number}.csv"
            file.write_text(LINES + line(f"10:00:{number:02}", str(number)), encoding="utf-8")
            import_files(store, "table", [file], timezone=SHANGHAI)
        except Exception as error:  # noqa: BLE001 - told by the assertion below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert texts(store) == [str(number) for number in range(6)]


def test_what_a_killed_import_left_behind_is_cleared_away(tmp_path: Path) -> None:
    store = tmp_path / "store"
    imported(store, "messages", LINES + line("10:00:00", "x"))
    leftover = store / "messages" / "shop=S" / "day=2026-10-01" / "0123-v2.parquet"
    leftover.write_bytes(b"half")
    (store / ".staging").mkdir()
    (store / ".staging" / "0.arrow").write_bytes(b"half")
    imported(store, "messages", LINES + line("10:00:01", "y"))
    assert texts(store) == ["x", "y"]
    assert not leftover.exists()
    assert not (store / ".staging").exists()


def test_the_log_is_one_that_other_readers_of_delta_lake_understand(tmp_path: Path) -> None:
    store = tmp_path / "store"
    imported(store, "messages", LINES + line("10:00:00", "x"))
    logs = sorted((store / "messages" / "_delta_log").glob("*.json"))
    actions = [json.loads(row) for log in logs for row in log.read_text(encoding="utf-8").splitlines()]
    (added,) = [action["add"] for action in actions if "add" in action]
    assert added["partitionValues"] == {"shop": "S", "day": "2026-10-01"}
    assert json.loads(added["stats"]) == {"numRecords": 1}


def test_other_readers_find_shop_and_day_in_the_paths(tmp_path: Path) -> None:
    shops = ["示範旗艦店", "a/b%c d", "店, 三=%2F", "..", "名" * 90]
    lines = [f'"{shop}",甲,c,2026-10-0{day} 10:00:00,customer,hi' for shop in shops for day in (1, 2)]
    file = tmp_path / "messages.csv"
    file.write_text("\n".join(["shop,account,customer,sent_at,sender,text", *lines]) + "\n", "utf-8")
    store = tmp_path / "store"
    assert import_files(store, "table", [file], timezone=SHANGHAI).rows_new == len(lines)
    assert import_files(store, "table", [file], timezone=SHANGHAI).rows_new == 0
    opened = open_records(store, timezone=SHANGHAI, required=())
    assert {shop for shop, _ in opened.partitions()} == set(shops)
    uris = DeltaTable(str(store / "messages")).file_uris()
    scan = "SELECT DISTINCT shop FROM read_parquet($uris, hive_partitioning=true)"
    with duckdb.connect() as connection:
        named = {shop for (shop,) in connection.execute(scan, {"uris": uris}).fetchall()}
    # A name too long for a folder goes by its digest there.
    assert named >= set(shops[:4])
    assert len(named) == len(shops)


def test_a_store_made_before_a_column_was_thought_of_is_read_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, now = tmp_path / "store", TABLES["people"]
    with monkeypatch.context() as before:
        columns = tuple(column for column in now.columns if column.name != "superior")
        before.setitem(TABLES, "people", replace(now, columns=columns))
        imported(store, "people", MINIMAL["people"])
        old = opened(store).version()
    assert [row["superior"] for row in opened(store).table("people").to_pylist()] == [None]
    imported(store, "people", "person,name,department,role,regular,superior\nbo,Bo,desk,agent,yes,ann\n")
    rows = {row["person"]: row["superior"] for row in opened(store).table("people").to_pylist()}
    assert rows == {"ann": None, "bo": "ann"}
    assert "superior" in DeltaTable(store / "people").to_pyarrow_table().column_names
    then = open_store(store, zone=SHANGHAI, version=old)
    assert [row["person"] for row in then.table("people").to_pylist()] == ["ann"]


def test_a_score_given_again_later_stands_beside_the_first(tmp_path: Path) -> None:
    header = "round,subject,item,rater,score,scored_at\n"
    first, second = "2026-10,ann,x,bo,80,2026-11-01 09:00:00\n", "2026-10,ann,x,bo,90,2026-11-02 09:00:00\n"
    imported(tmp_path / "store", "scores", header + first + second)
    scores = [row["score"] for row in opened(tmp_path / "store").table("scores").to_pylist()]
    assert sorted(map(int, scores)) == [80, 90]
