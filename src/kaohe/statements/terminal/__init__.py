"""An appraisal on a terminal: overview, rankings, the department's result, payslips, explanations.

What stands in a table follows from the policy's sections alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import Figure, FigureKey, Level, Unit
from kaohe.core.language import Language, Text, say
from kaohe.core.period import Span
from kaohe.statements import labels
from kaohe.statements.digest import costs, headline, weekly_gains
from kaohe.statements.layout import (
    Metric,
    beside,
    called,
    departments,
    find,
    latest,
    metrics,
    named,
    of_department,
    spans,
    unblocked,
    weekly,
    weeks,
)
from kaohe.statements.rosters import Roster, people_rosters, rosters
from kaohe.statements.shown import day_said, period_said, shown, span_said
from kaohe.statements.terminal.paper import (
    FAINT,
    LOSS,
    MOST_ACROSS,
    PROVISIONAL,
    STRONG,
    cell,
    heading,
    name_column,
    number_column,
    rows,
    table,
    tone,
)
from kaohe.statements.terminal.reasons import explanation, line_reason, payslip, scorecard
from kaohe.statements.terminal.wide import Column, Wide
from kaohe.statements.words.grouped import blocking, findings, findings_sentence, reviews, reviews_sentence
from kaohe.statements.words.surety import half_width, has_intervals, marks
from kaohe.statements.words.unappraised import not_appraised
from kaohe.statements.words.voice import Voice

__all__ = [
    "department",
    "explanation",
    "overview",
    "payslip",
    "people",
    "rankings",
    "scorecard",
    "signals",
]

MOST_LINES = 15
"""Findings, reviews or problems that a terminal lists of each; the report has all."""


def overview(appraisal: Appraisal, language: Language) -> RenderableType:
    """Return what a head of department looks at first: the result, the people, what needs attention.

    Where nothing sums a person's period up, as in a contest, the rankings stand for the people.
    """
    listed = list(_rosters(appraisal, language))
    return Group(
        _title(appraisal, language),
        Line(labels.provisional(appraisal, language), style=FAINT),
        Line(),
        *_headline(appraisal, language),
        *(listed or [rankings(appraisal, language)]),
        *signals(appraisal, language),
    )


def _title(appraisal: Appraisal, language: Language) -> Line:
    policy = appraisal.policy
    as_of = labels.AS_OF.filled(
        period=period_said(appraisal.period.label, language),
        day=day_said(appraisal.as_of, language, year=True),
    )
    name = say(policy.title, language) or policy.name
    return Line.assemble((name, STRONG), "  ", as_of.to(language))


def _headline(appraisal: Appraisal, language: Language) -> Iterator[RenderableType]:
    """Yield the department's main figures side by side."""
    found = headline(appraisal)
    if not found:
        return
    voice = Voice(appraisal, language)
    made = table()
    for metric, _ in found:
        made.add_column(Line(named(metric, language)), justify="right")
    made.add_row(*(Line.assemble((cell(voice, figure).plain, _style(figure.final))) for _, figure in found))
    yield made
    yield Line()


def _style(final: bool) -> str:
    return STRONG if final else f"{STRONG} {PROVISIONAL}"


# People


def people(appraisal: Appraisal, language: Language) -> RenderableType:
    """Return the people: what sums their period up, the points of each week, what costs most, pay.

    People of different tiers stand in tables of their own.
    """
    return Group(*(_people(appraisal, one, language) for one in people_rosters(appraisal)))


def _rosters(appraisal: Appraisal, language: Language) -> Iterator[RenderableType]:
    """Yield the departments ranked, then the people; nothing where no figure sums anybody's period up."""
    found = rosters(appraisal)
    for one in found:
        made = _people(appraisal, one, language) if one.level is Level.PERSON else None
        if made is None:
            yield _ranked_departments(appraisal, one, language)
        elif made.names and made.columns:
            yield made
    how = appraisal.certainty.resampling
    if how and any(one.is_sure(appraisal, metric) for one in found for metric in one.columns):
        yield Line(labels.sure_note(how, language), style=FAINT)
        yield Line()


def _people(appraisal: Appraisal, roster: Roster, language: Language) -> Wide:
    """Return a table of people; who is not appraised stands in it with the reason."""
    title = say(roster.title, language) or labels.PEOPLE.to(language)
    left_out = {one: not_appraised(appraisal, one, language, brief=True) for one in roster.names}
    whole = (*roster.columns, *roster.totals)
    listed = [one for one in roster.names if left_out[one] or _has_any(appraisal, roster, whole, one)]
    columns = [] if roster.points is None else list(_weeks(appraisal, roster, listed, left_out, language))
    for metric in whole:
        columns += _columns(appraisal, roster, metric, listed, left_out, language)
    columns += _notes(appraisal, roster, listed, left_out, language)
    names = [Line(roster.names[one]) for one in listed]
    return Wide(title, labels.PERSON.to(language), names, columns)


