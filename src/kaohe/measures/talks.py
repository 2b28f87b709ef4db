"""What a day's chat lines tell of how they were written: bursts of short lines, greetings, hand-overs.

A pure kernel like ``streams``: one shop and day, or a piece of it with whole customers,
in; one row a stream with a customer line out. No order plays a part.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.figure import UNASSIGNED
from kaohe.measures.columns import NAME, Bools, Codes, Ints, coded, named, seconds
from kaohe.measures.streams import AGENT, CUSTOMER, SENDERS

VERSION = "1"
"""Raised with every change that changes a result."""
BURST_SECONDS = 20
"""A line so soon after another one of the agent's is of one breath with it."""
SHORT_LETTERS = 6
"""A line of fewer letters (or Chinese characters) is a short one."""
HANDED_SECONDS = 1800
"""A colleague who writes so soon after the customer's last line has taken the customer over."""
LONGEST_GREETING = 60
NEVER = -1
NO_LETTER = r"[\p{P}\p{S}\p{Z}\p{C}]+"

TALKS = pa.schema(
    [
        ("person", NAME),
        ("customer", pa.string()),
        ("customer_lines", pa.int32()),
        ("agent_lines", pa.int32()),
        ("chopped_lines", pa.int32()),
        ("first_agent_at", pa.int64()),
        ("greeted", pa.bool_()),
        ("first_wait", pa.int32()),
        ("said_wait", pa.int32()),
        ("taken_by", NAME),
    ]
)
"""``chopped_lines``: short ones that follow another agent line in the same breath. ``first_agent_at`` in
seconds since 1970, null without an agent line. ``greeted``: whether the first answer only greets.
``first_wait`` and ``said_wait``: seconds from the first customer line to the first agent line after it, and
to the first that says something; null without one. ``taken_by``: of a stream without an answer, who wrote to
the customer soon after."""


def talks_of(lines: pa.Table, holders: Mapping[str, str]) -> pa.Table:
    """Return one row per stream with a customer line, with TALKS.

    Args:
        lines: The day's lines with their texts, one customer's contiguous and in order.
        holders: Who held which account on the day.
    """
    accounts, names = coded(lines["account"])
    persons = sorted({UNASSIGNED, *holders.values()})
    code = {person: number for number, person in enumerate(persons)}
    owner = np.array([code[holders.get(one, UNASSIGNED)] for one in names.to_pylist()], np.int32)
    customer, customers = coded(lines["customer"])
    senders, sender_names = coded(lines["sender"])
    kind = np.array([SENDERS[one] for one in sender_names.to_pylist()], np.int32)[senders]
    person = owner[accounts] if len(accounts) else np.empty(0, np.int32)
    # Robot and system lines neither answer nor interrupt.
    order = np.lexsort((np.arange(len(kind)), person, customer))
    order = order[kind[order] <= AGENT]
    return _Talk(
        customer[order],
        person[order],
        kind[order],
        seconds(lines["sent_at"])[order],
        lines["text"].take(pa.array(order)),
    ).table(customers, pa.array(persons, pa.string()))


