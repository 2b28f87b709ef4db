"""Forms about departments: their heads and named people score, and the mean reaches the appraisal."""

from fractions import Fraction
from pathlib import Path

from kaohe.appraisal.appraise import appraise
from kaohe.core.figure import FigureKey, Level
from kaohe.core.language import Language
from kaohe.ratings.desk import Desk, open_desk
from kaohe.ratings.formbooks import write_forms
from kaohe.ratings.rounds import round_of
from ratings import world
from ratings.world import codes, fill, opened, score_cells, take

POLICY = Path(__file__).with_name("departments.yaml")


def desk(records: Path) -> Desk:
    return open_desk(records, str(POLICY), "2026-10", world.AS_OF)


def test_each_department_is_scored_by_its_head_and_the_executives(pristine: Path) -> None:
    found = round_of(desk(pristine), "assessment")
    assert set(found.subjects) == {"客服部", "倉儲部"}
    assert {rater: set(about) for rater, about in found.raters.items()} == {
        "p1": {"客服部"},
        "p8": {"客服部", "倉儲部"},
        "p9": {"倉儲部"},
        "px": {"客服部", "倉儲部"},
    }
    assert [problem.code for problem in found.lacking()] == ["F105"]


def test_the_form_names_the_departments_with_their_heads(pristine: Path, tmp_path: Path) -> None:
    (file,) = write_forms(round_of(desk(pristine), "assessment"), tmp_path, Language.EN, raters=["p8"])
    sheet = opened(file)["Service"]
    rows = [(sheet.cell(cell.row, 2).value, sheet.cell(cell.row, 3).value) for cell in score_cells(sheet)]
    assert set(rows) == {("客服部", "小竹"), ("倉儲部", "小柏")}


def test_scores_on_paper_become_the_departments_figure(store: Path, tmp_path: Path) -> None:
    found = round_of(desk(store), "assessment")
    files = dict(zip(found.raters, write_forms(found, tmp_path, Language.EN), strict=True))
    given = {"p1": 96, "p8": 80, "p9": 70, "px": 85}
    assert codes(take([fill(files[rater], score) for rater, score in given.items()], store)) == []
    after = desk(store)
    figures = appraise(after.policy, after.evaluator.facts, after.period).figures
    values = {
        name: figures[FigureKey("assessed", Level.DEPARTMENT, name, "2026-10")].value
        for name in ("客服部", "倉儲部")
    }
    assert values == {"客服部": Fraction(96 + 80 + 85, 3), "倉儲部": Fraction(70 + 80 + 85, 3)}
