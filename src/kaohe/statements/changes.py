"""What is not as it was: two computations of one period side by side, down to what made the difference.

A change names what changed beneath it: figures, which open likewise, measures with their
days, and facts. The words of every change are kept with it, so that a correction can be
read years later without the policy that it was computed by.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kaohe.appraisal.appraise import Appraisal
from kaohe.appraisal.ranking import Sharing, Standing
from kaohe.core.figure import FactRef, Figure, FigureKey, Level, MeasureRef, Node, Unit, Value
from kaohe.core.language import Language, Text, Words, say
from kaohe.core.measure import MEASURES
from kaohe.core.number import plain
from kaohe.policy.titles import spaced, title
from kaohe.statements.computations import value as plainly
from kaohe.statements.explain import leaves
from kaohe.statements.layout import payslips
from kaohe.statements.shown import shown, span_said
from kaohe.statements.words.voice import Voice

ZERO = Fraction(0)
CHANGED = Text("{name}: {old} → {new}")
CHANGED_BY = Text("{name}: {old} → {new} ({difference})")
CARRIED_LINE = Text("Correction of {period}")
CARRIED, TOTAL = Text("Carried corrections"), Text("Total of the payslip")
OF_SPAN = Text("{figure}, {span}")
Naming = Callable[[Voice], str]


@dataclass(frozen=True, slots=True)
class Change:
    """One figure, measure or fact that is not as it was.

    Attributes:
        kind: ``figure``, ``measure``, ``fact``, or ``earlier``: a figure of an earlier period.
        name: Its name in the policy or the records.
        level: Whose it is; blank for a fact.
        subject: Whose it is.
        span: The label of its span; blank where time plays no part.
        old: The value before, as ``figures.json`` writes values; None: no value.
        new: The value now.
        who: What a person is called; blank for what is no person's.
        said: The change in a sentence.
        below: The numbers of the changes that made this one, in the list that holds it.
    """

    kind: str
    name: str
    level: str
    subject: str
    span: str
    old: object
    new: object
    who: str
    said: Words
    below: tuple[int, ...] = ()

    @property
    def difference(self) -> Fraction | None:
        """By how much it changed; None where either is no number."""
        return difference(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Carried:
    """An amount of an earlier period that a correction changed, paid with a later one.

    Attributes:
        period: The period that was corrected.
        version: The version that the correction made.
        person: Whose it is.
        figure: The total of the payslip.
        amount: What is paid in addition; negative: what is kept back.
        changes: Every change of that correction; the line opens through ``top``.
        top: The number of the total's change among them.
    """

    period: str
    version: int
    person: str
    figure: str
    amount: Fraction
    changes: tuple[Change, ...] = ()
    top: int = -1

    @property
    def name(self) -> str:
        """What the person is called; blank where the correction is not at hand."""
        return self.changes[self.top].who if self.top >= 0 else ""

    def title(self, language: Language) -> str:
        """Return what the line is called on a payslip."""
        return CARRIED_LINE.filled(period=span_said(self.period, language)).to(language)


def difference(old: object, new: object) -> Fraction | None:
    """Return how much more the new value is; no value counts as nothing beside a number."""
    sides = [ZERO if side is None else _number(side) for side in (old, new)]
    if sides[0] is None or sides[1] is None or (old is None and new is None):
        return None
    return sides[1] - sides[0]


def _number(side: object) -> Fraction | None:
    return Fraction(side) if isinstance(side, str) else None


def differing(old: Mapping[FigureKey, Figure], new: Mapping[FigureKey, Figure]) -> Iterator[FigureKey]:
    """Yield the keys of figures whose value is not the same, those of the new side first."""
    for key in dict.fromkeys((*new, *old)):
        one, other = old.get(key), new.get(key)
        if (one.value if one else None) != (other.value if other else None):
            yield key


def changes(old: Appraisal, new: Appraisal) -> tuple[Change, ...]:
    """Return every figure of a period that changed, each with what changed beneath it."""
    return tuple(_Comparison(old, new).changes())


class _Comparison:
    """Two appraisals of one period, by policies that know the same figures or nearly so."""

    def __init__(self, old: Appraisal, new: Appraisal) -> None:
        self.old, self.new = old, new
        self.keys = list(differing(old.figures, new.figures))
        self.numbers: dict[object, int] = {key: number for number, key in enumerate(self.keys)}
        self.others: list[Change] = []

    def changes(self) -> Iterator[Change]:
        """Yield the figures in their order, then the measures and facts below them."""
        figures = [self._figure(key) for key in self.keys]
        yield from figures
        yield from self.others

    def _figure(self, key: FigureKey) -> Change:
        sides = [one.figures[key].value if key in one.figures else None for one in (self.old, self.new)]
        unit = (self.new if key in self.new.figures else self.old).figures[key].unit
        return Change(
            "figure",
            key.figure,
            key.level.value,
            key.subject,
            key.span,
            plainly(sides[0]),
            plainly(sides[1]),
            self.new.name(key.subject) if key.level is Level.PERSON else "",
            self._each(lambda voice: voice.headed(key), sides[0], sides[1], unit),
            tuple(self._below(key)),
        )

    def _below(self, key: FigureKey) -> list[int]:
        """Return the numbers of the inputs that changed; a figure that only one side has, has none."""
        if key not in self.old.figures or key not in self.new.figures:
            return []
        before, after = (_inputs(one, key) for one in (self.old, self.new))
        found = []
        for ref, node in after.items():
            was = before.get(ref, node)
            if ref == key or was.value == node.value:
                continue
            number = self.numbers.get(ref)
            if number is None and isinstance(ref, MeasureRef | FactRef | FigureKey):
                number = self._input(ref, was, node)
            if number is not None:
                found.append(number)
        found += (self.numbers[other] for other in self._rivals(key) if other in self.numbers)
        return list(dict.fromkeys(found))

    def _rivals(self, key: FigureKey) -> Iterator[FigureKey]:
        """Yield the figures of others that move a place or a share: who ranks, or weighs, otherwise now."""
        before, after = (_tables(one, key) for one in (self.old, self.new))
        for was, now in zip(before, after, strict=False):
            moved = {row[:2] for row in now.rows} ^ {row[:2] for row in was.rows}
            for subject in dict.fromkeys(subject for subject, _ in moved if subject != key.subject):
                other = key._replace(subject=subject)
                if isinstance(now, Standing):
                    yield other._replace(figure=now.figure)
                elif other in self.new.figures:
                    inputs = _inputs(self.new, other)
                    yield from (
                        ref for ref in inputs if isinstance(ref, FigureKey) and ref.subject == subject
                    )

    def _input(self, ref: MeasureRef | FactRef | FigureKey, was: Node, now: Node) -> int:
        """Note a measure, a fact or a figure of an earlier period that changed; return its number."""
        number = len(self.keys) + len(self.others)
        self.numbers[ref] = number
        kind, name, level, span = _described(ref)
        unit = MEASURES[ref.measure].unit if isinstance(ref, MeasureRef) else now.unit

        def named(voice: Voice) -> str:
            name = voice.name(now)
            return OF_SPAN.filled(figure=name, span=voice.span(span)).to(voice.language) if span else name

        self.others.append(
            Change(
                kind,
                name,
                level,
                ref.subject,
                span,
                plainly(was.value),
                plainly(now.value),
                self.new.name(ref.subject) if level in ("", Level.PERSON.value) else "",
                self._each(named, was.value, now.value, unit),
            )
        )
        return number

    def _each(self, name: Naming, old: Value, new: Value, unit: Unit | None) -> Words:
        """Return a change's sentence in every language."""
        said = {}
        for language in Language:
            gaps = {
                "name": name(Voice(self.new, language)),
                "old": shown(old, unit, language),
                "new": shown(new, unit, language),
            }
            text = CHANGED.filled(**gaps)
            if isinstance(old, Fraction) and isinstance(new, Fraction):
                by = shown(new - old, unit, language, signed=True)
                text = CHANGED_BY.filled(**gaps, difference=by)
            said[language] = spaced(text.to(language), language)
        return said


