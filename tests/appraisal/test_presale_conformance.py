"""presale-desk against the worked examples, figure by figure."""

import csv
import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kaohe.appraisal.appraise import Appraisal, appraise
from kaohe.appraisal.facts import Facts
from kaohe.core.figure import FigureKey, Level, Unit
from kaohe.core.number import exact, plain
from kaohe.measures.reading import read_daily
from kaohe.periods.history import read_history
from kaohe.policy.loader import load
from kaohe.records.opening import open_records

WORLDS = Path(__file__).parents[1] / "conformance"
EXACT = (Unit.MONEY, Unit.POINTS, Unit.PLACE)
TEN_DIGITS = Fraction(1, 10**10)


@pytest.fixture(scope="module", params=["presale-1", "presale-2", "presale-3"])
def world(request: pytest.FixtureRequest) -> tuple[Path, Appraisal]:
    folder = WORLDS / request.param
    return folder, appraised(folder)


def appraised(folder: Path) -> Appraisal:
    case = json.loads((folder / "case.json").read_text("utf-8"))
    policy = load(case["policy"], folder / "parameters.yaml")
    records = open_records(folder / "records", timezone=ZoneInfo(policy.rules.timezone), required=("people",))
    facts = Facts(
        daily=read_daily(folder / "measures.csv"),
        **{name: records.table(name) for name in ("people", "targets", "attendance", "entries", "dsr")},
        history=read_history(folder / "history.csv"),
        as_of=date.fromisoformat(case["as_of"]),
    )
    return appraise(policy, facts, policy.calendar.period(case["period"]))


def expected(folder: Path) -> dict[FigureKey, str]:
    with (folder / "expected" / "figures.csv").open(encoding="utf-8-sig", newline="") as file:
        return {
            FigureKey(row["figure"], Level(row["level"]), row["subject"], row["span"]): row["value"]
            for row in csv.DictReader(file)
        }


def test_every_expected_figure_is_there_and_equal(world: tuple[Path, Appraisal]) -> None:
    folder, appraisal = world
    wrong = {}
    cells = expected(folder)
    for key, value in cells.items():
        figure = appraisal.figures.get(key)
        got = "" if figure is None or figure.value is None else plain(figure.value)
        if not equal(key, value, got, figure.unit if figure else None) or (figure is None and value):
            wrong[key] = (value, got)
    assert not wrong
    assert len(cells) > 300


def equal(key: FigureKey, value: str, got: str, unit: Unit | None) -> bool:
    """Money, points and places exactly, others to ten digits; a blank is a zero for points and places."""
    if key.figure.endswith((".points", ".place")):
        return (value or "0") == (got or "0")
    if not value or not got:
        return value == got
    wanted, given = exact(value), exact(got)
    return given == wanted if unit in EXACT else abs(wanted - given) <= abs(wanted) * TEN_DIGITS


def test_every_reason_recomputes_its_figure(world: tuple[Path, Appraisal]) -> None:
    _, appraisal = world
    for key, figure in appraisal.figures.items():
        reason = appraisal.reason(key)
        assert reason.tree.value == figure.value, key
        assert reason.place.line > 1
    assert len(appraisal.figures) > 300


def test_the_payslip_adds_up_and_the_behaviour_pool_is_paid_to_the_fen(world: tuple[Path, Appraisal]) -> None:
    _, appraisal = world
    period = appraisal.period.label
    people = appraisal.people("appraised")
    section = next(section for section in appraisal.policy.sections if section.total)
    for person in people:
        lines = {
            name: appraisal.figures[FigureKey(name, Level.PERSON, person, period)].value
            for name in section.figures
        }
        total = lines.pop(section.total)
        assert all(value is not None and (value * 100).denominator == 1 for value in lines.values())
        assert total == sum(value for value in lines.values() if value is not None)

    def department(name: str) -> Fraction:
        value = appraisal.figures[FigureKey(name, Level.DEPARTMENT, appraisal.desk, period)].value
        assert value is not None
        return value

    shared = [
        appraisal.figures[FigureKey("pay.behaviour_bonus", Level.PERSON, one, period)].value for one in people
    ]
    assert sum(one for one in shared if one is not None) == department("behaviour_pool")
    assert department("performance_pool") + department("behaviour_pool") == department("pool")
