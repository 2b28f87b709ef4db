"""Taobao's order exports, with the quirks that they really have."""

import csv
from collections.abc import Mapping
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
import xlsxwriter

from kaohe.core.problem import ProblemsFound, Severity
from kaohe.records.importing import ImportReport, import_files
from kaohe.records.store import open_store
from records.shops import SHANGHAI, told

COLUMNS = (
    """
订单编号,买家会员名,买家支付宝账号,买家应付货款,买家应付邮费,买家支付积分,总金额,返点积分,
买家实际支付金额,买家实际支付积分,订单状态,买家留言,收货人姓名,收货地址␠,运送方式,联系电话␠,联系手机,
订单创建时间,订单付款时间␠,宝贝标题␠,宝贝种类␠,物流单号␠,物流公司,订单备注,宝贝总数量,店铺Id,店铺名称,
订单关闭原因,退款金额,确认收货时间,打款商家金额
""".replace("\n", "")
    .replace("␠", " ")
    .split(",")
)
PAID = {
    "订单编号": '="2260000000000000001"',
    "买家会员名": "tb_老王 ",
    "总金额": "105.00",
    "买家实际支付金额": "100.00",
    "订单状态": "买家已付款，等待卖家发货",
    "买家留言": '要"快"\n谢谢',
    "收货人姓名": "某某",
    "收货地址 ": "某省某市",
    "联系手机": "'18600000000",
    "订单创建时间": "2026/10/1 9:05",
    "订单付款时间 ": "2026-10-01 09:06:07",
    "店铺名称": "示範旗艦店",
    "退款金额": "5.00元",
    "打款商家金额": "0元",
}
UNPAID = {
    **PAID,
    "订单编号": "'2260000000000000002",
    "买家实际支付金额": "0.00",
    "订单状态": "等待买家付款",
    "订单付款时间 ": "",
    "退款金额": "无退款申请",
}


def as_csv(*orders: Mapping[str, str], columns: list[str] = COLUMNS, encoding: str = "gb18030") -> bytes:
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([order.get(column, "") for column in columns] for order in orders)
    return out.getvalue().encode(encoding)


def imported(folder: Path, content: bytes, **options: str) -> ImportReport:
    file = folder / "ExportOrderList202610010910.csv"
    file.write_bytes(content)
    return import_files(folder / "store", "taobao-orders", [file], timezone=SHANGHAI, **options)  # type: ignore[arg-type]


def orders(folder: Path) -> list[dict[str, object]]:
    rows = open_store(folder / "store", zone=SHANGHAI).orders().to_pylist()
    times = ("created_at", "paid_at")
    told_plainly = [row | {name: str(row[name]) for name in times} for row in rows]
    return sorted(told_plainly, key=lambda row: str(row["order_id"]))


def refused(folder: Path, content: bytes, **options: str) -> list[str]:
    with pytest.raises(ProblemsFound) as caught:
        imported(folder, content, **options)
    return told(caught.value.problems, folder)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-8"])
def test_the_quirks_of_the_platform_are_taken_off(tmp_path: Path, encoding: str) -> None:
    report = imported(tmp_path, as_csv(PAID, UNPAID, encoding=encoding))
    assert not report.problems
    common = {
        "shop": "示範旗艦店",
        "customer": "tb_老王",
        "created_at": "2026-10-01 09:05:00",
        "amount": Decimal("105.00"),
        "closed_at": None,
    }
    assert orders(tmp_path) == [
        {
            **common,
            "order_id": "2260000000000000001",
            "paid_at": "2026-10-01 09:06:07",
            "paid_amount": Decimal("100.00"),
            "refunded": Decimal("5.00"),
        },
        {
            **common,
            "order_id": "2260000000000000002",
            "paid_at": "None",
            "paid_amount": None,
            "refunded": Decimal("0.00"),
        },
    ]


def test_columns_go_by_name_wherever_they_stand_and_whatever_is_added(tmp_path: Path) -> None:
    moved = ["是否主动赔付", *reversed(COLUMNS), "支付详情"]
    assert not imported(tmp_path, as_csv(PAID, columns=moved)).problems
    assert orders(tmp_path)[0]["paid_amount"] == Decimal("100.00")


def test_personal_data_stays_out_of_the_store(tmp_path: Path) -> None:
    imported(tmp_path, as_csv(PAID, UNPAID))
    for file in (tmp_path / "store").rglob("*"):
        if file.is_file():
            assert not any(
                word.encode() in file.read_bytes() for word in ("18600000000", "某省某市", '要"快"')
            )


def test_the_shop_may_be_named_where_the_file_does_not(tmp_path: Path) -> None:
    without = [column for column in COLUMNS if column != "店铺名称"]
    assert refused(tmp_path, as_csv(PAID, columns=without))[0] == (
        "ExportOrderList202610010910.csv:1: The column “店铺名称” is missing. [R107]"
    )
    imported(tmp_path, as_csv(PAID, columns=without), shop="S")
    assert orders(tmp_path)[0]["shop"] == "S"


def test_all_that_is_wrong_with_the_header_is_told_at_once(tmp_path: Path) -> None:
    columns = [
        {"总金额": "总金额(元)", "订单创建时间": "买家会员名"}.get(column, column) for column in COLUMNS
    ]
    lines = refused(tmp_path, as_csv(PAID, columns=columns))
    assert [line.partition(": ")[2] for line in lines if "[R" in line] == [
        "The column “买家会员名” is there 2 times. [R109]",
        "The column “订单创建时间” is missing. [R107]",
        "The column “总金额” is missing. Is “总金额(元)” meant? [R108]",
    ]


