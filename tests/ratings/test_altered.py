"""Forms that were changed on their way: refused whole, every cell named; the others come in."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from kaohe.core.language import Language
from kaohe.ratings.formbooks import write_forms
from kaohe.ratings.rounds import round_of
from kaohe.records.store import open_store
from ratings import world
from ratings.world import codes, fill, opened, score_cells, take

MAY = date(2026, 5, 3)
Alter = Callable[[Workbook], None]


@pytest.fixture(scope="module")
def filled(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The superior's form, filled in with threes."""
    found = round_of(world.desk(pristine), "attitude")
    (file,) = write_forms(found, tmp_path_factory.mktemp("forms"), Language.EN, raters=["p1"])
    return fill(file, 3)


@pytest.fixture
def form(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(filled, tmp_path))


def into_score(value: object) -> Alter:
    def alter(book: Workbook) -> None:
        score_cells(book["Cooperation"])[1].value = value

    return alter


def rename_item(book: Workbook) -> None:
    book["Cooperation"]["A1"].value = "Punctuality"


def rename_subject(book: Workbook) -> None:
    book["Cooperation"]["B11"].value = "小李"


def swap_rows(book: Workbook) -> None:
    sheet = book["Cooperation"]
    sheet["B10"].value, sheet["B11"].value = sheet["B11"].value, sheet["B10"].value


def change_anchor(book: Workbook) -> None:
    book["Cooperation"]["B6"].value = "Comes to work"


def delete_row(book: Workbook) -> None:
    book["Cooperation"].delete_rows(10)


def rename_sheet(book: Workbook) -> None:
    book["Cooperation"].title = "Team work"


def remove_sheet(book: Workbook) -> None:
    book.remove(book["Initiative"])


def remove_hidden_sheet(book: Workbook) -> None:
    book.remove(book["kaohe"])


def take_over_anothers_form(book: Workbook) -> None:
    for row in book["kaohe"].iter_rows(max_row=8):
        if row[0].value == "rater":
            row[1].value = "p2"


def add_a_subject(book: Workbook) -> None:
    book["Cooperation"]["B13"].value, book["Cooperation"]["D13"].value = "小柏", 5


def formula_in_a_note(book: Workbook) -> None:
    cell = score_cells(book["Cooperation"])[0]
    book["Cooperation"].cell(cell.row, cell.column + 1).value = "=D10*2"


def formula_in_a_name(book: Workbook) -> None:
    book["Cooperation"]["B10"].value = '="阿"&"梅"'


@pytest.mark.parametrize(
    ("alter", "said"),
    [
        (rename_item, ["F207 Cooperation!A1 “Punctuality”: “Cooperation”"]),
        (rename_subject, ["F207 Cooperation!B11 “小李”: “小蘭”"]),
        (swap_rows, ["F207 Cooperation!B10 “小蘭”: “阿梅”", "F207 Cooperation!B11 “阿梅”: “小蘭”"]),
        (change_anchor, ["F207 Cooperation!B6 “Comes to work”: “Helps when asked”"]),
        (into_score("=1+2"), ["F208 Cooperation!D11 “”: something typed in, not computed"]),
        (formula_in_a_note, ["F208 Cooperation!E10 “”: something typed in, not computed"]),
        (formula_in_a_name, ["F207 Cooperation!B10 “”: “阿梅”"]),
        (into_score(6), ["F210 Cooperation!D11 “6”: a number from 1 to 5"]),
        (into_score(0.99), ["F210 Cooperation!D11 “0.99”: a number from 1 to 5"]),
        (into_score("4"), ["F209 Cooperation!D11 “4”: a number from 1 to 5, or nothing"]),
        (into_score("很好"), ["F209 Cooperation!D11 “很好”: a number from 1 to 5, or nothing"]),
        (into_score(MAY), ["F209 Cooperation!D11 “2026-05-03”: a number from 1 to 5, or nothing"]),
        (into_score(True), ["F209 Cooperation!D11 “yes”: a number from 1 to 5, or nothing"]),
        (into_score(10 / 3), ["F211 Cooperation!D11 “3.333333333333333”: at most 6 decimal places"]),
        (add_a_subject, ["F212 Cooperation!B13 “小柏”: ", "F212 Cooperation!D13 “5”: "]),
        (rename_sheet, ["F206  “”: "]),
        (remove_sheet, ["F206  “”: "]),
        (remove_hidden_sheet, ["F201  “”: "]),
        (take_over_anothers_form, ["F202  “”: "]),
    ],
)  # fmt: skip
def test_what_was_changed_is_named_and_nothing_comes_in(
    store: Path, form: Path, alter: Alter, said: list[str]
) -> None:
    book = opened(form)
    alter(book)
    book.save(form)
    taken = take([form], store)
    told = [f"{one.code} {one.place.column} “{one.found}”: {one.expected or ''}" for one in taken.problems]
    tidy = {"3.3333333333333335": "3.333333333333333", "2026-05-03 00:00:00": "2026-05-03"}
    for full, short in tidy.items():
        told = [row.replace(full, short) for row in told]
    assert told == said
    assert all(str(form) == one.place.file for one in taken.problems)
    assert (taken.files, taken.report) == ({}, None)
    assert open_store(store, zone=world.ZONE).table("scores").num_rows == 0


