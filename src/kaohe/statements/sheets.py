"""Sheets: what pages show of an appraisal, as plain data in all three languages.

A door that serves many readers keeps them and renders without computing. A sheet is made
of dictionaries, lists, strings, numbers and None, so that JSON holds it; a list of three
strings is one thing said in each language, in their order, and a string is the same in
all. A figure is a dictionary with its key, so that its reason can be asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import product
from typing import Any

from kaohe import __version__
from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FigureKey, Level
from kaohe.core.language import Language, Text
from kaohe.core.period import Span
from kaohe.measures.compute import Measured
from kaohe.measures.gaming import Signal
from kaohe.policy.policy import Section
from kaohe.statements.certain import of_people
from kaohe.statements.changes import Carried
from kaohe.statements.comparing import compared
from kaohe.statements.headsheets import conversations, ledger, reviews
from kaohe.statements.layout import Metric, beside, departments, metrics, monthly, spans, weekly
from kaohe.statements.ownsheets import Ahead, top, words
from kaohe.statements.paytable import pay_table
from kaohe.statements.remembering import remembering
from kaohe.statements.report.gaming import MOST_ROWS, worth_a_look
from kaohe.statements.report.graph import Cell, Graph
from kaohe.statements.report.people import people
from kaohe.statements.report.said import LANGUAGES, Said, Telling, Texts
from kaohe.statements.report.view import FULL, Bar, Overview, department, findings_and_reviews
from kaohe.statements.trends import Trends
from kaohe.statements.words.surety import NOISE, between, presence, surety_short

FORM = 6
"""Raised whenever what sheets say, or how they say it, becomes another."""
MAKER = f"{__version__}/{FORM}"
"""What made a sheet. Those of another maker are not read but made again."""
SPARK_STEP = 12
"""From the left of one upright bar to that of the next."""
Plain = Any
"""Dictionaries, lists, strings, numbers, booleans and None."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One sheet.

    Attributes:
        kind: ``overview``, ``departments``, ``rankings`` (what is ranked), ``ranking`` (one metric
            of one week), ``trends`` (of the shop, and of each person), ``signals``, ``ledger``,
            ``payslips`` (what everybody is paid), ``person``, ``own`` (the head of one's own month, and
            what lies ahead), ``words`` (what figures and items of the ledger are called) or
            ``certainty`` (see ``certain.read``).
        subject: Whom it is about, of a ranking week and metric; blank: everybody.
        data: What it says.
    """

    kind: str
    subject: str
    data: Plain


def sheets(
    appraisal: Appraisal,
    *,
    signals: Sequence[Signal] = (),
    corrections: Sequence[Carried] = (),
    measured: Measured | None = None,
) -> Iterator[Piece]:
    """Yield the sheets of an appraisal.

    Args:
        appraisal: What is stated.
        signals: What is worth a look.
        corrections: What earlier periods' corrections add to payslips.
        measured: What was measured, for how long customers waited; None: it is not known.
    """
    telling = Telling(remembering(appraisal), Texts(Language.EN))
    graph = Graph(telling)
    drawn = _Drawn(graph)
    overview = drawn.plain(_overview(graph))
    yield Piece("overview", "", overview)
    parts = [department(graph, one) for one in departments(appraisal.policy)]
    yield Piece("departments", "", drawn.plain(parts))
    yield Piece("rankings", "", drawn.plain(list(_rankings(graph))))
    for metric, week in _ranked(appraisal):
        yield Piece("ranking", f"{week.label}/{metric.name}", drawn.plain(_week(graph, metric, week)))
    yield Piece("signals", "", drawn.plain(_signals(telling, graph, signals)))
    yield Piece("payslips", "", drawn.plain(pay_table(graph, corrections)))
    yield Piece("ledger", "", drawn.plain(ledger(telling)))
    trends = Trends(telling, measured)
    for subject in ("", *graph.names):
        yield Piece("trends", subject, drawn.plain(trends.view(subject)))
    for subject, view in zip(graph.names, people(graph, corrections), strict=True):
        yield Piece("person", subject, drawn.plain(view))
    ahead = Ahead(telling, graph)
    for row in overview["people"]:
        yield Piece("own", row["subject"], {**top(overview, row), **drawn.plain(ahead.view(row["subject"]))})
    yield Piece("words", "", drawn.plain(words(telling)))
    for person, known in of_people(appraisal.certainty).items():
        yield Piece("certainty", person, known)


def _overview(graph: Graph) -> Mapping[str, object]:
    """Return the overview: everybody in one table, and the tables of departments and of tiers.

    A door that narrows and leafs takes ``people``; ``tiers`` are the same people where a
    policy judges them tier by tier, and ``departments`` come before them.
    """
    drawn, telling = Overview(graph), graph.telling
    view, everybody = dict(drawn.view()), drawn.everybody()
    tables = view.pop("rosters")
    tiers = [_sparked(one) for one in tables if one["level"] == Level.PERSON]
    appraisal, elapsed = telling.appraisal, view["elapsed"]
    policy = appraisal.policy
    return {
        **view,
        **{name: everybody[name] for name in ("heads", "weeks", "places", "totals")},
        "day": telling.text(_day_of(appraisal)),
        "should_be": None if elapsed is None else f"{elapsed:.1f}%",
        "due": None if elapsed is None else round(elapsed / FULL, 2),
        "people": _sparked(everybody)["rows"],
        "departments": [one for one in tables if one["level"] == Level.DEPARTMENT],
        "tiers": tiers if len(tiers) > 1 else [],
        "title": telling.words(policy.title, policy.name),
        "as_of": telling.as_of(),
        "provisional": telling.provisional(),
        "sure_note": telling.sure_note(),
    }


def _sparked(table: Mapping[str, Plain]) -> Mapping[str, Plain]:
    """Return a table of people with the points of the weeks as bars."""
    return {**table, "rows": [{**row, "spark": _spark(row.get("spark", ()))} for row in table["rows"]]}


def _spark(bars: Sequence[Bar]) -> Mapping[str, object] | None:
    """Return upright bars side by side, and how wide they are together; None where there are none."""
    drawn = [
        {
            "x": number * SPARK_STEP,
            "y": round(bar.start, 2),
            "height": round(bar.length, 2),
            "loses": bar.loses,
        }
        for number, bar in enumerate(bars)
    ]
    return {"width": len(drawn) * SPARK_STEP, "bars": drawn} if drawn else None


def _day_of(appraisal: Appraisal) -> Text:
    """Return how far the period is, in days."""
    period, day = appraisal.period, appraisal.as_of
    days = (period.last - period.first).days + 1
    if day >= period.last:
        return Text("Over: {days} days").filled(days=days)
    return Text("Day {day} of {days}").filled(day=max((day - period.first).days + 1, 0), days=days)


def _signals(telling: Telling, graph: Graph, signals: Sequence[Signal]) -> Mapping[str, object]:
    items = worth_a_look(telling, signals)["items"]
    people = [
        {
            **item,
            "subject": one.person,
            "name": telling.appraisal.name(one.person),
            "ruse": one.ruse.value,
            "conversations": conversations(one, MOST_ROWS),
        }
        for one, item in zip(signals, items, strict=True)
    ]
    return {**findings_and_reviews(graph), "reviewed": reviews(graph), "worth": people}


def _ranked_sections(appraisal: Appraisal) -> Iterator[tuple[Section, Sequence[Metric]]]:
    """Yield the sections by weeks or days with all their metrics; of the period's, what has places."""
    policy = appraisal.policy
    for section in weekly(policy):
        yield section, metrics(policy, section)
    for section in monthly(policy):
        placed = [one for one in metrics(policy, section) if one.has_place]
        if placed:
            yield section, placed


