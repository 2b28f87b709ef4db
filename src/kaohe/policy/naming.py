"""Names first: any formula may use any figure, wherever it stands; two things may not share one."""

import keyword
from collections.abc import Iterator, Mapping

from kaohe.core.document import Document
from kaohe.core.figure import Level
from kaohe.core.language import Text
from kaohe.core.measure import MEASURES
from kaohe.core.period import Calendar
from kaohe.core.problem import Problem
from kaohe.policy import problems
from kaohe.policy.asking import USAGES as ASKING
from kaohe.policy.asking import Askable
from kaohe.policy.context import Path
from kaohe.policy.expression import CUTS
from kaohe.policy.figures import beside
from kaohe.policy.policy import EMPLOYED, EVERYONE
from kaohe.policy.shape import PolicyShape
from kaohe.policy.vocabulary import CONSTANTS, DAYS, EMPLOYED_DAYS, FACTS, ROWS, USAGES, Names

WORDS = frozenset(
    {
        "value",
        "shop",
        "place",
        "department",
        "person",
        "shops",
        "departments",
        EVERYONE,
        EMPLOYED,
        DAYS,
        EMPLOYED_DAYS,
    }
    | {"weeks"}
    | CONSTANTS.keys()
    | (USAGES.keys() - ASKING.keys())
)
"""Words that no name may be. A form is asked by ``score(…)``; ``score`` alone may be a figure."""
HEADS = frozenset({"department", "shop", "operating", *FACTS, *ROWS})
"""What a dotted name may not begin with: it would mean something else."""


def read_names(shape: PolicyShape, document: Document, found: list[Problem], calendar: Calendar) -> Names:
    """Return every name that formulas may use; names taken twice are noted."""
    figures: dict[tuple[str, Level], frozenset[str]] = {}
    for name, level, spans, path in _declared(shape):
        if (name, level) in figures:
            what = Text("another figure of this level")
            found.append(problems.NAME_TAKEN.at(document.place(path), name, name=name, what=what))
        elif is_built_in(name):
            what = Text("a built-in word")
            found.append(problems.NAME_TAKEN.at(document.place(path), name, name=name, what=what))
        figures[name, level] = frozenset(spans)
    found += _taken(shape, document, {name for name, _ in figures})
    return Names(
        figures=figures,
        parameters=frozenset(shape.parameters),
        groups=frozenset({*shape.groups, EVERYONE, EMPLOYED}),
        references=frozenset(shape.reference_periods),
        ledger=frozenset(shape.ledger),
        operating=frozenset(shape.operating),
        calendar=calendar,
        several=_several(shape),
        forms={
            name: Askable(Level(form.for_), tuple(form.items), tuple(form.raters))
            for name, form in shape.forms.items()
        },
        samples={name: Askable(Level.PERSON, tuple(sample.items)) for name, sample in shape.samples.items()},
    )


def _several(shape: PolicyShape) -> bool:
    return shape.department is not None and shape.department.each is not None


def is_built_in(name: str) -> bool:
    """Return whether a name already means something in formulas."""
    head, *rest = name.split(".")
    return name in WORDS or any(map(keyword.iskeyword, (head, *rest))) or (bool(rest) and head in HEADS)


def _taken(shape: PolicyShape, document: Document, figures: set[str]) -> Iterator[Problem]:
    taken: dict[str, Text] = dict.fromkeys(MEASURES, Text("a measure")) | dict.fromkeys(
        figures, Text("a figure")
    )
    kinds: Mapping[str, tuple[Mapping[str, object], Text]] = {
        "parameters": (shape.parameters, Text("a parameter")),
        "groups": (shape.groups, Text("a group")),
        "reference_periods": (shape.reference_periods, Text("a set of periods")),
    }
    for key, (there, what) in kinds.items():
        for name in there:
            built_in = is_built_in(name) or (key != "parameters" and name in CUTS)
            other = Text("a built-in word") if built_in else taken.get(name)
            if other is not None:
                yield problems.NAME_TAKEN.at(document.place((key, name)), name, name=name, what=other)
        taken |= dict.fromkeys(there, what)
    for path in _spoken_of(shape):
        name = str(path[-1])
        if any(map(keyword.iskeyword, name.split("."))):
            what = Text("a built-in word")
            yield problems.NAME_TAKEN.at(document.place(path), name, name=name, what=what)


def _spoken_of(shape: PolicyShape) -> Iterator[Path]:
    """Yield where the things stand that formulas name only inside their own functions."""
    yield from (("ledger", name) for name in shape.ledger)
    for key, there in (("forms", shape.forms), ("samples", shape.samples)):
        for name, one in there.items():
            yield key, name
            yield from ((key, name, "items", item) for item in one.items)
            yield from ((key, name, "raters", role) for role in getattr(one, "raters", ()))


def _declared(shape: PolicyShape) -> Iterator[tuple[str, Level, tuple[str, ...], Path]]:
    for section_name, section in shape.sections.items():
        level = Level(section.for_)
        for name, figure in section.figures.items():
            path = ("sections", section_name, "figures", name)
            yield name, level, (section.each,), path
            if figure.points is not None:
                yield f"{name}.points", level, (section.each,), path
            ranked = figure.ranked or any(rule.places is not None for rule in figure.points or ())
            if ranked and (level is Level.PERSON or _several(shape)):
                yield f"{name}.place", level, (section.each,), path
            if beside(section, figure):
                spans = (section.each, "period") if figure.shop_each_period else (section.each,)
                yield name, Level.SHOP, spans, path
