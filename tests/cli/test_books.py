"""The commands of the books from end to end, on the demo's second month."""

import re
import shlex
from pathlib import Path

import pytest

from cli.conftest import DemoShop, problems, run
from kaohe.core.language import Language
from kaohe.core.problem import ProblemsFound

WAIVED = ("--waive", "review/*=looked at, nothing found")
AT = ("--at", "2026-11-06T10:00:00+08:00", "--language", "en")


@pytest.fixture(scope="module")
def books(demo_shop: DemoShop, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("books") / "books"
    closed = run("period", "close", "--books", folder, *demo_shop.october(), "--by", "Lin", *WAIVED, *AT)
    assert closed.exit_code == 0, closed.output
    assert "2026-10 is closed" in closed.output
    return folder


def said(*arguments: object) -> str:
    result = run(*arguments, "--language", "en")
    assert result.exit_code == 0, result.output
    return result.output


def test_an_open_period_says_what_blocks_it(demo_shop: DemoShop, tmp_path: Path) -> None:
    printed = said("period", "status", "--books", tmp_path / "none", *demo_shop.october())
    assert "2026-10: final, as of 2026-11-05." in printed
    assert "review/inquiry_ratio.points/" in printed


def test_closing_without_a_reason_names_every_blocker(demo_shop: DemoShop, tmp_path: Path) -> None:
    result = run("period", "close", "--books", tmp_path / "b", *demo_shop.october(), "--by", "Lin", *AT)
    assert problems(result) == ("D214",)
    assert isinstance(result.exception, ProblemsFound)
    said = "\n".join(result.exception.problems[0].lines(Language.ZH_HANT))
    assert " --waive 'review/*=REASON' " in said
    assert "另有" in said


def test_the_command_that_closes_all_the_same_can_be_copied(demo_shop: DemoShop, tmp_path: Path) -> None:
    books = tmp_path / "my books"
    printed = said("period", "status", "--books", books, *demo_shop.october())
    line = next(one for one in printed.splitlines() if one.startswith("  kaohe period close"))
    words = shlex.split(line)[1:]
    refused = run(*words, "--language", "en")
    assert problems(refused) == ("D207",)
    named = [{"NAME": "Lin", "review/*=REASON": "review/*=looked at"}.get(one, one) for one in words]
    assert "is closed" in said(*named)


def test_times_are_said_by_the_shops_clocks_and_people_by_name_and_id(books: Path) -> None:
    assert "2026-11-06 10:00 Asia/Shanghai" in said("period", "list", "--books", books)


def test_a_closed_period_tells_itself_and_verifies(books: Path, demo_shop: DemoShop) -> None:
    assert "2026-10: closed, version 1, by Lin" in said(
        "period", "status", "--books", books, "--period", "2026-10"
    )
    assert "Lin" in said("period", "list", "--books", books)
    assert "figures equal" in said("period", "verify", "--books", books)
    assert "From the kept measures" not in said(
        "period", "verify", "--books", books, "--records", demo_shop.store, "--period", "2026-10"
    )


def test_a_period_that_does_not_verify_ends_with_status_1(books: Path) -> None:
    result = run("period", "verify", "--books", books, "--seal", "00", "--language", "en")
    assert result.exit_code == 1
    assert "does NOT verify" in result.output


def test_an_archive_is_written_and_verified_alone(books: Path, demo_shop: DemoShop, tmp_path: Path) -> None:
    file = tmp_path / "2026-10.kaohe"
    words = ("period", "archive", "--books", books, "--records", demo_shop.store, "--period", "2026-10")
    assert "archived in" in said(*words, "--out", file)
    assert "figures equal" in said("period", "verify", file)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    assert problems(run("period", "verify", file)) == ("D231",)


def test_an_appeal_is_opened_answered_and_corrected(books: Path, demo_shop: DemoShop) -> None:
    words = ("--person", "小竹", "--figure", "behaviour_points", "--span", "2026-10", "--text", "a praise")
    assert "Appeal 1: behaviour_points of 小竹 (d01)" in said(
        "appeal", "open", "--books", books, *words, *AT[:2]
    )
    assert "undecided" in said("appeal", "list", "--books", books, "--undecided")
    entry = ("--decision", "upheld", "--reason", "forgotten", "--entry", "2026-10-12 praise 2")
    answered = said("appeal", "answer", "1", "--books", books, "--by", "Lin", *entry, *AT[:2])
    assert "Appeal 1 is upheld." in answered
    then = shlex.split(answered.partition("\n  kaohe ")[2])
    status = said("period", "status", "--books", books, "--period", "2026-10")
    assert "Appeal 1 of 小竹 (d01) was upheld and waits for a correction." in status
    corrected = said(*(str(demo_shop.store) if one == "STORE" else one for one in then), *AT[:2])
    assert "2026-10 is corrected: version 2" in corrected
    assert "entries of “praise by a customer”" in corrected
    listed = said("period", "list", "--books", books)
    owed = listed.partition("To be paid with the next closing:\n")[2].splitlines()
    assert len({len(one.rstrip()) for one in owed if "小竹 (d01)" in one}) == 1
    assert all(re.search(r"[+−]\d+\.\d\d$", one.rstrip()) for one in owed if one)


def test_a_changed_policy_is_said_in_money(books: Path, tmp_path: Path) -> None:
    policy = tmp_path / "my-desk.yaml"
    said("policy", "new", "my-desk", "--from", "presale-desk", "--out", policy)
    policy.write_text(policy.read_text("utf-8").replace("value: 80%", "value: 60%", 1), "utf-8")
    printed = said("policy", "simulate", policy, "--books", books, "--out", tmp_path / "what-if")
    assert "presale-desk 1 → my-desk 1" in printed
    assert sorted(one.name for one in (tmp_path / "what-if").iterdir()) == [
        "department.csv",
        "effects.html",
        "people.csv",
    ]
    difference = said("policy", "diff", "presale-desk", policy, "--books", books, "--period", "2026-10")
    assert "80% → 60%" in difference
    assert "Cost: all payslips together" in difference


def test_a_period_that_is_not_closed_asks_for_what_computes_it(books: Path) -> None:
    result = run("period", "status", "--books", books, "--period", "2026-11")
    assert problems(result) == ("U130",)
