"""Texts in all three languages at once, each kept once: what the page's language switch exchanges."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from markupsafe import Markup, escape

from kaohe.appraisal.appraise import Appraisal, Finding, Review
from kaohe.core.figure import FigureKey, Outcome, Unit, Value
from kaohe.core.language import Language, Text, Words, say
from kaohe.policy.titles import title
from kaohe.statements import labels
from kaohe.statements.digest import owner, why
from kaohe.statements.layout import Metric, named
from kaohe.statements.parts import Part, caption
from kaohe.statements.shown import day_said, period_said, shown, span_said
from kaohe.statements.words.grouped import Group, findings_sentence, reviews_sentence
from kaohe.statements.words.sentences import cause, finding_sentence, review_sentence
from kaohe.statements.words.unappraised import not_appraised
from kaohe.statements.words.voice import Voice

LANGUAGES = tuple(Language)
Said = tuple[str, ...]
"""One thing said in each of the languages, in their order."""


@dataclass
class Texts:
    """Every text of the page.

    Attributes:
        language: The language in which the page opens.
        rows: The texts in the order of their numbers.
    """

    language: Language
    rows: list[Said] = field(default_factory=list)
    _numbers: dict[Said, int] = field(default_factory=dict)

    def put(self, said: Said) -> int:
        """Return the number of a text; an equal text keeps its number."""
        if said not in self._numbers:
            self._numbers[said] = len(self.rows)
            self.rows.append(said)
        return self._numbers[said]

    def now(self, said: Said) -> str:
        """Return a text in the language in which the page opens."""
        return said[LANGUAGES.index(self.language)]

    def html(self, said: Said) -> Markup:
        """Return a text as an element that the language switch finds; plain where all are alike."""
        if len(set(said)) == 1:
            return escape(said[0])
        return Markup('<span data-t="{}">{}</span>').format(self.put(said), self.now(said))

    def data(self) -> list[str | Said]:
        """Return the texts for the page's data: one string where all languages say the same."""
        return [row[0] if len(set(row)) == 1 else row for row in self.rows]


def each(speak: Callable[[Language], str]) -> Said:
    """Return what is said in each language."""
    return tuple(speak(language) for language in LANGUAGES)


@dataclass
class Telling:
    """Says the things of one appraisal in every language.

    Attributes:
        appraisal: The appraisal.
        texts: Where the texts are kept.
    """

    appraisal: Appraisal
    texts: Texts

    def each(self, speak: Callable[[Language], str]) -> Said:
        """Return what is said in each language."""
        return each(speak)

    def number(self, speak: Callable[[Language], str]) -> int:
        """Return the number of a text that is said so; blank in every language is 0."""
        return self.texts.put(self.each(speak))

    def text(self, text: Text) -> Said:
        """Return a text of the catalogue."""
        return self.each(text.to)

    def words(self, words: Words, otherwise: str = "") -> Said:
        """Return what an author wrote."""
        return self.each(lambda language: say(words, language) or otherwise)

    def span(self, label: str) -> Said:
        """Return a span of days."""
        return self.each(lambda language: span_said(label, language))

    def day(self, day: date) -> Said:
        """Return a day in words."""
        return self.each(lambda language: day_said(day, language))

    def title(self, key: FigureKey) -> Said:
        """Return what a figure is called."""
        policy = self.appraisal.policy
        return self.each(lambda language: title(key.figure, key.level, policy, language))

    def metric(self, metric: Metric) -> Said:
        """Return what a metric is called, with its unit where its values do not bring it along."""
        titles = self.words(metric.title, metric.name)
        if metric.unit is not Unit.SECONDS:
            return titles
        text = Text("{thing} ({note})")
        unit = Text("s")
        return tuple(
            text.filled(thing=one, note=unit).to(language)
            for one, language in zip(titles, LANGUAGES, strict=True)
        )

    def as_of(self) -> Said:
        """Return the period and the day up to which records are complete."""
        period, day = self.appraisal.period.label, self.appraisal.as_of

        def speak(language: Language) -> str:
            said = {"period": period_said(period, language), "day": day_said(day, language, year=True)}
            return labels.AS_OF.filled(**said).to(language)

        return self.each(speak)

    def provisional(self) -> Said:
        """Return what is provisional, and until when."""
        return self.each(lambda language: labels.provisional(self.appraisal, language))

    def sure_note(self) -> Said | None:
        """Return what the signs of how sure things are mean; None where nothing is known of it."""
        how = self.appraisal.certainty.resampling
        return None if how is None else self.each(lambda language: labels.sure_note(how, language))

    def sentence(self, key: FigureKey) -> Said:
        """Return a figure's sentence, without its name; blank where it says no more than the value."""
        return self.each(lambda language: why(self.appraisal, key, language))

    def cause(self, outcome: Outcome, key: FigureKey) -> Said:
        """Return what a rule of a figure rests on."""
        return self.each(lambda language: cause(self.appraisal, key, outcome, language))

    def finding(self, finding: Finding) -> Said:
        """Return what a check of the policy says."""
        return self.each(lambda language: finding_sentence(self.appraisal, finding, language))

    def findings(self, group: Group[Finding]) -> Said:
        """Return what a check of the policy says of one subject, in a line."""
        return self.each(lambda language: findings_sentence(self.appraisal, group, language))

    def review(self, review: Review) -> Said:
        """Return what a supervisor is asked to look at."""
        return self.each(lambda language: review_sentence(self.appraisal, review, language))

    def reviews(self, group: Group[Review]) -> Said:
        """Return what a supervisor is asked to look at of one person by one rule, in a line."""
        return self.each(lambda language: reviews_sentence(self.appraisal, group, language))

    def not_appraised(self, person: str) -> Said:
        """Return why nothing sums a person's period up; blank for who is appraised."""
        return self.each(lambda language: not_appraised(self.appraisal, person, language))

    def named(self, metric: Metric) -> Said:
        """Return a figure's title with its unit, as a header."""
        return self.each(lambda language: named(metric, language))

    def caption(self, part: Part) -> Said:
        """Return what a part of a sum is called."""
        return self.each(lambda language: caption(self.appraisal, part, language))

    def owner(self, part: Part) -> Said:
        """Return what a part of a sum of points is called: the figure that earned them."""
        return self.each(lambda language: owner(self.appraisal, part, language))

    def value(
        self, value: Value, unit: Unit | None, *, places: int | None = None, signed: bool = False
    ) -> Said:
        """Return a value as shown."""
        return self.each(lambda language: shown(value, unit, language, places=places, signed=signed))

    def graded(self, said: Said, key: FigureKey) -> Said:
        """Return a shown value with what it is called, such as a grade."""
        if not self.appraisal.grade(key):
            return said
        return tuple(
            Voice(self.appraisal, language).graded(text, key)
            for language, text in zip(LANGUAGES, said, strict=True)
        )


def plain(text: str) -> Said:
    """Return a text that is the same in every language, such as a name."""
    return (text,) * len(LANGUAGES)


def drawn(value: Fraction | None) -> float | None:
    """Return a number for drawing alone: what is read beside it is the exact one."""
    return None if value is None else float(value)
