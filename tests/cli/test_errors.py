"""What a user gets for a mistake: status 1 and everything that is wrong, or status 2 for wrong usage."""

from pathlib import Path

import pytest

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
def test_a_period_that_is_none_is_told(demo_shop: DemoShop, tmp_path: Path, period: str) -> None:
    options = demo_shop.october()
    options[options.index("2026-10")] = period
    assert problems(run("appraise", *options, "--out", tmp_path)) == ("D110",)


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


def test_a_figure_or_person_that_is_not_there_names_those_that_are(demo_shop: DemoShop) -> None:
    figure = run("explain", *demo_shop.october(), "--person", "d01", "--figure", "pay.totl")
    assert problems(figure) == ("D120",)
    assert "pay.total" in str(figure.exception)
    person = run("explain", *demo_shop.october(), "--person", "nobody", "--figure", "pay.total")
    assert problems(person) == ("D121",)
    assert "d01" in str(person.exception)
