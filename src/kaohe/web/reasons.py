"""A reason as a tree that opens in place: which parts of it are open, and what each of them shows.

Every part has a name within its reason, and the names of the open ones are the state of the
tree, which an address carries. ``i2`` is the third input, ``b0`` the first thing beside;
``i2.i0`` is the first input of that one. Of a measure, ``i2.c`` is the list of the rows that
count and ``i2.n`` of those that do not, ``i2.c~40`` the same from the 41st row on, and
``i2.c.7`` is the conversation behind its eighth row.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode

import pyarrow as pa

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FactRef, FigureKey, Level, MeasureRef
from kaohe.core.language import Text
from kaohe.measures.conversation import Chat
from kaohe.periods.books.reading import Read
from kaohe.periods.results import evidence_of
from kaohe.statements import chat as chats
from kaohe.statements.certain import read as read_certainty
from kaohe.statements.evidence import EvidenceSource
from kaohe.statements.evidence import Row as EvidenceRow
from kaohe.statements.explain import Explanation, Input, Rule, explain
from kaohe.statements.measured import MeasureExplanation
from kaohe.statements.shown import day_said
from kaohe.statements.words.surety import surety
from kaohe.web.editions import sheet
from kaohe.web.entry import Standing
from kaohe.web.models import Edition
from kaohe.web.rights import Right

AT_ONCE = 20
"""Rows of evidence on a page of them."""
DEEPEST = 12
"""Parts within parts that an address may open."""
PART = re.compile(r"(?P<path>[ib]\d+(?:\.[ib]\d+)*)(?:\.(?P<side>[cn])(?:~(?P<start>\d+)|\.(?P<row>\d+))?)?")
OTHERS = Text("These rows are everybody's; who may see the whole desk can open them.")
SIDES = {"c": "counted", "n": "not_counted"}


@dataclass(frozen=True, slots=True)
class State:
    """What of a reason is open.

    Attributes:
        parts: The names of the open parts, without where lists begin.
        starts: List → the row that it begins with.
    """

    parts: frozenset[str]
    starts: Mapping[str, int]

    @classmethod
    def of(cls, names: str) -> "State":
        """Return the state that an address says; what is no name of a part is passed over."""
        known = [name for name in names.split(",") if PART.fullmatch(name) and name.count(".") < DEEPEST]
        starts = {}
        for name in known:
            part, _, start = name.partition("~")
            starts[part] = int(start or 0)
        return cls(frozenset(starts), {part: start for part, start in starts.items() if start})


@dataclass(frozen=True, slots=True)
class Row:
    """One row of evidence.

    Attributes:
        at: The name of the conversation behind it; blank: there is none to see.
        cells: Title and text of each column.
        opened: The conversation, where it is shown.
    """

    at: str
    cells: tuple[tuple[str, str], ...]
    opened: "Conversing | None"


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list of rows of evidence.

    Attributes:
        at: Its name in the tree.
        is_counted: Whether its rows count.
        columns: The titles; columns that say nothing are left out.
        rows: The rows of this page.
        count: How many there are in all.
        start: How many come before.
        is_open: Whether it is shown.
    """

    at: str
    is_counted: bool
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    count: int
    start: int
    is_open: bool

    @property
    def first(self) -> int:
        """The number of the first row shown, from 1."""
        return min(self.start + 1, self.count)

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return self.start + len(self.rows)

    @property
    def before(self) -> str:
        """The name of the page before; blank: there is none."""
        return f"{self.at}~{max(self.start - AT_ONCE, 0)}" if self.start else ""

    @property
    def after(self) -> str:
        """The name of the next page; blank: there is none."""
        return f"{self.at}~{self.last}" if self.last < self.count else ""


@dataclass(frozen=True, slots=True)
class Conversing:
    """A conversation in its place.

    Attributes:
        at: Its name in the tree.
        agent: Who served.
        customer: Who asked.
        day: When.
        told: What was said; None: it is not at hand.
    """

    at: str
    agent: str
    customer: str
    day: str
    told: chats.Told | None


