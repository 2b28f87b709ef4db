"""The format ``qianniu-chat``: 千牛 and 旺旺 chat logs, GB18030 (or UTF-8), as people save or copy them.

Whose account: a line of ours carries it, ``店名:子号``. A customer's line belongs to the
account that answers it: the one that spoke last in the block, else the next one. A
block without a line of ours belongs to ``account``, or to what the file's name says.
The shop is ``shop``, else what stands before the colon.

A robot's lines are told by the nick's last part (see ``ROBOTS``) or by a mark at the
beginning of the text (see ``ROBOT_MARKS``). A message that was taken back leaves a
system line at the time of the line before it.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path

import numpy as np
import pyarrow as pa

from kaohe.core.language import Language
from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.core.writing import written_aside
from kaohe.records import fileproblems, problems
from kaohe.records.csvrows import undecodable
from kaohe.records.encodings import UTF_8
from kaohe.records.findings import Findings
from kaohe.records.formats import cleaning
from kaohe.records.formats.chatlog import REMARK, Block, ChatLog, Role, Said
from kaohe.records.formats.files import LONGEST_LINE, check_text, platform_encoding
from kaohe.records.formats.reading import Options
from kaohe.records.formats.recipes import other_shops
from kaohe.records.header import nearest
from kaohe.records.likeness import CHAT_LOG, closest, not_but
from kaohe.records.reading import Texts, typed
from kaohe.records.rows import Original
from kaohe.records.schema import TABLES, Table

BATCH_ROWS = 1 << 16
MANY = 10
"""So many known accounts are listed."""
HYPHENS, EQUALS = "-" * 28, "=" * 64
COLON = ":"
COLONS_IN_NAMES = ("_", "：", "＿")
"""What stands for the colon of an account in a file's name, which may not hold one."""
ROBOTS = (
    "店小蜜",
    "阿里店小蜜",
    "机器人",
    "機器人",
    "服务助手",
    "服務助手",
    "智能客服",
    "自动回复",
    "自動回覆",
)
ROBOT_MARKS = (
    "[自动回复]",
    "【自动回复】",
    "(自动回复)",
    "[自動回覆]",
    "【自動回覆】",
    "[机器人]",
    "【机器人】",
)


@dataclass
class ChatRows:
    """A chat log as a file of records: one is a line said. See ``rows.Source`` for the contract."""

    path: Path
    encoding: str
    mended: bool = False
    header: tuple[str, ...] = ("text",)
    misfits: int = 0
    bytes_read: int = 0

    def blocks(self, log: ChatLog) -> Iterator[Block]:
        """Yield the blocks of the file."""
        encoding = "utf-8-sig" if self.encoding == "utf-8" else self.encoding
        try:
            with TextIOWrapper(self.path.open("rb"), encoding=encoding) as opened:
                for block in log.read(opened):
                    self.bytes_read = opened.buffer.tell()
                    yield block
        except UnicodeError:
            raise ProblemsFound([undecodable(self.path, self.encoding)]) from None

    def said(self) -> Iterator[tuple[int, Block, Said]]:
        """Yield every line said, with its number and its block."""
        number = 0
        for block in self.blocks(ChatLog(mended=self.mended)):
            for said in block.said:
                yield number, block, said
                number += 1

    def originals(self, records: Collection[int], *, misfits: bool) -> Iterator[Original]:
        """Read the file once more and yield these lines."""
        _ = misfits
        wanted = set(records)
        for number, _block, said in self.said():
            if number in wanted:
                yield Original(number, said.line, ["\n".join(said.raw)])


