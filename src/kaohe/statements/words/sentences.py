"""The one sentence of a figure, what else could have been, and what it is worth.

A sentence says the number first, then what it is held against, then the consequence, and
until when it is provisional. It is built from the figure's reason alone: whatever a policy
computes can be said.
"""

from fractions import Fraction

from kaohe.appraisal.appraise import Appraisal, Finding, Review
from kaohe.core.figure import FigureKey, Node, Outcome, Unit
from kaohe.core.language import Language, Text
from kaohe.core.period import PeriodKind
from kaohe.policy.titles import spaced
from kaohe.statements.remembering import once
from kaohe.statements.shown import shown
from kaohe.statements.words import formulas
from kaohe.statements.words.bodies import beside, body, until_when
from kaohe.statements.words.conditions import compared, facts
from kaohe.statements.words.outcomes import Teller
from kaohe.statements.words.voice import Voice
from kaohe.statements.words.worth import Worths

NO_DIFFERENCE = {
    True: Text("makes no difference to this month's pay"),
    False: Text("makes no difference to the pay of this period"),
}
WORTH = {True: Text("worth {amount} this month"), False: Text("worth {amount} in this period")}
COSTS = {True: Text("costs {amount} this month"), False: Text("costs {amount} in this period")}
"""What a figure does to pay; by whether a period is a month."""


def sentence(appraisal: Appraisal, key: FigureKey, language: Language) -> str:
    """Return the sentence of a figure: ``Order rate, week 2: 28.42%, below the shop's 32.81%: −1 point``.

    Raises:
        KeyError: There is no such figure.
    """
    voice = Voice(appraisal, language)
    text = Text("{head}: {body}")
    return voice.spaced(voice.text(text, head=voice.headed(key), body=body(voice, key)))


def short_sentence(appraisal: Appraisal, key: FigureKey, language: Language) -> str:
    """Return the sentence of a figure without its name, for a table that has the name beside it."""
    voice = Voice(appraisal, language)
    return once(appraisal, ("short_sentence", key, language), lambda: voice.spaced(body(voice, key)))


def why(appraisal: Appraisal, key: FigureKey, language: Language) -> str:
    """Return what a figure's sentence says after its value, for a table that has the value beside it."""
    voice = Voice(appraisal, language)
    said = body(voice, key).removeprefix(voice.in_sentence(appraisal.figures[key]))
    return voice.spaced(said.lstrip(" :,=：，"))


def cause(appraisal: Appraisal, key: FigureKey, outcome: Outcome, language: Language) -> str:
    """Return what a rule of a figure that fired rests on, for a table that has the rule's title beside it."""
    voice = Voice(appraisal, language)
    return voice.spaced(Teller.of(voice, key).cause(outcome))


def not_fired(appraisal: Appraisal, key: FigureKey, language: Language) -> list[str]:
    """Return the rules that did not fire and by how much, and what would have been enough.

    For a figure that earns points they are the rules of its points. "Enough" is counted
    in whole orders (or cents) and left out where it cannot be told exactly.
    """
    whose = beside(appraisal, key, "points") or key
    return once(appraisal, ("not_fired", whose, language), lambda: _not_fired(appraisal, whose, language))


def _not_fired(appraisal: Appraisal, whose: FigureKey, language: Language) -> list[str]:
    voice = Voice(appraisal, language)
    return [voice.spaced(one) for one in Teller.of(voice, whose).others(appraisal.reason(whose).outcomes)]


def worth(appraisal: Appraisal, key: FigureKey, language: Language) -> str | None:
    """Return what points (or an amount) do to this period's pay; None where it cannot be computed.

    A figure that earns points is worth what its points are worth.
    """
    difference = Worths(appraisal).of(key)
    is_month = appraisal.policy.calendar.kind is PeriodKind.MONTH
    return None if difference is None else worth_said(difference, language, is_month=is_month)


def worth_said(difference: Fraction, language: Language, *, is_month: bool = True) -> str:
    """Return in words what something does to the pay of a month, or of another period."""
    if difference == 0:
        return NO_DIFFERENCE[is_month].to(language)
    amount = shown(abs(difference), Unit.MONEY, language)
    text = WORTH[is_month] if difference > 0 else COSTS[is_month]
    return spaced(text.filled(amount=amount).to(language), language)


def formula_line(appraisal: Appraisal, key: FigureKey, language: Language) -> str:
    """Return the formula with the numbers in it: ``62.34 = 31 × 662.91 / 96``."""
    voice = Voice(appraisal, language)
    return voice.spaced(formulas.formula_line(voice, appraisal.reason(key)))


def finding_sentence(appraisal: Appraisal, finding: Finding, language: Language) -> str:
    """Return what a check of the policy says, of whom, when, and with which values."""
    voice = Voice(appraisal, language)
    says = voice.words(finding.says)
    who = appraisal.name(finding.subject)
    when = voice.span(finding.span)
    if not finding.figure:
        text = Text("{who}, {span}: {says}")
        return voice.spaced(voice.text(text, who=who, span=when, says=says))
    key = FigureKey(finding.figure, finding.level, finding.subject, finding.span)
    value = appraisal.figures[key]
    own = Node("figure", value.value, ref=key, unit=value.unit)
    text = Text("{who}, {span}, {figure}: {value}: {says}")
    said = voice.clauses([voice.in_sentence(value), _held_against(voice, finding.node, own)])
    return voice.spaced(voice.text(text, who=who, span=when, figure=voice.title(key), value=said, says=says))


def _held_against(voice: Voice, node: Node, own: Node) -> str:
    """Return what a check held a value against; of a share of something, that whole thing."""
    if len(node.args) != 2:
        return facts(voice, node, own.ref if isinstance(own.ref, FigureKey) else None)
    bar = node.args[1]
    if bar.op == "*" and bar.args[1].op == "figure":
        return voice.text(Text("beside {bar}"), bar=voice.bar(bar.args[1], own))
    return compared(voice, own, bar)


def review_sentence(appraisal: Appraisal, review: Review, language: Language) -> str:
    """Return what a supervisor is asked to look at, of whom, and what has become of it."""
    voice = Voice(appraisal, language)
    about = reviewed(voice, review)
    value = appraisal.figures[about]
    own = Node("figure", value.value, ref=about, unit=value.unit)
    said = voice.beside(own, review.node.args[1]) if review.node.args else voice.value(own)
    text = Text("{who}, {span}, {figure}: {value}, {relation}: {state}")
    return voice.spaced(
        voice.text(
            text,
            who=appraisal.name(about.subject),
            span=voice.span(about.span),
            figure=voice.title(about),
            value=voice.marked(said, own.unit),
            relation=facts(voice, review.node, about),
            state=review_state(voice, review),
        )
    )


def reviewed(voice: Voice, review: Review) -> FigureKey:
    """Return the figure that a review looks at: the one that the points belong to."""
    definition, key = voice.definition(review.figure), review.figure
    return FigureKey(definition.of or definition.name, key.level, key.subject, key.span)


def review_state(voice: Voice, review: Review) -> str:
    """Return what has become of a review."""
    item = voice.words(voice.appraisal.policy.ledger[review.item].told.title) or review.item
    state = Text("confirmed by an entry “{item}”") if review.confirmed else Text("not confirmed so far")
    return voice.text(state, item=item)


def provisional(appraisal: Appraisal, key: FigureKey, language: Language) -> str:
    """Return until when a figure is provisional; blank for a final one."""
    voice = Voice(appraisal, language)
    return voice.spaced(until_when(voice, appraisal.figures[key]))
