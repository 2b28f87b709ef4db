"""What a period overrides in the policy: parameters as people enter them, and the file that keeps them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from kaohe.core.document import Data, Document, parse_document
from kaohe.core.figure import Unit, Value
from kaohe.core.language import Text
from kaohe.core.number import plain
from kaohe.core.problem import Place, Problem, ProblemsFound, errors
from kaohe.periods.holding import holding
from kaohe.policy.loader import document, lint_document
from kaohe.policy.parameters import expected_text
from kaohe.policy.policy import Parameter, Policy

RULES = "rules."
LISTS = ("texts", "days")
BY_MONTH = ("days", "month")
"""What is of one month alone and not taken over into the next."""
Given = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A parameter, or a rule of the measures that the period overrides, as a form shows it.

    Attributes:
        name: Its name in the file.
        parameter: What the policy says of it; None: it is a rule of the measures.
        usual: The policy's own value on the period's first day, as people type it, line by line.
        given: The period's own value in the same form; None: the policy's holds.
        expected: What a value must look like; None: any text.
    """

    name: str
    parameter: Parameter | None
    usual: tuple[str, ...]
    given: tuple[str, ...] | None
    expected: Text | None

    @property
    def type(self) -> str:
        """The parameter's type; of a rule, a text."""
        return self.parameter.type if self.parameter else "text"

    @property
    def holds(self) -> tuple[str, ...]:
        """The value that holds in the period."""
        return self.usual if self.given is None else self.given


@dataclass(frozen=True)
class Overrides:
    """What a period overrides in a policy.

    Attributes:
        policy: The policy, without any override.
        read: The policy's file, read.
        period: The period's label.
        text: The overrides as their file has them; blank: there are none.
    """

    policy: Policy
    read: Document
    period: str
    text: str

    @classmethod
    def of(cls, policies: Path, period: str, file: Path | None) -> "Overrides":
        """Return what a file overrides in the version that holds for a period; None: nothing.

        Raises:
            ProblemsFound: No policy holds, or it cannot be used.
        """
        held, _ = holding(policies, period)
        return cls(held.policy, document(str(held.file)), period, file.read_text("utf-8") if file else "")

    def taken_over(self, file: Path) -> "Overrides":
        """Return these with what an earlier period overrides, less what was of its days alone."""
        data = parse_document(file.read_text("utf-8"), file.name).data
        kept = {
            name: value
            for name, value in data.items()
            if value is not None and (name.startswith(RULES) or self._type(name) not in ("", *BY_MONTH))
        }
        return replace(self, text=self._text(kept))

    def entries(self) -> list[Entry]:
        """Return everything that can be entered, in the policy's order; rules that are overridden last."""
        data = self._data
        first = self.policy.calendar.period(self.period).first
        found = []
        for name, one in self.policy.parameters.items():
            usual = _typed(one.on(first), one.unit)
            given = _lines(data[name]) if data.get(name) is not None else None
            found.append(Entry(name, one, usual, given, expected_text(one)))
        rules = [name for name in data if name.startswith(RULES)]
        return [*found, *(Entry(name, None, (), _lines(data[name]), None) for name in rules)]

    def changed(self, given: Given) -> "Overrides":
        """Return what the period overrides once this was entered; what is empty, the policy says.

        Args:
            given: By name, what was typed: a text, or the items of a list.

        Raises:
            ProblemsFound: With everything that is wrong; the place's column is the parameter's name.
        """
        kept: dict[str, Data] = {}
        for entry in self.entries():
            typed = given.get(entry.name)
            if typed is None:
                if entry.name in self._data:
                    kept[entry.name] = self._data[entry.name]
                continue
            items = [typed] if isinstance(typed, str) else list(typed)
            items = [one.strip() for one in items if one.strip()]
            if entry.type == "days" and sorted(items) == sorted(entry.usual):
                continue
            if entry.type in LISTS and (items or entry.type == "days"):
                kept[entry.name] = [*(sorted(set(items)) if entry.type == "days" else items)]
            elif items:
                kept[entry.name] = items[0]
        found = replace(self, text=self._text(kept))
        found.check()
        return found

    def check(self) -> None:
        """Refuse what cannot hold.

        Raises:
            ProblemsFound: With everything that is wrong; the place's column is the parameter's name.
        """
        name = "parameters"
        problems = errors(lint_document(self.read, self.text, name).problems)
        names = {line: steps[0] for steps, line in parse_document(self.text, name).lines.items() if steps}
        wrong = [_at_name(one, names) for one in problems if one.place.file == name]
        if wrong:
            raise ProblemsFound(wrong)

    @property
    def plain(self) -> dict[str, Data]:
        """What is overridden, for the audit trail."""
        return dict(self._data)

    @cached_property
    def _data(self) -> Mapping[str, Data]:
        return parse_document(self.text, "parameters").data if self.text.strip() else {}

    def _type(self, name: str) -> str:
        return self.policy.parameters[name].type if name in self.policy.parameters else ""

    def _text(self, data: Mapping[str, Data]) -> str:
        """Return a file that overrides: JSON is YAML, and quotes whatever a text is."""
        lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in data.items()]
        return "\n".join([f"# {self.policy.name}, {self.period}", *lines, ""]) if lines else ""


def _at_name(problem: Problem, names: Mapping[int, str]) -> Problem:
    """Return a problem whose place is a field: nobody has seen the file it stands in."""
    return replace(problem, place=Place(column=names.get(problem.place.line, "")))


def _lines(data: Data) -> tuple[str, ...]:
    """Return data of the file as people type them."""
    if isinstance(data, list):
        return tuple(str(one) for one in data)
    if isinstance(data, bool):
        return ("yes" if data else "no",)
    return () if data is None else (str(data),)


def _typed(value: Value, unit: Unit | None) -> tuple[str, ...]:
    """Return a value of the policy as people type it."""
    return tuple(_each(value, unit))


def _each(value: Value, unit: Unit | None) -> Iterator[str]:
    match value:
        case None:
            return
        case bool():
            yield "yes" if value else "no"
        case tuple():
            yield from value
        case Fraction():
            yield f"{plain(value * 100)}%" if unit is Unit.RATIO else plain(value)
        case _:
            yield str(value)
