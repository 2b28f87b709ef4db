"""Scores that are typed into pages: held against their scales, and kept as those that come on paper.

What goes for workbooks goes here: a score that the store holds already, with the same
note, keeps its day; another one of the same scorer stands beside it, and the later
one counts; one that comes after the last day counts and is marked as late.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from kaohe.core.language import Language
from kaohe.core.number import exact, plain
from kaohe.core.problem import Place, Problem, Severity
from kaohe.policy.policy import FormItem
from kaohe.ratings import problems
from kaohe.ratings.asking import called
from kaohe.ratings.comeback import MOST_PLACES
from kaohe.ratings.keeping import kept
from kaohe.ratings.rounds import Round
from kaohe.ratings.takein import FORMS, REVIEWS, Known, Way, known_scores, timing
from kaohe.records.importing import ImportReport
from kaohe.records.source import Records

NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,12})?")
Where = tuple[str, str]
"""Subject (or case) and item."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in one cell of a page.

    Attributes:
        score: What was typed as the score; blank: none.
        note: What was noted beside it.
    """

    score: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A score that can be handed in.

    Attributes:
        score: The score.
        note: What was noted beside it.
    """

    score: Fraction
    note: str


@dataclass(frozen=True, slots=True)
class Entered:
    """What was typed, read.

    Attributes:
        scores: What can be handed in.
        problems: What is wrong with which cell; an error keeps its cell out.
    """

    scores: Mapping[Where, Given]
    problems: Mapping[Where, Problem]


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What came of handing in.

    Attributes:
        new: How many scores are new or have changed.
        known: How many the store held already.
        report: What the store says; None where there was nothing to bring.
        problems: Warnings: late, early.
    """

    new: int
    known: int
    report: ImportReport | None
    problems: tuple[Problem, ...] = ()


def entered(
    items: Mapping[str, FormItem],
    typed: Mapping[Where, Typed],
    name: Callable[[str], str],
    language: Language,
) -> Entered:
    """Return what was typed as scores, and what is wrong, cell by cell.

    Args:
        items: What is scored.
        typed: The cells; those of items that are not asked are left out.
        name: What a subject is called.
        language: In which problems name their cells.
    """
    scores: dict[Where, Given] = {}
    found: dict[Where, Problem] = {}
    for where, cell in typed.items():
        subject, item = where
        if item not in items:
            continue
        label = f"{name(subject)} · {called(items[item], language)}"
        read = score_of(items[item], cell, label)
        if isinstance(read, Problem):
            found[where] = read
        elif read is not None:
            scores[where] = read
    return Entered(scores, found)


def score_of(item: FormItem, typed: Typed, label: str) -> Given | Problem | None:
    """Return the score in a cell, what is wrong with it, or None where it is blank.

    Args:
        item: What is scored.
        typed: What stands in the cell.
        label: What the cell is called.
    """
    # Full-width digits come from Chinese keyboards.
    text = unicodedata.normalize("NFKC", typed.score).strip()
    note, place = typed.note.strip(), Place(column=label)
    scale = {"cell": label, "low": plain(item.low), "high": plain(item.high)}
    if not text:
        return problems.NOTE_WITHOUT_SCORE.at(place, note, cell=label) if note else None
    if not NUMBER.fullmatch(text):
        return problems.NOT_A_SCORE.at(place, typed.score, **scale)
    score = exact(text)
    if not item.low <= score <= item.high:
        return problems.OFF_SCALE.at(place, typed.score, **scale)
    if len(text.partition(".")[2].rstrip("0")) > MOST_PLACES:
        return problems.TOO_FINE.at(place, typed.score, cell=label, places=MOST_PLACES)
    return Given(score, note)


def given_by(records: Records, way: Way, round_name: str, scorer: str) -> Mapping[Where, Given]:
    """Return what somebody has handed in of a round so far: what counts of it.

    Args:
        records: The records.
        way: Forms or reviews.
        round_name: The round.
        scorer: Who.
    """
    known = known_scores(records.table(way.table).to_pylist(), way)
    return {
        (thing, item): Given(one.score, one.note)
        for (round_, thing, item, by), one in known.items()
        if (round_, by) == (round_name, scorer)
    }


def whole_cases(
    items: Mapping[str, FormItem], read: Entered, given: Mapping[Where, Given]
) -> dict[Where, Given]:
    """Return the new scores of the things that are scored on every item, and wrongly on none.

    Args:
        items: What is scored.
        read: What was typed.
        given: What was handed in before.
    """
    wrong = {where[0] for where, one in read.problems.items() if one.severity is Severity.ERROR}
    there = {*read.scores, *given}
    return {
        where: one
        for where, one in read.scores.items()
        if where[0] not in wrong and all((where[0], item) in there for item in items)
    }


def hand_in_form(  # noqa: PLR0913 - what is handed in, by whom, when
    round_: Round,
    rater: str,
    scores: Mapping[Where, Given],
    store: Path,
    at: datetime,
    *,
    language: Language,
) -> HandedIn:
    """Keep a rater's scores of a round.

    Args:
        round_: The round.
        rater: Who.
        scores: By subject and item; what the rater is not asked is left out.
        store: The store.
        at: The moment, by the clocks of the desk.
        language: The language of remarks.
    """
    asked = round_.raters.get(rater, {})
    own = {where: one for where, one in scores.items() if where[0] in asked}
    rows = _Rows(FORMS, round_.name, rater, at)
    handed = rows.kept(own, round_.desk.records, store, ZoneInfo(round_.desk.policy.rules.timezone), language)
    if not handed.new:
        return handed
    found = timing(Place(), round_.desk.name(rater), round_.opens, round_.due, at.date())
    return replace(handed, problems=tuple(found))


def hand_in_reviews(  # noqa: PLR0913 - what is handed in, by whom, when
    round_name: str,
    reviewer: str,
    scores: Mapping[Where, Given],
    people: Mapping[str, str],
    records: Records,
    store: Path,
    at: datetime,
    *,
    zone: ZoneInfo,
    language: Language,
) -> HandedIn:
    """Keep a reviewer's scores of drawn conversations.

    Args:
        round_name: The round.
        reviewer: Who.
        scores: By case and item.
        people: Case → whose conversation it is; one's own, and what was not drawn, is left out.
        records: The records.
        store: The store.
        at: The moment, by the clocks of the desk.
        zone: The zone of the store's clocks.
        language: The language of remarks.
    """
    own = {where: one for where, one in scores.items() if people.get(where[0], reviewer) != reviewer}
    return _Rows(REVIEWS, round_name, reviewer, at, people).kept(own, records, store, zone, language)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Scores on their way into a table."""

    way: Way
    round: str
    scorer: str
    at: datetime
    people: Mapping[str, str] | None = None

    def kept(
        self,
        scores: Mapping[Where, Given],
        records: Records,
        store: Path,
        zone: ZoneInfo,
        language: Language,
    ) -> HandedIn:
        known = known_scores(records.table(self.way.table).to_pylist(), self.way)
        rows = [row for where, one in scores.items() for row in self._row(where, one, known)]
        report = kept(store, self.way.table, rows, zone, language) if rows else None
        return HandedIn(len(rows), len(scores) - len(rows), report)

    def _row(
        self, where: Where, one: Given, known: Mapping[tuple[str, str, str, str], Known]
    ) -> Iterable[dict[str, str]]:
        """Yield the row of a score that the table does not hold yet."""
        key = (self.round, *where, self.scorer)
        before = known.get(key)
        if before and (before.score, before.note) == (one.score, one.note):
            return
        # What is handed in last counts, even where two clocks disagree.
        at = self.at if not before or not before.at else max(self.at, before.at + timedelta(seconds=1))
        row = dict(zip(("round", self.way.thing, "item", self.way.scorer), key, strict=True))
        row |= {"score": plain(one.score), self.way.time: f"{at:%Y-%m-%d %H:%M:%S}", "note": one.note}
        if self.people is not None:
            row["person"] = self.people[where[0]]
        yield row
