"""A whole policy as plain sentences, as one would read it out to those whom it appraises."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import starmap

from kaohe.core.figure import Level, Unit, Value
from kaohe.core.language import Language, Text, Words, say
from kaohe.core.problem import Place
from kaohe.core.rules import Credit, Rules, Unanswered
from kaohe.policy.figurewords import FigureTeller, Line, is_quotient
from kaohe.policy.formwords import FormTeller
from kaohe.policy.graph import uses_weeks
from kaohe.policy.parameters import ALWAYS
from kaohe.policy.policy import (
    Check,
    Deadline,
    Definition,
    Group,
    LedgerItem,
    Parameter,
    Policy,
    Reference,
    Section,
)
from kaohe.policy.spanwords import calendar_texts, each_said, reference_texts, week_text
from kaohe.policy.titles import choice, joined, number_said, opened, spaced
from kaohe.policy.told import Told
from kaohe.policy.wording import Speaker


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences under a heading."""

    title: str
    lines: tuple[Line, ...]


def sentences(policy: Policy, language: Language) -> list[Passage]:
    """Return the whole policy in plain sentences.

    First what it is and when, then whom it appraises, how the measures are taken, what
    may be changed, the author's sections with every figure and rule, the ledger and
    the checks. A heading without sentences is left out.
    """
    teller = PolicyTeller(policy, language)
    return [passage for passage in teller.passages() if passage.lines]


