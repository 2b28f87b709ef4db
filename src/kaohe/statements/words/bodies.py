"""How each kind of figure is said: metrics, places, points, cases, sums, shares, formulas."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FactRef, Figure, FigureKey, Level, MeasureRef, Node, Outcome, Reason, Unit
from kaohe.core.language import Text
from kaohe.core.number import CENT, plain
from kaohe.policy.policy import Definition
from kaohe.policy.titles import joined
from kaohe.statements.shown import day_said, gain, shown
from kaohe.statements.words import formulas
from kaohe.statements.words.conditions import compared, facts, unknown
from kaohe.statements.words.formulas import LEAVES, is_one_raters, rater, reduced
from kaohe.statements.words.outcomes import Teller
from kaohe.statements.words.terms import MOST_TERMS
from kaohe.statements.words.voice import Voice

TRAFFIC = ("pv", "uv", "traffic_sales")
"""The measures that are read from the traffic table as they stand."""


def beside(appraisal: Appraisal, key: FigureKey, what: str) -> FigureKey | None:
    """Return the key of a figure's ``points`` or ``place``; None where it has none."""
    other = FigureKey(f"{key.figure}.{what}", *_rest(key))
    return other if other in appraisal.figures else None


def _rest(key: FigureKey) -> tuple[Level, str, str]:
    return key.level, key.subject, key.span


def body(voice: Voice, key: FigureKey) -> str:
    """Return what a figure's sentence says after its name: value, bars, consequence, until when."""
    figure = voice.appraisal.figures[key]
    reason = voice.appraisal.reason(key)
    parts = [_said(voice, reason), until_when(voice, figure)]
    return _joined(voice, Text("{one}; {other}"), parts)


def _joined(voice: Voice, text: Text, parts: Sequence[str]) -> str:
    one, *others = [part for part in parts if part]
    for other in others:
        one = voice.text(text, one=one, other=other)
    return one


def until_when(voice: Voice, figure: Figure) -> str:
    """Return until when a figure is provisional; blank for a final one."""
    if figure.final:
        return ""
    return voice.text(Text("provisional, final on {day}"), day=day_said(figure.final_on, voice.language))


def _said(voice: Voice, reason: Reason) -> str:
    definition = voice.definition(reason.figure.key)
    if definition.kind == "place":
        return _place(voice, reason)
    if definition.of:
        return _points(voice, reason)
    if definition.kind in ("cases", "bands", "quota"):
        return _decided(voice, reason)
    if definition.kind == "adds":
        return _added(voice, reason)
    if definition.kind == "slabs":
        return _slabs(voice, reason)
    if definition.kind == "share":
        return _share(voice, reason)
    if _is_metric(voice.appraisal, definition):
        return _metric(voice, reason, definition)
    return _formula(voice, reason)


def _is_metric(appraisal: Appraisal, definition: Definition) -> bool:
    """Whether a figure is held against something: the shop, places, points."""
    definitions = appraisal.policy.definitions
    others = ((definition.name, Level.SHOP), (f"{definition.name}.points", definition.level))
    return definition.level is not Level.SHOP and any(one in definitions for one in others)


def _metric(voice: Voice, reason: Reason, definition: Definition) -> str:
    """A figure with what it is held against, its place, and the points that came of it."""
    appraisal, figure, key = voice.appraisal, reason.figure, reason.figure.key
    points = beside(appraisal, key, "points")
    outcomes = appraisal.reason(points).outcomes if points else ()
    teller = Teller.of(voice, points) if points else None
    if figure.value is None:
        return _no_value(voice, reason, of_points=points is not None)
    own = Node("figure", figure.value, ref=key, unit=figure.unit)
    shop = FigureKey(key.figure, Level.SHOP, appraisal.desk, key.span)
    relations = [_against(voice, own, shop)]
    fired = [one for one in outcomes if one.fired or _is_open(one)]
    if teller is not None:
        relations += [teller.why(one) for one in fired if one.kind != "places" and not _is_open(one)]
        relations += [facts(voice, one.node, key) for one in fired if _is_open(one)]
        relations += [teller.short_of_base(one) for one in outcomes[:1]]
    relations.append(_place_said(voice, key))
    parts = [_value(voice, reason), *dict.fromkeys(relations)]
    return _joined(
        voice, Text("{one}: {other}"), [voice.clauses(parts), _consequence(voice, points, definition, fired)]
    )


