"""The demo's sentences as one long column, for texts that are drawn by the million."""

from functools import cache
from itertools import product

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kaohe.demo.cast import CITIES, SHELF
from kaohe.demo.talk import Script, filter_phrase, script

PHRASE = 0
"""Where the filter phrase stands."""


@cache
def phrases() -> tuple[pa.StringArray, NDArray[np.int64]]:
    """Return all sentences, and for customer, agent and robot where theirs begin and how many there are."""
    scripts = (script("hans"), script("hant"))
    kinds = (_asked(scripts), _answered(scripts), _filled([*_lines(scripts, "robot")]))
    book = [filter_phrase()]
    borders = []
    for kind in kinds:
        borders.append((len(book), len(kind)))
        book.extend(kind)
    return pa.array(book), np.array(borders, dtype=np.int64)


@cache
def endings() -> pa.StringArray:
    """Return what may follow a sentence, mostly something that makes it the only one of its kind."""
    numbers = (f"（單號尾數 {number * 7_919 % 100_000:05d}）" for number in range(6_000))
    return pa.array([*("~" for _ in range(1_000)), *("" for _ in range(3_000)), *numbers])


def _asked(scripts: tuple[Script, ...]) -> list[str]:
    topics = [topic for one in scripts for topic in (*one.topics, *one.after, *one.settled)]
    texts = [text for topic in topics for text in (*topic.ask, *topic.more)]
    kinds = ("hello", "thanks", "hesitate", "placed")
    return _filled([*texts, *(text for kind in kinds for text in _lines(scripts, kind))])


def _answered(scripts: tuple[Script, ...]) -> list[str]:
    topics = [topic for one in scripts for topic in (*one.topics, *one.after, *one.settled)]
    texts = [text for topic in topics for text in topic.answer]
    kinds = ("greeting", "extra", "closing", "confirm", "farewell")
    return _filled([*texts, *(text for kind in kinds for text in _lines(scripts, kind))])


def _lines(scripts: tuple[Script, ...], kind: str) -> list[str]:
    return [text for one in scripts for text in one.lines[kind]]


def _filled(texts: list[str]) -> list[str]:
    """Return every text with its gaps filled in several ways, so that texts rarely repeat."""
    ways = list(product(SHELF[:5], CITIES[:3], range(2, 6)))
    return [
        text.format(goods=article.title.split()[1], city=city, number=number, name=f"{city}{number}")
        for text in texts
        for article, city, number in ways
    ]
