"""Of a folder with the versions of a policy, the one counts that holds on a period's first day."""

from datetime import date
from pathlib import Path

import pytest

from kaohe.core.problem import ProblemsFound
from kaohe.periods.holding import holding
from kaohe.periods.runs import Request, run
from periods.desks import SCHEME, Desk, as_of


def version(folder: Path, number: int, since: str) -> Path:
    folder.mkdir(exist_ok=True)
    text = SCHEME.replace("version: 1", f"version: {number}")
    text = text.replace("valid_from: 2026-01-01\n", f"valid_from: {since}\n" if since else "")
    file = folder / f"desk-{number}.yaml"
    file.write_text(text, "utf-8")
    return file


def test_the_version_that_holds_on_the_first_day_holds_for_the_whole_period(tmp_path: Path) -> None:
    folder = tmp_path / "versions"
    version(folder, 1, "2026-01-01")
    version(folder, 2, "2026-08-15")
    version(folder, 3, "2026-10-01")
    held = {
        month: holding(folder, month)[0].policy.version
        for month in ("2026-07", "2026-08", "2026-09", "2026-10")
    }
    assert held == {"2026-07": 1, "2026-08": 1, "2026-09": 2, "2026-10": 3}
    assert holding(folder, "2026-08")[1].first == date(2026, 8, 1)


def test_a_version_without_a_day_has_held_from_the_beginning(tmp_path: Path) -> None:
    folder = tmp_path / "versions"
    version(folder, 1, "")
    version(folder, 2, "2026-08-01")
    assert holding(folder, "2020-01")[0].policy.version == 1


def test_a_gap_two_of_one_day_and_an_empty_folder_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "versions"
    version(folder, 2, "2026-08-01")
    with pytest.raises(ProblemsFound, match="D270"):
        holding(folder, "2026-07")
    version(folder, 3, "2026-08-01")
    with pytest.raises(ProblemsFound) as found:
        holding(folder, "2026-08")
    assert [one.code for one in found.value.problems] == ["D271"]
    assert found.value.problems[0].message.gaps["one"] == "desk-2.yaml"
    (tmp_path / "empty").mkdir()
    with pytest.raises(ProblemsFound, match="D272"):
        holding(tmp_path / "empty", "2026-08")


def test_a_folder_stands_for_the_policy_wherever_one_is_named(desk: Desk) -> None:
    folder = desk.root / "versions"
    version(folder, 1, "2026-01-01")
    version(folder, 2, "2026-08-01")
    appraised = run(Request(desk.store, str(folder), "2026-09", as_of("2026-09")))
    assert appraised.appraisal.policy.version == 2
    assert desk.close("2026-07", policy=folder).manifest.policy_version == 1
    assert desk.close("2026-08", policy=folder).manifest.policy_version == 2
