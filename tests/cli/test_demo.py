"""The demo from exported files to payslips: what it prints, and that every figure follows from its inputs."""

import csv
import json
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import pytest

from cli.conftest import DemoShop, run
from kaohe.policy.loader import load
from statements.test_figures_file import Key, Walker, rows

RESULTS = ("figures.csv", "figures.json", "statement.html", "statement.xlsx")


def test_it_ends_with_results_for_both_months(demo_shop: DemoShop) -> None:
    for month in ("2026-09", "2026-10"):
        there = sorted(file.name for file in (demo_shop.folder / "results" / month).iterdir())
        assert there == sorted(RESULTS)
        assert all((demo_shop.folder / "results" / month / name).stat().st_size > 1000 for name in RESULTS)


def test_it_tells_a_stranger_what_was_made(demo_shop: DemoShop) -> None:
    for told in (
        "made-up shop",
        "Imported",
        "qianniu-chat",
        "taobao-orders",
        "Bonus pool",
        "Performance bonus",
    ):
        assert told in demo_shop.printed


def test_the_commands_that_it_ends_with_can_be_copied(demo_shop: DemoShop) -> None:
    _, copied = demo_shop.printed.split("7. To copy: appraise the month again\n")
    lines = [line.split()[1:] for line in copied.replace("\\\n", " ").splitlines() if line[:1].strip()]
    commands = [words for words in lines if words[0] in ("appraise", "explain", "policy")]
    assert [words[0] for words in commands] == ["appraise", "explain", "policy"]
    for words in commands:
        result = run(*words)
        assert result.exit_code == 0, result.output
        assert result.output


@dataclass
class DemoWalker(Walker):
    """Recomputes the demo's figures, the parameters being those of its own file."""

    shop: DemoShop | None = None

    @cached_property
    def desk(self) -> frozenset[str]:
        assert self.shop is not None
        policy = load("presale-desk", self.shop.parameters("2026-10"))
        (_, roles), *_ = policy.parameters["desk_roles"].values
        assert isinstance(roles, tuple)
        return frozenset(
            one["person"]
            for one in rows(self.shop.folder / "files" / "tables" / "people.csv")
            if one["department"] == "客服部" and one["role"] in roles
        )


@pytest.fixture(scope="module")
def walker(demo_shop: DemoShop, tmp_path_factory: pytest.TempPathFactory) -> DemoWalker:
    """The demo's second month beside its measures and history, as files."""
    case = tmp_path_factory.mktemp("case")
    rules = case / "rules.yaml"
    phrase = json.dumps(load("presale-desk", demo_shop.parameters("2026-10")).rules.ad_phrase)
    rules.write_text(f"ad: {{phrase: {phrase}, times: 2}}\n", "utf-8")
    measured = run(
        "measures", "--records", demo_shop.store, "--rules", rules, "--out", case,
        "--from", "2026-10-01", "--to", "2026-10-31", "--as-of", "2026-11-05",
    )  # fmt: skip
    assert measured.exit_code == 0, measured.output
    kept: dict[Key, dict[str, str]] = {}
    for file in demo_shop.history:
        for row in rows(file):
            kept[row["figure"], row["level"], row["subject"], row["span"]] = row
    with (case / "history.csv").open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(
            opened, ("figure", "level", "subject", "span", "value"), extrasaction="ignore"
        )
        writer.writeheader()
        writer.writerows(kept.values())
    written = json.loads((demo_shop.folder / "results" / "2026-10" / "figures.json").read_text("utf-8"))
    return DemoWalker(case, written, shop=demo_shop)


def test_every_figure_of_the_demo_follows_from_its_own_inputs(walker: DemoWalker) -> None:
    assert len(walker.figures) > 500
    for one in walker.written["figures"]:
        assert walker.recomputed(one) == walker.value(one), one


def test_the_payslips_add_up_and_the_pool_is_paid_out_to_the_fen(walker: DemoWalker) -> None:
    policy = load("presale-desk")
    section = next(one for one in policy.sections if one.total)
    people = {subject for figure, _, subject, _ in walker.figures if figure == section.total}
    assert people
    paid = walker.value(walker.figures["behaviour_pool", "department", "客服部", "2026-10"])
    shares = Fraction(0)
    for person in people:
        lines = {
            name: walker.value(walker.figures[name, "person", person, "2026-10"]) or Fraction(0)
            for name in section.figures
        }
        assert sum(value for name, value in lines.items() if name != section.total) == lines[section.total]
        shares += lines["pay.behaviour_bonus"]
    assert shares == paid


def test_the_same_months_again_give_the_same_bytes(demo_shop: DemoShop, tmp_path: Path) -> None:
    result = run("appraise", *demo_shop.october(), "--out", tmp_path, "--language", "en")
    assert result.exit_code == 0, result.output
    for name in RESULTS:
        first = (demo_shop.folder / "results" / "2026-10" / name).read_bytes()
        assert (tmp_path / name).read_bytes() == first, name
