"""Explanations: a figure's sentence, its rule, its inputs, its evidence — each one step from the one before.

An explanation is plain data that opens as one goes: terminal, workbook, web and API draw
the same. Inputs are explanations again, down to the days of a measure and the rows behind.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FactRef, FigureKey, Level, MeasureRef, Node, Outcome, Reason, Ref, Unit
from kaohe.core.language import Language, Text
from kaohe.policy.wording import words
from kaohe.statements.computations import Json, computation, number
from kaohe.statements.evidence import EvidenceSource
from kaohe.statements.measured import MeasureExplanation, measure_explanation, until_final
from kaohe.statements.words.bodies import beside
from kaohe.statements.words.outcomes import Teller
from kaohe.statements.words.sentences import formula_line, not_fired, provisional, sentence, worth
from kaohe.statements.words.surety import surety
from kaohe.statements.words.voice import Voice


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that gave something.

    Attributes:
        why: Why, in words.
        gave: What, with sign and unit.
        place: Its line in the policy file.
        reading: How an open text was read.
    """

    why: str
    gave: str
    place: str
    reading: str


@dataclass(frozen=True, slots=True)
class Rule:
    """The second depth: the policy's line, and what else could have been.

    Attributes:
        policy: The policy's name and version.
        place: The figure's line in the policy file.
        formula: As the policy has it; blank where rules alone make the value.
        said: The formula in words.
        reading: How an open text was read; blank where nothing was open.
        fired: The rules that gave something.
        others: The rules that did not, by how much, and what would have been enough.
    """

    policy: str
    place: str
    formula: str
    said: str
    reading: str
    fired: tuple[Fired, ...]
    others: tuple[str, ...]


@dataclass(frozen=True)
class Input:
    """One thing that a figure was computed from.

    Attributes:
        kind: ``figure``, ``measure``, ``parameter`` or ``fact``.
        title: What it is called.
        subject: Whose it is, where that is not the figure's own subject; else blank.
        span: When, where that is not the figure's own span; else blank.
        value: As shown.
        exact: The value; None: no value, or no number.
        until: Until when it is provisional; blank if final or not of this period.
        node: The leaf of the computation.
    """

    kind: str
    title: str
    subject: str
    span: str
    value: str
    exact: Fraction | None
    until: str
    node: Node
    voice: Voice
    source: EvidenceSource | None

    def open(self) -> "Explanation | MeasureExplanation | None":
        """Return its own explanation; None for what comes from the records or the policy as it stands."""
        ref = self.node.ref
        if isinstance(ref, FigureKey) and ref in self.voice.appraisal.figures:
            return explain(self.voice.appraisal, ref, self.voice.language, evidence=self.source)
        if isinstance(ref, MeasureRef):
            return measure_explanation(self.voice, self.node, self.source)
        return None

    def data(self, depth: int = 0) -> dict[str, Json]:
        """Return it as plain data, opened so many levels deep."""
        plainly: dict[str, Json] = {
            "kind": self.kind,
            "title": self.title,
            "subject": self.subject,
            "span": self.span,
            "value": self.value,
            "exact": None if self.exact is None else number(self.exact),
            "until": self.until,
        }
        opened = self.open() if depth > 0 else None
        return {**plainly, "opened": opened.data(depth - 1)} if opened else plainly


@dataclass(frozen=True)
class Explanation:
    """Why a figure has its value.

    Attributes:
        key: The figure.
        title: What it is called.
        subject: Whose it is, by name.
        span: When, in words.
        value: As shown.
        exact: The value; None: no value.
        unit: What it is counted in.
        until: Until when it is provisional; blank if final.
        sentence: The first depth.
        formula: The formula with the numbers in it.
        worth: What it does to the month's pay; blank where that cannot be computed.
        surety: How sure it and its place are; empty where that is not known.
        rule: The second depth.
        beside: What stands beside it: the shop's value, the place, the points.
        inputs: The third depth.
        reason: The figure's reason, for those who draw the computation itself.
    """

    key: FigureKey
    title: str
    subject: str
    span: str
    value: str
    exact: Fraction | None
    unit: Unit
    until: str
    sentence: str
    formula: str
    worth: str
    surety: tuple[str, ...]
    rule: Rule
    beside: tuple[Input, ...]
    inputs: tuple[Input, ...]
    reason: Reason

    def children(self) -> "Iterator[Explanation | MeasureExplanation]":
        """Yield the explanations of all inputs that have one."""
        for one in self.inputs:
            opened = one.open()
            if opened is not None:
                yield opened

    def data(self, depth: int = 1) -> dict[str, Json]:
        """Return it as plain data.

        Args:
            depth: How many levels of inputs are opened; 0: none.
        """
        rule = self.rule
        return {
            "figure": self.key.figure,
            "level": self.key.level.value,
            "subject": self.key.subject,
            "span": self.key.span,
            "title": self.title,
            "name": self.subject,
            "when": self.span,
            "value": self.value,
            "exact": None if self.exact is None else number(self.exact),
            "unit": self.unit.value,
            "until": self.until,
            "sentence": self.sentence,
            "formula": self.formula,
            "worth": self.worth,
            "surety": list[Json](self.surety),
            "rule": {
                "policy": rule.policy,
                "place": rule.place,
                "formula": rule.formula,
                "said": rule.said,
                "reading": rule.reading,
                "fired": [
                    {"why": one.why, "gave": one.gave, "place": one.place, "reading": one.reading}
                    for one in rule.fired
                ],
                "others": list[Json](rule.others),
            },
            "beside": [one.data() for one in self.beside],
            "inputs": [one.data(depth) for one in self.inputs],
            "computation": computation(self.reason),
        }


