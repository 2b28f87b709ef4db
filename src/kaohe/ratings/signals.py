"""Signals that help a reviewer look, and never decide: each names the lines it was seen in.

The words and times that are looked for stand in ``signals.toml``.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources

from kaohe.core.language import Text

AGENT = "agent"
CLAUSE_ENDS = re.compile(r"[，。；！？,;!?\n]")
NOTHING_SAID = re.compile(r"[\W_]+")


class Signal(StrEnum):
    """What was seen."""

    NO_COURTESY = "no_courtesy"
    SLOW = "slow"
    PROMISE = "promise"


@dataclass(frozen=True, slots=True)
class Line:
    """A chat line as signals look at it.

    Attributes:
        number: Its number in the conversation, from 1; 0 for lines outside of it.
        sender: ``customer``, ``agent``, ``robot`` or ``system``.
        sent_at: When it was sent.
        text: What it says.
        waited_seconds: Where it ends a round: since the round's first line.
    """

    number: int
    sender: str
    sent_at: datetime
    text: str
    waited_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A signal with its evidence.

    Attributes:
        signal: What was seen.
        lines: The numbers of the lines it was seen in.
        said: The sentence for the reviewer.
    """

    signal: Signal
    lines: tuple[int, ...]
    said: Text


@dataclass(frozen=True, slots=True)
class Promise:
    """A line that promises to come back.

    Attributes:
        line: The line.
        by: By when.
    """

    line: Line
    by: datetime


def signals(lines: Sequence[Line], others: Sequence[Line], known_until: datetime) -> list[Seen]:
    """Return what a reviewer's eye should be drawn to.

    Args:
        lines: The conversation, in order.
        others: Lines of the desk to the same customer outside of the conversation, later
            days included: a promise may be kept there.
        known_until: Up to when the records are complete: a promise whose time runs
            beyond is not yet broken.
    """
    return [*without_courtesy(lines), *slow_answers(lines), *broken_promises(lines, others, known_until)]


def without_courtesy(lines: Iterable[Line]) -> Iterator[Seen]:
    """Yield a signal if none of the agent's lines holds a polite word; without such lines, none."""
    own = [line for line in lines if line.sender == AGENT]
    if own and not any(is_polite(line.text) for line in own):
        said = Text("no polite word was found in the agent's {count} lines").filled(count=len(own))
        yield Seen(Signal.NO_COURTESY, tuple(line.number for line in own), said)


def slow_answers(lines: Iterable[Line]) -> Iterator[Seen]:
    """Yield a signal for each bar that an answer came later than; equal to the bar is in time."""
    answers = [line for line in lines if line.waited_seconds is not None]
    for bar in _book().slow_seconds:
        late = [line for line in answers if (line.waited_seconds or 0) > bar]
        if late:
            longest = max(line.waited_seconds or 0 for line in late)
            said = Text("answers later than {bar} s: {count}, the latest after {longest} s; lines {lines}")
            if len(late) == 1:
                said = Text("an answer later than {bar} s, after {longest} s; line {lines}")
            numbers = tuple(line.number for line in late)
            gaps = {"count": len(late), "bar": bar, "longest": longest}
            yield Seen(Signal.SLOW, numbers, said.filled(**gaps, lines=", ".join(map(str, numbers))))


def broken_promises(lines: Sequence[Line], others: Sequence[Line], known_until: datetime) -> Iterator[Seen]:
    """Yield a signal for each promise to come back that was kept late, or not at all."""
    answers = sorted(
        (line for line in (*lines, *others) if line.sender == AGENT), key=lambda one: one.sent_at
    )
    for line in lines:
        promise = promise_of(line) if line.sender == AGENT else None
        if promise is None or promise.by > known_until:
            continue
        kept = next((one for one in answers if _follows_up(one, promise)), None)
        if kept is None:
            said = Text("line {line} promises to come back by {by}; no such line was found")
            yield Seen(Signal.PROMISE, (line.number,), said.filled(line=line.number, by=_shown(promise.by)))
        elif kept.sent_at > promise.by:
            said = Text("line {line} promises to come back by {by}; that happened at {at}")
            numbers = (line.number, kept.number) if kept.number else (line.number,)
            gaps = {"line": line.number, "by": _shown(promise.by), "at": _shown(kept.sent_at)}
            yield Seen(Signal.PROMISE, numbers, said.filled(**gaps))


