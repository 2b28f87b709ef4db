"""The format ``taobao-orders``: Taobao's and Tmall's ExportOrderList, CSV or workbook.

Columns go by their trimmed names, for the platform adds, moves and renames them.
``amount`` is 总金额, ``paid_amount`` 买家实际支付金额, ``refunded`` 退款金额. An unpaid
order shows 0.00 as paid, which is no payment. Addresses, phone numbers and remarks
are never read. Source: ``spec/formats.md``.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.problem import Place, Problem, ProblemsFound, errors
from kaohe.records import fileproblems
from kaohe.records.encodings import GB18030
from kaohe.records.formats import cleaning
from kaohe.records.formats.files import Shape, open_rows
from kaohe.records.formats.reading import Options
from kaohe.records.formats.recipes import MadeReading, Make, Recipe, Watch, constant, other_shops, single
from kaohe.records.header import missing, nearest
from kaohe.records.likeness import EXPORT, LEAST_HITS, MANY_LACKING, closest, not_but
from kaohe.records.schema import TABLES

NAMES: Mapping[str, tuple[str, ...]] = {
    "order_id": ("订单编号",),
    "customer": ("买家会员名", "买家昵称"),
    "created_at": ("订单创建时间",),
    "paid_at": ("订单付款时间",),
    "amount": ("总金额",),
    "paid_amount": ("买家实际支付金额",),
    "refunded": ("退款金额",),
    "closed_at": ("订单关闭时间", "交易关闭时间"),
    "shop": ("店铺名称",),
}
"""The table's columns and what the platform has called them."""
OPTIONAL = ("refunded", "closed_at")
STATUS = "订单状态"
STATUSES = (
    "等待买家付款",
    "买家已付款",
    "等待卖家发货",
    "部分发货",
    "卖家部分发货",
    "卖家已发货",
    "等待买家确认",
    "买家已收货",
    "交易成功",
    "交易关闭",
    "交易自动关闭",
    "退款中",
    "没有创建支付宝交易",
)
KNOWN = tuple(name for names in NAMES.values() for name in names)
FORMAT = "taobao-orders"


def open_taobao_orders(path: Path, options: Options) -> MadeReading:
    """Open an order export."""
    rows = open_rows(path, Shape(fallback=GB18030, known=KNOWN), options)
    header = [name.strip() for name in rows.header]
    place = Place(str(path), 1)
    _check_kind(header, place)
    positions, found = _positions(header, options, place)
    if errors(found):
        raise ProblemsFound(found)
    recipes = [_recipe(name, header, where) for name, where in positions.items()]
    if options.shop:
        recipes.append(Recipe("shop", "--shop", (), constant(options.shop)))
    watches: dict[int, Watch] = {}
    if STATUS in header:
        watches[header.index(STATUS)] = lambda words: _unknown_statuses(words, place)
    own = next((header.index(one) for one in NAMES["shop"] if one in header), None)
    if options.shop and own is not None:
        watches[own] = other_shops(options.shop, Place(str(path), column=header[own]))
    return MadeReading(
        TABLES["orders"], rows, recipes, options, sums=True, notes=list(found), watches=watches
    )


def _check_kind(header: Sequence[str], place: Place) -> None:
    """Refuse a file that lacks columns and looks like something else, or has hardly any of the columns."""
    lacking = [
        names for name, names in NAMES.items() if name not in OPTIONAL and not set(names) & set(header)
    ]
    claimed = EXPORT.filled(format=FORMAT)
    found = closest(header, KNOWN, claimed)
    if len(lacking) >= MANY_LACKING and found:
        raise ProblemsFound([not_but(claimed, found, place)])
    if len(set(header) & set(KNOWN)) < LEAST_HITS:
        columns = ", ".join(names[0] for names in NAMES.values())
        shown = ", ".join(header)[:200]
        raise ProblemsFound([fileproblems.NO_HEADER.at(place, shown, format=FORMAT, columns=columns)])


def _positions(
    header: Sequence[str], options: Options, place: Place
) -> tuple[Mapping[str, int], list[Problem]]:
    """Return where each column stands, and what is wrong with the header."""
    counts = Counter(header)
    positions: dict[str, int] = {}
    found: list[Problem] = []
    for name, names in NAMES.items():
        if name == "shop" and options.shop:
            continue
        called = next((one for one in names if one in counts), None)
        if called is None:
            if name not in OPTIONAL:
                strangers = [one for one in counts if one and one not in KNOWN]
                expected = [one[0] for one in NAMES.values()]
                found.append(missing(names[0], nearest(names[0], strangers), expected, place))
            continue
        if counts[called] > 1:
            found.append(fileproblems.DOUBLE_COLUMN.at(place, called, column=called, count=counts[called]))
        positions[name] = header.index(called)
    return positions, found


def _recipe(name: str, header: Sequence[str], position: int) -> Recipe:
    if name == "paid_amount":
        paid_at = next(header.index(one) for one in NAMES["paid_at"] if one in header)
        return Recipe(name, header[position], (position, paid_at), _paid_amount)
    return Recipe(name, header[position], (position,), _CLEAN.get(name, single(cleaning.unwrapped)))


def _paid_amount(arrays: Sequence[pa.Array]) -> pa.Array:
    """Return the amounts paid; the 0.00 of an order that was not paid is none."""
    amounts, paid_at = cleaning.money(cleaning.unwrapped(arrays[0])), cleaning.unwrapped(arrays[1])
    nothing = pc.and_(pc.equal(paid_at, ""), pc.match_substring_regex(amounts, r"^0*(\.0*)?$"))
    return pc.if_else(nothing, "", amounts)


def _money(texts: pa.Array) -> pa.Array:
    return cleaning.money(cleaning.unwrapped(texts))


def _refund(texts: pa.Array) -> pa.Array:
    """Return refunds; words such as 无退款申请 say that there is none."""
    amounts = _money(texts)
    return pc.if_else(pc.is_in(amounts, value_set=pa.array(["无退款申请", "-", "无"])), "", amounts)


def _time(texts: pa.Array) -> pa.Array:
    return cleaning.time(cleaning.unwrapped(texts))


_CLEAN: Mapping[str, Make] = {
    "created_at": single(_time),
    "paid_at": single(_time),
    "closed_at": single(_time),
    "amount": single(_money),
    "refunded": single(_refund),
    "customer": single(
        lambda texts: pc.replace_substring_regex(cleaning.trimmed(texts), r'^="(.*)"$', r"\1")
    ),
    "shop": single(cleaning.trimmed),
}


def _unknown_statuses(words: Sequence[str], place: Place) -> list[Problem]:
    """Return a warning for each status that the platform has not been seen to use."""
    return [
        fileproblems.UNKNOWN_STATUS.at(Place(place.file, 0, STATUS), word, word=word)
        for word in sorted({word.strip() for word in words} - {""})
        if not any(word.startswith(known) for known in STATUSES)
    ]