@dataclass(slots=True)
class PolicyTeller:
    """Tells one policy in one language."""

    policy: Policy
    language: Language
    speaker: Speaker = field(init=False)

    def __post_init__(self) -> None:
        self.speaker = Speaker(self.policy, self.language)

    def passages(self) -> Iterator[Passage]:
        """Yield the passages in the order in which one would read them out."""
        yield self._passage(say(self.policy.title, self.language), self._overview())
        yield self._passage(self.speaker.spaced(Text("Who")), self._people())
        yield self._passage(
            self.speaker.spaced(Text("How the measures are taken")),
            (Line(self.speaker.spaced(text)) for text in rule_texts(self.policy.rules)),
        )
        yield self._passage(
            self.speaker.spaced(Text("What may be changed")),
            map(self.parameter, self.policy.parameters.values()),
        )
        yield self._passage(
            self.speaker.spaced(Text("Operating indicators")),
            starmap(self.indicator, self.policy.operating.items()),
        )
        forms = FormTeller(self.speaker)
        yield self._passage(self.speaker.spaced(Text("Forms")), map(forms.form, self.policy.forms.values()))
        yield self._passage(
            self.speaker.spaced(Text("Samples")), map(forms.sample, self.policy.samples.values())
        )
        for section in self.policy.sections:
            yield self._passage(self.speaker.titled(section.told, section.name), self._section(section))
        yield self._passage(
            self.speaker.spaced(Text("The ledger")), map(self.item, self.policy.ledger.values())
        )
        yield self._passage(
            self.speaker.spaced(Text("What is pointed out")), map(self.check, self.policy.checks)
        )

    def _passage(self, title: str, lines: Iterator[Line]) -> Passage:
        return Passage(title, tuple(lines))

    def _line(self, text: str, place: Place, reading: Words | None = None) -> Line:
        return Line(opened(text, self.language), place, say(reading or {}, self.language))

    # What it is, and when

    def _overview(self) -> Iterator[Line]:
        policy = self.policy
        if about := say(policy.about, self.language):
            yield Line(about)
        yield from map(Line, self.calendar())
        yield from map(self.deadline, policy.deadlines.values())
        yield from map(self.reference, policy.references.values())

    def calendar(self) -> Iterator[str]:
        """Yield the sentences on the period, and on its weeks where anything is computed by them."""
        calendar = self.policy.calendar
        yield from map(self.speaker.spaced, calendar_texts(calendar))
        if uses_weeks(self.policy):
            yield self.speaker.spaced(week_text(calendar))

    def deadline(self, deadline: Deadline) -> Line:
        """Return the sentence on what is due when."""
        title = self.speaker.titled(deadline.told, deadline.name)
        text = Text("{title}: {days} day(s) after the last day of the period.")
        said = self.speaker.spaced(text, title=title, days=deadline.days)
        return self._line(said, deadline.told.place, deadline.told.reading)

    def reference(self, reference: Reference) -> Line:
        """Return the sentence on a named set of other periods."""
        back = [self.speaker.spaced(one) for one in reference_texts(reference, self.policy.calendar)]
        listed = joined(back, self.language, word=Text("{first} and {last}"))
        said = self.speaker.spaced(
            Text("“{title}”: {months}."),
            title=self.speaker.titled(reference.told, reference.name),
            months=listed,
        )
        if reference.instead:
            instead = self.speaker.titled(self.policy.parameters[reference.instead].told, reference.instead)
            said += self.speaker.spaced(
                Text(" If “{parameter}” is set, that month takes their place."), parameter=instead
            )
        return self._line(said, reference.told.place, reference.told.reading)

    # Whom

    def _people(self) -> Iterator[Line]:
        yield from map(self.group, self.policy.groups.values())
        if self.policy.several:
            yield from self._departments()
        elif self._has_department():
            members = self.speaker.group(self.policy.members)
            yield Line(
                self.speaker.spaced(Text("The department's figures add up those of {group}."), group=members)
            )
        if self.policy.shops:
            shops = self.speaker.titled(self.policy.parameters[self.policy.shops].told, self.policy.shops)
            yield Line(self.speaker.spaced(Text("Which shops are summed: “{parameter}”."), parameter=shops))

    def _departments(self) -> Iterator[Line]:
        """Yield whose results the departments' figures are, where there are several."""
        members = self.speaker.group(self.policy.members)
        text = Text("Each department has figures of its own; they add up those of {group} who belong to it.")
        yield Line(self.speaker.spaced(text, group=members))
        yield Line(
            self.speaker.spaced(
                Text("In a figure of a department, a group is those of it who belong to the department.")
            )
        )
        if self.policy.only:
            only = self.speaker.titled(self.policy.parameters[self.policy.only].told, self.policy.only)
            yield Line(self.speaker.spaced(Text("Which departments: “{parameter}”."), parameter=only))

    def group(self, group: Group) -> Line:
        """Return the sentence on who belongs to a group."""
        condition = spaced(self.speaker.condition(group.condition), self.language)
        text = self.speaker.spaced(
            Text("{group} — {condition}."),
            group=self.speaker.titled(group.told, group.name),
            condition=condition,
        )
        return self._line(text, group.told.place, group.told.reading)

    def _has_department(self) -> bool:
        return any(level is not Level.PERSON for _, level in self.policy.definitions)

    # Parameters

    def parameter(self, parameter: Parameter) -> Line:
        """Return the sentence on a parameter: its values, and what it may be."""
        title = self.speaker.titled(parameter.told, parameter.name)
        said = self.speaker.spaced(Text("{title}: {value}"), title=title, value=self.values(parameter))
        allowed = self.allowed(parameter)
        return self._line(
            said + allowed + self.speaker.spaced(Text(".")), parameter.told.place, parameter.told.reading
        )

    def values(self, parameter: Parameter) -> str:
        """Return the values of a parameter, each later one with its day."""
        first, *later = parameter.values
        said = self.value(parameter, first[1])
        for since, value in later if first[0] == ALWAYS or later else ():
            said += self.speaker.spaced(
                Text("; from {day} on {value}"), day=since.isoformat(), value=self.value(parameter, value)
            )
        return said

    def allowed(self, parameter: Parameter) -> str:
        """Return what a parameter may be, in brackets; blank for anything."""
        low, high = parameter.at_least, parameter.at_most
        gaps = {"low": self._number(parameter, low), "high": self._number(parameter, high)}
        if low is not None and high is not None:
            return self.speaker.spaced(Text(" (from {low} to {high})"), **gaps)
        if low is not None:
            return self.speaker.spaced(Text(" (at least {low})"), **gaps)
        if high is not None:
            return self.speaker.spaced(Text(" (at most {high})"), **gaps)
        if parameter.one_of:
            listed = joined(
                [self._allowed_text(parameter, one) for one in parameter.one_of],
                self.language,
                word=Text("{first} or {last}"),
            )
            return self.speaker.spaced(Text(" (one of: {known})"), known=listed)
        return ""

    def _allowed_text(self, parameter: Parameter, text: str) -> str:
        """Return a text that may be written, and what it is called where that differs."""
        called = choice(parameter, text, self.language)
        return (
            text
            if called == text
            else self.speaker.spaced(Text("{called} ({written})"), called=called, written=text)
        )

    def _number(self, parameter: Parameter, value: Fraction | None) -> str:
        if value is None:
            return ""
        return number_said(value, "%" if parameter.unit is Unit.RATIO else "")

    def value(self, parameter: Parameter, value: Value) -> str:
        """Return one value of a parameter."""
        if value is None:
            return self.speaker.spaced(Text("not set"))
        if isinstance(value, bool):
            return self.speaker.spaced(Text("yes") if value else Text("no"))
        if isinstance(value, Fraction):
            return self._number(parameter, value)
        if isinstance(value, tuple):
            called = [choice(parameter, one, self.language) for one in value]
            items = joined(called, self.language, word=Text("{first} and {last}"))
            return items or self.speaker.spaced(Text("none"))
        return choice(parameter, str(value), self.language)

    # Sections, ledger, checks

    def _section(self, section: Section) -> Iterator[Line]:
        yield self.scope(section)
        teller = FigureTeller(self.speaker)
        figures = [self.policy.definitions[name, section.level] for name in section.figures]
        base = figures[0].minimum_base
        shared = base is not None and all(one.minimum_base == base for one in figures)
        if base is not None and shared and any(map(is_quotient, figures)):
            yield self._line(teller.smallest_base(base), section.told.place)
        for one in figures:
            yield teller.line(one, self._points(one.name, section), with_base=not shared)

    def figure(self, name: str, section: Section) -> Line:
        """Return the sentences on one figure, its smallest base included."""
        definition = self.policy.definitions[name, section.level]
        return FigureTeller(self.speaker).line(definition, self._points(name, section))

    def scope(self, section: Section) -> Line:
        """Return the sentence on whose figures a section holds, and when."""
        return self._line(self._section_scope(section), section.told.place, section.told.reading)

    def _section_scope(self, section: Section) -> str:
        when = each_said(section.each, self.policy.calendar)
        if section.level is Level.DEPARTMENT:
            text = (
                Text("Of each department, {when}.")
                if self.policy.several
                else Text("Of the department, {when}.")
            )
            return self.speaker.spaced(text, when=when)
        who = self.speaker.group(section.who)
        said = self.speaker.spaced(Text("Of {group}, {when}."), group=who, when=when)
        if section.points_for != section.who:
            points_for = self.speaker.group(section.points_for)
            said += self.speaker.spaced(
                Text(" Points only for {group}; a place that another takes is used up."), group=points_for
            )
        return said

    def _points(self, name: str, section: Section) -> Definition | None:
        return self.policy.definitions.get((f"{name}.points", section.level))

    def indicator(self, name: str, told: Told) -> Line:
        """Return the sentence on an operating indicator."""
        said = self._coded(told, name) + self.speaker.spaced(Text("."))
        return self._line(said, told.place, told.reading)

    def _coded(self, told: Told, name: str) -> str:
        """Return what a thing is called, with the name under which records have it."""
        return self.speaker.spaced(Text("{item} ({code})"), item=self.speaker.titled(told, name), code=name)

    def item(self, item: LedgerItem) -> Line:
        """Return the sentence on an item of the ledger."""
        said = self._coded(item.told, item.name)
        if item.at_most is not None:
            said += self.speaker.spaced(Text(", at most {most} in one entry"), most=item.at_most)
        if item.at_most_period is not None:
            said += self.speaker.spaced(
                Text(", at most {most} of a person in a period"), most=item.at_most_period
            )
        if item.needs_approval:
            said += self.speaker.spaced(Text(", counted once it is approved"))
        return self._line(said + self.speaker.spaced(Text(".")), item.told.place, item.told.reading)

    def check(self, check: Check) -> Line:
        """Return the sentence on what is pointed out, of whom and when."""
        whom = (
            self.speaker.group(check.who)
            if check.level is Level.PERSON
            else self.speaker.spaced(
                Text("each department") if self.policy.several else Text("the department as a whole")
            )
        )
        when = self.speaker.spaced(each_said(check.each, self.policy.calendar))
        figure, condition = check.conditions[0] if check.conditions else ("", None)
        said = ""
        if condition is not None:
            about = Speaker(self.policy, self.language, figure)
            said = spaced(about.condition(condition), self.language)
        if figure:
            titles = [self._title_of(name, check.level) for name, _ in check.conditions]
            listed = joined(titles, self.language, word=Text("{first} or {last}"))
            said = self.speaker.spaced(Text("{figures} {condition}"), figures=listed, condition=said)
        text = self.speaker.spaced(
            Text("{group}, {when}, if {condition}: “{says}”."),
            group=whom, when=when, condition=said, says=say(check.says, self.language),
        )  # fmt: skip
        if check.blocks_closing:
            text += self.speaker.spaced(Text(" The period cannot be closed while it is so."))
        return self._line(text, check.told.place, check.told.reading)

    def _title_of(self, name: str, level: Level) -> str:
        return self.speaker.titled(self.policy.definitions[name, level].told, name)


