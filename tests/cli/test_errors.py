"""What a user gets for a mistake: status 1 and everything that is wrong, or status 2 for wrong usage."""

import re
from pathlib import Path

import pytest

from cli.calling import called
from cli.conftest import DemoShop, problems, run


def test_everything_wrong_with_a_request_is_told_at_once(demo_shop: DemoShop, tmp_path: Path) -> None:
    history = tmp_path / "history.csv"
    history.write_text("figure,level,subject,span,value\npv,shop,x,2026-09,many\n", "utf-8")
    measures = tmp_path / "measures.csv"
    measures.write_text(
        "level,shop,subject,day,measure,value,final\nperson,s,p,2026-13-01,orders,1,true\n", "utf-8"
    )
    result = run(
        "appraise", "--records", demo_shop.store, "--policy", "presale-deks", "--period", "2026-10",
        "--as-of", "2026-11-05", "--history", history, "--measures", measures, "--out", tmp_path / "out",
    )  # fmt: skip
    assert result.exit_code == 1
    codes = problems(result)
    assert {code[0] for code in codes} == {"P", "D", "M"}
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("period", ["October", "2026-13", "2026-1"])
def test_a_period_that_is_none_is_wrong_usage(demo_shop: DemoShop, tmp_path: Path, period: str) -> None:
    options = demo_shop.october()
    options[options.index("2026-10")] = period
    wrong = called("appraise", *options, "--out", tmp_path, "--language", "en")
    assert wrong.status == 2
    assert wrong.said.startswith(f"error: --period: “{period}” is no appraisal period. [D110]")


def test_a_wrong_period_and_a_wrong_policy_are_both_told_as_wrong_usage(demo_shop: DemoShop) -> None:
    wrong = called(
        "appraise", "--records", demo_shop.store, "--policy", "presale", "--period", "October",
        "--as-of", "2026-11-05", "--out", "out",
    )  # fmt: skip
    assert wrong.status == 2
    assert "[P100]" in wrong.said
    assert "[D110]" in wrong.said


def test_a_period_that_has_not_begun_on_the_last_known_day_is_told(
    demo_shop: DemoShop, tmp_path: Path
) -> None:
    options = demo_shop.october()
    options[options.index("2026-11-05")] = "2026-09-30"
    early = run("appraise", *options, "--out", tmp_path / "out")
    assert problems(early) == ("D113",)
    assert "On 2026-09-30" in str(early.exception)
    assert "2026-10-01 to 2026-10-31" in str(early.exception)
    assert not (tmp_path / "out").exists()
    options[options.index("2026-09-30")] = "2026-10-01"
    assert run("appraise", *options, "--out", tmp_path / "out").exit_code == 0


def test_measures_of_days_that_have_not_begun_are_told(demo_shop: DemoShop, tmp_path: Path) -> None:
    result = run(
        "measures", "--records", demo_shop.store, "--from", "2026-10-02", "--to", "2026-10-03",
        "--as-of", "2026-10-01", "--out", tmp_path / "out",
    )  # fmt: skip
    assert problems(result) == ("D113",)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", ["import", "again"])
def test_an_import_that_sets_rows_aside_ends_with_status_one(tmp_path: Path, command: str) -> None:
    file = tmp_path / "people.csv"
    head = "person,name,department,role,regular,hired_on,left_on,base_pay\n"
    good, bad = "a,Ann,desk,agent,yes,2024-01-01,,3000.00\n", "b,Ben,desk,agent,perhaps,2024-01-01,,3000.00\n"
    file.write_text(head + good + (bad if command == "import" else ""), "utf-8")
    result = called("import", "--into", tmp_path / "store", "--format", "table", file, LANG="en_US.UTF-8")
    if command == "again":
        assert (result.status, result.said) == (0, "")
        return
    assert result.status == 1
    assert "1 new" in result.out
    assert "The good rows are in the store; 1 are set aside." in result.said
    assert f"{file}:3" in result.said
    assert "quarantine" in result.said


