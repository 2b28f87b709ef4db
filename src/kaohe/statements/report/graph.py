"""The reasons of all figures as data for the page: each figure and each measure once, linked by number.

Following the links walks the whole graph, as in the other documents; the page opens
a reason only when somebody asks for it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from kaohe.appraisal.ranking import Sharing, Standing
from kaohe.core.figure import FactRef, Figure, FigureKey, Level, MeasureRef, Node, Reason, Unit
from kaohe.core.language import Words
from kaohe.core.measure import MEASURES
from kaohe.core.period import PeriodKind
from kaohe.statements.explain import leaves
from kaohe.statements.layout import called, cell_shown, placed, places_beside
from kaohe.statements.report.said import LANGUAGES, Said, Telling, drawn, plain
from kaohe.statements.words.sentences import formula_line, not_fired, worth_said
from kaohe.statements.words.surety import surety
from kaohe.statements.words.voice import Voice
from kaohe.statements.words.worth import Worths

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as the page shows it: what is clicked to see its reason.

    Attributes:
        number: Its number in the graph.
        said: The value as shown.
        provisional: Whether it may still change.
        tone: ``gain``, ``loss`` or blank; the sign is shown as well.
        value: The value, for drawing; None: no value.
        final_on: The day that makes it final.
    """

    number: int
    said: Said
    provisional: bool
    tone: str
    value: float | None
    final_on: Said


