"""Filled-in workbooks into the store, the way that every table goes; again does no harm."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from kaohe.core.language import Language
from kaohe.core.number import plain
from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.ratings import problems
from kaohe.ratings.comeback import Returned, Score, read_back
from kaohe.ratings.fingerprint import Kind
from kaohe.ratings.keeping import kept
from kaohe.records.importing import ImportReport
from kaohe.records.objects import Where
from kaohe.records.store import is_store, open_store

Key = tuple[str, str, str, str]
"""Round, subject or case, item, who scored."""


@dataclass(frozen=True, slots=True)
class Way:
    """Which table a kind of workbook goes into, and what its columns are called there."""

    kind: Kind
    table: str
    thing: str
    scorer: str
    time: str


FORMS = Way(Kind.FORM, "scores", "subject", "rater", "scored_at")
REVIEWS = Way(Kind.REVIEW, "reviews", "case", "reviewer", "reviewed_at")


@dataclass(frozen=True, slots=True)
class Known:
    """A score that a table holds.

    Attributes:
        score: The score.
        note: What was noted beside it; blank: nothing.
        at: When it was given; None: not known.
    """

    score: Fraction
    note: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of some workbooks.

    Attributes:
        files: The files that were taken in, with how many scores each held.
        refused: The files that stay out.
        report: What the store says; None where there was nothing new to bring.
        known: How many scores the store knew already.
        problems: Everything found; an error keeps its file out.
    """

    files: Mapping[Path, int]
    refused: tuple[Path, ...]
    report: ImportReport | None
    known: int
    problems: tuple[Problem, ...]


def take_in(  # noqa: PLR0913 - what a user can say about files that come back
    files: Sequence[Path],
    way: Way,
    store: Where,
    received: date,
    *,
    zone: ZoneInfo,
    language: Language,
    round_name: str = "",
) -> Taken:
    """Take filled-in workbooks into the store.

    Each file is taken whole or refused whole, whatever the others are. A score that the
    store holds already, with the same note, keeps its day; another one of the same
    scorer stands beside it, and the later one counts.

    Args:
        files: The workbooks.
        way: Forms or reviews.
        store: The store; made if it is missing.
        received: The day on which they came back: when the scores were given.
        zone: The zone of the store's clocks.
        language: The language of remarks.
        round_name: The round that they must be of; blank: whatever they are.
    """
    taking = _Taking(way, store, zone)
    back = [one for file in dict.fromkeys(files) if (one := taking.read(file, round_name)) is not None]
    whole = list(taking.undisputed(back))
    rows = list(taking.rows(whole, received))
    taking.found += [problem for one in whole for problem in taking.remarks(one, received)]
    report = kept(store, way.table, rows, zone, language) if rows else None
    counts = {one.file: len(one.scores) for one in whole}
    known = sum(counts.values()) - len(rows)
    return Taken(counts, tuple(taking.refused), report, known, tuple(taking.found))


