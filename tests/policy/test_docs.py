"""docs/policy-language.md: its examples are sound, and it leaves no key, function or unit out."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from kaohe.core.document import Data, parse_document
from kaohe.core.figure import Unit
from kaohe.core.problem import Severity
from kaohe.policy.loader import lint_text
from kaohe.policy.schema import schema
from kaohe.policy.vocabulary import FACTS, USAGES

PAGE = Path(__file__).parents[2] / "docs" / "policy-language.md"
TEXT = PAGE.read_text("utf-8")
BLOCK = re.compile(r"^```yaml ?(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BASE = """
department: {subject: '"Desk"', members: everyone}
parameters: {campaign_days: {type: days, value: []}}
ledger: {praise: {}, phrase_misuse: {}}
"""
SECTIONS: Mapping[str, tuple[str, str]] = {
    "week": ("person", "week"),
    "month": ("person", "period"),
    "department": ("department", "period"),
}


def blocks() -> Iterator[tuple[int, str, str]]:
    """Yield the line, the kind and the text of each example."""
    for match in BLOCK.finditer(TEXT):
        yield TEXT[: match.start()].count("\n") + 1, match[1], match[2]


EXAMPLES = list(blocks())


def merged(one: Data, other: Data) -> Data:
    if isinstance(one, dict) and isinstance(other, dict):
        return {**one, **{key: merged(one.get(key), value) for key, value in other.items()}}
    return other


def read(text: str, name: str) -> dict[str, Data]:
    document = parse_document(text, name)
    assert not document.problems, [str(one.message) for one in document.problems]
    return dict(document.data)


def whole(kind: str, text: str) -> str:
    """Return the policy that an example is, or is a part of."""
    if not kind:
        return text
    part = read(text, kind)
    if kind in SECTIONS:
        level, each = SECTIONS[kind]
        part = {"sections": {kind: {"for": level, "each": each, "figures": part}}}
    base = {key: there for key, there in read(BASE, "base").items() if key != "department" or key not in part}
    first = merged(read(EXAMPLES[0][2], "first"), base)
    return json.dumps(merged(first, part), ensure_ascii=False)


@pytest.mark.parametrize(("line", "kind", "text"), EXAMPLES, ids=[f"line {line}" for line, _, _ in EXAMPLES])
def test_an_example_is_sound(line: int, kind: str, text: str) -> None:
    found = lint_text(whole(kind, text), f"policy-language.md:{line}").problems
    assert [str(one.message) for one in found if one.severity is Severity.ERROR] == []


def test_every_key_is_documented() -> None:
    keys = {
        key
        for part in (schema(), *schema()["$defs"].values())
        for key in part.get("properties", {})
        if key not in ("zh-Hant", "zh-Hans", "en")
    }
    assert {key for key in keys if not re.search(rf"[`{{ ]{key}[`:]", TEXT)} == set()


def test_every_function_unit_and_column_is_documented() -> None:
    columns = {f"{table}.{column}" for table, there in FACTS.items() for column in there}
    for word in (*(f"{name}(" for name in USAGES if name not in ("any", "all", "mean")), *Unit, *columns):
        assert f"`{word}" in TEXT or f" {word}" in TEXT, word


def test_the_links_of_the_page_lead_somewhere() -> None:
    headings = {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    }
    assert set(re.findall(r"\(#([^)]+)\)", TEXT)) <= headings
