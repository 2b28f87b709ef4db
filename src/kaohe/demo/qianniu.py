"""Writes the demo shop's chats as 千牛 logs, in the saved form and as copied from the window."""

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import TextIO

from kaohe.demo.cast import ROBOT_NICK
from kaohe.demo.pace import moment
from kaohe.demo.talk import AGENT, CUSTOMER, ROBOT, Line

DASHES = "-" * 28
END_OF_BLOCK = "=" * 64
SECTION = "单聊"
COPIED_TIME = "{0:%Y}-{0.month}-{0.day} {1}:{2:02d}:{3:02d}"
READ, UNREAD, RECALLED = "已读", "未读", "撤回了一条消息"


class ChatLog:
    """One account's chats of a month, saved by 千牛: GB18030, a block per customer and day."""

    def __init__(self, file: Path) -> None:
        self._opened: TextIO = file.open("w", encoding="gb18030", newline="\r\n")
        self._opened.write(f"{SECTION}\n")

    def add(self, lines: Iterable[Line]) -> None:
        """Write a day's lines of the account, in the order of customers' first lines."""
        for block in blocks(lines):
            self._opened.write(f"{DASHES}{block[0].customer}{DASHES}\n")
            for line in block:
                self._opened.write(f"{nick(line)}({moment(line.second)}):  {line.text}\n")
            self._opened.write(f"{END_OF_BLOCK}\n")

    def close(self) -> None:
        """Finish the file."""
        self._opened.close()


class CopiedChatLog:
    """One account's chats of a month, copied from the window.

    The time has no leading zeros, the text stands below it, the account's own lines
    are marked as read or not, and a line that was taken back leaves a note.
    """

    def __init__(self, file: Path) -> None:
        self._opened: TextIO = file.open("w", encoding="gb18030", newline="\r\n")
        self._count = 0

    def add(self, lines: Iterable[Line]) -> None:
        """Write a day's lines of the account, in the order of customers' first lines."""
        for block in blocks(lines):
            self._opened.write(f"{DASHES}{block[0].customer}{DASHES}\n")
            for line in block:
                self._write(line)
            self._opened.write(f"{END_OF_BLOCK}\n")

    def _write(self, line: Line) -> None:
        self._count += 1
        self._opened.write(f"{nick(line)}{moment(line.second, COPIED_TIME)}\n{line.text}\n")
        if line.sender == AGENT:
            self._opened.write(f"{UNREAD if self._count % 23 == 0 else READ}\n")
        elif line.sender == CUSTOMER and self._count % 97 == 0:
            self._opened.write(f"{line.customer}{RECALLED}\n")

    def close(self) -> None:
        """Finish the file."""
        self._opened.close()


def blocks(lines: Iterable[Line]) -> list[list[Line]]:
    """Return the lines of one account and day by customer, the earlier customer first.

    The lines come sorted by customer and time.
    """
    parts = [list(part) for _, part in groupby(lines, key=lambda line: line.customer)]
    return sorted(parts, key=lambda part: part[0].second)


def nick(line: Line) -> str:
    """Return whose name stands before a line."""
    if line.sender == CUSTOMER:
        return line.customer
    return ROBOT_NICK if line.sender == ROBOT else line.account
