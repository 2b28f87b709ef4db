"""The README's commands as a shell would read them, and its sample of what one of them prints.

Run this file with the folder in which ``make demo`` left ``demo-shop`` to write the sample anew.
"""

import contextlib
import io
import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from kaohe.cli.running import run
from kaohe.cli.stopping import Stop

README = Path(__file__).parents[2] / "README.md"
COMMANDS = re.compile(r"```sh\n(.*?)```", re.DOTALL)
SAMPLE = re.compile(r"(?<=```text\n).*?(?=```)", re.DOTALL)
ROWS = 24
"""So many rows of what ``kaohe explain`` prints stand in the README."""


def commands() -> Iterator[list[str]]:
    """Yield the arguments of every command ``kaohe`` that the README shows, in order."""
    for block in COMMANDS.findall(README.read_text("utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == ["kaohe"]:
                yield words[1:]


def printed(arguments: list[str]) -> tuple[int, str]:
    """Run a command in English; return its status and what it prints."""
    out = io.StringIO()
    with patch.dict(os.environ, {"KAOHE_LANGUAGE": "en"}), contextlib.redirect_stdout(out):
        status = run(arguments, Stop())
    return status, out.getvalue()


def sample(explanation: str) -> str:
    """Return the rows of an explanation that stand in the README."""
    rows = explanation.splitlines()[:ROWS]
    return "".join(f"{row.rstrip()}\n" for row in rows)


if __name__ == "__main__":
    os.chdir(sys.argv[1])
    _, explained = printed(next(one for one in commands() if one[0] == "explain"))
    README.write_text(SAMPLE.sub(lambda _: sample(explained), README.read_text("utf-8"), count=1), "utf-8")
