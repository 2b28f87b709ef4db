"""The terminal: language, progress bars, and problems printed for the person who caused them."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text as Line

from kaohe.core.language import Language, Text
from kaohe.core.problem import Problem, Severity


class ReaderGoneError(Exception):
    """Who was reading what is printed has stopped reading, as ``head`` does."""


class Screen(Console):
    """A terminal, a file or a pipe that is printed to."""

    def on_broken_pipe(self) -> None:
        """Print the rest to nowhere, and end the command.

        Raises:
            ReaderGoneError: Always.
        """
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())
        raise ReaderGoneError


WIDTH = None if sys.stdout.isatty() else 100
"""A file or a pipe has no width to ask for; tables are made for a hundred columns."""
OUT = Screen(highlight=False, width=WIDTH)
ERR = Screen(stderr=True, highlight=False)
LANGUAGES = frozenset(language.value for language in Language)
STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}
WORD = {Severity.ERROR: Text("error: "), Severity.WARNING: Text("warning: ")}


VARIABLE = "KAOHE_LANGUAGE"


def default_language() -> Language:
    """Return the language of KAOHE_LANGUAGE, else of the terminal's locale; else English."""
    chosen = os.environ.get(VARIABLE, "")
    if chosen in LANGUAGES:
        return Language(chosen)
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if locale.startswith(("zh_TW", "zh_HK", "zh_MO", "zh_Hant")):
        return Language.ZH_HANT
    return Language.ZH_HANS if locale.startswith("zh") else Language.EN


def language_of(arguments: Sequence[str]) -> Language:
    """Return the language that a command line asks for, before anything else of it is read.

    What is wrong with the rest can so be told in it.
    """
    for word, after in pairwise((*arguments, "")):
        option, equals, value = word.partition("=")
        chosen = value if equals else after
        if option == "--language" and chosen in LANGUAGES:
            return Language(chosen)
    return default_language()


def unknown_language() -> str:
    """Return what KAOHE_LANGUAGE names where that is no language of kaohe; blank: nothing is wrong."""
    chosen = os.environ.get(VARIABLE, "")
    return "" if chosen in LANGUAGES else chosen


def say(text: Text, language: Language) -> None:
    """Print a sentence."""
    OUT.print(text.to(language), markup=False, soft_wrap=True)


def warn(text: Text, language: Language) -> None:
    """Print a sentence to standard error."""
    ERR.print(text.to(language), markup=False, soft_wrap=True)


def print_problems(problems: Iterable[Problem], language: Language) -> None:
    """Print problems to standard error, each with place, finding, expectation and cure."""
    for problem in problems:
        word = WORD[problem.severity].to(language)
        first, *rest = problem.lines(language)
        ERR.print(Line.assemble((word, STYLE[problem.severity]), first), soft_wrap=True)
        for row in rest:
            ERR.print(row, markup=False, soft_wrap=True)


@contextmanager
def progress(text: Text, language: Language) -> Iterator[Callable[[int, int], None]]:
    """Show a bar while something takes its time; give the function that moves it.

    Where standard error is no terminal, nothing is shown.
    """
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=ERR, transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(text.to(language), total=None)

        def moved(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield moved
