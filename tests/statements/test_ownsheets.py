"""What lies ahead of a person: what would bring more points, and between which bounds pay still lies."""

from fractions import Fraction

import pytest

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FigureKey, Level, Unit
from kaohe.core.language import Language
from kaohe.statements.moves import moved
from kaohe.statements.ownsheets import Ahead
from kaohe.statements.remembering import remembering
from kaohe.statements.report.graph import Graph
from kaohe.statements.report.said import Telling, Texts
from kaohe.statements.words.sentences import not_fired
from kaohe.statements.words.voice import Voice
from kaohe.statements.words.ways import Way, extremes, sentence, ways
from kaohe.statements.words.worth import Worths
from statements.appraised import PRESALE, presale

EN = Language.EN


def ahead(appraisal: Appraisal) -> Ahead:
    telling = Telling(remembering(appraisal), Texts(EN))
    return Ahead(telling, Graph(telling))


def every_way(appraisal: Appraisal) -> list[Way]:
    voice = Voice(appraisal, EN)
    definitions = appraisal.policy.definitions
    return [
        way
        for key, figure in appraisal.figures.items()
        if definitions[key.figure, key.level].of and key.level is Level.PERSON and figure.unit is Unit.POINTS
        for way in ways(voice, key)
    ]


@pytest.mark.parametrize("name", PRESALE)
def test_what_would_help_is_what_the_figures_reason_says_too(name: str) -> None:
    appraisal = presale(name)
    found = every_way(appraisal)
    assert found
    for way in found:
        assert sentence(Voice(appraisal, EN), way) in not_fired(appraisal, way.about, EN)
        assert way.gain > 0
        assert way.need.number > 0


@pytest.mark.parametrize("name", PRESALE)
def test_no_points_lie_outside_what_the_rules_can_give(name: str) -> None:
    appraisal = presale(name)
    asked = ahead(appraisal)
    bounded = [key for keys in asked.points.values() for key in keys if extremes(appraisal, key)]
    assert bounded
    for key in bounded:
        bounds, value = extremes(appraisal, key), appraisal.figures[key].value
        assert bounds is not None
        if value is not None:
            assert bounds[0] <= value <= bounds[1]


@pytest.mark.parametrize("name", PRESALE)
def test_pay_computed_by_the_points_as_they_are_is_the_pay_as_it_is(name: str) -> None:
    appraisal = presale(name)
    worths, asked = Worths(appraisal), 0
    for person, keys in ahead(appraisal).points.items():
        values = {key: appraisal.figures[key].value or Fraction(0) for key in keys}
        found = worths.otherwise(person, values)
        if found is not None:
            asked += 1
            assert found == worths.paid(person)
    assert asked


def test_a_period_that_is_final_has_no_range_and_says_what_would_have_helped() -> None:
    asked = ahead(presale("presale-1"))
    for person in asked.points:
        view = asked.view(person)
        assert view["is_open"] is False
        assert view["pay"] == []


def test_pay_that_is_still_open_lies_between_the_bounds_of_its_points() -> None:
    appraisal = running()
    asked, seen = ahead(appraisal), 0
    for person in asked.points:
        view = asked.view(person)
        assert view["is_open"] is True
        for pay in view["pay"]:  # type: ignore[attr-defined]
            seen += 1
            now = pay["cell"].value
            assert money(pay["low"][2]) <= now <= money(pay["high"][2])
    assert seen


def money(said: str) -> float:
    return float(said.replace(",", "").replace("−", "-"))


def running() -> Appraisal:
    """Return a worked example in the middle of its month."""
    final = presale("presale-1")
    return presale("presale-1", final.period.first.replace(day=20).isoformat())


def test_what_moved_names_what_changed_came_and_went() -> None:
    before = {
        "sums": {"a/person/d/m": step("Sum", "1")},
        "steps": {"b": step("B", "+1"), "c": step("C", "−1")},
    }
    after = {
        "sums": {"a/person/d/m": step("Sum", "2")},
        "steps": {"b": step("B", "+1"), "d": step("D", "+3")},
    }
    found = [(one["title"], one["was"], one["now"]) for one in moved(before, after)]
    assert found == [("Sum", "1", "2"), ("D", None, "+3"), ("C", "−1", None)]
    assert moved(before, before) == []


def step(title: str, said: str) -> dict[str, str]:
    return {"title": title, "span": "", "said": said}


def test_what_is_nobodys_pay_is_not_said() -> None:
    appraisal = presale("presale-1")
    key = next(iter(appraisal.figures))
    assert (
        Worths(appraisal).otherwise("nobody", {FigureKey("x", Level.PERSON, "nobody", key.span): Fraction(1)})
        is None
    )