@dataclass
class _Taking:
    """Some workbooks on their way into a store."""

    way: Way
    store: Where
    zone: ZoneInfo
    found: list[Problem] = field(default_factory=list)
    refused: list[Path] = field(default_factory=list)
    fresh: set[Path] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.draws = {
            (row["round"], row["case"]): str(row["person"]) for row in self._table("draws").to_pylist()
        }

    def read(self, file: Path, round_name: str) -> Returned | None:
        """Return a workbook that is as it should be; else note what is wrong."""
        try:
            one = read_back(file, self.way.kind)
        except ProblemsFound as refusal:
            self._refuse(file, refusal.problems)
            return None
        wrong = [*self._strange(one)]
        if round_name and one.asked.round != round_name:
            place = Place(str(file))
            wrong.append(problems.OTHER_ROUND.at(place, other=one.asked.round, expected=round_name))
        if wrong:
            self._refuse(file, wrong)
            return None
        return one

    def undisputed(self, back: Sequence[Returned]) -> Iterator[Returned]:
        """Yield the workbooks of which no other one says something else for the same."""
        said: dict[Key, list[tuple[Returned, Score]]] = {}
        for one in back:
            for score in one.scores:
                said.setdefault(self._key(one, score), []).append((one, score))
        disputed: dict[Path, list[Problem]] = {}
        for several in said.values():
            (first, score), *others = several
            for other, another in others:
                if (another.score, another.note) != (score.score, score.note):
                    problem = problems.TWO_FILES.at(
                        another.place,
                        plain(another.score),
                        other=str(first.file),
                        rater=other.asked.rater,
                        cell=score.place.column,
                        score=plain(score.score),
                    )
                    disputed.setdefault(other.file, []).append(problem)
                    disputed.setdefault(first.file, [])
        for one in back:
            if one.file in disputed:
                self._refuse(one.file, disputed[one.file])
            else:
                yield one

    def rows(self, whole: Iterable[Returned], received: date) -> Iterator[dict[str, str]]:
        """Yield the rows for the table that it does not hold yet, each once."""
        known = self._known()
        for one in whole:
            for score in one.scores:
                key = self._key(one, score)
                if known.get(key) == (score.score, score.note):
                    continue
                known[key] = (score.score, score.note)
                self.fresh.add(one.file)
                row = dict(zip(("round", self.way.thing, "item", self.way.scorer), key, strict=True))
                row |= {
                    "score": plain(score.score),
                    self.way.time: f"{received} 00:00:00",
                    "note": score.note,
                }
                if self.way is REVIEWS:
                    row["person"] = self.draws[one.asked.round, score.subject]
                yield row

    def remarks(self, one: Returned, received: date) -> Iterator[Problem]:
        """Yield what is odd about a workbook taken in; its time matters only where it brings news."""
        yield from one.problems
        if not one.scores:
            yield problems.BLANK_FORM.at(Place(str(one.file)), rater=one.asked.rater)
        elif one.file in self.fresh:
            place, asked = Place(str(one.file)), one.asked
            yield from timing(place, asked.rater, _day(asked.opens), _day(asked.due), received)

    def _refuse(self, file: Path, wrong: Iterable[Problem]) -> None:
        self.refused.append(file)
        self.found += wrong

    def _key(self, one: Returned, score: Score) -> Key:
        return one.asked.round, score.subject, score.item, one.asked.rater

    def _strange(self, one: Returned) -> Iterator[Problem]:
        """Yield cases that this store did not draw, and reviews of one's own conversations."""
        if self.way is not REVIEWS:
            return
        for case in dict.fromkeys(score.subject for score in one.scores):
            place = Place(str(one.file))
            person = self.draws.get((one.asked.round, case))
            if person is None:
                yield problems.NOT_IN_DRAW.at(place, case, case=case, round=one.asked.round)
            elif person == one.asked.rater:
                yield problems.OWN_CASE.at(place, case, reviewer=person, case=case)

    def _known(self) -> dict[Key, tuple[Fraction, str]]:
        """Return the scores that count so far."""
        known = known_scores(self._table(self.way.table).to_pylist(), self.way)
        return {key: (one.score, one.note) for key, one in known.items()}

    def _table(self, name: str) -> pa.Table:
        if not is_store(self.store):
            return pa.table({})
        return open_store(self.store, zone=self.zone).table(name)


def known_scores(rows: Iterable[Mapping[str, Any]], way: Way) -> dict[Key, Known]:
    """Return the scores of a table that count: of several of one scorer the last."""
    in_order = sorted(rows, key=lambda row: (row[way.time] is not None, row[way.time] or datetime.min))  # noqa: DTZ901 - wall-clock times
    return {
        (row["round"], row[way.thing], row["item"], row[way.scorer]): Known(
            Fraction(row["score"]), row["note"] or "", row[way.time]
        )
        for row in in_order
    }


def timing(
    place: Place, rater: str, opens: date | None, due: date | None, received: date
) -> Iterator[Problem]:
    """Yield a warning where a form came late, or before it went out."""
    if due and received > due:
        yield problems.LATE.at(place, rater=rater, days=(received - due).days, due=due)
    if opens and received < opens:
        yield problems.EARLY.at(place, rater=rater, opens=opens)


def _day(written: str) -> date | None:
    return date.fromisoformat(written) if written else None