def is_polite(text: str) -> bool:
    """Return whether a line holds a polite word, in Chinese or English."""
    folded = _folded(text)
    for phrase in _book().not_polite:
        folded = folded.replace(phrase, " ")
    return bool(_book().polite.search(folded))


def promise_of(line: Line) -> Promise | None:
    """Return the promise that a line makes; None where it makes none."""
    folded = _folded(line.text)
    found = next((hit for one in _book().promises if (hit := one.search(folded))), None)
    return Promise(line, _due(_clauses(folded, found), line.sent_at)) if found else None


def _follows_up(line: Line, promise: Promise) -> bool:
    later = line.sent_at - promise.line.sent_at > timedelta(seconds=_book().same_breath_seconds)
    return later and promise_of(line) is None and _says_something(line.text)


def _says_something(text: str) -> bool:
    rest = NOTHING_SAID.sub("", _book().polite.sub("", _folded(text)))
    return len(rest) >= _book().fewest_letters


def _due(said: str, sent_at: datetime) -> datetime:
    """Return by when a promise is to be kept: its own time, else that of its words."""
    book = _book()
    timed = book.duration.search(said)
    if timed:
        amount = book.numbers.get(timed["number"]) or float(timed["number"])
        return sent_at + timedelta(seconds=amount * book.units[timed["unit"]])
    for word, days in book.days.items():
        if word in said:
            return datetime.combine(sent_at.date() + timedelta(days=days), time.max).replace(microsecond=0)
    seconds = next((book.seconds[word] for word in book.seconds if word in said), book.default_seconds)
    return sent_at + timedelta(seconds=seconds)


def _clauses(text: str, found: re.Match[str]) -> str:
    """Return the clauses that a match touches: times of other clauses are not the promise's."""
    begins = [hit.end() for hit in CLAUSE_ENDS.finditer(text, 0, found.start())]
    end = CLAUSE_ENDS.search(text, found.end())
    return text[begins[-1] if begins else 0 : end.start() if end else len(text)]


def _shown(moment: datetime) -> str:
    return f"{moment:%m-%d %H:%M:%S}"


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace("’", "'")


@dataclass(frozen=True, slots=True)
class _Book:
    """The lists of ``signals.toml``, ready to be looked for."""

    slow_seconds: Sequence[int]
    polite: re.Pattern[str]
    not_polite: Sequence[str]
    promises: Sequence[re.Pattern[str]]
    duration: re.Pattern[str]
    numbers: Mapping[str, float]
    units: Mapping[str, int]
    seconds: Mapping[str, int]
    days: Mapping[str, int]
    same_breath_seconds: int
    fewest_letters: int
    default_seconds: int


@cache
def _book() -> _Book:
    text = resources.files("kaohe.ratings").joinpath("signals.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    courtesy, promises = data["courtesy"], data["promises"]
    english = "|".join(map(re.escape, courtesy["english"]))
    chinese = "|".join(map(re.escape, courtesy["chinese"]))
    # The longest first: "half an" before "a", 十五 before 十, 分鐘 before 分.
    numbers = "|".join(map(re.escape, sorted(promises["numbers"], key=len, reverse=True)))
    units = "|".join(map(re.escape, sorted(promises["units"], key=len, reverse=True)))
    return _Book(
        slow_seconds=data["slow_seconds"],
        polite=re.compile(rf"\b(?:{english})\b|{chinese}"),
        not_polite=courtesy["not_in"],
        promises=[re.compile(one) for one in promises["patterns"]],
        duration=re.compile(
            rf"(?P<number>\d+(?:\.\d+)?|(?<![a-z])(?:{numbers}))\s*[個个]?\s*(?P<unit>{units})"
        ),
        numbers=promises["numbers"],
        units=promises["units"],
        seconds=promises["seconds"],
        days=promises["days"],
        same_breath_seconds=promises["same_breath_seconds"],
        fewest_letters=promises["fewest_letters"],
        default_seconds=promises["default_seconds"],
    )
