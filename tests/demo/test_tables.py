from collections import Counter
from decimal import Decimal

from python_calamine import CalamineWorkbook

from demo.plain import chats, table
from kaohe.demo.shop import Shop

ITEMS = {
    "praise",
    "bad_attitude_rating",
    "order_error",
    "procedure_departure",
    "process_improvement",
    "initiative",
    "other_department_work",
    "late_task",
    "refused_assignment",
    "evening_shift",
    "averted_loss",
    "phrase_misuse",
    "reply_excused",
}


def test_tables_are_utf8_with_a_byte_order_mark(shop: Shop) -> None:
    for file in shop.files:
        if file.format == "table" and file.path.suffix == ".csv":
            assert file.path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_six_of_the_desk_and_two_covering_hold_an_account_each(shop: Shop) -> None:
    people = {row["person"]: row for row in table(shop, "people")}
    holders = {row["person"] for row in table(shop, "accounts")}
    departments = Counter(people[person]["department"] for person in holders)
    assert departments == {"客服部": 6, "售後部": 1, "倉儲部": 1}
    assert [person for person in sorted(holders) if people[person]["regular"] == "no"] == ["d06"]
    assert [row["person"] for row in people.values() if row["role"] == "售前組長"] == ["d01"]


def test_every_item_of_the_ledger_comes_up_in_positive_whole_numbers(shop: Shop) -> None:
    entries = table(shop, "entries")
    assert {row["item"] for row in entries} == ITEMS
    assert all(int(row["quantity"]) > 0 for row in entries)
    assert {row["day"][:7] for row in entries} == set(shop.months)


def test_the_desk_has_targets_and_those_who_cover_have_none(shop: Shop) -> None:
    targets = table(shop, "targets")
    assert {(row["person"], row["month"]) for row in targets} == {
        (f"d0{number}", month) for number in range(1, 7) for month in shop.months
    }
    assert all(Decimal(row["amount"]) > 0 for row in targets)


def test_ratings_are_of_chats_that_took_place(shop: Shop) -> None:
    held = {(line.account, line.customer) for line in chats(shop)}
    ratings = table(shop, "ratings")
    assert len(ratings) > 100
    assert {(row["account"], row["customer"]) for row in ratings} <= held
    assert {row["score"] for row in ratings} <= {"1", "2", "3", "4", "5"}


def test_complaints_are_upheld_turned_down_and_still_open(shop: Shop) -> None:
    complaints = table(shop, "complaints")
    assert {row["filed_at"][:7] for row in complaints} == set(shop.months)
    assert {row["upheld"] for row in complaints} == {"yes", "no", ""}


def test_every_day_has_a_rating_of_the_shop_and_traffic(shop: Shop) -> None:
    assert len(table(shop, "dsr")) == 61
    traffic = next(file for file in shop.files if file.mapping)
    header, *rows = CalamineWorkbook.from_path(traffic.path).get_sheet_by_index(0).to_python()
    assert header == ["店铺名称", "统计日期", "浏览量", "访客数", "支付金额"]
    assert len(rows) == 61
    assert all(int(str(row[2])) > int(str(row[3])) > 0 and Decimal(str(row[4])) > 0 for row in rows)


def test_attendance_knows_full_months_hours_and_a_sum_agreed_on(shop: Shop) -> None:
    attendance = table(shop, "attendance")
    assert {row["full"] for row in attendance} == {"yes", "no"}
    assert {bool(row["overtime_hours"]) for row in attendance} == {True, False}
    assert all(bool(row["overtime_hours"]) != bool(row["overtime_pay"]) for row in attendance)


def test_history_has_the_months_that_a_sales_target_looks_back_on(shop: Shop) -> None:
    rows = [line.split(",") for line in shop.history.read_text(encoding="utf-8").splitlines()]
    assert rows[0] == ["figure", "level", "subject", "span", "value"]
    spans = {figure: [row[3] for row in rows if row[0] == figure] for figure in {row[0] for row in rows[1:]}}
    months = ["2025-09", "2025-10", "2026-06", "2026-07", "2026-08"]
    assert spans["pv"] == spans["shop_sales"] == spans["desk_sales"] == months
    for figure in ("conversion", "order_value", "mean_completion", "inquiry_ratio"):
        assert spans[figure] == ["2026-08"]
    assert [row[1:3] for row in rows if row[0] == "inquiry_ratio"] == [["shop", "客服部"]]
