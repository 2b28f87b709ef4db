"""The page's signals of gaming: the sentences, and the first conversations behind each."""

from collections.abc import Mapping, Sequence

from kaohe.measures.conversation import Chat
from kaohe.measures.gaming import Signal
from kaohe.statements.report.said import LANGUAGES, Telling
from kaohe.statements.report.view import View
from kaohe.statements.words.gaming import HEADING, signal_told

MOST_ROWS = 50
CHATS_EACH, MOST_CHATS = 12, 96
"""So many conversations of a signal, and of all signals together, are carried with their lines."""
NO_CHATS: Mapping[Chat, int] = {}


def chats_behind(signals: Sequence[Signal]) -> tuple[Chat, ...]:
    """Return the conversations behind signals that the page carries, the first of each signal."""
    found = dict.fromkeys(chat for one in signals for chat in _chats(one)[:CHATS_EACH])
    return tuple(found)[:MOST_CHATS]


def worth_a_look(telling: Telling, signals: Sequence[Signal], carried: Mapping[Chat, int] = NO_CHATS) -> View:
    """Return the signals for the template.

    Args:
        telling: Says things in every language.
        signals: The signals.
        carried: The conversations that the page carries, with their numbers.
    """
    return {"heading": telling.text(HEADING), "items": [_item(telling, one, carried) for one in signals]}


def _item(telling: Telling, signal: Signal, carried: Mapping[Chat, int]) -> View:
    each = [signal_told(telling.appraisal, signal, language, limit=MOST_ROWS) for language in LANGUAGES]
    chats = [carried.get(chat) for chat in _chats(signal)]
    return {
        "said": tuple(one.said for one in each),
        "columns": list(zip(*(one.columns for one in each), strict=True)),
        "rows": [list(zip(*cells, strict=True)) for cells in zip(*(one.rows for one in each), strict=True)],
        "chats": chats,
        "opens": any(chat is not None for chat in chats),
        "more": each[0].more,
    }


def _chats(signal: Signal) -> list[Chat]:
    """Return the conversation behind each row that is shown."""
    rows = signal.rows.slice(0, MOST_ROWS).to_pylist()
    return [Chat(row["shop"], row["person"], row["customer"], row["day"]) for row in rows]
