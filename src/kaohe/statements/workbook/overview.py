"""The workbook's first sheet: the result, what blocks closing, and a row for every person."""

from fractions import Fraction

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FigureKey, Level, Unit
from kaohe.core.language import say
from kaohe.statements import labels
from kaohe.statements.digest import costs, headline, places_won, weekly_gains
from kaohe.statements.layout import called, desk_named, named, unblocked
from kaohe.statements.rosters import Roster, rosters
from kaohe.statements.shown import day_said, period_said, shown, span_said
from kaohe.statements.words import grouped
from kaohe.statements.words.grouped import findings_sentence, reviews_sentence
from kaohe.statements.words.sentences import finding_sentence, review_sentence
from kaohe.statements.words.unappraised import not_appraised
from kaohe.statements.workbook.paper import (
    ACCENT,
    BESIDE,
    CELL,
    FAINT,
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
LEAST_LAST = 5
"""The last column that sentences reach over at least."""
BLOCKING: Style = WRAPPED | LOSING | {"bold": True}


def write(book: Book, appraisal: Appraisal) -> None:
    """Write the overview."""
    people, signals = len(called(appraisal)), len(appraisal.findings) + len(appraisal.reviews)
    page = book.page("overview", pages=1 if people + signals <= MOST_ON_A_PAGE else 0)
    name = say(appraisal.policy.title, book.language)
    desk = desk_named(appraisal)
    heading(page, appraisal, f"{name} · {desk}" if desk else name)
    tables = [_Columns(appraisal, one) for one in rosters(appraisal) if one.columns or one.totals]
    last = max((one.last for one in tables), default=LEAST_LAST)
    _headline(page, appraisal)
    _blockers(page, appraisal, last)
    for columns in tables:
        first = page.row + 1
        _table(page, appraisal, columns)
        appraised = [one for one in columns.roster.names if not _left_out(page, appraisal, columns, one)]
        _chart(page, columns, (first + 1, first + len(appraised)))
    how = appraisal.certainty.resampling
    if how and any(one.sure for one in tables):
        _line(page, labels.sure_note(how, book.language), last)
        page.row += 1
    _signals(page, appraisal, last)
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
    """Which columns a table has: the name, its figures with their places, weeks, costs, places won, pay."""

    def __init__(self, appraisal: Appraisal, roster: Roster) -> None:
        self.roster = roster
        self.at: list[int] = []
        self.sure = {one.name for one in roster.columns if roster.is_sure(appraisal, one)}
        column = 1
        for metric in roster.columns:
            self.at.append(column)
            column += 1 + metric.has_place + (metric.name in self.sure)
        self.first_week = column
        self.costs = self.first_week + len(roster.weeks)
        self.places = self.costs + (1 if roster.points else 0)
        self.first_total = self.places + roster.counts_places
        self.last = max(self.first_total + len(roster.totals) - 1, LEAST_LAST)


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
    blocking = grouped.blocking(appraisal)
    for group in blocking:
        _line(page, findings_sentence(appraisal, group, page.book.language), last, BLOCKING)
    if not blocking:
        _line(page, page.book.say(unblocked(appraisal)), last)
    page.row += 1


def _line(page: Page, text: str, last: int, style: Style = WRAPPED) -> None:
    """Write a sentence over the width of the table, in a row that is high enough for it."""
    page.sheet.merge_range(page.row, 0, page.row, last, text, page.book.style(style))
    page.height(text, sum(page.width(column) for column in range(last + 1)))
    page.row += 1


def _table(page: Page, appraisal: Appraisal, columns: _Columns) -> None:
    """Write a table; each person's name leads to the person's sheet."""
    book, language, roster = page.book, page.book.language, columns.roster
    is_people = roster.level is Level.PERSON
    plural = labels.PEOPLE if is_people else labels.DEPARTMENTS
    page.text(0, say(roster.title, language) or book.say(plural), HEADING, fit=False)
    page.row += 1
    titles = [book.say(labels.PERSON if is_people else labels.DEPARTMENT)]
    for metric in roster.columns:
        titles += [named(metric, language)] + [book.say(labels.PLACE)] * metric.has_place
        titles += [book.say(labels.SURE)] * (metric.name in columns.sure)
    titles += [span_said(week.label, language) for week in roster.weeks]
    if roster.points:
        titles.append(book.say(labels.COSTS_MOST))
    if roster.counts_places:
        titles.append(book.say(labels.PLACES_WON))
    titles += [named(one, language) for one in roster.totals]
    text_columns = {0, columns.costs} if roster.points else {0}
    page.sheet.set_row(page.row, 32)
    page.headers(titles, right=set(range(len(titles))) - text_columns)
    if len(roster.names) > MOST_CHARTED:
        page.sheet.repeat_rows(page.row - 1)
    for subject in roster.names:
        _row(page, appraisal, columns, subject)
    page.row += 1


def _row(page: Page, appraisal: Appraisal, columns: _Columns, subject: str) -> None:
    roster = columns.roster
    if roster.level is Level.PERSON:
        page.person(0, subject, roster.names[subject])
    else:
        page.text(0, roster.names[subject])
    left_out = _left_out(page, appraisal, columns, subject)
    if left_out:
        _not_appraised(page, columns, left_out)
    else:
        for column, metric in zip(columns.at, roster.columns, strict=True):
            page.figure(column, roster.figure(appraisal, metric, subject))
            if metric.has_place:
                page.figure(column + 1, roster.place(appraisal, metric, subject))
            if metric.name in columns.sure:
                page.text(column + 2, roster.sure(appraisal, metric, subject), FAINT)
        _weeks(page, appraisal, columns, subject)
    if roster.counts_places:
        page.text(columns.places, " / ".join(map(str, places_won(appraisal, subject))), CELL | RIGHT)
    for column, metric in enumerate(roster.totals, start=columns.first_total):
        page.figure(column, roster.figure(appraisal, metric, subject), CELL | {"bold": True})
    page.row += 1


def _left_out(page: Page, appraisal: Appraisal, columns: _Columns, subject: str) -> str:
    """Return why somebody is not appraised; blank for who is, and for departments."""
    if columns.roster.level is not Level.PERSON:
        return ""
    return not_appraised(appraisal, subject, page.book.language)


def _not_appraised(page: Page, columns: _Columns, why: str) -> None:
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
    points = columns.roster.points
    if points is None:
        return
    key = FigureKey(points.name, Level.PERSON, person, appraisal.period.label)
    if key not in appraisal.figures:
        for column in range(columns.first_week, columns.places):
            page.text(column, "")
        return
    gains = weekly_gains(appraisal, key)
    for column, week in enumerate(columns.roster.weeks, start=columns.first_week):
        gained = gains.get(week.label, Fraction(0))
        page.number(column, shown(gained, points.unit, page.book.language, signed=True))
    page.text(columns.costs, _costs_most(page.book, appraisal, key), BESIDE)


def _costs_most(book: Book, appraisal: Appraisal, key: FigureKey) -> str:
    lost = costs(appraisal, key, book.language)
    if not lost:
        return book.say(labels.NOTHING_LOST)
    return f"{lost[0].title} {shown(lost[0].value, Unit.POINTS, book.language, signed=True)}"


def _chart(page: Page, columns: _Columns, rows: tuple[int, int]) -> None:
    """Draw the points of all people beside each other."""
    first, last = rows
    points = columns.roster.points
    if points is None or not 2 <= last - first + 1 <= MOST_CHARTED:
        return
    column = columns.at[columns.roster.columns.index(points)]
    chart = page.book.workbook.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": say(points.title, page.book.language),
            "categories": [page.name, first, 0, last, 0],
            "values": [page.name, first, column, last, column],
            "fill": {"color": ACCENT},
            "data_labels": {"value": True},
            "gap": 60,
        }
    )
    chart.set_title({"name": say(points.title, page.book.language), "name_font": {"size": 11}})
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
