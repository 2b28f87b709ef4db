"""What people said, period by period: the scores of forms and the reviews of drawn conversations."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from kaohe.appraisal import problems, reviews
from kaohe.appraisal.facts import Facts
from kaohe.appraisal.marks import Asked, Mark, Scores, Sheet, listed, read, sorted_out
from kaohe.appraisal.raters import Asking, Raters
from kaohe.core.period import Span
from kaohe.core.problem import Place, Problem
from kaohe.policy.policy import Form, Policy, Sample

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Rated:
    """What one rater gave: the score that counts, and the scores for the items behind it."""

    rater: str
    weight: Fraction
    score: Fraction
    items: Scores


@dataclass(frozen=True, slots=True)
class Opinion:
    """What all raters gave: those that count, and those that are left out as the extremes."""

    kept: tuple[Rated, ...]
    dropped: tuple[Rated, ...]

    @property
    def mean(self) -> Fraction | None:
        """The mean by the raters' weights; None where nobody has scored."""
        weights = sum((one.weight for one in self.kept), ZERO)
        return sum((one.weight * one.score for one in self.kept), ZERO) / weights if self.kept else None


@dataclass
class FormScores:
    """The scores of one form in one period.

    Attributes:
        form: The form.
        asked: Its items and scales.
        asking: Who is asked about whom.
        sheet: The scores that count.
    """

    form: Form
    asked: Asked
    asking: Mapping[str, Asking]
    sheet: Sheet

    def opinion(self, subject: str, item: str = "", role: str = "") -> Opinion:
        """Return what a subject was given: on the whole or for an item, by all raters or those of a role.

        On the whole only who has scored every item counts.
        """
        rated = list(self._rated(subject, item, role))
        trim = self.form.trim if len(rated) > 2 * self.form.trim else 0
        if not trim:
            return Opinion(tuple(rated), ())
        ordered = sorted(rated, key=lambda one: (one.score, one.rater))
        out = {one.rater for one in (*ordered[:trim], *ordered[-trim:])}
        kept = tuple(one for one in rated if one.rater not in out)
        return Opinion(kept, tuple(one for one in rated if one.rater in out))

    def _rated(self, subject: str, item: str, role: str) -> Iterator[Rated]:
        asking = self.asking.get(subject)
        given = self.sheet.of(subject)
        for rater, own in asking.raters.items() if asking else ():
            scores = given.get(rater, {})
            if role and own != role:
                continue
            weight = self.form.raters[own].weight
            if item and item in scores:
                yield Rated(rater, weight, scores[item], {item: scores[item]})
            elif not item and self.asked.is_whole(scores):
                yield Rated(rater, weight, self.asked.mean(scores), scores)

    def missing(self, subject: str) -> tuple[str, ...]:
        """Return the raters who have not scored every item of a subject."""
        asking, given = self.asking.get(subject), self.sheet.of(subject)
        if asking is None:
            return ()
        return tuple(one for one in asking.raters if not self.asked.is_whole(given.get(one, {})))

    def unfilled(self, subject: str) -> tuple[str, ...]:
        """Return the roles of raters that nobody has towards a subject."""
        asking = self.asking.get(subject)
        return asking.unfilled if asking else ()


@dataclass(frozen=True, slots=True)
class Seen:
    """One conversation that was reviewed: what its reviewers gave, as parts of full marks."""

    case: str
    reviewers: Mapping[str, Fraction]

    @property
    def mean(self) -> Fraction:
        """The mean of its reviewers."""
        return sum(self.reviewers.values(), ZERO) / len(self.reviewers)


@dataclass
class SampleReviews:
    """The reviews of one sample in one period.

    Attributes:
        sample: The sample.
        asked: Its items and scales.
        sheet: The scores that count.
    """

    sample: Sample
    asked: Asked
    sheet: Sheet

    @cached_property
    def _cases(self) -> Mapping[str, list[str]]:
        """Person → the conversations reviewed, in order."""
        cases: dict[str, list[str]] = defaultdict(list)
        for person, case in sorted(self.sheet.scores):
            cases[person].append(case)
        return cases

    def seen(self, person: str, item: str = "") -> list[Seen]:
        """Return the conversations of a person that were reviewed, on the whole or for an item."""
        found = []
        for case in self._cases.get(person, ()):
            given = self.sheet.of(person, case)
            marks = {one: self._marks(scores, item) for one, scores in given.items()}
            reviewers = {one: part for one, part in marks.items() if part is not None}
            if reviewers:
                found.append(Seen(case, reviewers))
        return found

    def _marks(self, scores: Scores, item: str) -> Fraction | None:
        """Return which part of full marks one review reached; None for one that is not whole."""
        if item:
            return self.asked.full_marks(item, scores[item]) if item in scores else None
        if not self.asked.is_whole(scores):
            return None
        items = self.asked.items
        weights = sum((one.weight for one in items.values()), ZERO)
        parts = (one.weight * self.asked.full_marks(name, scores[name]) for name, one in items.items())
        return sum(parts, ZERO) / weights

    def mean(self, person: str, item: str = "") -> Fraction | None:
        """Return the mean over a person's conversations; None where none was reviewed."""
        seen = self.seen(person, item)
        return sum((one.mean for one in seen), ZERO) / len(seen) if seen else None


