"""千牛 (Qianniu, 旺旺) chat logs as lines said: the two forms in which people hand them in.

Saved: a block per customer, ``nick(2020-04-24 16:07:00):  text``, further lines of the
text below. Copied from the window: ``nick2024-1-1 9:00:00``, the text below, and after
our own lines 已读 or 未读. A block begins with the customer between two rows of 28 hyphens
and ends with 64 equals signs. Source: ``spec/formats.md``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

BLOCK = re.compile(r"\s*-{28}(?P<customer>.+?)-{28}\s*")
END = re.compile(r"\s*={64}\s*")
WHEN = r"(?P<when>\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d{2}:\d{2})"
SAVED = re.compile(rf"(?P<nick>.+?)\({WHEN}\):(?:  )?(?P<text>.*)", re.DOTALL)
COPIED = re.compile(rf"(?P<nick>.+?){WHEN}\s*")
SINGLE, GROUP = ("单聊", "單聊"), ("群聊",)
READ_MARKS = ("已读", "未读", "已讀", "未讀")
RECALLED = re.compile(r"[“\"]?(?P<who>.*?)[”\"]?\s*撤回了一[条條](?:消息|訊息)[。.]?")
OURSELVES = ("", "你", "您", "对方", "對方")
SYSTEMS = ("系统", "系統", "系统消息", "系統消息", "系统提示")
CUT_END = re.compile(r"\s*={1,63}\s*")
CUT_HEADER = re.compile(r".+\(?\d{4}-\d{0,2}(-\d{0,2}( [\d:]{0,8})?)?\)?:?")
"""What is left of the line above a text if the file breaks off within it."""
REMARK = "# kaohe: "
"""Begins a line that a quarantine adds; a log that comes back has it left out."""
NETWORK = "cntaobao"
"""What some versions put before every nick."""


class Role(Enum):
    """Who a line is from."""

    CUSTOMER = "customer"
    OURS = "ours"
    SYSTEM = "system"


@dataclass(slots=True)
class Said:
    """One line said.

    Attributes:
        line: The line of the file on which it begins.
        nick: Who said it; blank for the system.
        role: The customer, one of ours, or the system.
        when: The time as it stands there.
        text: What was said, line by line.
        raw: The lines of the file, as they are.
        copied: Whether it stands in the form copied from the window.
        cut: Whether the file breaks off in it.
    """

    line: int
    nick: str
    role: Role
    when: str
    text: list[str]
    raw: list[str]
    copied: bool = False
    cut: bool = False


@dataclass(slots=True)
class Block:
    """One customer's block of a log."""

    customer: str
    line: int
    said: list[Said] = field(default_factory=list)


@dataclass(slots=True)
class ChatLog:
    """A log being read, line by line.

    Attributes:
        blocks: How many blocks there were.
        ends: How many of them a row of equals signs ended.
        group_lines: Lines of group chats, which are left out.
        stray_lines: Lines that stand in no block and are left out.
        first_stray: The number of the first of those.
        lines: How many lines there were.
        open_block: The block that breaks off with the file.
        mended: Whether it is a quarantine that comes back: what is no line said is one not yet mended.
    """

    mended: bool = False
    blocks: int = 0
    ends: int = 0
    group_lines: int = 0
    stray_lines: int = 0
    first_stray: int = 0
    lines: int = 0
    open_block: Block | None = None
    _block: Block | None = None
    _in_group: bool = False

    def read(self, lines: Iterable[str]) -> Iterator[Block]:
        """Yield the blocks, the one that breaks off with the file too.

        Args:
            lines: The lines of the file, with their line ends.
        """
        line = ""
        for self.lines, line in enumerate(lines, start=1):
            finished = self._take(self.lines, line.rstrip("\n"))
            if finished:
                yield finished
        if self._block:
            self._break_off(self._block, line)
            yield self._finished(self._block)

    def _break_off(self, block: Block, last: str) -> None:
        """Note that a block has no end, and mark the line said in which the file was cut off, if it was.

        A log that never ends a block, and one that ends with a full line, may be whole.
        """
        if self.ends or self.blocks == 1:
            self.open_block = block
        said = block.said[-1] if block.said else None
        if said is None or last.endswith("\n"):
            return
        begins = said.line == self.lines
        if CUT_END.fullmatch(last) and not begins:
            said.text.pop()
            said.raw.pop()
        elif CUT_HEADER.fullmatch(last) and not begins:
            said.text.pop()
            said.raw.pop()
            block.said.append(Said(self.lines, "", Role.SYSTEM, "", [], [last], cut=True))
        else:
            said.cut = self.ends > 0

    def _take(self, number: int, line: str) -> Block | None:
        """Take one line, and return the block that it ends."""
        block = self._block
        if begins := BLOCK.fullmatch(line):
            self.blocks += 1
            self._block = None if self._in_group else Block(bare(begins["customer"]), number)
            return self._finished(block) if block else None
        if END.fullmatch(line):
            self.ends += 1
            self._block = None
            return self._finished(block) if block else None
        if block is None:
            self._outside(number, line)
        elif not _add(block, number, line) and line.strip():
            self._orphan(block, number, line)
        return None

    def _orphan(self, block: Block, number: int, line: str) -> None:
        """Take a line of a block above all that was said in it."""
        if self.mended:
            block.said.append(Said(number, "", Role.SYSTEM, "", [], [line], cut=True))
        else:
            self._stray(number)

    def _stray(self, number: int) -> None:
        self.stray_lines += 1
        self.first_stray = self.first_stray or number

    def _outside(self, number: int, line: str) -> None:
        word = line.strip()
        if word in SINGLE or word in GROUP:
            self._in_group = word in GROUP
        elif self._in_group:
            self.group_lines += bool(word)
        elif word and not line.startswith(REMARK):
            self._stray(number)

    @staticmethod
    def _finished(block: Block) -> Block:
        for said in block.said:
            _strip_marks(said)
        return block


def bare(nick: str) -> str:
    """Return a nick without the blanks and the network's name around it."""
    return nick.strip().removeprefix(NETWORK)


def _add(block: Block, number: int, line: str) -> bool:
    """Add a line of the file to its block; return whether there is something said that it belongs to."""
    if begins := SAVED.fullmatch(line) or COPIED.fullmatch(line):
        nick = bare(begins["nick"])
        role = Role.CUSTOMER if nick == block.customer else Role.SYSTEM if nick in SYSTEMS else Role.OURS
        copied = begins.re is COPIED
        text = [] if copied else [begins["text"]]
        block.said.append(Said(number, nick, role, begins["when"], text, [line], copied))
        return True
    if not block.said:
        return False
    last = block.said[-1]
    if _is_recall(line, block):
        block.said.append(Said(number, "", Role.SYSTEM, last.when, [line.strip()], [line]))
    elif last.role is Role.SYSTEM:
        # What follows a notice belongs to nobody's text, unless it is only a mark.
        last.raw.append(line)
    else:
        last.text.append(line)
        last.raw.append(line)
    return True


def _is_recall(line: str, block: Block) -> bool:
    """Return whether a line is the notice that somebody took a message back."""
    recall = RECALLED.fullmatch(line.strip())
    if not recall:
        return False
    nicks = {block.customer, *(said.nick for said in block.said)}
    return recall["who"].strip() in nicks or recall["who"].strip() in OURSELVES


def _strip_marks(said: Said) -> None:
    """Take the blank lines at the end off a text, and from our copied lines the mark of having been read."""
    text = said.text
    while text and not text[-1].strip():
        text.pop()
    if said.copied and said.role is Role.OURS and text and text[-1].strip() in READ_MARKS:
        text.pop()
