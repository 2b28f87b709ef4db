"""A policy published: a text becomes the version that holds from a day, whole or not at all."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fcntl import LOCK_EX, flock
from pathlib import Path

from kaohe.core.document import parse_document
from kaohe.core.problem import Place, Problem, ProblemsFound, errors
from kaohe.periods.books import problems
from kaohe.periods.books.history import manifests
from kaohe.periods.books.shelf import LOCK, MARKER, open_shelf, whole
from kaohe.periods.holding import Held, versions
from kaohe.policy.loader import CASES, lint_text


@dataclass(frozen=True, slots=True)
class Issue:
    """What is to be published.

    Attributes:
        text: The policy as it is written.
        cases: Its worked cases as they are written; blank: none.
        since: The first day on which it is to hold.
    """

    text: str
    cases: str
    since: date


def issue(folder: Path, given: Issue, books: Path | None = None) -> Held:
    """Publish a policy: write it into a folder of versions as the one that holds from a day.

    Its ``valid_from`` becomes the day, and its ``version`` the next one of its name; all
    else stays as it is written, comments too.

    Args:
        folder: The versions of the scheme.
        given: What is to be published.
        books: The books, which nothing is published behind the back of; None: there are none.

    Raises:
        ProblemsFound: The policy has an error, another one holds from the same day, or the
            day lies in a period that is closed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        flock(lock, LOCK_EX)
        held = versions(folder) if any(folder.glob("*.y*ml")) else []
        text = _dated(given, held)
        linted = lint_text(text, "policy.yaml")
        found = [*errors(linted.problems), *_too_late(given.since, held, books)]
        if found or linted.policy is None:
            raise ProblemsFound(found)
        file = folder / f"{linted.policy.name}-{given.since.isoformat()}.yaml"
        if given.cases.strip():
            whole(file.with_name(file.stem + CASES), given.cases.encode())
        whole(file, text.encode())
    return next(one for one in versions(folder) if one.file == file)


def _dated(given: Issue, held: list[Held]) -> str:
    """Return a policy's text with the day from which it holds, and its version."""
    before = parse_document(given.text, "policy.yaml")
    if errors(before.problems) or not before.data:
        raise ProblemsFound(before.problems)
    name = before.data.get("policy")
    number = 1 + max((one.policy.version for one in held if one.policy.name == name), default=0)
    values = {"version": str(number), "valid_from": given.since.isoformat()}
    text = given.text
    for key, value in values.items():
        text = _with(text, key, value) if key in before.data else _below_name(text, f"{key}: {value}")
    wanted = parse_document("".join(f"{key}: {value}\n" for key, value in values.items()), "").data
    if parse_document(text, "policy.yaml").data != {**before.data, **wanted}:
        raise ProblemsFound([problems.CANNOT_DATE.at(Place("policy.yaml"))])
    return text


def _with(text: str, key: str, value: str) -> str:
    """Return a text with another value of a key at its top level."""
    return re.sub(rf"^{key}:[^\S\n]*[^\s#]+", f"{key}: {value}", text, count=1, flags=re.MULTILINE)


def _below_name(text: str, line: str) -> str:
    """Return a text with a line added below the one that names the policy."""
    return re.sub(r"^(policy:[^\n]*)", rf"\1\n{line}", text, count=1, flags=re.MULTILINE)


def _too_late(since: date, held: list[Held], books: Path | None) -> Iterator[Problem]:
    for one in held:
        if one.since == since:
            gaps: dict[str, object] = {"day": since, "one": one.file.name, "other": "policy.yaml"}
            yield problems.TWO_VERSIONS.at(Place(one.file.name), "", **gaps)
    if books is not None and (books / MARKER).is_file():
        shut = [one for one, _ in manifests(open_shelf(books)) if since <= one.last]
        for label in dict.fromkeys(one.period for one in shut):
            yield problems.BEHIND_THE_BOOKS.at(Place(), str(since), since=since, label=label)
