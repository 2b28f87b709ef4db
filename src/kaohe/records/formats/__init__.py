"""The file formats that can be imported, by the name that the command line gives them."""

from collections.abc import Callable, Mapping
from pathlib import Path

from kaohe.records.formats.qianniu_chat import open_qianniu_chat
from kaohe.records.formats.reading import Options, Reading
from kaohe.records.formats.table import open_table
from kaohe.records.formats.taobao_orders import open_taobao_orders

FORMATS: Mapping[str, Callable[[Path, Options], Reading]] = {
    "table": open_table,
    "taobao-orders": open_taobao_orders,
    "qianniu-chat": open_qianniu_chat,
}
"""Each opens one file, or raises ProblemsFound."""
