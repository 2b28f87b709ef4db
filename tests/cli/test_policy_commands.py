"""``kaohe policy``: worked cases, copies and differences at the door."""

from pathlib import Path

import pytest

from cli.conftest import DemoShop, problems, run
from kaohe.policy.loader import source

CASES = """
cases:
  - name: a wrong answer
    because: it is wrong on purpose.
    period: 2026-10
    people: {a: {name: Ann, department: 客服部, role: 售前, regular: yes}}
    daily: {a: {W1: {receptions: 4, replied_receptions: 3}}}
    expect: {reply_rate: {a: {W1: 50%}}}
"""


def test_worked_cases_that_hold_end_with_status_0() -> None:
    result = run("policy", "test", "presale-desk", "--language", "en")
    assert result.exit_code == 0, result.output
    assert "all in order" in result.output


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Ann, Reply rate, 2026-10-W1: expected 0.5, got 0.75"),
        ("zh-Hant", "Ann，回復率，2026-10-W1：應為 0.5，算得 0.75"),
        ("zh-Hans", "Ann，回复率，2026-10-W1：应为 0.5，算得 0.75"),
    ],
)
def test_a_wrong_answer_is_shown_with_the_reason_and_ends_with_status_1(
    tmp_path: Path, language: str, said: str
) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(CASES, "utf-8")
    result = run("policy", "test", "presale-desk", file, "--language", language)
    assert result.exit_code == 1
    assert said in result.output
    assert "75.00%" in result.output
    assert "it is wrong on purpose." in result.output


def test_cases_with_mistakes_are_not_run(tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(CASES.replace("reply_rate", "reply_rat").replace("W1: {rec", "W7: {rec"), "utf-8")
    assert problems(run("policy", "test", "presale-desk", file)) == ("D135", "D139")


def test_a_new_policy_is_written_once(tmp_path: Path) -> None:
    asked = ("policy", "new", "my-desk", "--from", "presale-desk", "--out", tmp_path / "mine.yaml")
    assert run(*asked).exit_code == 0
    assert run("policy", "lint", tmp_path / "mine.yaml").exit_code == 0
    assert problems(run(*asked)) == ("P303", "P303"), "the policy and its worked cases, both at once"


def test_a_difference_is_printed_and_equal_policies_say_so(tmp_path: Path) -> None:
    file = tmp_path / "later.yaml"
    file.write_text(source("presale-desk")[0].replace("value: 80%", "value: 75%", 1), "utf-8")
    result = run("policy", "diff", "presale-desk", file, "--language", "en")
    assert result.exit_code == 0
    assert "the performance bonus's share of the pool: 80% → 75%" in result.output
    same = run("policy", "diff", "presale-desk", "presale-desk", "--language", "zh-Hant")
    assert same.output.strip() == "兩份方案內容相同。"


def test_what_keeps_either_policy_from_being_read_is_told_at_once() -> None:
    assert problems(run("policy", "diff", "presale", "desk")) == ("P100", "P100")


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "Service score"), ("zh-Hant", "服務品質得分"), ("zh-Hans", "服务质量得分")],
)
def test_service_quality_is_appraised_from_the_demos_store(
    demo_shop: DemoShop, tmp_path: Path, language: str, title: str
) -> None:
    options = ("--records", demo_shop.store, "--policy", "service-quality", "--period", "2026-10")
    result = run("appraise", *options, "--as-of", "2026-11-05", "--out", tmp_path, "--language", language)
    assert result.exit_code == 0, result.output
    assert title in result.output
    assert "A101" not in result.output, "a ledger that the scheme does not look at is no mistake"
    assert title in (tmp_path / "statement.html").read_text("utf-8")
    assert "service_score.place" in (tmp_path / "figures.csv").read_text("utf-8")
