from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FigureKey, Level, Unit
from kaohe.core.language import Language, say
from kaohe.statements.layout import called
from kaohe.statements.words.grouped import findings, reviews
from kaohe.statements.workbook import write_workbook
from kaohe.statements.workbook.paper import cell_value, number_format, sheet_names
from statements.appraised import LANGUAGES, presale
from statements.strange import NAMES, NOTE, contest, strange


def opened(appraisal: Appraisal, folder: Path, language: Language = Language.EN) -> Workbook:
    write_workbook(appraisal, folder / "statement.xlsx", language)
    return openpyxl.load_workbook(BytesIO((folder / "statement.xlsx").read_bytes()))


def cells(book: Workbook) -> list[Cell]:
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


def row_of(sheet: Worksheet, first: str) -> list[Cell]:
    return next(list(row) for row in sheet.iter_rows() if row[0].value == first)


def value_beside(sheet: Worksheet, title: str, name: str) -> Cell:
    header = next(row for row in sheet.iter_rows() if any(cell.value == title for cell in row))
    column = next(index for index, cell in enumerate(header) if cell.value == title)
    return row_of(sheet, name)[column]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_people_typed_becomes_a_formula_or_a_number(language: Language, tmp_path: Path) -> None:
    book = opened(strange(), tmp_path, language)
    assert [cell.coordinate for cell in cells(book) if cell.data_type in ("f", "e")] == []
    texts = [cell.value for cell in cells(book) if cell.data_type == "s"]
    assert texts.count(NOTE) > 0
    for name in NAMES.values():
        assert any(str(text).startswith(name) for text in texts)
    assert "13800001234567890123" in texts


def test_sheets_are_called_validly_and_each_differently(tmp_path: Path) -> None:
    book = opened(strange(), tmp_path)
    names = [name.casefold() for name in book.sheetnames]
    assert len(set(names)) == len(names)
    assert all(1 <= len(name) <= 31 and not set(name) & set("[]:*?/\\\n") for name in names)


def test_namesakes_are_told_apart_by_their_ids(tmp_path: Path) -> None:
    names = called(strange())
    assert names["阿強"] == "李小龍 (阿強)"
    assert names["p-8"] == "李小龍 (p-8)"
    assert {"李小龍 (阿強)", "李小龍 (p-8)"} <= set(opened(strange(), tmp_path).sheetnames)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (["a", "A"], ["a", "A (2)"]),
        (["'quoted'", "", "?"], ["quoted", "-", "- (2)"]),
        (["History"], ["History (2)"]),
        (["x" * 40, "x" * 40], ["x" * 31, "x" * 27 + " (2)"]),
        (["𠮷" * 20], ["𠮷" * 15]),
    ],
)
def test_a_sheet_name_stays_within_what_a_spreadsheet_allows(wanted: list[str], names: list[str]) -> None:
    assert sheet_names(wanted) == names


def test_a_cell_holds_exactly_what_is_shown() -> None:
    assert cell_value("28.42%") == Decimal("0.2842")
    assert cell_value("−1,234.50") == Decimal("-1234.50")
    assert number_format("28.42%") == "0.00%"
    assert number_format("+3") == "+#,##0;−#,##0;#,##0"
    assert number_format("1.20", "（良好）") == '#,##0.00"（良好）";−#,##0.00"（良好）";#,##0.00"（良好）"'


def test_the_payslips_table_holds_every_figure_to_the_cent(tmp_path: Path) -> None:
    appraisal = presale("presale-2")
    sheet = opened(appraisal, tmp_path)["Payslip"]
    checked = 0
    for key, figure in appraisal.figures.items():
        if key.figure.startswith("pay."):
            title = say(appraisal.policy.definitions[key.figure, key.level].told.title, Language.EN)
            cell = value_beside(sheet, title, appraisal.name(key.subject))
            assert Fraction(str(cell.value)) == figure.value
            assert cell.number_format == "#,##0.00;−#,##0.00;#,##0.00"
            checked += 1
    assert checked == 4 * 9
    everyone = [figure.value for key, figure in appraisal.figures.items() if key.figure == "pay.total"]
    assert Fraction(str(row_of(sheet, "Total")[-1].value)) == sum(one or 0 for one in everyone)


