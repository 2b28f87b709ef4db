"""Which reviewer sees which conversation."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from kaohe.ratings.drawing import Drawn, Plan


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who reviews what.

    Attributes:
        cases: Reviewer → the cases drawn for them, by lot.
        lacking: Cases for which a first or second reviewer is missing.
    """

    cases: Mapping[str, tuple[Drawn, ...]]
    lacking: tuple[Drawn, ...]


def assign(
    plan: Plan,
    drawn: Iterable[Drawn],
    reviewers: Collection[str],
    given: Mapping[str, Collection[str]] | None = None,
) -> Assignment:
    """Share the conversations out: evenly, each to one or two reviewers, nobody their own.

    Day by day, so that what a later draw adds moves nothing that was shared out before;
    a case that somebody has reviewed already stays theirs.

    Args:
        plan: The round's plan, for the lots.
        drawn: What was drawn.
        reviewers: Who reviews.
        given: Case → who has reviewed it already.
    """
    loads: Counter[str] = Counter(dict.fromkeys(reviewers, 0))
    with_person: Counter[tuple[str, str]] = Counter()
    cases: dict[str, list[Drawn]] = {reviewer: [] for reviewer in sorted(reviewers)}
    lacking = []
    for one in sorted(drawn, key=lambda one: (one.talk.day, plan.lot(*one.talk.name))):
        chosen = [reviewer for reviewer in sorted((given or {}).get(one.case, ())) if reviewer in cases]
        while len(chosen) < 1 + one.second:
            free = [who for who in cases if who != one.talk.person and who not in chosen]
            if not free:
                lacking.append(one)
                break
            chosen.append(min(free, key=lambda who: _burden(plan, who, one, loads, with_person)))
        for reviewer in chosen:
            loads[reviewer] += 1
            with_person[reviewer, one.talk.person] += 1
            cases[reviewer].append(one)
    return Assignment(
        {
            reviewer: tuple(sorted(own, key=lambda one: plan.lot(*one.talk.name)))
            for reviewer, own in cases.items()
        },
        tuple(lacking),
    )


def _burden(
    plan: Plan, reviewer: str, one: Drawn, loads: Counter[str], with_person: Counter[tuple[str, str]]
) -> tuple[int, int, bytes]:
    """Return what decides among reviewers: how much they have, how much of this person, then by lot."""
    lot = plan.lot("reviewer", one.case, reviewer)
    return loads[reviewer], with_person[reviewer, one.talk.person], lot