def _tables(appraisal: Appraisal, key: FigureKey) -> list[Standing | Sharing]:
    """Return the ranking or the shared pool that a figure is read from."""
    details = (
        outcome.detail for outcome in appraisal.reason(key).outcomes if outcome.kind in ("place", "share")
    )
    found = (one.get(name) for one in details for name in ("standing", "sharing"))
    return [one for one in found if isinstance(one, Standing | Sharing)]


def _described(ref: MeasureRef | FactRef | FigureKey) -> tuple[str, str, str, str]:
    """Return the kind, name, level and span of what a reference names."""
    match ref:
        case MeasureRef(measure, level, _, span):
            return "measure", measure, level.value, span.label
        case FactRef(name, _, label):
            return "fact", name, "", label
        case FigureKey(figure, level, _, label):
            return "earlier", figure, level.value, label


def _inputs(appraisal: Appraisal, key: FigureKey) -> dict[object, Node]:
    return {leaf.ref: leaf for leaf in leaves(appraisal.reason(key)) if leaf.ref is not None}


def paid(changed: Sequence[Change], totals: Iterable[str], period: str) -> list[tuple[int, Fraction]]:
    """Return the changes of people's totals, each with the amount that it makes."""
    wanted = set(totals)
    return [
        (number, by)
        for number, one in enumerate(changed)
        if one.kind == "figure"
        and one.level == Level.PERSON.value
        and one.name in wanted
        and one.span == period
        and (by := one.difference)
    ]