def test_another_platforms_export_is_recognised_and_refused(tmp_path: Path) -> None:
    lines = refused(tmp_path, "订单号,商品ID,下单时间,应付金额,下单帐号\n1,2,3,4,5\n".encode("gb18030"))
    assert lines == [
        (
            "ExportOrderList202610010910.csv:1: This file looks like an export of 京东 (JD), "
            "not like an export of taobao-orders. [R139]"
        ),
        "  expected: an export of taobao-orders",
        "  cure: If it is that, import it with a mapping file: --format table --mapping FILE.yaml.",
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "R106"),
        ("订单编号\n".encode("utf-16"), "R126"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "R138"),
        (bytes(range(32)) * 10, "R138"),
        (as_csv(PAID)[:-3], "R137"),
        (b"PK\x03\x04rest", "R121"),
        (b"<html><table>", "R121"),
        (as_csv(PAID) + b"\xff\xff\n", "R104"),
        (as_csv(PAID) + b'"4,open\n', "R112"),
    ],
    ids=[
        "empty",
        "one column",
        "a picture",
        "no text",
        "cut in a character",
        "a workbook by another name",
        "a web page",
        "broken bytes",
        "an open quote",
    ],
)
def test_a_file_that_is_not_what_it_claims_to_be_is_refused(
    tmp_path: Path, content: bytes, code: str
) -> None:
    assert f"[{code}]" in refused(tmp_path, content)[0]
    assert not (tmp_path / "store" / "orders").exists() or not orders(tmp_path)


def test_a_bad_row_is_told_with_what_stands_there_and_the_rest_comes_in(tmp_path: Path) -> None:
    bad = {**PAID, "订单编号": '="3"', "订单付款时间 ": "2026/9/30 9:05", "退款金额": "五元"}
    report = imported(tmp_path, as_csv(PAID, bad, UNPAID))
    assert (report.rows_read, report.rows_new, report.rows_quarantined) == (3, 2, 1)
    assert told(report.problems, tmp_path) == [
        "ExportOrderList202610010910.csv:4, column “退款金额 (refunded)”: This is not an amount. [R208]",
        "  found: 五元",
        "  expected: digits with up to two decimal places, such as 1234.50",
        "  cure: Leave out thousands separators and currency signs.",
        (
            "ExportOrderList202610010910.csv:4, column “订单付款时间 (paid_at)”: "
            "The order was paid before it was created (2026-10-01 09:05:00). [R218]"
        ),
        "  found: 2026/9/30 9:05",
        "  expected: a time of payment at or after the time of creation",
    ]
    mended = (
        report.quarantines[0].read_text(encoding="utf-8-sig").replace("'2026/9/30 9:05", "2026/10/1 9:05")
    )
    again = imported(tmp_path, mended.replace("五元", "5元").encode("utf-8-sig"))
    assert (again.rows_new, again.rows_quarantined) == (1, 0)
    assert orders(tmp_path)[2]["order_id"] == "3"


def test_a_status_nobody_knows_is_a_warning(tmp_path: Path) -> None:
    report = imported(tmp_path, as_csv({**PAID, "订单状态": "卖家在想"}))
    assert [(one.code, one.found, one.severity) for one in report.problems] == [
        ("R128", "卖家在想", Severity.WARNING)
    ]


def book(file: Path, rows: list[list[object]]) -> None:
    with xlsxwriter.Workbook(file, {"strings_to_numbers": False, "strings_to_formulas": False}) as workbook:
        workbook.add_worksheet("说明").write(0, 0, "导出说明")
        sheet = workbook.add_worksheet("订单")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)


def test_a_workbook_is_read_below_its_titles_and_without_its_sums(tmp_path: Path) -> None:
    columns = [*COLUMNS[:4], "支付单号", "支付详情", *COLUMNS[4:]]
    cells: list[object] = [PAID.get(column, "") for column in columns]
    cells[0] = "2260000000000000001"
    cells[columns.index("总金额")] = 105
    cells[columns.index("退款金额")] = 4.1
    file = tmp_path / "ExportOrderList.xlsx"
    book(file, [["示範旗艦店 订单报表"], [], list(columns), cells, [], ["合计", *[""] * 7, 105]])
    report = import_files(tmp_path / "store", "taobao-orders", [file], timezone=SHANGHAI)
    assert [(one.code, one.severity) for one in report.problems] == [("R127", Severity.WARNING)]
    assert (report.rows_read, report.rows_new, report.rows_skipped) == (2, 1, 1)
    (order,) = orders(tmp_path)
    assert (order["amount"], order["refunded"]) == (Decimal("105.00"), Decimal("4.10"))


def test_an_order_number_that_a_spreadsheet_took_for_a_number_is_an_error(tmp_path: Path) -> None:
    cells: list[object] = [PAID.get(column, "") for column in COLUMNS]
    cells[0] = 2260000000000000001
    file = tmp_path / "ExportOrderList.xlsx"
    book(file, [list(COLUMNS), cells])
    report = import_files(tmp_path / "store", "taobao-orders", [file], timezone=SHANGHAI)
    assert [(one.code, one.place.line, one.place.column) for one in report.problems] == [
        ("R229", 2, "订单编号 (order_id)")
    ]
    assert not orders(tmp_path)
