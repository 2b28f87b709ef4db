"""The overview's tables: tiers apart, departments ranked, nothing that only repeats its neighbour."""

from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from appraisal.worlds import daily, facts, person
from kaohe.appraisal.appraise import Appraisal, appraise
from kaohe.core.figure import Level
from kaohe.core.language import Language, say
from kaohe.policy.loader import load
from kaohe.statements.layout import heads
from kaohe.statements.report import page
from kaohe.statements.rosters import _nearest, everybody, people_rosters, rosters
from kaohe.statements.terminal import overview
from statements.appraised import LANGUAGES, presale
from statements.test_terminal import printed

EN = Language.EN


@cache
def firm() -> Appraisal:
    """Three tiers of a firm: two sell, one writes reports, one supports."""
    policy = load("front-middle-back")
    people = [
        person("甲", department="業務部"),
        person("乙", department="業務部"),
        person("丙", department="運營管理中心"),
        person("丁", department="支持保障中心"),
    ]
    sold = daily(
        [("甲", "2026-10-02", {"sales_amount": "300000"}), ("乙", "2026-10-02", {"sales_amount": "1"})]
    )
    targets = [{"month": "2026-10", "person": name, "amount": Decimal(100000)} for name in ("甲", "乙")]
    entries = [
        {
            "day": date(2026, 10, 5),
            "person": "丙",
            "item": "report",
            "quantity": Decimal(9),
            "approved_by": "丁",
            "note": "",
        }
    ]
    return appraise(
        policy, facts(sold, people, targets=targets, entries=entries), policy.calendar.period("2026-10")
    )


@cache
def hotel() -> Appraisal:
    """Two departments of which the second in the table is scored better."""
    policy = load("department-rating")
    people = [
        person("鶴", department="前廳部", role="部門經理"),
        person("鷗", department="客房部", role="部門經理"),
    ]
    scores = [
        {
            "round": "2026-10/assessment",
            "subject": department,
            "rater": rater,
            "item": item,
            "score": Decimal(score),
        }
        for department, rater, score in (("前廳部", "鶴", 80), ("客房部", "鷗", 90))
        for item in ("guests", "results", "cooperation", "costs", "safety")
    ]
    return appraise(policy, facts(daily([]), people, scores=scores), policy.calendar.period("2026-10"))


def test_people_of_tiers_stand_in_tables_of_their_own() -> None:
    front, middle, back = people_rosters(firm())
    assert [say(one.title, EN) for one in (front, middle, back)] == [
        "Front office",
        "Middle office",
        "Back office",
    ]
    assert [list(one.names) for one in (front, middle, back)] == [["甲", "乙"], ["丙"], ["丁"]]
    assert {"completion", "front_score"} <= {one.name for one in front.columns}
    assert "handed_in" in {one.name for one in middle.columns}
    assert not {one.name for one in front.columns} & {one.name for one in middle.columns} - {"coefficient"}
    assert all([one.name for one in table.totals] == ["pay.total"] for table in (front, middle, back))


def test_a_column_that_only_repeats_another_is_left_out() -> None:
    front, *_ = people_rosters(firm())
    names = {one.name for one in front.columns}
    assert "front_score" in names
    assert "own_score" not in names


def test_a_grade_stands_beside_the_score_it_is_read_off() -> None:
    policy = load("sampled-quality")
    kept = [one.name for one in _nearest(policy, heads(policy))]
    assert kept[-2:] == ["quality_score", "grade"]
    assert len(kept) < len(heads(policy))


def test_everybody_stands_in_one_table_for_doors_that_narrow_it() -> None:
    assert list(everybody(firm()).names) == ["甲", "乙", "丙", "丁"]


def test_people_who_are_judged_alike_stand_in_one_table() -> None:
    (table,) = rosters(presale("presale-2"))
    assert not table.title
    assert table.level is Level.PERSON
    assert table.points is not None
    assert len(table.weeks) == 4
    assert table.counts_places


def test_departments_stand_ranked_with_what_their_figures_come_to() -> None:
    (table,) = rosters(hotel())
    assert table.level is Level.DEPARTMENT
    assert list(table.names) == ["客房部", "前廳部"]
    assert {"rated", "base", "bonus"} <= {one.name for one in table.columns}
    assert "mean_score" not in {one.name for one in table.columns}
    assert table.ranked is not None
    places = [table.place(hotel(), table.ranked, one) for one in table.names]
    assert [one.value if one else None for one in places] == [1, 2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_document_of_several_departments_has_an_empty_table_or_a_bare_dot(language: Language) -> None:
    shown = printed(overview(hotel(), language))
    assert shown.index("客房部") < shown.index("前廳部")
    text = page(hotel(), language)
    assert "<tbody>\n  </tbody>" not in text
    assert 'id="people"' not in text
    assert "<p> · " not in text
    assert "department-rating · " not in text