def test_a_value_beside_a_bar_is_not_rounded_onto_it(tmp_path: Path) -> None:
    appraisal = presale("presale-2")
    key = FigureKey("completion", Level.PERSON, "Ann Lee", "2027-03")
    value = appraisal.figures[key].value
    assert value is not None
    assert Fraction(5999, 10000) < value < Fraction(60, 100)
    sheet = opened(appraisal, tmp_path)["Ann Lee"]
    cell = row_of(sheet, "Completion of the target")[2]
    assert cell.value < 0.6
    assert len(cell.number_format) > len("0.00%")


def test_provisional_figures_are_in_italics_with_the_day_that_makes_them_final(tmp_path: Path) -> None:
    appraisal = strange()
    book = opened(appraisal, tmp_path)
    person = "小李"
    sheet = book[called(appraisal)[person]]
    row = row_of(sheet, "Completion of the target")
    figure = appraisal.figures[FigureKey("completion", Level.PERSON, person, "2027-03")]
    assert not figure.final
    assert row[2].font.italic
    assert row[6].value.date() == figure.final_on
    final = row_of(sheet, "Inquiry ratio")
    assert appraisal.figures[FigureKey("inquiry_ratio", Level.PERSON, person, "2027-03-W1")].final
    assert not final[2].font.italic
    assert final[6].value in (None, "")


def test_the_overview_leads_to_every_person(tmp_path: Path) -> None:
    appraisal = strange()
    book = opened(appraisal, tmp_path)
    links = [cell.hyperlink for cell in cells(book) if cell.parent.title == "Overview" and cell.hyperlink]
    names = sheet_names(["Overview", *called(appraisal).values()])[1:]
    quoted = [name.replace("'", "''") for name in names]
    assert {f"'{name}'!A1" for name in quoted} <= {link.location for link in links}
    assert all(link.target is None for link in links)


def test_every_sheet_prints_on_a4_as_wide_as_the_page(tmp_path: Path) -> None:
    for sheet in opened(presale("presale-2"), tmp_path):
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.orientation == "portrait") == (sheet.title == "Payslips to print")
        # openpyxl gives one page, the format's own default, as None.
        assert sheet.page_setup.fitToHeight in (None, 0, 2), sheet.title


def test_a_scorecard_is_printed_on_one_leaf_and_repeats_its_header(tmp_path: Path) -> None:
    appraisal = presale("presale-2")
    book = opened(appraisal, tmp_path)
    for name in called(appraisal).values():
        assert book[name].page_setup.fitToHeight == 2
        header = next(cell.row for cell in book[name]["A"] if cell.value == "Figure")
        assert book[name].print_title_rows == f"${header}:${header}"
    assert book["Weekly metrics"].print_title_rows


def test_every_line_of_a_scorecard_bears_its_name(tmp_path: Path) -> None:
    sheet = opened(presale("presale-2"), tmp_path)["p-8"]
    weeks = [row for row in sheet.iter_rows(values_only=True) if str(row[1]).startswith("week ")]
    assert len(weeks) == 44
    assert all(row[0] for row in weeks)


def test_who_is_not_appraised_stands_last_with_the_reason(tmp_path: Path) -> None:
    appraisal = presale("presale-2")
    book = opened(appraisal, tmp_path)
    reason = "not appraised: covering people (the person's role: 售後)"
    assert row_of(book["Overview"], "阿強")[1].value == reason
    assert reason in [cell.value for cell in book["阿強"]["A"]]
    names = [cell.value for cell in book["Overview"]["A"]]
    assert names.index("小李") < names.index("阿強")


