"""Explanations: every figure has all its depths, and each depth follows from the next."""

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from kaohe.core.figure import FigureKey, Level, MeasureRef, Ref
from kaohe.core.language import Language
from kaohe.statements.computations import computation
from kaohe.statements.evidence import MeasuredEvidence
from kaohe.statements.explain import Explanation, Input, explain
from kaohe.statements.measured import MeasureExplanation
from statements.appraised import LANGUAGES, PRESALE, from_records, presale
from statements.arithmetic import evaluated, read

EN = Language.EN
Place = tuple[object, ...]


def place(ref: Mapping[str, Any], own: FigureKey) -> Place:
    """Return what tells an input from the others: its name, whose and when."""
    if "figure" in ref:
        whose = (
            ref.get("level", own.level.value),
            ref.get("subject", own.subject),
            ref.get("span", own.span),
        )
        return (ref["figure"], *whose)
    if "measure" in ref:
        return (
            ref["measure"],
            ref.get("level", own.level.value),
            ref.get("subject", own.subject),
            ref["from"],
            ref["to"],
        )
    if "parameter" in ref:
        return (ref["parameter"],)
    return ref["fact"], ref["subject"], ref["span"]


def place_of(one: Input) -> Place:
    ref = one.node.ref
    if isinstance(ref, FigureKey):
        return (ref.figure, ref.level.value, ref.subject, ref.span)
    if isinstance(ref, MeasureRef):
        return (
            ref.measure,
            ref.level.value,
            ref.subject,
            ref.span.first.isoformat(),
            ref.span.last.isoformat(),
        )
    return (ref.name, ref.subject, ref.span) if hasattr(ref, "subject") else (ref.name,)  # type: ignore[union-attr]


def recomputed(explained: Explanation) -> Fraction | None:
    """Return the value that the inputs of an explanation give: its third depth alone."""
    inputs = {place_of(one): one for one in explained.inputs}
    told = computation(explained.reason)

    def leaf(tree: Mapping[str, Any]) -> Any:
        if "ref" not in tree:
            return read(tree["value"])
        one = inputs[place(tree["ref"], explained.key)]
        return one.exact if one.exact is not None else read(tree["value"])

    tree: Any = told["tree"]
    result = evaluated(tree, leaf)
    assert result is None or isinstance(result, Fraction)
    return result


@pytest.fixture(scope="module", params=PRESALE)
def explained_world(request: pytest.FixtureRequest) -> list[Explanation]:
    appraisal = presale(request.param)
    return [explain(appraisal, key, EN) for key in appraisal.figures]


def test_every_figure_has_its_sentence_its_rule_and_its_inputs(explained_world: list[Explanation]) -> None:
    for explained in explained_world:
        assert explained.sentence
        assert explained.rule.place.startswith("presale-desk.yaml:")
        assert explained.rule.policy == "presale-desk, version 1"
        name = explained.key.figure
        ruled = name.endswith((".points", ".place")) or not explained.rule.formula
        assert explained.inputs or explained.rule.fired or ruled or name == "points_on_offer", explained.key


def test_the_inputs_give_the_value_again(explained_world: list[Explanation]) -> None:
    for explained in explained_world:
        # Places and shares are read from whole tables; test_figures_file makes those anew.
        if explained.reason.tree.op not in ("place", "share"):
            assert recomputed(explained) == explained.exact, explained.key


def test_the_days_of_a_measure_add_up_to_its_sum(explained_world: list[Explanation]) -> None:
    measures = {
        one.node.ref: one
        for explained in explained_world
        for one in explained.inputs
        if one.kind == "measure"
    }
    assert len(measures) > 200
    for one in measures.values():
        opened = one.open()
        assert isinstance(opened, MeasureExplanation)
        assert sum((day.value for day in opened.days), Fraction(0)) == one.exact, opened.ref
        assert all(day.day not in opened.left_out for day in opened.days)


def test_every_input_that_is_a_figure_opens_down_to_measures_and_records() -> None:
    appraisal = presale("presale-2")
    total = FigureKey("pay.total", Level.PERSON, "p-8", "2027-03")
    ends: set[str] = set()
    opened: set[FigureKey] = set()

    def walk(explained: Explanation) -> None:
        for one in explained.inputs:
            inner = one.open()
            if isinstance(inner, Explanation):
                if inner.key not in opened:
                    opened.add(inner.key)
                    walk(inner)
            else:
                ends.add(one.kind)
                assert one.value

    walk(explain(appraisal, total, EN))
    assert {"measure", "fact", "parameter"} <= ends
    assert FigureKey("order_rate", Level.PERSON, "p-8", "2027-03-W1") in opened
    assert FigureKey("pool", Level.DEPARTMENT, "客服部", "2027-03") in opened


def test_the_rows_behind_a_measure_count_up_to_it() -> None:
    """The fourth depth counts up to the third, behind the figures of a week and of the month."""
    run = from_records()
    assert run.measured is not None
    source = MeasuredEvidence(run.appraisal, run.measured, run.records)
    measures: dict[Ref | None, Input] = {}
    for key in run.appraisal.figures:
        if key.span in ("2026-05-W2", "2026-05") and key.subject in ("O'Neil", "Zoé", "desk"):
            for one in explain(run.appraisal, key, EN, evidence=source).inputs:
                if one.kind == "measure":
                    measures.setdefault(one.node.ref, one)
    assert len(measures) > 50
    counted = 0
    for one in measures.values():
        opened = one.open()
        assert isinstance(opened, MeasureExplanation)
        found = opened.evidence()
        if opened.ref.span.last < run.measured.first:
            assert found is None
            continue
        assert found is not None
        assert found.total == one.exact, opened.ref
        counted += found.counted.num_rows
    assert counted > 300


