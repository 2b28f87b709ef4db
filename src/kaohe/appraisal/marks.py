"""Scores as people gave them: which count, and what is wrong with the others.

The scores of forms and the reviews of drawn conversations are read alike: somebody
gives an item of something a score on a scale, at a time. A score that does not count
is never lost silently.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from kaohe.appraisal import problems
from kaohe.core.number import plain
from kaohe.core.problem import Place, Problem
from kaohe.policy.policy import FormItem

HUNDRED = Fraction(100)
MOST_NAMED = 3
"""How many names a problem lists."""
Scores = Mapping[str, Fraction]
"""Item → score."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One score as it stands in the records.

    Attributes:
        round: The period, or the period and what was asked, such as ``2026-10/assessment``.
        subject: The person or department.
        case: The conversation that was reviewed; blank for a form.
        item: What was scored.
        by: Who gave it.
        score: The score.
        at: When; None: not known.
    """

    round: str
    subject: str
    case: str
    item: str
    by: str
    score: Fraction
    at: datetime | None


@dataclass(frozen=True)
class Asked:
    """What a round of scores is about.

    Attributes:
        name: The form or sample.
        table: ``scores`` or ``reviews``.
        items: What is scored.
    """

    name: str
    table: str
    items: Mapping[str, FormItem]

    def on_scale(self, item: str, score: Fraction) -> bool:
        """Return whether a score lies on the scale of its item."""
        return self.items[item].low <= score <= self.items[item].high

    def full_marks(self, item: str, score: Fraction) -> Fraction:
        """Return which part of full marks a score is."""
        scale = self.items[item]
        return (score - scale.low) / (scale.high - scale.low)

    def common(self, item: str, score: Fraction) -> Fraction:
        """Return a score as it may be averaged with those of other items.

        Where all items have one scale it is theirs; else scores are put to 0 … 100 first.
        """
        scales = {(one.low, one.high) for one in self.items.values()}
        return score if len(scales) == 1 else self.full_marks(item, score) * HUNDRED

    def is_whole(self, scores: Scores) -> bool:
        """Return whether every item is scored."""
        return len(scores) == len(self.items)

    def mean(self, scores: Scores) -> Fraction:
        """Return the weighted mean over the items of somebody's whole scores."""
        weights = sum((item.weight for item in self.items.values()), Fraction(0))
        total = (item.weight * self.common(name, scores[name]) for name, item in self.items.items())
        return sum(total, Fraction(0)) / weights


@dataclass
class Sheet:
    """The scores that count, by subject, case and who gave them, and what is wrong with the rest."""

    scores: dict[tuple[str, str], dict[str, dict[str, Fraction]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(dict))
    )
    found: list[Problem] = field(default_factory=list)

    def of(self, subject: str, case: str = "") -> Mapping[str, Scores]:
        """Return rater → scores of a subject, or of one of its conversations."""
        return self.scores.get((subject, case), {})


def read(asked: Asked, marks: Iterable[Mark]) -> Sheet:
    """Return the scores that count.

    Of several that one person gave the same thing the latest counts; of two given at
    the same time neither does. A score off its scale does not count.
    """
    sheet = Sheet()
    by_key: dict[tuple[str, str, str, str], list[Mark]] = defaultdict(list)
    for mark in marks:
        if not asked.on_scale(mark.item, mark.score):
            sheet.found.append(_off_scale(asked, mark))
        else:
            by_key[mark.subject, mark.case, mark.by, mark.item].append(mark)
    for (subject, case, by, item), given in by_key.items():
        kept = given[0] if len(given) == 1 else _latest(asked, given, sheet.found)
        if kept is not None:
            sheet.scores[subject, case][by][item] = kept.score
    return sheet


def _latest(asked: Asked, given: list[Mark], found: list[Problem]) -> Mark | None:
    """Return the latest of several scores; None where two that differ are equally late."""
    times = [mark.at for mark in given if mark.at is not None]
    latest = max(times) if times else None  # a score whose time is not known is older than any other
    last = [mark for mark in given if mark.at == latest]
    mark = last[-1]
    gaps = {"by": mark.by, "subject": _of(mark), "item": mark.item, "name": asked.name}
    place = Place(asked.table, 0, "score")
    scores = sorted({one.score for one in last})
    if len(scores) > 1:
        listed = ", ".join(map(plain, scores))
        found.append(problems.SCORES_CONTRADICT.at(place, listed, **gaps))
        return None
    if len({one.score for one in given}) > 1:
        found.append(problems.SCORED_AGAIN.at(place, plain(mark.score), **gaps))
    return mark


def _off_scale(asked: Asked, mark: Mark) -> Problem:
    item = asked.items[mark.item]
    return problems.SCORE_OFF_SCALE.at(
        Place(asked.table, 0, "score"),
        plain(mark.score),
        by=mark.by,
        subject=_of(mark),
        item=mark.item,
        name=asked.name,
        low=plain(item.low),
        high=plain(item.high),
    )


def _of(mark: Mark) -> str:
    return f"{mark.subject} ({mark.case})" if mark.case else mark.subject


def sorted_out(
    period: str, asked: Iterable[Asked], rounds: Mapping[str, Iterable[Mark]]
) -> tuple[Mapping[str, list[Mark]], list[Problem]]:
    """Return the marks of a period by form or sample, and those that belong to none as problems.

    Args:
        period: The period's label.
        asked: The forms or samples of the policy.
        rounds: The marks by round.
    """
    known = {one.name: one for one in asked}
    found: dict[str, list[Mark]] = defaultdict(list)
    wrong: dict[tuple[str, ...], Problem] = {}
    for name, marks in rounds.items():
        label, _, which = name.partition("/")
        if label != period or not known:
            continue
        if which and which not in known:
            table = next(iter(known.values())).table
            gaps = {"round": name, "known": ", ".join(f"{period}/{one}" for one in known)}
            wrong[name,] = problems.UNKNOWN_ROUND.at(Place(table, 0, "round"), name, **gaps)
            continue
        for mark in marks:
            named = [known[which]] if which else list(known.values())
            there = [one for one in named if mark.item in one.items]
            if len(there) == 1:
                found[there[0].name].append(mark)
            else:
                wrong.setdefault((mark.by, mark.item), _homeless(mark, there or named, bool(there)))
    return found, list(wrong.values())


def _homeless(mark: Mark, named: list[Asked], several: bool) -> Problem:
    """Return the problem of a mark whose item is in none, or in several, of what is asked."""
    place = Place(named[0].table, 0, "item")
    gaps = {"by": mark.by, "subject": _of(mark), "item": mark.item}
    if several:
        rounds = ", ".join(f"{mark.round}/{one.name}" for one in named)
        return problems.SEVERAL_ROUNDS.at(place, mark.round, **gaps, known=rounds)
    items = ", ".join(dict.fromkeys(item for one in named for item in one.items))
    return problems.UNKNOWN_SCORED.at(place, mark.item, **gaps, known=items)


def means(values: Iterable[Fraction]) -> Iterator[Fraction]:
    """Yield the mean of the values; nothing where there are none."""
    listed = list(values)
    if listed:
        yield sum(listed, Fraction(0)) / len(listed)


def listed(names: Iterable[str]) -> str:
    """Return some names; of many the first ones."""
    ordered = list(names) if not isinstance(names, set | frozenset) else sorted(names)
    return ", ".join([*ordered[:MOST_NAMED], *(["…"] if len(ordered) > MOST_NAMED else [])])
