"""A sample as one reviewer works through it: their conversations, what was typed, what was handed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from kaohe.core.language import say
from kaohe.core.number import plain
from kaohe.core.problem import Problem
from kaohe.policy.policy import FormItem
from kaohe.ratings.assigning import Assignment, assign
from kaohe.ratings.cases import Case, Reader
from kaohe.ratings.drawing import Drawn
from kaohe.ratings.entering import Entered, Given, Typed, Where, entered, given_by, score_of, whole_cases
from kaohe.ratings.sampling import Sampling
from kaohe.ratings.takein import REVIEWS
from kaohe.statements.shown import day_said
from kaohe.web.clock import today
from kaohe.web.entry import Standing
from kaohe.web.filling import anchors, cell
from kaohe.web.models import Desk, Draft, Membership
from kaohe.web.rated import Drafts
from kaohe.web.rights import Role

SLOW_SECONDS = 60
OF_SAMPLE = "sample/"
"""What stands before a sample's name where drafts call it a form."""


def reviewers(desk: Desk, sampling: Sampling) -> list[str]:
    """Return who reviews: who is a reviewer of the desk today, and who has reviewed in this round."""
    held = Membership.objects.on(today(desk.timezone)).filter(desk=desk, role=Role.REVIEWER)
    people = held.exclude(person="").values_list("person", flat=True)
    return sorted({*people, *(who for several in sampling.reviewers_of().values() for who in several)})


def shared_out(desk: Desk, sampling: Sampling) -> Assignment:
    """Return who reviews what: what somebody has reviewed, or begun to, stays theirs."""
    begun: dict[str, list[str]] = {case: list(several) for case, several in sampling.reviewers_of().items()}
    form = f"{OF_SAMPLE}{sampling.sample.name}"
    rows = Draft.objects.filter(desk=desk, period=sampling.desk.period.label, form=form)
    typed = rows.filter(by__memberships__desk=desk).exclude(by__memberships__person="")
    for case, person in typed.values_list("subject", "by__memberships__person").distinct():
        if person not in begun.setdefault(case, []):
            begun[case].append(person)
    plan = sampling.plan(sampling.seed or "")
    return assign(plan, sampling.drawn, reviewers(desk, sampling), begun)


@dataclass
class Reviewing:
    """A sample as one reviewer works through it.

    Attributes:
        at: The reviewer.
        sampling: The sample.
        is_closed: Whether the period takes no more scores.
    """

    at: Standing
    sampling: Sampling
    is_closed: bool

    @cached_property
    def cases(self) -> tuple[Drawn, ...]:
        """Their conversations, by lot."""
        if not self.at.person or not self.sampling.drawn:
            return ()
        return shared_out(self.at.desk, self.sampling).cases.get(self.at.person, ())

    def case(self, name: str) -> Drawn | None:
        """Return one of them; None: it is not theirs."""
        return next((one for one in self.cases if one.case == name), None)

    @property
    def drafts(self) -> Drafts:
        """What they have typed."""
        period, name = self.sampling.desk.period.label, self.sampling.sample.name
        return Drafts(self.at.desk, self.at.user, period, f"{OF_SAMPLE}{name}")

    @cached_property
    def typed(self) -> Mapping[Where, Typed]:
        """What was typed and not handed in."""
        own, items = {one.case for one in self.cases}, self.items
        typed = self.drafts.typed()
        return {where: one for where, one in typed.items() if where[0] in own and where[1] in items}

    @cached_property
    def given(self) -> Mapping[Where, Given]:
        """What was handed in."""
        records = self.sampling.desk.records
        return given_by(records, REVIEWS, self.sampling.round, self.at.person)

    @cached_property
    def read(self) -> Entered:
        """What was typed, held against its scales."""
        return entered(self.items, self.typed, str, self.at.language)

    @property
    def items(self) -> Mapping[str, FormItem]:
        """The checklist."""
        return self.sampling.sample.items

    def shown(self, where: Where) -> Typed:
        """Return what a cell shows: what was typed last, else what was handed in."""
        if where in self.typed:
            return self.typed[where]
        given = self.given.get(where)
        return Typed(plain(given.score), given.note) if given else Typed("")

    def left(self, case: str) -> int:
        """Return how many items of a conversation are blank."""
        return sum(not self.shown((case, item)).score.strip() for item in self.items)

    def finished(self) -> Mapping[Where, Given]:
        """Return what can be handed in: the new scores of conversations that are scored on every item."""
        return whole_cases(self.items, self.read, self.given)

    def keep(self, where: Where, typed: Typed) -> Problem | None:
        """Keep what was typed; return what is wrong with it."""
        label = f"{where[0]} · {self._titled(where[1])}"
        read = score_of(self.items[where[1]], typed, label)
        wrong = read if isinstance(read, Problem) else None
        same = wrong is None and read == self.given.get(where)
        self.drafts.keep(where, None if same else typed)
        return wrong

    def rows(self) -> list[Mapping[str, object]]:
        """Return their conversations as the list shows them."""
        typed = {case for case, _ in self.typed}
        return [
            {
                "case": one.case,
                "day": day_said(one.talk.day, self.at.language),
                "shop": one.talk.shop,
                "agent": "" if self.sampling.sample.blind else self.sampling.desk.name(one.talk.person),
                "left": self.left(one.case),
                "is_handed_in": one.case not in typed and not self.left(one.case),
            }
            for one in self.cases
        ]

    def page(self, drawn: Drawn) -> Mapping[str, object]:
        """Return what the page of a conversation shows."""
        names = [one.case for one in self.cases]
        number = names.index(drawn.case)
        case = Reader(self.sampling, self.at.language).case(drawn)
        return {
            "case": drawn.case,
            "sample": self.sampling.sample.name,
            "title": say(self.sampling.sample.told.title, self.at.language) or self.sampling.sample.name,
            "blind": self.sampling.sample.blind,
            "day": day_said(drawn.talk.day, self.at.language, year=True),
            "shop": drawn.talk.shop,
            "customer": drawn.talk.customer,
            "agent": "" if self.sampling.sample.blind else case.who,
            "number": number + 1,
            "count": len(names),
            "before": names[number - 1] if number else "",
            "after": names[number + 1] if number + 1 < len(names) else "",
            "rows": [self._row((drawn.case, item)) for item in self.items],
            "signals": case.seen,
            "lines": self._lines(case),
            "left": self.left(drawn.case),
            "unsent": len({case for case, _ in self.finished()}),
            "is_closed": self.is_closed,
        }

    def _lines(self, case: Case) -> list[Mapping[str, object]]:
        pointed = {number for one in case.seen for number in one.lines}
        return [
            {
                "number": one.line.number,
                "sender": one.line.sender,
                "who": one.who,
                "at": f"{one.line.sent_at:%H:%M:%S}",
                "text": one.line.text,
                "waited": one.line.waited_seconds,
                "slow": (one.line.waited_seconds or 0) > SLOW_SECONDS,
                "unanswered": one.unanswered,
                "pointed": one.line.number in pointed,
                "round": one.round,
            }
            for one in case.spoken
        ]

    def _row(self, where: Where) -> Mapping[str, object]:
        item = self.items[where[1]]
        return {
            "subject": where[0],
            "item": where[1],
            "title": self._titled(where[1]),
            "anchors": anchors(item, self.at.language),
            **cell(item, self.shown(where), self.read.problems.get(where)),
        }

    def _titled(self, item: str) -> str:
        return say(self.items[item].told.title, self.at.language) or item
