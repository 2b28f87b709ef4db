"""The workbook's sheets of people: a scorecard with its sentences, the ledger, the payslip."""

from collections.abc import Sequence
from fractions import Fraction

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import Figure, Level, Unit
from kaohe.core.language import say
from kaohe.policy.policy import Section
from kaohe.statements import labels
from kaohe.statements.changes import Carried, because
from kaohe.statements.digest import why
from kaohe.statements.layout import (
    beside,
    called,
    find,
    metrics,
    monthly,
    payslips,
    places_beside,
    spans,
    weekly,
)
from kaohe.statements.parts import caption, parts
from kaohe.statements.shown import shown, span_said
from kaohe.statements.words.unappraised import not_appraised
from kaohe.statements.workbook.overview import heading
from kaohe.statements.workbook.paper import CELL, HEADING, QUIET, SUBTITLE, TOTAL, WRAPPED, Book, Page

SENTENCE_WIDTH = 84
SENTENCE_COLUMN = 7
SLIP_WIDTH = 78
MOST_PAGES = 2
"""A scorecard is printed on one leaf."""


def scorecard(book: Book, appraisal: Appraisal, person: str, corrections: Sequence[Carried] = ()) -> None:
    """Write one person's sheet."""
    page = book.page("person", person, pages=MOST_PAGES)
    name = called(appraisal)[person]
    page.link(0, "overview", "", book.say(labels.TO_OVERVIEW))
    page.row += 1
    heading(page, appraisal, book.say(labels.SCORECARD.filled(name=name)))
    if left_out := not_appraised(appraisal, person, book.language):
        page.row -= 1
        page.text(0, left_out, SUBTITLE, fit=False)
        page.row += 2
    _headers(page)
    page.sheet.repeat_rows(page.row - 1)
    page.sheet.freeze_panes(page.row, 1)
    for section in (*weekly(appraisal.policy), *monthly(appraisal.policy)):
        _section(page, appraisal, section, person)
    _rules_that_add(page, appraisal, person)
    _ledger(page, appraisal, person)
    for section in payslips(appraisal.policy):
        if find(appraisal, section.total, Level.PERSON, person, appraisal.period):
            page.row += 1
            page.text(0, say(section.told.title, book.language) or section.name, HEADING, fit=False)
            page.row += 1
            _slip_lines(page, appraisal, section, person, SENTENCE_COLUMN)
            _corrections(page, appraisal, section, person, corrections, SENTENCE_COLUMN)
    page.done()


def _headers(page: Page) -> None:
    texts = (
        labels.FIGURE,
        labels.WEEK,
        labels.VALUE,
        labels.SHOP,
        labels.PLACE,
        labels.POINTS,
        labels.UNTIL_FINAL,
        labels.SENTENCE,
    )
    page.headers([page.book.say(one) for one in texts], right=range(2, 7))


def _section(page: Page, appraisal: Appraisal, section: Section, person: str) -> None:
    """Write a section's figures, the spans of each below one another."""
    shown_metrics = [
        metric
        for metric in metrics(appraisal.policy, section)
        if any(find(appraisal, metric.name, metric.level, person, span) for span in spans(appraisal, section))
    ]
    if not shown_metrics:
        return
    page.text(0, say(section.told.title, page.book.language) or section.name, HEADING, fit=False)
    page.row += 1
    for metric in shown_metrics:
        title, name = say(metric.title, page.book.language) or metric.name, CELL
        for span in spans(appraisal, section):
            figure = find(appraisal, metric.name, metric.level, person, span)
            if figure is not None:
                page.text(0, title, name)
                _line(page, appraisal, figure)
                # Said again at every week, but quietly: a line that is looked at alone has its name.
                name = CELL | {"font_color": QUIET}


def _line(page: Page, appraisal: Appraisal, figure: Figure) -> None:
    """Write a figure of a span: value, the shop's, place, points, when final, and why."""
    language, key = page.book.language, figure.key
    page.text(1, span_said(key.span, language))
    page.figure(2, figure, places=places_beside(appraisal, key))
    page.figure(3, beside(appraisal, key, "shop"))
    page.figure(4, beside(appraisal, key, "place"))
    points = beside(appraisal, key, "points")
    page.figure(5, points, CELL | {"bold": True}, signed=True)
    last = points or figure
    page.day(6, None if last.final else last.final_on)
    page.wrapped(SENTENCE_COLUMN, why(appraisal, last.key, language), SENTENCE_WIDTH)
    page.row += 1


