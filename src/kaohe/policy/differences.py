"""What changed between two policies, in plain words: sentences before and after.

Policies are compared by their content: comments, layout, the order of keys and how a
number is written (80 %, 0.8) do not count.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from difflib import SequenceMatcher
from enum import Enum
from typing import TypeVar

from kaohe.core.figure import Level
from kaohe.core.language import Language, Text, Words, say
from kaohe.core.problem import Place
from kaohe.policy.figurewords import Line
from kaohe.policy.formwords import FormTeller
from kaohe.policy.policy import Parameter, Policy, Section
from kaohe.policy.sentences import PolicyTeller, rule_texts
from kaohe.policy.titles import joined, spaced, title
from kaohe.policy.told import Told
from kaohe.policy.units import UNITS

LAYOUT = frozenset({"place", "keys", "subject_place", "formula", "written", "text", "ratio"})
"""Fields that say where or how something is written, not what."""
OF_SECTION = frozenset({"who", "each", "section"})
"""What a figure has from its section, of which it is told once."""
UNSAID = Text("What changed is not said in this language: a title or a reading in another one.")
Item = TypeVar("Item")


class How(Enum):
    """What became of a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was.

    Attributes:
        how: What became of it.
        title: What people call it.
        before: What was said of it, and no longer is.
        after: What is said of it now, and was not.
    """

    how: How
    title: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """Changes under a heading; the headings are those of the policy's sentences."""

    title: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that both policies may have: its title, its content, and what is said of it."""

    title: str
    content: object
    lines: tuple[str, ...]


Things = Mapping[str, Thing]


def differences(old: Policy, new: Policy, language: Language) -> list[Chapter]:
    """Return what changed, in the order in which one would read the policy out.

    Nothing comes back where the two say the same in every language.
    """
    before, after = Inventory(old, language), Inventory(new, language)
    names = dict.fromkeys([*after.headings(), *before.headings()])
    shared = _in_both(old, new)
    found = (
        Chapter(
            after.headings().get(name) or before.headings()[name],
            tuple(_changes(before.things(name, shared), after.things(name, shared), language)),
        )
        for name in names
    )
    return [chapter for chapter in found if chapter.changes]


def _in_both(old: Policy, new: Policy) -> frozenset[tuple[str, Level]]:
    """Return the figures of both: only their order can have changed."""
    return frozenset(old.definitions.keys() & new.definitions.keys())


def _changes(before: Things, after: Things, language: Language) -> Iterator[Change]:
    for name, thing in after.items():
        if name not in before:
            yield Change(How.ADDED, thing.title, (), thing.lines)
        elif thing.content != before[name].content:
            gone, come = _apart(before[name].lines, thing.lines)
            unsaid = () if gone or come else (spaced(UNSAID.to(language), language),)
            yield Change(How.CHANGED, thing.title, gone, come or unsaid)
    for name, thing in before.items():
        if name not in after:
            yield Change(How.REMOVED, thing.title, thing.lines, ())


def _apart(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the lines that only one of two texts has, in their order."""
    gone: list[str] = []
    come: list[str] = []
    for what, low, high, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what != "equal":
            gone += before[low:high]
            come += after[start:end]
    return tuple(gone), tuple(come)


def content(thing: object, without: frozenset[str] = LAYOUT) -> object:
    """Return what a thing says, without where and how it is written; equal things say the same."""
    if isinstance(thing, Place):
        return None
    if is_dataclass(thing) and not isinstance(thing, type):
        parts = ((one.name, getattr(thing, one.name)) for one in fields(thing) if one.name not in without)
        return type(thing).__name__, tuple((name, content(part, without)) for name, part in parts)
    if isinstance(thing, Mapping):
        return {key: content(part, without) for key, part in thing.items()}
    if isinstance(thing, tuple):
        return tuple(content(part, without) for part in thing)
    return thing


