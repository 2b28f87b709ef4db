"""Files of measures that were computed elsewhere."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kaohe.core.problem import Problem, ProblemsFound
from kaohe.core.rules import Rules
from kaohe.measures.compute import compute
from kaohe.measures.daily import WRITTEN_SCHEMA
from kaohe.measures.reading import read_daily
from kaohe.measures.rules_file import load_rules
from kaohe.measures.writing import write
from measures.worlds import START, MemoryRecords, World

HEADER = "level,shop,subject,day,measure,value,final\n"


def file_of(tmp_path: Path, *rows: str, header: str = HEADER) -> Path:
    path = tmp_path / "measures.csv"
    path.write_text(header + "".join(f"{row}\n" for row in rows), "utf-8")
    return path


def problems_of(path: Path) -> list[Problem]:
    with pytest.raises(ProblemsFound) as raised:
        read_daily(path)
    return list(raised.value.problems)


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    world = World(traffic=(("店, 三", START, 12, 7, Decimal("9.90")), ('"q"', START, 1, 1, None)))
    measured = compute(MemoryRecords(world), Rules(), START, START, START)
    write(measured, tmp_path)
    assert (
        read_daily(tmp_path / "measures.csv").cast(WRITTEN_SCHEMA).equals(measured.daily.cast(WRITTEN_SCHEMA))
    )


def test_columns_may_stand_in_any_order_and_zeros_say_nothing(tmp_path: Path) -> None:
    path = file_of(
        tmp_path,
        "true,店,orders,3,2026-10-01,person,阿強,x",
        "true,店,orders,0,2026-10-02,person,阿強,x",
        header="﻿final,shop,measure,value,day,level,subject,more\n",
    )
    assert read_daily(path).to_pylist() == [
        {
            "level": "person",
            "shop": "店",
            "subject": "阿強",
            "day": date(2026, 10, 1),
            "measure": "orders",
            "value": Decimal("3.00"),
            "final": True,
        }
    ]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("desk,店,阿強,2026-10-01,orders,1,true", "M214", "level"),
        ("person,,阿強,2026-10-01,orders,1,true", "M217", "shop"),
        ("person,店,阿強,2026-10-1,orders,1,true", "M214", "day"),
        ("person,店,阿強,2026-02-30,orders,1,true", "M214", "day"),
        ("person,店,阿強,2026-10-01,order,1,true", "M215", "measure"),
        ("person,店,阿強,2026-10-01,orders,one,true", "M214", "value"),
        ("person,店,阿強,2026-10-01,orders,NaN,true", "M214", "value"),
        ("person,店,阿強,2026-10-01,orders,-1,true", "M214", "value"),
        ("person,店,阿強,2026-10-01,orders,1.5,true", "M214", "value"),
        ("person,店,阿強,2026-10-01,paid_amount,1.555,true", "M214", "value"),
        ("person,店,阿強,2026-10-01,paid_amount,1e30,true", "M214", "value"),
        ("person,店,阿強,2026-10-01,orders,1,yes", "M214", "final"),
        ("person,店,阿強,2026-10-01,pv,1,true", "M219", "level"),
        ("shop,店,阿強,2026-10-01,orders,1,true", "M218", "subject"),
        ("person,店,阿強,2026-10-01,orders,1", "M213", ""),
    ],
)
def test_a_cell_that_cannot_be_is_told_with_its_line(
    tmp_path: Path, row: str, code: str, column: str
) -> None:
    (problem,) = problems_of(file_of(tmp_path, "person,店,阿強,2026-10-02,orders,1,true", row))
    assert (problem.code, problem.place.line, problem.place.column) == (code, 3, column)


def test_all_problems_are_told_at_once_and_lines_count_line_breaks_in_names(tmp_path: Path) -> None:
    path = file_of(
        tmp_path,
        'person,店,"two\nlines",2026-10-01,orders,1,true',
        "person,店,a,2026-10-01,ordrs,1,true",
        "person,店,a,2026-10-01,orders,1,true",
        "person,店,a,2026-10-01,orders,2,true",
    )
    problems = problems_of(path)
    assert [(problem.code, problem.place.line) for problem in problems] == [("M215", 4), ("M216", 6)]
    assert "“orders”" in str(problems[0].expected)
    assert "line 5" in str(problems[1].message)


def test_missing_columns_are_all_named(tmp_path: Path) -> None:
    problems = problems_of(file_of(tmp_path, header="level,shop,subject,day,measure\n"))
    assert [problem.code for problem in problems] == ["M212", "M212"]
    assert [problem.code for problem in problems_of(file_of(tmp_path, header=""))] == ["M212"] * 7


def test_a_file_that_is_no_csv_in_utf_8_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "measures.csv"
    assert [problem.code for problem in problems_of(path)] == ["M211"]
    path.write_bytes(HEADER.encode() + "person,店".encode("gb18030"))
    assert [problem.code for problem in problems_of(path)] == ["M211"]
    path.write_text(HEADER + 'person,"店')
    assert [problem.code for problem in problems_of(path)] == ["M211"]


def test_rules_are_read_from_a_file_and_all_its_problems_told_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("payment_days: 2\nrounds:\n  hours: [08:00, 24:00]\n", "utf-8")
    assert load_rules(path) == Rules(payment_days=2, hours=(28_800, 86_400))
    path.write_text("payment_days: x\npayment_days: 3\nrounds:\n  cap: 3\n", "utf-8")
    with pytest.raises(ProblemsFound) as raised:
        load_rules(path)
    found = [(problem.code, problem.place.line) for problem in raised.value.problems]
    assert found == [("M103", 1), ("C106", 2), ("M101", 4)]


def test_an_empty_file_of_rules_means_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("{}\n")
    assert load_rules(path) == Rules()
