"""Findings and reviews gathered: one line for a person and a rule, which opens to the single ones."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from kaohe.appraisal.appraise import Appraisal, Finding, Review
from kaohe.core.figure import FigureKey
from kaohe.core.language import Language, Text
from kaohe.policy.titles import joined
from kaohe.statements.words.sentences import finding_sentence, review_sentence, review_state, reviewed
from kaohe.statements.words.voice import Voice

MOST_NAMES = 8
"""So many names a line bears."""

One = TypeVar("One", Finding, Review)


@dataclass(frozen=True, slots=True)
class Group(Generic[One]):
    """What one rule says of one subject, or alike of several.

    Attributes:
        members: The single findings or reviews, in their order.
    """

    members: tuple[One, ...]

    @property
    def first(self) -> One:
        """The first of them: whom they are about, and by which rule, is alike in all."""
        return self.members[0]


def findings(appraisal: Appraisal) -> list[Group[Finding]]:
    """Return the findings by check and subject."""
    return _grouped(appraisal.findings, lambda one: (one.check, one.level, one.subject))


def blocking(appraisal: Appraisal) -> list[Group[Finding]]:
    """Return the findings that block closing by check, and by subject unless it is the same for several.

    A form that a rater owes holds up everybody whom it is about: that is one thing to do, not ten.
    """
    owed = [one for one in findings(appraisal) if one.first.blocks_closing]
    alike: dict[Hashable, list[Finding]] = {}
    for group in owed:
        first = group.first
        said = tuple((one.span, *one.says.items()) for one in group.members)
        whose = first.subject if first.figure else said
        alike.setdefault((first.check, first.level, whose), []).extend(group.members)
    return [Group(tuple(members)) for members in alike.values()]


def reviews(appraisal: Appraisal) -> list[Group[Review]]:
    """Return the reviews by rule, subject, and whether they are confirmed."""
    return _grouped(
        appraisal.reviews,
        lambda one: (one.figure.figure, one.figure.level, one.figure.subject, one.item, one.confirmed),
    )


def _grouped(ones: Iterable[One], by: Callable[[One], Hashable]) -> list[Group[One]]:
    groups: dict[Hashable, list[One]] = {}
    for one in ones:
        groups.setdefault(by(one), []).append(one)
    return [Group(tuple(members)) for members in groups.values()]


def findings_sentence(appraisal: Appraisal, group: Group[Finding], language: Language) -> str:
    """Return a group of findings as one line: of whom, how many, what is said, of which figures and weeks."""
    first = group.first
    if len(group.members) == 1:
        return finding_sentence(appraisal, first, language)
    voice = Voice(appraisal, language)
    who, says = _names(voice, group), voice.words(first.says)
    own = [one for one in group.members if one.subject == first.subject]
    if len(own) == 1:
        text = Text("{span}, {who}: {says}")
        return voice.spaced(voice.text(text, who=who, span=voice.span(first.span), says=says))
    spans: dict[str, list[str]] = {}
    for one in own:
        spans.setdefault(_figure(voice, one), []).append(voice.span(one.span))
    where = voice.clauses(_where(voice, name, found) for name, found in spans.items())
    text = Text("{who}: {says}, {count} times: {where}")
    return voice.spaced(voice.text(text, who=who, says=says, count=len(own), where=where))


def _names(voice: Voice, group: Group[Finding]) -> str:
    names = [voice.appraisal.name(one) for one in dict.fromkeys(one.subject for one in group.members)]
    more = len(names) - MOST_NAMES
    rest = [voice.text(Text("{count} more"), count=more)] if more > 0 else []
    return joined([*names[:MOST_NAMES], *rest], voice.language, word=Text("{first} and {last}"))


def _figure(voice: Voice, finding: Finding) -> str:
    if not finding.figure:
        return ""
    return voice.title(FigureKey(finding.figure, finding.level, finding.subject, finding.span))


def _where(voice: Voice, name: str, spans: Sequence[str]) -> str:
    listed = joined(spans, voice.language, word=Text("{first} and {last}"))
    return voice.text(Text("{thing} ({note})"), thing=name, note=listed) if name else listed


def reviews_sentence(appraisal: Appraisal, group: Group[Review], language: Language) -> str:
    """Return a group of reviews as one line: of whom, of which figure, how many, when, and their state."""
    first = group.first
    if len(group.members) == 1:
        return review_sentence(appraisal, first, language)
    voice = Voice(appraisal, language)
    about = reviewed(voice, first)
    listed = joined(
        [voice.span(one.figure.span) for one in group.members], language, word=Text("{first} and {last}")
    )
    text = Text("{who}, {figure}: {count} reviews ({where}): {state}")
    return voice.spaced(
        voice.text(
            text,
            who=appraisal.name(about.subject),
            figure=voice.title(about),
            count=len(group.members),
            where=listed,
            state=review_state(voice, first),
        )
    )
