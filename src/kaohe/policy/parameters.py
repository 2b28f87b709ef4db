"""Parameters read: from the policy, and from the overrides of one run."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from kaohe.core.document import Data, Document
from kaohe.core.figure import Value
from kaohe.core.period import MONTH
from kaohe.core.problem import Place, Problem
from kaohe.policy import problems
from kaohe.policy.formula import number
from kaohe.policy.policy import Parameter, Policy, Told
from kaohe.policy.shape import ParameterShape

ALWAYS = date.min
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
FLAGS = {"yes": True, "no": False, "True": True, "False": False}
EXPECTED = {
    "number": "a number such as 0.8, 80% or 8‰",
    "text": "a text",
    "texts": "a list of texts",
    "days": "a list of days, YYYY-MM-DD",
    "month": "a month, YYYY-MM",
    "flag": "yes or no",
}


def read_parameter(
    name: str, shape: ParameterShape, told: Told, document: Document, found: list[Problem]
) -> Parameter:
    """Return a parameter of the policy; its problems are added to ``found``."""
    path = ("parameters", name)
    bounds = {}
    for key in ("at_least", "at_most"):
        text = getattr(shape, key)
        try:
            bounds[key] = None if text is None else number(str(text))[0]
        except ValueError:
            found.append(problems.BAD_NUMBER.at(document.place((*path, key)), str(text), key=key))
            bounds[key] = None
    parameter = Parameter(
        name, shape.type, shape.unit, ((ALWAYS, None),), bounds["at_least"], bounds["at_most"],
        tuple(shape.one_of or ()), told,
    )  # fmt: skip
    dated: list[tuple[date, Value]] = []
    if shape.values is None:
        dated.append((ALWAYS, read_value(parameter, shape.value, document.place((*path, "value")), found)))
    for index, one in enumerate(shape.values or ()):
        place = document.place((*path, "values", index))
        since = _day(one.from_)
        if since is None:
            found.append(problems.BAD_PARAMETER.at(place, one.from_, name=name, expected=EXPECTED["days"]))
        dated.append((since or ALWAYS, read_value(parameter, one.value, place, found)))
    return replace(parameter, values=tuple(sorted(dated, key=lambda pair: pair[0])))


def read_value(parameter: Parameter, data: object, place: Place, found: list[Problem]) -> Value:
    """Return the value that the data give a parameter; None where they are at fault."""
    if data is None:
        return None
    try:
        value = _value(parameter.type, data)
        within = _within(parameter, value)
    except (ValueError, KeyError):
        value, within = None, False
    if not within:
        found.append(
            problems.BAD_PARAMETER.at(place, str(data), name=parameter.name, expected=_expected(parameter))
        )
        return None
    return value


def _expected(parameter: Parameter) -> str:
    parts = [EXPECTED[parameter.type]]
    if parameter.at_least is not None:
        parts.append(f"≥ {parameter.at_least}")
    if parameter.at_most is not None:
        parts.append(f"≤ {parameter.at_most}")
    if parameter.one_of:
        parts.append(" | ".join(parameter.one_of))
    return ", ".join(parts)


def _value(kind: str, data: object) -> Value:
    if kind in ("texts", "days"):
        if not isinstance(data, list):
            raise ValueError(data)
        items = tuple(str(item) for item in data)
        if kind == "days" and not all(_day(item) for item in items):
            raise ValueError(data)
        return items
    if isinstance(data, list | dict):
        raise ValueError(data)  # noqa: TRY004 - a user's value, not a caller's mistake
    if kind == "flag":
        return FLAGS[str(data)]
    if kind == "number":
        if isinstance(data, bool):
            raise ValueError(data)
        return number(str(data))[0]
    text = str(data)
    if kind == "month" and not (MONTH.fullmatch(text) and 1 <= int(text[5:]) <= 12):
        raise ValueError(data)
    return text


def _within(parameter: Parameter, value: Value) -> bool:
    if parameter.type == "number":
        low, high = parameter.at_least, parameter.at_most
        assert isinstance(value, Fraction)
        return (low is None or value >= low) and (high is None or value <= high)
    return not parameter.one_of or value in parameter.one_of


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        return None


def override(policy: Policy, data: Mapping[str, Data], document: Document) -> tuple[Policy, list[Problem]]:
    """Return the policy with these parameters replaced for one run, and every problem in them.

    Keys that begin with ``rules.`` are not parameters and are left to the loader.
    """
    found: list[Problem] = []
    parameters = dict(policy.parameters)
    for name, value in data.items():
        if name.startswith("rules."):
            continue
        place = document.place((name,))
        if name not in parameters:
            problem = problems.UNKNOWN_PARAMETER.at(place, name, name=name)
            near = difflib.get_close_matches(name, parameters, n=1)
            if near:
                problem = replace(problem, cure=problems.DID_YOU_MEAN.filled(nearest=near[0]))
            found.append(problem)
            continue
        exact_value = read_value(parameters[name], value, place, found)
        parameters[name] = replace(parameters[name], values=((ALWAYS, exact_value),))
    return replace(policy, parameters=parameters), found
