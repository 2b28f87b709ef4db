"""What another policy would have done, on a terminal: people who gain and lose, ranks, pools, cost."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from kaohe.core.figure import Unit
from kaohe.core.language import Language, Text, say
from kaohe.statements import labels
from kaohe.statements.draws import COST, Likely
from kaohe.statements.effects import Effect, Effects
from kaohe.statements.shown import MINUS, NO_VALUE, period_said, shown
from kaohe.statements.terminal.paper import FAINT, STRONG, name_column, number_column, table, tone
from kaohe.statements.terminal.wide import Column, Wide

OLD, NEW, DIFFERENCE, RANK = Text("Before"), Text("After"), Text("Difference"), Text("Rank")
THE_COST = Text("Cost: all payslips together")
OVER_ALL = Text("All periods")
THE_DEPARTMENT = Text("The department")
BY_PERIOD = Text("The difference, period by period")
BY_LINE = Text("Which lines of the payslips it comes from")
OTHER_LINES = Text("Everything else")
WHOLE = Text("{losing} lose, {gaining} gain, {same} stay as they are. All payslips together: {difference}.")
ANEW = Text("{periods}: measured again from the records, as the policy measures otherwise.")
SURE = Text("{level}% interval")
HOW_SURE = Text(
    "Interval: between which values the difference would lie in {level} of 100 cases, had other "
    "conversations of the same kind come, the same ones under both policies ({replicates} draws, seed "
    "{seed}); in brackets, between which ranks. ≈: it could as well be nothing, or the other way round."
)
NOT_SURE = Text("{period} has no interval: {reason}.")
FIXED = Text("always")
CHANCE = "≈"
BAR, LEAST_BAR = 24, 12
"""So many characters the widest bar has; so many where intervals stand beside it."""


def effects(found: Effects, language: Language) -> RenderableType:
    """Return the effects: people with a bar each, who loses most first; then the department."""
    made: list[RenderableType] = [Line(f"{found.old} → {found.new}", style=STRONG)]
    made += [Line(whole(found).to(language)), Line(), people(found, language)]
    if len(found.periods) > 1:
        made += [Line(), by_period(found, language)]
    if any(one.difference for one in found.lines()):
        made += [Line(), by_line(found, language)]
    made += [Line(), department(found, language)]
    for note in notes(found, language):
        made += [Line(), Line(note.to(language), style=FAINT)]
    return Group(*made)


def whole(found: Effects) -> Text:
    """Return in a sentence for how many people it is more or less, and what it costs."""
    differences = [one.difference for one in found.people()]
    losing, gaining = sum(one < 0 for one in differences), sum(one > 0 for one in differences)
    return WHOLE.filled(
        losing=losing,
        gaining=gaining,
        same=len(differences) - losing - gaining,
        difference=shown(found.cost().difference, Unit.MONEY, Language.EN, signed=True),
    )


def notes(found: Effects, language: Language) -> Iterator[Text]:
    """Yield what must be known to read the tables."""
    how = found.resampling
    if how is not None and len(found.undrawn()) < len(found.periods):
        gaps = {"replicates": how.replicates, "seed": how.seed}
        yield HOW_SURE.filled(level=round(how.level * 100), **gaps)
    for period, reason in found.undrawn():
        yield NOT_SURE.filled(period=period_said(period, language), reason=reason)
    anew = [period_said(one.period, language) for one in found.periods if one.measured_anew]
    if anew:
        yield ANEW.filled(periods=Text(", ").to(language).join(anew))


def people(found: Effects, language: Language) -> Table:
    """Return everybody over all periods."""
    made = table(labels.PEOPLE.to(language))
    name_column(made, labels.PERSON.to(language))
    for text in (OLD, NEW, DIFFERENCE):
        number_column(made, text.to(language))
    sure = level(found, language)
    for title in sure:
        number_column(made, title)
    number_column(made, RANK.to(language))
    made.add_column("", no_wrap=True)
    listed = found.people()
    widest = max((abs(one.difference) for one in listed), default=Fraction(0))
    for one in listed:
        made.add_row(
            Line(one.name),
            *_amounts(one, language),
            *([interval(one.likely, language)] if sure else ()),
            Line(rank(one, len(listed))),
            _bar(one.difference, widest, LEAST_BAR if sure else BAR),
        )
    return made


def level(found: Effects, language: Language) -> list[str]:
    """Return the title of the column with intervals; nothing where there are none."""
    if found.resampling is None or found.draws is None:
        return []
    return [SURE.filled(level=round(found.resampling.level * 100)).to(language)]


def by_period(found: Effects, language: Language) -> Wide:
    """Return everybody's difference in each period."""
    listed = found.people()
    names = [*(Line(one.name) for one in listed), Line(THE_COST.to(language))]
    columns = []
    for period in found.periods:
        own = {one.subject: one for one in period.people}
        there = [own.get(one.subject) for one in listed]
        cells = [_signed(one.difference, language) if one else Line("") for one in there]
        cells.append(_signed(period.department[0].difference, language))
        columns.append(Column(period_said(period.period, language), cells))
    return Wide(BY_PERIOD.to(language), labels.PERSON.to(language), names, columns, last_is_whole=True)


