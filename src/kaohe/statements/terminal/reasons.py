"""Reasons on a terminal: a payslip from the total down, a person's scorecard, an explanation as a tree."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line
from rich.tree import Tree

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import Figure, FigureKey, Level, Unit
from kaohe.core.language import Language, Text, say
from kaohe.core.period import Span
from kaohe.policy.policy import Section
from kaohe.statements import labels
from kaohe.statements.evidence import Rows
from kaohe.statements.explain import Explanation, Input, leaves
from kaohe.statements.layout import Metric, beside, find, metrics, monthly, payslips, spans, weekly
from kaohe.statements.measured import MeasureExplanation
from kaohe.statements.shown import span_said
from kaohe.statements.terminal.paper import (
    FAINT,
    MOST_ACROSS,
    STRONG,
    cell,
    heading,
    name_column,
    number_column,
    table,
)
from kaohe.statements.words.formulas import reduced, written
from kaohe.statements.words.sentences import formula_line, short_sentence, why
from kaohe.statements.words.terms import is_sum
from kaohe.statements.words.voice import Voice

DEEPEST = 3
FEW = 5
"""Rows of evidence that a terminal shows of each kind."""


# Payslip


@dataclass(frozen=True, slots=True)
class _Branch:
    """A line of a payslip's tree: how it hangs, its figure, how deep."""

    hangs: str
    figure: Figure


def payslip(appraisal: Appraisal, person: str, language: Language) -> RenderableType:
    """Return a person's payslip from the total down to the points of single weeks."""
    voice = Voice(appraisal, language)
    made: list[RenderableType] = []
    for section in payslips(appraisal.policy):
        total = FigureKey(section.total, Level.PERSON, person, appraisal.period.label)
        if total in appraisal.figures:
            made += [_payslip(voice, total), Line()]
    return Group(*made)


def _payslip(voice: Voice, total: FigureKey) -> Table:
    appraisal, language = voice.appraisal, voice.language
    policy = appraisal.policy
    title = Text("{name}, {span} · {policy}, version {version}").filled(
        name=appraisal.name(total.subject),
        span=voice.span(total.span),
        policy=policy.name,
        version=policy.version,
    )
    made = table(title.to(language))
    made.add_column(Line(labels.FIGURE.to(language)), overflow="fold", max_width=44)
    number_column(made, labels.AMOUNT.to(language))
    name_column(made, labels.SENTENCE.to(language))
    number_column(made, Text("Policy line").to(language))
    for branch in _branches(appraisal, appraisal.figures[total]):
        key = branch.figure.key
        top = STRONG if key == total else ""
        definition = voice.definition(key)
        made.add_row(
            Line.assemble((branch.hangs, FAINT), (_branch_title(voice, key, total), top)),
            # A place is no amount; the sentence tells it.
            Line() if definition.kind == "place" else cell(voice, branch.figure),
            Line("" if key == total else line_reason(voice, key)),
            Line(str(definition.told.place.line or ""), style=FAINT),
            style=top,
        )
    return made


def _branch_title(voice: Voice, key: FigureKey, total: FigureKey) -> str:
    definition = voice.definition(key)
    about = FigureKey(definition.of or key.figure, key.level, key.subject, key.span)
    name = voice.title(about)
    if key.span == total.span:
        return name
    return voice.text(Text("{figure}, {span}"), figure=name, span=voice.span(key.span))


def line_reason(voice: Voice, key: FigureKey) -> str:
    """Return why a line has its value: for points the sentence of what earned them, else the formula."""
    definition = voice.definition(key)
    appraisal, language = voice.appraisal, voice.language
    if definition.of:
        about = FigureKey(definition.of, key.level, key.subject, key.span)
        return short_sentence(appraisal, about, language)
    if definition.kind != "formula" or reduced(appraisal.reason(key).tree).op == "literal":
        return why(appraisal, key, language)
    reason = appraisal.reason(key)
    if is_sum(reduced(reason.tree)):
        # What is added up is not told apart by its numbers alone.
        return voice.spaced(written(voice, reason, named=True)[0])
    line = formula_line(voice.appraisal, key, voice.language)
    if line.endswith(f" = {voice.title(key)}"):
        return why(appraisal, key, language)
    return line.partition(" = ")[2] or line.partition(" ≈ ")[2]