def titled(appraisal: Appraisal, name: str, level: Level) -> Words:
    """Return what a figure is called in every language."""
    return {language: title(name, level, appraisal.policy, language) for language in Language}


@dataclass(frozen=True, slots=True)
class Slip:
    """What a person is paid with a period.

    Attributes:
        person: The person.
        name: What they are called.
        total: The sum of their payslips' totals in this period.
        carried: The corrections of earlier periods.
    """

    person: str
    name: str
    total: Fraction
    carried: tuple[Carried, ...]

    @property
    def to_pay(self) -> Fraction:
        """The total with the corrections."""
        return self.total + sum((one.amount for one in self.carried), ZERO)


def because(line: Carried, language: Language) -> str:
    """Return what changed a line of a correction, in one sentence: the changes right below the total."""
    if line.top < 0:
        return ""
    below = [line.changes[number] for number in line.changes[line.top].below]
    return Text("; ").to(language).join(say(one.said, language) for one in below)


def slips_csv(paid_out: Sequence[Slip]) -> str:
    """Return what everybody is paid as a table: total, each correction, and the amount to pay."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("person", "name", "line", "period", "version", "amount"))
    for slip in paid_out:
        who = slip.person, slip.name
        writer.writerow((*who, "total", "", "", plain(slip.total)))
        for one in slip.carried:
            writer.writerow((*who, "correction", one.period, one.version, plain(one.amount)))
        writer.writerow((*who, "to_pay", "", "", plain(slip.to_pay)))
    return text.getvalue()


def slips(appraisal: Appraisal, carried: Sequence[Carried]) -> list[Slip]:
    """Return what everybody is paid: who has a payslip, then who has only a correction."""
    totals: dict[str, Fraction] = {}
    for section in payslips(appraisal.policy):
        for key, figure in appraisal.figures.items():
            if key.figure == section.total and key.level is Level.PERSON:
                totals[key.subject] = totals.get(key.subject, ZERO) + (figure.value or ZERO)
    people = dict.fromkeys((*totals, *(one.person for one in carried)))
    return [
        Slip(
            person,
            appraisal.name(person),
            totals.get(person, ZERO),
            tuple(one for one in carried if one.person == person),
        )
        for person in people
    ]
