"""Signals of gaming on a terminal, each with the first conversations behind it."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text as Line

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.language import Language, Text
from kaohe.measures.gaming import Signal
from kaohe.statements.terminal.paper import FAINT, heading, name_column, table
from kaohe.statements.words.gaming import HEADING, HOW_TO_LIST, HOW_TO_OPEN, NOTHING, signal_told

FEW = 8


def worth_a_look(
    appraisal: Appraisal, signals: Sequence[Signal], language: Language, *, rows: int = FEW
) -> RenderableType:
    """Return signals, each with at most so many of its conversations.

    Args:
        appraisal: Of what.
        signals: The signals.
        language: The reader's language.
        rows: How many conversations of each are listed; 0: the sentences alone.
    """
    made: list[RenderableType] = [Line(), heading(HEADING.to(language))]
    for signal in signals:
        one = signal_told(appraisal, signal, language, limit=rows)
        made.append(Line(f"· {one.said}"))
        if not one.rows:
            continue
        listed = table()
        for title in one.columns:
            name_column(listed, title)
        for cells in one.rows:
            listed.add_row(*map(Line, cells))
        made.append(listed)
        if one.more:
            made.append(Line(Text("and {count} more").filled(count=one.more).to(language), style=FAINT))
    hint = HOW_TO_OPEN if rows else HOW_TO_LIST
    made.append(Line((hint if signals else NOTHING).to(language), style=FAINT))
    return Group(*made)
