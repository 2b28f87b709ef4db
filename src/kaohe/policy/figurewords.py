"""A figure with its rules in plain sentences: what it is, what it earns, what it costs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from kaohe.core.figure import Level, Unit
from kaohe.core.language import Text, Words, say
from kaohe.core.number import Direction
from kaohe.core.problem import Place
from kaohe.policy.expression import Apply, Entries, Expression, Literal, MeasureName
from kaohe.policy.policy import Band, Definition, Rule
from kaohe.policy.quota import Quota, QuotaRow
from kaohe.policy.titles import joined, number_said, opened, spaced, title
from kaohe.policy.wording import Speaker

ROW = Text("{first}, {last}")
HEADS: Mapping[str, Text] = {
    "bands": Text("{figure}, by {value}:"),
    "slabs": Text("{figure}: of {value}, each part at its own rate."),
}
ROUNDED: Mapping[Direction, Text] = {
    Direction.HALF_UP: Text(" Rounded half up to {step}."),
    Direction.HALF_EVEN: Text(" Rounded to {step}, a half to its even neighbour."),
    Direction.HALF_DOWN: Text(" Rounded half down to {step}."),
    Direction.UP: Text(" Rounded up to {step}."),
    Direction.DOWN: Text(" Rounded down to {step}."),
}
POOL_ROUNDED: Mapping[Direction, Text] = {
    Direction.HALF_UP: Text(" The pool is rounded half up first."),
    Direction.HALF_EVEN: Text(" The pool is rounded first, a half to its even neighbour."),
    Direction.HALF_DOWN: Text(" The pool is rounded half down first."),
    Direction.UP: Text(" The pool is rounded up first."),
}
"""Rounded down, as it is where nothing else is said, it needs no words: what is less than a step stays."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of a policy.

    Attributes:
        text: The sentence.
        place: Where the policy says it; blank where it follows from several places.
        reading: How an open text was read here; blank: it was not open.
        lines: What it consists of.
    """

    text: str
    place: Place = field(default_factory=Place)
    reading: str = ""
    lines: tuple["Line", ...] = ()


@dataclass(frozen=True, slots=True)
class FigureTeller:
    """Tells figures of one policy in one language."""

    speaker: Speaker

    def line(self, definition: Definition, points: Definition | None, *, with_base: bool = True) -> Line:
        """Return the figure's sentence, with what belongs to it and what it earns below it.

        Args:
            definition: The figure.
            points: Its points, or None where it gives none.
            with_base: Whether to say the smallest base; not, where it is said for many figures at once.
        """
        told = definition.told
        lines = [*self._rules(definition), *self._beside(definition)]
        if with_base and definition.minimum_base is not None and is_quotient(definition):
            lines.append(Line(self.smallest_base(definition.minimum_base), told.place))
        lines += self._rules(points) if points else []
        return Line(self._opened(self._head(definition)), told.place, self._say(told.reading), tuple(lines))

    def smallest_base(self, base: Expression) -> str:
        """Return the sentence on who has too small a base to compete."""
        text = Text("Who has a base below “{base}” takes no place and gets no points.")
        return self.speaker.spaced(text, base=self._words(base))

    def _opened(self, said: str) -> str:
        return opened(said, self.speaker.language)

    def _say(self, words: Words) -> str:
        return say(words, self.speaker.language)

    def _words(self, expression: Expression, about: str = "") -> str:
        speaker = Speaker(self.speaker.policy, self.speaker.language, about)
        return spaced(speaker.condition(expression), self.speaker.language)

    # The figure itself

    def _head(self, definition: Definition) -> str:
        name = title(definition.name, definition.level, self.speaker.policy, self.speaker.language)
        if definition.kind == "share":
            return self._share(name, definition)
        if definition.quota is not None:
            return self._quota(name, definition, definition.quota)
        if definition.kind in ("cases", "adds"):
            text = (
                Text("{figure}: the first of these that applies.")
                if definition.kind == "cases"
                else Text("{figure}: the sum of these, as far as they apply.")
            )
            return self.speaker.spaced(text, figure=name) + self._tail(definition)
        assert definition.body is not None
        body = self._words(definition.body)
        text = HEADS.get(definition.kind, Text("{figure} = {formula}."))
        if definition.kind not in HEADS and body == spaced(name, self.speaker.language):
            # "Sales = Sales" would say nothing.
            measured = isinstance(definition.body, MeasureName)
            text = Text("{figure}: as measured.") if measured else Text("{figure}: as above.")
        return self.speaker.spaced(text, figure=name, value=body, formula=body) + self._tail(definition)

    def _tail(self, definition: Definition) -> str:
        """Return which way is better, and the rounding."""
        said = ""
        if definition.better:
            text = Text(" Higher is better.") if definition.better == "higher" else Text(" Lower is better.")
            said += self.speaker.spaced(text)
        if definition.round is not None:
            said += self.speaker.spaced(ROUNDED[definition.direction], step=number_said(definition.round))
        return said

    def _quota(self, name: str, definition: Definition, quota: Quota) -> str:
        """Return what people are ranked by and among whom, how ties and seats are counted."""
        assert definition.body is not None
        among = self.speaker.spaced(Text("all who have it"))
        if quota.within == Level.DEPARTMENT.value:
            among = self.speaker.spaced(Text("those of each department"))
        elif quota.within:
            among = self.speaker.group(quota.within)
        head = self.speaker.spaced(
            Text("{figure}: a grade by {value}, ranked among {group}."),
            figure=name, value=self._words(definition.body), group=among,
        )  # fmt: skip
        better = Text(" Higher is better.") if quota.better == "higher" else Text(" Lower is better.")
        ties = {
            "up": Text(" Who is tied gets the better grade."),
            "down": Text(" Who is tied gets the worse grade."),
        }
        said = self.speaker.spaced(ties[quota.ties]) if quota.ties in ties else self._broken(quota)
        rounding = Text(" Seats are rounded half up.") if quota.half_up else Text(" Seats are rounded down.")
        return head + self.speaker.spaced(better) + said + self.speaker.spaced(rounding)

    def _broken(self, quota: Quota) -> str:
        policy, language = self.speaker.policy, self.speaker.language
        named = [title(one.name, one.level, policy, language) for one in quota.then]
        listed = joined(named, language, word=Text("{first} and {last}"))
        text = Text(" Ties are broken by {figures}; who is still tied gets the better grade.")
        return self.speaker.spaced(text, figures=listed)

    def _grade(self, row: QuotaRow, definition: Definition) -> Line:
        gives = self._gives(row.give, definition)
        if row.share is None:
            said = self.speaker.spaced(Text("all others: {gives}."), gives=gives)
        else:
            text = Text("the best {share}: {gives}.")
            if not isinstance(row.share, Literal):
                text = Text("the best, as far as “{share}” goes: {gives}.")
            said = self.speaker.spaced(text, share=self._words(row.share), gives=gives)
        if heading := self._say(row.told.title):
            said = self.speaker.spaced(Text("{title} — {sentence}"), title=heading, sentence=said)
        return Line(self._opened(said), row.told.place, self._say(row.told.reading))

    def _share(self, name: str, definition: Definition) -> str:
        assert definition.pool is not None
        assert definition.body is not None
        step = number_said(definition.round or Fraction(1))
        said = self.speaker.spaced(
            Text("{figure}: {pool}, shared out to {step} (by {weight}; the rest by largest remainder)."),
            figure=name, pool=self._words(definition.pool), weight=self._words(definition.body), step=step,
        )  # fmt: skip
        rounding = POOL_ROUNDED.get(definition.direction)
        return said + self.speaker.spaced(rounding) if rounding else said

    def _beside(self, definition: Definition) -> Iterator[Line]:
        """Yield what else holds for the figure: the shop's value, days left out, the smallest base."""
        policy = self.speaker.policy
        place = definition.told.place
        shop = policy.definitions.get((definition.name, Level.SHOP))
        if definition.level is Level.PERSON and shop and shop.body and shop.body != definition.body:
            yield Line(
                self.speaker.spaced(Text("The shop's: {formula}."), formula=self._words(shop.body)), place
            )
        points = policy.definitions.get((f"{definition.name}.points", definition.level))
        awarded = points is not None and any(rule.kind == "places" for rule in points.rules)
        if (f"{definition.name}.place", definition.level) in policy.definitions and not awarded:
            yield Line(self.speaker.spaced(Text("Its places are for information; they earn nothing.")), place)
        if definition.without:
            days = self._say(policy.parameters[definition.without].told.title) or definition.without
            yield Line(self.speaker.spaced(Text("Days left out: “{parameter}”."), parameter=days), place)

    # Rules

    def _rules(self, definition: Definition) -> Iterator[Line]:
        rules = definition.rules
        if definition.quota is not None:
            yield from (self._grade(row, definition) for row in definition.quota.rows)
            return
        if definition.kind == "bands":
            yield from (self._band(band, definition) for band in rules[0].bands)
            return
        if definition.kind == "slabs":
            yield from map(self._slab, rules[0].bands)
            return
        merged = {
            second.told.place
            for first, second in pairwise(rules)
            if first.kind == "places" and first.unless is not None and second.when == first.unless
        }
        for rule, after in pairwise((*rules, None)):
            assert rule is not None
            if rule.told.place in merged and rule.kind == "when":
                continue
            costs = after if after is not None and after.told.place in merged else None
            yield self._rule(rule, costs, definition)

    def _rule(self, rule: Rule, costs: Rule | None, definition: Definition) -> Line:
        about = definition.of
        lines: tuple[Line, ...] = ()
        if rule.kind == "places":
            said = self._places(rule, costs, definition)
        elif rule.kind == "bands":
            assert rule.of is not None
            said = self.speaker.spaced(Text("By {value}:"), value=self._words(rule.of))
            lines = tuple(self._band(band, definition) for band in rule.bands)
        elif rule.kind == "per":
            said = self._per(rule, definition)
        elif rule.kind == "review":
            said = self._review(rule, definition)
        elif rule.kind == "otherwise":
            assert rule.give is not None
            said = self.speaker.spaced(Text("Otherwise {gives}."), gives=self._gives(rule.give, definition))
        else:
            assert rule.when is not None
            assert rule.give is not None
            gives, when = self._gives(rule.give, definition), self._words(rule.when, about)
            earns = definition.unit is Unit.POINTS and isinstance(rule.give, Literal)
            text = Text("{condition}: {gives}") if earns else Text("If {condition}: {gives}")
            said = self.speaker.spaced(text, condition=when, gives=gives) + self._end(rule, about)
        heading = self._say(rule.told.title)
        if heading:
            said = self.speaker.spaced(Text("{title} — {sentence}"), title=heading, sentence=said)
        return Line(self._opened(said), rule.told.place, self._say(rule.told.reading), lines)

    def _end(self, rule: Rule, about: str) -> str:
        if rule.unless is None:
            return self.speaker.spaced(Text("."))
        return self.speaker.spaced(Text(", unless {condition}."), condition=self._words(rule.unless, about))

    def _places(self, rule: Rule, costs: Rule | None, definition: Definition) -> str:
        places = sorted(rule.awards)
        awards = [number_said(rule.awards[place]) for place in places]
        listed = joined(awards, self.speaker.language, word=ROW)
        if places == [1]:
            said = self.speaker.spaced(Text("The first place earns {points} points"), points=listed)
        elif places == list(range(1, len(places) + 1)):
            text = Text("The first {count} places earn {points} points")
            said = self.speaker.spaced(text, count=len(places), points=listed)
        else:
            at = joined([str(place) for place in places], self.speaker.language, word=ROW)
            said = self.speaker.spaced(Text("Places {places} earn {points} points"), places=at, points=listed)
        if rule.unless is not None:
            condition = self._words(rule.unless, definition.of)
            said += self.speaker.spaced(Text("; {condition}: no points"), condition=condition)
            if costs is not None and costs.give is not None:
                said += self.speaker.spaced(
                    Text(", and it {gives}"), gives=self._gives(costs.give, definition)
                )
        said += self.speaker.spaced(Text("."))
        ranked = self.speaker.policy.definitions.get((f"{definition.of}.place", definition.level))
        if ranked is not None and ranked.only_if is not None:
            condition = self._words(ranked.only_if, definition.of)
            said += self.speaker.spaced(Text(" A place is taken only if {condition}."), condition=condition)
        return said

    def _per(self, rule: Rule, definition: Definition) -> str:
        assert rule.per is not None
        assert rule.give is not None
        gives = self._gives(rule.give, definition)
        if isinstance(rule.per, Entries):
            text = Text("Each one entered of “{item}” {gives}")
            said = self.speaker.spaced(text, item=self._item(rule.per.item), gives=gives)
        else:
            said = self.speaker.spaced(
                Text("For each one of {counted}: {gives}"), counted=self._words(rule.per), gives=gives
            )
        if rule.at_most is not None:
            points = definition.unit is Unit.POINTS
            text = Text(", at most {most} points in all") if points else Text(", at most {most} in all")
            said += self.speaker.spaced(text, most=self._words(rule.at_most))
        if rule.at_least is not None:
            said += self.speaker.spaced(Text(", at least {least} in all"), least=self._words(rule.at_least))
        return said + self._end(rule, definition.of)

    def _review(self, rule: Rule, definition: Definition) -> str:
        assert rule.when is not None
        assert rule.give is not None
        return self.speaker.spaced(
            Text("{condition}: a review opens. Once a supervisor enters “{item}”, it {gives}"),
            condition=self._words(rule.when, definition.of),
            item=self._item(rule.confirmed_by),
            gives=self._gives(rule.give, definition),
        ) + self._end(rule, definition.of)

    def _item(self, name: str) -> str:
        return self._say(self.speaker.policy.ledger[name].told.title) or name

    def _band(self, band: Band, definition: Definition) -> Line:
        low, high = (_proper(border) for border in band.written)
        if low and high:
            text = Text("from {low} to below {high}: {gives}.")
        elif low:
            text = Text("{low} or more: {gives}.")
        elif high:
            text = Text("below {high}: {gives}.")
        else:
            text = Text("always: {gives}.")
        said = self.speaker.spaced(text, low=low, high=high, gives=self._gives(band.give, definition))
        return self._row(band, said)

    def _slab(self, slab: Band) -> Line:
        low, high = (_proper(border) for border in slab.written)
        if low and high:
            text = Text("what lies from {low} to {high}: {rate}.")
        elif low:
            text = Text("what lies beyond {low}: {rate}.")
        elif high:
            text = Text("up to {high}: {rate}.")
        else:
            text = Text("all of it: {rate}.")
        return self._row(slab, self.speaker.spaced(text, low=low, high=high, rate=self._words(slab.give)))

    def _row(self, band: Band, said: str) -> Line:
        heading = self._say(band.title)
        if heading:
            said = self.speaker.spaced(Text("{title} — {sentence}"), title=heading, sentence=said)
        return Line(self._opened(said), band.place)

    def _gives(self, give: Expression, definition: Definition) -> str:
        """Return what a rule gives: points are earned or cost, anything else is said as it is."""
        value = give.value if isinstance(give, Literal) else None
        if definition.unit is not Unit.POINTS or not isinstance(value, Fraction):
            return self._words(give, definition.of)
        if value == 0:
            return self.speaker.spaced(Text("earns nothing"))
        one = abs(value) == 1
        if value > 0:
            text = Text("earns {points} point") if one else Text("earns {points} points")
        else:
            text = Text("costs {points} point") if one else Text("costs {points} points")
        return self.speaker.spaced(text, points=number_said(abs(value)))


def is_quotient(definition: Definition) -> bool:
    """Return whether a figure is one thing divided by another, and so has a base."""
    return isinstance(definition.body, Apply) and definition.body.op == "/"


def _proper(border: str) -> str:
    return border.replace("-", "−")
