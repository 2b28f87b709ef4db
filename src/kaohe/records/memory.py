"""Where Arrow takes the memory of its columns from."""

import os

import pyarrow as pa

VARIABLE = "ARROW_DEFAULT_MEMORY_POOL"
"""Whoever sets it has chosen already."""


def choose_memory() -> None:
    """Let Arrow take its memory from jemalloc, where its build has it; a door calls this as it opens.

    Columns of days come and go. Arrow's own choice keeps what they took for longer: a
    cold month of fifty million lines peaked a tenth higher with it, and took longer.
    """
    if VARIABLE not in os.environ and "jemalloc" in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())
