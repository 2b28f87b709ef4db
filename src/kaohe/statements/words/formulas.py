"""Computations written out with their numbers: ``62.34 = 31 × 662.91 / 96``.

A line that is written can be checked with a pocket calculator: operands get as many
decimal places as it takes for the shown numbers to give the shown result.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import cast

from kaohe.appraisal.arithmetic import APPLY
from kaohe.appraisal.ranking import Sharing
from kaohe.core.figure import FactRef, Figure, FigureKey, MeasureRef, Node, Outcome, Reason, Unit
from kaohe.core.language import Language, Text
from kaohe.core.number import rounded
from kaohe.core.period import PeriodKind
from kaohe.policy.titles import joined
from kaohe.statements.remembering import once
from kaohe.statements.shown import MINUS, MOST_PLACES, PERCENT, places_of, shown
from kaohe.statements.words.terms import MOST_TERMS, Term, by_span, terms, told
from kaohe.statements.words.voice import WRITTEN, Voice

MOST_NAMES = 4
"""A long sum of more kinds of things only says how many values it adds up."""
MONEY_PLACES, MOST_EXACT = 2, 6
"""An amount of 624.576 is written with all its digits wherever something is computed from it."""
ELLIPSIS = "…"
SUM, PRODUCT, SIGN, ATOM = 6, 7, 8, 9
LEAVES = ("literal", "parameter", "measure", "figure", "fact", "rated")
WHOLE = {True: Text("the whole month"), False: Text("the whole period")}
"""By whether a period is a month."""
SYMBOL = {"*": " × ", "/": " / "}


@dataclass(frozen=True, slots=True)
class Piece:
    """A written part of a computation.

    Attributes:
        text: As it reads.
        value: What the shown numbers give; None: no value.
        binding: How tightly it holds together; what is around may need brackets.
    """

    text: str
    value: Fraction | None
    binding: int = ATOM

    def within(self, binding: int) -> str:
        """Return the text for a place that binds so tightly, in brackets where it must be."""
        return self.text if self.binding >= binding else f"({self.text})"


def reduced(node: Node) -> Node:
    """Return the part of a computation that made its value: the branch taken, the argument that decided."""
    match node.op:
        case "round" | "trimmed":
            return reduced(node.args[0])
        case "if" if node.args[0].value is not None:
            return reduced(node.args[1] if node.args[0].value else node.args[2])
        case "default":
            return reduced(next((arg for arg in node.args if arg.value is not None), node.args[0]))
        case "max" | "min" if node.value is not None:
            decided = [arg for arg in node.args if arg.value == node.value and arg.op != "literal"]
            others = [arg for arg in node.args if arg not in decided]
            if decided and all(arg.op == "literal" for arg in others):
                return reduced(decided[0])
        case "sum" | "first" | "mean" if len(node.args) == 1:
            return reduced(node.args[0])
    return node if not node.args else node._replace(args=tuple(reduced(arg) for arg in node.args))


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes computations.

    Attributes:
        voice: Of which appraisal, in which language.
        named: Whether operands bear their names.
        extra: Decimal places beyond the usual, for operands that have more.
        by: The rater whom the sentence names already; blank: none.
        item: The item of a form that the sentence is about, so that its raters are enough said; blank: none.
    """

    voice: Voice
    named: bool = False
    extra: int = 0
    by: str = ""
    item: str = ""

    def piece(self, node: Node) -> Piece:
        """Return a computation (already reduced) written out."""
        if node.op in ("+", "-", "neg", "sum"):
            return self._sum(node)
        if node.op in ("*", "/"):
            return self._product(node)
        if node.op in ("min", "max"):
            return self._extreme(node)
        if node.op == "mean" and len(node.args) <= MOST_TERMS:
            return self._mean(node)
        return self.operand(node)

    def operand(self, node: Node, name: str | None = None) -> Piece:
        """Return a single value, under its name where names are asked for."""
        number = node.value
        text = self.voice.value(node)
        if node.unit is Unit.SECONDS:
            text = text.removesuffix(".0")
        if isinstance(number, Fraction) and node.op not in WRITTEN and not text.endswith("‰"):
            scale = PERCENT if node.unit is Unit.RATIO else 1
            own = exact_places(number) if node.unit is Unit.MONEY else 0
            places = min(max(places_of(number, node.unit) + self.extra, own), MOST_PLACES)
            if (number * scale * 10**places).denominator != 1 or self.extra or own:
                text = shown(number, node.unit, self.voice.language, places=places)
                number = rounded(number * scale, Fraction(1, 10**places)) / scale
                text = _trimmed(text, places, places_of(number, node.unit))
        value = number if isinstance(number, Fraction) else None
        name = self._name(node) if name is None and self.named else name or ""
        if name:
            return Piece(self.voice.text(Text("{name} {value}"), name=name, value=text), value)
        return Piece(text, value, SIGN if text.startswith(MINUS) else ATOM)

    def _name(self, node: Node) -> str:
        ref = node.ref
        if isinstance(ref, FactRef) and ref.by and self.by == ref.by:
            return self.voice.asked_item(ref)
        if isinstance(ref, FactRef) and ref.by and self.item == ref.name:
            return self.voice.appraisal.name(ref.by)
        return self.voice.name(node)

    def _sum(self, node: Node) -> Piece:
        parts = list(terms(node))
        sums = by_span(parts) if len(parts) > MOST_TERMS else None
        if sums is not None:
            return self._spans(sums, parts[0][1].unit, node)
        counted = told(node)
        if len(parts) > MOST_TERMS and not 0 < len(counted) <= MOST_TERMS:
            return self._told(node, counted or parts)
        if not counted:
            return self.operand(Node("literal", node.value, unit=node.unit))
        names = self._names([part for _, part in counted])
        pieces = [
            (sign, self.operand(part, name) if part.op in LEAVES else self.piece(part))
            for (sign, part), name in zip(counted, names, strict=True)
        ]
        return self._added(pieces)

    def _added(self, pieces: Iterable[tuple[int, Piece]]) -> Piece:
        listed = list(pieces)
        text, value = "", Fraction(0)
        for sign, piece in listed:
            if piece.value is None:
                return Piece(f"{text} + {piece.text}".removeprefix(" + "), None, SUM)
            value += sign * piece.value
            if not text:
                text = piece.text if sign > 0 else MINUS + piece.within(SIGN)
            elif piece.text.startswith(MINUS) and piece.binding == SIGN:
                text += (" + " if sign < 0 else f" {MINUS} ") + piece.text.removeprefix(MINUS)
            else:
                text += (" + " if sign > 0 else f" {MINUS} ") + piece.within(PRODUCT)
        return Piece(text, value, SIGN if len(listed) == 1 and text.startswith(MINUS) else SUM)

    def _spans(self, sums: Mapping[str, Fraction], unit: Unit | None, node: Node) -> Piece:
        """Return a long sum span by span."""
        leaves = [(label, Node("literal", part, unit=unit)) for label, part in sums.items() if part]
        pieces = [
            (1, self.operand(leaf, self.voice.span(label) if self.named else "")) for label, leaf in leaves
        ]
        return self._added(pieces) if pieces else self.operand(Node("literal", node.value, unit=unit))

    def _told(self, node: Node, parts: Sequence[Term]) -> Piece:
        """Return a sum that is too long to write out: how many values of what it adds up."""
        value = node.value if isinstance(node.value, Fraction) else None
        names = dict.fromkeys(name for _, part in parts if (name := self._called(part)))
        if not 0 < len(names) <= MOST_NAMES:
            return Piece(self.voice.text(Text("the sum of {count} values"), count=len(parts)), value)
        things = joined(list(names), self.voice.language, word=Text("{first} and {last}"))
        text = Text("the sum of {count} values of “{things}”")
        if all(not part.value for _, part in parts):
            text = Text("all {count} values of “{things}” are 0")
        return Piece(self.voice.text(text, count=len(parts), things=things), value)

    def _called(self, part: Node) -> str:
        """Return what a term is called: its own name, or that of the first thing with a name in it."""
        return self._name(part) or next((name for arg in part.args if (name := self._called(arg))), "")

    def _names(self, parts: Sequence[Node]) -> list[str | None]:
        """Return what tells the terms of a sum from each other: figures, else subjects, else spans."""
        told = [
            (part.ref.measure, part.ref.subject, part.ref.span.label)
            for part in parts
            if isinstance(part.ref, MeasureRef)
        ]
        told += [
            (part.ref.figure, part.ref.subject, part.ref.span)
            for part in parts
            if isinstance(part.ref, FigureKey)
        ]
        if not self.named or len(told) != len(parts) or len(parts) < 2:
            return [None for _ in parts]
        names, subjects, spans = zip(*told, strict=True)
        if len(set(names)) > 1 or (len(set(subjects)) == 1 and len(set(spans)) == 1):
            return [None for _ in parts]
        if len(set(subjects)) > 1:
            return [self.voice.appraisal.name(subject) for subject in subjects]
        return [self.voice.span(span) for span in spans]

    def _product(self, node: Node) -> Piece:
        left, right = (self.piece(arg) for arg in node.args)
        value = APPLY[node.op]((left.value, right.value))
        around = right.within(SIGN + 1 if node.op == "/" else PRODUCT)
        if right.binding == SIGN:
            around = f"({right.text})"
        text = left.within(PRODUCT) + SYMBOL[node.op] + around
        return Piece(text, value if isinstance(value, Fraction) else None, PRODUCT)

    def _extreme(self, node: Node) -> Piece:
        pieces = [self.piece(arg) for arg in node.args]
        value = APPLY[node.op]([piece.value for piece in pieces])
        number = value if isinstance(value, Fraction) else None
        if len(pieces) == 2 and node.args[1].op == "literal":
            border = (
                Text("({thing}, at most {border})")
                if node.op == "min"
                else Text("({thing}, at least {border})")
            )
            return Piece(self.voice.text(border, thing=pieces[0].text, border=pieces[1].text), number)
        both = Text("{first} and {last}")
        listed = joined([piece.text for piece in pieces], self.voice.language, word=both)
        text = Text("(the smaller of {things})") if node.op == "min" else Text("(the larger of {things})")
        return Piece(self.voice.text(text, things=listed), number)

    def _mean(self, node: Node) -> Piece:
        known = [arg for arg in node.args if arg.value is not None]
        if not known:
            return self.operand(Node("literal", None))
        names = self._names(known)
        added = self._added(
            (1, self.operand(arg, name) if arg.op in LEAVES else self.piece(arg))
            for arg, name in zip(known, names, strict=True)
        )
        if len(known) == 1:
            return added
        value = None if added.value is None else added.value / len(known)
        return Piece(f"({added.text}) / {len(known)}", value, PRODUCT)


