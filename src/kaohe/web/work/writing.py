"""Writing files for programs and people: statements of a period, measures of a range of days."""

from datetime import date
from pathlib import Path

from kaohe.core.language import Language, Text
from kaohe.periods.books.reading import read_period
from kaohe.periods.holding import versions
from kaohe.periods.results import write_measures, write_results
from kaohe.periods.runs import measure
from kaohe.web.editions import request_for
from kaohe.web.jobs import Outcome, Work, kind
from kaohe.web.models import Edition, Job
from kaohe.web.saying import problems

STATEMENTS = ("figures.csv", "figures.json", "statement.xlsx", "statement.html")
MEASURES = ("measures.csv", "receptions.csv", "credited_orders.csv")
FILES = frozenset((*STATEMENTS, *MEASURES))
WRITING = Text("Writing the files")
COMPUTING = Text("Computing the figures")
WRITTEN = Text("The files are written.")


def folder_of(job: Job) -> Path:
    """Return where a job writes its files."""
    assert job.desk is not None
    return job.desk.folder / "written" / str(job.pk)


@kind("statements")
def statements(work: Work) -> Outcome:
    """Write a period's figures and statements; arguments ``period`` and ``language``."""
    assert work.desk is not None
    label, language = work.arguments["period"], Language(work.arguments["language"])
    edition = Edition.objects.newest_of(work.desk, label)
    assert edition is not None
    with work.step(COMPUTING) as moved:
        read = read_period(request_for(work.desk, label), version=edition.version, progress=moved)
    with work.step(WRITING) as moved:
        write_results(read.appraised, folder_of(work.job), language, progress=moved)
    return Outcome(WRITTEN, {"files": list(STATEMENTS)}, problems(read.problems))


@kind("measures")
def measures(work: Work) -> Outcome:
    """Write the measures of a range of days; arguments ``first`` and ``last``."""
    desk = work.desk
    assert desk is not None
    first, last = (date.fromisoformat(work.arguments[name]) for name in ("first", "last"))
    rules = versions(desk.policies)[-1].policy.rules
    with work.step(COMPUTING) as moved:
        out = folder_of(work.job)
        as_of = desk.as_of or last
        measured = measure(desk.store, rules, first, last, as_of, out=out, progress=moved)
    write_measures(measured, out)
    return Outcome(WRITTEN, {"files": list(MEASURES)}, problems(measured.problems))
