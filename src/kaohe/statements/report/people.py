"""The page's part of each person: ladders of points, the weeks side by side, the payslip, the ledger."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from kaohe.core.figure import FigureKey, Level, Unit
from kaohe.policy.policy import Section
from kaohe.statements import labels
from kaohe.statements.changes import Carried, Change
from kaohe.statements.layout import (
    Metric,
    beside,
    find,
    metrics,
    monthly,
    payslips,
    spans,
    weekly,
)
from kaohe.statements.parts import Part, parts
from kaohe.statements.report.graph import Graph
from kaohe.statements.report.said import Said
from kaohe.statements.report.view import View, steps
from kaohe.statements.rosters import Roster, people_rosters

FEWEST_STEPS = 2
"""A sum of one step is no ladder: its sentence says it all."""
MOST_ACROSS = 6
"""So many weeks stand side by side; the days of a month do not."""
DEEPEST = 6
"""How far a correction is opened; what lies deeper stands in the table of its differences."""


def people(graph: Graph, corrections: Sequence[Carried] = ()) -> list[View]:
    """Return every person's part, in the order of the overview."""
    own: dict[str, list[Carried]] = {}
    for one in corrections:
        own.setdefault(one.person, []).append(one)
    tables = {person: one for one in people_rosters(graph.telling.appraisal) for person in one.names}
    return [
        {"id": f"p{index}", **_person(graph, tables[person], person, own.get(person, []))}
        for index, person in enumerate(graph.names)
    ]


def _person(graph: Graph, table: Roster, person: str, corrections: Sequence[Carried]) -> View:
    appraisal = graph.telling.appraisal
    policy = appraisal.policy
    slips = [_slip(graph, section, person, corrections) for section in payslips(policy)]
    scored = [
        figure
        for metric in table.columns
        if metric.unit is Unit.POINTS and (figure := table.figure(appraisal, metric, person))
    ]
    ladders = [_ladder(graph, figure.key) for figure in scored]
    return {
        "name": graph.names[person],
        "left_out": graph.telling.not_appraised(person),
        "scored": [{"title": graph.telling.title(one.key), "cell": graph.cell(one)} for one in scored],
        "ladders": [one for one in ladders if len(one["rows"]) >= FEWEST_STEPS],
        "weekly": [_weeks(graph, section, person) for section in weekly(policy)],
        "monthly": [_results(graph, section, person) for section in monthly(policy)],
        "slips": [one for one in slips if one["lines"]],
        "entries": _entries(graph, person),
    }


def _ladder(graph: Graph, key: FigureKey) -> View:
    """Return a sum of points as steps: what gave or took something, and beside it all that did neither."""
    telling = graph.telling
    appraisal = telling.appraisal
    found = sorted(parts(appraisal, key), key=lambda part: _span_of(part, key))
    moving = [part for part in found if part.value]
    idle = [graph.ids[part.key] for part in found if not part.value and part.key in graph.ids]
    running, rows = Fraction(0), []
    bars, zero = steps([part.value for part in moving])
    for part, bar in zip(moving, bars, strict=True):
        running += part.value
        rows.append(
            {
                "span": telling.span(part.key.span) if part.key else telling.span(key.span),
                "name": telling.owner(part),
                "value": telling.value(part.value, Unit.POINTS, signed=True),
                "tone": "loss" if part.value < 0 else "gain",
                "number": graph.ids.get(part.key) if part.key else None,
                "sentence": _why(graph, part, key),
                "so_far": telling.value(running, Unit.POINTS),
                "bar": bar,
            }
        )
    return {
        "title": telling.title(key),
        "cell": graph.cell(appraisal.figures[key]),
        "rows": rows,
        "idle": idle,
        "zero": zero,
    }


def _span_of(part: Part, key: FigureKey) -> tuple[bool, str]:
    """Return where a step stands in time: weeks first, the period last."""
    span = part.key.span if part.key else key.span
    return span == key.span, span


def _why(graph: Graph, part: Part, whole: FigureKey) -> Said | None:
    """Return the sentence of a step that is a figure, or what the rule that made it rests on."""
    if part.outcome is not None:
        return graph.telling.cause(part.outcome, whole)
    key, appraisal = part.key, graph.telling.appraisal
    if key is None or key not in appraisal.figures:
        return None
    return graph.telling.sentence(key)


