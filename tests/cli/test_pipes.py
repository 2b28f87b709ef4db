"""A reader that stops reading, as ``head`` does, ends a command as it ends other Unix tools: status 141."""

import subprocess

import pytest

from cli.calling import started


@pytest.mark.parametrize("arguments", [("policy", "show", "presale-desk"), ("policy", "--help")])
def test_a_command_whose_reader_stops_ends_with_the_status_of_a_closed_pipe(
    arguments: tuple[str, ...],
) -> None:
    process = started(*arguments)
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), said) == (141, "")


def test_what_was_read_before_is_whole() -> None:
    process = started("policy", "schema")
    assert process.stdout is not None
    first = process.stdout.readline()
    process.stdout.close()
    assert first == "{\n"
    process.wait()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()
    assert isinstance(process, subprocess.Popen)
