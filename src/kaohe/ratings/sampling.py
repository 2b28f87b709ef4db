"""A sample in a period: what may be drawn, what was drawn, who has reviewed what."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from kaohe.core.language import Language
from kaohe.core.period import Span
from kaohe.core.problem import Place, Problem
from kaohe.measures.conversation import conversation
from kaohe.policy.policy import Sample
from kaohe.ratings import problems
from kaohe.ratings.desk import Desk
from kaohe.ratings.drawing import Drawn, Plan, Talk, draw, lacking
from kaohe.ratings.keeping import kept
from kaohe.ratings.tendencies import Mark
from kaohe.records.importing import ImportReport
from kaohe.records.objects import Where
from kaohe.records.store import is_store

Key = tuple[str, str, str]
"""Case, item, reviewer."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A reviewer's score that counts."""

    score: Fraction
    at: datetime | None
    note: str


@dataclass
class Sampling:
    """One sample in one period.

    Attributes:
        desk: The desk.
        sample: The sample.
    """

    desk: Desk
    sample: Sample

    @property
    def round(self) -> str:
        """What draws and reviews call it."""
        return f"{self.desk.period.label}/{self.sample.name}"

    @cached_property
    def people(self) -> list[str]:
        """Whose conversations are drawn."""
        return self.desk.people(self.sample.who)

    @cached_property
    def reviewers(self) -> list[str]:
        """Who reviews, as the policy says; nobody where it leaves that open."""
        return self.desk.people(self.sample.reviewers) if self.sample.reviewers else []

    @property
    def weeks(self) -> tuple[Span, ...]:
        """The weeks within which is drawn evenly; none where weeks are no strata."""
        return self.desk.weeks if "week" in self.sample.strata else ()

    @cached_property
    def size(self) -> int:
        """How many conversations of each person are drawn.

        Raises:
            ProblemsFound: The parameter has no whole number above zero.
        """
        value = self.desk.evaluator.parameter(self.sample.size)
        if not isinstance(value, Fraction) or value.denominator != 1 or value < 1:
            place = self.desk.policy.parameters[self.sample.size].told.place
            problems.refuse(problems.NO_SIZE.at(place, parameter=self.sample.size))
        return int(value)

    def plan(self, seed: str) -> Plan:
        """Return how the round is drawn with a seed."""
        return Plan(
            self.round,
            seed,
            self.size,
            self.sample.second_share,
            self.weeks,
            "filter" in self.sample.strata,
            self.desk.as_of,
            max(span.last for span in (self.desk.period, *self.weeks)),
        )

    def talks(self) -> list[Talk]:
        """Return every consultation of the people in the period, or in its weeks where these are strata."""
        people, spans = set(self.people), self.weeks or (self.desk.period,)
        rows = self.desk.measured.receptions.select(["shop", "person", "customer", "day", "filter"])
        return [
            Talk(row["shop"], row["person"], row["customer"], row["day"], row["filter"] or "")
            for row in rows.to_pylist()
            if row["person"] in people and any(row["day"] in span for span in spans)
        ]

    @cached_property
    def drawn(self) -> list[Drawn]:
        """What was drawn, by lot."""
        filters = {talk.name: talk.filter for talk in self.talks()}
        found = []
        for row in self._draws:
            talk = Talk(row["shop"], row["person"], row["customer"], row["day"])
            talk = Talk(talk.shop, talk.person, talk.customer, talk.day, filters.get(talk.name, ""))
            found.append(Drawn(row["case"], talk, row["second"] is True))
        plan = self.plan(self.seed or "")
        return sorted(found, key=lambda one: plan.lot(*one.talk.name))

    @cached_property
    def seed(self) -> str | None:
        """The seed that the round was drawn with; None: it was not drawn yet."""
        return next((row["seed"] for row in self._draws), None)

    @cached_property
    def _draws(self) -> list[dict[str, Any]]:
        rows = self.desk.records.table("draws").to_pylist()
        return [row for row in rows if row["round"] == self.round]

    def draw(self, seed: str) -> list[Drawn]:
        """Return the round drawn with a seed: what was drawn before, and what is to be added.

        Raises:
            ProblemsFound: It was drawn with another seed.
        """
        if self.seed is not None and self.seed != seed:
            problems.refuse(problems.OTHER_SEED.at(Place("--seed"), seed, seed=self.seed))
        return draw(self.plan(seed), self.people, self.talks(), self.drawn)

    def warnings(self, drawn: Iterable[Drawn]) -> list[Problem]:
        """Return what a draw is short of, and that the period still runs."""
        desk, place = self.desk, self.sample.told.place
        short = lacking(self.plan(""), self.people, drawn)
        if not self.plan("").over:
            return [problems.STILL_RUNNING.at(place, last=desk.period.last, as_of=desk.as_of)]
        talked = {talk.person for talk in self.talks()}
        silent = [person for person in short if person not in talked]
        found = [problems.NOTHING_TO_DRAW.at(place, people=desk.listed(silent))] if silent else []
        return found + [
            problems.TOO_FEW.at(place, person=desk.name(person), count=count)
            for person, count in short.items()
            if person in talked
        ]

    def drawn_or_refused(self) -> list[Drawn]:
        """Return what was drawn.

        Raises:
            ProblemsFound: Nothing was drawn yet.
        """
        if not self.drawn:
            problems.refuse(problems.NOT_DRAWN.at(Place(), round=self.round))
        return self.drawn

    @cached_property
    def reviewed(self) -> Mapping[Key, Reviewed]:
        """The reviewers' scores by the as-of day; of several by one reviewer, the last one counts."""
        found: dict[Key, list[Reviewed]] = defaultdict(list)
        cases = {one.case for one in self.drawn}
        for row in self.desk.records.table("reviews").to_pylist():
            at = row["reviewed_at"]
            later = at is not None and at.date() > self.desk.as_of
            ours = row["round"] == self.round and row["case"] in cases and row["item"] in self.sample.items
            if ours and not later:
                key = (row["case"], row["item"], row["reviewer"])
                found[key].append(Reviewed(Fraction(row["score"]), at, row["note"] or ""))
        return {
            key: max(several, key=lambda one: (one.at is not None, one.at)) for key, several in found.items()
        }

    def reviewers_of(self) -> Mapping[str, list[str]]:
        """Return case → who has reviewed all its items."""
        items: dict[tuple[str, str], set[str]] = defaultdict(set)
        for case, item, reviewer in self.reviewed:
            items[case, reviewer].add(item)
        whole: dict[str, list[str]] = defaultdict(list)
        for (case, reviewer), scored in sorted(items.items()):
            if scored >= set(self.sample.items):
                whole[case].append(reviewer)
        return whole

    def marks(self) -> list[Mark]:
        """Return every review's score as a share of its scale."""
        marks = []
        for (case, item, reviewer), one in self.reviewed.items():
            scale = self.sample.items[item]
            marks.append(Mark(reviewer, (case, item), (one.score - scale.low) / (scale.high - scale.low)))
        return marks

    def keep(self, drawn: Sequence[Drawn], seed: str, store: Where, language: Language) -> ImportReport:
        """Keep a draw in the store.

        Raises:
            ProblemsFound: It is no store.
        """
        if not is_store(store):
            problems.refuse(problems.NOT_A_STORE.at(Place("--records"), path=str(store)))
        rows = [
            {
                "round": self.round,
                "case": one.case,
                "person": one.talk.person,
                "shop": one.talk.shop,
                "account": self._account(one.talk),
                "customer": one.talk.customer,
                "day": one.talk.day.isoformat(),
                "seed": seed,
                "second": "yes" if one.second else "no",
            }
            for one in drawn
        ]
        zone = ZoneInfo(self.desk.policy.rules.timezone)
        return kept(store, "draws", rows, zone, language)

    def _account(self, talk: Talk) -> str:
        """Return the account that the person spoke through last, or was written to."""
        lines = conversation(
            self.desk.measured,
            self.desk.records,
            shop=talk.shop,
            person=talk.person,
            customer=talk.customer,
            day=talk.day,
        ).lines.to_pylist()
        spoken = [line["account"] for line in lines if line["sender"] == "agent"]
        return str((spoken or [line["account"] for line in lines])[-1])


def sampling_of(desk: Desk, sample: str = "") -> Sampling:
    """Return the sampling of a sample; where the policy has one alone, it needs no name.

    Raises:
        ProblemsFound: The policy has no such sample, none at all, or several.
    """
    samples, place = desk.policy.samples, Place(desk.policy.file)
    if not samples:
        problems.refuse(problems.NO_SAMPLES.at(place))
    known = ", ".join(samples)
    if sample and sample not in samples:
        problems.refuse(problems.UNKNOWN_SAMPLE.at(Place("--sample"), sample, sample=sample, known=known))
    if not sample and len(samples) > 1:
        problems.refuse(problems.WHICH_SAMPLE.at(Place("--sample"), known=known))
    return Sampling(desk, samples[sample or next(iter(samples))])
