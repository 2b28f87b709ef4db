"""Policies found, read and checked: the one way from a file to a Policy."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from pydantic import ValidationError

from kaohe.core.document import Data, Document, parse_document, read_document
from kaohe.core.problem import Place, Problem, ProblemsFound, errors
from kaohe.core.rules import Rules
from kaohe.policy import problems
from kaohe.policy.checker import check
from kaohe.policy.compiler import compile_policy
from kaohe.policy.context import nearest
from kaohe.policy.parameters import override
from kaohe.policy.policy import Policy
from kaohe.policy.poolcheck import check_pools
from kaohe.policy.shape import PolicyShape
from kaohe.policy.shapecheck import mended, shape_problems

RULES = "rules"
CASES = ".cases.yaml"
"""How a file of worked cases ends; it stands beside the policy that it is about."""
MOST_MENDINGS = 5
OF_THE_LOST = {
    kind.code for kind in (problems.ONE_OF, problems.MISSING_KEY, problems.NO_DEPARTMENT, problems.NO_BETTER)
}
"""Kinds of problem that only say again that something with a broken shape was taken out."""


@dataclass(frozen=True, slots=True)
class Linted:
    """A policy with everything that was found in it; ``policy`` is None where its shape is broken."""

    policy: Policy | None
    problems: tuple[Problem, ...]


def shipped() -> list[str]:
    """Return the names of the policies that come with kaohe."""
    names = (file.name for file in _shelf().iterdir())
    return sorted(
        name.removesuffix(".yaml") for name in names if name.endswith(".yaml") and not name.endswith(CASES)
    )


def shipped_cases(name: str) -> Document | None:
    """Return the worked cases that come with a shipped policy; None where there are none."""
    text = shipped_cases_text(name)
    return parse_document(text, f"{name}{CASES}") if text else None


def shipped_cases_text(name: str) -> str:
    """Return the worked cases of a shipped policy as they are written; blank where there are none."""
    file = _shelf().joinpath(f"{name}{CASES}")
    return file.read_text("utf-8") if file.is_file() else ""


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


def load_all(*names: str) -> list[Policy]:
    """Return several policies.

    Raises:
        ProblemsFound: With the problems of all that have an error.
    """
    linted = [lint(name) for name in names]
    found = [one for each in linted if errors(each.problems) for one in each.problems]
    if found:
        raise ProblemsFound(found)
    return [each.policy for each in linted if each.policy is not None]


def lint(name: str, parameters: Path | None = None) -> Linted:
    """Return the policy, if it can be read at all, with all problems in order of their lines."""
    return lint_with(name, read_document(parameters, str(parameters)) if parameters else Document(""))


def lint_with(name: str, overrides: Document) -> Linted:
    """Return the policy with overrides that are read already, and all problems of both."""
    return _linted(_document(name), overrides)


def document(name: str) -> Document:
    """Return a policy read as YAML and not checked, for ``lint_document``."""
    return _document(name)


def lint_document(read: Document, overrides: str = "", overrides_name: str = "") -> Linted:
    """Return the policy that a document holds, with overrides as ``lint_text`` takes them."""
    over = parse_document(overrides, overrides_name) if overrides.strip() else Document("")
    return _linted(read, over)


def lint_text(text: str, name: str, overrides: str = "", overrides_name: str = "") -> Linted:
    """Return the policy that a text holds, with all problems; for editors, and for what is kept as text.

    Args:
        text: The policy.
        name: How problems and reasons call its file.
        overrides: Parameters for one run, as in a file of their own; blank: none.
        overrides_name: How problems call those.
    """
    return lint_document(parse_document(text, name), overrides, overrides_name)


def _document(name: str) -> Document:
    if _is_file(name):
        return read_document(Path(name), name)
    if name in shipped():
        return parse_document(_shipped_text(name), f"{name}.yaml")
    if Path(name).is_dir():
        return read_document(Path(name), name)
    return Document(name, problems=[_not_found(name)])


def source(name: str) -> tuple[str, list[Problem]]:
    """Return a policy as it is written, comments and all; or blank, with what keeps it from being read."""
    if _is_file(name):
        found = errors(read_document(Path(name), name).problems)
        return ("" if found else Path(name).read_text("utf-8-sig")), found
    return (_shipped_text(name), []) if name in shipped() else ("", [_not_found(name)])


def _is_file(name: str) -> bool:
    return Path(name).suffix in (".yaml", ".yml") or Path(name).is_file()


def _shipped_text(name: str) -> str:
    return _shelf().joinpath(f"{name}.yaml").read_text("utf-8")


def _not_found(name: str) -> Problem:
    return nearest(problems.NOT_FOUND.at(Place(name), name=name, known=", ".join(shipped())), name, shipped())


def _linted(document: Document, overrides: Document) -> Linted:
    unread = (*document.problems, *overrides.problems)
    if not document.data:
        return Linted(None, unread)
    try:
        shape = PolicyShape.model_validate(document.data)
    except ValidationError as error:
        found = [*shape_problems(error, document), *_beyond_shape(document, error)]
        return Linted(None, (*unread, *sorted(_once(found), key=lambda problem: problem.place)))
    base, found = compile_policy(shape, document)
    found += check(base, skip_whole=bool(errors(found)))
    policy, wrong = override(base, overrides.data, overrides)
    policy, wrong_rules = _with_rules(policy, shape.rules, overrides)
    pools = [] if errors(found) else [one for one in check_pools(policy) if one not in found]
    policy = replace(policy, digest=_digest(shape, base, policy))
    ordered = sorted(_once(found), key=lambda problem: problem.place)
    return Linted(policy, (*unread, *ordered, *wrong, *wrong_rules, *pools))


def _beyond_shape(document: Document, error: ValidationError) -> Iterator[Problem]:
    """Yield what else is wrong in a file whose shape is broken, as far as it can be told."""
    data: Mapping[str, Data] = document.data
    lost: frozenset[str] = frozenset()
    for _ in range(MOST_MENDINGS):
        data, names = mended(data, error)
        lost |= names
        try:
            shape = PolicyShape.model_validate(data)
        except ValidationError as next_error:
            error = next_error
            continue
        policy, found = compile_policy(shape, document)
        found += check(policy, skip_whole=True)
        # What was taken out is missed elsewhere: that is no mistake of the author's.
        yield from (one for one in found if one.code not in OF_THE_LOST and not _names(one) & lost)
        return


def _names(problem: Problem) -> frozenset[str]:
    """Return the name that a problem is about, and the figure whose points or places it names."""
    name = str(problem.message.gaps.get("name", ""))
    return frozenset({name, name.rpartition(".")[0]} - {""})


def _once(found: list[Problem]) -> Iterator[Problem]:
    """Yield each problem once: rules shared by an anchor would tell the same several times."""
    seen = set()
    for problem in found:
        key = (problem.code, problem.place, problem.found, str(problem.message))
        if key not in seen:
            seen.add(key)
            yield problem


# Overrides of the rules


def _with_rules(
    policy: Policy, base: Mapping[str, object], overrides: Document
) -> tuple[Policy, tuple[Problem, ...]]:
    """Return the policy with ``rules.…`` keys of the overrides laid over its rules."""
    given = dict(_rule_keys(overrides.data))
    if not given:
        return policy, ()
    merged: dict[str, object] = {
        key: dict(value) if isinstance(value, dict) else value for key, value in base.items()
    }
    for steps, value in given.items():
        target = merged
        for step in steps[:-1]:
            inner = target.get(step)
            inner = dict(inner) if isinstance(inner, dict) else {}
            target[step] = inner
            target = inner
        target[steps[-1]] = value
    rules, wrong = Rules.read(merged, lambda path: _rule_place(overrides, path))
    _, known = Rules.read(base, lambda path: _rule_place(overrides, path))
    return replace(policy, rules=rules), tuple(one for one in wrong if one not in known)


def _rule_keys(data: Mapping[str, Data]) -> Iterator[tuple[tuple[str, ...], Data]]:
    """Yield the rules that overrides set, as paths: ``rules.ad.phrase``, or nested under ``rules``."""
    for name, value in data.items():
        if name == RULES and isinstance(value, dict):
            yield from (((key,), inner) for key, inner in value.items())
        elif name.startswith(f"{RULES}.") and all(name.split(".")):
            yield tuple(name.split(".")[1:]), value


def _rule_place(overrides: Document, path: tuple[str, ...]) -> Place:
    """Return where a rule stands in the overrides, dotted or nested; the file where it does not."""
    for length in range(len(path), 0, -1):
        dotted = ".".join((RULES, *path[:length]))
        for steps in ((dotted, *path[length:]), (dotted,), (RULES, *path[:length])):
            if steps in overrides.lines:
                return overrides.place(steps)
    return Place(overrides.name)


def _digest(shape: PolicyShape, base: Policy, policy: Policy) -> str:
    """Return a name for exactly this content.

    Comments, layout, the order of keys within one thing, and keys written out though
    they hold their default do not count; the order of figures does: statements follow it.
    """
    changed = {
        name: [[since.isoformat(), _plain(value)] for since, value in one.values]
        for name, one in sorted(policy.parameters.items())
        if one.values != base.parameters[name].values
    }
    rules = policy.rules.digest() if policy.rules != base.rules else ""
    content = [shape.model_dump(mode="json", by_alias=True, exclude_defaults=True), changed, rules]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value if isinstance(value, bool) else str(value)
