"""Commands called as a shell calls them: in this process, or in one of their own."""

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from kaohe.cli.running import run
from kaohe.cli.stopping import Stop

CODE = "import sys; from kaohe.cli.main import main; sys.argv[0] = 'kaohe'; main()"
LANGUAGES = ("LC_ALL", "LC_MESSAGES", "LANG", "KAOHE_LANGUAGE")


@dataclass(frozen=True)
class Called:
    """What a command gave."""

    status: int
    out: str
    said: str


def without_language(**more: str) -> dict[str, str]:
    """The environment without a language, and what is added to it."""
    return {**{name: value for name, value in os.environ.items() if name not in LANGUAGES}, **more}


def called(*arguments: object, **environment: str) -> Called:
    """Call kaohe in this process, under an environment without a language but for what is added."""
    out, said = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, without_language(**environment), clear=True),
        redirect_stdout(out),
        redirect_stderr(said),
    ):
        status = run([str(one) for one in arguments], Stop())
    return Called(status, out.getvalue(), said.getvalue())


def started(*arguments: object, cwd: Path | None = None) -> subprocess.Popen[str]:
    """Start kaohe in a process of its own; its outputs are read by ``communicate``."""
    return subprocess.Popen(
        [sys.executable, "-X", "utf8", "-c", CODE, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=without_language(),
        cwd=cwd,
    )
