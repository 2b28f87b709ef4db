"""What a file looks like, by its columns: so that a wrong format is one problem and not one per column."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kaohe.core.language import Text
from kaohe.core.problem import Place, Problem
from kaohe.records import fileproblems
from kaohe.records.schema import TABLES, Table

LEAST_HITS = 3
"""So many columns must be there before a file looks like anything."""
MANY_LACKING = 2
"""A file that lacks fewer of the columns that it needs is what it claims to be, with a mistake."""
TABLE = Text("a file of the table “{table}”")
EXPORT = Text("an export of {format}")
CHAT_LOG = Text("a 千牛 chat log")
AS_TABLE = Text("name it {table}.csv, or import it with --format table --table {table}")
AS_FORMAT = Text("import it with --format {format}")
BY_MAPPING = Text("import it with a mapping file: --format table --mapping FILE.yaml")


@dataclass(frozen=True, slots=True)
class Likeness:
    """Something that a file may be.

    Attributes:
        name: What it is, for people.
        way: How to import it.
        columns: Columns that it has.
        needed: Those that it cannot lack.
    """

    name: Text
    way: Text
    columns: frozenset[str]
    needed: frozenset[str] = frozenset()

    @staticmethod
    def of_table(table: Table) -> "Likeness":
        """Return how a file of a table of the records looks."""
        needed = frozenset(column.name for column in table.columns if not column.optional)
        name, way = TABLE.filled(table=table.name), AS_TABLE.filled(table=table.name)
        return Likeness(name, way, frozenset(table.names), needed)


def _export(name: str, columns: str, way: Text = BY_MAPPING) -> Likeness:
    return Likeness(EXPORT.filled(format=name), way, frozenset(columns.split(",")))


CHAT = Likeness(CHAT_LOG, AS_FORMAT.filled(format="qianniu-chat"), frozenset())
LIKENESSES: Sequence[Likeness] = (
    *(Likeness.of_table(table) for table in TABLES.values()),
    _export(
        "taobao-orders",
        "订单编号,买家会员名,买家应付货款,总金额,买家实际支付金额,订单状态,订单创建时间,订单付款时间,店铺名称",
        AS_FORMAT.filled(format="taobao-orders"),
    ),
    _export(
        "ExportOrderDetailList (淘宝 / 天猫)",
        "子订单编号,主订单编号,标题,价格,购买数量,外部系统编号,商品属性,套餐信息,商家编码",
    ),
    _export("京东 (JD)", "订单号,商品ID,订购数量,下单时间,京东价,结算金额,应付金额,下单帐号,付款确认时间"),
    _export("拼多多 (PDD)", "订单成交时间,商品总价(元),用户实付金额(元),商家实收金额(元),商品数量(件)"),
    _export("抖店 (Douyin)", "主订单编号,子订单编号,选购商品,订单应付金额,订单提交时间,订单完成时间"),
    _export(
        "赤兔", "客服昵称,聊天人数,接待人数,直接接入人数,转发接入人数,转出人数,总消息数,答问比,首次响应(秒)"
    ),
    _export("生意参谋", "日期,统计日期,咨询人数,接待人数,平均响应时长,询单人数,访客数,浏览量,答问比"),
)


def closest(
    header: Collection[str], own: Collection[str] = (), claimed: Text | None = None
) -> Likeness | None:
    """Return what a file looks like most; None if that is nothing, or no more than what it should be.

    Args:
        header: The file's columns.
        own: The columns of what it should be.
        claimed: What it should be.
    """
    names = {name.strip() for name in header}
    possible = [one for one in LIKENESSES if one.needed <= names and one.name != claimed]
    best = max(possible, key=lambda one: len(names & one.columns), default=None)
    if best is None or len(names & best.columns) < max(LEAST_HITS, len(names & set(own)) + 1):
        return None
    return best


def mistaken(header: Collection[str], table: Table, place: Place) -> Problem | None:
    """Return the problem of a file that is plainly of another table or format than this one."""
    own = Likeness.of_table(table)
    found = closest(header, table.names)
    if found is None or len(own.needed - set(header)) < MANY_LACKING:
        return None
    return not_but(own.name, found, place)


def not_but(claimed: Text, found: Likeness, place: Place) -> Problem:
    """Return the problem of a file that looks like something else than it should be."""
    return fileproblems.LOOKS_LIKE.at(place, claimed=claimed, likeness=found.name, way=found.way)
