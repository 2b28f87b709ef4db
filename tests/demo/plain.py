"""Small plain readers of the demo's files, written for the tests alone."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from python_calamine import CalamineWorkbook

from kaohe.demo.shop import Shop

SAVED = re.compile(r"(.*)\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\):  (.*)")
COPIED = re.compile(r"(.*?)(\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d\d:\d\d)")
HEAD = re.compile(r"-{28}(.+)-{28}")
MARKS = {"已读", "未读"}


@dataclass(frozen=True, slots=True)
class Said:
    """One chat line as a log has it."""

    account: str
    customer: str
    nick: str
    at: datetime
    text: str

    @property
    def by_customer(self) -> bool:
        return self.nick == self.customer

    @property
    def by_agent(self) -> bool:
        return self.nick == self.account


def saved_log(file: Path, account: str) -> Iterator[Said]:
    """Yield the lines of a saved log; a line without a time goes on with the one before."""
    customer, current = "", None
    for row in file.read_bytes().decode("gb18030").split("\r\n"):
        if head := HEAD.fullmatch(row):
            customer = head[1]
        elif line := SAVED.fullmatch(row):
            if current:
                yield current
            current = Said(account, customer, line[1], datetime.fromisoformat(line[2]), line[3])
        elif row == "=" * 64:
            assert current
            yield current
            current = None
        elif current:
            current = Said(
                current.account, current.customer, current.nick, current.at, f"{current.text}\n{row}"
            )


def copied_log(file: Path, account: str) -> Iterator[Said]:
    """Yield the lines of a log copied from the window: the text stands below nick and time."""
    customer, head, text = "", None, list[str]()
    for row in [*file.read_bytes().decode("gb18030").split("\r\n"), "=" * 64]:
        block, line = HEAD.fullmatch(row), COPIED.fullmatch(row)
        if (block or line or row == "=" * 64) and head:
            at = datetime.strptime(head[2], "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - local wall clock
            yield Said(account, customer, head[1], at, "\n".join(text))
            head = None
        if block:
            customer = block[1]
        elif line:
            head, text = line, []
        elif row not in MARKS and not row.endswith("撤回了一条消息"):
            text.append(row)


def chats(shop: Shop, month: str = "") -> list[Said]:
    """Return every chat line of a month, or of all."""
    said: list[Said] = []
    for file in shop.files:
        if file.format == "qianniu-chat" and month in ("", file.month):
            copied = not file.path.read_bytes().startswith("单聊".encode("gb18030"))
            said.extend((copied_log if copied else saved_log)(file.path, file.account))
    return said


def order_rows(file: Path) -> list[dict[str, str]]:
    """Return the rows of an order export, by trimmed column names; numbers bare."""
    if file.suffix == ".xlsx":
        sheet = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
        header, *rows = ([str(cell) for cell in row] for row in sheet)
    else:
        with file.open(encoding="gb18030", newline="") as opened:
            header, *rows = csv.reader(opened)
    names = [name.strip() for name in header]
    return [
        {
            name: cell.removeprefix('="').removesuffix('"') if name == "订单编号" else cell
            for name, cell in zip(names, row, strict=True)
        }
        for row in rows
    ]


def orders(shop: Shop) -> dict[str, dict[str, str]]:
    """Return every order in its newest state."""
    newest: dict[str, dict[str, str]] = {}
    for file in shop.files:
        if file.format == "taobao-orders":
            newest |= {row["订单编号"]: row for row in order_rows(file.path)}
    return newest


def moment(text: str) -> datetime:
    """Return a time of an order export."""
    return datetime.strptime(text, "%Y/%m/%d %H:%M:%S")  # noqa: DTZ007 - local wall clock


def table(shop: Shop, name: str) -> list[dict[str, str]]:
    """Return a canonical table."""
    with (shop.folder / "tables" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def streams(said: list[Said]) -> dict[tuple[str, str, str], list[Said]]:
    """Return the lines by account, customer and day, in order."""
    streams: dict[tuple[str, str, str], list[Said]] = {}
    for line in said:
        streams.setdefault((line.account, line.customer, f"{line.at:%Y-%m-%d}"), []).append(line)
    return streams


DAY = timedelta(days=1)
