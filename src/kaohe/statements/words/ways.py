"""What would bring somebody more points: counted from the policy's rules, one thing at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import cast

from kaohe.appraisal.appraise import Appraisal
from kaohe.appraisal.ranking import Standing
from kaohe.core.figure import FigureKey, Node, Outcome
from kaohe.policy.policy import Rule
from kaohe.statements.words import reach
from kaohe.statements.words.outcomes import Teller, literal
from kaohe.statements.words.voice import Voice

COMPARISONS = ("<", "<=", ">", ">=")
OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
Bands = tuple[tuple[Fraction | None, Fraction | None, Fraction | None], ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One thing that would bring points.

    Attributes:
        points: The figure of the points.
        about: The figure that earns them.
        need: What it would take.
        bar: What would be reached or passed.
        gain: How many points it would bring by itself.
    """

    points: FigureKey
    about: FigureKey
    need: reach.Need
    bar: Node | int
    gain: Fraction


def ways(voice: Voice, points: FigureKey) -> Iterator[Way]:
    """Yield what would bring more points, as far as that can be counted exactly."""
    definition = voice.definition(points)
    about = points._replace(figure=definition.of)
    reason = voice.appraisal.reason(points)
    for outcome, rule in zip(reason.outcomes, definition.rules, strict=False):
        found: tuple[reach.Need | None, Node | int, Fraction] | None = None
        if outcome.kind == "when":
            found = _crossing(voice, about, outcome, rule)
        elif outcome.kind == "places":
            found = _placing(voice, about, outcome)
        if found and found[0] is not None and found[2] > 0:
            yield Way(points, about, found[0], found[1], found[2])


def _crossing(
    voice: Voice, about: FigureKey, outcome: Outcome, rule: Rule
) -> tuple[reach.Need | None, Node | int, Fraction] | None:
    """Return what would make a comparison of the figure's own value true, or a loss by it false."""
    node, give = outcome.node, literal(rule.give)
    if node.op not in COMPARISONS or node.args[0].ref != about or give is None:
        return None
    wanted = give > 0
    if outcome.fired is wanted or node.value is wanted:
        return None
    needs = node.op if wanted else OPPOSITE[node.op]
    need = reach.to(voice, about, node.args[1], strict=needs in ("<", ">"), down=needs in ("<", "<="))
    return need, node.args[1], abs(give)


def _placing(
    voice: Voice, about: FigureKey, outcome: Outcome
) -> tuple[reach.Need | None, Node | int, Fraction] | None:
    """Return what would have reached the last place that earns something."""
    awards = cast("dict[int, Fraction]", outcome.detail["awards"])
    ranking = cast("Standing | None", outcome.detail["standing"])
    if outcome.fired or ranking is None or about.subject not in ranking.places:
        return None
    if outcome.unless is not None and outcome.unless.value is True:
        return None
    paid = [(there, value) for _, value, there in ranking.rows if awards.get(there, Fraction(0)) > 0]
    if not paid or ranking.places[about.subject] in awards:
        return None
    there, value = paid[-1]
    bar = Node("figure", value, ref=about, unit=voice.definition(about).unit)
    return reach.to(voice, about, bar, strict=False), there, awards[there]


def sentence(voice: Voice, way: Way) -> str:
    """Return a way in words: what it would take to reach what."""
    teller = Teller.of(voice, way.points)
    return voice.spaced("".join(teller.enough(way.need, teller.named(way.bar))))


def extremes(appraisal: Appraisal, points: FigureKey) -> tuple[Fraction, Fraction] | None:
    """Return the fewest and the most points that the rules can give; None where that is not written out.

    Rules are taken each by itself, so the bounds may be wider than what can come together.
    """
    low = high = Fraction(0)
    definition = appraisal.policy.definitions[points.figure, points.level]
    outcomes = appraisal.reason(points).outcomes
    if definition.body is not None or len(outcomes) != len(definition.rules):
        return None
    for outcome, rule in zip(outcomes, definition.rules, strict=True):
        given = _may_give(outcome, rule)
        if given is None:
            return None
        low += min([*given, Fraction(0)])
        high += max([*given, Fraction(0)])
    return low, high


def _may_give(outcome: Outcome, rule: Rule) -> list[Fraction] | None:
    """Return all that a rule can give; None where it has to be computed."""
    match outcome.kind:
        case "places":
            return list(cast("dict[int, Fraction]", outcome.detail["awards"]).values())
        case "bands":
            return [give for _, _, give in cast("Bands", outcome.detail["bands"]) if give is not None]
        case "when" | "otherwise" | "review":
            give = literal(rule.give)
            return None if give is None else [give]
    return None
