"""Files damaged in any way: they come in, go to quarantine or are refused, and nothing else happens."""

import tempfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaohe.core.language import Language
from kaohe.core.problem import ProblemsFound, errors
from kaohe.records.importing import import_files
from kaohe.records.store import open_store
from records.shops import SHANGHAI

ORDERS = "订单编号,买家会员名,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间 ,店铺名称\n"
ORDER = '="1",c,5.00,5.00,交易成功,2026/10/1 9:05,2026-10-01 09:06:07,S\n'
CHAT = (
    f"单聊\n{'-' * 28}c{'-' * 28}\nc(2026-10-01 09:00:00):  在吗\nS:a(2026-10-01 09:00:05):  亲\n{'=' * 64}\n"
)
PLAIN = 'shop,account,customer,sent_at,sender,text\nS,a,c,2026-10-01 09:00:00,agent,"x\ny"\n'


def workbook() -> bytes:
    book = openpyxl.Workbook()
    assert book.active
    for row in (ORDERS.strip().split(","), ["1", "c", 5, 5.5, "交易成功", "2026/10/1 9:05", "", "S"]):
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


SOUND = {
    "orders.csv": ("taobao-orders", (ORDERS + ORDER * 3).encode("gb18030")),
    "orders.xlsx": ("taobao-orders", workbook()),
    "S_a.txt": ("qianniu-chat", CHAT.encode("gb18030")),
    "messages.csv": ("table", (PLAIN + PLAIN.splitlines(keepends=True)[1] * 2).encode()),
}


@pytest.mark.parametrize("name", SOUND)
@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_file_does_no_harm(name: str, data: st.DataObject) -> None:
    format_name, sound = SOUND[name]
    content = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 20))
        content[place : place + length] = data.draw(
            st.binary(max_size=8) | st.sampled_from([b'"', b"\n", b",", b"\x00"])
        )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(bytes(content))
        refusal, report = None, None
        try:
            report = import_files(Path(folder) / "store", format_name, [file], timezone=SHANGHAI)
        except ProblemsFound as refused:
            refusal = refused
        if refusal or not report:
            assert refusal
            assert errors(refusal.problems)
            assert all(problem.lines(language) for problem in refusal.problems for language in Language)
            return
        store = open_store(Path(folder) / "store", zone=SHANGHAI)
        held = store.orders().num_rows + sum(store.messages(*one).num_rows for one in store.partitions())
        assert held == report.rows_new
        assert bool(report.quarantines) == bool(report.rows_quarantined)
        assert bool(errors(report.problems)) == bool(report.rows_quarantined)
