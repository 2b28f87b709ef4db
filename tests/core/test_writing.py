"""A file appears whole or not at all, and leaves nothing beside it."""

from pathlib import Path

import pytest

from kaohe.core.writing import written_aside


@pytest.mark.parametrize("durable", [False, True])
def test_a_file_takes_its_name_when_all_is_written(tmp_path: Path, durable: bool) -> None:
    file = tmp_path / "figures.csv"
    with written_aside(file, durable=durable) as part:
        part.write_text("half", "utf-8")
        assert not file.exists()
        part.write_text("whole", "utf-8")
    assert file.read_text("utf-8") == "whole"
    assert list(tmp_path.iterdir()) == [file]


def test_what_failed_leaves_the_older_file_and_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "figures.csv"
    file.write_text("older", "utf-8")

    def write() -> None:
        with written_aside(file) as part:
            part.write_text("half", "utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert file.read_text("utf-8") == "older"
    assert list(tmp_path.iterdir()) == [file]


def test_nothing_is_put_in_place_where_nothing_was_written(tmp_path: Path) -> None:
    def write() -> None:
        with written_aside(tmp_path / "figures.csv"):
            pass

    with pytest.raises(FileNotFoundError):
        write()
    assert not list(tmp_path.iterdir())
