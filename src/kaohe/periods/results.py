"""Results written: figures for programs, workbook and report for people."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kaohe.core.language import Language
from kaohe.measures.compute import Measured
from kaohe.measures.writing import write
from kaohe.periods.folders import put_in_place
from kaohe.periods.runs import Appraised
from kaohe.statements.changes import slips, slips_csv
from kaohe.statements.evidence import EvidenceSource, MeasuredEvidence
from kaohe.statements.figures_file import write_figures
from kaohe.statements.report import write_report
from kaohe.statements.workbook import write_workbook

Progress = Callable[[int, int], None]
STEPS = 3


def evidence_of(appraised: Appraised) -> EvidenceSource | None:
    """Return the rows behind a run's measures; None where the measures were handed in."""
    if appraised.measured is None:
        return None
    return MeasuredEvidence(appraised.appraisal, appraised.measured, appraised.records)


def write_results(appraised: Appraised, out: Path, language: Language, *, progress: Progress) -> None:
    """Write figures.csv, figures.json, statement.xlsx and statement.html into a folder.

    Where corrections of earlier periods are paid with this one, payslips.csv too.

    Args:
        appraised: The result of a run.
        out: The folder; files of an earlier run are replaced, all else in it stays.
        language: The language of the workbook, and the one in which the report opens.
        progress: Told after each file.
    """
    # People read what was wrong with the records beside what was wrong with the figures.
    shown = replace(appraised.appraisal, problems=appraised.problems)
    with put_in_place(out) as aside:
        write_figures(appraised.appraisal, aside)
        progress(1, STEPS)
        if appraised.carried:
            paid = slips_csv(slips(appraised.appraisal, appraised.carried))
            (aside / "payslips.csv").write_text(paid, "utf-8", newline="\n")
        workbook = aside / "statement.xlsx"
        write_workbook(
            shown,
            workbook,
            language,
            signals=appraised.signals,
            corrections=appraised.carried,
        )
        progress(2, STEPS)
        write_report(
            shown,
            aside / "statement.html",
            language,
            evidence=evidence_of(appraised),
            signals=appraised.signals,
            corrections=appraised.carried,
        )
        progress(3, STEPS)


def write_measures(measured: Measured, out: Path) -> None:
    """Write measures.csv, receptions.csv and credited_orders.csv into a folder, as ``write_results`` does."""
    with put_in_place(out) as aside:
        write(measured, aside)
