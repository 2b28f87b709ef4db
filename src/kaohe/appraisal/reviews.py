"""Which reviews of drawn conversations count: of what was drawn, by who may review, of nobody's own."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from kaohe.appraisal import problems
from kaohe.appraisal.marks import Asked, Mark, listed
from kaohe.core.problem import Place, Problem


def counting(
    asked: Asked,
    marks: Sequence[Mark],
    drawn: Mapping[str, str] | None,
    reviewers: Collection[str] | None,
    found: list[Problem],
) -> Iterator[Mark]:
    """Yield the scores that count; of the others note why they do not.

    Args:
        asked: The sample's round.
        marks: The scores of its people.
        drawn: Case → whose conversation was drawn; None: the records hold no draw of the
            round, so nothing can be told from it.
        reviewers: Who may review; None: anybody.
        found: Where problems go.
    """
    strange = {mark.case for mark in marks if drawn is not None and mark.case not in drawn}
    others = {
        (mark.case, mark.subject)
        for mark in marks
        if drawn is not None and drawn.get(mark.case, mark.subject) != mark.subject
    }
    gaps = {"name": asked.name}
    if strange:
        cases = listed(strange)
        place = Place(asked.table, 0, "case")
        found.append(problems.NOT_DRAWN.at(place, cases, **gaps, count=len(strange), cases=cases))
    for case, subject in sorted(others):
        person = (drawn or {})[case]
        place = Place(asked.table, 0, "person")
        found.append(
            problems.DRAWN_OF_ANOTHER.at(place, subject, **gaps, case=case, person=person, subject=subject)
        )
    left = [one for one in marks if one.case not in strange and (one.case, one.subject) not in others]
    own = _by(left, lambda mark: mark.by == mark.subject)
    for by, given in own.items():
        cases = listed({mark.case for mark in given})
        found.append(
            problems.OWN_REVIEW.at(Place(asked.table, 0, "reviewer"), by, **gaps, by=by, cases=cases)
        )
    uncalled = _by(left, lambda mark: reviewers is not None and mark.by not in reviewers)
    for by, given in uncalled.items():
        known = listed(reviewers or ()) or "—"
        place = Place(asked.table, 0, "reviewer")
        found.append(problems.NOT_A_REVIEWER.at(place, by, **gaps, by=by, count=len(given), known=known))
    yield from (one for one in left if one.by != one.subject and one.by not in uncalled)


def _by(marks: Iterable[Mark], wanted: Callable[[Mark], bool]) -> Mapping[str, list[Mark]]:
    """Return who scored → the scores of a kind, in order."""
    found: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        if wanted(mark):
            found[mark.by].append(mark)
    return found