def _rules_that_add(page: Page, appraisal: Appraisal, person: str) -> None:
    """Write what each rule of a sum of rules gave, such as the ledger's points by item."""
    book = page.book
    for section in monthly(appraisal.policy):
        for metric in metrics(appraisal.policy, section):
            figure = find(appraisal, metric.name, metric.level, person, appraisal.period)
            if metric.definition.kind != "adds" or figure is None:
                continue
            page.row += 1
            title = labels.PARTS_OF.filled(figure=say(metric.title, book.language))
            page.say(0, title, HEADING, fit=False)
            page.row += 1
            for part in parts(appraisal, figure.key):
                page.text(0, caption(appraisal, part, book.language))
                page.number(5, shown(part.value, figure.unit, book.language, signed=True))
                page.row += 1
            page.text(0, say(metric.title, book.language), TOTAL)
            for column in range(1, 5):
                page.text(column, "", TOTAL)
            page.figure(5, figure, TOTAL)
            page.row += 1


def _ledger(page: Page, appraisal: Appraisal, person: str) -> None:
    """Write the entries of the ledger that are about the person in the period."""
    book = page.book
    if not appraisal.policy.ledger:
        return
    page.row += 1
    page.say(0, labels.LEDGER, HEADING, fit=False)
    page.row += 1
    entries = [
        one
        for one in appraisal.evaluator.facts.ledger
        if one.person == person and one.day in appraisal.period
    ]
    if not entries:
        page.say(0, labels.NO_ENTRIES)
        page.row += 1
        return
    for entry in sorted(entries, key=lambda one: one.day):
        item = appraisal.policy.ledger.get(entry.item)
        page.text(0, say(item.told.title, book.language) if item else entry.item)
        page.day(1, entry.day)
        page.number(2, shown(entry.quantity, Unit.COUNT, book.language))
        page.text(SENTENCE_COLUMN, entry.note, WRAPPED)
        page.row += 1


def slips(book: Book, appraisal: Appraisal, corrections: Sequence[Carried] = ()) -> None:
    """Write every payslip on a page of its own, to print and hand out."""
    page = book.page("slips", landscape=False)
    breaks = []
    for section in payslips(appraisal.policy):
        for person, name in called(appraisal).items():
            if find(appraisal, section.total, Level.PERSON, person, appraisal.period) is None:
                continue
            if page.row:
                breaks.append(page.row)
            heading(page, appraisal, book.say(labels.PAYSLIP.filled(name=name)))
            texts = (labels.LINE, labels.AMOUNT, labels.SENTENCE)
            page.headers([book.say(one) for one in texts], right=(1,))
            _slip_lines(page, appraisal, section, person, 2)
            _corrections(page, appraisal, section, person, corrections, 2)
            page.row += 1
    page.sheet.set_h_pagebreaks(breaks)
    page.done()


def _slip_lines(page: Page, appraisal: Appraisal, section: Section, person: str, last: int) -> None:
    """Write the lines of a payslip and its total, each with its sentence."""
    amount = 1 if last == 2 else 2
    width = SLIP_WIDTH if last == 2 else SENTENCE_WIDTH
    for metric in metrics(appraisal.policy, section):
        figure = find(appraisal, metric.name, metric.level, person, appraisal.period)
        if figure is None:
            continue
        style = TOTAL if metric.name == section.total else CELL
        page.text(0, say(metric.title, page.book.language) or metric.name, style)
        for column in range(1, last):
            page.text(column, "", style)
        page.figure(amount, figure, style)
        said = why(appraisal, figure.key, page.book.language)
        page.wrapped(last, said, width, style | {"text_wrap": True, "bold": False, "indent": 1})
        page.row += 1


def _corrections(  # noqa: PLR0913 - a payslip's place on a page, and what is added to it
    page: Page,
    appraisal: Appraisal,
    section: Section,
    person: str,
    corrections: Sequence[Carried],
    last: int,
) -> None:
    """Write the corrections of earlier periods that are paid with a payslip, and the amount to pay."""
    own = [one for one in corrections if one.person == person and one.figure == section.total]
    total = find(appraisal, section.total, Level.PERSON, person, appraisal.period)
    if not own or total is None:
        return
    language, amount = page.book.language, 1 if last == 2 else 2
    width = SLIP_WIDTH if last == 2 else SENTENCE_WIDTH
    for one in own:
        page.text(0, one.title(language))
        page.number(amount, shown(one.amount, Unit.MONEY, language, signed=True))
        page.wrapped(last, because(one, language), width, WRAPPED)
        page.row += 1
    paid = (total.value or Fraction(0)) + sum((one.amount for one in own), Fraction(0))
    page.say(0, labels.TO_PAY, TOTAL)
    for column in range(1, last + 1):
        page.text(column, "", TOTAL)
    page.number(amount, shown(paid, Unit.MONEY, language), TOTAL)
    page.row += 1
