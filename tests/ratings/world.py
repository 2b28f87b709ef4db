"""A small desk: who works there, what they chatted, and forms filled in as people do."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from kaohe.core.language import Language
from kaohe.ratings.desk import Desk, open_desk
from kaohe.ratings.takein import FORMS, Taken, Way, take_in
from kaohe.records.importing import import_files

POLICY = Path(__file__).with_name("desk.yaml")
ZONE = ZoneInfo("Asia/Shanghai")
SHOP = "示範旗艦店"
PEOPLE = (
    ("p1", "小竹", "客服部", "售前組長"),
    ("p2", "阿梅", "客服部", "售前"),
    ("p3", "小蘭", "客服部", "售前"),
    ("p4", "阿菊", "客服部", "售前"),
    ("p8", "阿楓", "客服部", "質檢"),
    ("p9", "小柏", "倉儲部", "倉管"),
)
AGENTS = ("p2", "p3", "p4")
NAMES = {person: name for person, name, _, _ in PEOPLE}
TALKS_EACH = 24
AS_OF = date(2026, 11, 5)
TALK = (
    (0, "customer", "在嗎"),
    (12, "agent", "您好，{name}為您服務"),
    (60, "customer", "茶壺有貨嗎"),
    (150, "agent", "稍等，我幫您查一下"),
    (400, "agent", "有貨的，今天就能發"),
    (430, "customer", "謝謝{name}"),
)


def tables() -> Mapping[str, list[dict[str, object]]]:
    """The records of the desk in October 2026."""
    people: list[dict[str, object]] = [
        {"person": person, "name": name, "department": where, "role": role, "regular": "yes"}
        for person, name, where, role in PEOPLE
    ]
    accounts: list[dict[str, object]] = [
        {"shop": SHOP, "account": account(person), "person": person} for person in AGENTS
    ]
    return {"people": people, "accounts": accounts, "messages": [*lines()], "orders": []}


def account(person: str) -> str:
    return f"{SHOP}:{NAMES[person]}"


def lines() -> Iterable[dict[str, object]]:
    for number in range(TALKS_EACH):
        for place, person in enumerate(AGENTS):
            start = datetime.fromisoformat("2026-10-01T09:00:00") + timedelta(
                days=number * 5 % 31, hours=place
            )
            for second, sender, text in TALK:
                yield {
                    "shop": SHOP,
                    "account": account(person),
                    "customer": f"tb{person}{number:03}",
                    "sent_at": start + timedelta(seconds=second),
                    "sender": sender,
                    "text": text.format(name=NAMES[person]),
                }


HEADERS = {"orders": ["shop", "order_id", "customer", "created_at", "amount"]}


def write_tables(folder: Path, held: Mapping[str, Sequence[Mapping[str, object]]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in held.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as opened:
            out = csv.DictWriter(opened, HEADERS.get(name) or list(rows[0]))
            out.writeheader()
            out.writerows(rows)
    return folder


def store_of(folder: Path) -> Path:
    """A store with the desk's records."""
    files = write_tables(folder / "files", tables())
    for name in tables():
        import_files(folder / "store", "table", [files / f"{name}.csv"], timezone=ZONE, table=name)
    return folder / "store"


def desk(records: Path, as_of: date = AS_OF) -> Desk:
    return open_desk(records, str(POLICY), "2026-10", as_of)


def opened(file: Path) -> Workbook:
    return load_workbook(file)


def fill(file: Path, scores: Mapping[str, Sequence[object]] | object, note: str = "") -> Path:
    """Type scores into a workbook as its rater would: by sheet, in the order of the yellow cells.

    One score alone is typed into every yellow cell.
    """
    book = load_workbook(file)
    for sheet in book.worksheets:
        cells = score_cells(sheet)
        given = scores.get(sheet.title, ()) if isinstance(scores, Mapping) else [scores] * len(cells)
        for cell, score in zip(cells, given, strict=False):
            cell.value = score
            if note:
                sheet.cell(cell.row, cell.column + 1).value = note
    book.save(file)
    return file


def score_cells(sheet: Any) -> list[Any]:
    """The unlocked cells for scores: notes stand right of them."""
    unlocked = [cell for row in sheet.iter_rows() for cell in row if not cell.protection.locked]
    return unlocked[::2]


def take(
    files: Sequence[Path], store: Path, way: Way = FORMS, *, on: str = "2026-11-03", **more: Any
) -> Taken:
    more.setdefault("language", Language.EN)
    return take_in(files, way, store, date.fromisoformat(on), zone=ZONE, **more)


def codes(taken: Taken) -> list[str]:
    return [problem.code for problem in taken.problems]
