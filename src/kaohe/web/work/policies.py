"""Drafts of policies tried out: over closed months, against the version that holds, on worked cases."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kaohe.appraisal.resampling import Resampling
from kaohe.core.language import Text
from kaohe.core.number import plain
from kaohe.core.problem import Problem, ProblemsFound
from kaohe.periods.books.shelf import open_shelf
from kaohe.periods.books.simulating import last_closed, money, simulate
from kaohe.periods.cases import Worked, read_cases, work
from kaohe.periods.holding import holding
from kaohe.policy.loader import CASES
from kaohe.statements.effecttable import effect_table
from kaohe.web.jobs import Outcome, Work, kind
from kaohe.web.models import PolicyDraft

DRAWS = 100
"""Somebody waits for it: fewer draws than on the command line."""
SIMULATING = Text("Computing the closed periods under the draft")
SIMULATED = Text("{count} closed periods are computed under the draft.")
COMPARED = Text("{period} is computed under the version that holds and under the draft.")
WORKING = Text("Running the worked cases")
WORKED = Text("{right} of {all} worked cases come out as they were worked by hand.")


@kind("simulate")
def simulate_draft(work_: Work) -> Outcome:
    """Compute closed periods under a draft: what closing under it would have given."""
    assert work_.desk is not None
    desk, last = work_.desk, work_.arguments["last"]
    with written(_draft(work_)) as file, work_.step(SIMULATING) as moved:
        shelf = open_shelf(desk.books)
        found = simulate(
            shelf, str(file), last=last, store=desk.store, resampling=_how(work_), progress=moved
        )
    said = SIMULATED.filled(count=len(found.periods))
    return Outcome(said, effect_table(found), [])


@kind("compare")
def compare_draft(work_: Work) -> Outcome:
    """Compute the last closed period under the version that holds and under a draft."""
    assert work_.desk is not None
    desk = work_.desk
    with written(_draft(work_)) as file, work_.step(SIMULATING) as moved:
        shelf = open_shelf(desk.books)
        (label,) = last_closed(shelf, 1)
        old = holding(desk.policies, label)[0].file
        how = _how(work_)
        found = money(shelf, str(old), str(file), label, store=desk.store, resampling=how, progress=moved)
    return Outcome(COMPARED.filled(period=label), effect_table(found), [])


@kind("cases")
def work_cases(work_: Work) -> Outcome:
    """Run a draft's worked cases."""
    rows = []
    with written(_draft(work_)) as file, work_.step(WORKING) as moved:
        cases = read_cases(str(file))
        for number, case in enumerate(cases, start=1):
            rows.append(_case(work(case)))
            moved(number, len(cases))
    right = sum(not one["differing"] for one in rows)
    return Outcome(WORKED.filled(right=right, all=len(rows)), {"cases": rows}, [])


def _how(work_: Work) -> Resampling | None:
    """Return how it is found out how sure the differences are; None: it was not asked for."""
    return Resampling(replicates=DRAWS) if work_.arguments.get("sure") else None


def _draft(work_: Work) -> PolicyDraft:
    return PolicyDraft.objects.get(desk=work_.desk, pk=work_.arguments["draft"])


@contextmanager
def written(draft: PolicyDraft) -> Iterator[Path]:
    """Give a draft as a file with its cases beside it; problems name the file, not where it lay."""
    with TemporaryDirectory(prefix="kaohe-draft-") as folder:
        file = Path(folder) / "policy.yaml"
        file.write_text(draft.text, encoding="utf-8", newline="\n")
        if draft.cases.strip():
            file.with_name(file.stem + CASES).write_text(draft.cases, encoding="utf-8", newline="\n")
        try:
            yield file
        except ProblemsFound as found:
            raise ProblemsFound([_within(one) for one in found.problems]) from None


def _within(problem: Problem) -> Problem:
    return replace(problem, place=replace(problem.place, file=Path(problem.place.file).name))


def _case(one: Worked) -> Mapping[str, Any]:
    return {
        "name": one.case.name,
        "because": one.case.because,
        "answers": len(one.case.expected),
        "differing": [
            {
                "figure": each.expected.key.figure,
                "subject": each.expected.key.subject,
                "span": each.expected.key.span,
                "line": each.expected.place.line,
                "expected": _plain(each.expected.value),
                "got": _plain(each.got.value if each.got else None),
            }
            for each in one.differing
        ],
    }


def _plain(value: Fraction | None) -> str:
    return "—" if value is None else plain(value)