def _value(voice: Voice, reason: Reason) -> str:
    """Return a figure's value with the quotient that made it."""
    value = voice.in_sentence(reason.figure)
    tree = reduced(reason.tree)
    if tree.op != "/" or any(arg.op not in LEAVES for arg in tree.args):
        return value
    text, same = formulas.written(voice, reason)
    return voice.text(Text("{thing} ({note})"), thing=value, note=text) if same else value


def _against(voice: Voice, own: Node, shop: FigureKey) -> str:
    figure = voice.appraisal.figures.get(shop)
    if figure is None or figure.value is None:
        return ""
    return compared(voice, own, Node("figure", figure.value, ref=shop, unit=figure.unit))


def _place_said(voice: Voice, key: FigureKey) -> str:
    place = beside(voice.appraisal, key, "place")
    return Teller.of(voice, place).standing(voice.appraisal.reason(place).outcomes[0]) if place else ""


def _is_open(outcome: Outcome) -> bool:
    """A review that waits for somebody to confirm it."""
    return outcome.kind == "review" and not outcome.fired and outcome.node.value is True


def _consequence(
    voice: Voice, points: FigureKey | None, definition: Definition, fired: Sequence[Outcome]
) -> str:
    """Return what came of a figure: its points, a review, or that its person earns none."""
    if points is None:
        earns = (f"{definition.name}.points", definition.level) in voice.appraisal.policy.definitions
        return voice.text(Text("ranked only, earns no points")) if earns else ""
    value = voice.appraisal.figures[points].value or Fraction(0)
    if any(_is_open(one) for one in fired):
        return voice.text(Text("a review is open, no points until it is confirmed"))
    return gain(value, Unit.POINTS, voice.language) if value or fired else voice.text(Text("no points"))


def _place(voice: Voice, reason: Reason) -> str:
    teller = Teller.of(voice, reason.figure.key)
    (outcome,) = reason.outcomes
    if reason.figure.value is None:
        return next(teller.others(reason.outcomes))
    value = voice.value(reason.tree.args[0])
    return voice.clauses([teller.standing(outcome), voice.text(Text("with {value}"), value=value)])


def _points(voice: Voice, reason: Reason) -> str:
    """Points, with the rule that gave them, or why none did."""
    teller = Teller.of(voice, reason.figure.key)
    total = gain(reason.figure.value or Fraction(0), Unit.POINTS, voice.language)
    own = voice.appraisal.figures.get(teller.about)
    if own is None or own.value is None:
        return voice.clauses(
            [total, voice.text(Text("since {figure} has no value"), figure=voice.title(teller.about))]
        )
    fired = [one for one in reason.outcomes if one.fired]
    if not fired:
        others = list(teller.others(reason.outcomes))
        return _joined(voice, Text("{one}: {other}"), [total, *others[:1]])
    value = voice.in_sentence(own)
    reasons = [teller.why(one) for one in fired]
    if len(fired) > 1:
        reasons = [
            voice.text(Text("{thing} ({note})"), thing=why, note=teller.gave(one))
            for one, why in zip(fired, reasons, strict=True)
        ]
    return _joined(voice, Text("{one}: {other}"), [total, voice.clauses([value, *reasons])])


def _decided(voice: Voice, reason: Reason) -> str:
    """The case or band that decided, and how what it gives was computed."""
    teller = Teller.of(voice, reason.figure.key)
    fired = next((one for one in reason.outcomes if one.fired), None)
    if fired is None:
        return _no_value(voice, reason)
    value = _given(voice, reason, fired)
    text = Text("{one}: {other}") if value == voice.in_sentence(reason.figure) else Text("{one}; {other}")
    return _joined(voice, text, [value, teller.why(fired)])


def _given(voice: Voice, reason: Reason, fired: Outcome) -> str:
    """Return a figure's value with the formula that the case which decided gives, if it is one."""
    if fired.kind in ("bands", "quota") or fired.give is None:
        return voice.in_sentence(reason.figure)
    if reduced(fired.give).op in ("literal", "parameter"):
        return voice.in_sentence(reason.figure)
    return _computed(voice, reason)


