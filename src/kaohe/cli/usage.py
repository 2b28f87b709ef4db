"""Wrong usage as problems: what typer finds in a command line, said in our words and languages."""

import re
from collections.abc import Iterable

from typer import BadParameter
from typer.exceptions import TyperException

from kaohe.cli import problems
from kaohe.core.language import Text
from kaohe.core.problem import Kind, Place, Problem
from kaohe.policy.context import nearest

SAYINGS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (re.compile(r"Missing option '(?P<name>.+?)'"), problems.OPTION_MISSING),
    (re.compile(r"Missing argument '(?P<name>.+?)'"), problems.ARGUMENT_MISSING),
    (
        re.compile(r"No such option: (?P<name>\S+)(?: \(Possible options: (?P<near>.+)\))?"),
        problems.NO_OPTION,
    ),
    (
        re.compile(r"No such command '(?P<name>.*?)'\.(?: Did you mean (?P<near>.+)\?)?"),
        problems.NO_COMMAND,
    ),
    (
        re.compile(
            r"Invalid value for '(?P<name>.+?)': "
            r"(?:Value error, )?(?P<found>'.*') is not one of (?P<known>.+)\."
        ),
        problems.WRONG_VALUE,
    ),
    (re.compile(r"Invalid value for '(?P<name>.+?)': (?P<expected>.+)"), problems.WRONG_VALUE),
    (re.compile(r"Option '(?P<name>.+?)' requires"), problems.VALUE_MISSING),
    (re.compile(r"Option '(?P<name>.+?)' does not take a value"), problems.NO_VALUE),
    (re.compile(r"Got unexpected extra argument\(s\) \((?P<name>.+)\)"), problems.TOO_MUCH),
    (re.compile(r"Missing command"), problems.COMMAND_MISSING),
)
"""What typer says → what we say; the first that fits counts."""
VALUES: tuple[tuple[re.Pattern[str], Text], ...] = (
    (re.compile(r"greater than or equal to (?P<bound>\S+)"), Text("{bound} or more")),
    (re.compile(r"less than or equal to (?P<bound>\S+)"), Text("{bound} or less")),
    (re.compile(r"valid integer"), Text("a whole number")),
    (re.compile(r"valid number"), Text("a number")),
)
"""What typer says of numbers → what would be right."""


class WrongValue(BadParameter):
    """A value that an option cannot have, and what would have been right.

    Attributes:
        found: The value.
        expected: What would have been right.
        known: The values that there are, if they can be listed: the nearest one is the cure.
    """

    def __init__(self, found: str, expected: Text, known: Iterable[str] = ()) -> None:
        self.found = found
        self.expected = expected
        self.known = tuple(known)
        super().__init__(str(expected))


def usage_problem(error: TyperException) -> Problem | None:
    """Return what is wrong with a command line; None where typer has shown the help instead."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "kaohe"
    if type(error).__name__ == "NoArgsIsHelpError":
        return None
    if isinstance(error, WrongValue):
        problem = problems.WRONG_VALUE.at(Place(), error.found, name=_option(error), expected=error.expected)
        return nearest(problem, error.found, error.known)
    said = error.format_message()
    for pattern, kind in SAYINGS:
        match = pattern.search(said)
        if match:
            return _problem(kind, match, command)
    return problems.WRONG_USAGE.at(Place(), reason=said, command=command)


def _problem(kind: Kind, match: re.Match[str], command: str) -> Problem:
    said = {name: (value or "").replace("'", "") for name, value in match.groupdict().items()}
    expected = _value(said.get("expected", "")) if "expected" in said else said.get("known", "")
    name = said.get("name", "")
    problem = kind.at(Place(), said.get("found", ""), name=name, expected=expected, command=command)
    return nearest(problem, name, filter(None, said.get("near", "").split(", ")))


def _value(said: str) -> Text | str:
    for pattern, text in VALUES:
        match = pattern.search(said)
        if match:
            return text.filled(**match.groupdict())
    return said


def _option(error: BadParameter) -> str:
    return " / ".join(error.param.opts) if error.param is not None else ""


def is_usage(problem: Problem) -> bool:
    """Return whether a problem is about how the command was called: it stands at an option."""
    return problem.place.file.startswith("--")
