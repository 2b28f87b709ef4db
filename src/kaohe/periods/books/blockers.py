"""How far a period is, and what still blocks its closing: each with a name, a sentence, and who."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import partial

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import Figure
from kaohe.core.language import Language, Text, Words, say
from kaohe.periods.books.appeals import Decision, of_period
from kaohe.periods.books.history import manifests, overlapping
from kaohe.periods.books.shelf import Shelf
from kaohe.periods.commands import is_said
from kaohe.statements.shown import day_said
from kaohe.statements.words.sentences import finding_sentence, review_sentence

MOST_SAID = 3
"""How many blockers of a kind a refusal says; the status lists them all."""


class State(StrEnum):
    """How far a period is."""

    OPEN = "open"
    """It is still running."""
    PROVISIONAL = "provisional"
    """It is over, but what may come by ordinary course can still change figures."""
    FINAL = "final"
    """Every figure is final; it waits to be closed."""
    CLOSED = "closed"
    """It was closed and paid."""
    CORRECTED = "corrected"
    """It was closed, and something came afterwards."""


STATES = {
    State.OPEN: Text("still running"),
    State.PROVISIONAL: Text("provisional"),
    State.FINAL: Text("final"),
    State.CLOSED: Text("closed"),
    State.CORRECTED: Text("corrected"),
}


@dataclass(frozen=True, slots=True)
class Blocker:
    """Something that must be mended, or passed over with a reason, before a period is closed.

    Attributes:
        name: How a waiver names it, such as ``no_target/p07``.
        who: Whose it is to mend, or whom it is about; blank: the whole desk's.
        says: What is the matter.
    """

    name: str
    who: str
    says: Words


def state_of(appraisal: Appraisal, version: int) -> State:
    """Return how far a period is.

    Args:
        appraisal: Its figures as of today.
        version: Its newest version in the books; 0: it is not closed.
    """
    if version:
        return State.CORRECTED if version > 1 else State.CLOSED
    if appraisal.as_of < appraisal.period.last:
        return State.OPEN
    return State.FINAL if all(one.final for one in appraisal.figures.values()) else State.PROVISIONAL


def blockers(appraisal: Appraisal, shelf: Shelf | None) -> list[Blocker]:
    """Return what blocks the closing of a period.

    Args:
        appraisal: Its figures as of the day of closing.
        shelf: The books; None: there are none yet.
    """
    found = [*_findings(appraisal), *_reviews(appraisal), *_provisional(appraisal), *_policy(appraisal)]
    if shelf is not None:
        found += [*_appeals(appraisal, shelf), *_neighbours(appraisal, shelf)]
    return found


def _findings(appraisal: Appraisal) -> Iterator[Blocker]:
    for one in appraisal.findings:
        if one.blocks_closing:
            parts = [
                one.check,
                one.figure,
                one.subject,
                one.span if one.span != appraisal.period.label else "",
            ]
            said = _each(partial(finding_sentence, appraisal, one))
            yield Blocker("/".join(part for part in parts if part), one.subject, said)


def _reviews(appraisal: Appraisal) -> Iterator[Blocker]:
    for one in appraisal.reviews:
        if not one.confirmed:
            key = one.figure
            said = _each(partial(review_sentence, appraisal, one))
            yield Blocker(f"review/{key.figure}/{key.subject}/{key.span}", key.subject, said)


def _provisional(appraisal: Appraisal) -> Iterator[Blocker]:
    """Yield one blocker for all figures that are not final: they have one cure, to wait."""
    waiting: dict[object, list[Figure]] = defaultdict(list)
    for figure in appraisal.figures.values():
        if not figure.final:
            waiting[figure.final_on].append(figure)
    if waiting:
        count = sum(map(len, waiting.values()))
        last = max(one.final_on for figures in waiting.values() for one in figures)
        text = Text("{count} figures are provisional; the last becomes final on {day}.")
        yield Blocker(
            "provisional",
            "",
            _each(lambda language: text.filled(count=count, day=day_said(last, language)).to(language)),
        )


def _policy(appraisal: Appraisal) -> Iterator[Blocker]:
    since = appraisal.policy.valid_from
    if since is not None and since > appraisal.period.first:
        text = Text("The policy holds from {day} only, after the period began.")
        said = _each(lambda language: text.filled(day=day_said(since, language, year=True)).to(language))
        yield Blocker("policy-not-yet-valid", "", said)


def _appeals(appraisal: Appraisal, shelf: Shelf) -> Iterator[Blocker]:
    for one in of_period(shelf, appraisal.period.label, Decision.UNDECIDED):
        text = Text("Appeal {number} of {person} is not answered yet.").filled(
            number=one.number, person=appraisal.name(one.person)
        )
        yield Blocker(f"appeal/{one.number}", one.person, _each(text.to))


def _neighbours(appraisal: Appraisal, shelf: Shelf) -> Iterator[Blocker]:
    """Yield what other closed periods have against it."""
    period = appraisal.period
    for manifest, _ in manifests(shelf):
        if manifest.version != 1 or manifest.period == period.label:
            continue
        gaps = {"other": manifest.period, "policy": manifest.policy}
        if overlapping(manifest, period.first, period.last):
            text = Text("{other}, closed already, has days in common with it.").filled(**gaps)
            yield Blocker(f"overlap/{manifest.period}", "", _each(text.to))
        elif manifest.first > period.last:
            text = Text("{other}, a later period, is closed already and did not know it.").filled(**gaps)
            yield Blocker(f"later/{manifest.period}", "", _each(text.to))
        elif manifest.policy != appraisal.policy.name:
            text = Text("{other} was closed under another scheme, {policy}.").filled(**gaps)
            yield Blocker(f"other-scheme/{manifest.period}", "", _each(text.to))


def _each(said: Callable[[Language], str]) -> Words:
    return {language: said(language) for language in Language}


def kinds_of(found: Iterable[Blocker]) -> Mapping[str, list[Blocker]]:
    """Return the name that waives all blockers of a kind → the blockers; one alone keeps its own name."""
    kinds: dict[str, list[Blocker]] = defaultdict(list)
    for one in found:
        kinds[one.name.partition("/")[0]].append(one)
    return {several[0].name if len(several) == 1 else f"{kind}/*": several for kind, several in kinds.items()}


def together(said: Sequence[Words]) -> Words:
    """Return some sentences one after the other; of many the first ones."""
    more = len(said) - MOST_SAID

    def listed(language: Language) -> str:
        sentences = [say(one, language) for one in said[:MOST_SAID]]
        rest = [Text("and {count} more").filled(count=more).to(language)] if more > 0 else []
        return Text("; ").to(language).join([*sentences, *rest])

    return _each(listed)


def reason_for(blocker: Blocker, waivers: Mapping[str, str]) -> str:
    """Return why a blocker is passed over; blank: it is not."""
    return next((reason for name, reason in waivers.items() if fnmatchcase(blocker.name, name)), "")


def unanswered(found: Sequence[Blocker], waivers: Mapping[str, str], because: str) -> list[Blocker]:
    """Return the blockers that no reason passes over."""
    return [] if is_said(because) else [one for one in found if not is_said(reason_for(one, waivers))]
