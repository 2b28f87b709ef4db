"""A command run: whatever ends it is told in the chosen language, and becomes the status."""

from collections.abc import Sequence

from typer.exceptions import TyperException

from kaohe.cli import problems
from kaohe.cli.commands import app
from kaohe.cli.speaking import spoken
from kaohe.cli.stopping import Stop
from kaohe.cli.terminal import (
    VARIABLE,
    ReaderGoneError,
    language_of,
    print_problems,
    unknown_language,
    warn,
)
from kaohe.cli.usage import is_usage, usage_problem
from kaohe.core.language import Language, Text
from kaohe.core.problem import Place, ProblemsFound
from kaohe.core.system import refusal
from kaohe.records.memory import choose_memory

AT_FAULT, WRONG_USAGE, STOPPED, UNREAD = 1, 2, 130, 141
"""The statuses: input or policy at fault, wrong usage, stopped from the keyboard, nobody reads on."""
SAID = Text("Stopped; nothing half-written is left.")


def run(arguments: Sequence[str], stop: Stop) -> int:
    """Run a command and return its status.

    Args:
        arguments: What stands behind the command's name.
        stop: Whether it is to be stopped.
    """
    language = language_of(arguments)
    choose_memory()
    try:
        stop.at_once = True
        status = STOPPED if stop.asked else _run(arguments, language)
    except BaseException:
        # Libraries turn the stop into errors of their own.
        if not stop.asked:
            raise
        status = STOPPED
    if status == STOPPED:
        warn(SAID, language)
    return status


def _run(arguments: Sequence[str], language: Language) -> int:
    try:
        _see_language(language)
        status = spoken(app, language).main(list(arguments), "kaohe", standalone_mode=False)
    except ReaderGoneError:
        return UNREAD
    except ProblemsFound as found:
        print_problems(found.problems, language)
        return WRONG_USAGE if any(map(is_usage, found.problems)) else AT_FAULT
    except TyperException as wrong:
        problem = usage_problem(wrong)
        print_problems([problem] if problem else [], language)
        return wrong.exit_code
    except OSError as error:
        place = Place(str(error.filename or ""))
        print_problems([problems.CANNOT_USE.at(place, reason=refusal(error))], language)
        return AT_FAULT
    return status if isinstance(status, int) else 0


def _see_language(language: Language) -> None:
    """Warn where the environment asks for a language that kaohe does not speak."""
    if unknown := unknown_language():
        known = ", ".join(Language)
        found = problems.UNKNOWN_LANGUAGE.at(
            Place(), unknown, variable=VARIABLE, spoken=language, known=known
        )
        print_problems([found], language)