@dataclass
class Ratings:
    """All that people said of the subjects of a policy.

    Attributes:
        policy: The policy.
        facts: What is known.
        raters: Who is asked about whom.
    """

    policy: Policy
    facts: Facts
    raters: Raters
    _forms: dict[str, Mapping[str, FormScores]] = field(default_factory=dict)
    _samples: dict[str, Mapping[str, SampleReviews]] = field(default_factory=dict)
    _found: dict[str, list[Problem]] = field(default_factory=lambda: defaultdict(list))

    def form(self, name: str, period: Span) -> FormScores:
        """Return the scores of a form in a period."""
        if period.label not in self._forms:
            asked = [Asked(one.name, "scores", one.items) for one in self.policy.forms.values()]
            marks, wrong = sorted_out(period.label, asked, self.facts.marks("scores"))
            self._found[period.label] += wrong
            made = {one.name: self._form(one, marks.get(one.name, []), period) for one in asked}
            self._forms[period.label] = made
        return self._forms[period.label][name]

    def sample(self, name: str, period: Span) -> SampleReviews:
        """Return the reviews of a sample in a period."""
        if period.label not in self._samples:
            asked = [Asked(one.name, "reviews", one.items) for one in self.policy.samples.values()]
            marks, wrong = sorted_out(period.label, asked, self.facts.marks("reviews"))
            self._found[period.label] += wrong
            made = {one.name: self._sample(one, marks.get(one.name, []), period) for one in asked}
            self._samples[period.label] = made
        return self._samples[period.label][name]

    def problems(self, period: Span) -> list[Problem]:
        """Return what is wrong with the scores of a period."""
        for name in self.policy.forms:
            self.form(name, period)
        for name in self.policy.samples:
            self.sample(name, period)
        return self._found[period.label]

    # Forms

    def _form(self, asked: Asked, marks: list[Mark], period: Span) -> FormScores:
        form = self.policy.forms[asked.name]
        asking = self.raters.asked(form, period)
        found = self._found[period.label]
        known = [mark for mark in marks if mark.subject in asking]
        found += _not_rated(asked, [mark for mark in marks if mark.subject not in asking], asking)
        wanted = [mark for mark in known if mark.by in asking[mark.subject].raters]
        found += _not_raters(asked, [mark for mark in known if mark.by not in asking[mark.subject].raters])
        found += _late(asked, wanted, period.last + timedelta(days=form.due))
        sheet = read(asked, wanted)
        return FormScores(form, asked, asking, _with_unfinished(asked, sheet, found))

    # Samples

    def _sample(self, asked: Asked, marks: list[Mark], period: Span) -> SampleReviews:
        sample = self.policy.samples[asked.name]
        people = self.raters.formulas.members(sample.who, period)
        found = self._found[period.label]
        found += _not_rated(asked, [mark for mark in marks if mark.subject not in people], people)
        known = [mark for mark in marks if mark.subject in people]
        drawn = self.facts.drawn.get(f"{period.label}/{asked.name}")
        reviewers = self.raters.formulas.members(sample.reviewers, period) if sample.reviewers else None
        known = list(reviews.counting(asked, known, drawn, reviewers, found))
        whose: dict[str, set[str]] = defaultdict(set)
        for mark in known:
            whose[mark.case].add(mark.subject)
        place = Place("reviews", 0, "person")
        for case, several in whose.items():
            if len(several) > 1:
                gaps = {"case": case, "name": asked.name, "subjects": listed(several)}
                found.append(problems.CASE_OF_TWO.at(place, case, **gaps))
        sheet = read(asked, [mark for mark in known if len(whose[mark.case]) == 1])
        return SampleReviews(sample, asked, _with_unfinished(asked, sheet, found))


def _with_unfinished(asked: Asked, sheet: Sheet, found: list[Problem]) -> Sheet:
    """Note what is wrong with the scores, and who has not scored every item; return the scores."""
    found += sheet.found
    for (subject, case), raters in sheet.scores.items():
        for by, scores in raters.items():
            if not asked.is_whole(scores):
                lacking = ", ".join(item for item in asked.items if item not in scores)
                of = f"{subject} ({case})" if case else subject
                gaps = {"by": by, "subject": of, "name": asked.name, "lacking": lacking}
                found.append(problems.NOT_WHOLE.at(Place(asked.table, 0, "item"), "", **gaps))
    return sheet


def _not_rated(asked: Asked, marks: list[Mark], known: Iterable[str]) -> Iterator[Problem]:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for mark in marks:
        counts[mark.subject, mark.by] += 1
    there = listed(known)
    for (subject, by), count in counts.items():
        gaps = {"name": asked.name, "subject": subject, "by": by, "count": count, "known": there}
        yield problems.NOT_RATED.at(Place(asked.table, 0, "subject"), subject, **gaps)


def _not_raters(asked: Asked, marks: list[Mark]) -> Iterator[Problem]:
    by_rater: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_rater[mark.by].append(mark)
    for by, given in by_rater.items():
        subjects = listed(dict.fromkeys(mark.subject for mark in given))
        gaps = {"by": by, "subjects": subjects, "name": asked.name, "count": len(given)}
        yield problems.NOT_A_RATER.at(Place(asked.table, 0, "rater"), by, **gaps)


def _late(asked: Asked, marks: list[Mark], due: date) -> Iterator[Problem]:
    counts: dict[str, int] = defaultdict(int)
    for mark in marks:
        if mark.at is not None and mark.at.date() > due:
            counts[mark.by] += 1
    for by, count in counts.items():
        gaps = {"by": by, "count": count, "name": asked.name, "due": due.isoformat()}
        yield problems.SCORED_LATE.at(Place(asked.table, 0, "scored_at"), "", **gaps)