def test_a_row_that_was_deleted_moves_all_below_and_every_cell_is_named(store: Path, form: Path) -> None:
    book = opened(form)
    delete_row(book)
    book.save(form)
    taken = take([form], store)
    cells = [one.place.column for one in taken.problems if one.code == "F207"]
    assert "Cooperation!B10" in cells
    assert "Cooperation!B12" in cells


def test_a_form_of_another_round_is_refused_where_the_round_is_said(store: Path, form: Path) -> None:
    taken = take([form], store, round_name="2026-11/attitude")
    assert codes(taken) == ["F205"]
    assert "is of the round 2026-10/attitude" in str(taken.problems[0].message)
    assert codes(take([form], store, round_name="2026-10/attitude")) == []


@pytest.mark.parametrize(
    ("name", "code"), [("form.xls", "F213"), ("form.csv", "F213"), ("form.xlsx", "R109")]
)
def test_a_file_that_is_no_workbook_is_refused(store: Path, tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / name).write_text("subject,score\np1,3\n")
    taken = take([tmp_path / name], store)
    assert taken.refused == (tmp_path / name,)
    assert len(taken.problems) == 1
    assert codes(taken)[0][0] == code[0]


def test_a_workbook_of_somebody_else_is_refused(store: Path, tmp_path: Path) -> None:
    book = Workbook()
    book.save(tmp_path / "mine.xlsx")
    assert codes(take([tmp_path / "mine.xlsx"], store)) == ["F201"]


def test_two_files_of_one_rater_that_differ_both_stay_out(store: Path, form: Path, tmp_path: Path) -> None:
    other = tmp_path / "again.xlsx"
    other.write_bytes(form.read_bytes())
    book = opened(other)
    score_cells(book["Cooperation"])[0].value = 5
    book.save(other)
    taken = take([form, other], store)
    assert (codes(taken), taken.report) == (["F214"], None)
    assert taken.problems[0].place.column == "Cooperation!D10"
    assert set(taken.refused) == {form, other}


def test_the_same_file_under_two_names_counts_once(store: Path, form: Path, tmp_path: Path) -> None:
    other = tmp_path / "copy.xlsx"
    other.write_bytes(form.read_bytes())
    taken = take([form, other, form], store)
    assert taken.report is not None
    assert (taken.report.rows_new, taken.problems) == (6, ())


def test_one_raters_slip_does_not_hold_up_the_others(store: Path, form: Path, tmp_path: Path) -> None:
    found = round_of(world.desk(store), "attitude")
    (good,) = write_forms(found, tmp_path / "forms", Language.EN, raters=["p2"])
    fill(good, 4)
    book = opened(form)
    into_score(9)(book)
    book.save(form)
    taken = take([form, good], store)
    assert (codes(taken), list(taken.files), taken.refused) == (["F210"], [good], (form,))
    assert open_store(store, zone=world.ZONE).table("scores").num_rows == 4


def test_all_that_is_wrong_is_told_at_once(store: Path, form: Path) -> None:
    book = opened(form)
    for alter in (rename_item, swap_rows, into_score(6), add_a_subject):
        alter(book)
    book.save(form)
    assert sorted(codes(take([form], store))) == ["F207", "F207", "F207", "F210", "F212", "F212"]


@pytest.mark.parametrize("language", Language)
def test_every_refusal_is_said_in_the_readers_language(store: Path, form: Path, language: Language) -> None:
    book = opened(form)
    into_score(6)(book)
    book.save(form)
    (problem,) = take([form], store).problems
    said = " ".join(problem.lines(language))
    assert "Cooperation!D11" in said
    assert ("範圍" in said, "范围" in said) == (language is Language.ZH_HANT, language is Language.ZH_HANS)
