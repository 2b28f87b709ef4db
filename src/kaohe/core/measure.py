"""The catalogue of measures: what is counted per person (or shop) and day.

A measure is summable: weeks and months add days up. Its definition is in
``docs/measures.md``; here stand its name, unit, delay and title, for everyone who
refers to a measure without computing it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from types import MappingProxyType

from kaohe.core.figure import Unit
from kaohe.core.language import Language, Words
from kaohe.core.rules import Rules


class Delay(Enum):
    """How many days after its own day a measure is final, in terms of the rules."""

    NONE = "none"
    ORDER = "order_days"
    PAYMENT = "payment_days"
    BOTH = "order_days + payment_days"


class Scope(StrEnum):
    """Whose measure it is, and which event dates it."""

    PERSON_BY_RECEPTION = "person_by_reception"
    """A person's, by the day of the chat (of the rating, of the complaint)."""
    PERSON_BY_ORDER = "person_by_order"
    """A person's, by the day on which the order was created."""
    SHOP = "shop"
    """The shop's alone: orders with and without an agent, and traffic."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the catalogue.

    Attributes:
        name: The name in ``measures.csv`` and in formulas.
        unit: What it is counted in.
        delay: When a day of it is final.
        scope: Whose it is and which event dates it.
        title: What people call it.
    """

    name: str
    unit: Unit
    delay: Delay
    scope: Scope
    title: Words


def delay_days(measure: Measure, rules: Rules) -> int:
    """Return how many days after its own day the measure is final."""
    return {
        Delay.NONE: 0,
        Delay.ORDER: rules.order_days,
        Delay.PAYMENT: rules.payment_days,
        Delay.BOTH: rules.order_days + rules.payment_days,
    }[measure.delay]


Row = tuple[str, Unit, Delay, str, str, str]

