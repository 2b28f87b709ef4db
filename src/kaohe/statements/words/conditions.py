"""Conditions told by what is: values and how they lie to each other, never the bare rule.

A phrase states facts alone ("28.40%, below the shop's 32.81%"), so it is right whether the
condition held or not.
"""

from collections.abc import Iterator
from fractions import Fraction

from kaohe.core.figure import FactRef, FigureKey, Node, Unit
from kaohe.core.language import Text
from kaohe.statements.shown import counted
from kaohe.statements.words.formulas import reduced
from kaohe.statements.words.voice import Voice

COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
GATHERED = ("any", "all")


def facts(voice: Voice, node: Node, about: FigureKey | None = None) -> str:
    """Return what decided a condition, in words.

    Args:
        voice: Of which appraisal, in which language.
        node: The condition with its values.
        about: The figure that the sentence is about, whose own value need not be said again.
    """
    return voice.clauses(dict.fromkeys(_fact(voice, one, about) for one in deciding(node)))


def deciding(node: Node) -> Iterator[Node]:
    """Yield the parts of a condition that made it what it is, innermost comparisons first come."""
    if node.op in ("and", "or", *GATHERED):
        # An "and" that holds needs all its parts; one that does not, only those that failed.
        every = node.value is (node.op in ("and", "all"))
        parts = [arg for arg in node.args if every or arg.value is node.value or arg.value is None]
        for part in parts or node.args:
            yield from deciding(part)
    elif node.op == "not":
        yield from deciding(node.args[0])
    else:
        yield node


def compared(voice: Voice, left: Node, right: Node) -> str:
    """Return how a value lies to a bar: ``below the shop's 32.81%``."""
    bar = voice.bar(right, left)
    one, other = left.value, right.value
    if one == other or not isinstance(one, Fraction) or not isinstance(other, Fraction):
        return voice.text(Text("equal to {right}") if one == other else Text("other than {right}"), right=bar)
    return voice.text(Text("below {right}") if one < other else Text("above {right}"), right=bar)


def short_of(voice: Voice, node: Node) -> str:
    """Return what does not reach a bar, with both: ``Receptions 90, below 100``."""
    left, right = node.args
    if left.value is None or right.value is None:
        return unknown(voice, left if left.value is None else right)
    text = Text("{thing}, {relation}")
    return voice.text(text, thing=named_value(voice, left), relation=compared(voice, left, right))


def apart_by(voice: Voice, left: Node, right: Node) -> str:
    """Return by how much a value lies off a bar: ``4.39 percentage points``, ``12.3 s``; blank if unknown."""
    one, other = left.value, right.value
    if not isinstance(one, Fraction) or not isinstance(other, Fraction) or one == other:
        return ""
    return distance(voice, abs(one - other), left.unit or right.unit)


def distance(voice: Voice, value: Fraction, unit: Unit | None) -> str:
    """Return a difference with its unit; that of two ratios is in percentage points."""
    if unit is Unit.RATIO:
        number = voice.value(Node("difference", value, unit=Unit.RATIO)).removesuffix("%")
        return voice.text(Text("{number} percentage points"), number=number)
    return counted(value, unit, voice.language)


def _fact(voice: Voice, node: Node, about: FigureKey | None) -> str:
    if node.op == "default":
        # What a condition falls back on is no fact; that the first choice is missing is one.
        known = reduced(node)
        return named_value(voice, node.args[0] if known.op == "literal" else known)
    if node.op in COMPARISONS:
        return _comparison(voice, node.args[0], node.args[1], about)
    if node.op == "known":
        (thing,) = node.args
        return named_value(voice, thing)
    if node.op == "in":
        return named_value(voice, node.args[0])
    return named_value(voice, node)


def _comparison(voice: Voice, left: Node, right: Node, about: FigureKey | None) -> str:
    for one in (left, right):
        if one.value is None:
            return named_value(voice, one)
    if right.op == "literal" and (_plain_count(left) or isinstance(right.value, str)):
        return named_value(voice, left)
    relation = compared(voice, left, right)
    if about is not None and left.ref == about:
        return relation
    whose = _whose(voice, left)
    value = voice.beside(left, right)
    name = voice.name(left)
    said = voice.text(Text("{name} {value}"), name=name, value=value) if name else value
    return voice.text(Text("{thing}, {relation}"), thing=whose + said, relation=relation)


def unknown(voice: Voice, node: Node) -> str:
    """Return that something has no value; of a fact or an earlier period, that nobody knows it.

    A figure that the subject does not have at all, such as another group's, does not apply.
    """
    thing = voice.name_then(node) or voice.text(Text("the value"))
    ref = node.ref
    computed = isinstance(ref, FigureKey) and ref in voice.appraisal.figures
    if not computed and isinstance(ref, FigureKey) and ref.span in voice.appraisal.spans:
        return voice.text(Text("{thing} does not apply here"), thing=thing)
    return voice.text(Text("{thing} has no value") if computed else Text("{thing} is not known"), thing=thing)


def _plain_count(node: Node) -> bool:
    """A count beside a written 0 or 1 needs no comparison: the number says it."""
    return node.op in ("measure", "fact") and node.unit in (Unit.COUNT, None)


def named_value(voice: Voice, node: Node) -> str:
    """Return what a leaf is called, with its value."""
    name = voice.name_then(node)
    if isinstance(node.ref, FactRef) and node.ref.name.startswith("entries."):
        text = Text("“{item}” on record × {number}") if node.value else Text("there is no entry of “{item}”")
        return voice.text(text, item=voice.item(node.ref), number=voice.value(node))
    if node.value is None:
        return unknown(voice, node)
    text = Text("{name}: {value}") if isinstance(node.value, bool | str) else Text("{name} {value}")
    return _whose(voice, node) + voice.text(text, name=name, value=voice.value(node))


def _whose(voice: Voice, node: Node) -> str:
    """Return the shop that a row of a shop's table is of, where the appraisal has several."""
    ref = node.ref
    is_row = isinstance(ref, FactRef) and "(" in ref.name
    if not is_row or not isinstance(ref, FactRef) or len(voice.appraisal.evaluator.shops) < 2:
        return ""
    return voice.text(Text("{shop}: "), shop=ref.subject)