def _rankings(graph: Graph) -> Iterator[Mapping[str, object]]:
    """Yield the sections that people are compared in: their spans and metrics."""
    appraisal, telling = graph.telling.appraisal, graph.telling
    for section, found in _ranked_sections(appraisal):
        weeks = spans(appraisal, section)
        yield {
            "name": section.name,
            "each": section.each,
            "title": telling.words(section.told.title, section.name),
            "weeks": [
                {
                    "label": week.label,
                    "said": telling.span(week.label),
                    "first": week.first.isoformat(),
                    "last": week.last.isoformat(),
                }
                for week in weeks
            ],
            "metrics": [
                {
                    "name": metric.name,
                    "title": telling.metric(metric),
                    "unit": metric.unit.value,
                    "better": metric.definition.better,
                    "has_place": metric.has_place,
                    "has_points": metric.has_points,
                }
                for metric in found
            ],
        }


def _ranked(appraisal: Appraisal) -> Iterator[tuple[Metric, Span]]:
    for section, found in _ranked_sections(appraisal):
        yield from product(found, spans(appraisal, section))


def _week(graph: Graph, metric: Metric, week: Span) -> Mapping[str, object]:
    """Return the shop's figure of a week, and everyone's in order: place, points, how sure they are."""
    figures, appraisal = graph.telling.appraisal.figures, graph.telling.appraisal
    rows = []
    for person, name in graph.names.items():
        key = FigureKey(metric.name, Level.PERSON, person, week.label)
        if key in figures:
            rows.append(
                {
                    "subject": person,
                    "name": name,
                    "value": graph.cell(figures[key]),
                    "place": graph.cell(beside(appraisal, key, "place")),
                    "points": graph.cell(beside(appraisal, key, "points")),
                    **_sure(graph, key, metric),
                }
            )
    shop = graph.cell(figures.get(FigureKey(metric.name, Level.SHOP, appraisal.desk, week.label)))
    return {"label": week.label, "shop": shop, **compared(rows, shop, metric.definition.better)}


