"""The worked example of ``docs/measures.md``, made by computing it; run this file to write it anew."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from kaohe.core.rules import Rules
from kaohe.measures.compute import Measured, compute
from kaohe.measures.conversation import conversation
from measures.worlds import Line, MemoryRecords, Order, World

PAGE = Path(__file__).parents[2] / "docs" / "measures.md"
MARK = "<!-- The rest of this page is made by tests/measures/worked_example.py. -->\n"
DAY = date(2026, 10, 1)
SHOP = "旗艦店"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-10-{text}")


LINES = (
    ("林", "01 10:00:00", "customer", "有貨嗎"),
    ("林", "01 10:00:02", "robot", "您好,稍等"),
    ("林", "01 10:00:25", "agent", "有的"),
    ("林", "01 10:06:00", "customer", "今天能發嗎"),
    ("林", "01 10:07:10", "agent", "下單就發"),
    ("王", "01 11:00:00", "customer", "謝謝"),
    ("王", "01 11:00:10", "agent", "不客氣"),
    ("王", "01 11:00:20", "agent", "歡迎再來"),
    ("王", "01 11:00:30", "agent", "祝您愉快"),
    ("李", "01 15:00:00", "customer", "怎麼退貨"),
    ("李", "01 15:00:40", "agent", "請填這張單"),
    ("張", "01 16:00:00", "customer", "太貴了"),
    ("張", "01 23:59:30", "customer", "在嗎"),
)
ORDERS = (
    ("A1", "林", "01 10:08:00", "01 10:09:00", "120.00"),
    ("A2", "林", "02 09:00:00", None, "30.00"),
    ("A3", "李", "01 09:00:00", "01 09:01:00", "55.50"),
    ("A4", "趙", "01 20:00:00", "03 08:00:00", "80.00"),
)
CHOSEN = (
    "consultations",
    "filtered_one_line",
    "receptions",
    "inquiries",
    "response_rounds",
    "response_seconds",
    "unanswered_rounds",
    "quick_rounds",
    "ordered_same_day",
    "ordered",
    "orders",
    "payers",
    "sales_amount",
    "silent_amount",
)

WHO = (
    "阿強 holds the account 客服1 on 1 October 2026. The rules are the defaults. "
    "The chat with 林, line by line:"
)
WHY = (
    "王 wrote one line and got three: the one-line filter. 李 had ordered in the morning, before writing: "
    "no inquiry. The payment would make it an after-sale question, had the order not been created on the "
    "same day. 張 wrote twice without an answer: one round."
)
WHEN = (
    "Some measures of the day, as of the day itself and as of 7 October (*provisional* values in italics). "
    "A4 is silent; it is paid on the third, still in time:"
)


def world() -> World:
    """One agent's day: a sale, a goodbye, an after-sale question with an order, a customer left alone."""
    return World(
        lines=tuple(
            Line(SHOP, "客服1", customer, _at(clock), sender, text, place)
            for place, (customer, clock, sender, text) in enumerate(LINES)
        ),
        orders=tuple(
            Order(
                SHOP,
                number,
                customer,
                _at(created),
                _at(paid) if paid else None,
                Decimal(amount),
                Decimal(amount) if paid else None,
                Decimal(0),
            )
            for number, customer, created, paid, amount in ORDERS
        ),
        accounts=((SHOP, "客服1", "阿強", None, None),),
        people=("阿強",),
    )


def example() -> str:
    """Return the example as Markdown."""
    records = MemoryRecords(world())
    soon, late = (compute(records, Rules(), DAY, DAY, date(2026, 10, day)) for day in (1, 7))
    talk = conversation(late, records, shop=SHOP, person="阿強", customer="林", day=DAY)
    parts = [
        WHO,
        _table(
            ["time", "sender", "text", "round", "waiting s", "notes"],
            [_line(line) for line in talk.lines.to_pylist()],
        ),
        "All consultations of the day:",
        _table(
            ["customer", "filter", "inquiry", "rounds", "seconds", "unanswered", "first response"],
            [
                [
                    row["customer"],
                    row["filter"] or "",
                    "yes" if row["inquiry"] else "no",
                    row["response_rounds"],
                    row["response_seconds"],
                    row["unanswered_rounds"],
                    "" if row["first_response_seconds"] is None else row["first_response_seconds"],
                ]
                for row in late.receptions.to_pylist()
            ],
        ),
        WHY,
        "The orders created on the day; A2, created on the next, is placed through the same reception of 林:",
        _table(
            ["order", "customer", "created", "paid", "placing", "paying", "in time"],
            [_order(row) for row in late.orders.to_pylist()],
        ),
        WHEN,
        _table(
            ["measure", "as of 1 October", "as of 7 October"], [_cells(name, soon, late) for name in CHOSEN]
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _line(line: Mapping[str, Any]) -> list[object]:
    notes = [mark.replace("_", " ") for mark in line["marks"]]
    return [
        line["sent_at"].time(),
        line["sender"],
        line["text"],
        line["round"] or "",
        "" if line["waiting_seconds"] is None else line["waiting_seconds"],
        ", ".join([*notes, *line["orders"]]),
    ]


def _order(row: Mapping[str, Any]) -> list[object]:
    return [
        row["order_id"],
        row["customer"],
        row["created_at"].strftime("%d %H:%M"),
        row["paid_at"].strftime("%d %H:%M") if row["paid_at"] else "",
        row["placing"] or "",
        row["paying"] or "",
        "yes" if row["paid_in_time"] else "no",
    ]


def _cells(measure: str, *measured: Measured) -> list[object]:
    cells: list[object] = [f"`{measure}`"]
    level = "shop" if measure.startswith("silent") else "person"
    for one in measured:
        rows = [row for row in one.daily.to_pylist() if (row["level"], row["measure"]) == (level, measure)]
        value = f"{rows[0]['value']:f}".removesuffix(".00") if rows else "0"
        final = rows[0]["final"] if rows else True
        cells.append(value if final else f"*{value}*")
    return cells


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    text = PAGE.read_text("utf-8")
    PAGE.write_text(text[: text.index(MARK) + len(MARK)] + "\n" + example(), "utf-8")
