"""What each rule of a figure did, in words: why it fired, or why not and by how much."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, takewhile
from typing import cast

from kaohe.appraisal.dealing import Dealing
from kaohe.appraisal.ranking import Standing
from kaohe.core.figure import FactRef, FigureKey, Node, Outcome, Unit
from kaohe.core.language import Text
from kaohe.policy.expression import Apply, Expression, Literal
from kaohe.policy.policy import Definition, Rule
from kaohe.policy.wording import words
from kaohe.statements.shown import counted, gain, shown
from kaohe.statements.words import reach
from kaohe.statements.words.conditions import COMPARISONS, apart_by, distance, facts, short_of, unknown
from kaohe.statements.words.voice import Voice

MORE = {
    False: Text("{number} more in “{measure}” would have reached {bar}"),
    True: Text("{number} more in “{measure}” would have passed {bar}"),
}
FEWER = {
    False: Text("{number} fewer in “{measure}” would have been enough for {bar}"),
    True: Text("{number} fewer in “{measure}” would have stayed below {bar}"),
}
LESS = {
    False: Text("{number} less in “{measure}” would have been enough for {bar}"),
    True: Text("{number} less in “{measure}” would have stayed below {bar}"),
}
DECIDES = ("cases", "bands", "quota")
"""Kinds of figures whose value is what one rule gives."""
Bands = Sequence[tuple[Fraction | None, Fraction | None, Fraction | None]]


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells the rules of one figure.

    Attributes:
        voice: Of which appraisal, in which language.
        key: The figure whose rules they are.
        definition: How it is made.
        about: The figure that places or points belong to, else the figure itself.
    """

    voice: Voice
    key: FigureKey
    definition: Definition
    about: FigureKey

    @classmethod
    def of(cls, voice: Voice, key: FigureKey) -> "Teller":
        """Return the teller of a figure's rules."""
        definition = voice.definition(key)
        about = FigureKey(definition.of or key.figure, key.level, key.subject, key.span)
        return cls(voice, key, definition, about)

    # What fired

    def gave(self, outcome: Outcome) -> str:
        """Return what a rule gave, with sign and unit; a rate or a score that a case decides has no plus."""
        if outcome.gave is None:
            return self.voice.text(Text("no value"))
        if self.definition.kind in DECIDES and not self.definition.of:
            own = Node("figure", outcome.gave, ref=self.key, unit=self.definition.unit)
            return self.voice.with_unit(own)
        if self.definition.unit in (Unit.POINTS, Unit.MONEY):
            return gain(outcome.gave, self.definition.unit, self.voice.language)
        return self.voice.value(Node("figure", outcome.gave, ref=self.key, unit=self.definition.unit))

    def why(self, outcome: Outcome) -> str:
        """Return why a rule fired, without what it gave."""
        voice = self.voice
        title = voice.words(outcome.title)
        match outcome.kind:
            case "places":
                return self.standing(outcome)
            case "per":
                number = shown(outcome.node.value, Unit.COUNT, voice.language)
                name = title or voice.name(outcome.node)
                return voice.text(Text("{name} (× {number})"), name=name, number=number)
            case "bands":
                return self._titled(title, self.band(outcome))
            case "quota":
                return self._seat(outcome)
            case "slabs":
                said = voice.name(outcome.node)
                value = voice.value(outcome.node)
                thing = voice.text(Text("{name} {value}"), name=said, value=value) if said else value
                return voice.text(Text("{thing}, each part at its own rate"), thing=thing)
            case "review":
                known = voice.text(Text("confirmed by an entry “{item}”"), item=self._confirming(outcome))
                return voice.clauses([facts(voice, outcome.node, self.about), known])
            case "otherwise":
                return voice.text(Text("none of the other cases applies"))
        said = facts(voice, outcome.node, self.about)
        # The comparison with its numbers says more than "below the shop's average".
        return said if self.definition.of else self._titled(title, said)

    def cause(self, outcome: Outcome) -> str:
        """Return what a rule that fired rests on, its title aside: a number, or a comparison."""
        if outcome.kind != "per":
            return self.why(outcome._replace(title={}))
        number = shown(outcome.node.value, Unit.COUNT, self.voice.language)
        return self.voice.text(
            Text("{name} {value}"), name=self.voice.name(outcome.node), value=number
        ).strip()

    def label(self, outcome: Outcome) -> str:
        """Return the shortest words for a rule that fired: its title where it has one."""
        if outcome.kind == "per":
            return self.why(outcome)
        return self.voice.words(outcome.title) or self.why(outcome)

    def standing(self, outcome: Outcome) -> str:
        """Return the place taken among how many: ``place 5 of 9``; blank where none is taken."""
        standing = cast("Standing", outcome.detail["standing"])
        place = standing.places.get(self.key.subject)
        if place is None:
            return ""
        # Those who share a place stand one behind the other, from its own row on.
        alike = sum(1 for _ in takewhile(lambda row: row[2] == place, islice(standing.rows, place - 1, None)))
        text = Text("place {place} of {count}")
        if alike > 1:
            text = Text("place {place} of {count}, shared by {alike}")
        return self.voice.text(text, place=place, count=len(standing.rows), alike=alike)

    def band(self, outcome: Outcome) -> str:
        """Return the value that was placed and the band it lies in."""
        voice, node = self.voice, outcome.node
        index = cast("int | None", outcome.detail["band"])
        if index is None:
            return unknown(voice, node)
        low, high, _ = cast("Bands", outcome.detail["bands"])[index]
        said = self._range(node, low, high)
        if node.ref == self.about:
            return said
        if not voice.name(node):
            return voice.text(Text("{value}, {relation}"), value=voice.value(node), relation=said)
        name, value = voice.name(node), self._near(node, low, high)
        thing = voice.text(Text("{name} {value}"), name=name, value=value)
        return voice.text(Text("{thing}, {relation}"), thing=thing, relation=said)

    def _near(self, node: Node, low: Fraction | None, high: Fraction | None) -> str:
        """Return a value with the places that keep it off both borders of its band."""
        value = node.value
        if not isinstance(value, Fraction):
            return self.voice.value(node)
        said = [
            self.voice.beside(node, self._border(border, node))
            for border in (low, high)
            if border is not None
        ]
        return max(said, key=len, default=self.voice.value(node))

    def _border(self, border: Fraction, node: Node) -> Node:
        return Node("literal", border, unit=node.unit)

    def _range(self, node: Node, low: Fraction | None, high: Fraction | None) -> str:
        voice = self.voice
        said = {
            name: voice.value(self._border(border, node))
            for name, border in (("low", low), ("high", high))
            if border is not None
        }
        if low is None and high is None:
            return voice.text(Text("whatever it is"))
        if low is None:
            return voice.text(Text("below {right}"), right=said["high"])
        if high is None:
            return voice.text(Text("{low} or above"), **said)
        return voice.text(Text("from {low} to below {high}"), **said)

    def _titled(self, title: str, said: str) -> str:
        if title and said:
            return self.voice.text(Text("{thing} ({note})"), thing=title, note=said)
        return title or said

    def _seat(self, outcome: Outcome) -> str:
        """Return the place by which somebody got a grade, and how many seats it and the better ones have."""
        dealing = cast("Dealing", outcome.detail["dealing"])
        seat = dealing.by_subject[self.key.subject]
        gaps = {"place": seat.place, "count": len(dealing.taken), "seats": dealing.seats[seat.row]}
        if self._is_rest(outcome):
            gaps["seats"] = dealing.seats[seat.row - 1]
            text = Text("place {place} of {count}, behind the {seats} seat(s) of the better grades")
        else:
            text = Text("place {place} of {count}, within the first {seats} seat(s)")
        value = self.voice.value(outcome.node)
        name = self.voice.name(outcome.node)
        with_ = self.voice.text(Text("{name} {value}"), name=name, value=value) if name else value
        return self.voice.clauses([self.voice.text(text, **gaps), with_])

    def _is_rest(self, outcome: Outcome) -> bool:
        quota = self.definition.quota
        return quota is not None and outcome.detail["row"] == len(quota.rows) - 1

    def _other_grade(self, outcome: Outcome) -> Iterator[str]:
        """A better grade: how many seats it had, and the value of the last who took one."""
        dealing = cast("Dealing | None", outcome.detail["dealing"])
        row = cast("int", outcome.detail["row"])
        seat = dealing.by_subject.get(self.key.subject) if dealing else None
        if dealing is None or seat is None or row >= seat.row:
            return
        voice, title = self.voice, self.voice.words(outcome.title)
        grade = title or voice.text(Text("grade {number}"), number=row + 1)
        taken = [one for one in dealing.taken if one.row == row]
        if not taken:
            text = Text("{grade}: no seat was left to it")
            yield voice.text(text, grade=grade)
            return
        last = Node("figure", taken[-1].value, unit=outcome.node.unit)
        text = Text("{grade}: {count} had it, the last with {value}")
        yield voice.text(text, grade=grade, count=len(taken), value=voice.beside(last, outcome.node))

    # What did not fire

    def others(self, outcomes: Sequence[Outcome]) -> Iterator[str]:
        """Yield a sentence for each rule that did not fire, and for each loss what would have avoided it."""
        if outcomes and outcomes[0].kind != "place" and (short := self.short_of_base(outcomes[0])):
            yield self.voice.text(Text("the base is too small, so no points: {facts}"), facts=short)
            return
        for index, outcome in enumerate(outcomes):
            rule = self.definition.rules[index] if index < len(self.definition.rules) else None
            if outcome.kind == "slabs":
                continue
            if outcome.kind == "quota":
                yield from self._other_grade(outcome)
                continue
            if outcome.kind == "bands":
                yield from self._other_bands(outcome)
            elif outcome.fired:
                yield from self._way_out(outcome, rule)
            elif outcome.kind == "places":
                yield from self._no_award(outcome)
            elif outcome.kind == "place":
                yield self._no_place(outcome)
            elif rule is not None:
                yield from self._unfired(outcome, rule)

    def _unfired(self, outcome: Outcome, rule: Rule) -> Iterator[str]:
        voice = self.voice
        if outcome.kind == "otherwise":
            return
        title = voice.words(outcome.title)
        would = self._would_give(rule)
        if outcome.kind == "per":
            name = title or voice.name(outcome.node)
            yield voice.text(Text("{rule} ({gain} each): none"), rule=name, gain=would)
            return
        rule_said = title or self._said(rule.when)
        if outcome.kind == "review":
            yield self._review(outcome, rule_said, would)
            return
        if outcome.node.value is True and outcome.unless is not None and outcome.unless.value is True:
            because = facts(voice, outcome.unless, self.about)
            text = Text("{rule} ({gain}): excused, {facts}")
            yield voice.text(text, rule=rule_said, gain=would, facts=because)
            return
        if outcome.node.value is True:
            yield voice.text(Text("{rule} ({gain}): another rule came first"), rule=rule_said, gain=would)
            return
        said = voice.clauses([facts(voice, outcome.node, self.about), self._off(outcome.node)])
        yield voice.text(Text("{rule} ({gain}): no, {facts}"), rule=rule_said, gain=would, facts=said)
        give = literal(rule.give)
        if give is not None and give > 0:
            yield from self._reached(outcome.node, truth=True)

    def _review(self, outcome: Outcome, rule: str, would: str) -> str:
        voice = self.voice
        said = facts(voice, outcome.node, self.about)
        if outcome.node.value is True:
            text = Text("{rule} ({gain}): a review is open, {facts}; it counts only with an entry “{item}”")
        else:
            text = Text("{rule} ({gain}): no review, {facts}")
        return voice.text(text, rule=rule, gain=would, facts=said, item=self._confirming(outcome))

    def _confirming(self, outcome: Outcome) -> str:
        return self.voice.item(cast("FactRef", cast("Node", outcome.detail["confirmed_by"]).ref))

    def _off(self, node: Node) -> str:
        """Return by how much a single comparison was missed; blank for anything else."""
        if node.op not in COMPARISONS or node.args[0].ref != self.about:
            return ""
        off = apart_by(self.voice, *node.args)
        return self.voice.text(Text("by {distance}"), distance=off) if off else ""

    def _said(self, condition: Expression | None) -> str:
        if condition is None:
            return ""
        return words(condition, self.voice.appraisal.policy, self.voice.language, about=self.about.figure)

    def _would_give(self, rule: Rule) -> str:
        give = literal(rule.give)
        if give is not None and self.definition.unit in (Unit.POINTS, Unit.MONEY):
            return gain(give, self.definition.unit, self.voice.language)
        return self._said(rule.give)

    def _no_award(self, outcome: Outcome) -> Iterator[str]:
        """A place without points: which place had them, and how far off it was."""
        voice = self.voice
        standing = self.standing(outcome)
        if not standing:
            yield self._no_place(outcome)
            return
        awards = cast("dict[int, Fraction]", outcome.detail["awards"])
        ranking = cast("Standing", outcome.detail["standing"])
        place = ranking.places[self.key.subject]
        if place in awards:
            would = gain(awards[place], Unit.POINTS, voice.language)
            because = facts(voice, outcome.unless, self.about) if outcome.unless else ""
            yield voice.text(Text("{rule} ({gain}): no, {facts}"), rule=standing, gain=would, facts=because)
            return
        first = ranking.rows[: max(awards, default=0)]
        paid = [(there, value) for _, value, there in first if there in awards]
        if not paid:
            yield standing
            return
        there, value = paid[-1]
        had = counted(Fraction(there), Unit.PLACE, voice.language)
        bar = Node("figure", value, ref=self.about, unit=self._own_unit())
        own = Node("figure", self._own_value(), ref=self.about, unit=self._own_unit())
        text = Text("{standing}; {place} had {value}")
        yield voice.text(text, standing=standing, place=had, value=voice.beside(bar, own))
        if outcome.unless is None or outcome.unless.value is not True:
            yield from self.enough(reach.to(voice, self.about, bar, strict=False), had)

    def short_of_base(self, outcome: Outcome) -> str:
        """Return how small the base is that keeps the rules from firing; blank where it is large enough."""
        reached = outcome.detail.get("minimum_base")
        return short_of(self.voice, reached) if isinstance(reached, Node) else ""

    def _no_place(self, outcome: Outcome) -> str:
        """Why no place was taken: no value, too small a base, or a condition of the ranking."""
        voice = self.voice
        if self._own_value() is None:
            return voice.text(Text("no value, so no place"))
        if short := self.short_of_base(outcome):
            return voice.text(Text("no place: the base is too small, {facts}"), facts=short)
        places = voice.appraisal.policy.definitions.get((f"{self.about.figure}.place", self.key.level))
        if places is not None and places.only_if is not None:
            only = words(places.only_if, voice.appraisal.policy, voice.language, about=self.about.figure)
            return voice.text(Text("no place: only with {condition}"), condition=only)
        return voice.text(Text("no place"))

    def _own_value(self) -> Fraction | None:
        figure = self.voice.appraisal.figures.get(self.about)
        return figure.value if figure else None

    def _own_unit(self) -> Unit:
        return self.voice.definition(self.about).unit

    def _other_bands(self, outcome: Outcome) -> Iterator[str]:
        """The bands beside the one that applies, and how far off they are."""
        voice, node = self.voice, outcome.node
        index = cast("int | None", outcome.detail["band"])
        bands = cast("Bands", outcome.detail["bands"])
        if index is None or not isinstance(node.value, Fraction):
            yield self._titled(voice.words(outcome.title), self.band(outcome))
            return
        title = voice.words(outcome.title)
        for beside in (index - 1, index + 1):
            if not 0 <= beside < len(bands):
                continue
            low, high, give = bands[beside]
            border = high if beside < index else low
            if border is None:
                continue
            off = distance(voice, abs(node.value - border), node.unit)
            where = self._range(node, low, high)
            text = Text("{band} ({gain}): {distance} short of it")
            if beside < index:
                text = Text("{band} ({gain}): {distance} above it")
            if node.value == border:
                text = Text("{band} ({gain}): no, the border itself belongs to the band above")
            band = voice.text(Text("{name}: {value}"), name=title, value=where) if title else where
            worth = self._band_gives(give)
            yield voice.text(text, band=band, gain=worth, distance=off)
            if give is not None and give > (outcome.gave or 0):
                target, down = self._border(border, node), beside < index
                # A border belongs to the band above: upward it is reached, downward it must be passed.
                need = reach.of(voice, node, target, strict=down, down=down)
                yield from self.enough(need, voice.value(target))

    def _band_gives(self, give: Fraction | None) -> str:
        if give is None:
            return self.voice.text(Text("no value"))
        if self.definition.unit in (Unit.POINTS, Unit.MONEY):
            return gain(give, self.definition.unit, self.voice.language)
        return self.voice.value(Node("figure", give, ref=self.key, unit=self.definition.unit))

    # What would have been enough

    def _way_out(self, outcome: Outcome, rule: Rule | None) -> Iterator[str]:
        """For points lost by one comparison: what would have avoided the loss."""
        if rule is not None and outcome.kind == "when" and (outcome.gave or 0) < 0:
            yield from self._reached(outcome.node, truth=False)

    def _reached(self, node: Node, *, truth: bool) -> Iterator[str]:
        """Yield what would have made a comparison of the figure's own value true (or false)."""
        if node.op not in ("<", "<=", ">", ">=") or node.args[0].ref != self.about:
            return
        bar = node.args[1]
        needs = node.op if truth else {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}[node.op]
        named = self.named(bar)
        down = needs in ("<", "<=")
        yield from self.enough(
            reach.to(self.voice, self.about, bar, strict=needs in ("<", ">"), down=down), named
        )

    def named(self, bar: Node | int) -> str:
        """Return what a bar is called: the shop's average, a value, or a place."""
        if isinstance(bar, int):
            return counted(Fraction(bar), Unit.PLACE, self.voice.language)
        ref = bar.ref
        own = isinstance(ref, FigureKey) and (ref.figure, ref.span) == (self.about.figure, self.about.span)
        if own:
            return self.voice.text(Text("the shop's average"))
        return self.voice.bar(bar, Node("figure", self._own_value(), ref=self.about, unit=self._own_unit()))

    def enough(self, need: "reach.Need | None", bar: str) -> Iterator[str]:
        """Yield what it would have taken to reach a bar; nothing where that is not known."""
        if need is None:
            return
        voice = self.voice
        number = shown(need.number, need.unit, voice.language)
        text = (
            MORE[need.strict] if not need.down else (FEWER if need.unit is Unit.COUNT else LESS)[need.strict]
        )
        yield voice.text(text, number=number, measure=voice.name(need.measure), bar=bar)


def literal(expression: Expression | None) -> Fraction | None:
    """Return the number that a formula is; None where it has to be computed."""
    if isinstance(expression, Literal) and isinstance(expression.value, Fraction):
        return expression.value
    if isinstance(expression, Apply) and expression.op == "neg":
        inner = literal(expression.args[0])
        return None if inner is None else -inner
    return None
