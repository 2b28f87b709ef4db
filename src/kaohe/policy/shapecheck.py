"""What pydantic finds in a policy file, said as problems: with lines, in plain words, once each."""

import copy
import difflib
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kaohe.core.document import Data, Document
from kaohe.core.language import Text
from kaohe.core.problem import Problem
from kaohe.policy import problems
from kaohe.policy.context import nearest
from kaohe.policy.schema import keys_beside

EXPECTED: Mapping[str, Text] = {
    "string_type": Text("a text"),
    "int_type": Text("a whole number"),
    "int_parsing": Text("a whole number"),
    "int_from_float": Text("a whole number"),
    "bool_type": Text("yes or no"),
    "bool_parsing": Text("yes or no"),
    "list_type": Text("a list"),
    "dict_type": Text("keys with values"),
    "model_type": Text("keys with values"),
    "model_attributes_type": Text("keys with values"),
    "too_short": Text("at least one of them"),
}
Path = tuple[str | int, ...]
LEAST: Mapping[str, Data] = {"policy": "unnamed", "version": 1, "title": "unnamed"}
"""What stands in for a key without which nothing could be checked."""


def shape_problems(error: ValidationError, document: Document) -> list[Problem]:
    """Return the problems that a policy file has in its shape, each key once, in order of their lines.

    Where a key may hold one of several kinds of thing, each kind complains; what is
    wrong deeper inside one of them is what the author meant.
    """
    details: dict[Path, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        details.setdefault(_path(detail, document), []).append(detail)
    outermost = {path for path in details if not any(_inside(other, path) for other in details)}
    found = [_problem(path, details[path], document) for path in details if path in outermost]
    return sorted(found, key=lambda problem: problem.place)


def mended(data: Mapping[str, Data], error: ValidationError) -> tuple[dict[str, Data], frozenset[str]]:
    """Return the file's data without what has the wrong shape, and the names that went with it.

    So much of the policy can still be checked: one run shows all there is to mend.
    """
    kept = copy.deepcopy(dict(data))
    lost: set[str] = set()
    document = Document("", kept)
    for detail in error.errors(include_url=False, include_input=False):
        path = _path(detail, document)
        if detail["type"] == "missing":
            path = path[:-1]
            if not path:
                kept.update({key: value for key, value in LEAST.items() if key not in kept})
                continue
        lost |= _lost(path)
        _remove(kept, path)
    return kept, frozenset(lost)


def _lost(path: Path) -> set[str]:
    """Return the names that go with what stands at a path: its own, and a figure's points with its rules."""
    names = {str(path[-1])} if path else set()
    if path[:1] == ("sections",) and difflib.get_close_matches("points", map(str, path[4:5])):
        names |= {f"{path[3]}.points", f"{path[3]}.place"}
    return names


def _remove(data: Data, path: Path) -> None:
    """Take out what stands at a path; an item of a list leaves the rest of the list."""
    for step in path[:-1]:
        if isinstance(data, dict):
            data = data.get(str(step))
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
    last = path[-1] if path else ""
    if isinstance(data, dict):
        data.pop(str(last), None)
    elif isinstance(data, list) and isinstance(last, int) and last < len(data):
        del data[last]


def _inside(other: Path, path: Path) -> bool:
    return len(other) > len(path) and other[: len(path)] == path


def _path(detail: ErrorDetails, document: Document) -> Path:
    """Return where in the file it is: pydantic also names the branch of a choice, the file does not."""
    path: Path = ()
    there: object = document.data
    steps = detail["loc"]
    for index, step in enumerate(steps):
        is_last = index == len(steps) - 1
        if isinstance(there, Mapping) and str(step) in there:
            path, there = (*path, str(step)), there[str(step)]
        elif isinstance(there, Sequence) and not isinstance(there, str) and isinstance(step, int):
            path, there = (*path, step), there[step] if step < len(there) else None
        elif is_last and detail["type"] == "missing":
            path = (*path, step)
    return path


def _problem(path: Path, details: list[ErrorDetails], document: Document) -> Problem:
    first = details[0]
    key = str(path[-1]) if path else ""
    place = document.place(path)
    if first["type"] == "extra_forbidden":
        if key.count(")") > key.count("("):
            return problems.CUT_FORMULA.at(place, key, key=key)
        known = keys_beside(path)
        return nearest(problems.UNKNOWN_KEY.at(place, key, key=key, known=", ".join(known)), key, known)
    if first["type"] == "missing":
        return problems.MISSING_KEY.at(place, key=key)
    shown = first["input"]
    found = str(shown) if isinstance(shown, str | int) else ""
    if first["type"] == "string_pattern_mismatch":
        return _mismatch(key, found, first, document, path)
    texts = {str(text): text for detail in details for text in _expected(detail)}
    expected = reduce(
        lambda one, other: Text("{one} or {other}").filled(one=one, other=other), texts.values()
    )
    problem = problems.WRONG_SHAPE.at(place, found, key=key, expected=expected)
    choices = str(first.get("ctx", {}).get("expected", ""))
    return nearest(problem, found, [one for one in choices.split("'") if one.isidentifier()])


def _mismatch(key: str, found: str, detail: ErrorDetails, document: Document, path: Path) -> Problem:
    is_key = str(detail["loc"][-1]) == "[key]"
    if path == ("policy",):
        return problems.BAD_POLICY_NAME.at(document.place(path), found, name=found)
    return problems.BAD_NAME.at(document.place(path), found, name=key if is_key else found)


def _expected(detail: ErrorDetails) -> Iterator[Text]:
    context = detail.get("ctx", {})
    match detail["type"]:
        case "enum" | "literal_error":
            yield Text("one of {known}").filled(known=str(context["expected"]).replace("'", ""))
        case "greater_than_equal":
            yield Text("a whole number, at least {border}").filled(border=context["ge"])
        case "less_than_equal":
            yield Text("a whole number, at most {border}").filled(border=context["le"])
        case kind:
            yield EXPECTED.get(kind, Text("something else"))
