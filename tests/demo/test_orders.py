import re
from collections import Counter
from datetime import timedelta
from decimal import Decimal

from demo.plain import chats, moment, order_rows, orders
from kaohe.demo.shop import Shop


def created(row: dict[str, str]) -> str:
    return row["订单创建时间"]


def exports(shop: Shop) -> list[list[dict[str, str]]]:
    return [order_rows(file.path) for file in shop.files if file.format == "taobao-orders"]


def test_the_csv_export_is_gb18030_with_the_platforms_own_header(shop: Shop) -> None:
    files = [file.path for file in shop.files if file.path.suffix == ".csv" and file.format != "table"]
    assert len(files) == 3
    for file in files:
        raw = file.read_bytes()
        assert raw.startswith("订单编号,买家会员名,买家支付宝账号,买家应付货款".encode("gb18030"))
        header = raw.split(b"\r\n")[0].decode("gb18030").split(",")
        assert {"收货地址 ", "联系电话 ", "订单付款时间 ", "宝贝标题 "} <= set(header)
        assert "示範".encode() not in raw


def test_order_numbers_times_and_phones_have_the_platforms_quirks(shop: Shop) -> None:
    file = next(file.path for file in shop.files if file.format == "taobao-orders")
    row = file.read_bytes().decode("gb18030").split("\r\n")[1]
    assert re.match(r'"=""\d{19}""",', row)
    assert ",'100000" in row
    assert re.search(r",2026/8/\d\d \d\d:\d\d:\d\d,", row)


def test_numbers_are_unique_and_too_long_for_a_float(shop: Shop) -> None:
    for rows in exports(shop):
        numbers = [row["订单编号"] for row in rows]
        assert len(set(numbers)) == len(numbers)
        assert all(len(number) == 19 for number in numbers)


def test_the_workbook_has_extra_columns_and_no_formula(shop: Shop) -> None:
    *_, last = exports(shop)
    names = list(last[0])
    assert names[names.index("买家应付货款") + 1 :][:2] == ["支付单号", "支付详情"]
    assert "新零售发货门店名称" in names
    assert all(row["订单编号"].isdecimal() for row in last)


def test_the_last_months_exports_overlap_and_the_later_one_is_newer(shop: Shop) -> None:
    *_, first, second = exports(shop)
    before = {row["订单编号"]: row for row in first}
    after = {row["订单编号"]: row for row in second}
    both = before.keys() & after.keys()
    assert {moment(created(before[number])).day for number in both} == {16, 17, 18}
    changed = [number for number in both if before[number]["订单状态"] != after[number]["订单状态"]]
    assert changed
    assert all(created(before[number]) == created(after[number]) for number in both)
    assert all(after[number]["订单付款时间"] for number in both if before[number]["订单付款时间"])


def test_nothing_paid_within_the_window_is_missing_from_the_earlier_export(shop: Shop) -> None:
    *_, first, second = exports(shop)
    known = {row["订单编号"]: row for row in first} | {row["订单编号"]: row for row in second}
    made = moment("2026/10/20 09:10:00")
    waiting = [row for row in known.values() if row["订单状态"] == "等待买家付款"]
    assert all(
        made - moment(created(row)) > timedelta(days=4) or moment(created(row)) > made for row in waiting
    )


def test_payment_is_never_before_the_order_and_amounts_fit_together(shop: Shop) -> None:
    for row in orders(shop).values():
        total = Decimal(row["买家应付货款"]) + Decimal(row["买家应付邮费"])
        assert Decimal(row["总金额"]) == total > 0
        assert 0 <= Decimal(row["退款金额"]) <= Decimal(row["买家实际支付金额"]) <= total
        if row["订单付款时间"]:
            assert moment(row["订单付款时间"]) >= moment(created(row))
        else:
            assert Decimal(row["买家实际支付金额"]) == 0


def test_every_fate_of_an_order_comes_up(shop: Shop) -> None:
    fates = Counter((row["订单状态"], row["订单关闭原因"]) for row in orders(shop).values())
    assert {
        ("交易成功", ""),
        ("交易关闭", "退款"),
        ("交易关闭", "订单未及时付款"),
        ("卖家已发货，等待买家确认", ""),
    } <= fates.keys()
    states = {row["订单状态"] for rows in exports(shop) for row in rows}
    assert {"等待买家付款", "买家已付款，等待卖家发货"} <= states


def test_shares_of_unpaid_late_refunded_and_partly_refunded_orders_are_plausible(shop: Shop) -> None:
    rows = [row for row in orders(shop).values() if moment(created(row)).month in (9, 10)]
    paid = [row for row in rows if row["订单付款时间"]]
    waits = [moment(row["订单付款时间"]) - moment(created(row)) for row in paid]
    refunds = [row for row in paid if Decimal(row["退款金额"])]
    assert 0.85 < len(paid) / len(rows) < 0.97
    assert 0.01 < sum(wait > timedelta(hours=12) for wait in waits) / len(paid) < 0.08
    assert any(wait > timedelta(days=5) for wait in waits)
    assert 0.02 < len(refunds) / len(paid) < 0.08
    assert any(row["退款金额"] != row["买家实际支付金额"] for row in refunds)


def test_about_half_of_the_orders_are_placed_without_a_word(shop: Shop) -> None:
    said: dict[str, list[str]] = {}
    for line in chats(shop):
        if line.by_agent:
            said.setdefault(line.customer, []).append(f"{line.at:%Y/%m/%d %H:%M:%S}")
    rows = [row for row in orders(shop).values() if moment(created(row)).month in (9, 10)]
    silent = [
        row
        for row in rows
        if not any(
            at <= f"{moment(created(row)):%Y/%m/%d %H:%M:%S}" for at in said.get(row["买家会员名"], [])
        )
    ]
    assert 0.3 < len(silent) / len(rows) < 0.6


def test_a_campaigns_orders_are_larger(shop: Shop) -> None:
    def mean(rows: list[dict[str, str]]) -> Decimal:
        return sum((Decimal(row["总金额"]) for row in rows), Decimal()) / len(rows)

    rows = [row for row in orders(shop).values() if moment(created(row)).month in (9, 10)]
    campaign = [row for row in rows if moment(created(row)).day == 20]
    assert mean(campaign) > mean([row for row in rows if row not in campaign]) * Decimal("1.2")


def test_phones_addresses_and_names_are_placeholders(shop: Shop) -> None:
    for row in orders(shop).values():
        assert row["联系手机"].removeprefix("'").startswith("100000")
        assert row["收货地址"].startswith("示範省 示範市")
        assert row["收货人姓名"].startswith("示範收件人")
        assert row["买家支付宝账号"].endswith("@example.invalid")