def _branches(appraisal: Appraisal, top: Figure) -> Iterator[_Branch]:
    """Yield a figure and the figures below it, each with the lines that it hangs from.

    A figure is opened where it is first met; what adds nothing is left out below the
    lines of the payslip itself.
    """
    met: set[FigureKey] = set()

    def below(figure: Figure, depth: int) -> list[Figure]:
        definition = appraisal.policy.definitions[figure.key.figure, figure.key.level]
        if depth >= DEEPEST or figure.key in met or definition.of or definition.level is not Level.PERSON:
            return []
        met.add(figure.key)
        refs = dict.fromkeys(
            leaf.ref for leaf in leaves(appraisal.reason(figure.key)) if isinstance(leaf.ref, FigureKey)
        )
        found = [appraisal.figures[ref] for ref in refs if ref in appraisal.figures and ref != figure.key]
        return [one for one in found if depth == 0 or one.value]

    def walk(figure: Figure, before: str, hangs: str, depth: int) -> Iterator[_Branch]:
        yield _Branch(before + hangs, figure)
        under = before + {"": "", "├ ": "│ ", "└ ": "  "}[hangs]
        inner = below(figure, depth)
        for index, one in enumerate(inner):
            yield from walk(one, under, "└ " if index == len(inner) - 1 else "├ ", depth + 1)

    yield from walk(top, "", "", 0)


# Scorecard


def scorecard(appraisal: Appraisal, person: str, language: Language) -> RenderableType:
    """Return a person's weekly values with places and points, and the period's figures with their reasons."""
    title = labels.SCORECARD.filled(name=appraisal.name(person)).to(language)
    made: list[RenderableType] = [heading(title)]
    for section in weekly(appraisal.policy):
        made += [_weekly(appraisal, section.name, person, language), Line()]
    for section in monthly(appraisal.policy):
        made += [_monthly(appraisal, section.name, person, language), Line()]
    return Group(*made)


def _weekly(appraisal: Appraisal, section_name: str, person: str, language: Language) -> Table:
    voice = Voice(appraisal, language)
    section = next(one for one in appraisal.policy.sections if one.name == section_name)
    across = spans(appraisal, section)
    if len(across) > MOST_ACROSS:
        return _down(voice, section, across, person)
    made = table(say(section.told.title, language) or section.name, tight=True)
    name_column(made, labels.FIGURE.to(language))
    for week in across:
        number_column(made, span_said(week.label, language))
        number_column(made, labels.PLACE_SHORT.to(language))
        number_column(made, Text("pts").to(language))
    for metric in metrics(appraisal.policy, section):
        cells = [Line(say(metric.title, language) or metric.name)]
        for week in across:
            cells += _standing(voice, metric, person, week)
        made.add_row(*cells)
    return made


def _down(voice: Voice, section: Section, down: tuple[Span, ...], person: str) -> Table:
    """Return a section of many spans: they stand below each other, the metrics across."""
    appraisal, language = voice.appraisal, voice.language
    made = table(say(section.told.title, language) or section.name, tight=True)
    name_column(made, labels.WEEK.to(language))
    shown_metrics = metrics(appraisal.policy, section)
    for metric in shown_metrics:
        number_column(made, say(metric.title, language) or metric.name)
        number_column(made, labels.PLACE_SHORT.to(language))
        number_column(made, Text("pts").to(language))
    for span in down:
        cells = [one for metric in shown_metrics for one in _standing(voice, metric, person, span)]
        if any(one.plain for one in cells):
            made.add_row(Line(span_said(span.label, language)), *cells)
    return made


def _standing(voice: Voice, metric: Metric, person: str, span: Span) -> list[Line]:
    """Return a person's value, place and points of a span."""
    appraisal = voice.appraisal
    key = FigureKey(metric.name, Level.PERSON, person, span.label)
    return [
        cell(voice, find(appraisal, metric.name, Level.PERSON, person, span)),
        cell(voice, beside(appraisal, key, "place")),
        cell(voice, beside(appraisal, key, "points"), signed=True),
    ]


def _monthly(appraisal: Appraisal, section_name: str, person: str, language: Language) -> Table:
    voice = Voice(appraisal, language)
    section = next(one for one in appraisal.policy.sections if one.name == section_name)
    made = table(say(section.told.title, language) or section.name)
    name_column(made, labels.FIGURE.to(language))
    number_column(made, labels.VALUE.to(language))
    name_column(made, labels.SENTENCE.to(language))
    for metric in metrics(appraisal.policy, section):
        figure = find(appraisal, metric.name, Level.PERSON, person, appraisal.period)
        if figure is not None:
            reason = Line(why(appraisal, figure.key, language))
            made.add_row(Line(say(metric.title, language) or metric.name), cell(voice, figure), reason)
    return made


# Explanation