def _sure(graph: Graph, key: FigureKey, metric: Metric) -> Mapping[str, object]:
    """Return how sure a value and its place are; empty where that is not known."""
    telling, known = graph.telling, graph.telling.appraisal.certainty
    row: dict[str, object] = {}
    if interval := known.intervals.get(key):
        row["low"], row["high"] = interval.low, interval.high
        row["between"] = telling.each(lambda language: between(interval, metric.unit, language))
    if place := known.places.get(key._replace(figure=f"{key.figure}.place")):
        row["sure"] = surety_short(place, None).removesuffix(NOISE).strip()
        row["noise"] = place.noise
    exposure = known.exposures.get((key.subject, key.span))
    if exposure and exposure.is_partial:
        row["present"] = presence(exposure)
    return row


@dataclass(frozen=True)
class _Drawn:
    """Views of the report as plain data: figures by their keys instead of their numbers."""

    graph: Graph

    def plain(self, thing: object) -> Plain:
        """Return a view as plain data."""
        match thing:
            case Cell():
                return self._cell(thing)
            case Bar():
                return asdict(thing)
            case Mapping():
                return {name: self._named(name, each) for name, each in thing.items()}
            case tuple() if len(thing) == len(LANGUAGES) and all(isinstance(one, str) for one in thing):
                return _said(thing)
            case list() | tuple():
                return [self.plain(one) for one in thing]
        return thing

    def _named(self, name: str, thing: object) -> Plain:
        """Return what stands under a name; a figure's number becomes its key."""
        if name == "number" and isinstance(thing, int):
            return list(self._keys[thing])
        if name == "idle" and isinstance(thing, list):
            return [list(self._keys[number]) for number in thing]
        return [] if name == "lists" else self.plain(thing)

    @cached_property
    def _keys(self) -> Sequence[FigureKey]:
        return list(self.graph.ids)

    def _cell(self, cell: Cell) -> Plain:
        return {
            "key": list(self._keys[cell.number]),
            "said": _said(cell.said),
            "value": cell.value,
            "tone": cell.tone,
            "until": _said(cell.final_on) if cell.provisional else None,
        }


def _said(said: Said) -> str | list[str]:
    return said[0] if len(set(said)) == 1 else list(said)
