"""Handing in scores: from what was typed into the records, and the figures computed anew."""

from zoneinfo import ZoneInfo

from kaohe.core.language import Language, Text
from kaohe.core.problem import ProblemsFound, Severity
from kaohe.ratings.entering import (
    Entered,
    HandedIn,
    entered,
    given_by,
    hand_in_form,
    hand_in_reviews,
    whole_cases,
)
from kaohe.ratings.rounds import round_of
from kaohe.ratings.takein import REVIEWS
from kaohe.web import jobs
from kaohe.web.jobs import Outcome, Work, kind
from kaohe.web.rated import RATED, Drafts, moment_of
from kaohe.web.reviewing import OF_SAMPLE
from kaohe.web.saying import problems

HANDING_IN = Text("Handing in the scores")
HANDED_IN = Text("Handed in: {new} score(s). {known} stood there already.")
DRAWING = Text("Drawing conversations")
DRAWN = Text("{new} conversation(s) drawn with the seed {seed}; now there are {count}.")
NOTHING_NEW = Text("Everything had been handed in already.")


@kind("hand in form")
def hand_in(work: Work) -> Outcome:
    """Hand in a rater's drafts of the form ``form`` in ``period``, as the person ``person``."""
    assert work.desk is not None
    assert work.job.asked_by is not None
    period, form, person = (work.arguments[name] for name in ("period", "form", "person"))
    language = Language(work.arguments["language"])
    with work.step(HANDING_IN):
        desk = RATED.get(work.desk, period)
        round_ = round_of(desk, form)
        drafts = Drafts(work.desk, work.job.asked_by, period, form)
        typed = drafts.typed()
        read = _whole(entered(round_.form.items, typed, desk.name, language))
        handed = hand_in_form(
            round_,
            person,
            read.scores,
            work.desk.store,
            moment_of(work.desk, work.job.asked_at),
            language=language,
        )
    drafts.drop(typed)
    return handed_in(work, handed, period)


def handed_in(work: Work, handed: HandedIn, period: str) -> Outcome:
    """Return what came of it, and have the figures computed anew where something is new."""
    if not handed.new:
        return Outcome(NOTHING_NEW, {}, [])
    jobs.ask("appraise", {"period": period}, desk=work.desk, by=work.job.asked_by, once=True)
    said = HANDED_IN.filled(new=handed.new, known=handed.known)
    return Outcome(said, {"new": handed.new, "known": handed.known}, problems(handed.problems))


def _whole(read: Entered) -> Entered:
    """Return what was read, unless something is wrong with it.

    Raises:
        ProblemsFound: With every cell.
    """
    wrong = [one for one in read.problems.values() if one.severity is Severity.ERROR]
    if wrong:
        raise ProblemsFound(wrong)
    return read


@kind("hand in reviews")
def hand_in_finished(work: Work) -> Outcome:
    """Hand in a reviewer's finished conversations of the sample ``sample``, as the person ``person``."""
    assert work.desk is not None
    assert work.job.asked_by is not None
    period, name, person = (work.arguments[key] for key in ("period", "sample", "person"))
    language = Language(work.arguments["language"])
    with work.step(HANDING_IN):
        sampling = RATED.open(work.desk, period).sampling(name)
        drafts = Drafts(work.desk, work.job.asked_by, period, f"{OF_SAMPLE}{name}")
        typed = drafts.typed()
        read = entered(sampling.sample.items, typed, str, language)
        given = given_by(sampling.desk.records, REVIEWS, sampling.round, person)
        scores = whole_cases(sampling.sample.items, read, given)
        handed = hand_in_reviews(
            sampling.round, person, scores, {one.case: one.talk.person for one in sampling.drawn},
            sampling.desk.records, work.desk.store, moment_of(work.desk, work.job.asked_at),
            zone=ZoneInfo(sampling.desk.policy.rules.timezone), language=language,
        )  # fmt: skip
    drafts.drop({where: typed[where] for where in scores})
    return handed_in(work, handed, period)


@kind("draw")
def draw(work: Work) -> Outcome:
    """Draw conversations of the sample ``sample`` with the seed ``seed``; again, it is only added to."""
    assert work.desk is not None
    period, name, seed = (work.arguments[key] for key in ("period", "sample", "seed"))
    with work.step(DRAWING):
        sampling = RATED.open(work.desk, period).sampling(name)
        before = len(sampling.drawn)
        drawn = sampling.draw(seed)
        sampling.keep(drawn, seed, work.desk.store, Language(work.arguments["language"]))
    said = DRAWN.filled(new=len(drawn) - before, count=len(drawn), seed=seed)
    return Outcome(said, {"drawn": len(drawn)}, problems(sampling.warnings(drawn)))
