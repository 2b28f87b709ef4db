"""What the parts of a reason are called, and the smallest phrases that sentences are made of."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FactRef, Figure, FigureKey, Level, MeasureRef, Node, ParameterRef, Unit
from kaohe.core.language import Language, Text, Words, say
from kaohe.core.measure import MEASURES
from kaohe.policy.askedwords import asked_words
from kaohe.policy.expression import Reviewed, Score
from kaohe.policy.policy import EMPLOYED, EVERYONE, Definition
from kaohe.policy.titles import FACT_TITLES, ROW_TITLES, choice, indicator, spaced, title
from kaohe.policy.vocabulary import BY_MONTH
from kaohe.statements.layout import in_per_mille
from kaohe.statements.remembering import once
from kaohe.statements.shown import (
    NO_VALUE,
    counted,
    per_mille,
    seconds,
    short_percent,
    shown,
    shown_beside,
    span_said,
)
from kaohe.statements.words.bars import bars

ONE_PERCENT = Fraction(1, 100)
ASKED = ("scores", "raters", "reviews")
"""Facts that people said: scores, who has not given any, reviews of conversations."""
WRITTEN = ("literal", "parameter")


@dataclass(frozen=True, slots=True)
class Voice:
    """Speaks of one appraisal in one language.

    Attributes:
        appraisal: The appraisal.
        language: The reader's language.
    """

    appraisal: Appraisal
    language: Language

    def text(self, text: Text, /, **gaps: object) -> str:
        """Return a text with its gaps filled, in the reader's language."""
        return text.filled(**gaps).to(self.language)

    def spaced(self, text: str) -> str:
        """Return Chinese with a space between Han characters and figures, as the house writes it."""
        return spaced(text, self.language)

    def words(self, words: Words) -> str:
        """Return what an author wrote, in the reader's language."""
        return say(words, self.language)

    def clauses(self, parts: Iterable[str]) -> str:
        """Return parts of a sentence joined by commas; blank ones are left out."""
        said = [part for part in parts if part]
        comma = Text("{one}, {other}")
        return reduce(lambda one, other: self.text(comma, one=one, other=other), said) if said else ""

    # Names

    def definition(self, key: FigureKey) -> Definition:
        """Return how a figure is made."""
        return self.appraisal.policy.definitions[key.figure, key.level]

    def title(self, key: FigureKey) -> str:
        """Return what a figure is called: ``Order rate``, ``the shop's Order rate``."""
        return title(key.figure, key.level, self.appraisal.policy, self.language)

    def span(self, label: str) -> str:
        """Return a span of days in words."""
        return span_said(label, self.language)

    def headed(self, key: FigureKey) -> str:
        """Return a figure's name with its span, as a sentence begins: ``Order rate, week 2``."""
        name = self.title(key)
        return self.text(
            Text("{figure}, {span}"), figure=name[:1].upper() + name[1:], span=self.span(key.span)
        )

    def name(self, node: Node) -> str:
        """Return what a leaf of a computation is called; blank for a literal or a computed step."""
        policy = self.appraisal.policy
        match node.ref:
            case FigureKey(figure, level):
                return title(figure, level, policy, self.language)
            case MeasureRef(measure):
                return self.words(MEASURES[measure].title)
            case ParameterRef(name):
                return self.words(policy.parameters[name].told.title) or name
            case FactRef():
                return self._fact(node.ref)
        if node.op == "months_between":
            return self.text(Text("whole months since {day}"), day=self.value(node.args[0]))
        return self.text(FACT_TITLES["span", "employed_days"]) if node.op == "employed_days" else ""

    def name_then(self, node: Node) -> str:
        """Return what a leaf is called, with its span where that lies before the period."""
        name, ref = self.name(node), node.ref
        if not isinstance(ref, FigureKey) or ref.span in self.appraisal.spans:
            return name
        return self.text(Text("{figure} of {span}"), figure=name, span=self.span(ref.span))

    def _fact(self, ref: FactRef) -> str:
        policy = self.appraisal.policy
        which, _, cell = ref.name.rpartition("(")
        table, _, column = cell.rstrip(")").partition(".")
        if which:
            return self.text(ROW_TITLES[which, table, column])
        if table in ASKED:
            return self._asked(ref, table, column)
        if table == "operating":
            return spaced(indicator(column, policy, self.language), self.language)
        if table == "over":
            return ref.subject if column in ("shops", "departments") else self.span(ref.span)
        if table == "entries":
            return self.text(Text("entries of “{item}”"), item=self.item(ref))
        if table == "groups":
            if column in (EVERYONE, EMPLOYED):
                return self.text(Text("employed in the period") if column == EMPLOYED else Text("everyone"))
            return self.words(policy.groups[column].told.title) or column
        name = self.text(FACT_TITLES[table, column])
        if table not in BY_MONTH or ref.span == self.appraisal.period.label:
            return name
        return self.text(Text("{figure} of {span}"), figure=name, span=self.span(ref.span))

    def asked_item(self, ref: FactRef) -> str:
        """Return what the item of a form or a sample is called that a score is about."""
        table, _, column = ref.name.partition(".")
        name, _, item = column.partition(".")
        there = self.appraisal.policy.samples if table == "reviews" else self.appraisal.policy.forms
        return self.words(there[name].items[item].told.title) or item

    def _asked(self, ref: FactRef, table: str, column: str) -> str:
        """Return what is called what people said: a score and who gave it, a conversation, a rater."""
        policy, by = self.appraisal.policy, self.appraisal.name(ref.by)
        there = policy.samples if table == "reviews" else policy.forms
        name = next(one for one in there if column == one or column.startswith(f"{one}."))
        item = column.removeprefix(name).removeprefix(".")
        if table == "raters":
            role = policy.forms[name].raters.get(ref.by)
            return self.words(role.told.title) or ref.by if role and by == ref.by else by
        if not ref.by:
            asked = Reviewed(name, item) if table == "reviews" else Score(name, item)
            return asked_words(asked, policy, self.language)
        if item:
            return self.text(Text("{item} by {rater}"), item=self.asked_item(ref), rater=by)
        return self.text(Text("conversation {case}"), case=ref.by) if table == "reviews" else by

    def item(self, ref: FactRef) -> str:
        """Return what an item of the ledger is called."""
        name = ref.name.removeprefix("entries.")
        return self.words(self.appraisal.policy.ledger[name].told.title) or name

    # Values

    def value(self, node: Node, unit: Unit | None = None) -> str:
        """Return a node's value as shown; a written rate stays as short as it was written."""
        return (
            self._choice(node)
            or self._rate(node, unit)
            or shown(node.value, node.unit or unit, self.language)
        )

    def _choice(self, node: Node) -> str:
        """Return the texts that a parameter is set to, in words; blank for anything else."""
        ref, value = node.ref, node.value
        if not isinstance(ref, ParameterRef) or not isinstance(value, str | tuple):
            return ""
        parameter = self.appraisal.policy.parameters[ref.name]
        texts = (value,) if isinstance(value, str) else value
        return Text(", ").to(self.language).join(choice(parameter, one, self.language) for one in texts)

    def of_figure(self, figure: Figure) -> str:
        """Return a figure's value as shown, off every bar that it does not exactly reach."""
        return once(self.appraisal, ("of_figure", figure.key, self.language), lambda: self._of_figure(figure))

    def _of_figure(self, figure: Figure) -> str:
        value, unit = figure.value, figure.unit
        plainly = self.value(Node("figure", value, ref=figure.key, unit=unit))
        if value is None or unit not in (Unit.RATIO, Unit.MONEY, Unit.SECONDS):
            return plainly
        held = [bar for bar in bars(self.appraisal, figure.key) if bar != value]
        return max([plainly, *(shown_beside(value, bar, unit, self.language) for bar in held)], key=len)

    def in_sentence(self, figure: Figure) -> str:
        """Return a figure's value as a sentence says it: seconds bring their unit along, a grade its name."""
        return self.graded(self.marked(self.of_figure(figure), figure.unit), figure.key)

    def graded(self, text: str, key: FigureKey) -> str:
        """Return a shown value with what it is called, such as a grade, where it is called anything."""
        grade = self.words(self.appraisal.grade(key))
        return self.text(Text("{value} ({grade})"), value=text, grade=grade) if grade else text

    def marked(self, text: str, unit: Unit | None) -> str:
        """Return a shown value as a sentence says it: seconds bring their unit along."""
        return seconds(text, self.language) if unit is Unit.SECONDS and text != NO_VALUE else text

    def with_unit(self, node: Node) -> str:
        """Return a node's value with its unit."""
        return self._choice(node) or self._rate(node, None) or counted(node.value, node.unit, self.language)

    def beside(self, node: Node, border: Node) -> str:
        """Return a node's value, apart from a border that it does not equal."""
        unit = node.unit or border.unit
        one, other = node.value, border.value
        if node.op in WRITTEN or not isinstance(one, Fraction) or not isinstance(other, Fraction):
            return self.value(node, unit)
        return shown_beside(one, other, unit, self.language)

    def bar(self, node: Node, about: Node) -> str:
        """Return the bar that something is held against: ``the shop's 32.81%``, ``10%``."""
        value = self.marked(self.beside(node, about), node.unit or about.unit)
        own, ref = about.ref, node.ref
        if isinstance(ref, FigureKey) and isinstance(own, FigureKey) and ref.figure == own.figure:
            of_shop = ref.level is Level.SHOP and own.level is not Level.SHOP
            if ref.span == own.span:
                text = Text("the shop's {value}") if of_shop else Text("{value}")
            else:
                text = Text("the shop's {value} of {span}") if of_shop else Text("the {value} of {span}")
            return self.text(text, value=value, span=self.span(ref.span))
        if node.op == "*" and node.args[0].op in WRITTEN and node.args[0].unit is Unit.RATIO:
            share, whole = node.args
            text = Text("{percent} of {whole} ({value})")
            return self.text(text, percent=self.value(share), whole=self.bar(whole, about), value=value)
        name = self.name(node)
        return self.text(Text("{name} {value}"), name=name, value=value) if name else value

    def _rate(self, node: Node, unit: Unit | None) -> str:
        """Return a ratio that the policy's author wrote as they wrote it; blank for anything else."""
        value = node.value
        if (node.unit or unit) is not Unit.RATIO or not isinstance(value, Fraction):
            return ""
        if isinstance(node.ref, FigureKey):
            return per_mille(value) if in_per_mille(self.appraisal.policy, node.ref) else ""
        if node.op not in WRITTEN:
            return ""
        return per_mille(value) if 0 < abs(value) < ONE_PERCENT else short_percent(value)
