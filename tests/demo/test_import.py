from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from demo.plain import chats, moment, orders
from kaohe.core.rules import Rules
from kaohe.demo.shop import Shop
from kaohe.demo.talk import filter_phrase
from kaohe.measures.compute import compute
from kaohe.records import Records, open_records
from kaohe.records.importing import ImportReport, import_files

SHANGHAI = ZoneInfo("Asia/Shanghai")
ROBOT = "示範旗艦店:服务助手"


def take_in(shop: Shop, store: Path) -> list[ImportReport]:
    return [
        import_files(
            store, file.format, [file.path], timezone=SHANGHAI, account=file.account, mapping=file.mapping
        )
        for file in shop.files
    ]


@pytest.fixture(scope="module")
def store(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("imported") / "store"
    reports = take_in(shop, path)
    assert [report for report in reports if report.rows_quarantined] == []
    assert sum(report.rows_replaced for report in reports) > 0
    found = {(problem.code, problem.found) for report in reports for problem in report.problems}
    assert found == {("R224", "示範旗艦店:夜班")}, (
        "nobody held the night account on one day; all else is well"
    )
    return path


@pytest.fixture(scope="module")
def records(store: Path) -> Records:
    return open_records(store, timezone=SHANGHAI)


@pytest.fixture(scope="module")
def sums(records: Records) -> Counter[str]:
    """The shop's measures over both months."""
    measured = compute(
        records, Rules(ad_phrase=filter_phrase()), date(2026, 9, 1), date(2026, 10, 31), date(2026, 11, 5)
    )
    sums: Counter[str] = Counter()
    for row in measured.daily.to_pylist():
        if row["level"] == "shop":
            sums[row["measure"]] += row["value"]
    return sums


def test_importing_everything_again_changes_nothing(shop: Shop, store: Path) -> None:
    for report in take_in(shop, store):
        assert (report.rows_new, report.rows_replaced, report.partitions) == (0, 0, 0)


def test_every_chat_line_arrives_with_its_account_sender_and_text(shop: Shop, records: Records) -> None:
    arrived: Counter[tuple[object, ...]] = Counter()
    recalled = 0
    for name, day in records.partitions():
        for row in records.messages(name, day).to_pylist():
            if row["sender"] == "system":
                recalled += 1
                continue
            arrived[row["account"], row["customer"], row["sent_at"], row["sender"], row["text"]] += 1
    sender = {ROBOT: "robot"}
    written = Counter(
        (
            line.account,
            line.customer,
            line.at,
            "customer" if line.by_customer else sender.get(line.nick, "agent"),
            line.text,
        )
        for line in chats(shop)
    )
    assert arrived == written
    assert recalled > 0


def test_every_order_arrives_in_its_newest_state(shop: Shop, records: Records) -> None:
    arrived = {
        row["order_id"]: (row["customer"], row["created_at"], row["paid_at"], f"{row['refunded']:.2f}")
        for row in records.orders().to_pylist()
    }
    written = {
        number: (
            row["买家会员名"],
            moment(row["订单创建时间"]),
            moment(row["订单付款时间"]) if row["订单付款时间"] else None,
            row["退款金额"],
        )
        for number, row in orders(shop).items()
    }
    assert arrived == written


@pytest.mark.parametrize(
    ("top", "bottom", "least", "most"),
    [
        ("inquiries", "receptions", "0.76", "0.84"),
        ("ordered_same_day", "inquiries", "0.29", "0.37"),
        ("converted", "inquiries", "0.30", "0.38"),
        ("payers", "orderers", "0.88", "0.96"),
        ("lost_orderers", "orderers", "0.04", "0.12"),
        ("shop_paid_amount", "shop_payers", "180", "250"),
        ("response_seconds", "response_rounds", "28", "45"),
        ("replied_receptions", "receptions", "0.985", "0.9999"),
        ("agent_messages", "customer_messages", "1.0", "1.3"),
        ("filtered_after_sale", "consultations", "0.07", "0.15"),
        ("filtered_ad", "consultations", "0.015", "0.06"),
        ("filtered_one_line", "consultations", "0.01", "0.04"),
        ("assisted_orders", "orders", "0.01", "0.08"),
        ("followed_orders", "silent_orders", "0.01", "0.08"),
    ],
)
def test_the_shop_measures_like_a_real_one(
    sums: Counter[str], top: str, bottom: str, least: str, most: str
) -> None:
    assert Fraction(least) < Fraction(sums[top]) / Fraction(sums[bottom]) < Fraction(most)