# Name, unit, delay, and the title in Traditional Chinese, Simplified Chinese and English.
BY_RECEPTION: tuple[Row, ...] = (
    ("consultations", Unit.COUNT, Delay.NONE, "諮詢人數", "咨询人数", "Consultations"),
    ("receptions", Unit.COUNT, Delay.NONE, "接待人數", "接待人数", "Receptions"),
    ("outreaches", Unit.COUNT, Delay.NONE, "主動聯繫人數", "主动联系人数", "Outreaches"),
    (
        "filtered_after_sale",
        Unit.COUNT,
        Delay.NONE,
        "售後過濾人數",
        "售后过滤人数",
        "Consultations out by the after-sale filter",
    ),
    (
        "filtered_ad",
        Unit.COUNT,
        Delay.NONE,
        "廣告過濾人數",
        "广告过滤人数",
        "Consultations out by the ad filter",
    ),
    (
        "filtered_one_line",
        Unit.COUNT,
        Delay.NONE,
        "簡單句過濾人數",
        "简单句过滤人数",
        "Consultations out by the one-line filter",
    ),
    ("inquiries", Unit.COUNT, Delay.ORDER, "詢單人數", "询单人数", "Inquiries"),
    (
        "replied_receptions",
        Unit.COUNT,
        Delay.NONE,
        "已回復接待人數",
        "已回复接待人数",
        "Receptions replied to",
    ),
    ("customer_messages", Unit.COUNT, Delay.NONE, "顧客消息數", "顾客消息数", "Customer lines"),
    ("agent_messages", Unit.COUNT, Delay.NONE, "客服消息數", "客服消息数", "Agent lines"),
    ("robot_messages", Unit.COUNT, Delay.NONE, "機器人消息數", "机器人消息数", "Robot lines"),
    ("response_rounds", Unit.COUNT, Delay.NONE, "已回復回合數", "已回复回合数", "Answered rounds"),
    ("response_seconds", Unit.SECONDS, Delay.NONE, "響應時間合計", "响应时间合计", "Response time, summed"),
    ("unanswered_rounds", Unit.COUNT, Delay.NONE, "未回復回合數", "未回复回合数", "Unanswered rounds"),
    ("quick_rounds", Unit.COUNT, Delay.NONE, "快速回復回合數", "快速回复回合数", "Rounds answered quickly"),
    ("first_responses", Unit.COUNT, Delay.NONE, "首次響應數", "首次响应数", "First responses"),
    (
        "first_response_seconds",
        Unit.SECONDS,
        Delay.NONE,
        "首次響應時間合計",
        "首次响应时间合计",
        "First response time, summed",
    ),
    (
        "ordered_same_day",
        Unit.COUNT,
        Delay.ORDER,
        "詢單當日下單人數",
        "询单当日下单人数",
        "Inquiries that ordered the same day",
    ),
    ("ordered", Unit.COUNT, Delay.ORDER, "詢單下單人數", "询单下单人数", "Inquiries that ordered"),
    (
        "converted",
        Unit.COUNT,
        Delay.BOTH,
        "詢單最終付款人數",
        "询单最终付款人数",
        "Inquiries that paid in time",
    ),
    ("ratings", Unit.COUNT, Delay.NONE, "評價數", "评价数", "Ratings"),
    ("rating_sum", Unit.COUNT, Delay.NONE, "評分合計", "评分合计", "Rating scores, summed"),
    ("good_ratings", Unit.COUNT, Delay.NONE, "好評數", "好评数", "Good ratings"),
    ("bad_ratings", Unit.COUNT, Delay.NONE, "差評數", "差评数", "Bad ratings"),
    ("complaints", Unit.COUNT, Delay.NONE, "投訴數", "投诉数", "Complaints"),
    ("complaints_upheld", Unit.COUNT, Delay.NONE, "成立投訴數", "成立投诉数", "Complaints upheld"),
)
BY_ORDER: tuple[Row, ...] = (
    ("orders", Unit.COUNT, Delay.NONE, "落實下單數", "落实下单数", "Orders placed"),
    ("ordered_amount", Unit.MONEY, Delay.NONE, "落實下單金額", "落实下单金额", "Amount of orders placed"),
    ("orderers", Unit.COUNT, Delay.NONE, "落實下單人數", "落实下单人数", "Customers who placed an order"),
    (
        "payers_same_day",
        Unit.COUNT,
        Delay.NONE,
        "當日付款人數",
        "当日付款人数",
        "Customers who paid on the day of the order",
    ),
    ("payers_final", Unit.COUNT, Delay.PAYMENT, "最終付款人數", "最终付款人数", "Customers who paid in time"),
    (
        "payers",
        Unit.COUNT,
        Delay.PAYMENT,
        "付款人數",
        "付款人数",
        "Customers who paid (same day until final, then in time)",
    ),
    ("paid_orders", Unit.COUNT, Delay.PAYMENT, "落實付款訂單數", "落实付款订单数", "Orders paid in time"),
    ("paid_amount", Unit.MONEY, Delay.PAYMENT, "落實付款金額", "落实付款金额", "Amount paid in time"),
    ("lost_orderers", Unit.COUNT, Delay.PAYMENT, "流失人數", "流失人数", "Customers lost"),
    ("lost_amount", Unit.MONEY, Delay.PAYMENT, "流失金額", "流失金额", "Amount lost"),
    ("sales_orders", Unit.COUNT, Delay.PAYMENT, "銷售訂單數", "销售订单数", "Sales orders"),
    ("sales_amount", Unit.MONEY, Delay.PAYMENT, "銷售額", "销售额", "Sales"),
    (
        "assisted_orders",
        Unit.COUNT,
        Delay.PAYMENT,
        "協助訂單數",
        "协助订单数",
        "Assisted orders (placed by others, payment followed up)",
    ),
    ("assisted_amount", Unit.MONEY, Delay.PAYMENT, "協助銷售額", "协助销售额", "Assisted sales"),
    (
        "followed_orders",
        Unit.COUNT,
        Delay.PAYMENT,
        "靜默訂單跟進付款數",
        "静默订单跟进付款数",
        "Silent orders followed up to payment",
    ),
    (
        "followed_amount",
        Unit.MONEY,
        Delay.PAYMENT,
        "靜默訂單跟進付款金額",
        "静默订单跟进付款金额",
        "Amount of silent orders followed up",
    ),
    ("refunded_amount", Unit.MONEY, Delay.PAYMENT, "退款金額", "退款金额", "Refunds of sales orders"),
)
OF_SHOP: tuple[Row, ...] = (
    ("shop_orders", Unit.COUNT, Delay.NONE, "全店下單數", "全店下单数", "The shop's orders"),
    (
        "shop_paid_orders",
        Unit.COUNT,
        Delay.PAYMENT,
        "全店付款訂單數",
        "全店付款订单数",
        "The shop's orders paid in time",
    ),
    (
        "shop_paid_amount",
        Unit.MONEY,
        Delay.PAYMENT,
        "全店付款金額",
        "全店付款金额",
        "The shop's amount paid in time",
    ),
    (
        "shop_payers",
        Unit.COUNT,
        Delay.PAYMENT,
        "全店付款人數",
        "全店付款人数",
        "The shop's customers who paid in time",
    ),
    (
        "silent_orders",
        Unit.COUNT,
        Delay.PAYMENT,
        "靜默付款訂單數",
        "静默付款订单数",
        "Silent orders paid in time",
    ),
    (
        "silent_amount",
        Unit.MONEY,
        Delay.PAYMENT,
        "靜默付款金額",
        "静默付款金额",
        "Amount of silent orders paid in time",
    ),
    ("pv", Unit.COUNT, Delay.NONE, "瀏覽量", "浏览量", "Page views"),
    ("uv", Unit.COUNT, Delay.NONE, "訪客數", "访客数", "Visitors"),
    (
        "traffic_sales",
        Unit.MONEY,
        Delay.NONE,
        "流量報表銷售額",
        "流量报表销售额",
        "Sales by the traffic report",
    ),
)


def _measures(scope: Scope, rows: Iterable[Row]) -> dict[str, Measure]:
    return {
        name: Measure(
            name=name,
            unit=unit,
            delay=delay,
            scope=scope,
            title={Language.ZH_HANT: hant, Language.ZH_HANS: hans, Language.EN: english},
        )
        for name, unit, delay, hant, hans, english in rows
    }


MEASURES: Mapping[str, Measure] = MappingProxyType(
    _measures(Scope.PERSON_BY_RECEPTION, BY_RECEPTION)
    | _measures(Scope.PERSON_BY_ORDER, BY_ORDER)
    | _measures(Scope.SHOP, OF_SHOP)
)
"""Every measure by its name, in the order of the definitions."""
