"""The workbook's sheets of sections: weekly rankings, tables of people, the department's result."""

from fractions import Fraction
from itertools import accumulate, pairwise, product

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import Figure, FigureKey, Level, Unit
from kaohe.core.language import Text, say
from kaohe.core.period import Span
from kaohe.policy.policy import Section
from kaohe.statements import labels
from kaohe.statements.digest import why
from kaohe.statements.layout import (
    Metric,
    beside,
    called,
    find,
    metrics,
    named,
    of_department,
    places_beside,
    spans,
)
from kaohe.statements.parts import caption, parts, sums
from kaohe.statements.shown import shown, span_said, unit_said
from kaohe.statements.words.surety import half_width, has_intervals, surety_short
from kaohe.statements.workbook.overview import heading
from kaohe.statements.workbook.paper import (
    ACCENT,
    ACROSS,
    CELL,
    DOWN,
    FAINT,
    HEADER,
    HEADING,
    LOSS,
    QUIET,
    ROW_PIXELS,
    RULE,
    TOTAL,
    WRAPPED,
    Book,
    Page,
    Style,
)

SHADES = ("#BBD3EA", "#84AFDA", "#4C86BE", ACCENT)
"""The weeks in one colour, the latest the darkest."""
MOST_CHARTED = 16
SENTENCE_WIDTH = 70
SENTENCE_TO, LEAST_ACROSS = 8, 12
"""A sentence below a table of departments reaches to this column at least, each so wide at least."""
LEAST_NAME = 18
HELPER_COLUMN = 12
CHART_WIDTH, GAP, LEAST_ROWS = 540, 20, 7
FILLS: tuple[Style, ...] = ({"none": True}, {"color": QUIET}, {"color": ACCENT}, {"color": LOSS})
"""Of a waterfall: the base, the total, what is added, what is taken off."""
SHOP_ROW: Style = CELL | {"bold": True, "font_color": ACCENT}
HEAD_CENTRE: Style = HEADER | {"align": "center"}


def headed(page: Page, appraisal: Appraisal, section: Section) -> None:
    """Write the title of a section's sheet, and the way back."""
    title = say(section.told.title, page.book.language) or section.name
    page.link(0, "overview", "", page.book.say(labels.TO_OVERVIEW))
    page.row += 1
    heading(page, appraisal, title)


def titled(metric: Metric, book: Book) -> str:
    """Return a metric's name with its unit, as a header; a ratio's cells bring theirs, a count has none."""
    title = say(metric.title, book.language) or metric.name
    if metric.unit in (Unit.RATIO, Unit.COUNT):
        return title
    unit = unit_said(metric.unit, book.language)
    return book.say(Text("{thing} ({note})").filled(thing=title, note=unit))


def rankings(book: Book, appraisal: Appraisal, section: Section) -> None:
    """Write a weekly section: a block a metric, people down, weeks across, the shop below, a chart beside."""
    page = book.page("section", section.name)
    headed(page, appraisal, section)
    page.sheet.freeze_panes(page.row, 1)
    page.sheet.repeat_rows(0, page.row - 1)
    page.fit(0, LEAST_NAME)
    names = called(appraisal)
    weeks, blocks = spans(appraisal, section), metrics(appraisal.policy, section)
    starts, charted = [], []
    for metric in blocks:
        starts.append(page.row)
        charted.append(_block(page, appraisal, metric, weeks, names))
    each = [_each(appraisal, metric) for metric in blocks]
    columns = max((1 + len(weeks) * one for one in each), default=1)
    if how := appraisal.certainty.resampling:
        page.text(0, labels.sure_note(how, book.language), {"font_color": QUIET}, fit=False)
        page.row += 1
    page.done()  # a chart is placed by the widths of the columns before it
    for metric, block, one in zip(blocks, charted, each, strict=True):
        _week_chart(page, metric, weeks, block, (one, columns))
    page.sheet.set_h_pagebreaks(_breaks(page, starts, page.pixels(columns) + GAP + CHART_WIDTH))


def _breaks(page: Page, starts: list[int], width: int) -> list[int]:
    """Return where pages begin, so that none begins within a block."""
    head, room = starts[0] if starts else 0, int(DOWN * max(width, ACROSS) / ACROSS / ROW_PIXELS)
    breaks, first = [], 0
    for start, end in pairwise([*starts, page.row]):
        if end - first > room - (head if first else 0) and start > head:
            breaks.append(start)
            first = start
    return breaks