# The rules of the measures

CREDITS = {
    Credit.PLACED: Text("A sale is that of the agent who chatted last before the order was placed."),
    Credit.PAID: Text("A sale is that of the agent who chatted last before the order was paid."),
    Credit.PLACED_FIRST: Text(
        "A sale is that of the agent who chatted last before the order was placed, else before it was paid."
    ),
}


def rule_texts(rules: Rules) -> Iterator[Text]:
    """Yield the rules of the measures as sentences."""
    yield Text("Days are those of the time zone {zone}.").filled(zone=rules.timezone)
    yield from _filter_texts(rules)
    yield Text(
        "An inquiry: the customer had not ordered yet (that day or up to {before} day(s) before), "
        "or ordered afterwards, at most {after} day(s) later."
    ).filled(before=rules.prior_order_days, after=rules.order_days)
    yield Text("Paid in time: at most {days} day(s) after the order was placed.").filled(
        days=rules.payment_days
    )
    yield CREDITS[rules.credit]
    yield Text("A quick reply takes at most {seconds} seconds.").filled(seconds=rules.quick_seconds)
    if rules.hours is not None:
        start, end = (f"{one // 3600:02d}:{one // 60 % 60:02d}" for one in rules.hours)
        yield Text("Response times count from {start} to {end}.").filled(start=start, end=end)
    if rules.cap_seconds is not None:
        yield Text("A response time counts as at most {cap} seconds.").filled(cap=rules.cap_seconds)
    if rules.unanswered is Unanswered.CAP:
        yield Text("What was never answered counts as answered after {cap} seconds.").filled(
            cap=rules.cap_seconds
        )


def _filter_texts(rules: Rules) -> Iterator[Text]:
    if rules.after_sale_days is None:
        yield Text("The after-sale filter is off.")
    else:
        yield Text(
            "After-sale filter: who paid within the last {days} day(s) and orders nothing on the day "
            "does not count as a reception."
        ).filled(days=rules.after_sale_days)
    if rules.ad_phrase is None:
        yield Text("The ad filter is off.")
    else:
        yield Text(
            "Ad filter: a chat in which “{phrase}” was sent at least {times} times "
            "does not count as a reception."
        ).filled(phrase=rules.ad_phrase, times=rules.ad_times)
    if rules.one_line_agent_lines is None:
        yield Text("The one-line filter is off.")
    else:
        yield Text(
            "One-line filter: a chat with one customer line and at least {lines} agent lines after it "
            "does not count as a reception."
        ).filled(lines=rules.one_line_agent_lines)
