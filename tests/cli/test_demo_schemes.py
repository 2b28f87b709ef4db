"""Each scheme's made-up month by one command: figures follow from their inputs, payslips add up."""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cli.conftest import problems, run
from kaohe.cli.demomonths import SCHEMES
from kaohe.policy.loader import load, shipped
from statements.arithmetic import read
from statements.test_figures_file import Key, Walker, rows

RESULTS = ("figures.csv", "figures.json", "statement.html", "statement.xlsx")


@dataclass
class MonthWalker(Walker):
    """Recomputes a month's figures; measures and records are taken as the file has them."""

    printed: str = ""

    @cached_property
    def history(self) -> Mapping[Key, Fraction | None]:
        before = self.case / "files" / "policy" / "history-before.csv"
        if not before.is_file():
            return {}
        return {
            (one["figure"], one["level"], one["subject"], one["span"]): Fraction(one["value"])
            for one in rows(before)
        }

    def leaf(self, own: Mapping[str, Any], tree: Mapping[str, Any]) -> Any:
        ref = tree.get("ref", {})
        return super().leaf(own, tree) if "figure" in ref else read(tree["value"])


@pytest.fixture(scope="module", params=SCHEMES)
def month(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MonthWalker:
    folder = tmp_path_factory.mktemp(request.param)
    result = run("demo", "--scheme", request.param, "--into", folder, "--scale", "0.1", "--language", "en")
    assert result.exit_code == 0, result.output
    written = json.loads((folder / "results" / "2026-10" / "figures.json").read_text("utf-8"))
    return MonthWalker(folder, written, printed=result.output)


def test_every_shipped_scheme_has_a_demo() -> None:
    assert sorted((*SCHEMES, "presale-desk")) == sorted(shipped())


def test_a_month_ends_with_results_and_with_commands_that_can_be_copied(month: MonthWalker) -> None:
    assert all((month.case / "results" / "2026-10" / name).stat().st_size > 1000 for name in RESULTS)
    _, copied = month.printed.split("6. To copy: appraise the month again\n")
    lines = [shlex.split(line)[1:] for line in copied.replace("\\\n", " ").splitlines() if line[:1].strip()]
    explain = next(words for words in lines if words and words[0] == "explain")
    result = run(*explain)
    assert result.exit_code == 0, result.output


def test_every_figure_follows_from_its_own_inputs(month: MonthWalker) -> None:
    assert len(month.figures) > 10
    assert any(month.value(one) for one in month.written["figures"])
    for one in month.written["figures"]:
        assert month.recomputed(one) == month.value(one), one


def test_payslips_add_up(month: MonthWalker) -> None:
    policy = load(month.written["header"]["policy"])
    for section in policy.sections:
        people = {subject for figure, _, subject, _ in month.figures if figure == section.total}
        assert bool(people) is bool(section.total)
        for person in people:
            lines = {
                name: month.value(month.figures[name, "person", person, "2026-10"])
                for name in section.figures
            }
            total = lines.pop(section.total)
            assert sum((value or Fraction(0) for value in lines.values()), Fraction(0)) == total


def test_a_month_has_no_figure_that_nobody_has(month: MonthWalker) -> None:
    """A made-up month that leaves a column blank shows nothing of it."""
    names = {one["figure"] for one in month.written["figures"]}
    valued = {one["figure"] for one in month.written["figures"] if one["value"] is not None}
    assert names == valued


def test_beside_the_places_of_a_month_stands_how_sure_they_are(month: MonthWalker) -> None:
    """The overview is the only place where a month's own places stand, so it says it in every form."""
    heads = {one["figure"] for one in month.written["figures"] if one["span"] == "2026-10"}
    told = [
        one["certainty"]
        for one in month.written["figures"]
        if one["span"] == "2026-10" and "certainty" in one and one["figure"].removesuffix(".place") in heads
    ]
    folder = month.case / "results" / "2026-10"
    html = (folder / "statement.html").read_text("utf-8").split('<section id="overview"')[1]
    book = openpyxl.load_workbook(folder / "statement.xlsx").worksheets[0]
    sure = [cell.value for row in book.iter_rows() for cell in row if re.match(r"[<>]?\d+%", str(cell.value))]
    in_page = re.findall(r'<span class="quiet">· ([<>&\w;]+%[ ≈*]*)</span>', html.split("</section>")[0])
    assert len(sure) == len(in_page) == len(told)
    assert sum("≈" in one for one in sure) == sum("≈" in one for one in in_page)
    assert sum("≈" in one for one in sure) == sum(one["noise"] for one in told)
    assert ("chance decides between this person" in html.split("</section>")[0]) == bool(told)


def test_a_scheme_without_a_made_up_month_is_named_with_those_that_have_one(tmp_path: Path) -> None:
    assert problems(run("demo", "--scheme", "presale-dask", "--into", tmp_path / "new")) == ("U123",)
