"""The demo's words as one long column, for texts that are thrown together by the million.

Whole sentences repeat: a month of them packs into a seventh of its bytes and reads
quicker than any real one. So the sentences are cut into words, which are drawn one by
one, the common ones often, with numbers of orders, parcels and phones between them.
Such texts are about 40 bytes long and as hard to pack as those of real logs.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain, product

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from kaohe.demo.cast import CITIES, SHELF
from kaohe.demo.talk import Script, filter_phrase, script

PHRASE = 0
"""Where the filter phrase stands."""
NUMBERS = 60_000
"""How many numbers there are to draw from."""
NUMBER_SHARE = 0.06
"""How many of the words are numbers."""
MEAN_WORDS = 4.15
"""Words of a text, on average; at least one."""
SPREAD = 2.0
"""How evenly long texts are: the shape of a negative binomial distribution."""
CUT = re.compile(r"[\u4e00-\u9fff]{1,4}|[A-Za-z0-9]+|\S")
"""A word: up to four Chinese characters, a run of Latin letters and digits, or a sign."""


@cache
def words() -> tuple[pa.StringArray, int]:
    """Return all words, the filter phrase first and the numbers last, and where the numbers begin."""
    spoken = sorted(set(chain.from_iterable(CUT.findall(text) for text in _sentences())))
    # By chance which ones are common, but the same ones always.
    mixed = np.random.default_rng(len(spoken)).permutation(len(spoken))
    numbers = (f"{number * 48_271 % 2_147_483_647}" for number in range(1, NUMBERS + 1))
    return pa.array([filter_phrase(), *(spoken[place] for place in mixed), *numbers]), 1 + len(spoken)


def texts(dice: np.random.Generator, advert: NDArray[np.bool_]) -> pa.StringArray:
    """Return texts of one word to some thirty.

    Args:
        dice: The source of chance.
        advert: For each text whether it is the filter phrase.
    """
    book, numbers = words()
    count = len(advert)
    lengths = 1 + dice.negative_binomial(SPREAD, SPREAD / (SPREAD + MEAN_WORDS - 1), count)
    lengths[advert] = 1
    ends = np.cumsum(lengths)
    total = int(lengths.sum())
    # Squares lie near the front: some words are said all the time, most of them rarely.
    chosen = 1 + (dice.random(total, np.float32) ** 2 * (numbers - 1)).astype(np.int32)
    numeric = np.flatnonzero(dice.random(total, np.float32) < NUMBER_SHARE)
    chosen[numeric] = dice.integers(numbers, len(book), len(numeric), np.int32)
    chosen[ends[advert] - 1] = PHRASE
    said = book.take(pa.array(chosen))
    # The words lie end to end: a text ends where its last word does.
    _, offsets, data = said.buffers()
    borders = np.frombuffer(offsets, np.int32)[np.append(0, ends)]
    return pa.StringArray.from_buffers(count, pa.py_buffer(borders), data)


def _sentences() -> Iterator[str]:
    """Yield everything that is said at the demo's desk, in both scripts, gaps filled in several ways."""
    ways = list(product(SHELF[:5], CITIES[:3], range(2, 6)))
    for text in chain.from_iterable(_said(script(name)) for name in ("hans", "hant")):
        for article, city, number in ways:
            goods = article.title.split()[1]
            yield text.format(goods=goods, city=city, number=number, name=f"{city}{number}")


def _said(one: Script) -> Iterator[str]:
    yield from chain.from_iterable(one.lines.values())
    for topic in (*one.topics, *one.after, *one.settled):
        yield from (*topic.ask, *topic.answer, *topic.more)
