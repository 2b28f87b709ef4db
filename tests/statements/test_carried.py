"""The rows and chats that the page carries: they add up to the figures, travel once, and open."""

import json
from fractions import Fraction
from functools import cache
from itertools import accumulate
from typing import Any, cast

import numpy as np

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import Level, MeasureRef
from kaohe.core.language import Language
from kaohe.periods.results import evidence_of
from kaohe.periods.runs import Appraised
from kaohe.statements.explain import leaves
from kaohe.statements.remembering import remembering
from kaohe.statements.report import evidence as carried_rows
from kaohe.statements.report import page
from kaohe.statements.report.evidence import CarriedRows
from kaohe.statements.report.said import Telling, Texts
from statements.appraised import from_records
from statements.test_report import Elements

Data = dict[str, Any]


@cache
def carried() -> tuple[Appraised, Data]:
    appraised = from_records()
    data: Data = json.loads(
        Elements(page(appraised.appraisal, Language.EN, evidence=evidence_of(appraised))).data
    )
    return appraised, data


def refs(appraisal: Appraisal) -> set[MeasureRef]:
    found = {leaf.ref for key in appraisal.figures for leaf in leaves(appraisal.reason(key))}
    return {ref for ref in found if isinstance(ref, MeasureRef) and ref.span.first in appraisal.period}


def numbers(listed: Data) -> list[int]:
    return list(accumulate(listed["r"]))


def adds(listed: Data) -> Fraction:
    if "a" not in listed:
        return Fraction(len(listed["r"]))
    return sum((Fraction(str(one).replace(",", "")) for one in listed["a"]), Fraction(0))


def lists_of(kept: CarriedRows, ref: MeasureRef) -> Data | None:
    return cast("Data | None", kept.of(ref))


def rows_of(appraised: Appraised) -> CarriedRows:
    source = evidence_of(appraised)
    assert source is not None
    return CarriedRows(Telling(remembering(appraised.appraisal), Texts(Language.EN)), source)


def test_the_rows_of_every_personal_sum_add_up_to_it() -> None:
    appraised, _ = carried()
    kept, checked = rows_of(appraised), 0
    lists = {ref: lists_of(kept, ref) for ref in refs(appraised.appraisal)}
    kept.data()
    for ref, found in lists.items():
        assert found is not None, ref
        total = sum((one.value for one in appraised.appraisal.days(ref)), Fraction(0))
        counted = found.get("c")
        if ref.level is Level.PERSON:
            assert total == (adds(counted) if counted else 0), ref
            checked += 1
        assert all(len(one["r"]) <= one["t"] for one in found.values())
    assert checked > 50


def test_the_lists_are_those_that_an_explanation_opens() -> None:
    appraised, _ = carried()
    source, kept = evidence_of(appraised), rows_of(appraised)
    assert source is not None
    for ref in sorted(refs(appraised.appraisal), key=str)[:60]:
        rows, found = source.rows(ref), lists_of(kept, ref)
        assert rows is not None
        assert found is not None
        kept.data()
        lengths = [found[side]["t"] if side in found else 0 for side in ("c", "n")]
        assert lengths == [rows.counted.num_rows, rows.not_counted.num_rows], ref


def test_a_row_travels_once_however_many_measures_it_counts_into() -> None:
    _, data = carried()
    receptions = data["kinds"][0]
    assert len({json.dumps(row) for row in receptions["rows"]}) == len(receptions["rows"])
    named = [one for row in data["measures"] for one in row.get("e", {}).values() if one["k"] == 0]
    assert sum(len(one["r"]) for one in named) > 3 * len(receptions["rows"])
    for one in named:
        assert all(0 <= number < len(receptions["rows"]) for number in numbers(one))


def test_what_costs_a_point_opens_down_to_the_chat_lines() -> None:
    _, data = carried()
    assert data["chats"]
    for kind in data["kinds"]:
        assert all(0 <= number < len(data["chats"]) for number in kind["chats"].values())
        assert all(int(row) < len(kind["rows"]) for row in kind["chats"])
    chat = data["chats"][0]
    assert chat["lines"]
    assert {line[1] for one in data["chats"] for line in one["lines"]} >= {0, 1}
    customers = data["kinds"][0]["columns"].index(
        next(
            number
            for number, text in enumerate(data["texts"])
            if isinstance(text, list) and text[-1] == "Customer"
        )
    )
    for row, number in data["kinds"][0]["chats"].items():
        assert data["kinds"][0]["rows"][int(row)][customers] == data["chats"][number]["customer"]


def test_many_rows_are_cut_and_the_rest_is_counted(monkeypatch: Any) -> None:
    appraised, _ = carried()
    monkeypatch.setattr(carried_rows, "MOST_ROWS", 0)
    kept = rows_of(appraised)
    lists = [
        one for ref in refs(appraised.appraisal) if (found := lists_of(kept, ref)) for one in found.values()
    ]
    kept.data()
    assert max(len(one["r"]) for one in lists) == carried_rows.FEWEST
    assert max(one["t"] for one in lists) > carried_rows.FEWEST


def test_rows_that_do_not_add_up_to_the_measure_are_left_out() -> None:
    appraised, _ = carried()
    kept = rows_of(appraised)
    ref = next(one for one in refs(appraised.appraisal) if one.measure == "receptions" and kept.of(one))
    side = kept._sides[kept._asked(ref)][0]
    assert side.adds is not None
    side.adds = side.adds + np.int64(1)
    assert kept.of(ref) is None