def _added(voice: Voice, reason: Reason) -> str:
    """Points added up by rules: each that gave something, with what it gave."""
    teller = Teller.of(voice, reason.figure.key)
    definition = teller.definition
    value = voice.in_sentence(reason.figure)
    said = [
        voice.text(
            Text("{name} {value}"),
            name=teller.label(one),
            value=shown(one.gave, definition.unit, voice.language, signed=True),
        )
        for one in reason.outcomes
        if one.fired and one.gave
    ]
    applies = any(one.fired for one in reason.outcomes)
    nothing = Text("the rules that apply give nothing") if applies else Text("no rule applies")
    parts = voice.clauses(said) or voice.text(nothing)
    return _joined(voice, Text("{one}: {other}"), [value, parts])


def _slabs(voice: Voice, reason: Reason) -> str:
    """The parts of a value, each at its own rate."""
    if reason.figure.value is None:
        return _no_value(voice, reason)
    teller = Teller.of(voice, reason.figure.key)
    text, _ = formulas.written(voice, reason)
    parts = [voice.in_sentence(reason.figure), teller.why(reason.outcomes[0]), text]
    return _joined(voice, Text("{one}: {other}"), parts)


def _share(voice: Voice, reason: Reason) -> str:
    value = voice.in_sentence(reason.figure)
    if reason.figure.value is None:
        return _no_value(voice, reason)
    text, same = formulas.written(voice, reason, named=True)
    parts = [voice.text(Text("by weight, {formula}"), formula=text)]
    if not same:
        parts.append(voice.text(Text("rounded so that the pool adds up")))
    return _joined(voice, Text("{one}: {other}"), [value, voice.clauses(parts)])


def _formula(voice: Voice, reason: Reason) -> str:
    """A figure that is a formula: its parts under their names, and what rounding made of it."""
    if reason.figure.value is None:
        return _no_value(voice, reason)
    return _joined(voice, Text("{one}; {other}"), [_computed(voice, reason), _rounding(voice, reason)])


def _rounding(voice: Voice, reason: Reason) -> str:
    """Return what the policy's declared step made of the exact value; blank where it changed nothing."""
    tree, figure = reason.tree, reason.figure
    if tree.op != "round" or tree.args[0].value == figure.value:
        return ""
    exact, step = tree.args[0].value, tree.args[1].value
    assert isinstance(exact, Fraction)
    assert isinstance(step, Fraction)
    text = Text("{exact}, rounded to {step}: {value}")
    said = Text("the fen") if step == CENT else Text("multiples of {step}").filled(step=plain(step))
    digits = formulas.digits(exact, figure.unit, voice.language)
    return voice.text(text, exact=digits, step=said, value=voice.of_figure(figure))


def _exactly(voice: Voice, reason: Reason) -> str:
    """Return a figure's value; of an amount that nobody rounds, with the digits that are not shown."""
    figure = reason.figure
    value = voice.in_sentence(figure)
    if figure.unit is not Unit.MONEY or reason.tree.op == "round" or not isinstance(figure.value, Fraction):
        return value
    if not formulas.exact_places(figure.value):
        return value
    exact = formulas.digits(figure.value, figure.unit, voice.language)
    return voice.text(Text("{value} (exactly {exact})"), value=value, exact=exact)


def _computed(voice: Voice, reason: Reason) -> str:
    value = _exactly(voice, reason)
    spans = formulas.parts_said(voice, reason)
    if spans:
        said = [voice.text(Text("{name} {value}"), name=name, value=part) for name, part in spans]
        return _joined(voice, Text("{one}: {other}"), [value, voice.clauses(said)])
    tree = reduced(reason.tree)
    if is_one_raters(tree):
        return _rated(voice, tree, value, reason)
    if tree.op in LEAVES:
        return voice.clauses([_from(voice, tree, value, reason), *_chosen(voice, reason.tree)])
    if tree.op == "count":
        return _joined(voice, Text("{one}: {other}"), [value, _counted(voice, tree)])
    text, _ = formulas.written(voice, reason, named=True)
    if text == value:
        return value
    return voice.text(Text("{value} = {formula}"), value=value, formula=text)