def _each(appraisal: Appraisal, metric: Metric) -> int:
    """Return how many columns a week of a metric has."""
    sure = has_intervals(appraisal, metric)
    return 1 + sure + metric.has_place * (1 + sure) + metric.has_points


def _block(
    page: Page, appraisal: Appraisal, metric: Metric, weeks: tuple[Span, ...], names: dict[str, str]
) -> tuple[int, int, int]:
    """Write one metric; return its first and its last row, and how many people it has."""
    book = page.book
    page.text(0, titled(metric, book), HEADING, fit=False)
    page.row += 1
    each = _each(appraisal, metric)
    _week_headers(page, metric, weeks, each, sure=has_intervals(appraisal, metric))
    first = page.row
    for person, name in names.items():
        if not any(find(appraisal, metric.name, metric.level, person, week) for week in weeks):
            continue
        page.person(0, person, name)
        for number, week in enumerate(weeks):
            key = FigureKey(metric.name, metric.level, person, week.label)
            _standing(page, appraisal, metric, key, 1 + number * each)
        page.row += 1
    people = page.row - first
    if metric.has_shop:
        page.say(0, labels.SHOP, SHOP_ROW)
        for number, week in enumerate(weeks):
            column = 1 + number * each
            for empty in range(column, column + each):
                page.text(empty, "", SHOP_ROW)
            page.figure(column, find(appraisal, metric.name, Level.SHOP, appraisal.desk, week), SHOP_ROW)
        page.row += 1
    last = page.row - 1
    page.row += 1
    return first, last, people


def _week_headers(page: Page, metric: Metric, weeks: tuple[Span, ...], each: int, *, sure: bool) -> None:
    """Write two rows of headers: the weeks, and what stands in their columns."""
    language = page.book.language
    page.text(0, "", HEADER)
    for number, week in enumerate(weeks):
        column = 1 + number * each
        said = span_said(week.label, language)
        if each > 1:
            page.sheet.merge_range(
                page.row, column, page.row, column + each - 1, said, page.book.style(HEAD_CENTRE)
            )
        else:
            page.text(column, said, HEAD_CENTRE)
    page.row += 1
    titles = [page.book.say(labels.VALUE)] + ["±"] * sure
    if metric.has_place:
        titles += [page.book.say(labels.PLACE)] + [page.book.say(labels.SURE)] * sure
    titles += [page.book.say(labels.POINTS)] * metric.has_points
    page.headers(
        [page.book.say(labels.PERSON), *(one for _ in weeks for one in titles)],
        right=range(1, 1 + len(weeks) * each),
    )


def _standing(page: Page, appraisal: Appraisal, metric: Metric, key: FigureKey, column: int) -> None:
    """Write a person's value, place and points of a week, with how sure they are where that is known."""
    sure, language = has_intervals(appraisal, metric), page.book.language
    figure = appraisal.figures.get(key)
    page.figure(column, figure, places=places_beside(appraisal, key) if figure else None)
    column += 1
    if sure:
        interval = appraisal.certainty.intervals.get(key)
        page.text(column, half_width(interval, metric.unit, language) if interval else "", FAINT)
        column += 1
    if metric.has_place:
        page.figure(column, beside(appraisal, key, "place"))
        column += 1
    if metric.has_place and sure:
        one = appraisal.certainty.places.get(key._replace(figure=f"{key.figure}.place"))
        exposure = appraisal.certainty.exposures.get((key.subject, key.span))
        page.text(column, surety_short(one, exposure) if one else "", FAINT)
        column += 1
    if metric.has_points:
        page.figure(column, beside(appraisal, key, "points"), signed=True)