def test_problems_of_parameters_name_their_file_and_line(demo_shop: DemoShop, tmp_path: Path) -> None:
    parameters = tmp_path / "mine" / "parameters.yaml"
    parameters.parent.mkdir()
    parameters.write_text("version: 1\nforecast: 3\n", "utf-8")
    options = demo_shop.october()
    options[options.index("--parameters") + 1] = parameters
    assert f"{parameters}:2" in str(run("appraise", *options, "--out", tmp_path / "out").exception)


def test_a_folder_without_policies_holds_none(demo_shop: DemoShop, tmp_path: Path) -> None:
    options = demo_shop.october()
    options[options.index("presale-desk")] = tmp_path
    assert problems(run("appraise", *options, "--out", tmp_path / "out")) == ("D272",)


@pytest.mark.parametrize(
    "arguments",
    [
        ("appraise",),
        ("measures", "--from", "2026-10-32"),
        ("import", "--into", "x", "--format", "table"),
        ("nonsense",),
    ],
)
def test_wrong_usage_ends_with_status_two(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_records_that_are_not_there_are_told(tmp_path: Path) -> None:
    result = run(
        "measures", "--records", tmp_path / "none", "--from", "2026-10-01", "--to", "2026-10-02",
        "--as-of", "2026-10-03", "--out", tmp_path / "out",
    )  # fmt: skip
    assert problems(result)[0].startswith("R")


def test_a_range_that_is_turned_round_is_told(demo_shop: DemoShop, tmp_path: Path) -> None:
    result = run(
        "measures", "--records", demo_shop.store, "--from", "2026-10-02", "--to", "2026-10-01",
        "--as-of", "2026-10-03", "--out", tmp_path,
    )  # fmt: skip
    assert problems(result) == ("D112",)


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (("--person", "d01", "--figure", "pay.totl"), "D120", "Did you mean “pay.total”?"),
        (("--figure", "poool"), "D120", "Did you mean “pool”?"),
        (("--person", "nobody", "--figure", "pay.total"), "D121", "d01 (小竹)"),
        (("--person", "do1", "--figure", "pay.total"), "D121", "Did you mean “d01”?"),
        (("--person", "d01", "--figure", "pool"), "D122", "The department has the figure “pool”"),
        (("--figure", "pay.total"), "D123", "--person with one of d01 (小竹)"),
        (
            ("--person", "d01", "--figure", "order_rate", "--span", "2026-10-W7"),
            "D124",
            "2026-10-W1, 2026-10-W2, 2026-10-W3, 2026-10-W4",
        ),
        (("--person", "阿楓", "--figure", "pay.total"), "D125", "“appraised”; 阿楓 was not in it in 2026-10"),
    ],
)
def test_a_question_without_an_answer_says_why_and_what_is_near(
    demo_shop: DemoShop, asked: tuple[str, ...], code: str, said: str
) -> None:
    result = run("explain", *demo_shop.october(), *asked)
    assert problems(result) == (code,)
    assert said in str(result.exception)
    assert str(result.exception).count(",") < 20


def test_a_customer_whom_nobody_spoke_with_is_told(demo_shop: DemoShop) -> None:
    asked = ("--person", "d01", "--figure", "points", "--depth", "0", "--customer", "nobody at all")
    result = run("explain", *demo_shop.october(), *asked)
    assert problems(result) == ("D126",)
    assert re.search(r"\d+ are known here", str(result.exception))


def test_conversations_are_not_known_where_the_measures_were_handed_in(
    demo_shop: DemoShop, tmp_path: Path
) -> None:
    days = ("--from", "2026-10-01", "--to", "2026-10-31", "--as-of", "2026-11-05")
    assert run("measures", "--records", demo_shop.store, *days, "--out", tmp_path).exit_code == 0
    asked = ("--measures", tmp_path / "measures.csv", "--figure", "pv", "--customer", "x")
    assert problems(run("explain", *demo_shop.october(), *asked)) == ("D127",)
