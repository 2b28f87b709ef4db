"""``kaohe forms`` and ``kaohe sample`` at the door."""

from pathlib import Path

import pytest

from cli.conftest import problems, run
from ratings import world


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return world.store_of(tmp_path_factory.mktemp("rated"))


def options(store: Path, language: str = "en") -> tuple[object, ...]:
    asked = ("--records", store, "--policy", world.POLICY, "--period", "2026-10", "--as-of", "2026-11-05")
    return (*asked, "--language", language)


def test_a_rating_round_goes_out_comes_back_and_is_compared(shop: Path, tmp_path: Path) -> None:
    asked = options(shop)
    out = run("forms", "write", *asked, "--form", "attitude", "--out", tmp_path)
    assert out.exit_code == 0, out.output
    files = sorted(tmp_path.glob("*.xlsx"))
    assert len(files) == 4
    for number, file in enumerate(files):
        world.fill(file, {"Cooperation": [5 - number % 2, 3, 2], "Initiative": [4, 2 + number % 3]})
    back = run("forms", "read", *files, "--into", shop, "--received", "2026-11-03", "--language", "en")
    assert back.exit_code == 0, back.output
    assert "scores: 17 new, 0 known already." in back.output
    status = run("forms", "status", *asked, "--form", "attitude", "--reminders", tmp_path / "mail.csv")
    missing = "Still missing: 1 score of 1 rater; the period cannot be closed until everything is in."
    assert missing in status.output
    assert "Reminders due: 1" in status.output
    compared = run("forms", "raters", *asked, "--form", "attitude", "--seed", "5")
    assert compared.exit_code == 0, compared.output
    assert "Krippendorff" in compared.output
    assert "seed 5" in " ".join(compared.output.split())


def test_a_form_that_was_changed_ends_with_status_1_and_names_the_cell(shop: Path, tmp_path: Path) -> None:
    run("forms", "write", *options(shop), "--out", tmp_path, "--rater", "p1", "--form", "attitude")
    (file,) = tmp_path.glob("*.xlsx")
    world.fill(file, 7)
    back = run("forms", "read", file, "--into", shop, "--received", "2026-11-03", "--language", "zh-Hant")
    assert back.exit_code == 1
    assert "未收錄" in back.output
    assert "儲存格 D10 的分數超出範圍" in back.output


def test_a_sample_is_drawn_reviewed_and_compared(shop: Path, tmp_path: Path) -> None:
    asked = options(shop, "zh-Hans")
    drawn = run("sample", "draw", *asked, "--seed", "7")
    assert drawn.exit_code == 0, drawn.output
    assert "轮次 2026-10/quality 共 24 段对话，以种子 7 抽出。" in drawn.output
    out = run("sample", "write", *asked, "--out", tmp_path, "--reviewer", "p8", "--reviewer", "p1")
    assert out.exit_code == 0, out.output
    files = sorted(tmp_path.glob("*.xlsx"))
    for file in files:
        world.fill(file, 1)
    back = run("sample", "read", *files, "--into", shop, "--received", "2026-11-03")
    assert back.exit_code == 0, back.output
    status = run("sample", "status", *asked, "--reviewer", "p8", "--reviewer", "p1")
    assert status.exit_code == 0, status.output
    told = run("sample", "agreement", *asked)
    assert "所有评分都相同" in told.output, "all were scored alike: there is no α, and it says why"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (("forms", "status", "--form", "appearance"), "F102"),
        (("forms", "write", "--rater", "p9", "--out", "nowhere"), "F106"),
        (("forms", "write", "--language-of", "p1=la", "--out", "nowhere"), "F107"),
        (("sample", "status", "--sample", "calls"), "F122"),
        (("sample", "draw", "--seed", "1", "--policy", "presale-desk"), "F121"),
        (("forms", "status", "--policy", "presale-desk"), "F101"),
    ],
)
def test_what_the_policy_does_not_have_is_said(shop: Path, command: tuple[str, ...], code: str) -> None:
    assert problems(run(*command[:2], *options(shop), *command[2:])) == (code,)
