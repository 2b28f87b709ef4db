"""The workbook's first sheet: the result, what blocks closing, and a row for every person."""

from fractions import Fraction

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FigureKey, Level, Unit
from kaohe.core.language import say
from kaohe.core.period import Span
from kaohe.statements import labels
from kaohe.statements.digest import costs, headline, places_won, points_figure, weekly_gains
from kaohe.statements.layout import Metric, called, find, heads, metrics, payslips, weeks
from kaohe.statements.shown import day_said, period_said, shown, span_said, unit_said
from kaohe.statements.words import grouped
from kaohe.statements.words.grouped import findings_sentence, reviews_sentence
from kaohe.statements.words.sentences import finding_sentence, review_sentence
from kaohe.statements.words.unappraised import not_appraised
from kaohe.statements.workbook.paper import (
    ACCENT,
    BESIDE,
    CELL,
    HEADING,
    LOSING,
    PLAIN,
    QUIET,
    RIGHT,
    RULE,
    SUBTITLE,
    TITLE,
    WRAPPED,
    Book,
    Page,
    Style,
)

MOST_CHARTED = 25
TILE_WIDTH = 14
MOST_ON_A_PAGE = 40
BLOCKING: Style = WRAPPED | LOSING | {"bold": True}


def write(book: Book, appraisal: Appraisal) -> None:
    """Write the overview."""
    people, signals = len(called(appraisal)), len(appraisal.findings) + len(appraisal.reviews)
    page = book.page("overview", pages=1 if people + signals <= MOST_ON_A_PAGE else 0)
    heading(page, appraisal, f"{say(appraisal.policy.title, book.language)} · {appraisal.desk}")
    columns = _Columns(appraisal)
    _headline(page, appraisal)
    _blockers(page, appraisal, columns.last)
    first = page.row + 1
    _people(page, appraisal, columns)
    appraised = [one for one in called(appraisal) if not not_appraised(appraisal, one, book.language)]
    _chart(page, columns, (first + 1, first + len(appraised)))
    _signals(page, appraisal, columns.last)
    page.done()


def heading(page: Page, appraisal: Appraisal, title: str) -> None:
    """Write a sheet's title, the period and day, and what italics mean."""
    language = page.book.language
    page.text(0, title, TITLE, fit=False)
    page.sheet.set_row(page.row, 24)
    page.row += 1
    as_of = labels.AS_OF.filled(
        period=period_said(appraisal.period.label, language),
        day=day_said(appraisal.as_of, language, year=True),
    )
    page.text(0, f"{as_of.to(language)}   {labels.provisional(appraisal, language)}", SUBTITLE, fit=False)
    page.row += 2


class _Columns:
    """Which columns the table of people has: the name, its heads, weeks, costs, places, pay."""

    def __init__(self, appraisal: Appraisal) -> None:
        policy = appraisal.policy
        self.heads = heads(policy)
        self.points = points_figure(appraisal, self.heads)
        self.weeks: tuple[Span, ...] = weeks(appraisal) if self.points else ()
        self.totals = tuple(
            metric
            for section in payslips(policy)
            for metric in metrics(policy, section)
            if metric.name == section.total
        )
        self.first_week = 1 + len(self.heads)
        self.costs = self.first_week + len(self.weeks)
        self.places = self.costs + (1 if self.points else 0)
        self.has_places = any(one.kind == "place" for one in policy.definitions.values())
        self.first_total = self.places + self.has_places
        self.last = max(self.first_total + len(self.totals) - 1, 5)


def _headline(page: Page, appraisal: Appraisal) -> None:
    """Write the desk's result: a row of titles, the values below."""
    shown_figures = headline(appraisal)
    for column, (metric, figure) in enumerate(shown_figures):
        page.text(column, say(metric.title, page.book.language), SUBTITLE | RIGHT | {"text_wrap": True})
        page.row += 1
        page.figure(column, figure, PLAIN | {"bold": True, "font_size": 14})
        page.row -= 1
        page.fit(column, TILE_WIDTH)
    if shown_figures:
        page.sheet.set_row(page.row, 30)
        page.sheet.set_row(page.row + 1, 22)
        page.row += 3


def _blockers(page: Page, appraisal: Appraisal, last: int) -> None:
    page.say(0, labels.BLOCKERS, HEADING, fit=False)
    page.row += 1
    blocking = [one for one in grouped.findings(appraisal) if one.first.blocks_closing]
    for group in blocking:
        _line(page, findings_sentence(appraisal, group, page.book.language), last, BLOCKING)
    if not blocking:
        _line(page, page.book.say(labels.NOTHING_BLOCKS), last)
    page.row += 1


def _line(page: Page, text: str, last: int, style: Style = WRAPPED) -> None:
    """Write a sentence over the width of the table, in a row that is high enough for it."""
    page.sheet.merge_range(page.row, 0, page.row, last, text, page.book.style(style))
    page.height(text, sum(page.width(column) for column in range(last + 1)))
    page.row += 1