def written(voice: Voice, reason: Reason, *, named: bool = False) -> tuple[str, bool]:
    """Return the right side of a figure's formula with its numbers, and whether they give the shown value.

    Args:
        voice: Of which appraisal, in which language.
        reason: The figure's reason.
        named: Whether operands bear their names.
    """
    about = ("written", reason.figure.key, voice.language, named)
    return once(voice.appraisal, about, lambda: _written(voice, reason, named=named))


def _written(voice: Voice, reason: Reason, *, named: bool) -> tuple[str, bool]:
    piece = _tallying(reason.figure, lambda extra: _right_side(Writer(voice, named, extra), reason))
    return piece.text, _same(piece, reason.figure)


def _right_side(writer: Writer, reason: Reason) -> Piece:
    outcome = reason.outcomes[0] if reason.outcomes else None
    if reason.tree.op == "place":
        return _place(writer.voice, reason.figure)
    if reason.tree.op == "share" and outcome and outcome.detail["sharing"]:
        return _share(writer, reason, outcome)
    tree = reduced(reason.tree)
    if is_one_raters(tree):
        return replace(writer, by=rater(tree)).piece(tree.args[0])
    return replace(writer, item=_only_item(tree)).piece(tree)


def _only_item(tree: Node) -> str:
    """Return the one item of a form that several raters scored; blank where a value has other inputs too."""
    refs = {one.ref.name for one in _facts(tree) if isinstance(one.ref, FactRef) and one.ref.by}
    asked = refs.pop() if len(refs) == 1 else ""
    return asked if asked.startswith("scores.") and asked.count(".") > 1 else ""