def explain(
    appraisal: Appraisal, key: FigureKey, language: Language, *, evidence: EvidenceSource | None = None
) -> Explanation:
    """Return why a figure has its value, in a reader's language.

    Args:
        appraisal: The appraisal.
        key: The figure.
        language: The reader's language.
        evidence: Where the rows behind measures come from; None: the run has none.

    Raises:
        KeyError: There is no such figure.
    """
    voice = Voice(appraisal, language)
    figure, reason = appraisal.figures[key], appraisal.reason(key)
    return Explanation(
        key=key,
        title=voice.title(key),
        subject=appraisal.name(key.subject),
        span=voice.span(key.span),
        value=voice.graded(voice.of_figure(figure), key),
        exact=figure.value,
        unit=figure.unit,
        until=provisional(appraisal, key, language),
        sentence=sentence(appraisal, key, language),
        formula=formula_line(appraisal, key, language),
        worth=worth(appraisal, key, language) or "",
        surety=surety(appraisal, key, language),
        rule=_rule(voice, reason),
        beside=tuple(_beside(voice, key, evidence)),
        inputs=tuple(_inputs(voice, reason, evidence)),
        reason=reason,
    )


def _rule(voice: Voice, reason: Reason) -> Rule:
    """Return the second depth: the rules of a figure that earns points are those of its points."""
    policy, key = voice.appraisal.policy, reason.figure.key
    points = beside(voice.appraisal, key, "points")
    ruled = voice.appraisal.reason(points) if points else reason
    teller = Teller.of(voice, ruled.figure.key)
    fired = tuple(_fired(voice, teller, one) for one in ruled.outcomes if one.fired and one.kind != "place")
    body = voice.definition(key).body
    version = voice.text(Text("{policy}, version {version}"), policy=policy.name, version=policy.version)
    return Rule(
        policy=version,
        place=str(reason.place),
        formula=reason.formula,
        said=words(body, policy, voice.language) if reason.formula and body else "",
        reading=voice.words(reason.reading),
        fired=fired,
        others=tuple(not_fired(voice.appraisal, key, voice.language)),
    )


def _fired(voice: Voice, teller: Teller, outcome: Outcome) -> Fired:
    why = teller.why(outcome) if outcome.kind != "share" else ""
    return Fired(
        voice.spaced(why),
        voice.spaced(teller.gave(outcome)),
        str(outcome.place),
        voice.words(outcome.reading),
    )


def _beside(voice: Voice, key: FigureKey, source: EvidenceSource | None) -> Iterator[Input]:
    """Yield the shop's value, the place and the points of a figure."""
    appraisal = voice.appraisal
    shop = FigureKey(key.figure, Level.SHOP, appraisal.desk, key.span)
    for other in (shop, beside(appraisal, key, "place"), beside(appraisal, key, "points")):
        if other is not None and other != key and other in appraisal.figures:
            figure = appraisal.figures[other]
            yield _input(voice, Node("figure", figure.value, ref=other, unit=figure.unit), key, source)


def _inputs(voice: Voice, reason: Reason, source: EvidenceSource | None) -> Iterator[Input]:
    """Yield what a figure was computed from, each thing once: its formula's, then its rules' inputs."""
    own = reason.figure.key
    seen: set[Ref] = {own}
    for leaf in leaves(reason):
        if leaf.ref is not None and leaf.ref not in seen:
            seen.add(leaf.ref)
            yield _input(voice, leaf, own, source)


def leaves(reason: Reason) -> Iterator[Node]:
    """Yield every leaf of a reason, those of the formula first."""
    yield from _leaves(reason.tree)
    for outcome in reason.outcomes:
        for node in (outcome.node, outcome.give, outcome.unless, outcome.detail.get("confirmed_by")):
            if isinstance(node, Node):
                yield from _leaves(node)


def _leaves(node: Node) -> Iterator[Node]:
    if not node.args:
        yield node
    for arg in node.args:
        yield from _leaves(arg)


def _input(voice: Voice, leaf: Node, own: FigureKey, source: EvidenceSource | None) -> Input:
    ref, appraisal = leaf.ref, voice.appraisal
    subject, span, until = "", "", ""
    if isinstance(ref, FigureKey | MeasureRef):
        label = ref.span if isinstance(ref, FigureKey) else ref.span.label
        named = ref.level is Level.PERSON or (ref.level is Level.DEPARTMENT and appraisal.policy.several)
        subject = appraisal.name(ref.subject) if named and ref.subject != own.subject else ""
        span = "" if label == own.span else voice.span(label)
    elif isinstance(ref, FactRef) and ref.name.startswith("groups.") and ref.subject != own.subject:
        subject = appraisal.name(ref.subject)
    if isinstance(ref, FigureKey) and ref in appraisal.figures:
        until = provisional(appraisal, ref, voice.language)
    elif isinstance(ref, MeasureRef):
        until = until_final(voice, appraisal.final_on(ref))
    return Input(
        kind=leaf.op,
        title=voice.name(leaf),
        subject=subject,
        span=span,
        value=voice.spaced(voice.with_unit(leaf)),
        exact=leaf.value if isinstance(leaf.value, Fraction) else None,
        until=until,
        node=leaf,
        voice=voice,
        source=source,
    )