def test_reviews_of_one_person_and_rule_are_folded_under_one_line(tmp_path: Path) -> None:
    appraisal = presale("presale-2")
    sheet = opened(appraisal, tmp_path)["Overview"]
    folded = [row for row, held in sheet.row_dimensions.items() if held.outlineLevel == 1]
    sizes = [len(one.members) for one in reviews(appraisal)]
    sizes += [len(one.members) for one in findings(appraisal)]
    assert max(sizes) > 1
    assert len(folded) == sum(size for size in sizes if size > 1)
    assert all(sheet.row_dimensions[row].hidden and sheet.cell(row, 1).value for row in folded)


def test_a_rate_per_mille_is_a_text_and_no_thousandfold(tmp_path: Path) -> None:
    cell = value_beside(
        opened(presale("presale-2"), tmp_path)["The month's result"], "Rate within the target", "p-8"
    )
    assert cell.value == "8‰"


@pytest.mark.parametrize(
    ("language", "refunds"),
    [(Language.ZH_HANT, "不扣除"), (Language.ZH_HANS, "不扣除"), (Language.EN, "kept")],
)
def test_a_parameter_is_said_as_the_sentences_say_it(
    language: Language, refunds: str, tmp_path: Path
) -> None:
    rows = [
        row[1].value for row in opened(presale("presale-2"), tmp_path, language).worksheets[-1].iter_rows()
    ]
    assert refunds in rows
    assert rows.count("80%") == 2


def test_every_payslip_prints_on_a_page_of_its_own(tmp_path: Path) -> None:
    sheet = opened(presale("presale-2"), tmp_path)["Payslips to print"]
    titles = [cell.row for cell in sheet["A"] if str(cell.value).startswith("Payslip of ")]
    assert len(titles) == 4
    assert [one.id for one in sheet.row_breaks.brk] == [row - 1 for row in titles[1:]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_points_by_week_and_month_add_up_to_the_points(language: Language, tmp_path: Path) -> None:
    appraisal = presale("presale-2")
    sheet = opened(appraisal, tmp_path, language).worksheets[0]
    row = [cell.value for cell in row_of(sheet, "p-8")]
    completion = appraisal.figures[FigureKey("completion.points", Level.PERSON, "p-8", "2027-03")].value
    assert row[2] == sum(row[4:8]) + int(completion or 0)


def test_the_parts_of_the_pool_add_up_on_the_departments_sheet(tmp_path: Path) -> None:
    appraisal = presale("presale-2")
    sheet = opened(appraisal, tmp_path)["The department's result"]
    start = next(cell.row for cell in sheet["A"] if str(cell.value).startswith("What makes up"))
    rows = [row for row in sheet.iter_rows(min_row=start + 2, values_only=True) if row[0]][:7]
    parts, total = rows[:-1], rows[-1]
    assert abs(sum(Decimal(str(row[1])) for row in parts) - Decimal(str(total[1]))) <= Decimal("0.03")
    pool = appraisal.figures[FigureKey("pool", Level.DEPARTMENT, appraisal.desk, "2027-03")]
    assert Fraction(str(total[1])) == pool.value


def test_equal_appraisals_make_equal_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        write_workbook(presale("presale-1"), tmp_path / name / "s.xlsx", Language.ZH_HANT)
    assert (tmp_path / "one" / "s.xlsx").read_bytes() == (tmp_path / "other" / "s.xlsx").read_bytes()
    assert [file.name for file in (tmp_path / "one").iterdir()] == ["s.xlsx"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_policy_of_places_alone_makes_a_workbook_too(language: Language, tmp_path: Path) -> None:
    appraisal = contest()
    book = opened(appraisal, tmp_path, language)
    race = book[say(appraisal.policy.sections[0].told.title, language)]
    first = next(
        key
        for key, figure in appraisal.figures.items()
        if figure.unit is Unit.PLACE and figure.value == 1 and key.span.endswith("W1")
    )
    row = row_of(race, appraisal.name(first.subject))
    assert row[2].value == 1
    assert row[3].value == 3
