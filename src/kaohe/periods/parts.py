"""Pieces of a YAML file, each knowing where it stands and where its faults are noted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kaohe.core.document import Data, Document
from kaohe.core.language import Text
from kaohe.core.problem import Kind, Place, Problem
from kaohe.periods import problems
from kaohe.policy.context import nearest

KEYS = Text("keys with values")
LIST = Text("a list")
VALUE = Text("a value")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a file.

    Attributes:
        document: The file.
        path: Where in it the piece stands.
        found: Where problems go.
    """

    document: Document
    path: tuple[str | int, ...]
    found: list[Problem]

    @property
    def data(self) -> Data:
        """What stands here."""
        return self.document.at(self.path)

    @property
    def key(self) -> str:
        """The last key of the path."""
        return str(self.path[-1]) if self.path else self.document.name

    @property
    def place(self) -> Place:
        """The line of the key."""
        return self.document.place(self.path)

    def note(self, kind: Kind, found: str = "", *, near: Iterable[str] = (), **gaps: object) -> None:
        """Note a problem here; where a name is near to one that would do, that one is its cure."""
        problem = kind.at(self.place, found, **gaps)
        self.found.append(nearest(problem, found, near))

    def at(self, *steps: str | int) -> "Part":
        """Return the piece further inside."""
        return Part(self.document, (*self.path, *steps), self.found)

    def entries(self) -> "dict[str, Part]":
        """Return key → piece; a blank has none, anything else than keys is noted."""
        data = self.data
        if isinstance(data, dict):
            return {key: self.at(key) for key in data}
        if data is not None:
            self.wrong(KEYS)
        return {}

    def only(self, known: Iterable[str], required: Iterable[str] = ()) -> "dict[str, Part]":
        """Return key → piece of the known keys; others, and required ones that lack, are noted."""
        names = tuple(known)
        entries = self.entries()
        for key in [key for key in entries if key not in names]:
            entries.pop(key).note(problems.CASE_KEY, key, near=names, key=key, known=", ".join(names))
        for key in required:
            if key not in entries:
                self.note(problems.CASE_KEY_MISSING, key=key)
        return entries

    def items(self) -> "Iterator[Part]":
        """Yield the pieces of a list; anything else is noted."""
        data = self.data
        if isinstance(data, list):
            yield from (self.at(index) for index in range(len(data)))
        elif data is not None:
            self.wrong(LIST)

    def text(self) -> str:
        """Return a single value as it is written; blank for none, and for what is no single value."""
        data = self.data
        if isinstance(data, bool):
            return "yes" if data else "no"
        if isinstance(data, str | int):
            return str(data)
        if data is not None:
            self.wrong(VALUE)
        return ""

    def document_of(self) -> Document:
        """Return the keys of this piece as a file of their own, with their lines."""
        depth = len(self.path)
        steps = tuple(map(str, self.path))
        lines = {path[depth:]: line for path, line in self.document.lines.items() if path[:depth] == steps}
        data = self.data
        return Document(self.document.name, data if isinstance(data, dict) else {}, lines)

    def wrong(self, expected: Text) -> None:
        """Note that another kind of thing should stand here."""
        self.note(problems.CASE_SHAPE, key=self.key, expected=expected)
