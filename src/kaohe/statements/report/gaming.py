"""The page's signals of gaming: the sentences, and the first conversations behind each."""

from collections.abc import Sequence

from kaohe.measures.gaming import Signal
from kaohe.statements.report.said import LANGUAGES, Telling
from kaohe.statements.report.view import View
from kaohe.statements.words.gaming import HEADING, signal_told

MOST_ROWS = 50


def worth_a_look(telling: Telling, signals: Sequence[Signal]) -> View:
    """Return the signals for the template."""
    return {"heading": telling.text(HEADING), "items": [_item(telling, one) for one in signals]}


def _item(telling: Telling, signal: Signal) -> View:
    each = [signal_told(telling.appraisal, signal, language, limit=MOST_ROWS) for language in LANGUAGES]
    return {
        "said": tuple(one.said for one in each),
        "columns": list(zip(*(one.columns for one in each), strict=True)),
        "rows": [list(zip(*cells, strict=True)) for cells in zip(*(one.rows for one in each), strict=True)],
        "more": each[0].more,
    }