def by_line(found: Effects, language: Language) -> Table:
    """Return by how much each line of everybody's payslips changes."""
    made = table(BY_LINE.to(language))
    name_column(made, labels.FIGURE.to(language))
    for text in (OLD, NEW, DIFFERENCE):
        number_column(made, text.to(language))
    for one in found.lines():
        if one.difference:
            made.add_row(Line(line_title(one, language)), *_amounts(one, language))
    made.add_row(Line(THE_COST.to(language)), *_amounts(found.cost(), language), style=STRONG)
    return made


def line_title(one: Effect, language: Language) -> str:
    """Return what a line of payslips is called."""
    return say(one.title, language) or one.name or OTHER_LINES.to(language)


def rank(one: Effect, last: int) -> str:
    """Return a rank before and after, and between which ranks the new one would lie; there are so many."""
    if one.old_rank == one.new_rank:
        text = str(one.new_rank or "")
    else:
        text = f"{one.old_rank or NO_VALUE} → {one.new_rank or NO_VALUE}"
    sure = one.likely
    if sure is None or not one.new_rank or (sure.rise_low, sure.rise_high) == (0, 0):
        return text
    best, worst = max(one.old_rank - sure.rise_high, 1), min(one.old_rank - sure.rise_low, last)
    return text if best == worst == one.new_rank else f"{text} ({best}–{worst})"


def interval(likely: Likely | None, language: Language) -> Line:
    """Return between which values a difference would lie; marked where chance decides its sign."""
    if likely is None:
        return Line(NO_VALUE, style=FAINT)
    if likely.is_fixed:
        return Line(FIXED.to(language), style=FAINT)
    return Line(f"{CHANCE + ' ' if likely.is_chance else ''}{ends(likely)}")


def ends(likely: Likely) -> str:
    """Return the ends of an interval as amounts, alike in all languages."""
    low, high = (f"{one:+,.2f}".replace("-", MINUS) for one in (likely.low, likely.high))
    return f"{low} … {high}"


def _bar(difference: Fraction, widest: Fraction, most: int) -> Line:
    """Return a bar as long as the difference is large; its colour says what the sign says."""
    length = round(most * abs(difference) / widest) if widest else 0
    return Line("█" * max(length, 1 if difference else 0), style=" ".join(tone(difference)))


def department(found: Effects, language: Language) -> Table:
    """Return the cost, and the amounts of the department that change, period by period."""
    made = table(THE_DEPARTMENT.to(language))
    name_column(made, labels.FIGURE.to(language))
    name_column(made, Text("Period").to(language))
    for text in (OLD, NEW, DIFFERENCE):
        number_column(made, text.to(language))
    sure = level(found, language)
    for title in sure:
        number_column(made, title)
    several = len({one.subject for period in found.periods for one in period.department[1:]}) > 1
    for period in found.periods:
        for one in period.department:
            if one.name == COST or one.difference:
                said = period_said(period.period, language)
                made.add_row(_titled(one, language, several=several), Line(said), *_rest(one, language, sure))
    if len(found.periods) > 1:
        cost = found.cost()
        said = OVER_ALL.to(language)
        made.add_row(_titled(cost, language, several=False), Line(said), *_rest(cost, language, sure))
    return made


def _titled(one: Effect, language: Language, *, several: bool) -> Line:
    title = THE_COST.to(language) if one.name == COST else say(one.title, language) or one.name
    return Line(f"{title} {one.subject}" if several and one.subject else title)


def _rest(one: Effect, language: Language, sure: Sequence[str]) -> tuple[Line, ...]:
    return (*_amounts(one, language), *([interval(one.likely, language)] if sure else []))


def _amounts(one: Effect, language: Language) -> tuple[Line, Line, Line]:
    return _money(one.old, language), _money(one.new, language), _signed(one.difference, language)


def _money(value: Fraction | None, language: Language) -> Line:
    return Line(shown(value, Unit.MONEY, language), style="" if value is not None else FAINT)


def _signed(value: Fraction, language: Language) -> Line:
    return Line(shown(value, Unit.MONEY, language, signed=True), style=" ".join(tone(value)))
