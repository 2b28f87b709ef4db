"""A drawn conversation, ready to be read by its reviewer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property

from kaohe.core.language import Language, Text
from kaohe.measures.conversation import conversation
from kaohe.measures.holders import Holders
from kaohe.ratings.blinding import aliases, blinded
from kaohe.ratings.drawing import Drawn, Talk
from kaohe.ratings.sampling import Sampling
from kaohe.ratings.signals import AGENT, Line, Seen, signals

DAYS_AFTER = 2
"""A promise may be kept on the days after, up to this many."""
THE_AGENT = Text("the agent")
SENDERS: Mapping[str, Text] = {
    "customer": Text("customer"),
    "agent": THE_AGENT,
    "robot": Text("robot"),
    "system": Text("system"),
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line as the reviewer reads it.

    Attributes:
        line: The line.
        round: The round it belongs to; None: none.
        who: Who speaks.
        unanswered: Whether a round begins here that nobody answered.
    """

    line: Line
    round: int | None
    who: str
    unanswered: bool


@dataclass(frozen=True, slots=True)
class Case:
    """A drawn conversation with what draws the eye in it.

    Attributes:
        drawn: What was drawn.
        who: Whose it is, as far as the reviewer may know.
        spoken: The lines; empty where the records no longer have them.
        seen: The signals.
    """

    drawn: Drawn
    who: str
    spoken: tuple[Spoken, ...]
    seen: tuple[Seen, ...]


@dataclass
class Reader:
    """Opens the conversations of a sample in one language.

    Attributes:
        sampling: The sample.
        language: The reviewer's.
    """

    sampling: Sampling
    language: Language

    @cached_property
    def _holders(self) -> Holders:
        return Holders.of(self.sampling.desk.records.table("accounts"))

    def case(self, drawn: Drawn) -> Case:
        """Return a conversation as the reviewer reads it; blind where the sample says so."""
        talk, desk = drawn.talk, self.sampling.desk
        rows = conversation(
            desk.measured,
            desk.records,
            shop=talk.shop,
            person=talk.person,
            customer=talk.customer,
            day=talk.day,
        ).lines.to_pylist()
        lines = [
            Line(number, row["sender"], row["sent_at"], row["text"] or "", row["waiting_seconds"])
            for number, row in enumerate(rows, start=1)
        ]
        until = datetime.combine(desk.as_of, time.max)
        seen = signals(lines, self._others(talk, {row["account"] for row in rows}), until)
        hidden = self._hidden(talk) if self.sampling.sample.blind else []
        spoken = tuple(
            Spoken(
                replace(line, text=blinded(line.text, hidden, THE_AGENT.to(self.language))),
                row["round"],
                self._who(line.sender, talk),
                "unanswered" in row["marks"],
            )
            for line, row in zip(lines, rows, strict=True)
        )
        return Case(drawn, self._who(AGENT, talk), spoken, tuple(seen))

    def _who(self, sender: str, talk: Talk) -> str:
        if sender == "customer":
            return talk.customer
        if sender == AGENT and not self.sampling.sample.blind:
            return self.sampling.desk.name(talk.person)
        return SENDERS[sender].to(self.language)

    def _hidden(self, talk: Talk) -> list[str]:
        held = self._holders.on(talk.shop, talk.day)
        accounts = [account for account, person in held.items() if person == talk.person]
        return aliases(talk.person, self.sampling.desk.name(talk.person), accounts)

    def _others(self, talk: Talk, own: set[str]) -> list[Line]:
        """Return what else the desk wrote to the customer, on the day and the days after."""
        found: list[Line] = []
        for days in range(DAYS_AFTER + 1):
            day: date = talk.day + timedelta(days=days)
            rows = self.sampling.desk.records.conversations(talk.shop, day, [talk.customer]).to_pylist()
            found += (
                Line(0, AGENT, row["sent_at"], row["text"] or "")
                for row in rows
                if row["sender"] == AGENT and (days or row["account"] not in own)
            )
        return found
