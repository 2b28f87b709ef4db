"""Writes the demo shop's orders as Taobao's ExportOrderList, CSV and XLSX, with its quirks."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter

from kaohe.demo.cast import CITIES, SECONDS_A_DAY, SHOP, YUAN
from kaohe.demo.orders import PAYMENT_TIMEOUT, REFUND_REASON, UNPAID_REASON, Order
from kaohe.demo.pace import moment

# Trailing spaces are the platform's own.
COLUMNS = (
    "订单编号",
    "买家会员名",
    "买家支付宝账号",
    "买家应付货款",
    "买家应付邮费",
    "买家支付积分",
    "总金额",
    "返点积分",
    "买家实际支付金额",
    "买家实际支付积分",
    "订单状态",
    "买家留言",
    "收货人姓名",
    "收货地址 ",
    "运送方式",
    "联系电话 ",
    "联系手机",
    "订单创建时间",
    "订单付款时间 ",
    "宝贝标题 ",
    "宝贝种类 ",
    "物流单号 ",
    "物流公司",
    "订单备注",
    "宝贝总数量",
    "店铺Id",
    "店铺名称",
    "订单关闭原因",
    "卖家服务费",
    "买家服务费",
    "发票抬头",
    "是否手机订单",
    "退款金额",
    "确认收货时间",
    "打款商家金额",
)
PAYMENT_COLUMNS = ("支付单号", "支付详情")
"""What the XLSX export puts before the postage."""
LATER_COLUMNS = ("是否主动赔付", "新零售交易类型", "新零售发货门店名称")
TIME_FORM = "{0:%Y}/{0.month}/{0.day} {1:02d}:{2:02d}:{3:02d}"
SHIPPED_AFTER = 20 * 3600
CONFIRMED_AFTER = 8 * SECONDS_A_DAY
WORKBOOK_CREATED = datetime(2026, 11, 6, 9, 0, 0)  # noqa: DTZ001 - a workbook's property has no zone
SAFE_STRINGS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def order_row(order: Order, as_of: int) -> dict[str, str]:
    """Return an order as it stood at a moment, as the export shows it.

    What lies after ``as_of`` — a payment, a refund — has not happened yet.
    """
    paid = order.paid is not None and order.paid < as_of
    refunded = order.refunded if order.refund_at is not None and order.refund_at < as_of else 0
    status, reason, confirmed = _state(order, as_of, paid=paid, refunded=refunded)
    number = int(order.order_id[-5:])
    shipped = status in {"卖家已发货，等待买家确认", "交易成功"}
    return {
        "订单编号": f'="{order.order_id}"',
        "买家会员名": order.customer,
        "买家支付宝账号": "***@example.invalid",
        "买家应付货款": money(order.goods),
        "买家应付邮费": money(order.postage),
        "买家支付积分": "0",
        "总金额": money(order.amount),
        "返点积分": "0",
        "买家实际支付金额": money(order.paid_amount if paid else 0),
        "买家实际支付积分": "0",
        "订单状态": status,
        "买家留言": "麻烦包得严实一点,谢谢\n周末在家" if number % 11 == 0 else "",
        "收货人姓名": f"示範收件人{number % 97}",
        "收货地址 ": f"示範省 示範市 {CITIES[number % len(CITIES)]}路 {number % 300 + 1} 號 (000000)",
        "运送方式": "快递",
        "联系电话 ": "'",
        "联系手机": f"'100000{number:05d}",
        "订单创建时间": time(order.created),
        "订单付款时间 ": time(order.paid) if order.paid is not None and paid else "",
        "宝贝标题 ": order.title,
        "宝贝种类 ": str(order.kinds),
        "物流单号 ": f"No:SF{number:010d}" if shipped else "",
        "物流公司": "示範快遞" if shipped else "",
        "订单备注": "'客服備註：禮盒" if number % 17 == 0 else "",
        "宝贝总数量": str(order.pieces),
        "店铺Id": "0",
        "店铺名称": SHOP,
        "订单关闭原因": reason,
        "卖家服务费": "0元",
        "买家服务费": "0元",
        "发票抬头": "",
        "是否手机订单": "手机订单" if number % 5 else "",
        "退款金额": money(refunded),
        "确认收货时间": time(confirmed) if confirmed else "",
        "打款商家金额": f"{money(order.paid_amount - refunded if confirmed else 0)}元",
    }


def _state(order: Order, as_of: int, *, paid: bool, refunded: int) -> tuple[str, str, int]:
    """Return status, closing reason and the second of confirmation (0: not confirmed)."""
    if not paid:
        waited = as_of - order.created > PAYMENT_TIMEOUT and order.paid is None
        return ("交易关闭", UNPAID_REASON, 0) if waited else ("等待买家付款", "", 0)
    if refunded and refunded == order.paid_amount:
        return "交易关闭", REFUND_REASON, 0
    assert order.paid is not None
    confirmed = order.paid + CONFIRMED_AFTER + int(order.order_id[-6:]) % (4 * SECONDS_A_DAY)
    if confirmed < as_of:
        return "交易成功", "", confirmed
    if order.paid + SHIPPED_AFTER < as_of:
        return "卖家已发货，等待买家确认", "", 0
    return "买家已付款，等待卖家发货", "", 0


def money(fen: int) -> str:
    """Return an amount in yuan."""
    return f"{fen // YUAN}.{fen % YUAN:02d}"


def time(second: int) -> str:
    """Return a time as the platform writes it: no leading zeros in the date."""
    return moment(second, TIME_FORM)


class OrderCsv:
    """The export as CSV in GB18030, written as the orders come."""

    def __init__(self, file: Path, as_of: int) -> None:
        self._as_of = as_of
        self._opened = file.open("w", encoding="gb18030", newline="")
        self._rows = csv.DictWriter(self._opened, COLUMNS)
        self._rows.writeheader()

    def add(self, orders: Iterable[Order]) -> None:
        """Write orders as they stood when the export was made."""
        self._rows.writerows(order_row(order, self._as_of) for order in orders)

    def close(self) -> None:
        """Finish the file."""
        self._opened.close()


class OrderBook:
    """The export as a workbook: every cell is text, the payment columns stand in between."""

    def __init__(self, file: Path, as_of: int) -> None:
        before = COLUMNS.index("买家应付邮费")
        self._as_of = as_of
        self._columns = (*COLUMNS[:before], *PAYMENT_COLUMNS, *COLUMNS[before:], *LATER_COLUMNS)
        self._sheet = TextSheet(file, self._columns)

    def add(self, orders: Iterable[Order]) -> None:
        """Write orders as they stood when the export was made."""
        for order in orders:
            row = _with_payment(order, order_row(order, self._as_of))
            self._sheet.add([row.get(column, "") for column in self._columns])

    def close(self) -> None:
        """Finish the file."""
        self._sheet.close()


class TextSheet:
    """A workbook of one sheet whose cells are all text; the same cells give the same bytes."""

    def __init__(self, file: Path, columns: Sequence[str]) -> None:
        self._book = xlsxwriter.Workbook(file, {"constant_memory": True, **SAFE_STRINGS})
        self._book.set_properties({"created": WORKBOOK_CREATED})
        self._sheet = self._book.add_worksheet("Sheet1")
        self._row = 0
        self.add(columns)

    def add(self, cells: Sequence[str]) -> None:
        """Write one row."""
        for column, cell in enumerate(cells):
            self._sheet.write_string(self._row, column, cell)
        self._row += 1

    def close(self) -> None:
        """Finish the file."""
        self._book.close()


def _with_payment(order: Order, row: dict[str, str]) -> dict[str, str]:
    bare = {"订单编号": order.order_id, "联系手机": row["联系手机"].removeprefix("'"), "联系电话 ": ""}
    if row["订单付款时间 "]:
        number = f"99{order.order_id}"
        bare |= {"支付单号": number, "支付详情": f"示範支付 {row['买家实际支付金额']} ({number})"}
    return row | bare
