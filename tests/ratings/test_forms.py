"""Rating rounds: whom they ask, forms on paper, scores back in the store, who still owes what."""

import csv
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from kaohe.core.language import Language
from kaohe.core.problem import ProblemsFound
from kaohe.ratings.formbooks import write_forms
from kaohe.ratings.owing import State, owed, write_reminders
from kaohe.ratings.rounds import Round, round_of, rounds
from kaohe.records.store import open_store
from ratings import world
from ratings.world import codes, fill, opened, score_cells, take


def attitude(records: Path, as_of: date = world.AS_OF) -> Round:
    return round_of(world.desk(records, as_of), "attitude")


def files_of(
    records: Path, out: Path, form: str = "attitude", language: Language = Language.EN
) -> dict[str, Path]:
    found = round_of(world.desk(records), form)
    return dict(zip(found.raters, write_forms(found, out, language), strict=True))


def scores_in(store: Path) -> dict[tuple[str, str, str], tuple[str, str]]:
    rows = open_store(store, zone=world.ZONE).table("scores").to_pylist()
    return {
        (row["subject"], row["item"], row["rater"]): (f"{row['score'].normalize():f}", row["note"] or "")
        for row in rows
    }


def test_the_superior_and_the_peers_score_and_nobody_scores_themselves(pristine: Path) -> None:
    asked = attitude(pristine).raters
    assert list(asked) == ["p1", "p2", "p3", "p4"]
    assert list(asked["p1"]) == ["p2", "p3", "p4"]
    assert list(asked["p3"]) == ["p2", "p4"]
    own = round_of(world.desk(pristine), "duties").raters
    assert list(own["p2"]) == ["p2"]


def test_a_form_item_by_item_has_a_sheet_an_item_with_everyone_on_it(pristine: Path, tmp_path: Path) -> None:
    book = opened(files_of(pristine, tmp_path)["p1"])
    assert book.sheetnames == ["Overview", "Cooperation", "Initiative", "kaohe"]
    assert book["kaohe"].sheet_state == "veryHidden"
    sheet = book["Cooperation"]
    assert sheet.protection.sheet
    assert len(score_cells(sheet)) == 3
    validation = sheet.data_validations.dataValidation[0]
    assert (validation.type, validation.formula1, validation.formula2) == ("decimal", "1", "5")
    assert "Steps in unasked" in validation.prompt
    first = score_cells(sheet)[0]
    assert sheet.freeze_panes == f"A{first.row}"
    assert [sheet.cell(cell.row, 2).value for cell in score_cells(sheet)] == ["阿梅", "小蘭", "阿菊"]


def test_a_form_subject_by_subject_has_a_sheet_a_subject(pristine: Path, tmp_path: Path) -> None:
    book = opened(files_of(pristine, tmp_path, "duties")["p1"])
    assert book.sheetnames == ["Overview", "阿梅", "小蘭", "阿菊", "kaohe"]
    assert len(score_cells(book["阿梅"])) == 2


@pytest.mark.parametrize(
    ("language", "sheets", "said"),
    [
        (Language.ZH_HANT, ["總覽", "協作精神", "主動性"], "填寫人：小竹 (p1)。"),
        (Language.ZH_HANS, ["总览", "协作精神", "主动性"], "填写人：小竹 (p1)。"),
        (Language.EN, ["Overview", "Cooperation", "Initiative"], "To be filled in by 小竹 (p1)."),
    ],
)
def test_a_form_speaks_the_language_of_its_rater(
    pristine: Path, tmp_path: Path, language: Language, sheets: list[str], said: str
) -> None:
    found = attitude(pristine)
    (file,) = write_forms(found, tmp_path, Language.EN, raters=["p1"], languages={"p1": language})
    book = opened(file)
    assert book.sheetnames[:-1] == sheets
    assert book[sheets[0]]["A2"].value == said


def test_the_same_round_gives_the_same_bytes(pristine: Path, tmp_path: Path) -> None:
    one, other = files_of(pristine, tmp_path / "a")["p2"], files_of(pristine, tmp_path / "b")["p2"]
    assert one.read_bytes() == other.read_bytes()


def test_scores_and_notes_come_back_into_the_store_and_again_does_no_harm(
    store: Path, tmp_path: Path
) -> None:
    files = files_of(store, tmp_path)
    fill(files["p1"], {"Cooperation": [5, 3.5, 1], "Initiative": [4, None, 2]}, note="worth a look")
    taken = take([files["p1"]], store)
    assert not [problem for problem in taken.problems if problem.code != "F218"]
    assert taken.report is not None
    assert taken.report.rows_new == 5
    held = scores_in(store)
    assert held["p3", "cooperation", "p1"] == ("3.5", "worth a look")
    assert ("p3", "initiative", "p1") not in held, "a blank score is not given yet"
    again = take([files["p1"]], store, on="2026-11-04")
    assert (again.report, again.known) == (None, 5)
    assert scores_in(store) == held


