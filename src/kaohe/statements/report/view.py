"""The page's first parts: the result in a line, the table of people, the department, the signals."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from kaohe.core.figure import FigureKey, Level, Unit
from kaohe.core.language import Language
from kaohe.core.problem import Problem
from kaohe.policy.policy import Section
from kaohe.statements import labels
from kaohe.statements.digest import costs, headline, places_won, points_figure, weekly_gains
from kaohe.statements.layout import (
    Metric,
    find,
    heads,
    metrics,
    of_department,
    payslips,
    placed,
    spans,
    weeks,
)
from kaohe.statements.parts import parts, sums
from kaohe.statements.report.graph import Cell, Graph
from kaohe.statements.report.said import LANGUAGES, Said, Telling, plain
from kaohe.statements.shown import shown, unit_said
from kaohe.statements.words import grouped

FULL = 1.5
"""A completion bar ends at 150 %: what is beyond says so in digits."""
SPARK_HEIGHT = 20.0
View = Mapping[str, Any]
"""What the template is given: its keys are the template's names."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A horizontal bar in a drawing 100 wide: where it begins, how long it is, whether it loses."""

    start: float
    length: float
    loses: bool


class Overview:
    """What the head of the desk sees first."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.telling: Telling = graph.telling
        self.appraisal = graph.telling.appraisal
        self.heads = heads(self.appraisal.policy)
        self.points = points_figure(self.appraisal, self.heads)
        self.totals = tuple(
            metric
            for section in payslips(self.appraisal.policy)
            for metric in metrics(self.appraisal.policy, section)
            if metric.name == section.total
        )

    def view(self) -> View:
        """Return the tiles, what blocks closing, and the table of people."""
        blocking = [one for one in grouped.findings(self.appraisal) if one.first.blocks_closing]
        return {
            "tiles": [
                self._tile(metric, self.graph.cell(figure)) for metric, figure in headline(self.appraisal)
            ],
            "blockers": [self.telling.findings(one) for one in blocking],
            "heads": [self.titled(one) for one in self.heads],
            "weeks": [self.telling.span(week.label) for week in weeks(self.appraisal)] if self.points else [],
            "places": any(one.kind == "place" for one in self.appraisal.policy.definitions.values()),
            "totals": [self.titled(one) for one in self.totals],
            "people": [self._person(*who) for who in enumerate(self.graph.names.items())],
            "elapsed": self.elapsed(),
        }

    def elapsed(self) -> float | None:
        """Return how much of the period is over, in per cent; None once it is."""
        period = self.appraisal.period
        if self.appraisal.as_of >= period.last:
            return None
        over = (self.appraisal.as_of - period.first).days + 1
        return max(0.0, 100.0 * over / ((period.last - period.first).days + 1))

    def titled(self, metric: Metric) -> Said:
        """Return a metric's title with its unit, as a header."""
        titles = self.telling.words(metric.title, metric.name)
        if metric.unit in (Unit.POINTS, Unit.MONEY, Unit.RATIO):
            return titles
        units = self.telling.each(lambda language: unit_said(metric.unit, language))
        return tuple(f"{title} ({unit})" for title, unit in zip(titles, units, strict=True))

    def _tile(self, metric: Metric, cell: Cell | None) -> View:
        bar = None
        if metric.is_progress and cell is not None and cell.value is not None:
            bar = min(max(cell.value, 0.0), FULL) / FULL * 100
        return {
            "title": self.telling.words(metric.title, metric.name),
            "cell": cell,
            "bar": bar,
            "full": 100 / FULL,
        }

    def _person(self, index: int, who: tuple[str, str]) -> View:
        person, name = who
        period = self.appraisal.period
        cells = []
        for metric in self.heads:
            cell = self.graph.cell(find(self.appraisal, metric.name, Level.PERSON, person, period))
            cells.append(self._tile(metric, cell))
        totals = [find(self.appraisal, one.name, Level.PERSON, person, period) for one in self.totals]
        return {
            "id": f"p{index}",
            "name": name,
            "heads": cells,
            "left_out": self.telling.not_appraised(person),
            "places": " / ".join(map(str, places_won(self.appraisal, person))),
            "totals": [self.graph.cell(one) for one in totals],
            **self._points(person),
        }

    def _points(self, person: str) -> View:
        """Return what each week gave and what cost most, where the person has points."""
        if self.points is None:
            return {"weeks": [], "costs": None}
        key = FigureKey(self.points.name, Level.PERSON, person, self.appraisal.period.label)
        if key not in self.appraisal.figures:
            return {"weeks": [], "costs": None}
        by_span = weekly_gains(self.appraisal, key)
        gains = [by_span.get(week.label, Fraction(0)) for week in weeks(self.appraisal)]
        lost = self.telling.each(lambda language: self._costs_most(key, language))
        said = [self.telling.value(gain, Unit.POINTS, signed=True) for gain in gains]
        bars, zero = spark(gains)
        return {"weeks": said, "spark": bars, "zero": zero, "costs": lost}

    def _costs_most(self, key: FigureKey, language: Language) -> str:
        found = costs(self.appraisal, key, language)
        if not found:
            return labels.NOTHING_LOST.to(language)
        return f"{found[0].title} {shown(found[0].value, Unit.POINTS, language)}"