@dataclass(slots=True)
class Inventory:
    """Everything in one policy that may change, by heading and name."""

    policy: Policy
    language: Language

    @property
    def teller(self) -> PolicyTeller:
        """Tells the policy's sentences."""
        return PolicyTeller(self.policy, self.language)

    def headings(self) -> dict[str, str]:
        """Return the headings by name, in reading order."""
        sections = {
            f"section {one.name}": say(one.told.title, self.language) or one.name
            for one in self.policy.sections
        }
        return {
            "whole": self.teller.speaker.spaced(Text("The policy as a whole")),
            "groups": self.teller.speaker.spaced(Text("Who")),
            "rules": self.teller.speaker.spaced(Text("How the measures are taken")),
            "parameters": self.teller.speaker.spaced(Text("What may be changed")),
            "operating": self.teller.speaker.spaced(Text("Operating indicators")),
            "forms": self.teller.speaker.spaced(Text("Forms")),
            "samples": self.teller.speaker.spaced(Text("Samples")),
            **sections,
            "ledger": self.teller.speaker.spaced(Text("The ledger")),
            "checks": self.teller.speaker.spaced(Text("What is pointed out")),
        }

    def things(self, heading: str, shared: frozenset[tuple[str, Level]]) -> Things:
        """Return the things under a heading; of figures in both policies the order counts too."""
        policy, teller = self.policy, self.teller
        match heading:
            case "whole":
                return self._whole()
            case "groups":
                return self._named(policy.groups, teller.group)
            case "rules":
                said = tuple(self.teller.speaker.spaced(text) for text in rule_texts(policy.rules))
                return {
                    "rules": Thing(
                        self.teller.speaker.spaced(Text("The rules of the measures")), policy.rules, said
                    )
                }
            case "parameters":
                return {name: self._parameter(one) for name, one in policy.parameters.items()}
            case "operating":
                return {
                    name: Thing(
                        teller.speaker.titled(told, name),
                        content(told),
                        tuple(self._said(teller.indicator(name, told))),
                    )
                    for name, told in policy.operating.items()
                }
            case "forms":
                return self._named(policy.forms, FormTeller(teller.speaker).form)
            case "samples":
                return self._named(policy.samples, FormTeller(teller.speaker).sample)
            case "ledger":
                return self._named(policy.ledger, teller.item)
            case "checks":
                return self._named({one.name: one for one in policy.checks}, teller.check)
        name = heading.removeprefix("section ")
        return next((self._section(one, shared) for one in policy.sections if one.name == name), {})

    def _named(self, there: Mapping[str, Item], tell: Callable[[Item], Line]) -> Things:
        found = {}
        for name, one in there.items():
            told = getattr(one, "told", Told())
            found[name] = Thing(
                self.teller.speaker.titled(told, name), content(one), tuple(self._said(tell(one)))
            )
        return found

    def _said(self, line: Line) -> Iterator[str]:
        """Yield a sentence with its reading, and what belongs to it."""
        yield line.text
        if line.reading:
            yield self.teller.speaker.spaced(Text("Reading: {reading}"), reading=line.reading)
        for part in line.lines:
            yield from self._said(part)

    # The whole

    def _whole(self) -> Things:
        policy = self.policy
        none = self.teller.speaker.spaced(Text("none"))
        members = self.teller.speaker.group(policy.members)
        yes_no = {
            True: self.teller.speaker.spaced(Text("yes")),
            False: self.teller.speaker.spaced(Text("no")),
        }
        facts: dict[str, tuple[Text, object, str]] = {
            "name": (Text("The policy's name"), policy.name, policy.name),
            "version": (Text("Version"), policy.version, str(policy.version)),
            "valid_from": (Text("Holds from"), policy.valid_from, str(policy.valid_from or none)),
            "title": (Text("Title"), policy.title, self._words(policy.title)),
            "about": (Text("About"), policy.about, self._words(policy.about)),
            "starts_on": (
                Text("The day on which a month begins"),
                policy.calendar.starts_on,
                str(policy.calendar.starts_on),
            ),
            "calendar": (
                Text("The calendar"),
                (policy.calendar.kind, policy.calendar.starts_in, policy.calendar.weeks),
                " ".join(self.teller.calendar()),
            ),
            "subject": (
                Text("The department"),
                content(policy.department),
                self.teller.speaker.say(policy.department),
            ),
            "several": (Text("Every department has figures"), policy.several, yes_no[policy.several]),
            "only": (Text("Which departments"), policy.only, self._parameter_said(policy.only) or none),
            "members": (Text("Whose measures make the department's"), policy.members, members),
            "shops": (
                Text("Which shops are summed"),
                policy.shops,
                self._parameter_said(policy.shops) or none,
            ),
        }
        things = {
            name: Thing(self.teller.speaker.spaced(label), value, (said,) if said else ())
            for name, (label, value, said) in facts.items()
        }
        deadlines = self._named(policy.deadlines, self.teller.deadline)
        references = self._named(policy.references, self.teller.reference)
        return (
            things
            | {f"deadline {name}": one for name, one in deadlines.items()}
            | {f"reference {name}": one for name, one in references.items()}
        )

    def _parameter_said(self, name: str) -> str:
        """Return what a parameter is called; blank for none."""
        return self.teller.speaker.titled(self.policy.parameters[name].told, name) if name else ""

    def _words(self, words: Words) -> str:
        return say(words, self.language)

    # Parameters, sections

    def _parameter(self, parameter: Parameter) -> Thing:
        lines = [self.teller.values(parameter)]
        if parameter.unit is not None:
            lines.append(self._unit(UNITS[parameter.unit]))
        lines += filter(None, [self.teller.allowed(parameter).strip(), self._words(parameter.told.reading)])
        title_ = self.teller.speaker.titled(parameter.told, parameter.name)
        return Thing(title_, content(parameter), tuple(lines))

    def _unit(self, unit: Text) -> str:
        return self.teller.speaker.spaced(Text("Counted in: {unit}."), unit=unit)

    def _section(self, section: Section, shared: frozenset[tuple[str, Level]]) -> Things:
        named = [name for name in section.figures if (name, section.level) in shared]
        whole = Thing(
            self.teller.speaker.spaced(Text("The table")),
            (content(section, LAYOUT | {"figures"}), named),
            tuple(self._about(section, named)),
        )
        return {"": whole} | {name: self._figure(name, section) for name in section.figures}

    def _about(self, section: Section, named: Iterable[str]) -> Iterator[str]:
        yield self.teller.speaker.spaced(
            Text("Title: {title}"), title=self.teller.speaker.titled(section.told, section.name)
        )
        yield from self._said(self.teller.scope(section))
        if section.total:
            yield self.teller.speaker.spaced(
                Text("The total: {figure}."), figure=self._title(section.total, section.level)
            )
        order = joined(
            (self._title(name, section.level) for name in named),
            self.language,
            word=Text("{first}, {last}"),
        )
        yield self.teller.speaker.spaced(Text("In this order: {figures}."), figures=order)

    def _figure(self, name: str, section: Section) -> Thing:
        policy, level = self.policy, section.level
        keys = [(name, level), (f"{name}.place", level), (f"{name}.points", level)]
        if level is Level.PERSON:
            keys.append((name, Level.SHOP))
        made = [content(policy.definitions.get(key), LAYOUT | OF_SECTION) for key in keys]
        lines = [*self._said(self.teller.figure(name, section))]
        lines.append(self._unit(UNITS[policy.definitions[name, level].unit]))
        shop = policy.definitions.get((name, Level.SHOP)) if level is Level.PERSON else None
        if shop is not None:
            lines.append(self.teller.speaker.spaced(Text("The shop's value stands beside it.")))
            if shop.also_period:
                lines.append(
                    self.teller.speaker.spaced(Text("The shop's is computed for the whole period too."))
                )
        return Thing(self._title(name, level), made, tuple(lines))

    def _title(self, name: str, level: Level) -> str:
        return title(name, level, self.policy, self.language)
