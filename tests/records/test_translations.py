"""Everything that this room says, it says in all three languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kaohe.records
from kaohe.core.language import Language, catalogue

ROOM = Path(kaohe.records.__file__).parent
GAP = re.compile(r"\{(\w+)\}")


def sentences() -> Iterator[str]:
    """Yield the English of every Text that the room's source holds."""
    for file in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text":
                (said,) = node.args
                assert isinstance(said, ast.Constant), f"{file.name}:{node.lineno}"
                yield str(said.value)


@pytest.mark.parametrize("language", [Language.ZH_HANT, Language.ZH_HANS])
def test_every_sentence_is_translated_with_the_same_gaps(language: Language) -> None:
    said = set(sentences())
    assert len(said) > 100
    words = catalogue(language)
    assert [sentence for sentence in sorted(said) if sentence not in words] == []
    assert [one for one in sorted(said) if set(GAP.findall(one)) != set(GAP.findall(words[one]))] == []