def spark(values: list[Fraction]) -> tuple[list[Bar], float]:
    """Return upright bars, as start and length from the top of the drawing, and where zero lies."""
    highest = max([*values, Fraction(0)])
    lowest = min([*values, Fraction(0)])
    scale = SPARK_HEIGHT / float(highest - lowest or 1)
    zero = float(highest) * scale
    bars = [
        Bar(zero - max(float(value), 0.0) * scale, abs(float(value)) * scale, value < 0) for value in values
    ]
    return bars, round(zero, 2)


def steps(values: list[Fraction]) -> tuple[list[Bar], float]:
    """Return bars that each begin where the sum so far ended, in a drawing 100 wide, and where zero lies."""
    running = [Fraction(0)]
    for value in values:
        running.append(running[-1] + value)
    lowest, highest = min(running), max(running)
    width = highest - lowest or Fraction(1)
    bars = []
    for before, after in pairwise(running):
        start = float((min(before, after) - lowest) / width * 100)
        bars.append(Bar(start, float(abs(after - before) / width * 100), after < before))
    return bars, round(float(-lowest / width * 100), 2)


def department(graph: Graph, section: Section) -> View:
    """Return the figures of a section that is not about single people, each with its sentence."""
    telling = graph.telling
    appraisal = telling.appraisal
    rows = []
    for span in spans(appraisal, section):
        for subject, metric in product(appraisal.departments, metrics(appraisal.policy, section)):
            figure = find(appraisal, metric.name, metric.level, subject, span)
            if figure is not None:
                called = telling.words(metric.title, metric.name)
                title = _of_department(telling, called, subject)
                said = telling.sentence(figure.key)
                rows.append({"title": title, "cell": graph.cell(figure), "sentence": said})
    falls = [waterfall(graph, key) for key in sums(appraisal) if key.figure in section.figures]
    return {"title": telling.words(section.told.title, section.name), "rows": rows, "falls": falls}


def _of_department(telling: Telling, called: Said, department: str) -> Said:
    """Return what a department's figure is called in each language."""
    return tuple(
        of_department(telling.appraisal, one, department, language)
        for one, language in zip(called, LANGUAGES, strict=True)
    )


def waterfall(graph: Graph, key: FigureKey) -> View:
    """Return a sum as its parts, the sum so far beside each, with what rounding or a bound changed."""
    telling = graph.telling
    appraisal, figure = telling.appraisal, telling.appraisal.figures[key]
    found = parts(appraisal, key)
    names = [telling.caption(part) for part in found]
    values = [part.value for part in found]
    rest = (figure.value or Fraction(0)) - sum(values, Fraction(0))
    if abs(rest) >= Fraction(1, 200):
        names.append(telling.text(labels.FLOOR))
        values.append(rest)
    running, rows = Fraction(0), []
    for name, value in zip(names, values, strict=True):
        running += value
        said = telling.value(value, figure.unit, signed=True)
        so_far = telling.value(running, figure.unit)
        rows.append({"name": name, "value": said, "so_far": so_far, "x": float(value), "loses": value < 0})
    title = _of_department(telling, telling.title(key), key.subject)
    return {"title": title, "cell": graph.cell(figure), "rows": rows}


def findings_and_reviews(graph: Graph) -> View:
    """Return findings, reviews with the measures that a reviewer looks at, and problems."""
    telling = graph.telling
    appraisal = telling.appraisal
    findings = [
        {
            "said": telling.findings(group),
            "subject": group.first.subject,
            "blocks": group.first.blocks_closing,
            "place": placed(group.first.place),
            "members": [telling.finding(one) for one in group.members],
        }
        for group in grouped.findings(appraisal)
    ]
    reviews = [
        {
            "said": telling.reviews(group),
            "confirmed": group.first.confirmed,
            "members": [
                {
                    "said": telling.review(one),
                    "cell": graph.cell(appraisal.figures.get(one.figure)),
                    "lists": [graph.measure(ref) for ref in one.lists],
                }
                for one in group.members
            ],
        }
        for group in grouped.reviews(appraisal)
    ]
    return {
        "findings": findings,
        "reviews": reviews,
        "problems": [_problem(telling, one) for one in appraisal.problems],
    }


def _problem(telling: Telling, problem: Problem) -> View:
    return {
        "code": problem.code,
        "where": " · ".join(one for one in (str(problem.place), problem.place.column) if one),
        "message": telling.text(problem.message),
        "found": problem.found,
        "expected": telling.text(problem.expected) if problem.expected else plain(""),
        "cure": telling.text(problem.cure) if problem.cure else plain(""),
    }
