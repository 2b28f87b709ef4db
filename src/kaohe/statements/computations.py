"""Computations as plain data: what ``figures.json`` holds and every screen can draw.

A number is a text: all its digits, or ``n/d`` where it has no finite decimal. A text is
``{"text": …}``, a day ``{"day": …}``, a list of texts ``{"texts": […]}``; a truth value and
no value are JSON's own.

A rule that fires has looked at something, was not stopped by its ``unless``, and came
before those that it shuts out. Where too small a base keeps places and points from being
given at all, ``minimum_base`` holds the comparison that failed.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import cast

from kaohe.appraisal.dealing import Dealing
from kaohe.appraisal.ranking import Sharing, Standing
from kaohe.core.figure import (
    FactRef,
    FigureKey,
    Level,
    MeasureRef,
    Node,
    Outcome,
    ParameterRef,
    Reason,
    Ref,
    Value,
)
from kaohe.core.number import plain

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None
"""What a JSON document holds; floats are for statistics alone."""


def value(held: Value) -> Json:
    """Return a value as plain data."""
    if isinstance(held, Fraction):
        return number(held)
    if isinstance(held, date):
        return {"day": held.isoformat()}
    if isinstance(held, tuple):
        return {"texts": list(held)}
    if isinstance(held, str):
        return {"text": held}
    return held


def number(held: Fraction) -> str:
    """Return an exact number: ``0.125``, or ``1/3`` where it has no finite decimal."""
    if held.denominator == 1:
        return str(held.numerator)
    return plain(held) if is_finite(held) else f"{held.numerator}/{held.denominator}"


def is_finite(held: Fraction) -> bool:
    """Return whether a number has a finite decimal of at most twelve places."""
    return 10**12 % held.denominator == 0


def reference(ref: Ref, own: FigureKey) -> dict[str, Json]:
    """Return what a leaf names; what is left out of level, subject and span is the figure's own."""
    if isinstance(ref, ParameterRef):
        return {"parameter": ref.name}
    if isinstance(ref, FactRef):
        fact: dict[str, Json] = {"fact": ref.name, "subject": ref.subject, "span": ref.span}
        return fact | ({"by": ref.by} if ref.by else {})
    place: dict[str, Json] = {}
    if ref.level is not own.level:
        place["level"] = ref.level.value
    if ref.subject != own.subject:
        place["subject"] = ref.subject
    if isinstance(ref, FigureKey):
        if ref.span != own.span:
            place["span"] = ref.span
        return {"figure": ref.figure, **place}
    return {"measure": ref.measure, **place, **_days(ref, own)}


def _days(ref: MeasureRef, own: FigureKey) -> dict[str, Json]:
    days: dict[str, Json] = {} if ref.span.label == own.span else {"span": ref.span.label}
    days |= {"from": ref.span.first.isoformat(), "to": ref.span.last.isoformat()}
    without = [day.isoformat() for day in ref.without if day in ref.span]
    if without:
        days["without"] = list[Json](without)
    return days


def tree(node: Node, own: FigureKey) -> dict[str, Json]:
    """Return a computation with every value in place: ``op``, ``value``, ``args`` or ``ref``."""
    plainly: dict[str, Json] = {"op": node.op, "value": value(node.value)}
    if node.args:
        plainly["args"] = [tree(arg, own) for arg in node.args]
    if node.ref is not None:
        plainly["ref"] = reference(node.ref, own)
    return plainly


def table_name(reason: Reason) -> str:
    """Return the name of the table of places or shares that a figure is read from.

    Departments rank among each other beside people, and each hands out its own pool.
    """
    key = reason.figure.key
    name = f"{key.figure.removesuffix('.points').removesuffix('.place')}@{key.span}"
    if key.level is Level.DEPARTMENT:
        return f"{key.level.value}.{name}"
    wholes = (outcome.detail.get("sharing") for outcome in reason.outcomes)
    within = next((one.within for one in wholes if isinstance(one, Sharing)), "")
    return f"{name}@{within}" if within else name


def rule(outcome: Outcome, reason: Reason) -> dict[str, Json]:
    """Return what one rule did: its kind, whether it fired, what it gave, what it looked at."""
    own = reason.figure.key
    plainly: dict[str, Json] = {
        "kind": outcome.kind,
        "fired": outcome.fired,
        "gave": value(outcome.gave),
        "place": str(outcome.place),
        "looked_at": tree(outcome.node, own),
    }
    if outcome.give is not None:
        plainly["give"] = tree(outcome.give, own)
    if outcome.unless is not None:
        plainly["unless"] = tree(outcome.unless, own)
    return plainly | _detail(outcome.detail, reason)


def _detail(detail: Mapping[str, object], reason: Reason) -> dict[str, Json]:
    """Return what else a rule decided by; tables of places and shares by their name."""
    plainly: dict[str, Json] = {}
    if "awards" in detail:
        awards = cast("Mapping[int, Fraction]", detail["awards"])
        plainly["awards"] = {str(place): number(award) for place, award in awards.items()}
    if isinstance(dealing := detail.get("dealing"), Dealing):
        seat = dealing.by_subject.get(reason.figure.key.subject)
        plainly["seats"] = list(dealing.seats)
        plainly["heads"] = len(dealing.taken)
        plainly["place_taken"] = seat.place if seat else None
    if isinstance(detail.get("standing"), Standing):
        plainly["standing"] = table_name(reason)
    if isinstance(detail.get("sharing"), Sharing):
        plainly["sharing"] = table_name(reason)
    if "bands" in detail:
        bands = cast("tuple[tuple[Fraction | None, Fraction | None, Fraction | None], ...]", detail["bands"])
        plainly["bands"] = [[value(part) for part in band] for band in bands]
    for name in ("confirmed_by", "minimum_base"):
        if name in detail:
            plainly[name] = tree(cast("Node", detail[name]), reason.figure.key)
    return plainly


def computation(reason: Reason) -> dict[str, Json]:
    """Return a figure's whole reason: formula, place in the policy, computation, rules."""
    plainly: dict[str, Json] = {
        "formula": reason.formula,
        "place": str(reason.place),
        "tree": tree(reason.tree, reason.figure.key),
    }
    if reason.outcomes:
        plainly["rules"] = [rule(outcome, reason) for outcome in reason.outcomes]
    return plainly
