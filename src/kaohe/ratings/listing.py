"""Names one after the other in a sentence; of many the first ones."""

from collections.abc import Sequence

from kaohe.core.language import Language, Text, Words

MOST = 8
"""So many names a sentence bears."""


def listed(names: Sequence[str]) -> Words:
    """Return names one after the other, with the comma of each language, and how many more there are."""
    more = len(names) - MOST

    def said(language: Language) -> str:
        together = Text(", ").to(language).join(names[:MOST])
        if more <= 0:
            return together
        return Text("{names} and {count} more").filled(names=together, count=more).to(language)

    return {language: said(language) for language in Language}