def _has_any(appraisal: Appraisal, roster: Roster, columns: Iterable[Metric], subject: str) -> bool:
    return any(roster.figure(appraisal, metric, subject) for metric in columns)


def _columns(  # noqa: PLR0913 - a column of a table, of some people
    appraisal: Appraisal,
    roster: Roster,
    metric: Metric,
    listed: Sequence[str],
    left_out: Mapping[str, str],
    language: Language,
) -> Iterator[Column]:
    """Yield the values of a figure, and beside them the places taken by it."""
    voice = Voice(appraisal, language)
    figures = [None if left_out.get(one) else roster.figure(appraisal, metric, one) for one in listed]
    yield Column(named(metric, language), [cell(voice, figure) for figure in figures])
    places = [
        None if figure is None else roster.place(appraisal, metric, figure.key.subject) for figure in figures
    ]
    if any(places):
        short = labels.PLACE_SHORT.to(language)
        yield Column(short, [_noted(voice, one) for one in places], joined=True)


def _noted(voice: Voice, place: Figure | None) -> Line:
    """Return a place as it stands beside its figure, with what is to be known of it."""
    return Line(_place(voice, place).plain, style=FAINT)


def _weeks(
    appraisal: Appraisal,
    roster: Roster,
    listed: Sequence[str],
    left_out: Mapping[str, str],
    language: Language,
) -> Iterator[Column]:
    """Yield what each week gave in points."""
    points = roster.points
    assert points is not None
    gains = {one: () if left_out[one] else tuple(_weekly(appraisal, points, one, language)) for one in listed}
    for number, week in enumerate(roster.weeks):
        cells = [gains[one][number] if gains[one] else Line() for one in listed]
        yield Column(span_said(week.label, language), cells)


def _notes(
    appraisal: Appraisal,
    roster: Roster,
    listed: Sequence[str],
    left_out: Mapping[str, str],
    language: Language,
) -> Iterator[Column]:
    """Yield the last column: what cost most, or why somebody is not appraised; none where all is blank."""
    points = roster.points
    cells = [
        Line(left_out[one], style=FAINT)
        if left_out[one]
        else _dearest(appraisal, points, one, language)
        if points
        else Line()
        for one in listed
    ]
    if any(one.plain for one in cells):
        title = (labels.COSTS_MOST if points else labels.NOTE).to(language)
        yield Column(title, cells, is_note=True)


def _ranked_departments(appraisal: Appraisal, roster: Roster, language: Language) -> Wide:
    """Return the departments, the best first."""
    listed = list(roster.names)
    columns = [
        column
        for metric in roster.columns
        for column in _columns(appraisal, roster, metric, listed, {}, language)
    ]
    names = [Line(name) for name in roster.names.values()]
    return Wide(labels.DEPARTMENTS.to(language), labels.DEPARTMENT.to(language), names, columns)


def _weekly(appraisal: Appraisal, points: Metric, person: str, language: Language) -> Iterator[Line]:
    key = FigureKey(points.name, Level.PERSON, person, appraisal.period.label)
    gains = weekly_gains(appraisal, key) if key in appraisal.figures else {}
    for week in weeks(appraisal):
        gained = gains.get(week.label, Fraction(0))
        yield Line(shown(gained, points.unit, language, signed=True), style=" ".join(tone(gained)))


def _dearest(appraisal: Appraisal, points: Metric, person: str, language: Language) -> Line:
    key = FigureKey(points.name, Level.PERSON, person, appraisal.period.label)
    lost = costs(appraisal, key, language) if key in appraisal.figures else ()
    if not lost:
        return Line(labels.NOTHING_LOST.to(language), style=FAINT)
    value = shown(lost[0].value, points.unit, language)
    return Line.assemble(f"{lost[0].title} ", (value, LOSS))


# Rankings


def rankings(appraisal: Appraisal, language: Language) -> RenderableType:
    """Return a table for each metric of weeks or days: everybody's value, place and points.

    Of many spans the last are shown; the workbook holds them all.
    """
    policy = appraisal.policy
    made: list[RenderableType] = []
    for section in weekly(policy):
        for metric in metrics(policy, section):
            across = latest(appraisal, section, MOST_ACROSS)
            made += [_ranking(appraisal, metric, across, language)]
            if len(across) < len(spans(appraisal, section)):
                made.append(Line(labels.LATEST.filled(count=len(across)).to(language), style=FAINT))
            made.append(Line())
    if (how := appraisal.certainty.resampling) and made:
        made.append(Line(labels.sure_note(how, language), style=FAINT))
    return Group(*made)