def _week_chart(
    page: Page,
    metric: Metric,
    weeks: tuple[Span, ...],
    block: tuple[int, int, int],
    widths: tuple[int, int],
) -> None:
    """Draw the values of a block beside it: people side by side, weeks from light to dark, the shop last.

    Args:
        page: The sheet.
        metric: What is drawn.
        weeks: Its weeks.
        block: First and last row, and how many people there are.
        widths: How many columns a week has, and how many the sheet.
    """
    (first, last, people), (each, columns) = block, widths
    if not 2 <= people <= MOST_CHARTED:
        return
    chart = page.book.workbook.add_chart({"type": "column"})
    for number, week in enumerate(weeks):
        column = 1 + number * each
        chart.add_series(
            {
                "name": span_said(week.label, page.book.language),
                "categories": [page.name, first, 0, last, 0],
                "values": [page.name, first, column, last, column],
                "fill": {"color": SHADES[number % len(SHADES)]},
                "gap": 70,
            }
        )
    form = "0%" if metric.unit is Unit.RATIO else "#,##0"
    chart.set_legend({"position": "top", "font": {"size": 8}})
    grid = {"visible": True, "line": {"color": RULE}}
    chart.set_y_axis({"major_gridlines": grid, "num_font": {"size": 8}, "num_format": form})
    chart.set_x_axis({"num_font": {"size": 8}})
    rows = max(last - first + 3, LEAST_ROWS)
    chart.set_size({"width": CHART_WIDTH, "height": rows * ROW_PIXELS})
    page.sheet.insert_chart(first - 2, columns, chart, {"object_position": 2, "x_offset": GAP})


def table(book: Book, appraisal: Appraisal, section: Section) -> None:
    """Write a section that people have once a period: people down, figures across."""
    page = book.page("section", section.name)
    headed(page, appraisal, section)
    shown_metrics = metrics(appraisal.policy, section)
    titles, points_at = [book.say(labels.PERSON)], set()
    for metric in shown_metrics:
        titles.append(say(metric.title, book.language) or metric.name)
        if metric.has_points:
            points_at.add(len(titles))
            titles.append(book.say(labels.POINTS))
    page.sheet.set_row(page.row, 46)
    page.headers(titles, right=range(1, len(titles)))
    page.sheet.repeat_rows(page.row - 1)
    page.sheet.freeze_panes(page.row, 1)
    for person, name in called(appraisal).items():
        row = [find(appraisal, one.name, one.level, person, appraisal.period) for one in shown_metrics]
        if any(row):
            _row(page, appraisal, section, (person, name), row)
    if section.total:
        _totals(page, appraisal, section)
    page.done()


def _totals(page: Page, appraisal: Appraisal, section: Section) -> None:
    """Write what everyone gets together, column by column."""
    page.say(0, labels.TOTAL, TOTAL)
    column = 1
    for metric in metrics(appraisal.policy, section):
        column_of = [
            figure.value or Fraction(0)
            for key, figure in appraisal.figures.items()
            if key.figure == metric.name and key.level is metric.level
        ]
        together = shown(sum(column_of, Fraction(0)), metric.unit, page.book.language)
        page.number(column, together, TOTAL)
        column += 1 + metric.has_points


def _row(
    page: Page, appraisal: Appraisal, section: Section, who: tuple[str, str], row: list[Figure | None]
) -> None:
    person, name = who
    page.person(0, person, name)
    column = 1
    for metric, figure in zip(metrics(appraisal.policy, section), row, strict=True):
        style = CELL | {"bold": True} if metric.name == section.total else CELL
        page.figure(column, figure, style)
        column += 1
        if metric.has_points:
            points = find(appraisal, f"{metric.name}.points", metric.level, person, appraisal.period)
            page.figure(column, points, signed=True)
            column += 1
    page.row += 1


def department(book: Book, appraisal: Appraisal, section: Section) -> None:
    """Write the department's result: each figure with its sentence, and its pools taken apart."""
    page = book.page("section", section.name)
    headed(page, appraisal, section)
    across = metrics(appraisal.policy, section)
    is_table = appraisal.policy.several and section.each == "period" and len(across) > 1
    if is_table:
        _departments(page, appraisal, across)
    titles = (labels.FIGURE, labels.VALUE, labels.UNTIL_FINAL, labels.SENTENCE)
    page.headers([book.say(one) for one in titles], right=(1, 2))
    if not is_table:
        page.sheet.repeat_rows(page.row - 1)
        page.sheet.freeze_panes(page.row, 1)
    for span in spans(appraisal, section):
        for subject, metric in product(appraisal.departments, metrics(appraisal.policy, section)):
            figure = find(appraisal, metric.name, metric.level, subject, span)
            if figure is None:
                continue
            named = say(metric.title, book.language) or metric.name
            page.text(0, of_department(appraisal, named, subject, book.language))
            page.figure(1, figure)
            page.day(2, None if figure.final else figure.final_on)
            said = why(appraisal, figure.key, book.language)
            if is_table:
                _across(page, said, max(len(across), SENTENCE_TO))
            else:
                page.wrapped(3, said, SENTENCE_WIDTH)
            page.row += 1
    page.row += 1
    for key in sums(appraisal):
        if key.figure in section.figures:
            _waterfall(page, appraisal, key)
    page.done()


