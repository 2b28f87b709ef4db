"""An appraisal on a terminal: overview, rankings, the department's result, payslips, explanations.

What stands in a table follows from the policy's sections alone.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FigureKey, Level, Unit
from kaohe.core.language import Language, Text, say
from kaohe.core.period import Span
from kaohe.statements import labels
from kaohe.statements.digest import costs, headline, points_figure, weekly_gains
from kaohe.statements.layout import (
    Metric,
    beside,
    called,
    departments,
    find,
    heads,
    latest,
    metrics,
    of_department,
    payslips,
    spans,
    weekly,
    weeks,
)
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
    titled,
    tone,
    wrapped_column,
)
from kaohe.statements.terminal.reasons import explanation, line_reason, payslip, scorecard
from kaohe.statements.words.grouped import findings, findings_sentence, reviews, reviews_sentence
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
    listed = people(appraisal, language)
    return Group(
        _title(appraisal, language),
        Line(labels.provisional(appraisal, language), style=FAINT),
        Line(),
        *_headline(appraisal, language),
        listed if listed.row_count else rankings(appraisal, language),
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
        made.add_column(Line(titled(metric, language)), justify="right")
    made.add_row(*(Line.assemble((cell(voice, figure).plain, _style(figure.final))) for _, figure in found))
    yield made
    yield Line()


def _style(final: bool) -> str:
    return STRONG if final else f"{STRONG} {PROVISIONAL}"


# People


def people(appraisal: Appraisal, language: Language) -> Table:
    """Return the people: what sums their period up, the points of each week, what costs most, pay."""
    voice, policy = Voice(appraisal, language), appraisal.policy
    summing = heads(policy)
    points = points_figure(appraisal, summing)
    paid = ((section.total, one) for section in payslips(policy) for one in metrics(policy, section))
    columns = [*summing, *(one for total, one in paid if one.name == total)]
    found: list[tuple[str, list[Line]]] = []
    for person, name in called(appraisal).items():
        own = [find(appraisal, one.name, Level.PERSON, person, appraisal.period) for one in columns]
        left_out = not_appraised(appraisal, person, language, brief=True)
        if left_out:
            blank = (len(weeks(appraisal)) if points else 0) + len(columns)
            found.append((name, [*(Line() for _ in range(blank)), Line(left_out, style=FAINT)]))
        elif any(own):
            weekly_cells = _weekly(appraisal, points, person, language) if points else ()
            dearest = _dearest(appraisal, points, person, language) if points else Line()
            found.append((name, [*weekly_cells, *(cell(voice, figure) for figure in own), dearest]))
    titles = [span_said(week.label, language) for week in weeks(appraisal)] if points else []
    titles += [titled(metric, language) for metric in columns]
    made = table(labels.PEOPLE.to(language), tight=True)
    name_column(made, labels.PERSON.to(language))
    for index, title in enumerate(titles):
        wrapped_column(made, title, (cells[index] for _, cells in found))
    noted = any(cells[-1].plain for _, cells in found)
    if noted:
        name_column(made, (labels.COSTS_MOST if points else labels.NOTE).to(language))
    return rows(made, ((name, *(cells if noted else cells[:-1])) for name, cells in found))


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
    made = table(titled(metric, language), tight=True)
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
        cells.append(_place(voice, key))
    if metric.has_points:
        points = beside(appraisal, key, "points")
        cells.append(cell(voice, points, signed=True))
    return cells


def _has_width(appraisal: Appraisal, metric: Metric) -> bool:
    """Tell whether a metric's intervals stand beside its values; amounts of money take the room."""
    return metric.unit is not Unit.MONEY and has_intervals(appraisal, metric)


def _place(voice: Voice, key: FigureKey) -> Line:
    """Return a place with what is to be known of it: decided by noise, of someone who was hardly there."""
    sure = voice.appraisal.certainty
    place = cell(voice, beside(voice.appraisal, key, "place"))
    one = sure.places.get(key._replace(figure=f"{key.figure}.place"))
    exposure = sure.exposures.get((key.subject, key.span))
    return Line.assemble(place, ("".join(marks(one, exposure)) if place.plain else "", FAINT))


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
    found = findings(appraisal)
    blocking = [one for one in found if one.first.blocks_closing]
    others = [one for one in found if not one.first.blocks_closing]
    lists = [
        (labels.BLOCKERS, [findings_sentence(appraisal, one, language) for one in blocking]),
        (labels.FINDINGS, [findings_sentence(appraisal, one, language) for one in others]),
        (labels.REVIEWS, [reviews_sentence(appraisal, one, language) for one in reviews(appraisal)]),
        (labels.PROBLEMS, [_problem(one.lines(language)) for one in appraisal.problems]),
    ]
    made: list[RenderableType] = []
    for label, said in lists:
        if said:
            made += [Line(), heading(label.to(language)), _bullets(said, language)]
    if not blocking:
        made += [Line(), Line(labels.NOTHING_BLOCKS.to(language), style=FAINT)]
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