def _weeks(graph: Graph, section: Section, person: str) -> View:
    """Return a weekly section as a table: metrics down, weeks across; of many days, the days down."""
    telling = graph.telling
    appraisal = telling.appraisal
    rows: list[dict[str, Any]] = []
    for metric in metrics(appraisal.policy, section):
        cells = []
        for span in spans(appraisal, section):
            key = FigureKey(metric.name, Level.PERSON, person, span.label)
            cells.append(
                {
                    "value": graph.cell(appraisal.figures.get(key)),
                    "place": graph.cell(beside(appraisal, key, "place")),
                    "points": graph.cell(beside(appraisal, key, "points")),
                    "shop": graph.cell(beside(appraisal, key, "shop")),
                }
            )
        if any(cell["value"] for cell in cells):
            rows.append({"title": telling.metric(metric), "cells": cells})
    across = [telling.span(span.label) for span in spans(appraisal, section)]
    title = telling.words(section.told.title, section.name)
    if len(across) <= MOST_ACROSS:
        return {"title": title, "corner": telling.text(labels.FIGURE), "weeks": across, "rows": rows}
    turned = [(span, [row["cells"][number] for row in rows]) for number, span in enumerate(across)]
    return {
        "title": title,
        "corner": telling.text(labels.WEEK),
        "weeks": [row["title"] for row in rows],
        "rows": [
            {"title": span, "cells": cells} for span, cells in turned if any(one["value"] for one in cells)
        ],
    }


def _results(graph: Graph, section: Section, person: str) -> View:
    """Return a section of the period: each figure with its points and its sentence."""
    appraisal = graph.telling.appraisal
    rows = [
        row
        for metric in metrics(appraisal.policy, section)
        if (row := _line(graph, metric, person)) is not None
    ]
    return {"title": graph.telling.words(section.told.title, section.name), "rows": rows}


def _line(graph: Graph, metric: Metric, person: str) -> View | None:
    telling = graph.telling
    appraisal = telling.appraisal
    figure = find(appraisal, metric.name, Level.PERSON, person, appraisal.period)
    if figure is None:
        return None
    key = figure.key
    return {
        "title": telling.words(metric.title, metric.name),
        "cell": graph.cell(figure),
        "points": graph.cell(beside(appraisal, key, "points")),
        "sentence": telling.sentence(key),
    }


def _slip(graph: Graph, section: Section, person: str, corrections: Sequence[Carried]) -> View:
    """Return a payslip: its lines, and the total last."""
    appraisal = graph.telling.appraisal
    lines, total = [], None
    for metric in metrics(appraisal.policy, section):
        line = _line(graph, metric, person)
        if metric.name == section.total:
            total = line
        elif line is not None:
            lines.append(line)
    title = graph.telling.words(section.told.title, section.name)
    view = {"title": title, "lines": lines, "total": total, "corrections": [], "to_pay": None}
    own = [one for one in corrections if one.figure == section.total]
    figure = find(appraisal, section.total, Level.PERSON, person, appraisal.period)
    if own and figure is not None:
        paid = (figure.value or Fraction(0)) + sum((one.amount for one in own), Fraction(0))
        view["corrections"] = [_correction(graph, one) for one in own]
        view["to_pay"] = graph.telling.value(paid, Unit.MONEY)
    return view


def _correction(graph: Graph, one: Carried) -> View:
    """Return a line of a correction with everything that changed beneath it."""
    telling = graph.telling
    return {
        "title": telling.each(one.title),
        "amount": telling.value(one.amount, Unit.MONEY, signed=True),
        "tone": "loss" if one.amount < 0 else "gain",
        "changes": [
            _change(graph, one.changes, number, (one.top,)) for number in _below(one.changes, one.top)
        ],
    }


def _below(changes: Sequence[Change], number: int) -> tuple[int, ...]:
    return changes[number].below if number >= 0 else ()


def _change(graph: Graph, changes: Sequence[Change], number: int, above: tuple[int, ...]) -> View:
    """Return a change and those beneath it; none is opened within itself."""
    one = changes[number]
    other = one.who if one.who != changes[above[-1]].who else ""
    said = graph.telling.words(one.said)
    inner = [each for each in _below(changes, number) if each not in above and len(above) < DEEPEST]
    return {
        "said": tuple(f"{other} {text}" if other else text for text in said),
        "changes": [_change(graph, changes, each, (*above, number)) for each in inner],
    }


def _entries(graph: Graph, person: str) -> list[View]:
    """Return the lines of the ledger about a person in the period, oldest first."""
    telling = graph.telling
    appraisal = telling.appraisal
    ledger = appraisal.policy.ledger
    return [
        {
            "day": telling.day(entry.day),
            "item": telling.words(ledger[entry.item].told.title if entry.item in ledger else {}, entry.item),
            "quantity": telling.value(entry.quantity, Unit.COUNT),
            "note": entry.note,
        }
        for entry in sorted(appraisal.evaluator.facts.ledger, key=lambda one: one.day)
        if entry.person == person and entry.day in appraisal.period
    ]
