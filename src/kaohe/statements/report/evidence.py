"""The rows and the chats behind the figures that the page carries along.

Each measure is asked for once, for everybody and the whole period, and dealt out to
people and weeks. Of what belongs to a person the page has every row as long as it can
bear them, of the shop's the first ones; where something cost points or is to be
reviewed, the conversations come along with their lines. Everything else is one
``kaohe explain`` away.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np
import pyarrow as pa

from kaohe.core.figure import Level, MeasureRef, Unit
from kaohe.core.measure import MEASURES, Scope
from kaohe.core.period import Span
from kaohe.measures.conversation import Chat
from kaohe.statements.evidence import EvidenceSource
from kaohe.statements.explain import leaves
from kaohe.statements.report.chats import chat_rows, lines_of, wanted
from kaohe.statements.report.rows import Kind, Numbers, Side, hundredths, kind_name, kind_of
from kaohe.statements.report.said import Telling

Row = dict[str, object]
MOST_ROWS = 16_000
"""Rows that a page bears: about two megabytes."""
CUTS = (None, 100, 50, 25)
"""How long a list may be, tried until the page bears all rows."""
FEWEST = 12
"""Rows that every list has at least, and at most if it is the shop's."""
MOST_CHATS = 240
MOST_SCANNED = 100_000
"""A desk with a sum larger than this is not gone through row by row for a page."""
MOST_MEASURES = 240
"""Sums of such a desk that are asked for one by one."""


@dataclass(slots=True)
class Listed:
    """A list of rows that a measure is shown with.

    Attributes:
        row: What the page is given; its cells are filled in when all lists are known.
        side: Where the rows come from.
        at: Where in it they stand.
        personal: Whether they are one person's.
    """

    row: Row
    side: Side
    at: Numbers
    personal: bool

    def shown(self, cut: int | None) -> Numbers:
        """Return where the rows that are carried stand."""
        return self.at[: cut if self.personal else FEWEST]


