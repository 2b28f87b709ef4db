"""What the page's charts draw: rankings by week, and sums as waterfalls; values by their figures' numbers."""

from collections.abc import Iterable

from kaohe.core.figure import FigureKey, Level
from kaohe.core.period import Span
from kaohe.statements.layout import Metric, beside, metrics, spans, weekly
from kaohe.statements.report.graph import Graph, Row
from kaohe.statements.report.said import plain
from kaohe.statements.report.view import View
from kaohe.statements.words.surety import NOISE, between, presence, surety_short

DIGITS = 9
"""Decimal places of what is drawn of an interval."""


def rankings(graph: Graph) -> list[Row]:
    """Return the weekly sections: each metric with everyone's figures, week by week."""
    appraisal, texts = graph.telling.appraisal, graph.telling.texts
    return [
        {
            "t": texts.put(graph.telling.words(section.told.title, section.name)),
            "weeks": [texts.put(graph.telling.span(span.label)) for span in spans(appraisal, section)],
            "metrics": [
                _metric(graph, metric, spans(appraisal, section))
                for metric in metrics(appraisal.policy, section)
            ],
        }
        for section in weekly(appraisal.policy)
    ]


def _metric(graph: Graph, metric: Metric, weeks: Iterable[Span]) -> Row:
    return {
        "t": graph.telling.texts.put(graph.telling.metric(metric)),
        "u": metric.unit.value,
        "b": metric.definition.better,
        "pl": int(metric.has_place),
        "pt": int(metric.has_points),
        "w": [_week(graph, metric, week) for week in weeks],
    }


def _week(graph: Graph, metric: Metric, week: Span) -> Row:
    """Return the shop's figure of a week, and a row a person: who, value, place, points."""
    appraisal = graph.telling.appraisal
    shop = FigureKey(metric.name, Level.SHOP, appraisal.desk, week.label)
    rows = []
    for index, person in enumerate(graph.names):
        key = FigureKey(metric.name, Level.PERSON, person, week.label)
        if key not in graph.ids:
            continue
        others = (beside(appraisal, key, what) for what in ("place", "points"))
        row: list[object] = [index, graph.ids[key], *(graph.ids[one.key] if one else -1 for one in others)]
        rows.append([*row, sure] if (sure := _sure(graph, key, metric)) else row)
    return {"shop": graph.ids.get(shop, -1), "rows": rows}


def _sure(graph: Graph, key: FigureKey, metric: Metric) -> Row:
    """Return how sure a value and its place are: the interval drawn and said, the place, the days there."""
    telling, known = graph.telling, graph.telling.appraisal.certainty
    row: Row = {}
    if interval := known.intervals.get(key):
        row["l"], row["h"] = round(interval.low, DIGITS), round(interval.high, DIGITS)
        row["i"] = telling.number(lambda language: between(interval, metric.unit, language))
    place = known.places.get(key._replace(figure=f"{key.figure}.place"))
    exposure = known.exposures.get((key.subject, key.span))
    if place:
        row["s"] = telling.texts.put(plain(surety_short(place, None).removesuffix(NOISE).strip()))
        row["n"] = int(place.noise)
        if exposure and exposure.is_partial:
            row["e"] = telling.texts.put(plain(presence(exposure)))
    return row


def waterfalls(graph: Graph, falls: Iterable[View]) -> list[Row]:
    """Return the sums to draw: name, size and text of each part, then the total."""
    texts = graph.telling.texts
    drawn = []
    for fall in falls:
        rows = [[texts.put(row["name"]), row["x"], texts.put(row["value"])] for row in fall["rows"]]
        cell = fall["cell"]
        drawn.append({"t": texts.put(fall["title"]), "rows": rows, "f": cell.number if cell else -1})
    return drawn
