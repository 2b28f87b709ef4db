"""Forms and samples in plain sentences: who scores whom, on which scales, by when."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from kaohe.core.figure import Level
from kaohe.core.language import Text, say
from kaohe.policy.figurewords import Line
from kaohe.policy.policy import Form, FormItem, RaterRole, Sample
from kaohe.policy.titles import joined, number_said, opened
from kaohe.policy.told import Told
from kaohe.policy.wording import Speaker

ONE = Fraction(1)
RATERS: Mapping[str, Text] = {
    "superior": Text("the direct superior"),
    "named": Text("those named in “{by}”"),
    "group": Text("{by}"),
    "peers": Text("the others of the same department"),
    "self": Text("those whom it is about, of themselves"),
}
STRATA: Mapping[str, Text] = {
    "person": Text("people"),
    "week": Text("weeks"),
    "filter": Text("what the filters leave out"),
}


@dataclass(frozen=True, slots=True)
class FormTeller:
    """Tells forms and samples of one policy in one language."""

    speaker: Speaker

    def form(self, form: Form) -> Line:
        """Return the sentences on a form: whom it is about, when, what is scored, by whom."""
        title = self.speaker.titled(form.told, form.name)
        if form.level is Level.DEPARTMENT:
            about = self.speaker.spaced(Text("{form}: scores of departments"), form=title)
        else:
            who = self.speaker.group(form.who)
            about = self.speaker.spaced(Text("{form}: scores of {group}"), form=title, group=who)
        order = (
            Text("all of them item by item")
            if form.order == "by_item"
            else Text("one of them after the other")
        )
        head = self.speaker.spaced(
            Text("{form}, {order}. It goes out {opens} day(s) after the period and is due after {due}."),
            form=about, order=self.speaker.spaced(order), opens=form.opens, due=form.due,
        )  # fmt: skip
        lines = [*self._items(form.items), *self._roles(form), *self._rules(form)]
        return self._line(head, form.told, lines)

    def sample(self, sample: Sample) -> Line:
        """Return the sentences on a sample: how many are drawn of whom, how, and what is scored."""
        size = self.speaker.titled(self.speaker.policy.parameters[sample.size].told, sample.size)
        strata = joined(
            [self.speaker.spaced(STRATA[one]) for one in sample.strata],
            self.speaker.language,
            word=Text("{first} and {last}"),
        )
        head = self.speaker.spaced(
            Text(
                "{sample}: conversations of {group}, drawn at random, evenly by {strata}; "
                "how many of each person in a period: “{size}”."
            ),
            sample=self.speaker.titled(sample.told, sample.name),
            group=self.speaker.group(sample.who), strata=strata, size=size,
        )  # fmt: skip
        lines = list(self._items(sample.items))
        if sample.reviewers:
            text = Text("They are reviewed by {group}, by nobody their own.")
            lines.append(Line(self.speaker.spaced(text, group=self.speaker.group(sample.reviewers))))
        if sample.second_share:
            share = number_said(sample.second_share, "%")
            lines.append(
                Line(self.speaker.spaced(Text("A second reviewer sees {share} of them."), share=share))
            )
        if sample.blind:
            lines.append(Line(self.speaker.spaced(Text("Reviewers are not told whose conversation it is."))))
        return self._line(head, sample.told, lines)

    def _rules(self, form: Form) -> Iterator[Line]:
        if form.mean == "trimmed":
            text = Text("The mean of the raters, without the {count} highest and the {count} lowest scores.")
            yield Line(self.speaker.spaced(text, count=form.trim))
        else:
            yield Line(self.speaker.spaced(Text("The mean of the raters counts.")))
        if len({(item.low, item.high) for item in form.items.values()}) > 1:
            yield Line(
                self.speaker.spaced(Text("As the items' scales differ, scores are put to 0–100 first."))
            )
        missing = (
            Text("The period cannot be closed while a rater is missing.")
            if form.missing == "blocks"
            else Text("A rater who is missing is left out.")
        )
        yield Line(self.speaker.spaced(missing))

    def _items(self, items: Mapping[str, FormItem]) -> Iterator[Line]:
        weights = sum((item.weight for item in items.values()), Fraction(0))
        for item in items.values():
            text = Text("{item}: from {low} to {high}, {percent} of the whole.")
            said = self.speaker.spaced(
                text,
                item=self.speaker.titled(item.told, item.name),
                low=number_said(item.low),
                high=number_said(item.high),
                percent=self._percent(item.weight / weights),
            )
            anchors = [
                Line(
                    self.speaker.spaced(
                        Text("{score}: {meaning}"),
                        score=number_said(score),
                        meaning=say(meaning, self.speaker.language),
                    )
                )
                for score, meaning in item.anchors.items()
            ]
            yield self._line(said, item.told, anchors)

    def _percent(self, share: Fraction) -> str:
        if (share * 100).denominator == 1:
            return number_said(share, "%")
        return f"{share.numerator}/{share.denominator}"

    def _roles(self, form: Form) -> Iterator[Line]:
        for role in form.raters.values():
            is_head = role.kind == "superior" and form.level is Level.DEPARTMENT
            yield self._role(role, Text("the department's head") if is_head else RATERS[role.kind])

    def _role(self, role: RaterRole, who: Text) -> Line:
        by = self.speaker.group(role.by) if role.kind == "group" else ""
        if role.kind == "named" and role.by:
            by = self.speaker.titled(self.speaker.policy.parameters[role.by].told, role.by)
        said = self.speaker.spaced(
            Text("Scored by {role}: {raters}"),
            role=self.speaker.titled(role.told, role.name),
            raters=self.speaker.spaced(who, by=by),
        )
        if role.weight != ONE:
            said += self.speaker.spaced(Text(", counted {weight} times"), weight=number_said(role.weight))
        return self._line(said + self.speaker.spaced(Text(".")), role.told, [])

    def _line(self, said: str, told: Told, lines: list[Line]) -> Line:
        reading = say(told.reading, self.speaker.language)
        return Line(opened(said, self.speaker.language), told.place, reading, tuple(lines))
