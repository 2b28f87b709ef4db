"""Worked cases run against their policy: answers computed by hand beside what the policy gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from kaohe.appraisal.appraise import Appraisal, appraise
from kaohe.core.document import Document, read_document
from kaohe.core.figure import Figure, FigureKey
from kaohe.core.problem import Place, ProblemsFound, errors, raise_errors
from kaohe.periods import problems
from kaohe.periods.casebook import Case, CaseReader, Expected
from kaohe.policy.loader import CASES, lint_with, shipped, shipped_cases


@dataclass(frozen=True, slots=True)
class Differing:
    """An answer that the policy does not give; ``got`` is None where there is no such figure."""

    expected: Expected
    got: Figure | None


@dataclass(frozen=True, slots=True)
class Worked:
    """A case that was run.

    Attributes:
        case: The case.
        appraisal: Every figure of it, with reasons.
        differing: The answers that are not as expected; empty: the case is in order.
    """

    case: Case
    appraisal: Appraisal
    differing: tuple[Differing, ...]


def read_cases(name: str, files: Sequence[Path] = ()) -> tuple[Case, ...]:
    """Return the worked cases of a policy.

    Args:
        name: A policy file, or the name of a shipped policy.
        files: The files with cases; none: the one that is kept beside the policy.

    Raises:
        ProblemsFound: With everything that is wrong with the policy, or else with the cases.
    """
    linted = lint_with(name, Document(""))
    if linted.policy is None or errors(linted.problems):
        raise ProblemsFound(linted.problems)
    reader = CaseReader(name, linted.policy, linted.problems)
    cases = tuple(case for document in _documents(name, files) for case in reader.cases(document))
    raise_errors(reader.found)
    return cases


def _documents(name: str, files: Sequence[Path]) -> list[Document]:
    if files:
        return [read_document(file, str(file)) for file in files]
    path = Path(name)
    if path.is_file() or name not in shipped():
        beside = path.with_name(path.stem + CASES)
        there = read_document(beside, str(beside)) if beside.is_file() else None
    else:
        beside, there = Path(f"{name}{CASES}"), shipped_cases(name)
    if there is None:
        raise ProblemsFound([problems.NO_CASES.at(Place(name), name=name, file=beside)])
    return [there]


def work(case: Case) -> Worked:
    """Run a case, after those that it goes on from, and return what differs from its answers."""
    facts = replace(case.facts, history={**_earlier(case.after), **case.facts.history})
    appraisal = appraise(case.policy, facts, case.period)
    found = ((one, appraisal.figures.get(one.key)) for one in case.expected)
    return Worked(case, appraisal, tuple(Differing(one, got) for one, got in found if not one.met_by(got)))


def _earlier(case: Case | None) -> Mapping[FigureKey, Fraction | None]:
    """Return every figure of a case, and of those that it goes on from itself."""
    if case is None:
        return {}
    worked = work(case)
    own = {key: figure.value for key, figure in worked.appraisal.figures.items()}
    return {**worked.appraisal.evaluator.facts.history, **own}
