"""The workbook's last sheets: problems of the facts, and what the figures rest on."""

from collections.abc import Sequence

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import Node, ParameterRef
from kaohe.core.language import Text, Words, say
from kaohe.measures.gaming import Signal
from kaohe.policy.policy import Parameter
from kaohe.statements import labels
from kaohe.statements.layout import placed
from kaohe.statements.words.gaming import HEADING as HEADING_OF_SIGNALS
from kaohe.statements.words.gaming import signal_told
from kaohe.statements.words.voice import Voice
from kaohe.statements.workbook.overview import heading
from kaohe.statements.workbook.paper import CELL, HEADING, Book, Page

MOST_ROWS = 500
MESSAGE_WIDTH = 48
VALUE_WIDTH = 40
READING_WIDTH = 70


def problems(book: Book, appraisal: Appraisal) -> None:
    """Write what is wrong with the facts, with the cure."""
    page = book.page("problems")
    heading(page, appraisal, book.say(labels.PROBLEMS))
    texts = (labels.CODE, labels.WHERE, labels.MESSAGE, labels.FOUND, labels.EXPECTED, labels.CURE)
    page.headers([book.say(one) for one in texts])
    page.sheet.repeat_rows(page.row - 1)
    page.sheet.freeze_panes(page.row, 0)
    for problem in appraisal.problems:
        page.text(0, problem.code)
        where = [str(problem.place), problem.place.column]
        page.text(1, " · ".join(one for one in where if one))
        page.text(3, problem.found)
        page.wrapped(4, _said(book, problem.expected), VALUE_WIDTH)
        page.wrapped(5, _said(book, problem.cure), VALUE_WIDTH)
        page.wrapped(2, book.say(problem.message), MESSAGE_WIDTH)
        page.row += 1
    if not appraisal.problems:
        page.say(0, labels.NO_PROBLEMS, fit=False)
    page.done()


def signals(book: Book, appraisal: Appraisal, found: Sequence[Signal]) -> None:
    """Write what is worth a look, each with all conversations behind it."""
    page = book.page("signals")
    heading(page, appraisal, book.say(HEADING_OF_SIGNALS))
    for signal in found:
        one = signal_told(appraisal, signal, book.language, limit=MOST_ROWS)
        page.text(0, one.said, HEADING, fit=False)
        page.row += 1
        page.headers(one.columns)
        for cells in one.rows:
            for column, cell in enumerate(cells):
                page.text(column, cell)
            page.row += 1
        page.row += 1
    page.done()


def _said(book: Book, text: Text | None) -> str:
    return book.say(text) if text else ""


def basis(book: Book, appraisal: Appraisal) -> None:
    """Write the policy's version, its parameters' values in the period, and its readings."""
    page = book.page("basis")
    policy = appraisal.policy
    heading(page, appraisal, book.say(labels.BASIS))
    page.row -= 1
    for label, text in (
        (labels.POLICY, f"{say(policy.title, book.language)} ({policy.name})"),
        (labels.VERSION, str(policy.version)),
        (labels.DIGEST, policy.digest),
    ):
        page.say(0, label)
        page.wrapped(1, text, VALUE_WIDTH)
        page.row += 1
    page.row += 1
    page.headers([book.say(one) for one in (labels.PARAMETER, labels.VALUE, labels.READING)])
    for parameter in policy.parameters.values():
        page.wrapped(0, say(parameter.told.title, book.language) or parameter.name, VALUE_WIDTH)
        page.wrapped(1, _value(book, appraisal, parameter), VALUE_WIDTH)
        page.wrapped(2, say(parameter.told.reading, book.language), READING_WIDTH)
        page.row += 1
    page.row += 1
    _readings(page, appraisal)
    page.done()


def _value(book: Book, appraisal: Appraisal, parameter: Parameter) -> str:
    value = appraisal.evaluator.parameter(parameter.name)
    if isinstance(value, bool):
        return book.say(labels.YES if value else labels.NO)
    if value is None or value == ():
        return book.say(labels.NOT_SET)
    node = Node("parameter", value, ref=ParameterRef(parameter.name), unit=parameter.unit)
    return Voice(appraisal, book.language).value(node)


def _readings(page: Page, appraisal: Appraisal) -> None:
    """Write how each open point of the text behind the policy was read."""
    page.say(0, labels.READINGS, HEADING, fit=False)
    page.row += 1
    rows: dict[str, tuple[Words, str]] = {}
    for definition in appraisal.policy.definitions.values():
        for told in (definition.told, *(rule.told for rule in definition.rules)):
            reading = say(told.reading, page.book.language)
            if reading:
                rows.setdefault(reading, (definition.told.title, placed(told.place)))
    for reading, (title, place) in rows.items():
        page.wrapped(0, say(title, page.book.language), VALUE_WIDTH)
        page.text(1, place, CELL)
        page.wrapped(2, reading, READING_WIDTH)
        page.row += 1
