"""Handing in scores: from what was typed into the records, and the figures computed anew."""

from kaohe.core.language import Language, Text
from kaohe.core.problem import ProblemsFound, Severity
from kaohe.ratings.entering import Entered, HandedIn, entered, hand_in_form
from kaohe.ratings.rounds import round_of
from kaohe.web import jobs
from kaohe.web.jobs import Outcome, Work, kind
from kaohe.web.rated import RATED, Drafts, moment_of
from kaohe.web.saying import problems

HANDING_IN = Text("Handing in the scores")
HANDED_IN = Text("Handed in: {new} score(s). {known} stood there already.")
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