@dataclass
class CarriedRows:
    """The evidence that the page of one appraisal carries.

    Attributes:
        telling: Says things in every language.
        source: Where the rows come from.
        also: Conversations that other parts of the page open, such as those behind signals.
    """

    telling: Telling
    source: EvidenceSource
    also: Sequence[Chat] = ()
    _kinds: dict[str, Kind] = field(default_factory=dict)
    _people: dict[str | None, int] = field(default_factory=dict)
    _sides: dict[MeasureRef, tuple[Side, Side]] = field(default_factory=dict)
    _lists: list[Listed] = field(default_factory=list)
    _whole: Span | None = None

    def __post_init__(self) -> None:
        """Ask for each measure once; those with more columns first, so that a row has all of them."""
        appraisal = self.telling.appraisal
        refs = [ref for ref in dict.fromkeys(self._refs()) if ref.span.label in appraisal.spans]
        if any(self._is_large(ref) for ref in refs):
            # Of a very large desk only what costs points is asked for, sum by sum.
            asked = list(dict.fromkeys(one.ref for one in wanted(appraisal)))[:MOST_MEASURES]
        else:
            self._whole = Span(
                appraisal.period.label,
                min((ref.span.first for ref in refs), default=appraisal.period.first),
                max((ref.span.last for ref in refs), default=appraisal.period.last),
            )
            asked = list(dict.fromkeys(self._asked(ref) for ref in refs))
        found = [(ref, rows) for ref in asked if (rows := self.source.rows(ref)) is not None]
        for ref, rows in sorted(found, key=lambda one: -len(one[1].counted.column_names)):
            self._sides[ref] = self._side(rows.counted, "counts"), self._side(rows.not_counted, "reason")

    def _is_large(self, ref: MeasureRef) -> bool:
        """Whether a sum counts more than one goes through for a page; page views have no rows."""
        measure = MEASURES[ref.measure]
        if measure.unit is not Unit.COUNT or measure.scope is Scope.SHOP:
            return False
        return sum(one.value for one in self.telling.appraisal.days(ref)) > MOST_SCANNED

    def _asked(self, ref: MeasureRef) -> MeasureRef:
        """Return the sum whose rows hold those of another one: everybody's of the whole time, or itself."""
        if self._whole is None:
            return ref
        return MeasureRef(ref.measure, Level.SHOP, self.telling.appraisal.desk, self._whole, (), ref.shops)

    def _refs(self) -> Iterator[MeasureRef]:
        appraisal = self.telling.appraisal
        for review in appraisal.reviews:
            yield from review.lists
        for key in appraisal.figures:
            for leaf in leaves(appraisal.reason(key)):
                if isinstance(leaf.ref, MeasureRef):
                    yield leaf.ref

    def _side(self, table: pa.Table, adds: str) -> Side:
        name = kind_name(table)
        kind = self._kinds.setdefault(name, kind_of(table))
        whose = [self._people.setdefault(one, len(self._people)) for one in table["whose"].to_pylist()]
        return Side(
            kind=name,
            rows=kind.numbers(table),
            whose=np.array(whose, dtype=np.int64),
            days=np.asarray(table["day"].cast(pa.int32()), dtype=np.int64),
            adds=hundredths(table["counts"]) if adds == "counts" else None,
            reasons=np.array(table["reason"].to_pylist(), dtype=str) if adds == "reason" else None,
        )

    def of(self, ref: MeasureRef) -> Row | None:
        """Return the lists of rows that count into a sum, and that do not; None where none are at hand."""
        sides = self._of(ref)
        if sides is None:
            return None
        row: Row = {}
        for name, (side, at) in zip(("c", "n"), sides, strict=True):
            if len(at):
                listed: Row = {}
                row[name] = listed
                self._lists.append(Listed(listed, side, at, ref.level is Level.PERSON))
        return row

    def _of(self, ref: MeasureRef) -> tuple[tuple[Side, Numbers], tuple[Side, Numbers]] | None:
        """Return the two sides of a sum and where its rows stand; None where they are not at hand."""
        appraisal = self.telling.appraisal
        sides = self._sides.get(self._asked(ref))
        if sides is None or ref.span.label not in appraisal.spans:
            return None
        counted, not_counted = ((side, side.of(ref, self._whose(ref))) for side in sides)
        if counted[0].total(counted[1]) != sum((one.value for one in appraisal.days(ref)), Fraction(0)):
            return None  # better no rows than rows that do not add up
        return counted, not_counted

    def _whose(self, ref: MeasureRef) -> set[int] | None:
        """Return the numbers of those whose rows count; None: everybody's, or all that were asked for."""
        if self._whole is None or ref.level is Level.SHOP:
            return None
        evaluator, period = self.telling.appraisal.evaluator, self.telling.appraisal.period
        subjects = {ref.subject}
        if ref.level is Level.DEPARTMENT:
            subjects = set(evaluator.department_members(ref.subject, period))
        return {self._people[one] for one in subjects if one in self._people}

    def data(self) -> Mapping[str, object]:
        """Return the rows and the chats for the page, and complete the lists that were asked for."""
        cut = self._cut()
        shown: dict[str, list[Numbers]] = {name: [] for name in self._kinds}
        for listed in self._lists:
            shown[listed.side.kind].append(listed.side.rows[listed.shown(cut)])
        places = {name: place for place, name in enumerate(self._kinds)}
        kinds, orders = [], {}
        for name, kind in self._kinds.items():
            used, order = _in_order(shown[name])
            orders[name] = order
            kinds.append(kind.data(used, self.telling, self.chats))
        for listed in self._lists:
            rows = orders[listed.side.kind][listed.side.rows[listed.shown(cut)]]
            listed.row |= {"k": places[listed.side.kind], "t": len(listed.at), "r": _steps(rows)}
            listed.row |= listed.side.said(listed.shown(cut), self.telling)
        return {"kinds": kinds, "chats": lines_of(list(self.chats), self.source, self.telling)}

    def _cut(self) -> int:
        """Return how long a person's list may be, so that the page bears all rows."""
        for cut in CUTS:
            rows: dict[str, list[Numbers]] = {}
            for listed in self._lists:
                rows.setdefault(listed.side.kind, []).append(listed.side.rows[listed.shown(cut)])
            if sum(len(np.unique(np.concatenate(one))) for one in rows.values()) <= MOST_ROWS:
                return cut if cut is not None else max((len(one.at) for one in self._lists), default=0)
        return FEWEST

    @cached_property
    def chats(self) -> Mapping[Chat, int]:
        """The conversations to carry with their lines, the dearest first, with their numbers."""
        chosen: dict[Chat, None] = dict.fromkeys(self.also)
        for one in wanted(self.telling.appraisal):
            if (sides := self._of(one.ref)) is not None:
                side, at = chat_rows(one, sides)
                chosen |= dict.fromkeys(self._kinds[side.kind].chats(side.rows[at]))
            if len(chosen) >= MOST_CHATS:
                break
        return {chat: number for number, chat in enumerate(list(chosen)[:MOST_CHATS])}


def _in_order(lists: list[Numbers]) -> tuple[Numbers, Numbers]:
    """Return the rows in the order in which they are first named, and old number → new number."""
    if not lists:
        nothing: Numbers = np.array([], dtype=np.int64)
        return nothing, nothing
    rows, first = np.unique(np.concatenate(lists), return_index=True)
    used = rows[np.argsort(first)]
    order = np.full(int(rows.max()) + 1 if len(rows) else 0, -1, dtype=np.int64)
    order[used] = np.arange(len(used))
    return used, order


def _steps(numbers: Numbers) -> list[int]:
    """Return numbers as the first and the steps from each to the next: mostly ones, which are short."""
    return list(np.diff(numbers, prepend=0).tolist())
