"""Mapping files: a shop's own columns, and what a mapping's author may get wrong."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from kaohe.core.problem import ProblemsFound
from kaohe.records.importing import ImportReport, import_files
from kaohe.records.store import open_store
from records.shops import SHANGHAI, told

MISTAKES = YAML(typ="safe").load(Path(__file__).with_name("mapping_mistakes.yaml"))
RETAIL = Path(__file__).with_name("online-retail-slice.csv")


def imported(
    folder: Path, mapping: str, content: str | bytes, name: str = "file.csv", **options: str
) -> ImportReport:
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return import_files(
        folder / "store",
        "table",
        [folder / name],
        timezone=SHANGHAI,
        mapping=folder / "mapping.yaml",
        **options,  # type: ignore[arg-type]
    )


def rows(folder: Path, table: str) -> list[dict[str, object]]:
    read: list[dict[str, object]] = open_store(folder / "store", zone=SHANGHAI).table(table).to_pylist()
    return read


def test_columns_get_the_names_and_the_forms_of_the_table(tmp_path: Path) -> None:
    mapping = """\
table: orders
encoding: gb18030
delimiter: ";"
header: 2
columns:
  shop: {constant: 旗艦店}
  order_id: 单号
  customer: {column: 买家, take: "^[^(]+"}
  created_at: {column: 时间, time: ["%d.%m.%Y %H:%M", "%Y年%m月%d日 %H时%M分%S秒"]}
  paid_at: {column: 支付, time: unix}
  amount: {column: 金额, thousands: ","}
  refunded: {column: 退款分, times: 0.01}
skip:
  状态: [已取消, "测试*"]
"""
    content = """\
某系统导出;;;;;;
单号;买家;时间;支付;金额;退款分;状态
001;小王(VIP);1.10.2026 9:05;1790816700;"¥1,234.50";250;完成
002;小李;2026年10月1日 9时5分7秒;;88元;;完成
003;小张;1.10.2026 9:05;;1;;已取消
004;小张;1.10.2026 9:05;;1;;测试单
""".encode("gb18030")
    report = imported(tmp_path, mapping, content)
    assert not report.problems
    assert (report.rows_read, report.rows_skipped, report.rows_new) == (4, 2, 2)
    first, second = sorted(rows(tmp_path, "orders"), key=lambda row: str(row["order_id"]))
    assert [str(value) for value in first.values()] == [
        "旗艦店",
        "001",
        "小王",
        "2026-10-01 09:05:00",
        "2026-10-01 09:05:00",
        "1234.50",
        "1234.50",
        "2.50",
        "None",
    ]
    assert (str(second["created_at"]), second["amount"], second["paid_at"]) == (
        "2026-10-01 09:05:07",
        Decimal("88.00"),
        None,
    )


def test_words_are_translated_and_blanks_filled(tmp_path: Path) -> None:
    mapping = """\
table: messages
columns:
  shop: {column: shop, default: S}
  account: account
  customer: customer
  sent_at: {column: ms, time: unix_ms}
  sender: {column: role, values: {0: customer, 1: agent}, otherwise: system}
  text: text
"""
    content = (
        'shop,account,customer,ms,role,text\n,a,c,1790816700123,0," hi "\n'
        "T,a,c,1790816700999,1,ho\nT,a,c,1790816701000,2,\n"
    )
    assert not imported(tmp_path, mapping, content).problems
    store = open_store(tmp_path / "store", zone=SHANGHAI)
    lines = {where: store.messages(*where).to_pylist() for where in store.partitions()}
    assert {shop: [(row["sender"], row["text"]) for row in lines[shop, day]] for shop, day in lines} == {
        "S": [("customer", " hi ")],
        "T": [("agent", "ho"), ("system", "")],
    }


def test_an_encoding_without_a_mapping_file_can_be_named_too(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes("person,name,department,role,regular\nann,安娜,客服部,售前,yes\n".encode("big5"))
    import_files(tmp_path / "store", "table", [file], timezone=SHANGHAI, encoding="big5")
    assert rows(tmp_path, "people")[0]["department"] == "客服部"


def test_an_orders_articles_are_added_up_to_one_order(tmp_path: Path) -> None:
    """541,909 rows of a real shop look like this; the slice is of its first days.

    Source: UCI Machine Learning Repository, "Online Retail" (D. Chen, 2015), CC BY 4.0.
    """
    mapping = """\