def explanation(explained: Explanation, language: Language, *, depth: int = 1) -> Tree:
    """Return an explanation as a tree: sentence, rule, what stands beside, inputs with days and rows.

    Args:
        explained: The explanation.
        language: The reader's language.
        depth: How many levels of inputs are opened.
    """
    tree = Tree(Line(explained.sentence, style=STRONG))
    if explained.worth:
        tree.add(Line(explained.worth))
    if explained.unit is not Unit.POINTS or explained.rule.formula or " = " in explained.formula:
        tree.add(Line(explained.formula))
    for said in explained.surety:
        tree.add(Line(said))
    _rule(tree, explained, language)
    _inputs(tree, Text("Beside it"), explained.beside, language, 0)
    _inputs(tree, Text("Computed from"), explained.inputs, language, depth)
    return tree


def _rule(tree: Tree, explained: Explanation, language: Language) -> None:
    rule = explained.rule
    branch = tree.add(
        Line.assemble((labels.RULE.to(language), STRONG), f"  {rule.policy}  ", (rule.place, FAINT))
    )
    if rule.formula:
        branch.add(Line.assemble(f"{rule.said}  ", (rule.formula, FAINT)))
    if rule.reading:
        branch.add(Line.assemble((labels.READING.to(language) + "  ", FAINT), rule.reading))
    for fired in rule.fired:
        line = branch.add(Line.assemble("● ", (fired.gave, STRONG), f"  {fired.why}  ", (fired.place, FAINT)))
        if fired.reading:
            line.add(Line.assemble((labels.READING.to(language) + "  ", FAINT), fired.reading))
    for other in rule.others:
        branch.add(Line(f"○ {other}", style=FAINT))


def _inputs(tree: Tree, title: Text, inputs: tuple[Input, ...], language: Language, depth: int) -> None:
    if not inputs:
        return
    branch = tree.add(Line(title.to(language), style=STRONG))
    # Far down, what is zero adds nothing to read.
    told = inputs if depth > 0 else [one for one in inputs if one.exact != 0]
    for one in told:
        said = "  ".join(part for part in (one.title, one.subject, one.span) if part)
        until = f"  {one.until}" if one.until else ""
        leaf = branch.add(Line.assemble(f"{said}  ", (one.value, STRONG), (until, FAINT)))
        opened = one.open() if depth > 0 else None
        if isinstance(opened, MeasureExplanation):
            _measure(leaf, opened, language)
        elif isinstance(opened, Explanation):
            leaf.add(Line(opened.sentence, style=FAINT))
            _inputs(leaf, Text("Computed from"), opened.inputs, language, depth - 1)
    if len(told) < len(inputs):
        text = Text("and {count} more that are zero") if told else Text("all {count} are zero")
        zeros = text.filled(count=len(inputs) - len(told))
        branch.add(Line(zeros.to(language), style=FAINT))


def _measure(branch: Tree, measure: MeasureExplanation, language: Language) -> None:
    """Add a measure's days, provisional ones marked, and the first of the rows behind."""
    days = Line()
    for one in measure.days:
        text = f"{one.day:%m-%d} {one.said}"
        days.append(f"{text}  " if one.final else f"{text}*  ", "" if one.final else "italic")
    if measure.days:
        branch.add(days)
    if any(not one.final for one in measure.days):
        branch.add(Line(f"* {measure.until}", style=FAINT))
    found = measure.evidence()
    if found is None:
        branch.add(Line(measure.no_evidence(), style=FAINT))
        return
    _rows(
        branch, Text("Rows that count: {count}"), measure.rows(found.counted, limit=FEW, brief=True), language
    )
    _rows(
        branch,
        Text("Rows that do not count: {count}"),
        measure.rows(found.not_counted, limit=FEW, brief=True),
        language,
    )


def _rows(branch: Tree, title: Text, rows: Rows, language: Language) -> None:
    if not rows.count:
        return
    said = title.filled(count=f"{rows.count:,}").to(language)
    if len(rows.rows) < rows.count:
        first = Text("the first {shown} of them").filled(shown=len(rows.rows)).to(language)
        said = Text("{thing} ({note})").filled(thing=said, note=first).to(language)
    leaf = branch.add(Line(said))
    made = table()
    filled = [index for index in range(len(rows.columns)) if any(row.cells[index] for row in rows.rows)]
    for index in filled:
        made.add_column(Line(rows.columns[index]), overflow="fold")
    for row in rows.rows:
        made.add_row(*(Line(row.cells[index]) for index in filled))
    leaf.add(made)