def _people(page: Page, appraisal: Appraisal, columns: _Columns) -> None:
    """Write the table of people; each name leads to the person's sheet."""
    book, language = page.book, page.book.language
    page.say(0, labels.PEOPLE, HEADING, fit=False)
    page.row += 1
    titles = [book.say(labels.PERSON), *(_titled(one, book) for one in columns.heads)]
    titles += [span_said(week.label, language) for week in columns.weeks]
    if columns.points:
        titles.append(book.say(labels.COSTS_MOST))
    if columns.has_places:
        titles.append(book.say(labels.PLACES_WON))
    titles += [_titled(one, book) for one in columns.totals]
    text_columns = {0, columns.costs} if columns.points else {0}
    page.sheet.set_row(page.row, 32)
    page.headers(titles, right=set(range(len(titles))) - text_columns)
    if len(called(appraisal)) > MOST_CHARTED:
        page.sheet.repeat_rows(page.row - 1)
    for person, name in called(appraisal).items():
        _person(page, appraisal, columns, person, name)


def _titled(metric: Metric, book: Book) -> str:
    title = say(metric.title, book.language) or metric.name
    unit = unit_said(metric.unit, book.language)
    return title if metric.unit.value in ("points", "money", "ratio") else f"{title} ({unit})"


def _person(page: Page, appraisal: Appraisal, columns: _Columns, person: str, name: str) -> None:
    page.person(0, person, name)
    left_out = not_appraised(appraisal, person, page.book.language)
    if left_out:
        _left_out(page, columns, left_out)
    else:
        for column, metric in enumerate(columns.heads, start=1):
            page.figure(column, find(appraisal, metric.name, Level.PERSON, person, appraisal.period))
        _weeks(page, appraisal, columns, person)
    if columns.has_places:
        page.text(columns.places, " / ".join(map(str, places_won(appraisal, person))), CELL | RIGHT)
    for column, metric in enumerate(columns.totals, start=columns.first_total):
        figure = find(appraisal, metric.name, Level.PERSON, person, appraisal.period)
        page.figure(column, figure, CELL | {"bold": True})
    page.row += 1


def _left_out(page: Page, columns: _Columns, why: str) -> None:
    """Write why somebody is not appraised over the columns that stay empty."""
    last = columns.places - 1
    if last > 1:
        page.sheet.merge_range(
            page.row, 1, page.row, last, why, page.book.style(CELL | {"font_color": QUIET})
        )
    else:
        page.text(1, why, CELL | {"font_color": QUIET})


def _weeks(page: Page, appraisal: Appraisal, columns: _Columns, person: str) -> None:
    """Write what each week gave, and the one thing that cost most."""
    if columns.points is None:
        return
    key = FigureKey(columns.points.name, Level.PERSON, person, appraisal.period.label)
    if key not in appraisal.figures:
        for column in range(columns.first_week, columns.places):
            page.text(column, "")
        return
    gains = weekly_gains(appraisal, key)
    for column, week in enumerate(columns.weeks, start=columns.first_week):
        gained = gains.get(week.label, Fraction(0))
        page.number(column, shown(gained, columns.points.unit, page.book.language, signed=True))
    page.text(columns.costs, _costs_most(page.book, appraisal, key), BESIDE)


def _costs_most(book: Book, appraisal: Appraisal, key: FigureKey) -> str:
    lost = costs(appraisal, key, book.language)
    if not lost:
        return book.say(labels.NOTHING_LOST)
    return f"{lost[0].title} {shown(lost[0].value, Unit.POINTS, book.language, signed=True)}"


def _chart(page: Page, columns: _Columns, rows: tuple[int, int]) -> None:
    """Draw the points of all people beside each other."""
    first, last = rows
    page.row += 1
    if columns.points is None or not 2 <= last - first + 1 <= MOST_CHARTED:
        return
    column = 1 + columns.heads.index(columns.points)
    chart = page.book.workbook.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": say(columns.points.title, page.book.language),
            "categories": [page.name, first, 0, last, 0],
            "values": [page.name, first, column, last, column],
            "fill": {"color": ACCENT},
            "data_labels": {"value": True},
            "gap": 60,
        }
    )
    chart.set_title({"name": say(columns.points.title, page.book.language), "name_font": {"size": 11}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": RULE}}})
    chart.set_x_axis({"label_position": "low"})
    chart.set_size({"width": 760, "height": 260})
    page.sheet.insert_chart(page.row, 0, chart, {"object_position": 2})
    page.row += 14


def _signals(page: Page, appraisal: Appraisal, last: int) -> None:
    """Write findings and reviews in sentences: a line a person and rule, the single ones folded below."""
    book, language = page.book, page.book.language
    page.say(0, labels.FINDINGS, HEADING, fit=False)
    page.row += 1
    for found in grouped.findings(appraisal):
        _line(page, findings_sentence(appraisal, found, language), last)
        _folded(page, [finding_sentence(appraisal, one, language) for one in found.members], last)
    if not appraisal.findings:
        _line(page, book.say(labels.NO_FINDINGS), last)
    page.row += 1
    page.say(0, labels.REVIEWS, HEADING, fit=False)
    page.row += 1
    for asked in grouped.reviews(appraisal):
        _line(page, reviews_sentence(appraisal, asked, language), last)
        _folded(page, [review_sentence(appraisal, one, language) for one in asked.members], last)
    if not appraisal.reviews:
        _line(page, book.say(labels.NO_REVIEWS), last)


def _folded(page: Page, lines: list[str], last: int) -> None:
    """Write the lines behind a line that stands for several, folded until somebody opens them."""
    if len(lines) < 2:
        return
    for text in lines:
        row = page.row
        _line(page, text, last, WRAPPED | {"font_color": QUIET, "indent": 2})
        page.fold(row)
    page.sheet.set_row(page.row, None, None, {"collapsed": True})