def _facts(node: Node) -> Iterator[Node]:
    """Yield the facts that a computation reads."""
    if node.op == "fact":
        yield node
    for arg in node.args:
        yield from _facts(arg)


def is_one_raters(tree: Node) -> bool:
    """Return whether a value is what one rater gave by several items."""
    return tree.op == "rated" and bool(rater(tree)) and tree.args[0].op not in LEAVES


def rater(tree: Node) -> str:
    """Return who gave a value by a form; blank for the review of a conversation."""
    ref = tree.ref
    return ref.by if isinstance(ref, FactRef) and ref.name.startswith("scores.") else ""


def _place(voice: Voice, figure: Figure) -> Piece:
    if figure.value is None:
        return Piece(shown(None, Unit.PLACE, voice.language), None)
    better = figure.value - 1
    return Piece(f"1 + {shown(better, Unit.COUNT, voice.language)}", 1 + better, SUM)


def _share(writer: Writer, reason: Reason, outcome: Outcome) -> Piece:
    sharing = cast("Sharing", outcome.detail["sharing"])
    own = sharing.weights[reason.figure.key.subject]
    pool, weight = reason.tree.args
    of = Node("literal", sharing.total, unit=weight.unit)
    by = weight._replace(value=own) if weight.value != own else weight
    return writer.piece(Node("/", None, (Node("*", None, (reduced(pool), reduced(by))), of)))


