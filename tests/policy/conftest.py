"""Small policies for the tests of the room."""

from collections.abc import Callable
from textwrap import dedent, indent

import pytest

from kaohe.core.figure import Level
from kaohe.core.problem import Problem
from kaohe.policy.loader import Linted, lint_text
from kaohe.policy.policy import Definition

Lint = Callable[..., Linted]

HEAD = """\
policy: small
version: 1
title: Small
department: {subject: '"Desk"', members: everyone}
"""


@pytest.fixture
def figures() -> Lint:
    """Lint a policy of one section with these figures."""

    def lint(text: str, *, each: str = "period", level: str = "person", more: str = "") -> Linted:
        section = f"sections:\n  desk:\n    for: {level}\n    each: {each}\n    figures:\n"
        return lint_text(HEAD + dedent(more) + section + indent(dedent(text), "      "), "small.yaml")

    return lint


def only(linted: Linted, name: str, level: Level = Level.PERSON) -> Definition:
    """Return a figure of a policy that must be sound."""
    assert linted.policy is not None
    assert not linted.problems, [str(problem.message) for problem in linted.problems]
    return linted.policy.definitions[name, level]


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.code for problem in problems]