@dataclass(frozen=True)
class Opened:
    """What stands within an open part: a figure's reason, or a measure's days and rows.

    Attributes:
        at: Its name in the tree; blank: the reason itself.
        figure: The figure's explanation; None for a measure.
        surety: How sure the figure is.
        beside: What stands beside it.
        inputs: What it was computed from.
        hidden: How many inputs are other people's, and not for this reader.
        measure: The measure's explanation; None for a figure.
        lists: The rows behind the measure.
        without_rows: Why there are none to be seen; blank where there are.
    """

    at: str
    figure: Explanation | None = None
    surety: tuple[str, ...] = ()
    beside: tuple["Leaf", ...] = ()
    inputs: tuple["Leaf", ...] = ()
    hidden: int = 0
    measure: MeasureExplanation | None = None
    lists: tuple[Listed, ...] = ()
    without_rows: str = ""

    @property
    def query(self) -> str:
        """What an address says of the figure."""
        return urlencode(self.figure.key._asdict()) if self.figure else ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One input, closed or open.

    Attributes:
        at: Its name in the tree.
        input: The input.
        opens: Whether there is anything within.
        inside: What stands within it, where it is open.
    """

    at: str
    input: Input
    opens: bool
    inside: Opened | None


@dataclass(frozen=True)
class Tree:
    """A figure's reason for one reader.

    Attributes:
        at: Who reads.
        edition: What they read.
        read: The edition's figures.
        key: The figure.
        state: What is open.
    """

    at: Standing
    edition: Edition
    read: Read
    key: FigureKey
    state: State

    @property
    def appraisal(self) -> Appraisal:
        """The figures."""
        return self.read.appraised.appraisal

    @cached_property
    def source(self) -> EvidenceSource | None:
        """The evidence behind the figures."""
        return evidence_of(self.read.appraised)

    def root(self) -> Opened:
        """Return the reason from its sentence down to all that is open."""
        return self._figure("", explain(self.appraisal, self.key, self.at.language, evidence=self.source))

    def part(self, name: str) -> Opened | Listed | Conversing | None:
        """Return what stands within a part; None where the reader has nothing to open there."""
        named = PART.fullmatch(name)
        there = self._walk(named["path"]) if named else None
        if named is None or there is None:
            return None
        if not named["side"]:
            return self._within(named["path"], there)
        return self._of_measure(named, there) if isinstance(there, MeasureExplanation) else None

    # Figures

    def _walk(self, path: str) -> Explanation | MeasureExplanation | None:
        found: Explanation | MeasureExplanation | None = explain(
            self.appraisal, self.key, self.at.language, evidence=self.source
        )
        for step in path.split("."):
            if not isinstance(found, Explanation):
                return None
            among = found.inputs if step[0] == "i" else found.beside
            number = int(step[1:])
            if number >= len(among) or not self._may_see(among[number]):
                return None
            found = among[number].open()
        return found

    def _within(self, at: str, found: Explanation | MeasureExplanation | None) -> Opened | None:
        if isinstance(found, Explanation):
            return self._figure(at, found)
        return self._measure(at, found) if found else None

    def _figure(self, at: str, told: Explanation) -> Opened:
        inputs = tuple(self._leaves(at, "i", told.inputs))
        hidden = len(told.inputs) - len(inputs)
        # Where other people's figures went in, the formula's numbers are theirs.
        shown = replace(told, rule=_placed(told.rule), formula="" if hidden else told.formula)
        return Opened(
            at,
            figure=shown,
            surety=self._surety(told.key),
            beside=tuple(self._leaves(at, "b", told.beside)),
            inputs=inputs,
            hidden=hidden,
        )

    def _leaves(self, at: str, letter: str, inputs: Iterable[Input]) -> Iterator[Leaf]:
        for number, one in enumerate(inputs):
            if self._may_see(one):
                name = f"{at}.{letter}{number}" if at else f"{letter}{number}"
                opens = one.kind in ("figure", "measure") and one.open() is not None
                wanted = opens and name in self.state.parts
                yield Leaf(name, one, opens, self._within(name, one.open()) if wanted else None)

    def _may_see(self, one: Input) -> bool:
        match one.node.ref:
            case (
                FigureKey(level=Level.PERSON, subject=subject)
                | MeasureRef(level=Level.PERSON, subject=subject)
            ):
                return self.at.may_see(subject)
            case FactRef(subject=subject):
                return subject not in self._people or self.at.may_see(subject)
        return True

    @cached_property
    def _people(self) -> frozenset[str]:
        return frozenset(self.appraisal.evaluator.facts.person_rows)

    def _surety(self, key: FigureKey) -> tuple[str, ...]:
        if key.level is not Level.PERSON:
            return ()
        known = read_certainty(self._certainty(key.subject), key.subject)
        return surety(replace(self.appraisal, certainty=known), key, self.at.language)

    def _certainty(self, person: str) -> dict[str, object] | None:
        if person not in self._sheets:
            self._sheets[person] = sheet(self.edition, "certainty", person)
        return self._sheets[person]

    @cached_property
    def _sheets(self) -> dict[str, dict[str, object] | None]:
        return {}

    # Measures

    def _measure(self, at: str, told: MeasureExplanation) -> Opened:
        if not self._may_list(told):
            return Opened(at, measure=told, without_rows=OTHERS.to(self.at.language))
        found = told.evidence()
        if found is None:
            return Opened(at, measure=told, without_rows=told.no_evidence())
        tables = {f"{at}.{letter}": getattr(found, side) for letter, side in SIDES.items()}
        lists = tuple(
            self._list(name, told, table, self.state.starts.get(name, 0))
            for name, table in tables.items()
            if table.num_rows
        )
        return Opened(at, measure=told, lists=lists)

    def _may_list(self, told: MeasureExplanation) -> bool:
        return told.ref.level is Level.PERSON or self.at.may(Right.SEE_DESK)

    def _of_measure(self, named: re.Match[str], told: MeasureExplanation) -> Listed | Conversing | None:
        """Return a page of a list of rows, or the conversation behind one of them."""
        found = told.evidence() if self._may_list(told) else None
        if found is None:
            return None
        table: pa.Table = getattr(found, SIDES[named["side"]])
        at = f"{named['path']}.{named['side']}"
        if named["row"] is None:
            return self._list(at, told, table, int(named["start"] or 0))
        rows = told.rows(table, int(named["row"]), 1, brief=True).rows
        chat = rows[0].chat if rows else None
        return self._chat(named[0], chat) if chat and self.at.may_see(chat.person) else None

    def _list(self, at: str, told: MeasureExplanation, table: pa.Table, start: int) -> Listed:
        rows = told.rows(table, start, AT_ONCE, brief=True)
        said = [number for number in range(len(rows.columns)) if any(one.cells[number] for one in rows.rows)]
        return Listed(
            at=at,
            is_counted=at.endswith("c"),
            columns=tuple(rows.columns[number] for number in said),
            rows=tuple(
                self._row(f"{at}.{number}", row, [(rows.columns[one], row.cells[one]) for one in said])
                for number, row in enumerate(rows.rows, start)
            ),
            count=rows.count,
            start=start,
            is_open=at.endswith("c") or at in self.state.parts,
        )

    def _row(self, at: str, row: EvidenceRow, cells: Sequence[tuple[str, str]]) -> Row:
        if row.chat is None or not self.at.may_see(row.chat.person):
            return Row("", tuple(cells), None)
        return Row(at, tuple(cells), self._chat(at, row.chat) if at in self.state.parts else None)

    def _chat(self, at: str, chat: Chat) -> Conversing:
        assert self.source is not None
        found = self.source.conversation(chat.shop, chat.person, chat.customer, chat.day)
        said = chats.told(found, self.at.language) if found else None
        day = day_said(chat.day, self.at.language)
        return Conversing(at, self.appraisal.name(chat.person), chat.customer, day, said)


def _placed(rule: Rule) -> Rule:
    """Return a rule whose places name files as readers know them, without the folders of the machine."""
    fired = tuple(replace(one, place=_file(one.place)) for one in rule.fired)
    return replace(rule, place=_file(rule.place), fired=fired)


def _file(place: str) -> str:
    return place.rpartition("/")[2]
