"""Where Arrow takes its memory from, in a process of its own."""

import os
import subprocess
import sys

import pyarrow as pa
import pytest

from kaohe.records.memory import VARIABLE

CODE = """
import pyarrow
from kaohe.records.memory import choose_memory
choose_memory()
print(pyarrow.default_memory_pool().backend_name)
"""


@pytest.mark.skipif("jemalloc" not in pa.supported_memory_backends(), reason="this build of Arrow lacks it")
@pytest.mark.parametrize(("asked", "chosen"), [({}, "jemalloc"), ({VARIABLE: "system"}, "system")])
def test_the_memory_that_gives_back_is_chosen_unless_somebody_has_chosen(
    asked: dict[str, str], chosen: str
) -> None:
    plain = {name: value for name, value in os.environ.items() if name != VARIABLE}
    said = subprocess.run(
        [sys.executable, "-c", CODE], env={**plain, **asked}, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == chosen