def _ranking(appraisal: Appraisal, metric: Metric, across: tuple[Span, ...], language: Language) -> Table:
    voice = Voice(appraisal, language)
    made = table(named(metric, language), tight=True)
    name_column(made, labels.PERSON.to(language))
    for week in across:
        number_column(made, span_said(week.label, language))
        if _has_width(appraisal, metric):
            number_column(made, "±")
        if metric.has_place:
            number_column(made, labels.PLACE_SHORT.to(language))
        if metric.has_points:
            number_column(made, Text("pts").to(language))
    for person, name in called(appraisal).items():
        cells = [_ranked(voice, metric, person, week) for week in across]
        if any(one.plain for week in cells for one in week):
            made.add_row(Line(name), *(one for week in cells for one in week))
    if metric.has_shop:
        shop = [_of_shop(voice, metric, week) for week in across]
        made.add_row(
            Line(labels.SHOP.to(language), style=STRONG),
            *(one for week in shop for one in week),
            style=STRONG,
        )
    return made


def _ranked(voice: Voice, metric: Metric, person: str, week: Span) -> list[Line]:
    appraisal = voice.appraisal
    figure = find(appraisal, metric.name, Level.PERSON, person, week)
    key = FigureKey(metric.name, Level.PERSON, person, week.label)
    cells = [cell(voice, figure)]
    if _has_width(appraisal, metric):
        interval = appraisal.certainty.intervals.get(key)
        width = half_width(interval, metric.unit, voice.language, brief=True) if interval else ""
        cells.append(Line(width, style=FAINT))
    if metric.has_place:
        cells.append(_place(voice, beside(appraisal, key, "place")))
    if metric.has_points:
        points = beside(appraisal, key, "points")
        cells.append(cell(voice, points, signed=True))
    return cells


def _has_width(appraisal: Appraisal, metric: Metric) -> bool:
    """Tell whether a metric's intervals stand beside its values; amounts of money take the room."""
    return metric.unit is not Unit.MONEY and has_intervals(appraisal, metric)


def _place(voice: Voice, place: Figure | None) -> Line:
    """Return a place with what is to be known of it: decided by noise, of someone who was hardly there."""
    said = cell(voice, place)
    if place is None or not said.plain:
        return said
    sure, key = voice.appraisal.certainty, place.key
    exposure = sure.exposures.get((key.subject, key.span))
    return Line.assemble(said, ("".join(marks(sure.places.get(key), exposure)), FAINT))


def _of_shop(voice: Voice, metric: Metric, week: Span) -> list[Line]:
    figure = find(voice.appraisal, metric.name, Level.SHOP, voice.appraisal.desk, week)
    blanks = metric.has_place + metric.has_points + _has_width(voice.appraisal, metric)
    return [cell(voice, figure), *(Line() for _ in range(blanks))]


# The department


def department(appraisal: Appraisal, language: Language) -> RenderableType:
    """Return the department's figures, each with the formula that made it."""
    voice, policy = Voice(appraisal, language), appraisal.policy
    made: list[RenderableType] = []
    for section in departments(policy):
        one = table(say(section.told.title, language) or section.name)
        name_column(one, labels.FIGURE.to(language))
        number_column(one, labels.VALUE.to(language))
        name_column(one, labels.SENTENCE.to(language))
        for subject, metric in product(appraisal.departments, metrics(policy, section)):
            figure = find(appraisal, metric.name, metric.level, subject, appraisal.period)
            if figure is not None:
                reason = Line(line_reason(voice, figure.key))
                called = say(metric.title, language) or metric.name
                one.add_row(
                    Line(of_department(appraisal, called, subject, language)), cell(voice, figure), reason
                )
        made += [one, Line()]
    return Group(*made)


# What needs attention


def signals(appraisal: Appraisal, language: Language) -> list[RenderableType]:
    """Return findings, reviews and problems, those that block closing first."""
    blockers = blocking(appraisal)
    others = [one for one in findings(appraisal) if not one.first.blocks_closing]
    lists = [
        (labels.BLOCKERS, [findings_sentence(appraisal, one, language) for one in blockers]),
        (labels.FINDINGS, [findings_sentence(appraisal, one, language) for one in others]),
        (labels.REVIEWS, [reviews_sentence(appraisal, one, language) for one in reviews(appraisal)]),
        (labels.PROBLEMS, [_problem(one.lines(language)) for one in appraisal.problems]),
    ]
    made: list[RenderableType] = []
    for label, said in lists:
        if said:
            made += [Line(), heading(label.to(language)), _bullets(said, language)]
    if not blockers:
        made += [Line(), Line(unblocked(appraisal).to(language), style=FAINT)]
    return made


def _problem(lines: list[str]) -> str:
    return "\n".join(lines)


def _bullets(said: list[str], language: Language) -> Table:
    """Return sentences under each other, no more than one reads on a terminal."""
    made = table(header=False)
    made.add_column()
    name_column(made, "")
    lines = said[:MOST_LINES]
    if len(said) > MOST_LINES:
        lines.append(Text("and {count} more").filled(count=len(said) - MOST_LINES).to(language))
    return rows(made, (("·", one) for one in lines))
