"""Figures: named, exact values with a unit, and the reason that each one carries.

A reason is a tree of Nodes: what was computed, from what, with every value in
place. Its leaves name other figures, measures, facts of the records, parameters or
literals; following the figures from leaf to leaf walks the whole graph.

Keys, figures and steps are made by the million: they are named tuples, which cost half of
what frozen dataclasses do, in time and in memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from kaohe.core.language import Words
from kaohe.core.period import Span
from kaohe.core.problem import Place

UNASSIGNED = "(unassigned)"
"""The person who stands for every account that nobody held on a day."""

NOWHERE = Place()
UNSAID: Words = MappingProxyType({})

Value = Fraction | bool | str | date | tuple[str, ...] | None
"""What a formula may hold on its way. A finished figure holds a Fraction or None (no value)."""


class Unit(StrEnum):
    """What a figure is counted in."""

    RATIO = "ratio"
    MONEY = "money"
    POINTS = "points"
    SECONDS = "seconds"
    COUNT = "count"
    PLACE = "place"


class Level(StrEnum):
    """Whose figure it is."""

    PERSON = "person"
    DEPARTMENT = "department"
    SHOP = "shop"

    # Equal to its text, so it must have its text's hash, which Enum replaces by that of the name.
    __hash__ = str.__hash__


class FigureKey(NamedTuple):
    """The name of one cell of ``figures.csv``; ``span`` is the span's label."""

    figure: str
    level: Level
    subject: str
    span: str


class Figure(NamedTuple):
    """One value.

    Attributes:
        key: Its name, level, subject and span.
        value: The exact value; None where it has none (a zero base, nothing known).
        unit: What it is counted in.
        final: Whether nothing that may still come by ordinary course can change it.
        final_on: The day whose end makes it final.
    """

    key: FigureKey
    value: Fraction | None
    unit: Unit
    final: bool
    final_on: date


class MeasureRef(NamedTuple):
    """A sum of one daily measure: the place where a reason meets the evidence.

    Attributes:
        measure: Its name in ``measures.md``.
        level: Person, department (the sum over its members) or shop (over everyone).
        subject: The person, the department, or the desk at level shop.
        span: The days summed.
        without: Days left out, such as campaign days.
        shops: The shops summed.
    """

    measure: str
    level: Level
    subject: str
    span: Span
    without: tuple[date, ...] = ()
    shops: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParameterRef:
    """A parameter of the policy, or an override of it."""

    name: str


@dataclass(frozen=True, slots=True)
class FactRef:
    """A fact of the records other than a measure: a base pay, a target, ledger entries.

    Attributes:
        name: Table and column, such as ``people.base_pay``, or ``entries.praise``; for a score
            the form and item, such as ``scores.assessment.service``.
        subject: The person or shop it is about.
        span: The label of the span it was looked up for; blank where time plays no part.
        by: The rater of a score, the conversation of a review; else blank.
    """

    name: str
    subject: str
    span: str = ""
    by: str = ""


Ref = FigureKey | MeasureRef | ParameterRef | FactRef


class Node(NamedTuple):
    """One step of a computation with its result.

    Attributes:
        op: What is done with the arguments (``+``, ``/``, ``min``, ``<``, ``sum`` …), or
            for a leaf ``figure``, ``measure``, ``parameter``, ``fact``, ``literal``.
        value: What came out; None is "no value".
        args: The steps before it.
        ref: For a leaf: what it names.
        unit: The unit of the value, where it has one.
    """

    op: str
    value: Value
    args: tuple["Node", ...] = ()
    ref: Ref | None = None
    unit: Unit | None = None


class Outcome(NamedTuple):
    """What one rule of a figure did.

    Attributes:
        kind: ``formula``, ``places``, ``when``, ``per``, ``bands``, ``case``, ``review`` or ``share``.
        fired: Whether it gave its value.
        gave: The value it gave; None where it did not fire or gave none.
        node: The computation: for a condition the comparison, for bands the value that was placed.
        give: The computation of what it gives; None where a table gives it.
        unless: The condition that stopped it, or was asked and did not.
        place: Its line in the policy file.
        title: What the author calls it.
        reading: How an open text was read here.
        detail: What else a sentence needs: the place and the award table, the band's borders.
    """

    kind: str
    fired: bool
    gave: Fraction | None
    node: Node
    give: Node | None = None
    unless: Node | None = None
    place: Place = NOWHERE
    title: Words = UNSAID
    reading: Words = UNSAID
    detail: Mapping[str, object] = MappingProxyType({})


class Reason(NamedTuple):
    """Why a figure has its value.

    Attributes:
        figure: The figure.
        formula: The formula as the policy has it; blank where rules alone make the value.
        tree: The whole computation, from the value down to its inputs.
        outcomes: The rules, in the policy's order, fired and not.
        place: The figure's line in the policy file.
        title: What the author calls the figure.
        reading: How an open text was read here.
    """

    figure: Figure
    formula: str
    tree: Node
    outcomes: tuple[Outcome, ...]
    place: Place
    title: Words
    reading: Words = UNSAID