def _across(page: Page, said: str, last: int) -> None:
    """Write a sentence over the columns that the table above it has beside each other."""
    for column in range(3, last + 1):
        page.fit(column, LEAST_ACROSS)
    page.sheet.merge_range(page.row, 3, page.row, last, said, page.book.style(WRAPPED))
    page.height(said, sum(page.width(column) for column in range(3, last + 1)))


def _departments(page: Page, appraisal: Appraisal, across: tuple[Metric, ...]) -> None:
    """Write a section of several departments as a table: they below each other, the figures across."""
    book = page.book
    page.sheet.set_row(page.row, 46)
    titles = [named(one, book.language) for one in across]
    page.headers([book.say(labels.DEPARTMENT), *titles], right=range(1, 1 + len(across)))
    for subject in appraisal.departments:
        page.text(0, appraisal.name(subject))
        for column, metric in enumerate(across, start=1):
            page.figure(column, find(appraisal, metric.name, metric.level, subject, appraisal.period))
        page.row += 1
    page.row += 1
    page.say(0, labels.SENTENCES, HEADING, fit=False)
    page.row += 1


def _waterfall(page: Page, appraisal: Appraisal, key: FigureKey) -> None:
    """Write a sum as its parts, running sum beside, and draw it as a waterfall."""
    book, language = page.book, page.book.language
    figure = appraisal.figures[key]
    definition = appraisal.policy.definitions[key.figure, key.level]
    title = of_department(appraisal, say(definition.told.title, language), key.subject, language)
    page.say(0, labels.PARTS_OF.filled(figure=title), HEADING, fit=False)
    page.row += 1
    page.headers([book.say(one) for one in (labels.PART, labels.AMOUNT, labels.RUNNING)], right=(1, 2))
    first = page.row
    running = Fraction(0)
    for name, value in steps(book, appraisal, key):
        running += value
        page.wrapped(0, name, page.width(0))
        page.number(1, shown(value, figure.unit, language, signed=True))
        page.number(2, shown(running, figure.unit, language))
        page.row += 1
    page.text(0, title, TOTAL)
    page.figure(1, figure, TOTAL)
    page.text(2, "", TOTAL)
    _waterfall_chart(page, (first, page.row), [value for _, value in steps(book, appraisal, key)])
    page.row += 2


def steps(book: Book, appraisal: Appraisal, key: FigureKey) -> list[tuple[str, Fraction]]:
    """Return the parts of a sum as shown, rounding and bounds as steps of their own."""
    figure = appraisal.figures[key]
    rows = [(caption(appraisal, part, book.language), part.value) for part in parts(appraisal, key)]
    rest = (figure.value or Fraction(0)) - sum((value for _, value in rows), Fraction(0))
    if abs(rest) >= Fraction(1, 200):
        rows.append((book.say(labels.FLOOR), rest))
    return rows


def _waterfall_chart(page: Page, rows: tuple[int, int], values: list[Fraction]) -> None:
    """Draw floating bars over a see-through base, from hidden columns; sums below zero are not drawn."""
    first, total = rows
    running, column = Fraction(0), HELPER_COLUMN
    if any(one < 0 for one in accumulate(values)):
        return
    for offset, value in enumerate([*values, None]):
        start = Fraction(0) if value is None else running
        end = running if value is None else running + value
        running = end
        low, size = min(start, end), abs(end - start)
        shares = (
            low,
            size if value is None else 0,
            size if (value or 0) > 0 else 0,
            size if (value or 0) < 0 else 0,
        )
        for index, share in enumerate(shares):
            page.sheet.write_number(first + offset, column + index, float(share))
    page.sheet.set_column(column, column + len(FILLS) - 1, None, None, {"hidden": True})
    chart = page.book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    chart.show_hidden_data()
    for index, fill in enumerate(FILLS):
        chart.add_series(
            {
                "categories": [page.name, first, 0, total, 0],
                "values": [page.name, first, column + index, total, column + index],
                "fill": fill,
                "gap": 40,
            }
        )
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 8}})
    chart.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": RULE}}, "num_font": {"size": 8}})
    height = 60 + 34 * (total - first + 1)
    chart.set_size({"width": page.pixels(4), "height": height})
    page.sheet.insert_chart(total + 2, 0, chart, {"object_position": 2})
    page.row += 2 + height // ROW_PIXELS