def test_a_score_that_is_given_anew_counts_from_its_day_on(store: Path, tmp_path: Path) -> None:
    file = files_of(store, tmp_path)["p2"]
    take([fill(file, 2)], store, on="2026-11-02")
    take([fill(file, 4)], store, on="2026-11-04")
    cell = ("p3", "cooperation", "p2")
    assert attitude(store, date(2026, 11, 3)).given[cell] == 2
    assert attitude(store, date(2026, 11, 4)).given[cell] == 4
    assert attitude(store, date(2026, 11, 1)).given == {}


def test_a_form_that_comes_late_counts_and_is_marked(store: Path, tmp_path: Path) -> None:
    file = fill(files_of(store, tmp_path)["p2"], 3)
    taken = take([file], store, on="2026-11-05")
    assert codes(taken) == ["F215"]
    assert "was due on 2026-11-04 and came 1 day later" in str(taken.problems[0].message)
    assert next(one.late for one in owed(attitude(store)) if one.rater == "p2") == 4


def test_a_form_that_comes_before_it_goes_out_is_said(store: Path, tmp_path: Path) -> None:
    assert codes(take([fill(files_of(store, tmp_path)["p2"], 3)], store, on="2026-10-20")) == ["F216"]


def test_a_form_that_nobody_filled_in_is_said(store: Path, tmp_path: Path) -> None:
    taken = take([files_of(store, tmp_path)["p2"]], store)
    assert (codes(taken), taken.report) == (["F217"], None)


def test_who_owes_what_by_the_day(store: Path, tmp_path: Path) -> None:
    files = files_of(store, tmp_path)
    take([fill(files["p2"], 3), fill(files["p3"], {"Cooperation": [4, 4]})], store, on="2026-11-02")

    def states(day: str) -> dict[str, State]:
        return {one.rater: one.state for one in owed(attitude(store, date.fromisoformat(day)))}

    assert set(states("2026-10-31").values()) == {State.NOT_OUT}
    assert states("2026-11-02") == {
        "p1": State.OPEN, "p2": State.DONE, "p3": State.OPEN, "p4": State.OPEN,
    }  # fmt: skip
    assert states("2026-11-03")["p3"] is State.DUE
    assert states("2026-11-04")["p3"] is State.DUE
    assert states("2026-11-05")["p3"] is State.OVERDUE
    third = owed(attitude(store))[2]
    assert (third.asked, third.given, third.missing) == (4, 2, (("p2", "initiative"), ("p4", "initiative")))


def test_reminders_are_a_list_to_mail_by(store: Path, tmp_path: Path) -> None:
    take([fill(files_of(store, tmp_path)["p2"], 3)], store)
    count = write_reminders(owed(attitude(store)), tmp_path / "due" / "mail.csv", Language.ZH_HANT)
    with (tmp_path / "due" / "mail.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert count == len(rows) == 3
    assert [row["rater"] for row in rows] == ["p1", "p3", "p4"]
    assert rows[0]["message"] == (
        "工作態度評分，2026 年 10 月：6 個分數還缺 6 個；應在 2026 年 11 月 4 日交回，已逾期 1 天。"
        "請盡快交回評分表。"
    )


def test_marks_are_shares_of_the_scale(store: Path, tmp_path: Path) -> None:
    take([fill(files_of(store, tmp_path)["p1"], {"Cooperation": [5, 3, 1]})], store)
    assert [mark.value for mark in attitude(store).marks()] == [1, Fraction(1, 2), 0]


def test_a_subject_without_a_superior_is_named(tmp_path: Path) -> None:
    held = dict(world.tables())
    held["people"] = [row | {"role": "售前"} for row in held["people"]]
    records = world.write_tables(tmp_path / "records", held)
    found = round_of(world.desk(records), "attitude").lacking()
    assert {problem.code for problem in found} == {"F104"}
    assert [str(problem.message) for problem in found if "小竹" in str(problem.message)] == [
        "As “lead” nobody scores 小竹, 阿梅, 小蘭, 阿菊, 阿楓; the form goes out without it."
    ]


def test_the_people_table_names_the_superior_before_the_roles_do(tmp_path: Path) -> None:
    held = dict(world.tables())
    held["people"] = [row | {"superior": "p8" if row["person"] == "p2" else ""} for row in held["people"]]
    records = world.write_tables(tmp_path / "records", held)
    asked = round_of(world.desk(records), "attitude").raters
    assert asked["p8"] == {"p2": "lead"}
    assert list(asked["p1"]) == ["p3", "p4"]


def test_a_form_that_the_policy_has_not_is_refused_with_those_it_has(pristine: Path) -> None:
    with pytest.raises(ProblemsFound) as refused:
        rounds(world.desk(pristine), "atitude")
    assert refused.value.problems[0].code == "F102"
    assert "attitude, duties" in str(refused.value)
