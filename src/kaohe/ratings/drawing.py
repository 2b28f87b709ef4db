"""Drawing conversations at random, so that anyone can draw the same ones again.

Each conversation gets a lot: a hash of the seed, the round and the conversation's own
name. The lowest lots are drawn. What else is there, in which order it came and from
how many files plays no part, so a chat line that turns up later can move at most the
one conversation that it belongs to.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from hashlib import blake2b
from itertools import product
from math import ceil

from kaohe.core.period import Span

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U, which people take for digits or each other."""
CASE_LETTERS = 8
FILTERS = ("", "after_sale", "ad", "one_line")
Stratum = tuple[str, str]
"""A week's label (blank where weeks are no strata) and a filter reason (blank: none)."""


@dataclass(frozen=True, slots=True, order=True)
class Talk:
    """A conversation that may be drawn: a person's consultation with a customer on a day.

    Attributes:
        shop: The shop.
        person: Whose it is.
        customer: With whom.
        day: On which day.
        filter: The reason for which it is no reception; blank: it is one.
    """

    shop: str
    person: str
    customer: str
    day: date
    filter: str = ""

    @property
    def name(self) -> tuple[str, str, str, str]:
        """What names it; the filter may still change with the orders."""
        return self.shop, self.person, self.customer, self.day.isoformat()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A conversation that was drawn.

    Attributes:
        case: Its short name in the review, which does not tell whose it is.
        talk: The conversation.
        second: Whether a second reviewer sees it as well.
    """

    case: str
    talk: Talk
    second: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """How a round is drawn.

    Attributes:
        round: The round: the period's label and the sample's name.
        seed: What every lot begins with.
        size: How many conversations of each person.
        second_share: Which share goes to a second reviewer as well, rounded up.
        weeks: The weeks within which is drawn evenly; empty: weeks are no strata.
        filtered: Whether what the filters left out is drawn from as well, reason by reason.
        as_of: The last day whose records are complete.
        last: The period's last day.
    """

    round: str
    seed: str
    size: int
    second_share: Fraction = Fraction(0)
    weeks: tuple[Span, ...] = ()
    filtered: bool = False
    as_of: date = date.max
    last: date = date.min

    @property
    def over(self) -> bool:
        """Whether the period is over: then one stratum may stand in for what another lacks."""
        return self.as_of >= self.last

    def strata(self) -> list[Stratum]:
        """Return all strata within a person."""
        weeks = [week.label for week in self.weeks] or [""]
        return list(product(weeks, FILTERS if self.filtered else FILTERS[:1]))

    def stratum(self, talk: Talk) -> Stratum | None:
        """Return where a conversation belongs; None where it cannot be drawn (yet)."""
        if talk.filter and not self.filtered:
            return None
        if not self.weeks:
            return "", talk.filter
        # A week still running would be drawn from its first days alone.
        weeks = (week.label for week in self.weeks if talk.day in week and week.last <= self.as_of)
        label = next(weeks, None)
        return None if label is None else (label, talk.filter)

    def lot(self, *name: str) -> bytes:
        """Return a conversation's (or stratum's) lot in this round."""
        return _hash(self.seed, self.round, *name)


def draw(
    plan: Plan, people: Iterable[str], talks: Iterable[Talk], before: Collection[Drawn] = ()
) -> list[Drawn]:
    """Return the conversations drawn, those drawn before among them, by lot.

    Within a person every stratum gives the same number as far as it can; what is left
    over by division goes to strata by lot. Once the period is over, what strata lack
    is made up from the others. What was drawn before stays, whatever is known now.

    Args:
        plan: How it is drawn.
        people: Whose conversations are drawn.
        talks: All conversations of the period, in any order.
        before: What was drawn in this round at an earlier time.
    """
    by_person: dict[str, set[Talk]] = defaultdict(set)
    for talk in talks:
        by_person[talk.person].add(talk)
    kept: dict[str, list[Drawn]] = defaultdict(list)
    for one in before:
        kept[one.talk.person].append(one)
    chosen = [
        talk
        for person in sorted(set(people))
        for talk in _drawn_of(plan, person, by_person[person], [one.talk for one in kept[person]])
    ]
    chosen.sort(key=lambda talk: plan.lot(*talk.name))
    cases = {case_name(plan.round, talk): talk for talk in chosen}
    seconds = _seconds(plan, cases, before)
    new = [Drawn(case, talk, case in seconds) for case, talk in cases.items()]
    return sorted([*before, *new], key=lambda one: plan.lot(*one.talk.name))


def case_name(round_name: str, talk: Talk) -> str:
    """Return the short name of a conversation in a round, such as ``7Q2K-M4XD``."""
    number = int.from_bytes(_hash(round_name, *talk.name), "big")
    letters = "".join(ALPHABET[number >> 5 * place & 31] for place in range(CASE_LETTERS))
    return f"{letters[:4]}-{letters[4:]}"


def lacking(plan: Plan, people: Iterable[str], drawn: Iterable[Drawn]) -> dict[str, int]:
    """Return person → how many conversations the draw is short of; who has enough is not in it."""
    counts = dict.fromkeys(people, 0)
    for one in drawn:
        counts[one.talk.person] = counts.get(one.talk.person, 0) + 1
    return {person: plan.size - count for person, count in counts.items() if count < plan.size}


def _drawn_of(plan: Plan, person: str, talks: Iterable[Talk], kept: Sequence[Talk]) -> Iterator[Talk]:
    """Yield the conversations of one person that are drawn now."""
    names = {talk.name for talk in kept}
    strata: dict[Stratum, list[Talk]] = defaultdict(list)
    for talk in sorted(talks, key=lambda talk: plan.lot(*talk.name)):
        stratum = plan.stratum(talk)
        if stratum is not None and talk.name not in names:
            strata[stratum].append(talk)
    taken = [plan.stratum(talk) for talk in kept]
    room = plan.size - len(kept)
    left: list[Talk] = []
    for stratum, seats in _seats(plan, person).items():
        free = max(0, min(room, seats - taken.count(stratum)))
        found = strata[stratum][:free]
        left += strata[stratum][free:]
        room -= len(found)
        yield from found
    if plan.over:
        yield from sorted(left, key=lambda talk: plan.lot(*talk.name))[: max(0, room)]


def _seats(plan: Plan, person: str) -> Mapping[Stratum, int]:
    """Return how many conversations each stratum of a person is to give."""
    strata = plan.strata()
    each, rest = divmod(plan.size, len(strata))
    lucky = sorted(strata, key=lambda stratum: plan.lot("stratum", person, *stratum))[:rest]
    return {stratum: each + (stratum in lucky) for stratum in strata}


def _seconds(plan: Plan, new: Mapping[str, Talk], before: Collection[Drawn]) -> set[str]:
    """Return the cases among the new ones that a second reviewer sees as well."""
    wanted = ceil(plan.second_share * (len(new) + len(before))) - sum(one.second for one in before)
    return set(sorted(new, key=lambda case: plan.lot("second", case))[: max(0, wanted)])


def _hash(*parts: str) -> bytes:
    """Return a hash of the parts; their lengths keep apart what a separator could not."""
    digest = blake2b(digest_size=16)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(4, "big") + raw)
    return digest.digest()
