"""The three languages, and texts that wait to be said in one of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib import resources

from babel.messages.pofile import read_po


class Language(StrEnum):
    """A language that kaohe speaks, by its BCP 47 tag."""

    ZH_HANT = "zh-Hant"
    ZH_HANS = "zh-Hans"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in English with ``{named}`` gaps, which the catalogues translate.

    Attributes:
        english: The sentence as the source has it; the key in the catalogues. What is counted ends
            in “(s)”, which is said as the number before it asks: “{days} day(s)” is “1 day”, “2 days”.
        gaps: What fills the gaps. A gap may be a Text itself, or Words.
    """

    english: str
    gaps: Mapping[str, object] = field(default_factory=dict)

    def filled(self, **gaps: object) -> "Text":
        """Return the same sentence with these gaps filled too."""
        return Text(self.english, {**self.gaps, **gaps})

    def to(self, language: Language) -> str:
        """Say it. A sentence that a catalogue lacks is said in English."""
        sentence = catalogue(language).get(self.english, self.english)
        if not self.gaps:
            return sentence
        filled = {name: _filling(gap, language) for name, gap in self.gaps.items()}
        counted = _COUNTED.sub(lambda found: _counted(found, filled), sentence)
        return counted.format_map(filled)

    def __str__(self) -> str:
        return self.to(Language.EN)


_COUNTED = re.compile(r"(?P<gap>\{(?P<name>\w+)\}) (?P<one>\w+)\(s\)")


def _counted(found: re.Match[str], filled: Mapping[str, object]) -> str:
    ending = "" if str(filled.get(found["name"])) == "1" else "s"
    return f"{found['gap']} {found['one']}{ending}"


def _filling(gap: object, language: Language) -> object:
    if isinstance(gap, Text):
        return gap.to(language)
    return say(gap, language) if isinstance(gap, Mapping) else gap


Words = Mapping[Language, str]
"""One thing said in several languages by its author, such as a title in a policy."""


def say(words: Words, language: Language) -> str:
    """Return the words in this language, or in the nearest one that is there."""
    nearest = {
        Language.ZH_HANT: (Language.ZH_HANS, Language.EN),
        Language.ZH_HANS: (Language.ZH_HANT, Language.EN),
        Language.EN: (Language.ZH_HANT, Language.ZH_HANS),
    }[language]
    return next((words[one] for one in (language, *nearest) if one in words), "")


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Return English sentence → translation; empty for English itself.

    Every room has a catalogue of its own, ``translations/<room>.<language>.po``.
    """
    if language is Language.EN:
        return {}
    sentences: dict[str, str] = {}
    folder = resources.files("kaohe.core").joinpath("translations")
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if file.name.endswith(f".{language.value.replace('-', '_')}.po"):
            with file.open("rb") as opened:
                sentences |= {
                    str(entry.id): str(entry.string) for entry in read_po(opened) if entry.id and entry.string
                }
    return sentences
