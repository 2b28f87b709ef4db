"""YAML files read with the line of every key, and with numbers kept as they were written.

A number stays text until someone who knows its unit makes it exact: ``0.1`` never
becomes a float on the way.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from kaohe.core import problems
from kaohe.core.problem import Place, Problem

Data = dict[str, "Data"] | list["Data"] | str | int | bool | None
Path_ = tuple[str, ...]

WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
NULLS = ("", "~", "null", "Null", "NULL")
TRUE = ("true", "True", "TRUE")
FALSE = ("false", "False", "FALSE")
MOST_DEPTH = 40


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


def read_document(path: Path, name: str = "") -> Document:
    """Read a YAML file whose top is a mapping; see parse_document."""
    name = name or path.name
    try:
        raw = path.read_bytes()
    except OSError as error:
        return Document(name, problems=[problems.CANNOT_READ.at(Place(name), str(error.strerror))])
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
    try:
        top = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        document.problems.append(
            problems.NOT_YAML.at(Place(name, line), reason=error.problem or error.context)
        )
        return document
    except YAMLError as error:
        document.problems.append(problems.NOT_YAML.at(Place(name, 1), reason=str(error)))
        return document
    if not isinstance(top, MappingNode):
        document.problems.append(problems.NOT_A_DOCUMENT.at(Place(name, 1)))
        return document
    data = _plain(top, (), document)
    assert isinstance(data, dict)
    document.data = data
    return document


def _plain(node: Node, path: Path_, document: Document) -> Data:
    if path not in document.lines:
        document.lines[path] = node.start_mark.line + 1
    if len(path) > MOST_DEPTH:
        document.problems.append(problems.TOO_DEEP.at(document.place(path)))
        return None
    if isinstance(node, ScalarNode):
        return _scalar(node)
    if isinstance(node, SequenceNode):
        return [_plain(item, (*path, str(index)), document) for index, item in enumerate(node.value)]
    assert isinstance(node, MappingNode)
    result: dict[str, Data] = {}
    for key, line, value in _pairs(node):
        if key in result:
            first = document.lines[(*path, key)]
            document.problems.append(problems.KEY_TWICE.at(Place(document.name, line), key=key, first=first))
            continue
        document.lines[(*path, key)] = line
        result[key] = _plain(value, (*path, key), document)
    return result


def _pairs(node: MappingNode) -> Iterator[tuple[str, int, Node]]:
    for key, value in node.value:
        yield str(key.value), key.start_mark.line + 1, value


def _scalar(node: ScalarNode) -> Data:
    text = str(node.value)
    if node.style is not None and node.style != "":
        return text
    if text in NULLS:
        return None
    if text in TRUE or text in FALSE:
        return text in TRUE
    return int(text) if WHOLE.fullmatch(text) else text
