"""Calls in formulas that ask for what people said: ``score(assessment, item=service)``."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kaohe.core.figure import Level
from kaohe.core.problem import Kind
from kaohe.policy import people_problems, problems
from kaohe.policy.dotted import dotted
from kaohe.policy.expression import RatersMissing, Reviewed, Reviews, Score

USAGES: Mapping[str, str] = {
    "score": "score(assessment, item=service, raters=executives)",
    "raters_missing": "raters_missing(assessment)",
    "reviewed": "reviewed(quality, item=courtesy)",
    "reviews": "reviews(quality)",
}
"""How each of these calls is written, by an example."""
KEYWORDS: Mapping[str, tuple[str, ...]] = {"score": ("item", "raters"), "reviewed": ("item",)}
OF_OTHERS = {
    Level.PERSON: people_problems.SCORE_OF_PEOPLE,
    Level.DEPARTMENT: people_problems.SCORE_OF_DEPARTMENT,
}
OF_SAMPLE = ("reviewed", "reviews")


@dataclass(frozen=True, slots=True)
class Askable:
    """A form or sample as formulas see it: whom it is about, its items, its roles of raters."""

    level: Level
    items: tuple[str, ...]
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a call.

    Attributes:
        kind: The kind of problem.
        near: Names that might be meant.
        name: The name that is wrong.
        gaps: What else the problem says.
    """

    kind: Kind
    near: Iterable[str] = ()
    name: str = ""
    gaps: Mapping[str, object] = field(default_factory=dict)


def read_asking(
    name: str,
    call: ast.Call,
    forms: Mapping[str, Askable],
    samples: Mapping[str, Askable],
    level: Level,
) -> Score | RatersMissing | Reviewed | Reviews | Wrong:
    """Return what a call asks for, or what is wrong with it.

    Args:
        name: The function.
        call: The call.
        forms: The policy's forms.
        samples: The policy's samples.
        level: Whose figure it is.
    """
    known = samples if name in OF_SAMPLE else forms
    asked = dotted(call.args[0]) if len(call.args) == 1 else None
    keywords = {word.arg or "": dotted(word.value) for word in call.keywords}
    if asked is None or None in keywords.values() or set(keywords) - set(KEYWORDS.get(name, ())):
        return Wrong(problems.WRONG_ARGUMENTS, (), name, {"usage": USAGES[name]})
    if asked not in known:
        kind = people_problems.UNKNOWN_SAMPLE if name in OF_SAMPLE else people_problems.UNKNOWN_FORM
        return Wrong(kind, known, asked)
    if known[asked].level is not level:
        of_people = known[asked].level is Level.PERSON
        return Wrong(
            people_problems.SCORE_OF_PEOPLE if of_people else people_problems.SCORE_OF_DEPARTMENT, (), asked
        )
    item, role = keywords.get("item") or "", keywords.get("raters") or ""
    if item and item not in known[asked].items:
        return Wrong(people_problems.UNKNOWN_SCORED_ITEM, known[asked].items, item, {"form": asked})
    if role and role not in known[asked].roles:
        return Wrong(people_problems.UNKNOWN_RATERS, known[asked].roles, role, {"form": asked})
    match name:
        case "score":
            return Score(asked, item, role)
        case "raters_missing":
            return RatersMissing(asked)
        case "reviewed":
            return Reviewed(asked, item)
    return Reviews(asked)
