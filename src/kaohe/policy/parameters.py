"""Parameters read: from the policy, and from the overrides of one run."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import reduce

from kaohe.core.document import Data, Document
from kaohe.core.figure import Unit, Value
from kaohe.core.language import Text, Words
from kaohe.core.number import plain
from kaohe.core.period import MONTH
from kaohe.core.problem import Place, Problem
from kaohe.policy import problems
from kaohe.policy.context import day, nearest, words
from kaohe.policy.policy import Parameter, Policy
from kaohe.policy.scanner import number
from kaohe.policy.shape import ParameterShape
from kaohe.policy.told import Told
from kaohe.policy.units import BARE_RATIO_LIMIT

ALWAYS = date.min
FLAGS = {"yes": True, "no": False, "True": True, "False": False}
EXPECTED: Mapping[str, Text] = {
    "number": Text("a number such as 0.8, 80% or 8‰"),
    "text": Text("a text"),
    "texts": Text("a list of texts"),
    "days": Text("a list of days, YYYY-MM-DD"),
    "month": Text("a month, YYYY-MM"),
    "flag": Text("yes or no"),
}
ONLY_FOR: Mapping[str, tuple[str, ...]] = {
    "unit": ("number",),
    "at_least": ("number",),
    "at_most": ("number",),
    "one_of": ("text", "texts"),
}
"""Which key of a parameter counts for which types."""


def read_parameter(
    name: str, shape: ParameterShape, told: Told, document: Document, found: list[Problem]
) -> Parameter:
    """Return a parameter of the policy; its problems are added to ``found``."""
    found += _misplaced(shape, told)
    bounds = {}
    for key in ("at_least", "at_most"):
        text = getattr(shape, key)
        try:
            bounds[key] = None if text is None else number(str(text))[0]
        except ValueError:
            found.append(problems.BAD_NUMBER.at(told.at(key), str(text), key=key))
            bounds[key] = None
    parameter = Parameter(
        name=name,
        type=shape.type,
        unit=shape.unit,
        values=((ALWAYS, None),),
        at_least=bounds["at_least"],
        at_most=bounds["at_most"],
        one_of=tuple(str(one) for one in shape.one_of or ()),
        told=told,
        called=_called(shape),
    )
    if shape.values is None:
        return replace(
            parameter, values=((ALWAYS, read_value(parameter, shape.value, told.at("value"), found)),)
        )
    return replace(parameter, values=_dated(parameter, shape, document, found))


def _called(shape: ParameterShape) -> Mapping[str, Words]:
    """Return what people call the texts that a parameter may be."""
    if not isinstance(shape.one_of, dict):
        return {}
    return {text: words(said) for text, said in shape.one_of.items()}


def _misplaced(shape: ParameterShape, told: Told) -> list[Problem]:
    """Return what stands beside the wrong type, twice, or not at all."""
    found = [
        problems.IDLE_KEY.at(
            told.at(key), key, key=key, where=Text("beside {keys}").filled(keys=f"type: {' | '.join(types)}")
        )
        for key, types in ONLY_FOR.items()
        if getattr(shape, key) is not None and shape.type not in types
    ]
    if shape.type == "number" and shape.unit is None:
        found.append(problems.MISSING_KEY.at(told.place, key="unit"))
    if shape.value is not None and shape.values is not None:
        found.append(problems.ONE_OF.at(told.at("values"), "value, values", known="value, values"))
    return found


def _dated(
    parameter: Parameter, shape: ParameterShape, document: Document, found: list[Problem]
) -> tuple[tuple[date, Value], ...]:
    """Return the values with the days from which they hold, oldest first."""
    path = ("parameters", parameter.name, "values")
    dated: dict[date, Value] = {}
    for index, one in enumerate(shape.values or ()):
        since = day(one.from_)
        if since is None:
            place = document.place((*path, index, "from"))
            found.append(problems.NOT_A_DAY.at(place, str(one.from_), day=one.from_))
        elif since in dated:
            place = document.place((*path, index, "from"))
            found.append(problems.DAY_TWICE.at(place, str(one.from_), name=parameter.name, day=one.from_))
        value = read_value(parameter, one.value, document.place((*path, index, "value")), found)
        dated.setdefault(since or ALWAYS, value)
    return tuple(sorted(dated.items(), key=lambda pair: pair[0]))


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
        expected = expected_text(parameter)
        found.append(problems.BAD_PARAMETER.at(place, _shown(data), name=parameter.name, expected=expected))
        return None
    if _forgot_mark(parameter, value, str(data)):
        assert isinstance(value, Fraction)
        found.append(
            problems.BARE_RATIO.at(place, str(data), number=plain(value), percent=plain(value * 100))
        )
    return value


def _forgot_mark(parameter: Parameter, value: Value, text: str) -> bool:
    if parameter.unit is not Unit.RATIO or not isinstance(value, Fraction):
        return False
    return not number(text)[1] and abs(value) > BARE_RATIO_LIMIT


def _shown(data: object) -> str:
    if isinstance(data, list):
        return ", ".join(map(str, data))
    return {True: "yes", False: "no"}.get(data, str(data)) if isinstance(data, bool) else str(data)


def expected_text(parameter: Parameter) -> Text:
    """Return what a value of the parameter must look like."""
    parts = [EXPECTED[parameter.type]]
    if parameter.at_least is not None:
        parts.append(Text("at least {border}").filled(border=plain(parameter.at_least)))
    if parameter.at_most is not None:
        parts.append(Text("at most {border}").filled(border=plain(parameter.at_most)))
    if parameter.one_of:
        parts.append(Text("one of {known}").filled(known=", ".join(parameter.one_of)))
    return reduce(lambda one, other: Text("{one}, {other}").filled(one=one, other=other), parts)


def _value(kind: str, data: object) -> Value:
    if kind in ("texts", "days"):
        return _list(kind, data)
    if isinstance(data, list | dict):
        raise ValueError(data)  # noqa: TRY004 - a user's value, not a caller's mistake
    if kind == "flag":
        return FLAGS[str(data)]
    if isinstance(data, bool):
        raise ValueError(data)  # noqa: TRY004 - a user's value, not a caller's mistake
    if kind == "number":
        return number(str(data))[0]
    text = str(data)
    if kind == "month" and not (MONTH.fullmatch(text) and day(f"{text}-01")):
        raise ValueError(data)
    return text


def _list(kind: str, data: object) -> tuple[str, ...]:
    if not isinstance(data, list) or any(
        isinstance(item, list | dict | bool) or item is None for item in data
    ):
        raise ValueError(data)
    items = tuple(str(item) for item in data)
    if kind == "days" and not all(map(day, items)):
        raise ValueError(data)
    return items


def _within(parameter: Parameter, value: Value) -> bool:
    if parameter.type == "number":
        low, high = parameter.at_least, parameter.at_most
        assert isinstance(value, Fraction)
        return (low is None or value >= low) and (high is None or value <= high)
    if isinstance(value, tuple):
        return not parameter.one_of or all(item in parameter.one_of for item in value)
    return not parameter.one_of or value in parameter.one_of


# Overrides


def override(policy: Policy, data: Mapping[str, Data], document: Document) -> tuple[Policy, list[Problem]]:
    """Return the policy with these parameters replaced for one run, and every problem in them.

    Keys that begin with ``rules.`` are not parameters and are left to the loader.
    """
    found: list[Problem] = []
    parameters = dict(policy.parameters)
    for name, value in data.items():
        if name == "rules" or name.startswith("rules."):
            continue
        place = document.place((name,))
        if name not in parameters:
            problem = problems.UNKNOWN_PARAMETER.at(place, name, name=name)
            found.append(nearest(problem, name, parameters))
            continue
        exact_value = read_value(parameters[name], value, place, found)
        parameters[name] = replace(parameters[name], values=((ALWAYS, exact_value),))
    return replace(policy, parameters=parameters), found