def _rated(voice: Voice, tree: Node, value: str, reason: Reason) -> str:
    """Return what one rater gave, with the items that made it."""
    text, _ = formulas.written(voice, reason, named=True)
    by = voice.text(Text("{value}, scored by {rater}"), value=value, rater=voice.appraisal.name(rater(tree)))
    return _joined(voice, Text("{one}: {other}"), [by, text])


def _from(voice: Voice, leaf: Node, value: str, reason: Reason) -> str:
    """Return the value of a figure that is read from one source, with what that is called."""
    name = voice.name_then(leaf)
    if leaf.op == "fact":
        return voice.text(Text("{value}, from the records: {thing}"), value=value, thing=name)
    if not name:
        return value
    if name != voice.title(reason.figure.key):
        return voice.text(Text("{value} = {formula}"), value=value, formula=name)
    if isinstance(leaf.ref, MeasureRef):
        return voice.text(Text("{value}, {source}"), value=value, source=_source(voice, leaf.ref))
    if isinstance(leaf.ref, FigureKey) and leaf.ref in voice.appraisal.figures:
        # Two figures of one name: what made the other one says more than its name.
        if voice.definition(leaf.ref).kind == "adds":
            return _added(voice, voice.appraisal.reason(leaf.ref))
        text, _ = formulas.written(voice, voice.appraisal.reason(leaf.ref), named=True)
        return voice.text(Text("{value} = {formula}"), value=value, formula=text)
    return value


def _source(voice: Voice, ref: MeasureRef) -> str:
    """Return where a measure comes from: how many days of it there are, and in which table."""
    days = [one.day for one in voice.appraisal.days(ref)]
    if not days:
        return voice.text(Text("no day has any"))
    text = Text("the sum of {count} days, {first} to {last}")
    if ref.measure in TRAFFIC:
        text = Text("the sum of {count} days of the traffic table, {first} to {last}")
    said = {"first": day_said(min(days), voice.language), "last": day_said(max(days), voice.language)}
    return voice.text(text, count=len(set(days)), **said)


def _counted(voice: Voice, node: Node) -> str:
    """Return who was counted, where they are few."""
    if len(node.args) > MOST_TERMS:
        return ""
    refs = [arg.ref for arg in node.args]
    names = [
        voice.name(arg)
        if isinstance(ref, FactRef) and (ref.by or ref.name.startswith("over."))
        else voice.appraisal.name(ref.subject)
        for arg, ref in zip(node.args, refs, strict=True)
        if isinstance(ref, FactRef | FigureKey)
    ]
    return joined(names, voice.language, word=Text("{first} and {last}"))


def _chosen(voice: Voice, node: Node) -> Iterator[str]:
    """Why a formula came down to a written number: the test that chose it, or what was missing."""
    if node.op == "round":
        yield from _chosen(voice, node.args[0])
    elif node.op == "if":
        yield facts(voice, node.args[0])
    elif node.op == "default" and node.args[0].value is None:
        yield _missing(voice, node.args[0])


def _no_value(voice: Voice, reason: Reason, *, of_points: bool = False) -> str:
    """Say that there is no value, why, and what follows from it."""
    text = Text("so no value")
    if of_points and beside(voice.appraisal, reason.figure.key, "place"):
        text = Text("so no value, no place and no points")
    elif of_points:
        text = Text("so no value and no points")
    cause = _cause(voice, reason)
    return voice.clauses([cause, voice.text(text if cause else Text("no value"))])


def _cause(voice: Voice, reason: Reason) -> str:
    tree = reason.tree
    if not reason.tree.args and reason.outcomes:
        tree = reason.outcomes[0].node
    return _missing(voice, tree)


def _missing(voice: Voice, node: Node) -> str:
    """Return what a step lacks for a value: the zero it would divide by, or the input that is not known."""
    if node.value is not None:
        return ""
    if node.op == "/" and all(arg.value is not None for arg in node.args):
        name = voice.name(node.args[1]) or voice.value(node.args[1])
        return voice.text(Text("{name} 0, nothing to divide by"), name=name)
    if node.op == "mean" and all(arg.value is None for arg in node.args):
        return voice.text(Text("there is nothing to take the mean of"))
    if not node.args:
        return unknown(voice, node)
    return next((said for said in (_missing(voice, arg) for arg in node.args) if said), "")
