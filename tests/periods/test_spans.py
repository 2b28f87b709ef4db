"""Schemes over weeks, quarters and several periods in a row: worked by hand, explained, written out."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FigureKey, Level, Node
from kaohe.core.language import Language
from kaohe.core.period import Span
from kaohe.periods.cases import Worked, read_cases, work
from kaohe.periods.runs import apart, looked_at
from kaohe.policy.loader import lint, load
from kaohe.statements import terminal
from kaohe.statements.computations import computation
from kaohe.statements.explain import explain
from kaohe.statements.figures_file import write_figures
from kaohe.statements.report import write_report
from kaohe.statements.shown import span_said
from kaohe.statements.words.sentences import finding_sentence, formula_line, not_fired, sentence
from kaohe.statements.workbook import write_workbook
from statements.arithmetic import evaluated, read

SCHEMES = Path(__file__).parent / "schemes"
NAMES = sorted(file.stem for file in SCHEMES.glob("*.yaml") if ".cases" not in file.name)


def file(name: str) -> str:
    return str(SCHEMES / f"{name}.yaml")


@cache
def worked(name: str) -> tuple[Worked, ...]:
    return tuple(work(case) for case in read_cases(file(name)))


def appraisal(name: str, case: int = 0) -> Appraisal:
    return worked(name)[case].appraisal


@pytest.mark.parametrize("name", NAMES)
def test_a_scheme_is_sound_and_its_cases_hold(name: str) -> None:
    assert lint(file(name)).problems == ()
    assert [(one.case.name, different) for one in worked(name) for different in one.differing] == []
    assert all(one.case.because and one.case.expected for one in worked(name))


@pytest.mark.parametrize("name", NAMES)
def test_every_reason_computes_its_figure_again_and_meets_the_other_figures(name: str) -> None:
    for one in worked(name):
        figures = one.appraisal.figures
        for key, figure in figures.items():
            reason = one.appraisal.reason(key)
            plainly = computation(reason)["tree"]
            assert isinstance(plainly, dict)
            if plainly["op"] not in ("place", "share"):
                assert evaluated(plainly, leaf) == figure.value, key
            for node in leaves(reason.tree):
                if isinstance(node.ref, FigureKey) and node.ref in figures:
                    assert node.value == figures[node.ref].value, key
                if isinstance(node.ref, FigureKey):
                    in_period = node.ref.span in one.appraisal.spans
                    assert (node.ref in figures) is in_period, (key, node.ref)


def leaf(tree: Mapping[str, Any]) -> Any:
    return read(tree["value"])


def leaves(node: Node) -> list[Node]:
    return [node, *(inner for arg in node.args for inner in leaves(arg))]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", NAMES)
def test_every_figure_can_be_said_and_explained(name: str, language: Language) -> None:
    made = appraisal(name)
    for key in made.figures:
        said = [sentence(made, key, language), formula_line(made, key, language)]
        assert all(said), key
        assert all(not_fired(made, key, language)), key
        assert explain(made, key, language).sentence == said[0]
    assert all(finding_sentence(made, one, language) for one in made.findings)


@pytest.mark.parametrize("name", ["quarter", "week"])
def test_documents_are_written_for_any_period(name: str, tmp_path: Path) -> None:
    made = appraisal(name)
    write_figures(made, tmp_path)
    write_workbook(made, tmp_path / "statement.xlsx", Language.ZH_HANT)
    write_report(made, tmp_path / "statement.html", Language.EN, evidence=None)
    rows = (tmp_path / "figures.csv").read_text("utf-8").splitlines()
    spans = {row.split(",")[3] for row in rows[1:]}
    assert spans == {key.span for key in made.figures}
    page = (tmp_path / "statement.html").read_text("utf-8")
    heading = {"quarter": "the first quarter of 2026", "week": "week 40 of 2026"}[name]
    assert heading in page


@pytest.mark.parametrize("language", Language)
def test_many_spans_stand_below_each_other_and_the_last_of_them_in_rankings(language: Language) -> None:
    out = StringIO()
    console = Console(width=100, file=out)
    console.print(terminal.rankings(appraisal("week"), language))
    ranked = out.getvalue()
    console.print(terminal.scorecard(appraisal("week"), "Lin", language))
    own = out.getvalue().removeprefix(ranked)
    said = [span_said(f"2026-{day}", language) for day in ("09-28", "10-01", "10-04")]
    assert [one in ranked for one in said] == [False, True, True]
    assert [one in own for one in said] == [True, True, True]


def test_a_grade_stands_beside_its_value() -> None:
    made = appraisal("quarter")
    key = FigureKey("grade", Level.PERSON, "Lin", "2026-Q1")
    assert made.grade(key)[Language.EN] == "A"
    assert sentence(made, key, Language.EN).startswith("Grade, the first quarter of 2026: 100 (A)")
    assert sentence(made, key, Language.ZH_HANS).startswith("等级 2026 年第一季：100（甲）")
    assert made.grade(FigureKey("commission", Level.PERSON, "Lin", "2026-Q1")) == {}


def test_slabs_are_written_part_by_part() -> None:
    key = FigureKey("commission", Level.PERSON, "Lin", "2026-Q1")
    assert formula_line(appraisal("quarter"), key, Language.EN) == (
        "2,100.00 = 50,000.00 × 1% + 50,000.00 × 2% + 20,000.00 × 3%"
    )


def test_a_week_that_reaches_beyond_its_month_is_final_after_it() -> None:
    made = appraisal("month", 1)
    assert made.figures[FigureKey("served", Level.PERSON, "Lin", "2026-W43")].final_on == date(2026, 10, 25)
    november = load(file("month")).calendar.period("2026-11")
    last = made.policy.calendar.spans(november, "week")[-1]
    assert made.figures[FigureKey("in_weeks", Level.PERSON, "Lin", "2026-11")].final_on == last.last


def test_the_days_of_weeks_beyond_a_period_are_measured_once() -> None:
    policy = load(file("quarter"))
    period = policy.calendar.period("2026-Q2")
    seen = looked_at(policy, period)
    assert [span.label for span in seen] == ["2025-Q2", "2026-Q1"]
    assert seen[1].first == date(2026, 3, 30)
    assert seen[1].last == date(2026, 6, 30)
    days = [
        Span("one", date(2026, 3, 2), date(2026, 4, 5)),
        Span("other", date(2026, 3, 30), date(2026, 5, 3)),
        Span("inside", date(2026, 4, 1), date(2026, 4, 2)),
    ]
    cut = list(apart(days, Span("taken", date(2026, 5, 1), date(2026, 5, 31))))
    assert [(one.label, one.first.day, one.last.day) for one in cut] == [("one", 2, 5), ("other", 6, 30)]


def test_deadlines_are_days_after_the_period() -> None:
    policy = load(file("quarter"))
    assert policy.deadlines["forms_out"].day(policy.calendar.period("2026-Q1")) == date(2026, 7, 1)


def test_exact_values_are_carried_not_shown_ones() -> None:
    key = FigureKey("per_day", Level.PERSON, "Lin", "2026-W40")
    assert appraisal("week").figures[key].value == Fraction(50, 3)