def _tallying(figure: Figure, write: Callable[[int], Piece]) -> Piece:
    piece = write(0)
    for extra in range(1, MOST_PLACES):
        if _same(piece, figure) or piece.value is None:
            return piece
        finer = write(extra)
        piece = finer if _same(finer, figure) else piece
    return piece


def _same(piece: Piece, figure: Figure) -> bool:
    if piece.value is None or figure.value is None:
        return piece.value is figure.value
    places = places_of(figure.value, figure.unit) + (2 if figure.unit is Unit.RATIO else 0)
    step = Fraction(1, 10**places)
    return rounded(piece.value, step) == rounded(figure.value, step)


def exact_places(value: Fraction) -> int:
    """Return how many decimal places show all digits of an amount that has a few more than two; else 0."""
    for places in range(MONEY_PLACES + 1, MOST_EXACT + 1):
        if (value * 10**MONEY_PLACES).denominator != 1 and (value * 10**places).denominator == 1:
            return places
    return 0


def digits(value: Fraction, unit: Unit | None, language: Language) -> str:
    """Return a value with all its digits, or the first of them and dots where they have no end."""
    scale = PERCENT if unit is Unit.RATIO else 1
    for places in range(places_of(value, unit), MOST_EXACT + 1):
        if (value * scale * 10**places).denominator == 1:
            return shown(value, unit, language, places=places)
    # Cut, not rounded: the dots go on from just these digits.
    cut = Fraction(int(abs(value) * scale * 10**MOST_EXACT), scale * 10**MOST_EXACT)
    text = shown(cut if value >= 0 else -cut, unit, language, places=MOST_EXACT)
    return text.removesuffix("%") + ELLIPSIS + ("%" if text.endswith("%") else "")


def _trimmed(text: str, places: int, enough: int) -> str:
    """Return a number without the zeros at its end that more places have brought."""
    head, percent = text.removesuffix("%"), "%" if text.endswith("%") else ""
    while places > enough and head.endswith("0"):
        head, places = head[:-1], places - 1
    return head.removesuffix(".") + percent


def formula_line(voice: Voice, reason: Reason) -> str:
    """Return a figure's formula with the numbers in it, such as ``62.34 = 31 × 662.91 / 96``.

    Where the shown numbers only come near the shown value, as in a pool handed out
    to the fen, ``≈`` says so. A figure that is read from one source names it.
    """
    figure = reason.figure
    value = voice.of_figure(figure)
    if not reason.tree.args and reason.tree.op in ("sum", "first"):
        return value
    tree = reduced(reason.tree)
    if tree.op in LEAVES and not is_one_raters(tree) and (name := voice.name_then(tree)):
        return f"{value} = {name}"
    text, same = written(voice, reason)
    if text == value:
        return value
    return f"{value} {'=' if same else '≈'} {text}"


def parts_said(voice: Voice, reason: Reason) -> list[tuple[str, str]]:
    """Return name and value of each span that a long sum adds up; empty for any other figure."""
    parts = list(terms(reduced(reason.tree)))
    sums = by_span(parts) if len(parts) > MOST_TERMS else None
    unit = reason.figure.unit
    own = reason.figure.key.span
    is_month = voice.appraisal.policy.calendar.kind is PeriodKind.MONTH
    names = {
        label: voice.text(WHOLE[is_month]) if label == own else voice.span(label) for label in sums or {}
    }
    return [
        (names[label], shown(part, unit, voice.language, signed=True)) for label, part in (sums or {}).items()
    ]
