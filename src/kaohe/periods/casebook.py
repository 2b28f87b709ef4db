"""Files of worked cases read: small worlds in YAML, and the figures that somebody computed by hand.

Every number stays exact. All mistakes of a file are gathered, each with its line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from kaohe.appraisal.evaluator import Evaluator
from kaohe.appraisal.facts import Facts
from kaohe.core.document import Document
from kaohe.core.figure import Figure, FigureKey, Level
from kaohe.core.language import Text
from kaohe.core.number import plain
from kaohe.core.period import Span
from kaohe.core.problem import Place, Problem
from kaohe.periods import problems
from kaohe.periods.caseworld import PARTS, World
from kaohe.periods.parts import KEYS, Part
from kaohe.policy.loader import lint_with
from kaohe.policy.policy import Definition, Policy
from kaohe.policy.scanner import number
from kaohe.policy.vocabulary import LEVELS
from kaohe.records.schema import TABLES

HEAD = ("period", "as_of", "shop")
OF_ALL = {"department": Level.DEPARTMENT, "shop": Level.SHOP}
NONE = "none"


@dataclass(frozen=True, slots=True)
class Expected:
    """What somebody computed by hand.

    Attributes:
        key: The figure's name, level, subject and span.
        value: Its value; None where it is to have none.
        asks_value: Whether the value is asked for at all, not only whether it is final.
        final: Whether it is to be final; None: not asked.
        place: Where the file says so.
    """

    key: FigureKey
    value: Fraction | None
    asks_value: bool
    final: bool | None
    place: Place

    def met_by(self, figure: Figure | None) -> bool:
        """Return whether a figure is as expected; one that is not there has no value.

        A value whose decimals do not end may be given as a fraction, or as ``figures.csv``
        writes it, to twelve places.
        """
        if self.asks_value and not _alike(self.value, figure.value if figure else None):
            return False
        return self.final is None or (figure is not None and figure.final is self.final)


def _alike(wanted: Fraction | None, got: Fraction | None) -> bool:
    if wanted is None or got is None:
        return wanted is got
    return wanted == got or plain(wanted) == plain(got)


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case.

    Attributes:
        name: What it shows.
        because: How its answers were computed; blank: not said.
        place: Where it stands.
        policy: The policy, with the parameters of the case.
        period: The period.
        facts: The small world.
        expected: The answers, in the file's order.
        after: The case whose figures are this one's history; None: it stands alone.
    """

    name: str
    because: str
    place: Place
    policy: Policy
    period: Span
    facts: Facts
    expected: tuple[Expected, ...]
    after: "Case | None" = None


@dataclass(slots=True)
class CaseReader:
    """Reads the cases of one policy.

    Attributes:
        name: How the loader finds the policy.
        policy: The policy as it stands.
        known: What is said of the policy without any case's parameters.
        found: Every problem of the cases so far.
        read: The cases read so far, by name.
    """

    name: str
    policy: Policy
    known: Sequence[Problem] = ()
    found: list[Problem] = field(default_factory=list)
    read: dict[str, Case] = field(default_factory=dict)

    def cases(self, document: Document) -> Iterator[Case]:
        """Yield the cases of a file that can be run; what is wrong is noted, each thing once."""
        self.found += document.problems
        if not document.data:
            return
        noted: list[Problem] = []
        top = Part(document, (), noted)
        keys = top.only(("usual", "cases"), required=("cases",))
        usual = keys["usual"].only((*HEAD, "people")) if "usual" in keys else {}
        names: dict[str, Part] = {}
        for part in keys["cases"].items() if "cases" in keys else ():
            case = self._case(part, usual)
            if case is not None:
                if case.name in names:
                    first = names[case.name].place.line
                    part.note(problems.CASE_TWICE, case.name, name=case.name, first=first)
                names.setdefault(case.name, part)
                self.read.setdefault(case.name, case)
                yield case
        self.found += _once(noted)

    def _case(self, part: Part, usual: Mapping[str, Part]) -> Case | None:
        known = ("name", "because", "after", *HEAD, "parameters", *PARTS, "history", "expect")
        own = part.only(known, required=("name", "expect"))
        head = {**{key: one for key, one in usual.items() if key in HEAD}, **own}
        if not own:
            return None
        policy = self._policy(own.get("parameters"))
        period = self._period(policy, part, head.get("period"))
        if period is None:
            return None
        columns = [name for name in TABLES["people"].names if name != "person"]
        world = World(
            policy=policy,
            period=period,
            as_of=_day(head.get("as_of")),
            shop=head["shop"].text() if "shop" in head else "shop",
            usual=usual["people"].only(columns) if "people" in usual else {},
        )
        facts = world.facts(own)
        evaluator = Evaluator(policy, facts, period)
        departments = evaluator.departments(period) if policy.several else ()
        answers = Answers(world, evaluator.desk, departments)
        history = answers.history(own["history"]) if "history" in own else {}
        return Case(
            name=own["name"].text() if "name" in own else "",
            because=own["because"].text() if "because" in own else "",
            place=part.place,
            policy=policy,
            period=period,
            facts=replace(facts, history=history),
            expected=tuple(answers.expected(own["expect"])) if "expect" in own else (),
            after=self._after(own["after"], period) if "after" in own else None,
        )

    def _after(self, part: Part, period: Span) -> Case | None:
        """Return the case that a case goes on from."""
        name = part.text()
        case = self.read.get(name)
        if case is None:
            part.note(problems.CASE_AFTER, name, near=tuple(self.read), name=name)
        elif case.period.last >= period.first:
            part.note(problems.CASE_AFTER_PERIOD, name, name=name, period=case.period.label)
        return case

    def _policy(self, part: Part | None) -> Policy:
        """Return the policy with the parameters of a case."""
        if part is None or not part.entries():
            return self.policy
        linted = lint_with(self.name, part.document_of())
        part.found.extend(problem for problem in linted.problems if problem not in self.known)
        return linted.policy or self.policy

    def _period(self, policy: Policy, case: Part, part: Part | None) -> Span | None:
        if part is None:
            case.note(problems.CASE_KEY_MISSING, key="period")
            return None
        label = part.text()
        try:
            return policy.calendar.period(label)
        except ValueError:
            part.note(problems.NOT_A_PERIOD, label, label=label, form=policy.calendar.form)
            return None


