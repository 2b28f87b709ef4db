"""The terminal: whole tables at a hundred columns, in three languages, for any policy."""

import io
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from appraisal.worlds import daily, facts, person
from kaohe.appraisal.appraise import Appraisal, appraise
from kaohe.core.figure import FigureKey, Level
from kaohe.core.language import Language
from kaohe.policy.loader import load
from kaohe.policy.policy import EVERYONE
from kaohe.statements import terminal
from kaohe.statements.evidence import MeasuredEvidence
from kaohe.statements.explain import explain
from kaohe.statements.shown import shown
from kaohe.statements.words.voice import Voice
from statements.appraised import LANGUAGES, from_records, presale

EN = Language.EN
WIDTH = 100


def printed(what: RenderableType, width: int = WIDTH, *, colours: bool = False) -> str:
    file = io.StringIO()
    console = Console(
        file=file,
        width=width,
        force_terminal=colours,
        color_system="standard" if colours else None,
        highlight=False,
    )
    console.print(what)
    return file.getvalue()


def squeezed(text: str) -> str:
    """Return the text without what wrapping adds, to look for whole sentences in it."""
    return "".join(text.split())


def everything(appraisal: Appraisal, language: Language) -> Mapping[str, RenderableType]:
    person = appraisal.people("appraised")[0]
    total = FigureKey("pay.total", Level.PERSON, person, appraisal.period.label)
    return {
        "overview": terminal.overview(appraisal, language),
        "rankings": terminal.rankings(appraisal, language),
        "department": terminal.department(appraisal, language),
        "scorecard": terminal.scorecard(appraisal, person, language),
        "payslip": terminal.payslip(appraisal, person, language),
        "explanation": terminal.explanation(explain(appraisal, total, language), language),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wider_than_the_terminal_or_cut_off(language: Language) -> None:
    for name, what in everything(presale("presale-2"), language).items():
        text = printed(what)
        assert text.strip(), name
        assert all(cell_len(line) <= WIDTH for line in text.splitlines()), name
        assert "…" not in text, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_weekly_value_stands_whole_in_the_rankings(language: Language) -> None:
    appraisal = presale("presale-2")
    text = printed(terminal.rankings(appraisal, language)).split()
    voice = Voice(appraisal, language)
    for key, figure in appraisal.figures.items():
        if (
            key.level is Level.PERSON
            and key.span != appraisal.period.label
            and not key.figure.endswith(".points")
        ):
            assert voice.of_figure(figure) in text, key


def test_the_overview_shows_everybody_with_points_and_pay() -> None:
    appraisal = presale("presale-2")
    text = printed(terminal.overview(appraisal, EN))
    for one in appraisal.people("appraised"):
        row = next(line for line in text.splitlines() if line.strip().startswith(appraisal.name(one)))
        for name in ("points", "pay.total"):
            figure = appraisal.figures[FigureKey(name, Level.PERSON, one, "2027-03")]
            assert shown(figure.value, figure.unit, EN) in row.split()
    assert "7,921.94" in text
    said = "No check of the policy blocks closing"
    waiting = any(not one.confirmed for one in appraisal.reviews)
    assert f"{said}{'; reviews that nobody has decided do.' if waiting else '.'}" in text


def test_the_overview_names_what_blocks_closing_first() -> None:
    text = printed(terminal.overview(presale("presale-1"), EN))
    blocked = text.index("Blocks closing")
    assert "p-11, June 2026: no target for the month" in text[blocked:]


def test_a_long_list_of_findings_says_how_many_more_there_are() -> None:
    appraisal = presale("presale-1")
    first = next(one for one in appraisal.findings if one.blocks_closing)
    many = terminal.MOST_LINES + 4
    found = tuple(
        replace(first, check=f"owed-{number}", says={EN: f"owed: {number}."}) for number in range(many)
    )
    text = printed(terminal.overview(replace(appraisal, findings=found), EN))
    shown_ones = [number for number in range(many) if f"owed: {number}." in text]
    assert shown_ones == list(range(terminal.MOST_LINES))
    assert "and 4 more" in text


def test_a_payslip_adds_up_from_its_lines_to_its_total() -> None:
    appraisal = presale("presale-2")
    for one in appraisal.people("appraised"):
        lines = printed(terminal.payslip(appraisal, one, EN)).splitlines()
        total = next(line for line in lines if line.strip().startswith("Total"))
        parts = [line.split("  ") for line in lines if line.startswith((" ├ ", " └ "))]
        amounts = [next(cell for cell in part[1:] if cell.strip()) for part in parts]
        added = sum((Fraction(amount.strip().split()[0].replace(",", "")) for amount in amounts), Fraction(0))
        assert (
            shown(added, appraisal.figures[FigureKey("pay.total", Level.PERSON, one, "2027-03")].unit, EN)
            in total
        )


def test_a_payslip_opens_down_to_the_weeks_points() -> None:
    text = printed(terminal.payslip(presale("presale-2"), "p-8", Language.ZH_HANT))
    assert " │ │ ├ 顧客下單率 第 1 週             3  47.71%（52 / 109）" in text
    assert "presale-desk 第 1 版" in text


def test_a_payslip_of_awards_says_what_each_is_for_and_shows_no_place_as_an_amount() -> None:
    policy = load("four-factor-pk")
    sold = [
        ("甲", "2026-10-02", {"sales_amount": "300", "receptions": "20"}),
        ("乙", "2026-10-02", {"sales_amount": "1", "receptions": "10"}),
    ]
    world = facts(daily(sold), [person("甲"), person("乙")])
    appraisal = appraise(policy, world, policy.calendar.period("2026-10"))
    text = printed(terminal.payslip(appraisal, "甲", EN))
    assert re.search(r"Awards of the month's board +400\.00 +first place by sales \+200\.00, first", text)
    assert re.search(r"Sales, week 1 {12,}300\.00, place 1 of 2", text)


def test_provisional_figures_stand_in_italics_with_the_day_that_makes_them_final() -> None:
    appraisal = presale("presale-2", "2027-03-10")
    overview = printed(terminal.overview(appraisal, EN), colours=True)
    assert "the last of it is final on 5 April 2027" in overview
    assert "\x1b[3m" in overview
    final = printed(terminal.overview(presale("presale-2"), EN), colours=True)
    assert "\x1b[3m" not in final


def test_gains_and_losses_have_a_sign_beside_their_colour() -> None:
    text = printed(terminal.rankings(presale("presale-2"), EN), colours=True)
    assert re.search(r"\x1b\[32m *\+3", text)
    assert re.search(r"\x1b\[31m *−1", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_explanation_shows_its_four_depths(language: Language) -> None:
    run = from_records()
    assert run.measured is not None
    source = MeasuredEvidence(run.appraisal, run.measured, run.records)
    key = FigureKey("order_rate", Level.PERSON, "O'Neil", "2026-05-W1")
    explained = explain(run.appraisal, key, language, evidence=source)
    text = printed(terminal.explanation(explained, language))
    assert squeezed(explained.sentence) in squeezed(text)
    assert "presale-desk.yaml:207" in text
    assert "ordered_same_day / inquiries" in text
    assert "05-02 4" in text
    assert "000161" in text
    assert all(cell_len(line) <= WIDTH for line in text.splitlines())


def test_names_and_orders_are_never_read_as_markup(tmp_path: Path) -> None:
    """Brackets in a name stay brackets: Rich's markup is never applied to what people wrote."""
    policy = tmp_path / "contest.yaml"
    policy.write_text(CONTEST, encoding="utf-8")
    rows = [
        ("[red]Mei[/red]", "2026-10-02", {"sales_amount": "120.00"}),
        ("阿珍", "2026-10-03", {"sales_amount": "80.00"}),
    ]
    known = facts(daily(rows), [person("[red]Mei[/red]"), person("阿珍")])
    appraisal = appraise(load(str(policy)), known, load(str(policy)).calendar.period("2026-10"))
    for what in (
        terminal.overview(appraisal, EN),
        terminal.rankings(appraisal, EN),
        terminal.scorecard(appraisal, "[red]Mei[/red]", EN),
    ):
        assert "[red]Mei[/red]" in printed(what)


CONTEST = """
policy: contest
version: 1
valid_from: 2026-01-01
title: {en: Sales contest, zh-Hant: 業績比賽}
period: month
weeks: quarters
department: {subject: "'客服部'", members: everyone}
sections:
  weekly:
    title: {en: By week}
    for: person
    who: everyone
    each: week
    figures:
      sales:
        title: {en: Sales, zh-Hant: 業績}
        unit: money
        better: higher
        is: sales_amount
        points:
          - places: {1: 3, 2: 2, 3: 1}
            only_if: value > 0
"""


def test_a_policy_without_pay_has_an_overview_and_rankings_too(tmp_path: Path) -> None:
    policy = tmp_path / "contest.yaml"
    policy.write_text(CONTEST, encoding="utf-8")
    loaded = load(str(policy))
    rows = [("甲", "2026-10-02", {"sales_amount": "120.00"}), ("乙", "2026-10-03", {"sales_amount": "80.00"})]
    appraisal = appraise(
        loaded, facts(daily(rows), [person("甲"), person("乙")]), loaded.calendar.period("2026-10")
    )
    assert appraisal.people(EVERYONE) == ["甲", "乙"]
    text = printed(terminal.rankings(appraisal, Language.ZH_HANT))
    assert "120.00" in text
    assert printed(terminal.overview(appraisal, EN)).startswith(
        "Sales contest  October 2026, as of 30 November 2026"
    )
    assert printed(terminal.payslip(appraisal, "甲", EN)).strip() == ""
    assert appraisal.as_of == date(2026, 11, 30)
