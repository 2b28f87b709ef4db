"""YAML files read with the line of every key, and with numbers kept as they were written.

A number stays text until someone who knows its unit makes it exact: ``0.1`` never
becomes a float on the way.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from kaohe.core import problems
from kaohe.core.language import Text
from kaohe.core.problem import Place, Problem
from kaohe.core.system import refusal

Data = dict[str, "Data"] | list["Data"] | str | int | bool | None
Path_ = tuple[str, ...]

HALF = re.compile(r"[\ud800-\udfff]")
"""Surrogates: an escape can write them, no file can hold them."""
WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
NULLS = ("", "~", "null", "Null", "NULL")
TRUE = ("true", "True", "TRUE")
FALSE = ("false", "False", "FALSE")
NEVER_CLOSED = ("found unexpected end of stream", "expected ',' or")
MOST_DEPTH = 40
MOST_NODES = 100_000
"""A policy has some thousands; aliases of aliases could unfold to any number."""
LONGEST_WHOLE = 18
"""Longer whole numbers stay text: nobody counts so far, and reading them has a limit."""


@dataclass(slots=True)
class Document:
    """One YAML file.

    Attributes:
        name: How problems call the file.
        data: Mappings, lists, texts, whole numbers, booleans and None; a number with a
            decimal point is a text, as it stands in the file.
        lines: The line of each key, by its path; list items go by their index.
        problems: What is wrong with it as YAML. Where the whole cannot be read, data is empty.
    """

    name: str
    data: Mapping[str, Data] = field(default_factory=dict)
    lines: dict[Path_, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def place(self, path: tuple[str | int, ...] = ()) -> Place:
        """Return where a key stands, or the nearest key around it that is there."""
        steps = tuple(str(step) for step in path)
        while steps and steps not in self.lines:
            steps = steps[:-1]
        return Place(self.name, self.lines.get(steps, 1))

    def at(self, path: tuple[str | int, ...]) -> Data:
        """Return what stands at a path; None where nothing does."""
        data: Data = dict(self.data)
        for step in path:
            if isinstance(data, dict):
                data = data.get(str(step))
            elif isinstance(data, list) and isinstance(step, int) and step < len(data):
                data = data[step]
            else:
                return None
        return data


def read_document(path: Path, name: str = "") -> Document:
    """Read a YAML file whose top is a mapping; see parse_document."""
    name = name or path.name
    try:
        raw = path.read_bytes()
    except IsADirectoryError:
        return Document(name, problems=[problems.IS_A_FOLDER.at(Place(name))])
    except OSError as error:
        return Document(name, problems=[problems.CANNOT_READ.at(Place(name), reason=refusal(error))])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return Document(name, problems=[problems.NOT_UTF8.at(Place(name, line))])
    return parse_document(text, name)


def parse_document(text: str, name: str) -> Document:
    """Return the document that the text holds, with all its problems as YAML.

    A key that stands twice keeps its first value and is a problem. Anchors and
    aliases are followed; tags and merge keys have no meaning here.
    """
    document = Document(name)
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False  # YAML allows it: an alias means the last anchor above it
    try:
        top = yaml.compose(text)
    except MarkedYAMLError as error:
        document.problems.append(_not_yaml(error, text, name))
        return document
    except YAMLError as error:
        reason = " ".join(str(error).split())
        document.problems.append(problems.NOT_YAML.at(Place(name, 1), reason=reason))
        return document
    except (RecursionError, ValueError, OverflowError):
        # Brackets opened a thousand times, and what a byte order mark or an escape may do to the reader.
        document.problems.append(problems.TOO_DEEP.at(Place(name, 1)))
        return document
    if not isinstance(top, MappingNode):
        document.problems.append(problems.NOT_A_DOCUMENT.at(Place(name, 1)))
        return document
    _Reader(document).read(top)
    return document


def _not_yaml(error: MarkedYAMLError, text: str, name: str) -> Problem:
    reason = str(error.problem or error.context)
    # What was opened and never closed is found at its end; it is mended where it was opened.
    mark = error.context_mark if reason.startswith(NEVER_CLOSED) else error.problem_mark
    mark = mark or error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    rows = text.splitlines()
    row = rows[line - 1] if line <= len(rows) else ""
    if "\t" in row[: len(row) - len(row.lstrip())]:
        return problems.TAB.at(Place(name, line))
    said = next((text for start, text in problems.YAML_REASONS.items() if reason.startswith(start)), None)
    return problems.NOT_YAML.at(Place(name, line), reason=said or reason)


@dataclass(slots=True)
class _Reader:
    """Turns the nodes of a file into plain data; stops where aliases would unfold without end."""

    document: Document
    nodes: int = 0

    def read(self, top: MappingNode) -> None:
        data = self._plain(top, ())
        assert isinstance(data, dict)
        if self.nodes > MOST_NODES:
            self.document.problems[:] = [problems.TOO_LARGE.at(Place(self.document.name, 1), most=MOST_NODES)]
            data = {}
        self.document.data = data

    def _plain(self, node: Node, path: Path_) -> Data:
        document = self.document
        document.lines.setdefault(path, node.start_mark.line + 1)
        self.nodes += 1
        if self.nodes > MOST_NODES:
            return None
        if len(path) > MOST_DEPTH:
            document.problems.append(problems.TOO_DEEP.at(document.place(path)))
            return None
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        if isinstance(node, SequenceNode):
            return [self._plain(item, (*path, str(index))) for index, item in enumerate(node.value)]
        assert isinstance(node, MappingNode)
        return self._mapping(node, path)

    def _mapping(self, node: MappingNode, path: Path_) -> dict[str, Data]:
        document = self.document
        result: dict[str, Data] = {}
        for key_node, value in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                document.problems.append(problems.KEY_NOT_TEXT.at(Place(document.name, line)))
                continue
            key = str(key_node.value)
            if key in result:
                first = document.lines[(*path, key)]
                document.problems.append(
                    problems.KEY_TWICE.at(Place(document.name, line), key=key, first=first)
                )
                continue
            document.lines[(*path, key)] = line
            result[key] = self._plain(value, (*path, key))
        return result

    def _scalar(self, node: ScalarNode, path: Path_) -> Data:
        text = str(node.value)
        if HALF.search(text):
            reason = Text("an escape names half a character")
            self.document.problems.append(problems.NOT_YAML.at(self.document.place(path), reason=reason))
            return HALF.sub("\N{REPLACEMENT CHARACTER}", text)
        if node.style:
            return text
        if text in NULLS:
            return None
        if text in TRUE or text in FALSE:
            return text in TRUE
        return int(text) if WHOLE.fullmatch(text) and len(text) <= LONGEST_WHOLE else text