class _Talk:
    """Lines of customers and agents, by stream."""

    def __init__(self, customer: Codes, person: Codes, kind: Codes, at: Ints, text: pa.ChunkedArray) -> None:
        self.customer, self.person, self.kind, self.at, self.text = customer, person, kind, at, text
        new = np.ones(len(kind), np.bool_)
        new[1:] = (customer[1:] != customer[:-1]) | (person[1:] != person[:-1])
        self.starts = np.flatnonzero(new)
        self.stream = np.cumsum(new) - 1

    def table(self, customers: pa.Array, persons: pa.Array) -> pa.Table:
        """Return the row of each stream with a customer line."""
        count = len(self.starts)
        asked = self._first(self.kind == CUSTOMER)
        consulted = np.flatnonzero(asked < len(self.kind))
        agent = self.kind == AGENT
        any_agent = self._first(agent)
        answer = self._first(agent & (np.arange(len(self.kind)) > asked[self.stream]))
        said = self._first(agent & (np.arange(len(self.kind)) > asked[self.stream]) & ~self._greets(agent))
        rows = consulted
        return pa.table(
            {
                "person": named(self.person[self.starts[rows]], persons),
                "customer": customers.take(pa.array(self.customer[self.starts[rows]])).cast(pa.string()),
                "customer_lines": np.bincount(self.stream[~agent], minlength=count)[rows],
                "agent_lines": np.bincount(self.stream[agent], minlength=count)[rows],
                "chopped_lines": np.bincount(self.stream[self._chopped(agent)], minlength=count)[rows],
                "first_agent_at": self._at(any_agent[rows]),
                "greeted": (answer < said)[rows],
                "first_wait": self._wait(asked[rows], answer[rows]),
                "said_wait": self._wait(asked[rows], said[rows]),
                "taken_by": named(self._taken(asked, any_agent)[rows], persons),
            }
        ).cast(TALKS)

    def _first(self, which: Bools) -> Ints:
        """Return each stream's first line of some; the number of lines where it has none."""
        first = np.full(len(self.starts), len(self.kind))
        found = np.flatnonzero(which)[::-1]
        first[self.stream[found]] = found
        return first

    def _at(self, line: Ints) -> pa.Array:
        there = line < len(self.kind)
        return pa.array(self.at[np.where(there, line, 0)] if len(self.at) else line, mask=~there)

    def _wait(self, asked: Ints, answer: Ints) -> pa.Array:
        there = answer < len(self.kind)
        if not len(self.at):
            return pa.array([], pa.int64())
        return pa.array(self.at[np.where(there, answer, 0)] - self.at[asked], mask=~there)

    def _letters(self, texts: pa.ChunkedArray) -> Ints:
        plain = pc.replace_substring_regex(pc.fill_null(texts, ""), NO_LETTER, "")
        return np.asarray(pc.utf8_length(plain)).astype(np.int64)

    def _chopped(self, agent: Bools) -> Bools:
        """Return which lines are short ones that go on from another agent line in the same breath."""
        follows = np.zeros(len(agent), np.bool_)
        follows[1:] = (
            agent[1:]
            & agent[:-1]
            & (self.stream[1:] == self.stream[:-1])
            & (self.at[1:] - self.at[:-1] <= BURST_SECONDS)
        )
        rows = np.flatnonzero(follows)
        short = self._letters(self.text.take(pa.array(rows))) < SHORT_LETTERS
        follows[rows] = short
        return follows

    def _greets(self, agent: Bools) -> Bools:
        """Return which agent lines say nothing beyond a greeting."""
        greets = np.zeros(len(agent), np.bool_)
        rows = np.flatnonzero(agent)
        texts = pc.utf8_lower(pc.utf8_normalize(pc.fill_null(self.text.take(pa.array(rows)), ""), "NFKC"))
        brief = np.flatnonzero(np.asarray(pc.utf8_length(texts)) <= LONGEST_GREETING)
        fewest, words = _greetings()
        rest = pc.replace_substring_regex(texts.take(pa.array(brief)), words, "")
        greets[rows[brief]] = self._letters(rest) < fewest
        return greets

    def _taken(self, asked: Ints, any_agent: Ints) -> Codes:
        """Return who took over the customer of each stream without an agent line; -1: nobody."""
        taken = np.full(len(self.starts), NEVER, np.int32)
        agent_rows = np.flatnonzero(self.kind == AGENT)
        ends = np.append(self.starts[1:], len(self.kind)) - 1
        for stream in np.flatnonzero((asked < len(self.kind)) & (any_agent == len(self.kind))).tolist():
            last, customer = ends[stream], self.customer[ends[stream]]
            # A customer's lines lie together.
            around = agent_rows[slice(*np.searchsorted(self.customer[agent_rows], [customer, customer + 1]))]
            after = self.at[around] - self.at[last]
            soon = around[(after >= 0) & (after <= HANDED_SECONDS)]
            if len(soon):
                taken[stream] = self.person[soon[np.argmin(self.at[soon])]]
        return taken


@cache
def _greetings() -> tuple[int, str]:
    """Return how many letters say something, and what does not count among them."""
    text = resources.files("kaohe.measures").joinpath("talks.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return data["fewest_letters"], "|".join(f"(?:{one})" for one in data["greetings"])
