"""The README keeps its word: after ``make demo`` its commands run as printed, and print what it shows."""

from pathlib import Path

import pytest

from docs.readme import README, SAMPLE, commands, printed, sample

MAKEFILE = README.parent / "Makefile"


def test_its_commands_run_after_the_demo_and_print_the_sample(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "kaohe demo --into demo-shop" in MAKEFILE.read_text("utf-8")
    assert printed(["demo", "--into", "demo-shop", "--no-pages"])[0] == 0
    shown = list(commands())
    assert {one[0] for one in shown} == {"import", "appraise", "explain", "period", "appeal", "policy"}
    for arguments in shown:
        status, out = printed(arguments)
        assert (status, bool(out)) == (0, True), arguments
        if arguments[0] == "explain":
            found = SAMPLE.search(README.read_text("utf-8"))
            assert found
            assert found[0] == sample(out)