@dataclass(frozen=True, slots=True)
class Answers:
    """Reads figures: name → whose → span → value.

    Attributes:
        world: The case's world.
        desk: The subject of figures of the department and the shop.
        departments: Where there are several: their names.
    """

    world: World
    desk: str
    departments: tuple[str, ...] = ()

    def history(self, part: Part) -> dict[FigureKey, Fraction | None]:
        """Return figures of earlier periods; whether the policy has them is not asked."""
        known = {}
        for name, figure in part.entries().items():
            for who, whose in figure.entries().items():
                of_department = who in self.departments and who not in self.world.people
                level = Level.DEPARTMENT if of_department else OF_ALL.get(who, Level.PERSON)
                subject = self.desk if who in OF_ALL else who
                for text, one in whose.entries().items():
                    span = self.world.span(one, text)
                    if span is not None:
                        known[FigureKey(name, level, subject, span.label)] = _value(one)
        return known

    def expected(self, part: Part) -> Iterator[Expected]:
        """Yield the answers of a case."""
        for name, figure in part.entries().items():
            for who, whose in figure.entries().items():
                level, subject = self._subject(whose, who)
                definition = self._definition(figure, name, level)
                if definition is None:
                    continue
                for span, one in self._spans(whose, definition):
                    yield _expected(FigureKey(name, level, subject, span.label), one)

    def _subject(self, part: Part, who: str) -> tuple[Level, str]:
        if who in self.world.people:
            return Level.PERSON, who
        if who in OF_ALL and not (self.departments and who == "department"):
            return OF_ALL[who], self.desk
        if who in self.departments:
            return Level.DEPARTMENT, who
        known = [*self.world.people, *self.departments]
        part.note(problems.CASE_NOBODY, who, near=known, name=who, known=", ".join(known))
        return Level.PERSON, who

    def _definition(self, part: Part, name: str, level: Level) -> Definition | None:
        definitions = self.world.policy.definitions
        if (name, level) not in definitions:
            known = [one for one, at in definitions if at is level]
            gaps = {"name": name, "level": LEVELS[level], "known": ", ".join(known)}
            part.note(problems.CASE_FIGURE, name, near=known, **gaps)
        return definitions.get((name, level))

    def _spans(self, part: Part, definition: Definition) -> Iterator[tuple[Span, Part]]:
        """Yield the spans of a figure's answers; of a period's figure the value may stand alone."""
        period, is_cut = self.world.period, definition.each != "period"
        if not isinstance(part.data, dict):
            if is_cut:
                part.wrong(KEYS)
            else:
                yield period, part
            return
        if not is_cut and set(part.data) <= {"value", "final"}:
            yield period, part
            return
        allowed = {one.label for one in self.world.policy.calendar.spans(period, definition.each)}
        if definition.also_period:
            allowed.add(period.label)
        for text, one in part.entries().items():
            span = self.world.span(one, text)
            if span is not None and span.label not in allowed:
                known = ", ".join(sorted(allowed))
                one.note(problems.CASE_NOT_OF_SPAN, text, name=definition.name, span=text, known=known)
            elif span is not None:
                yield span, one


def _expected(key: FigureKey, part: Part) -> Expected:
    if not isinstance(part.data, dict):
        return Expected(key, _value(part), asks_value=True, final=None, place=part.place)
    keys = part.only(("value", "final"))
    final = keys["final"].text() if "final" in keys else ""
    if final not in ("", "yes", "no"):
        keys["final"].wrong(Text("yes or no"))
    value = _value(keys["value"]) if "value" in keys else None
    return Expected(key, value, "value" in keys, {"yes": True, "no": False}.get(final), part.place)


def _value(part: Part) -> Fraction | None:
    """Return the number that a part writes: a decimal, a percentage, a fraction; None for ``none``."""
    text = part.text()
    if text == NONE:
        return None
    above, slash, below = text.partition("/")
    try:
        return number(above)[0] / (number(below)[0] if slash else 1)
    except (ValueError, ZeroDivisionError):
        part.note(problems.CASE_VALUE, text)
        return None


def _day(part: Part | None) -> date:
    """Return the day that everything is known of; without one, nothing is open any more."""
    if part is None:
        return date.max
    text = part.text()
    try:
        return date.fromisoformat(text)
    except ValueError:
        part.note(problems.NOT_A_DAY, text, text=text)
        return date.max


def _once(found: Sequence[Problem]) -> Iterator[Problem]:
    """Yield each problem once, in order of the lines: what is usual is read anew for each case."""
    seen = set()
    for problem in sorted(found, key=lambda one: one.place):
        key = (problem.code, problem.place, problem.found)
        if key not in seen:
            seen.add(key)
            yield problem
