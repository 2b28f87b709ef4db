"""What every part of the compiler needs: the policy's names, its file, and a list of problems."""

from dataclasses import dataclass, field
from fractions import Fraction

from kaohe.core.document import Document
from kaohe.core.language import Language, Words
from kaohe.core.problem import Kind, Place, Problem
from kaohe.policy import problems
from kaohe.policy.expression import Expression
from kaohe.policy.formula import FormulaReader, Names, Scope, number
from kaohe.policy.policy import EVERYONE, Told
from kaohe.policy.shape import PolicyShape, WordsShape
from kaohe.policy.shape import Told as ToldShape

Path = tuple[str | int, ...]


def words(shape: WordsShape | None) -> Words:
    """Return what a shape says, by language."""
    if shape is None:
        return {}
    said = {Language.ZH_HANT: shape.zh_hant, Language.ZH_HANS: shape.zh_hans, Language.EN: shape.en}
    return {language: text for language, text in said.items() if text}


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

    def problem(self, kind: Kind, path: Path, found: str = "", **gaps: object) -> None:
        """Note a problem at a key."""
        self.found.append(kind.at(self.place(*path), found, **gaps))

    def told(self, shape: ToldShape, *path: str | int) -> Told:
        """Return title, reading and place of a thing."""
        return Told(words(shape.title), words(shape.reading), self.place(*path))

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

    def group(self, name: str, path: Path) -> str:
        """Return the name if it is a group; else note it and return everyone."""
        if name != EVERYONE and name not in self.shape.groups:
            self.problem(problems.UNKNOWN_GROUP, path, name=name)
            return EVERYONE
        return name