table: orders
columns:
  shop: {constant: online-retail}
  order_id: InvoiceNo
  customer: {column: CustomerID, take: "^[0-9]+"}
  created_at: InvoiceDate
  paid_at: InvoiceDate
  amount: {product: [Quantity, UnitPrice]}
skip:
  InvoiceNo: C*
  CustomerID: ""
group: {by: order_id, add: amount, first: [created_at, paid_at]}
"""
    with RETAIL.open(encoding="utf-8", newline="") as opened:
        articles = list(csv.DictReader(opened))
    sums: dict[str, Decimal] = {}
    for row in articles:
        if row["CustomerID"] and not row["InvoiceNo"].startswith("C"):
            price = Decimal(row["Quantity"]) * Decimal(row["UnitPrice"])
            sums[row["InvoiceNo"]] = sums.get(row["InvoiceNo"], Decimal(0)) + price

    report = imported(tmp_path, mapping, RETAIL.read_bytes())
    assert not report.problems
    assert (report.rows_read, report.rows_new) == (len(articles), len(sums))
    orders = {row["order_id"]: row for row in rows(tmp_path, "orders")}
    assert {number: row["amount"] for number, row in orders.items()} == sums
    assert (orders["536365"]["customer"], orders["536365"]["paid_amount"]) == ("17850", Decimal("139.12"))


def test_a_group_with_one_bad_row_goes_to_quarantine_whole(tmp_path: Path) -> None:
    mapping = """\
table: orders
columns: {shop: {constant: S}, order_id: no, customer: who, created_at: at, amount: {product: [n, price]}}
group: {by: order_id, add: amount}
"""
    content = (
        "no,who,at,n,price\n"
        "1,c,2026-10-01 10:00,2,1.50\n2,c,2026-10-01 10:00,1,free\n1,c,2026-10-01 10:00,1,0.25\n"
        "2,c,2026-10-01 10:00,1,1\n3,c,2026-10-01 10:00,1,1\n3,d,2026-10-01 10:00,1,1\n"
    )
    report = imported(tmp_path, mapping, content)
    assert [(row["order_id"], row["amount"]) for row in rows(tmp_path, "orders")] == [("1", Decimal("3.25"))]
    assert (report.rows_read, report.rows_new, report.rows_quarantined) == (6, 1, 4)
    assert [line for line in told(report.problems, tmp_path) if "[R" in line or "found" in line] == [
        "file.csv:3, column “amount”: This is not an amount. [R208]",
        "  found: 1 × free",
        (
            "file.csv:6, column “who (customer)”: "
            "Rows that are one row of the table disagree in this column: another one says “d”. [R230]"
        ),
        "  found: c",
    ]
    mended = report.quarantines[0].read_text(encoding="utf-8-sig").replace("free", "2").replace(",d,", ",c,")
    again = imported(tmp_path, mapping, mended.encode("utf-8-sig"), name="mended.csv")
    assert (again.rows_new, again.rows_quarantined) == (2, 0)


def test_a_quarantine_comes_back_by_the_mapping_of_its_file(tmp_path: Path) -> None:
    mapping = """\
table: targets
encoding: gb18030
delimiter: "|"
header: 2
columns: {person: 人, month: 月, amount: 额}
"""
    report = imported(tmp_path, mapping, "任务\n人|月|额\n安|2026年10月|五\n".encode("gb18030"))
    mended = report.quarantines[0].read_text(encoding="utf-8-sig").replace("五", "5")
    assert not imported(tmp_path, mapping, mended.encode("utf-8-sig"), name="mended.csv").problems
    assert rows(tmp_path, "targets") == [{"person": "安", "month": "2026-10", "amount": Decimal("5.00")}]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["title"])
def test_a_mistake_in_a_mapping_is_told_with_its_line(mistake: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound) as caught:
        imported(tmp_path, mistake["mapping"], "person,month,amount,amount2\nann,2026-10,5,5\n")
    assert told(caught.value.problems, tmp_path) == mistake["told"].splitlines()


def test_a_table_that_nothing_names_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("a,b\n", encoding="utf-8")
    with pytest.raises(ProblemsFound) as caught:
        import_files(tmp_path / "store", "table", [file], timezone=SHANGHAI)
    assert (
        told(caught.value.problems, tmp_path)[0]
        == "export.csv: Nothing says which table this file is. [R134]"
    )
