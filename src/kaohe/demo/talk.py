"""What is said at the demo desk, and one conversation under way."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from math import log
from random import Random
from typing import NamedTuple

from kaohe.demo.cast import CITIES, SHELF, Agent, Article
from kaohe.demo.customers import is_traditional

CUSTOMER = "customer"
AGENT = "agent"
ROBOT = "robot"
DELAY_SIGMA = 0.75
"""How far answering times scatter around their median, on a logarithmic scale."""


SENT_TWICE = 0.004
"""How often a customer's line goes out twice in one second."""


class Line(NamedTuple):
    """One chat line; ``second`` counts local seconds since 1970."""

    second: int
    account: str
    customer: str
    sender: str
    text: str


@dataclass(frozen=True, slots=True)
class Topic:
    """Something a customer asks about: first questions, answers, and what is asked next."""

    ask: Sequence[str]
    answer: Sequence[str]
    more: Sequence[str]


@dataclass(frozen=True, slots=True)
class Script:
    """Everything that can be said in one script, simplified or traditional.

    Attributes:
        lines: Single lines by their kind.
        advert: What advertisers send.
        topics: Questions before an order.
        after: Questions after the goods came.
        settled: Questions right after an order.
    """

    lines: Mapping[str, Sequence[str]]
    advert: Sequence[str]
    topics: Sequence[Topic]
    after: Sequence[Topic]
    settled: Sequence[Topic]


@cache
def _book() -> Mapping[str, object]:
    text = resources.files("kaohe.demo").joinpath("talk.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def filter_phrase() -> str:
    """Return what agents send twice to be rid of an advertiser."""
    return str(_book()["phrase"])


@cache
def script(name: str) -> Script:
    """Return a script: ``hans`` or ``hant``."""
    part = _book()[name]
    assert isinstance(part, dict)

    def topics(kind: str) -> tuple[Topic, ...]:
        return tuple(Topic(one["ask"], one["answer"], one["more"]) for one in part[kind])

    return Script(
        lines=part["lines"],
        advert=part["advert"]["lines"],
        topics=topics("topics"),
        after=topics("after"),
        settled=topics("settled"),
    )


def script_of(customer: str) -> Script:
    """Return the script that a customer writes and is answered in."""
    return script("hant" if is_traditional(customer) else "hans")


@dataclass(slots=True)
class Chat:
    """A conversation under way: whoever speaks next moves its clock on.

    Attributes:
        dice: The source of chance.
        agent: Who answers.
        account: Where.
        customer: Who asks.
        clock: The second of the latest line; before the first, when the chat begins.
        haste: How much longer answers take than usual (a campaign day: more than 1).
        lines: What was said so far.
        article: What the talk is about.
    """

    dice: Random
    agent: Agent
    account: str
    customer: str
    clock: int
    haste: float = 1.0
    lines: list[Line] = field(default_factory=list)
    article: Article = field(init=False)
    words: Script = field(init=False)

    def __post_init__(self) -> None:
        self.article = self.dice.choice(SHELF)
        self.words = script_of(self.customer)

    def write(self, sender: str, text: str) -> None:
        """Add a line at the clock's time, its gaps filled."""
        if "{" in text:
            goods = self.article.title.split()[1]
            number = int(self.dice.random() * 6) + 2
            city = self.dice.choice(CITIES)
            text = text.format(name=self.agent.name, goods=goods, number=number, city=city)
        self.lines.append(Line(self.clock, self.account, self.customer, sender, text))

    def kind(self, kind: str) -> str:
        """Return one line of a kind, such as ``hello``."""
        return self.dice.choice(self.words.lines[kind])

    def says(self, *texts: str) -> None:
        """Let the customer send lines; the first one comes at once, others as fast as one types."""
        for place, text in enumerate(texts):
            if place:
                self.clock += int(self.dice.random() * 11)
            self.write(CUSTOMER, text)
            if self.dice.random() < SENT_TWICE:
                self.write(CUSTOMER, text)

    def replies(self, *texts: str) -> None:
        """Let the agent answer: the first line after the agent's delay, pasted ones in the same second."""
        delay = self.dice.lognormvariate(log(self.agent.delay_seconds * self.haste), DELAY_SIGMA)
        self.clock += max(2, int(delay))
        for place, text in enumerate(texts):
            if place and self.dice.random() > 0.2:
                self.clock += 2 + int(self.dice.random() * 14)
            self.write(AGENT, text)

    def pause(self, shortest: int, longest: int) -> None:
        """Let time pass, in seconds."""
        self.clock += shortest + int(self.dice.random() * (longest - shortest))

    def asks(self, topic: Topic, *, first: bool, opening: str = "") -> None:
        """Let the customer ask about a topic, in one to three lines."""
        texts = [opening] if opening else []
        texts.append(self.dice.choice(topic.ask if first else topic.more))
        if self.dice.random() < 0.18:
            texts.extend(text for text in (self.dice.choice(topic.more),) if text not in texts)
        self.says(*texts)

    def answers(self, topic: Topic, *, greeting: bool = False) -> None:
        """Let the agent answer about a topic, in as many lines as is the agent's habit."""
        texts = [self.kind("greeting")] if greeting else []
        texts.append(self.dice.choice(topic.answer))
        spare = self.agent.lines - 1
        while self.dice.random() < spare and len(texts) < 5:
            texts.append(self.kind("extra"))
            spare -= 0.25
        self.replies(*texts)

    def robot_greets(self) -> None:
        """Let the robot greet, often in the very second of the customer's line."""
        self.clock += int(self.dice.random() * 2)
        self.write(ROBOT, self.kind("robot"))
