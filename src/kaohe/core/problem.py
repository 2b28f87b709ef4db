"""What a user got wrong, or should know: a value, never an exception's text.

Each room declares its kinds of problem once, in a file ``problems.py``; a code is
never used for two kinds. ``docs/problems.md`` is made from these declarations.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from kaohe.core.language import Language, Text


class Severity(StrEnum):
    """How bad it is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where it stands: a file, a line counted from 1, a column's name or number."""

    file: str = ""
    line: int = 0
    column: str = ""

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        return f"{self.file}{line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about what a user handed in.

    Attributes:
        code: The kind's code, such as ``R104``.
        message: What is wrong, a full sentence.
        place: Where.
        found: The offending value as it stands there; blank where none applies.
        expected: What would have been right.
        cure: What to do about it.
        severity: An error keeps the thing out; a warning lets it in.
    """

    code: str
    message: Text
    place: Place = field(default_factory=Place)
    found: str = ""
    expected: Text | None = None
    cure: Text | None = None
    severity: Severity = Severity.ERROR

    def lines(self, language: Language) -> list[str]:
        """Return the problem as lines for a terminal: place and message first, then the rest."""
        column = (
            Text(", column “{column}”").filled(column=self.place.column).to(language)
            if self.place.column
            else ""
        )
        message = self.message.to(language)
        if self.place.file:
            located = Text("{where}: {message}").filled(where=f"{self.place}{column}", message=message)
            message = located.to(language)
        rows = [f"{message} [{self.code}]"]
        if self.found:
            rows.append("  " + Text("found: {found}").filled(found=self.found).to(language))
        if self.expected:
            rows.append("  " + Text("expected: {expected}").filled(expected=self.expected).to(language))
        if self.cure:
            rows.append("  " + Text("cure: {cure}").filled(cure=self.cure).to(language))
        return rows


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its code and its sentences, with ``{named}`` gaps.

    Attributes:
        code: A letter for the room and a number.
        message: What is wrong.
        expected: What would have been right, or None where the message says it.
        cure: What to do about it.
        severity: Whether it keeps the thing out.
    """

    code: str
    message: Text
    expected: Text | None = None
    cure: Text | None = None
    severity: Severity = Severity.ERROR

    def at(self, place: Place, found: str = "", **gaps: object) -> Problem:
        """Return a problem of this kind, its gaps filled."""
        return Problem(
            code=self.code,
            message=self.message.filled(**gaps),
            place=place,
            found=found,
            expected=self.expected.filled(**gaps) if self.expected else None,
            cure=self.cure.filled(**gaps) if self.cure else None,
            severity=self.severity,
        )


class ProblemsFound(Exception):  # noqa: N818 - it reads as what happened
    """Raised once, with everything that was found; doors print it and exit with 1."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(row for problem in self.problems for row in problem.lines(Language.EN)))


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Return those that keep the thing out."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def raise_errors(problems: Iterable[Problem]) -> None:
    """Raise ProblemsFound with all of them, warnings included, if one is an error."""
    found = tuple(problems)
    if errors(found):
        raise ProblemsFound(found)
