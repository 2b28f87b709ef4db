"""Sheets for whoever heads a desk: the ledger's rules and what counts of it, and reviews one by one."""

from collections.abc import Mapping
from typing import Any

from kaohe.appraisal.appraise import Review
from kaohe.core.figure import MeasureRef
from kaohe.core.measure import MEASURES
from kaohe.measures.gaming import Signal
from kaohe.statements.report.graph import Graph
from kaohe.statements.report.said import Telling


def ledger(telling: Telling) -> Mapping[str, Any]:
    """Return the items that may be entered, who may have an entry, and what counts of each entry."""
    appraisal = telling.appraisal
    policy, facts = appraisal.policy, appraisal.evaluator.facts
    counted = [
        {
            "person": one.entry.person,
            "day": one.entry.day.isoformat(),
            "item": one.entry.item,
            "quantity": float(one.entry.quantity),
            "approved_by": one.entry.approved_by,
            "counts": float(one.quantity),
            "wrong": telling.text(one.wrong.message) if one.wrong else None,
        }
        for item in policy.ledger
        for one in appraisal.evaluator.ledger.counted(item, appraisal.period)
    ]
    return {
        "items": [
            {
                "name": item.name,
                "title": telling.words(item.told.title, item.name),
                "reading": telling.words(item.told.reading),
                "at_most": item.at_most,
                "at_most_period": item.at_most_period,
                "needs_approval": item.needs_approval,
            }
            for item in policy.ledger.values()
        ],
        "people": [{"subject": person, "name": appraisal.name(person)} for person in facts.person_rows],
        "counted": counted,
    }


def reviews(graph: Graph) -> list[Mapping[str, Any]]:
    """Return every review: whom and which days it is about, and the entry that would confirm it."""
    return [_review(graph, one) for one in graph.telling.appraisal.reviews]


def _review(graph: Graph, one: Review) -> Mapping[str, Any]:
    telling = graph.telling
    appraisal, key = telling.appraisal, one.figure
    span = appraisal.spans[key.span]
    about = key._replace(figure=appraisal.policy.definitions[key.figure, key.level].of or key.figure)
    item = appraisal.policy.ledger.get(one.item)
    return {
        "key": list(key),
        "subject": key.subject,
        "name": appraisal.name(key.subject),
        "span": telling.span(key.span),
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        "said": telling.review(one),
        "cell": graph.cell(appraisal.figures.get(about)),
        "item": one.item,
        "item_title": telling.words(item.told.title if item else {}, one.item),
        "confirmed": one.confirmed,
        "measures": [_measure(telling, ref) for ref in one.lists],
    }


def _measure(telling: Telling, ref: MeasureRef) -> Mapping[str, Any]:
    days = telling.appraisal.days(ref)
    title = telling.words(MEASURES[ref.measure].title)
    return {"name": ref.measure, "title": title, "count": float(sum(one.value for one in days))}


def conversations(signal: Signal, most: int) -> list[Mapping[str, str]]:
    """Return where the first conversations behind a signal lie."""
    rows = signal.rows.slice(0, most).select(["shop", "customer", "day"]).to_pylist()
    return [{**row, "day": row["day"].isoformat()} for row in rows]
