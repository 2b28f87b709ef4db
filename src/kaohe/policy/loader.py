"""Policies found, read and checked: the one way from a file to a Policy."""

import difflib
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kaohe.core.document import Data, Document, parse_document, read_document
from kaohe.core.problem import Place, Problem, ProblemsFound, errors
from kaohe.core.rules import Rules
from kaohe.policy import problems
from kaohe.policy.checker import check
from kaohe.policy.compiler import compile_policy
from kaohe.policy.parameters import override
from kaohe.policy.policy import Policy
from kaohe.policy.shape import PolicyShape

EXPECTED = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "bool_type": "yes or no",
    "bool_parsing": "yes or no",
    "list_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "too_short": "at least one of them",
    "string_pattern_mismatch": "a name in small letters, digits and underscores",
}


@dataclass(frozen=True, slots=True)
class Linted:
    """A policy with everything that was found in it; ``policy`` is None where its shape is broken."""

    policy: Policy | None
    problems: tuple[Problem, ...]


def shipped() -> list[str]:
    """Return the names of the policies that come with kaohe."""
    return sorted(
        file.name.removesuffix(".yaml") for file in _shelf().iterdir() if file.name.endswith(".yaml")
    )


def _shelf() -> Traversable:
    return resources.files("kaohe.policy").joinpath("shipped")


def load(name: str, parameters: Path | None = None) -> Policy:
    """Return the policy that a path or a shipped name names, with overrides for one run.

    Args:
        name: A path, or a name such as ``presale-desk``.
        parameters: A YAML file: parameter → value, and ``rules.…`` keys.

    Raises:
        ProblemsFound: With every problem, warnings included, if one is an error.
    """
    linted = lint(name, parameters)
    if linted.policy is None or errors(linted.problems):
        raise ProblemsFound(linted.problems)
    return linted.policy


def lint(name: str, parameters: Path | None = None) -> Linted:
    """Return the policy, if it can be read at all, with all problems in order of their lines."""
    document = _document(name)
    if document.problems:
        return Linted(None, tuple(document.problems))
    overrides = read_document(parameters) if parameters else Document("")
    if overrides.problems:
        return Linted(None, tuple(overrides.problems))
    return _linted(document, overrides)


def lint_text(text: str, name: str) -> Linted:
    """Return the policy that a text holds, with all problems; for editors."""
    document = parse_document(text, name)
    if document.problems:
        return Linted(None, tuple(document.problems))
    return _linted(document, Document(""))


def _document(name: str) -> Document:
    path = Path(name)
    if path.suffix in (".yaml", ".yml") or path.is_file():
        return read_document(path, name)
    if name in shipped():
        return parse_document(_shelf().joinpath(f"{name}.yaml").read_text("utf-8"), f"{name}.yaml")
    problem = problems.NOT_FOUND.at(Place(name), name=name, known=", ".join(shipped()))
    near = difflib.get_close_matches(name, shipped(), n=1)
    if near:
        problem = replace(problem, cure=problems.DID_YOU_MEAN.filled(nearest=near[0]))
    return Document(name, problems=[problem])


def _linted(document: Document, overrides: Document) -> Linted:
    try:
        shape = PolicyShape.model_validate(document.data)
    except ValidationError as error:
        return Linted(None, tuple(sorted(_shape_problems(error, document), key=lambda one: one.place)))
    policy, found = compile_policy(shape, document, _digest(document.data, overrides.data))
    found += check(policy, skip_values=bool(errors(found)))
    policy, wrong = override(policy, overrides.data, overrides)
    policy, wrong_rules = _with_rules(policy, shape.rules, overrides)
    ordered = sorted(_once(found), key=lambda problem: problem.place)
    return Linted(policy, (*ordered, *wrong, *wrong_rules))


def _once(found: list[Problem]) -> Iterator[Problem]:
    """Yield each problem once: rules shared by an anchor would tell the same several times."""
    seen = set()
    for problem in found:
        key = (problem.code, problem.place, problem.found, str(problem.message))
        if key not in seen:
            seen.add(key)
            yield problem


def _with_rules(
    policy: Policy, base: Mapping[str, object], overrides: Document
) -> tuple[Policy, tuple[Problem, ...]]:
    """Return the policy with ``rules.…`` keys of the overrides laid over its rules."""
    given = {name: value for name, value in overrides.data.items() if name.startswith("rules.")}
    if not given:
        return policy, ()
    merged: dict[str, object] = {
        key: dict(value) if isinstance(value, dict) else value for key, value in base.items()
    }
    for name, value in given.items():
        _, *steps = name.split(".")
        target = merged
        for step in steps[:-1]:
            inner = target.get(step)
            inner = dict(inner) if isinstance(inner, dict) else {}
            target[step] = inner
            target = inner
        target[steps[-1]] = value

    def place(path: tuple[str, ...]) -> Place:
        return overrides.place((".".join(("rules", *path)),))

    rules, wrong = Rules.read(merged, place)
    return replace(policy, rules=rules), wrong


def _digest(data: Mapping[str, Data], overrides: Mapping[str, Data]) -> str:
    """Return a name for exactly this content; comments and layout do not count."""
    text = json.dumps([data, overrides], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


# Shape


def _shape_problems(error: ValidationError, document: Document) -> Iterator[Problem]:
    for detail in error.errors():
        # Unions are tried branch by branch; pydantic names the branch in the path, the file does not.
        path = tuple(step for step in detail["loc"] if _in_file(step))
        yield _shape_problem(detail, path, document)


def _in_file(step: str | int) -> bool:
    return isinstance(step, int) or not (
        step.endswith("]") or step in ("str", "int", "bool", "function-before")
    )


def _shape_problem(detail: ErrorDetails, path: tuple[str | int, ...], document: Document) -> Problem:
    key = str(path[-1]) if path else ""
    place = document.place(path)
    if detail["type"] == "extra_forbidden":
        known = _keys_beside(path)
        near = difflib.get_close_matches(key, known, n=1)
        problem = problems.UNKNOWN_KEY.at(place, key, key=key, known=", ".join(known))
        return replace(problem, cure=problems.DID_YOU_MEAN.filled(nearest=near[0])) if near else problem
    if detail["type"] == "missing":
        return problems.MISSING_KEY.at(place, key=key)
    context = detail.get("ctx", {})
    expected = str(context.get("expected") or EXPECTED.get(detail["type"], detail["msg"]))
    shown = detail["input"]
    found = str(shown) if isinstance(shown, str | int) else ""
    return problems.WRONG_SHAPE.at(place, found, key=key, expected=expected)


Schema = dict[str, Any]


def _keys_beside(path: tuple[str | int, ...]) -> list[str]:
    """Return the keys that the schema knows beside the last step of a path."""
    schema: Schema = PolicyShape.model_json_schema()
    node = schema
    for step in path[:-1]:
        node = _step(_resolved(node, schema), step)
    return sorted(_resolved(node, schema).get("properties", {}))


def _resolved(node: Schema, schema: Schema) -> Schema:
    while "$ref" in node or "anyOf" in node:
        if "$ref" in node:
            node = schema["$defs"][str(node["$ref"]).rsplit("/", 1)[-1]]
        else:
            node = next((one for one in node["anyOf"] if one.get("type") != "null"), {})
    return node


def _step(node: Schema, step: str | int) -> Schema:
    if isinstance(step, int):
        return dict(node.get("items", {}))
    patterns = node.get("patternProperties", {})
    inner = node.get("properties", {}).get(step) or next(iter(patterns.values()), None)
    return dict(inner or node.get("additionalProperties") or {})
