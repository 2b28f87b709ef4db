"""The rules of the measures: the windows, filters and options that a shop may set.

They stand in a file of their own (``--rules``) or under ``rules:`` in a policy. Every
key is optional; the defaults are those of ``docs/measures.md``.
"""

import difflib
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from functools import cache
from typing import TypeVar
from zoneinfo import available_timezones

from kaohe.core import problems
from kaohe.core.language import Text
from kaohe.core.problem import Place, Problem

PlaceOf = Callable[[tuple[str, ...]], Place]
"""Tells where a key stands in the file; asked only for keys that stand there."""

MOST_DAYS = 3660
MOST_SECONDS = 86_400
MOST_LINES = 1_000_000
CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::([0-5]\d))?")


class Credit(StrEnum):
    """Whose sale an order is."""

    PLACED = "placed"
    """The placing agent's."""
    PAID = "paid"
    """The paying agent's."""
    PLACED_FIRST = "placed_first"
    """The placing agent's, else the paying agent's."""


class Unanswered(StrEnum):
    """What an unanswered round counts as."""

    SKIP = "skip"
    """It has no response time."""
    CAP = "cap"
    """It counts as answered after the cap's length."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules, checked.

    Attributes:
        timezone: The zone of the shop's wall clock.
        after_sale_days: Days after a payment in which a customer comes for after-sale
            service; None: no such filter.
        ad_phrase: The phrase that marks an ad; None: no such filter.
        ad_times: Agent lines with the phrase that make a consultation an ad.
        one_line_agent_lines: Agent lines after a customer's only line that take the
            consultation out; None: no such filter.
        prior_order_days: Days before the chat in which an order means "ordered before".
        order_days: Days after the chat in which an order still is its outcome.
        payment_days: Days after its creation in which an order is paid in time.
        credit: Whose sale an order is.
        quick_seconds: The longest response time of a quick round.
        hours: Seconds of the day between which a round's first line counts, the end
            not included; None: always.
        cap_seconds: What longer response times count as; None: as they are.
        unanswered: What an unanswered round counts as.
    """

    timezone: str = "Asia/Shanghai"
    after_sale_days: int | None = 14
    ad_phrase: str | None = None
    ad_times: int = 2
    one_line_agent_lines: int | None = 3
    prior_order_days: int = 1
    order_days: int = 1
    payment_days: int = 4
    credit: Credit = Credit.PLACED
    quick_seconds: int = 30
    hours: tuple[int, int] | None = None
    cap_seconds: int | None = None
    unanswered: Unanswered = Unanswered.SKIP

    @classmethod
    def read(cls, data: Mapping[str, object], place_of: PlaceOf) -> "tuple[Rules, tuple[Problem, ...]]":
        """Return the rules that the data set, and every problem in them.

        A key with a problem keeps its default in the rules returned.

        Args:
            data: The mapping as read from YAML.
            place_of: Where a key stands, for the problems.
        """
        reader = _Reader(place_of)
        rules = reader.rules(data)
        return rules, tuple(reader.found)

    def digest(self) -> str:
        """Return a name for exactly these rules, equal wherever they are equal."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


DEFAULT = Rules()
Choice = TypeVar("Choice", bound=StrEnum)


@cache
def zones() -> frozenset[str]:
    """Return the names of the time zone database."""
    return frozenset(available_timezones())


def _seconds(text: object) -> int | None:
    """Return the second of the day that a clock text names, up to 24:00; None if it is none."""
    match = CLOCK.fullmatch(text) if isinstance(text, str) else None
    if not match:
        return None
    seconds = int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)
    return seconds if seconds <= MOST_SECONDS else None


@dataclass(slots=True)
class _Reader:
    """Reads rules and gathers what is wrong with them."""

    place_of: PlaceOf
    found: list[Problem] = field(default_factory=list)

    def rules(self, data: Mapping[str, object]) -> Rules:
        known = (
            "timezone",
            "after_sale",
            "ad",
            "one_line",
            "prior_order_days",
            "order_days",
            "payment_days",
            "credit",
            "quick_seconds",
            "rounds",
        )
        self._no_others(data, (), known)
        after_sale = self._block(data, "after_sale", ("days",))
        ad = self._block(data, "ad", ("phrase", "times"))
        one_line = self._block(data, "one_line", ("agent_lines",))
        rounds = self._block(data, "rounds", ("hours", "cap_seconds", "unanswered"))
        rules = Rules(
            timezone=self._zone(data),
            after_sale_days=None
            if after_sale is None
            else self._whole(after_sale, ("after_sale", "days"), 14, 0, MOST_DAYS),
            ad_phrase=None if ad is None else self._phrase(ad),
            ad_times=self._whole(ad or {}, ("ad", "times"), DEFAULT.ad_times, 1, MOST_LINES),
            one_line_agent_lines=None
            if one_line is None
            else self._whole(one_line, ("one_line", "agent_lines"), 3, 1, MOST_LINES),
            prior_order_days=self._whole(data, ("prior_order_days",), DEFAULT.prior_order_days, 0, MOST_DAYS),
            order_days=self._whole(data, ("order_days",), DEFAULT.order_days, 0, MOST_DAYS),
            payment_days=self._whole(data, ("payment_days",), DEFAULT.payment_days, 0, MOST_DAYS),
            credit=self._choice(data, ("credit",), DEFAULT.credit),
            quick_seconds=self._whole(data, ("quick_seconds",), DEFAULT.quick_seconds, 0, MOST_SECONDS),
            hours=self._hours(rounds or {}),
            cap_seconds=None
            if (rounds or {}).get("cap_seconds") is None
            else self._whole(rounds or {}, ("rounds", "cap_seconds"), None, 1, MOST_SECONDS),
            unanswered=self._choice(rounds or {}, ("rounds", "unanswered"), DEFAULT.unanswered),
        )
        return self._consistent(rules, data, rounds or {})

    def _no_others(self, data: Mapping[str, object], path: tuple[str, ...], known: Iterable[str]) -> None:
        listed = tuple(known)
        for key in map(str, data):
            if key not in listed:
                problem = problems.UNKNOWN_KEY.at(
                    self.place_of((*path, key)), key=".".join((*path, key)), known=", ".join(listed)
                )
                nearest = difflib.get_close_matches(key, listed, n=1)
                if nearest:
                    cure = Text("Did you mean “{nearest}”?").filled(nearest=nearest[0])
                    problem = replace(problem, cure=cure)
                self.found.append(problem)

    def _block(
        self, data: Mapping[str, object], key: str, known: tuple[str, ...]
    ) -> Mapping[str, object] | None:
        """Return the mapping below a key, None where it is null; a missing one takes the defaults."""
        block = data.get(key, {})
        if block is None:
            return None
        if not isinstance(block, Mapping):
            place = self.place_of((key,))
            self.found.append(problems.NOT_A_MAPPING.at(place, str(block), key=key, known=", ".join(known)))
            return {}
        self._no_others(block, (key,), known)
        return block

    def _whole(
        self, data: Mapping[str, object], path: tuple[str, ...], default: int | None, least: int, most: int
    ) -> int:
        value = data.get(path[-1], default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        if path[-1] in data:
            problem = problems.NOT_A_WHOLE_NUMBER.at(
                self.place_of(path), _shown(value), key=".".join(path), least=least, most=most
            )
            self.found.append(problem)
        return least if default is None else default

    def _choice(self, data: Mapping[str, object], path: tuple[str, ...], default: Choice) -> Choice:
        value = data.get(path[-1], default)
        kind = type(default)
        if isinstance(value, str) and value in list(kind):
            return kind(value)
        self.found.append(
            problems.UNKNOWN_CHOICE.at(
                self.place_of(path), key=".".join(path), value=_shown(value), known=", ".join(kind)
            )
        )
        return default

    def _zone(self, data: Mapping[str, object]) -> str:
        value = data.get("timezone", DEFAULT.timezone)
        if isinstance(value, str) and value in zones():
            return value
        self.found.append(problems.UNKNOWN_ZONE.at(self.place_of(("timezone",)), value=_shown(value)))
        return DEFAULT.timezone

    def _phrase(self, ad: Mapping[str, object]) -> str | None:
        phrase = ad.get("phrase")
        if phrase is None or (isinstance(phrase, str) and phrase):
            return phrase
        self.found.append(problems.NO_PHRASE.at(self.place_of(("ad", "phrase")), str(phrase)))
        return None

    def _hours(self, rounds: Mapping[str, object]) -> tuple[int, int] | None:
        hours = rounds.get("hours")
        if hours is None:
            return None
        path = ("rounds", "hours")
        ends = [_seconds(one) for one in hours] if isinstance(hours, list | tuple) else []
        if len(ends) != 2 or ends[0] is None or ends[1] is None:
            self.found.append(problems.NOT_HOURS.at(self.place_of(path), str(hours), key=".".join(path)))
            return None
        if ends[1] <= ends[0]:
            problem = problems.HOURS_END_EARLY.at(
                self.place_of(path), str(hours), start=_clock(ends[0]), end=_clock(ends[1])
            )
            self.found.append(problem)
            return None
        return ends[0], ends[1]

    def _consistent(self, rules: Rules, data: Mapping[str, object], rounds: Mapping[str, object]) -> Rules:
        """Check what two keys say together; return rules that do not contradict themselves."""
        cap = rounds.get("cap_seconds")
        if cap is None and rules.unanswered is Unanswered.CAP:
            self.found.append(problems.CAP_MISSING.at(self.place_of(("rounds", "unanswered"))))
            return replace(rules, unanswered=Unanswered.SKIP)
        # A value that was refused above says nothing about the other one.
        both_read = (
            cap == rules.cap_seconds and data.get("quick_seconds", rules.quick_seconds) == rules.quick_seconds
        )
        if rules.cap_seconds is not None and both_read and rules.cap_seconds <= rules.quick_seconds:
            place = self.place_of(("rounds", "cap_seconds"))
            self.found.append(
                problems.CAP_TOO_SHORT.at(place, cap=rules.cap_seconds, quick=rules.quick_seconds)
            )
        return rules


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"


def _shown(value: object) -> str:
    return "null" if value is None else str(value)
