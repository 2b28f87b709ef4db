"""Every sentence that kaohe says is said in all three languages, room by room."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import kaohe
from kaohe.core.language import Language

SOURCE = Path(kaohe.__file__).parent
CATALOGUES = SOURCE / "core" / "translations"
ROOMS = sorted(folder.name for folder in SOURCE.iterdir() if (folder / "__init__.py").is_file())
CHINESE = (Language.ZH_HANT, Language.ZH_HANS)
WHERE_TEXT_IS_DEFINED = (SOURCE / "core" / "language.py", SOURCE / "web" / "speaking.py")
TAG = re.compile(r"""\{%\s*t\s+(["'])(.*?)\1""")
"""How a template says a sentence."""
HAN = "[\u3400-\u9fff]"
HALF_WIDTH = re.compile(rf"{HAN}[,;:?!()]|[,;:?!(]{HAN}")


def said_in(room: str) -> Iterator[tuple[str, str]]:
    """Yield the place and the English of each ``Text("…")`` of a room."""
    for file in sorted((SOURCE / room).rglob("*.py")):
        if file in WHERE_TEXT_IS_DEFINED:
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text":
                sentence = node.args[0]
                place = f"{file.relative_to(SOURCE)}:{node.lineno}"
                assert isinstance(sentence, ast.Constant), f"{place}: a Text must be written out"
                yield place, str(sentence.value)
    for file in sorted((SOURCE / room).rglob("templates/**/*.*")):
        for found in TAG.finditer(file.read_text("utf-8")):
            yield str(file.relative_to(SOURCE)), found[2]


@cache
def catalogues(language: Language) -> dict[str, dict[str, str]]:
    """Return catalogue → English → translation."""
    found = {}
    for file in sorted(CATALOGUES.glob(f"*.{language.value.replace('-', '_')}.po")):
        with file.open("rb") as opened:
            found[file.name] = {str(entry.id): str(entry.string) for entry in read_po(opened) if entry.id}
    return found


@cache
def translations(language: Language) -> dict[str, str]:
    """Return English → translation over all rooms."""
    return {english: said for one in catalogues(language).values() for english, said in one.items() if said}


def gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("language", CHINESE)
@pytest.mark.parametrize("room", ROOMS)
def test_every_sentence_of_a_room_is_translated(room: str, language: Language) -> None:
    missing = [
        f"{place}: {text}" for place, text in said_in(room) if text and text not in translations(language)
    ]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("language", CHINESE)
@pytest.mark.parametrize("room", ROOMS)
def test_a_translation_has_the_gaps_of_its_sentence(room: str, language: Language) -> None:
    wrong = [
        f"{place}: {text} → {translations(language)[text]}"
        for place, text in said_in(room)
        if text in translations(language) and gaps(text) != gaps(translations(language)[text])
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", CHINESE)
def test_two_rooms_that_say_the_same_say_it_alike(language: Language) -> None:
    said: dict[str, dict[str, str]] = {}
    for name, sentences in catalogues(language).items():
        for english, translation in sentences.items():
            said.setdefault(english, {})[name] = translation
    torn = [f"{english}: {by_room}" for english, by_room in said.items() if len(set(by_room.values())) > 1]
    assert not torn, "\n".join(torn)


@pytest.mark.parametrize("language", CHINESE)
def test_chinese_punctuation_is_full_width(language: Language) -> None:
    narrow = [said for said in translations(language).values() if HALF_WIDTH.search(said)]
    assert not narrow, "\n".join(narrow)


@pytest.mark.parametrize("language", CHINESE)
def test_a_catalogue_holds_no_sentence_twice(language: Language) -> None:
    for name in catalogues(language):
        sentences = re.findall(r'^msgid (".+")$', (CATALOGUES / name).read_text("utf-8"), re.MULTILINE)
        assert len(sentences) == len(set(sentences)), name
