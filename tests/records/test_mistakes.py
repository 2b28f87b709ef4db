"""Every mistake in a plain directory, and the words in which it is told."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from kaohe.core.problem import ProblemsFound
from kaohe.records import open_records
from records.shops import SHANGHAI, told, written

MISTAKES = YAML(typ="safe").load(Path(__file__).with_name("mistakes.yaml"))


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["title"])
def test_a_mistake_is_told_with_its_place_and_its_cure(mistake: dict[str, str], tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / mistake["file"]).write_bytes(mistake["content"].encode(mistake.get("encoding", "utf-8")))
    try:
        problems = open_records(tmp_path, timezone=SHANGHAI).problems
    except ProblemsFound as refusal:
        problems = refusal.problems
    assert told(problems, tmp_path) == mistake["told"].splitlines()


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound) as caught:
        open_records(tmp_path / "nowhere", timezone=SHANGHAI)
    assert told(caught.value.problems, tmp_path)[0] == (
        "nowhere: There is no records directory or store “" + f"{tmp_path}/nowhere”. [R101]"
    ).replace(f"{tmp_path}/", "")


def test_a_table_in_two_formats_is_refused(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "people.parquet").write_bytes(b"")
    with pytest.raises(ProblemsFound) as caught:
        open_records(tmp_path, timezone=SHANGHAI)
    assert told(caught.value.problems, tmp_path) == [
        "people.csv: The table “people” is there twice, as CSV and as Parquet. [R103]",
        "  cure: Remove the one that is out of date.",
    ]


def test_all_tables_are_read_before_anything_is_told(tmp_path: Path) -> None:
    written(tmp_path, {"people": "", "orders": "shop\n", "messages": "a,b\n"})
    with pytest.raises(ProblemsFound) as caught:
        open_records(tmp_path, timezone=SHANGHAI)
    assert {Path(problem.place.file).name for problem in caught.value.problems} == {
        "people.csv",
        "orders.csv",
        "messages.csv",
    }


def test_a_problem_that_many_rows_have_is_listed_so_often_and_then_counted(tmp_path: Path) -> None:
    rows = "".join(f"p{number},P,d,r,perhaps\n" for number in range(10_003))
    written(tmp_path, {"people": "person,name,department,role,regular\n" + rows})
    with pytest.raises(ProblemsFound) as caught:
        open_records(tmp_path, timezone=SHANGHAI)
    assert len(caught.value.problems) == 10_001
    assert told(caught.value.problems[-1:], tmp_path) == [
        "people.csv, column “regular”: 3 more rows have this problem: This word is not known here. [R226]"
    ]
