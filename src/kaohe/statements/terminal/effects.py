"""What another policy would have done, on a terminal: people who gain and lose, ranks, pools, cost."""

from collections.abc import Iterator
from fractions import Fraction

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from kaohe.core.figure import Unit
from kaohe.core.language import Language, Text, say
from kaohe.statements import labels
from kaohe.statements.effects import COST, Effect, Effects
from kaohe.statements.shown import NO_VALUE, period_said, shown
from kaohe.statements.terminal.paper import FAINT, STRONG, name_column, number_column, table, tone

OLD, NEW, DIFFERENCE, RANK = Text("Before"), Text("After"), Text("Difference"), Text("Rank")
THE_COST = Text("Cost: all payslips together")
OVER_ALL = Text("All periods")
THE_DEPARTMENT = Text("The department")
ANEW = Text("{periods}: measured again from the records, as the policy measures otherwise.")
BAR = 24
"""So many characters the widest bar has."""


def effects(found: Effects, language: Language) -> RenderableType:
    """Return the effects: people with a bar each, who loses most first; then the department."""
    made: list[RenderableType] = [Line(f"{found.old} → {found.new}", style=STRONG), Line()]
    made += [people(found, language), Line(), department(found, language)]
    anew = [period_said(one.period, language) for one in found.periods if one.measured_anew]
    if anew:
        comma = Text(", ").to(language)
        made += [Line(), Line(ANEW.filled(periods=comma.join(anew)).to(language), style=FAINT)]
    return Group(*made)


def people(found: Effects, language: Language) -> Table:
    """Return everybody over all periods, and the difference of each period."""
    made = table(labels.PEOPLE.to(language))
    name_column(made, labels.PERSON.to(language))
    for period in found.periods if len(found.periods) > 1 else ():
        number_column(made, period_said(period.period, language))
    for text in (OLD, NEW, DIFFERENCE, RANK):
        number_column(made, text.to(language))
    made.add_column("", no_wrap=True)
    listed = found.people()
    widest = max((abs(one.difference) for one in listed), default=Fraction(0))
    for one in listed:
        cells = [_money(one.old, language), _money(one.new, language), _signed(one.difference, language)]
        made.add_row(
            Line(one.name),
            *_by_period(found, one, language),
            *cells,
            Line(_rank(one)),
            _bar(one.difference, widest),
        )
    return made


def _by_period(found: Effects, person: Effect, language: Language) -> Iterator[Line]:
    for period in found.periods if len(found.periods) > 1 else ():
        own = next((one for one in period.people if one.subject == person.subject), None)
        yield _signed(own.difference, language) if own else Line("")


def _rank(one: Effect) -> str:
    if one.old_rank == one.new_rank:
        return str(one.new_rank or "")
    return f"{one.old_rank or NO_VALUE} → {one.new_rank or NO_VALUE}"


def _bar(difference: Fraction, widest: Fraction) -> Line:
    """Return a bar as long as the difference is large; its colour says what the sign says."""
    length = round(BAR * abs(difference) / widest) if widest else 0
    return Line("█" * max(length, 1 if difference else 0), style=" ".join(tone(difference)))


def department(found: Effects, language: Language) -> Table:
    """Return the cost, and the amounts of the department that change, period by period."""
    made = table(THE_DEPARTMENT.to(language))
    name_column(made, labels.FIGURE.to(language))
    name_column(made, Text("Period").to(language))
    for text in (OLD, NEW, DIFFERENCE):
        number_column(made, text.to(language))
    for period in found.periods:
        for one in period.department:
            if one.name == COST or one.difference:
                _row(made, one, period_said(period.period, language), language)
    if len(found.periods) > 1:
        _row(made, found.cost(), OVER_ALL.to(language), language)
    return made


def _row(made: Table, one: Effect, period: str, language: Language) -> None:
    title = THE_COST.to(language) if one.name == COST else say(one.title, language) or one.name
    cells = (_money(one.old, language), _money(one.new, language), _signed(one.difference, language))
    made.add_row(Line(title), Line(period), *cells)


def _money(value: Fraction | None, language: Language) -> Line:
    return Line(shown(value, Unit.MONEY, language), style="" if value is not None else FAINT)


def _signed(value: Fraction, language: Language) -> Line:
    return Line(shown(value, Unit.MONEY, language, signed=True), style=" ".join(tone(value)))
