"""The commands of the books from end to end, on the demo's second month."""

from pathlib import Path

import pytest

from cli.conftest import DemoShop, problems, run

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
    assert set(problems(result)) == {"D211"}


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
    assert "Appeal 1: behaviour_points of 小竹" in said("appeal", "open", "--books", books, *words, *AT[:2])
    assert "undecided" in said("appeal", "list", "--books", books, "--undecided")
    entry = ("--decision", "upheld", "--reason", "forgotten", "--entry", "2026-10-12 praise 2")
    assert "Appeal 1 is upheld." in said(
        "appeal", "answer", "1", "--books", books, "--by", "Lin", *entry, *AT[:2]
    )
    status = said("period", "status", "--books", books, "--period", "2026-10")
    assert "Appeal 1 of 小竹 was upheld and waits for a correction." in status
    corrected = said(
        "period", "correct", "--books", books, "--records", demo_shop.store, "--period", "2026-10",
        "--by", "Wu", "--because", "appeal 1", *AT[:2],
    )  # fmt: skip
    assert "2026-10 is corrected: version 2" in corrected
    assert "entries of “praise by a customer”" in corrected
    assert "To be paid with the next closing:" in said("period", "list", "--books", books)


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