@dataclass
class ChatReading:
    """One chat log. See ``reading.Reading`` for the contract."""

    rows: ChatRows
    options: Options
    table: Table = TABLES["messages"]
    notes: list[Problem] = field(default_factory=list)
    skipped: int = 0
    quarantine_suffix: str = ".txt"
    findings: Findings = field(init=False)
    _named: int = 0
    _own_shops: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.findings = Findings(self.rows)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the lines said, in the order of the file."""
        log = ChatLog(mended=self.rows.mended)
        labels = {"sent_at": "text", "text": "text"}
        yield from typed(self.table, self._texts(log), self.options.timezone, self.findings, labels)
        if not log.blocks:
            raise ProblemsFound([_no_chat(self.rows)])
        self.skipped = log.group_lines
        self.notes.extend(self._remarks(log))

    def _remarks(self, log: ChatLog) -> Iterator[Problem]:
        """Yield what there is to note of the log as a whole."""
        file = str(self.rows.path)
        place = Place(file)
        if log.group_lines:
            yield fileproblems.GROUP_CHAT.at(place, count=log.group_lines)
        if log.stray_lines:
            yield fileproblems.STRAY_LINES.at(Place(file, log.first_stray), count=log.stray_lines)
        if log.open_block:
            block = log.open_block
            yield fileproblems.CHAT_BREAKS_OFF.at(
                Place(file, log.lines), customer=block.customer, begins=block.line
            )
        if self._named:
            yield self._named_by_file(place)
        yield from other_shops(self.options.shop, place)(sorted(self._own_shops))

    def _named_by_file(self, place: Place) -> Problem:
        """Return the warning that the file's name was taken for the account."""
        account, known = self._own_account(), self.options.accounts
        if not known or account in known:
            return fileproblems.ACCOUNT_BY_NAME.at(place, count=self._named, account=account)
        return fileproblems.INVENTED_ACCOUNT.at(
            place,
            account,
            count=self._named,
            account=account,
            accounts=", ".join(known[:MANY]) + (" …" if len(known) > MANY else ""),
            nearest=nearest(account, known) or known[0],
        )

    def write_quarantine(self, file: Path, language: Language) -> int:
        """Write the bad lines as a log again, each with a remark on what is wrong."""
        reasons = dict(self.findings.reasons())
        if not reasons:
            return 0
        file.parent.mkdir(parents=True, exist_ok=True)
        with written_aside(file) as fresh, fresh.open("w", encoding="utf-8-sig", newline="\r\n") as opened:
            for number, block, said in self.rows.said():
                if number in reasons:
                    told = "; ".join(reason.to(language) for reason in reasons[number])
                    opened.write(f"{REMARK}{said.line}: {told}\n{HYPHENS}{block.customer}{HYPHENS}\n")
                    opened.write("\n".join(said.raw) + f"\n{EQUALS}\n")
        return len(reasons)

    def _texts(self, log: ChatLog) -> Iterator[Texts]:
        lines: list[_Line] = []
        first = 0
        for block in self.rows.blocks(log):
            lines += self._lines(block)
            if len(lines) >= BATCH_ROWS:
                yield self._whole(lines, first)
                first += len(lines)
                lines = []
        yield self._whole(lines, first)

    def _whole(self, lines: Sequence["_Line"], first: int) -> Texts:
        """Return the lines in which the file does not break off; the others are noted."""
        whole = []
        for number, line in enumerate(lines, start=first):
            if line.said.cut:
                self.findings.records += 1
                self.findings.add(problems.CUT_LINE, number, "text", "\n".join(line.said.raw))
            else:
                whole.append(number)
        return _as_columns([lines[number - first] for number in whole], whole)

    def _lines(self, block: Block) -> Iterator["_Line"]:
        """Yield the block's lines with their account and sender."""
        ours = [said.nick if said.role is Role.OURS and not _is_robot(said) else "" for said in block.said]
        account = next(filter(None, ours), "")
        if not account:
            account = self._own_account()
            self._named += not self.options.account
        for said, own in zip(block.said, ours, strict=True):
            account = own or account
            yield _Line(self._shop(account), account, block.customer, said)

    def _shop(self, account: str) -> str:
        shop, colon, _ = account.partition(COLON)
        if self.options.shop:
            self._own_shops.update([shop] if colon else [])
            return self.options.shop
        if not colon:
            raise ProblemsFound(
                [fileproblems.NO_SHOP.at(Place(str(self.rows.path)), account, account=account)]
            )
        return shop

    def _own_account(self) -> str:
        """Return the account of blocks that do not say it."""
        if self.options.account:
            return self.options.account
        name = self.rows.path.stem
        for colon in COLONS_IN_NAMES:
            name = name.replace(colon, COLON, 1) if COLON not in name else name
        return name


@dataclass(frozen=True, slots=True)
class _Line:
    shop: str
    account: str
    customer: str
    said: Said

    @property
    def sender(self) -> str:
        if self.said.role is Role.OURS:
            return "robot" if _is_robot(self.said) else "agent"
        return "customer" if self.said.role is Role.CUSTOMER else "system"


def open_qianniu_chat(path: Path, options: Options) -> ChatReading:
    """Open a chat log."""
    check_text(path, "TXT")
    mended = _is_quarantine(path)
    encoding = UTF_8 if mended else platform_encoding(path, options)
    return ChatReading(ChatRows(path, encoding, mended), options)


def _is_quarantine(path: Path) -> bool:
    """Return whether a log is a quarantine, which is UTF-8 whatever the log was."""
    with path.open("rb") as opened:
        return opened.readline(LONGEST_LINE).removeprefix(BOM_UTF8).startswith(REMARK.encode())


def _no_chat(rows: ChatRows) -> Problem:
    """Return the problem of a file that is no chat log: what it looks like, if anything."""
    place = Place(str(rows.path))
    with rows.path.open(encoding=rows.encoding, errors="replace") as opened:
        header = opened.readline(LONGEST_LINE).removeprefix("\ufeff")
    likely = closest(re.split(r"[,;\t]", header.strip()))
    return not_but(CHAT_LOG, likely, place) if likely else fileproblems.NO_CHAT.at(place)


def _is_robot(said: Said) -> bool:
    nick = said.nick.rpartition(COLON)[2]
    return nick in ROBOTS or (bool(said.text) and said.text[0].startswith(ROBOT_MARKS))


def _as_columns(lines: Sequence[_Line], records: Sequence[int]) -> Texts:
    columns = {
        "shop": [line.shop for line in lines],
        "account": [line.account for line in lines],
        "customer": [line.customer for line in lines],
        "sender": [line.sender for line in lines],
        "text": ["\n".join(line.said.text) for line in lines],
    }
    arrays = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    arrays["sent_at"] = cleaning.time(pa.array([line.said.when for line in lines], pa.string()))
    return Texts(np.array(records, dtype=np.int64), arrays)
