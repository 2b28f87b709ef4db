"""One small demo shop for all tests of the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kaohe.cli.commands import app
from kaohe.core.problem import ProblemsFound


def run(*arguments: object) -> Result:
    """Run a command of kaohe in this process."""
    return CliRunner().invoke(app, [str(one) for one in arguments])


def problems(result: Result) -> tuple[str, ...]:
    """The codes of the problems that ended a command."""
    assert isinstance(result.exception, ProblemsFound), result.output
    return tuple(problem.code for problem in result.exception.problems)


@dataclass(frozen=True)
class DemoShop:
    """The demo's folder, and what the command printed."""

    folder: Path
    printed: str

    @property
    def store(self) -> Path:
        return self.folder / "store"

    def parameters(self, month: str) -> Path:
        return self.folder / "files" / "policy" / f"parameters-{month}.yaml"

    @property
    def history(self) -> Sequence[Path]:
        before = self.folder / "files" / "policy" / "history-before.csv"
        return before, self.folder / "results" / "2026-09" / "figures.csv"

    def october(self) -> list[object]:
        """The options that appraise the demo's second month."""
        options: list[object] = ["--records", self.store, "--policy", "presale-desk", "--period", "2026-10"]
        options += ["--as-of", "2026-11-05", "--parameters", self.parameters("2026-10")]
        for file in self.history:
            options += ["--history", file]
        return options


@pytest.fixture(scope="session")
def demo_shop(tmp_path_factory: pytest.TempPathFactory) -> DemoShop:
    folder = tmp_path_factory.mktemp("demo")
    result = run("demo", "--into", folder, "--scale", "0.1", "--language", "en", "--no-pages")
    assert result.exit_code == 0, result.output
    return DemoShop(folder, result.output)
