from pathlib import Path

import pytest

from kaohe.core.figure import FigureKey, Level
from kaohe.core.number import exact
from kaohe.core.period import Calendar, Weeks
from kaohe.core.problem import ProblemsFound
from kaohe.periods.history import read_history

HEADER = "figure,level,subject,span,value\n"


def written(folder: Path, text: str, name: str = "history.csv") -> Path:
    file = folder / name
    file.write_text(text, "utf-8-sig")
    return file


def test_values_come_back_exact_and_a_blank_is_no_value(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        HEADER
        + "conversion,department,客服部,2026-09,0.333333333333\ncoefficient,department,客服部,2026-09,\n",
    )
    history = read_history(file)
    assert history[FigureKey("conversion", Level.DEPARTMENT, "客服部", "2026-09")] == exact("0.333333333333")
    assert history[FigureKey("coefficient", Level.DEPARTMENT, "客服部", "2026-09")] is None


def test_a_figures_file_with_more_columns_will_do(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "figure,level,subject,span,value,unit,final\npool,department,客服部,2026-09,1.50,money,true\n",
    )
    assert read_history(file)[FigureKey("pool", Level.DEPARTMENT, "客服部", "2026-09")] == exact("1.5")


def test_several_files_are_one_history(tmp_path: Path) -> None:
    one = written(tmp_path, HEADER + "pv,department,客服部,2026-08,10\n", "one.csv")
    other = written(
        tmp_path,
        HEADER + "pv,department,客服部,2026-09,11\npv,department,客服部,2026-08,10.00\n",
        "other.csv",
    )
    assert len(read_history(one, other)) == 2


def test_every_problem_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        HEADER
        + "pv,desk,客服部,2026-08,10\npv,shop,客服部,2026-08,ten\nuv,shop,x,2026-08,1\nuv,shop,x,2026-08,2\n",
    )
    with pytest.raises(ProblemsFound) as caught:
        read_history(file)
    told = [(problem.code, problem.place.line, problem.found) for problem in caught.value.problems]
    assert told == [("D103", 2, "desk"), ("D104", 3, "ten"), ("D105", 5, "2")]


@pytest.mark.parametrize(("text", "code"), [("a,b\n1,2\n", "D102"), ("", "D102")])
def test_a_file_without_the_columns_is_refused(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(ProblemsFound) as caught:
        read_history(written(tmp_path, text))
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_missing_file_and_one_in_another_encoding_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "gb.csv"
    other.write_bytes((HEADER + "pv,shop,客服部,2026-08,10\n").encode("gb18030"))
    with pytest.raises(ProblemsFound) as caught:
        read_history(tmp_path / "none.csv", other)
    assert [problem.code for problem in caught.value.problems] == ["D101", "D101"]


def test_a_week_that_a_border_cuts_in_two_is_two_weeks(tmp_path: Path) -> None:
    rows = HEADER + "served,person,a,2026-W40,{}\nserved,person,a,2026-W41,5\n"
    one = written(tmp_path, rows.format(3), "one.csv")
    other = written(tmp_path, rows.format(4), "other.csv")
    cut = Calendar(weeks=Weeks.ISO_CUT)
    assert set(read_history(one, other, calendar=cut)) == {FigureKey("served", Level.PERSON, "a", "2026-W41")}
    with pytest.raises(ProblemsFound):
        read_history(one, other, calendar=Calendar(weeks=Weeks.ISO))
