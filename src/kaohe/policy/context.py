"""What every part of the compiler needs: the policy's names, its file, and a list of problems."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from kaohe.core.document import Document
from kaohe.core.language import Language, Text, Words
from kaohe.core.number import Direction
from kaohe.core.problem import Kind, Place, Problem
from kaohe.policy import problems
from kaohe.policy.expression import Expression
from kaohe.policy.formula import FormulaReader
from kaohe.policy.policy import EVERYONE
from kaohe.policy.scanner import number
from kaohe.policy.shape import PolicyShape, RoundingShape, WordsShape
from kaohe.policy.shape import Told as ToldShape
from kaohe.policy.told import Told
from kaohe.policy.vocabulary import Names, Scope

Path = tuple[str | int, ...]


def words(shape: WordsShape | str | None) -> Words:
    """Return what a shape says, by language; a plain text holds for all of them."""
    if shape is None:
        return {}
    if isinstance(shape, str):
        return dict.fromkeys(Language, shape) if shape else {}
    said = {Language.ZH_HANT: shape.zh_hant, Language.ZH_HANS: shape.zh_hans, Language.EN: shape.en}
    return {language: text for language, text in said.items() if text}


def nearest(problem: Problem, name: str, known: Iterable[str]) -> Problem:
    """Return the problem with the nearest known name as its cure, where one is near."""
    near = difflib.get_close_matches(name, list(known), n=1)
    return replace(problem, cure=problems.DID_YOU_MEAN.filled(nearest=near[0])) if near else problem


def day(text: str | int) -> date | None:
    """Return the day that a text names, YYYY-MM-DD, or None."""
    try:
        return date.fromisoformat(str(text)) if len(str(text)) == len("2026-01-01") else None
    except ValueError:
        return None


@dataclass(slots=True)
class Context:
    """The policy being compiled.

    Attributes:
        shape: Its shape.
        document: Its file.
        names: The names that its formulas may use.
        found: The problems so far.
    """

    shape: PolicyShape
    document: Document
    names: Names
    found: list[Problem] = field(default_factory=list)

    def place(self, *path: str | int) -> Place:
        """Return where a key stands."""
        return self.document.place(path)

    def problem(self, kind: Kind, path: Path, found: str | int = "", **gaps: object) -> None:
        """Note a problem at a key."""
        self.found.append(kind.at(self.place(*path), str(found), **gaps))

    def told(self, shape: ToldShape, *path: str | int) -> Told:
        """Return what the author says of a thing, and where it and its keys stand."""
        there = self.document.at(path)
        keys = {key: self.place(*path, key) for key in there} if isinstance(there, dict) else {}
        return Told(words(shape.title), words(shape.reading), self.place(*path), keys)

    def formula(self, text: str | int, path: Path, scope: Scope) -> Expression:
        """Return a formula read; its problems are noted."""
        reader = FormulaReader(scope, self.place(*path))
        expression = reader.read(text)
        self.found += reader.found
        return expression

    def maybe(self, text: str | int | None, path: Path, scope: Scope) -> Expression | None:
        """Return a formula read, or None where there is none."""
        return None if text is None else self.formula(text, path, scope)

    def number(self, text: str | int | None, path: Path) -> Fraction | None:
        """Return a number made exact; None where there is none, or none to be read."""
        if text is None:
            return None
        try:
            return number(str(text))[0]
        except ValueError:
            self.problem(problems.BAD_NUMBER, path, str(text), key=str(path[-1]))
            return None

    def step(
        self, shape: RoundingShape | str | int | None, path: Path, usual: Direction = Direction.HALF_UP
    ) -> tuple[Fraction | None, Direction]:
        """Return a step of rounding and its direction; no step where there is none, or none above zero."""
        direction = usual
        if isinstance(shape, RoundingShape):
            direction = shape.direction if "direction" in shape.model_fields_set else usual
            shape, path = shape.to, (*path, "to")
        step = self.number(shape, path)
        if step is not None and step <= 0:
            self.problem(problems.NOT_ABOVE_ZERO, path, str(shape), key=str(path[-1]))
            step = None
        return step, direction

    def group(self, name: str, path: Path) -> str:
        """Return the name if it is a group; else note it and return everyone."""
        if name == EVERYONE or name in self.shape.groups:
            return name
        problem = problems.UNKNOWN_GROUP.at(self.place(*path), name, name=name)
        self.found.append(nearest(problem, name, [EVERYONE, *self.shape.groups]))
        return EVERYONE

    def parameter(self, name: str | None, wanted: str, path: Path) -> str:
        """Return the name if it is a parameter of the wanted type; else note it and return a blank."""
        if not name:
            return ""
        shape = self.shape.parameters.get(name)
        if shape is None:
            problem = problems.UNKNOWN_PARAMETER.at(self.place(*path), name, name=name)
            self.found.append(nearest(problem, name, self.shape.parameters))
            return ""
        if shape.type != wanted:
            self.problem(problems.WRONG_TYPE, path, name, name=name, given=shape.type, wanted=wanted)
            return ""
        return name

    def cut(self, each: str, path: Path) -> None:
        """Note a span into which the policy's period is not cut."""
        calendar = self.names.calendar
        if each == "week" and not calendar.has_weeks:
            self.problem(problems.NO_WEEKS, path, each)

    def idle(self, key: str, where: Text, path: Path) -> None:
        """Note a key that does nothing where it stands."""
        self.problem(problems.IDLE_KEY, (*path, key), key, key=key, where=where)