@dataclass
class Graph:
    """Figures and measures as rows that refer to each other.

    Attributes:
        telling: Says things in every language.
        rows: The evidence behind measures; None where the run has none.
    """

    telling: Telling
    rows: Callable[[MeasureRef], Row | None] | None = None
    ids: dict[FigureKey, int] = field(default_factory=dict)
    _measures: dict[MeasureRef, int] = field(default_factory=dict)
    _measure_rows: list[Row] = field(default_factory=list)
    _tables: dict[Standing | Sharing, int] = field(default_factory=dict)
    _table_rows: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ids = {key: number for number, key in enumerate(self.telling.appraisal.figures)}
        self.names = called(self.telling.appraisal)
        self._worths = Worths(self.telling.appraisal)

    def data(self) -> dict[str, list[Row]]:
        """Return the graph: figures, measures, and the tables that places and shares are read from."""
        figures = [self._figure(figure) for figure in self.telling.appraisal.figures.values()]
        return {"figures": figures, "measures": self._measure_rows, "tables": self._table_rows}

    def said(self, figure: Figure) -> Said:
        """Return a figure's value as shown, apart from what it is compared with."""
        key = figure.key
        places = places_beside(self.telling.appraisal, key)
        signed = self._is_earned(figure)
        said = self.telling.each(
            lambda language: cell_shown(
                self.telling.appraisal, figure, language, places=places, signed=signed
            )
        )
        return self.telling.graded(said, key)

    def cell(self, figure: Figure | None) -> Cell | None:
        """Return how a figure is shown; None where there is none."""
        if figure is None:
            return None
        tone = self._tone(figure)
        said, day = self.said(figure), self.telling.day(figure.final_on)
        return Cell(self.ids[figure.key], said, not figure.final, tone, drawn(figure.value), day)

    def _tone(self, figure: Figure) -> str:
        value = figure.value or Fraction(0)
        if value < 0 and figure.unit in (Unit.POINTS, Unit.MONEY):
            return "loss"
        return "gain" if value > 0 and self._is_earned(figure) else ""

    def _is_earned(self, figure: Figure) -> bool:
        """Whether the figure is what rules gave for another one: shown with its sign."""
        definition = self.telling.appraisal.policy.definitions[figure.key.figure, figure.key.level]
        return bool(definition.of) and figure.unit is Unit.POINTS

    def who(self, key: FigureKey | MeasureRef) -> str:
        """Return whose a figure or measure is; blank where it is the shop's."""
        return "" if key.level is Level.SHOP else self.names.get(key.subject, key.subject)

    def _figure(self, figure: Figure) -> Row:
        appraisal, telling, key = self.telling.appraisal, self.telling, figure.key
        reason = appraisal.reason(key)
        row: Row = {
            "t": telling.texts.put(telling.title(key)),
            "w": telling.texts.put(telling.span(key.span)),
            "n": telling.texts.put(plain(self.who(key))),
            "v": telling.texts.put(self.said(figure)),
            "x": drawn(figure.value),
            "s": telling.texts.put(telling.sentence(key)),
            "p": placed(reason.place),
        }
        if tone := self._tone(figure):
            row["e"] = tone
        if not figure.final:
            row["d"] = telling.texts.put(telling.day(figure.final_on))
        line = telling.each(lambda language: formula_line(appraisal, key, language))
        gained = self._worths.of(key)
        is_month = appraisal.policy.calendar.kind is PeriodKind.MONTH
        money = telling.each(
            lambda language: "" if gained is None else worth_said(gained, language, is_month=is_month)
        )
        sure = zip(*(surety(appraisal, key, language) for language in LANGUAGES), strict=True)
        row["c"] = [telling.texts.put(said) for said in sure]
        for name, said in (("q", line), ("m", money)):
            # A formula that is a bare number says what the value says.
            if any(said) and said != self.said(figure):
                row[name] = telling.texts.put(said)
        others = zip(*(not_fired(appraisal, key, language) for language in LANGUAGES), strict=True)
        row["o"] = [telling.texts.put(said) for said in others]
        row["r"] = [telling.texts.put(telling.words(words)) for words in _readings(reason)]
        row["i"] = list(self._inputs(reason))
        row["g"] = [self._table(one) for one in _tables(reason)]
        return {name: cell for name, cell in row.items() if cell != []}

    def _inputs(self, reason: Reason) -> Iterator[list[object]]:
        """Yield what a reason was computed from, each thing once."""
        own, seen = reason.figure.key, set()
        for leaf in leaves(reason):
            if leaf.ref is None or leaf.ref == own or leaf.ref in seen:
                continue
            seen.add(leaf.ref)
            yield self._input(leaf)

    def _input(self, leaf: Node) -> list[object]:
        """Return an input: ``f`` or ``m`` and the number of a figure or measure, or ``a``, name, value."""
        if isinstance(leaf.ref, FigureKey) and leaf.ref in self.ids:
            return ["f", self.ids[leaf.ref]]
        if isinstance(leaf.ref, MeasureRef):
            return ["m", self.measure(leaf.ref, leaf)]
        telling = self.telling
        name = telling.number(lambda language: self._name(Voice(telling.appraisal, language), leaf))
        value = telling.number(lambda language: Voice(telling.appraisal, language).value(leaf))
        return ["a", name, value]

    def _name(self, voice: Voice, leaf: Node) -> str:
        name = voice.name(leaf)
        match leaf.ref:
            case FigureKey(span=span):
                return f"{name} · {voice.span(span)}"
            case FactRef(subject=subject) if subject in self.names:
                return f"{name} · {self.names[subject]}"
            case FactRef(subject=subject) if subject:
                return f"{name} · {subject}"
        return name

    def measure(self, ref: MeasureRef, leaf: Node | None = None) -> int:
        """Return the number of a measure, which is described once: its days, and the rows behind them."""
        if ref in self._measures:
            return self._measures[ref]
        self._measures[ref] = number = len(self._measures)
        self._measure_rows.append({})
        self._measure_rows[number] = self._measure(ref, leaf)
        return number

    def _measure(self, ref: MeasureRef, leaf: Node | None) -> Row:
        telling, unit = self.telling, MEASURES[ref.measure].unit
        days: dict[date, tuple[Fraction, bool]] = defaultdict(lambda: (Fraction(0), True))
        for one in telling.appraisal.days(ref):
            value, final = days[one.day]
            days[one.day] = value + one.value, final and one.final
        total = sum((value for value, _ in days.values()), Fraction(0))
        summed = leaf.value if leaf is not None else total
        row: Row = {
            "t": telling.texts.put(telling.words(MEASURES[ref.measure].title, ref.measure)),
            "w": telling.texts.put(telling.span(ref.span.label)),
            "n": telling.texts.put(plain(self.who(ref))),
            "v": telling.texts.put(telling.value(summed, unit)),
            "d": [
                [
                    telling.texts.put(telling.day(day)),
                    telling.texts.put(telling.value(value, unit)),
                    *([] if final else [1]),
                ]
                for day, (value, final) in sorted(days.items())
            ],
        }
        final_on = telling.appraisal.final_on(ref)
        if final_on > telling.appraisal.as_of:
            row["u"] = telling.texts.put(telling.day(final_on))
        if self.rows is not None and (rows := self.rows(ref)) is not None:
            row["e"] = rows
        return row

    def _table(self, table: Standing | Sharing) -> int:
        """Return the number of a ranking or of a shared pool, which is listed once."""
        if table not in self._tables:
            self._tables[table] = len(self._table_rows)
            listed = self._standing(table) if isinstance(table, Standing) else self._sharing(table)
            self._table_rows.append(listed)
        return self._tables[table]

    def _standing(self, table: Standing) -> Row:
        telling = self.telling
        rows = []
        for subject, _, place in table.rows:
            key = FigureKey(table.figure, table.level, subject, table.span)
            name = self.names.get(subject, subject)
            value = self.said(telling.appraisal.figures[key])
            rows.append([telling.texts.put(plain(name)), telling.texts.put(value), place])
        return {"k": "places", "rows": rows}

    def _sharing(self, table: Sharing) -> Row:
        telling = self.telling
        rows = [
            [
                telling.texts.put(plain(self.names.get(subject, subject))),
                telling.texts.put(telling.value(weight, Unit.POINTS)),
                telling.texts.put(telling.value(given, Unit.MONEY)),
            ]
            for subject, weight, given in table.rows
        ]
        return {"k": "shares", "rows": rows}


def _readings(reason: Reason) -> Iterator[Words]:
    """Yield how open texts were read: of the figure, and of its rules."""
    yield from (words for words in (reason.reading, *(one.reading for one in reason.outcomes)) if words)


def _tables(reason: Reason) -> Iterator[Standing | Sharing]:
    for outcome in reason.outcomes:
        for name in ("standing", "sharing"):
            table = outcome.detail.get(name)
            if isinstance(table, Standing | Sharing):
                yield table
