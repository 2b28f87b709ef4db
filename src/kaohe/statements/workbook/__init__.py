"""The statement as a workbook: overview, a sheet a section, a sheet a person, slips to print."""

from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path

from xlsxwriter.workbook import Workbook

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import Level
from kaohe.core.language import Language, say
from kaohe.core.writing import written_aside
from kaohe.measures.gaming import Signal
from kaohe.statements import labels
from kaohe.statements.changes import Carried
from kaohe.statements.layout import called, payslips
from kaohe.statements.remembering import remembering
from kaohe.statements.shown import period_said
from kaohe.statements.words.gaming import WORTH_A_LOOK
from kaohe.statements.workbook import notes, overview, people, sections
from kaohe.statements.workbook.paper import Book, sheet_names

MOST_PEOPLE = 300
"""Beyond this many, nobody leafs through sheets: the sections' tables hold everyone all the same."""
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "in_memory": True,
}


def write_workbook(  # noqa: PLR0913 - what is stated, and what stands beside it
    appraisal: Appraisal,
    out: Path,
    language: Language,
    *,
    created: datetime | None = None,
    signals: Sequence[Signal] = (),
    corrections: Sequence[Carried] = (),
) -> None:
    """Write ``statement.xlsx``, aside first and then renamed: no half-written workbook is ever seen.

    Args:
        appraisal: What is stated.
        out: The file.
        language: In which language.
        created: The time the file says it was made; None: the as-of day, so that equal
            appraisals give equal bytes.
        signals: What is worth a look.
        corrections: What earlier periods' corrections add to payslips.
    """
    title = f"{say(appraisal.policy.title, language)} {period_said(appraisal.period.label, language)}"
    made = created or datetime.combine(appraisal.as_of, time())
    with written_aside(out) as part:
        workbook = Workbook(str(part), OPTIONS)
        workbook.set_properties({"title": title, "subject": appraisal.desk, "created": made})
        workbook.set_calc_mode("auto")
        names = _names(appraisal, language, signals)
        told = remembering(appraisal)
        book = Book(workbook, language, names, lambda key: say(told.grade(key), language), told)
        _write(told, book, signals, corrections)
        workbook.close()


def _names(appraisal: Appraisal, language: Language, signals: Sequence[Signal]) -> dict[tuple[str, str], str]:
    """Return what each sheet is called, in the order of the sheets."""
    names = list(called(appraisal).items())
    wanted = [(("overview", ""), labels.OVERVIEW.to(language))]
    wanted += [
        (("section", one.name), say(one.told.title, language) or one.name)
        for one in appraisal.policy.sections
    ]
    if payslips(appraisal.policy):
        wanted.append((("slips", ""), labels.PAYSLIPS.to(language)))
    if len(names) <= MOST_PEOPLE:
        wanted += [(("person", person), name) for person, name in names]
    if signals:
        wanted.append((("signals", ""), WORTH_A_LOOK.to(language)))
    wanted.append((("problems", ""), labels.PROBLEMS.to(language)))
    wanted.append((("basis", ""), labels.BASIS.to(language)))
    return dict(zip((key for key, _ in wanted), sheet_names(name for _, name in wanted), strict=True))


def _write(
    appraisal: Appraisal, book: Book, signals: Sequence[Signal], corrections: Sequence[Carried]
) -> None:
    """Write the sheets in the order of their names."""
    overview.write(book, appraisal)
    for section in appraisal.policy.sections:
        if section.level is not Level.PERSON:
            sections.department(book, appraisal, section)
        elif section.each != "period":
            sections.rankings(book, appraisal, section)
        else:
            sections.table(book, appraisal, section)
    if ("slips", "") in book.sheets:
        people.slips(book, appraisal, corrections)
    for kind, person in list(book.sheets):
        if kind == "person":
            people.scorecard(book, appraisal, person, corrections)
    if signals:
        notes.signals(book, appraisal, signals)
    notes.problems(book, appraisal)
    notes.basis(book, appraisal)
