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
from kaohe.statements.digest import costs, headline, places_won, weekly_gains
from kaohe.statements.layout import (
    Metric,
    find,
    is_progress,
    metrics,
    of_department,
    placed,
    spans,
    unblocked,
)
from kaohe.statements.parts import parts, sums
from kaohe.statements.report.graph import Cell, Graph
from kaohe.statements.report.said import LANGUAGES, Said, Telling, each, plain
from kaohe.statements.rosters import Roster, everybody, rosters
from kaohe.statements.shown import shown
from kaohe.statements.words import grouped

FULL = 1.5
"""A completion bar ends at 150 %: what is beyond says so in digits."""
SPARK_HEIGHT = 20.0
FEWEST_ACROSS = 2
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
        self.numbers = {person: f"p{index}" for index, person in enumerate(graph.names)}

    def view(self) -> View:
        """Return the tiles, what blocks closing, and the tables of departments and people."""
        return {
            "tiles": [
                self._tile(metric, self.graph.cell(figure)) for metric, figure in headline(self.appraisal)
            ],
            "unblocked": each(unblocked(self.appraisal).to),
            "blockers": [self.telling.findings(one) for one in grouped.blocking(self.appraisal)],
            "rosters": [self._roster(one) for one in rosters(self.appraisal) if one.columns or one.totals],
            "elapsed": self.elapsed(),
        }

    def everybody(self) -> View:
        """Return all people in one table, whatever tiers they belong to."""
        return self._roster(everybody(self.appraisal))

    def elapsed(self) -> float | None:
        """Return how much of the period is over, in per cent; None once it is."""
        period = self.appraisal.period
        if self.appraisal.as_of >= period.last:
            return None
        over = (self.appraisal.as_of - period.first).days + 1
        return max(0.0, 100.0 * over / ((period.last - period.first).days + 1))

    def _tile(self, metric: Metric, cell: Cell | None) -> View:
        bar = None
        if is_progress(self.appraisal.policy, metric) and cell is not None and cell.value is not None:
            bar = min(max(cell.value, 0.0), FULL) / FULL * 100
        return {
            "title": self.telling.words(metric.title, metric.name),
            "cell": cell,
            "bar": bar,
            "full": 100 / FULL,
        }

    def _roster(self, roster: Roster) -> View:
        """Return a table of the overview."""
        is_people = roster.level is Level.PERSON
        plural = labels.PEOPLE if is_people else labels.DEPARTMENTS
        return {
            "title": self.telling.words(roster.title) if roster.title else self.telling.text(plural),
            "named": bool(roster.title) or not is_people,
            "level": roster.level.value,
            "of": self.telling.text(labels.PERSON if is_people else labels.DEPARTMENT),
            "heads": [self.telling.named(one) for one in roster.columns],
            "weeks": [self.telling.span(week.label) for week in roster.weeks],
            "places": roster.counts_places,
            "sure": any(roster.is_sure(self.appraisal, one) for one in roster.columns),
            "totals": [self.telling.named(one) for one in roster.totals],
            "rows": [self._row(roster, subject) for subject in roster.names],
        }

    def _row(self, roster: Roster, subject: str) -> View:
        is_person = roster.level is Level.PERSON
        cells = []
        for metric in roster.columns:
            place = roster.place(self.appraisal, metric, subject)
            sure = roster.sure(self.appraisal, metric, subject)
            cell = self.graph.cell(roster.figure(self.appraisal, metric, subject))
            cells.append({**self._tile(metric, cell), "place": self.graph.cell(place), "sure": sure})
        counted = is_person and roster.counts_places
        return {
            "subject": subject,
            "id": self.numbers.get(subject, ""),
            "name": roster.names[subject],
            "heads": cells,
            "left_out": self.telling.not_appraised(subject) if is_person else plain(""),
            "places": " / ".join(map(str, places_won(self.appraisal, subject))) if counted else "",
            "totals": [self.graph.cell(roster.figure(self.appraisal, one, subject)) for one in roster.totals],
            **self._points(roster, subject),
        }

    def _points(self, roster: Roster, person: str) -> View:
        """Return what each week gave and what cost most, where the person has points."""
        nothing: View = {"weeks": [], "costs": None}
        if roster.points is None:
            return nothing
        key = FigureKey(roster.points.name, Level.PERSON, person, self.appraisal.period.label)
        if key not in self.appraisal.figures:
            return nothing
        by_span = weekly_gains(self.appraisal, key)
        gains = [by_span.get(week.label, Fraction(0)) for week in roster.weeks]
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
    """Return the figures of a section that is not about single people, each with its sentence.

    Where there are several departments, a table has them below each other and the figures across.
    """
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
    return {
        "title": telling.words(section.told.title, section.name),
        "matrix": _matrix(graph, section),
        "rows": rows,
        "falls": falls,
    }


def _matrix(graph: Graph, section: Section) -> View | None:
    """Return a section of several departments: they stand below each other, the figures across.

    None for a single department, and for a single figure: a line with its sentence says more.
    """
    telling = graph.telling
    appraisal = telling.appraisal
    across = metrics(appraisal.policy, section)
    if not appraisal.policy.several or section.each != "period" or len(across) < FEWEST_ACROSS:
        return None
    return {
        "heads": [telling.named(one) for one in across],
        "rows": [
            {
                "name": appraisal.name(subject),
                "cells": [
                    graph.cell(find(appraisal, one.name, one.level, subject, appraisal.period))
                    for one in across
                ],
            }
            for subject in appraisal.departments
        ],
    }


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
