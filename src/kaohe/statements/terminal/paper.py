"""What tables on a terminal have in common: cells, headers, headings; widths are Rich's business."""

from collections.abc import Iterable
from fractions import Fraction

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text as Line

from kaohe.core.figure import Figure
from kaohe.statements.layout import cell_shown
from kaohe.statements.shown import NO_VALUE
from kaohe.statements.words.voice import Voice

LEAST_WIDTH = 8
MOST_ACROSS = 5
"""More spans than a month has weeks do not stand side by side on a screen."""
PROVISIONAL, GAIN, LOSS, FAINT, STRONG = "italic", "green", "red", "dim", "bold"


def heading(text: str) -> Line:
    """Return a heading; names in it are never read as markup."""
    return Line(text, style=STRONG)


def table(title: str = "", *, header: bool = True, tight: bool = False) -> Table:
    """Return an empty table in the terminal's plain style; a tight one has many columns."""
    return Table(
        title=Line(title, style=STRONG) if title else None,
        title_justify="left",
        box=SIMPLE_HEAD if header else None,
        show_header=header,
        pad_edge=False,
        padding=(0, 0) if tight else (0, 1),
        collapse_padding=True,
    )


def name_column(made: Table, title: str) -> None:
    """Add a column of names or sentences: it may wrap, numbers may not."""
    made.add_column(Line(title), overflow="fold", min_width=LEAST_WIDTH)


def number_column(made: Table, title: str) -> None:
    """Add a column of figures, right-aligned."""
    made.add_column(Line(title), justify="right", no_wrap=True)


def cell(voice: Voice, figure: Figure | None, *, signed: bool = False) -> Line:
    """Return a figure's cell: provisional ones in italics, gains and losses with sign and colour."""
    if figure is None:
        return Line("")
    if figure.value is None:
        return Line(NO_VALUE, style=FAINT)
    text = (
        cell_shown(voice.appraisal, figure, voice.language, signed=True)
        if signed
        else voice.of_figure(figure)
    )
    styles = [] if figure.final else [PROVISIONAL]
    if signed:
        styles += tone(figure.value)
    return Line(voice.graded(text, figure.key), style=" ".join(styles))


def tone(value: Fraction) -> list[str]:
    """Return the colour of a gain or a loss; its sign says the same."""
    if not value:
        return [FAINT]
    return [GAIN] if value > 0 else [LOSS]


def rows(made: Table, lines: Iterable[Iterable[Line | str]]) -> Table:
    """Return a table with these rows added."""
    for line in lines:
        made.add_row(*(Line(one) if isinstance(one, str) else one for one in line))
    return made