def test_rows_are_said_in_the_readers_language_and_lead_to_the_chat() -> None:
    run = from_records()
    assert run.measured is not None
    source = MeasuredEvidence(run.appraisal, run.measured, run.records)
    key = FigureKey("order_rate", Level.PERSON, "O'Neil", "2026-05-W1")
    explained = explain(run.appraisal, key, Language.ZH_HANT, evidence=source)
    ordered, inquiries = explained.children()
    assert isinstance(ordered, MeasureExplanation)
    assert isinstance(inquiries, MeasureExplanation)
    found = ordered.evidence()
    assert found is not None
    counted, beside = ordered.rows(found.counted), ordered.rows(found.not_counted)
    assert "顧客" in counted.columns
    assert "計數" in counted.columns
    assert counted.count == ordered.exact
    why = beside.columns.index("未計入的原因")
    assert {row.cells[why] for row in beside.rows} == {"未下單"}
    rest = inquiries.evidence()
    assert rest is not None
    filtered = inquiries.rows(rest.not_counted)
    reasons = {row.cells[filtered.columns.index("未計入的原因")] for row in filtered.rows}
    assert "已過濾：售後" in reasons
    chat = counted.rows[0].chat
    assert chat is not None
    said = ordered.conversation(chat)
    assert said[0].sender == "customer"
    assert "顧客的第一句" in said[0].margin or said[0].margin
    assert any(line.orders for line in said)


def test_rows_come_in_pages() -> None:
    run = from_records()
    assert run.measured is not None
    source = MeasuredEvidence(run.appraisal, run.measured, run.records)
    key = FigureKey("inquiry_ratio", Level.SHOP, "desk", "2026-05-W1")
    inquiries = next(explain(run.appraisal, key, EN, evidence=source).children())
    assert isinstance(inquiries, MeasureExplanation)
    found = inquiries.evidence()
    assert found is not None
    whole = inquiries.rows(found.counted, limit=None)
    pages = [inquiries.rows(found.counted, offset, 20) for offset in range(0, whole.count, 20)]
    assert [row for page in pages for row in page.rows] == list(whole.rows)
    assert {page.count for page in pages} == {whole.count}


def test_provisional_days_are_marked() -> None:
    appraisal = presale("presale-2", "2027-03-10")
    key = FigureKey("order_rate", Level.PERSON, "p-8", "2027-03-W2")
    explained = explain(appraisal, key, EN)
    assert explained.until == "provisional, final on 15 March"
    assert {one.until for one in explained.inputs} == {"provisional, final on 15 March"}


def test_a_run_without_records_says_that_it_has_no_rows() -> None:
    key = FigureKey("order_rate", Level.PERSON, "p-8", "2027-03-W1")
    measure = next(explain(presale("presale-2"), key, EN).children())
    assert isinstance(measure, MeasureExplanation)
    assert measure.evidence() is None
    assert measure.no_evidence().startswith("The measures were handed in")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_explanation_is_plain_data(language: Language) -> None:
    run = from_records()
    assert run.measured is not None
    source = MeasuredEvidence(run.appraisal, run.measured, run.records)
    key = FigureKey("order_rate", Level.PERSON, "O'Neil", "2026-05-W1")
    data = explain(run.appraisal, key, language, evidence=source).data(2)
    again = json.loads(json.dumps(data, ensure_ascii=False))
    assert again == data
    first = again["inputs"][0]["opened"]
    assert sum(Fraction(day["exact"]) for day in first["days"]) == Fraction(first["exact"])
    assert first["evidence"]["counted"]["count"] == len(first["evidence"]["counted"]["rows"])
    shallow: Any = explain(run.appraisal, key, language, evidence=source).data(0)
    assert "opened" not in shallow["inputs"][0]


def test_the_shop_the_place_and_the_points_stand_beside_a_metric() -> None:
    key = FigureKey("order_rate", Level.PERSON, "p-8", "2027-03-W1")
    explained = explain(presale("presale-2"), key, EN)
    assert [(one.title, one.value) for one in explained.beside] == [
        ("the shop's Order rate", "35.87%"),
        ("place in Order rate", "place 1"),
        ("points of Order rate", "3 points"),
    ]
    (fired,) = explained.rule.fired
    assert (fired.why, fired.gave, fired.place) == ("place 1 of 6", "+3 points", "presale-desk.yaml:213")
    assert explained.rule.said == "Inquiries that ordered the same day ÷ Inquiries"
    assert explained.worth == "worth 198.05 this month"


def test_a_reading_of_an_open_text_stands_beside_its_rule() -> None:
    key = FigureKey("pay.performance_bonus", Level.PERSON, "p-8", "2027-03")
    rule = explain(presale("presale-2"), key, Language.ZH_HANT).rule
    assert rule.reading == "不設上限；得分未領完的部分留在公司。"


def test_a_figure_that_is_not_there_cannot_be_explained() -> None:
    with pytest.raises(KeyError):
        explain(presale("presale-2"), FigureKey("order_rate", Level.PERSON, "nobody", "2027-03-W1"), EN)
