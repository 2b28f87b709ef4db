"""Begins closings and kills each at a random moment: ``python killing.py DESK COUNT SEED``.

Every closing is a fork of this process, which has loaded everything and computed nothing,
so that a kill falls into the closing and not into its start.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

from periods.desks import Desk


def begun(desk: Desk, books: Path) -> int:
    """The id of a process that closes a month."""
    child = os.fork()
    if child == 0:
        try:
            desk.close("2026-07", books=books)
        finally:
            os._exit(0)
    return child


def main() -> None:
    desk, count, dice = Desk(Path(sys.argv[1])), int(sys.argv[2]), random.Random(int(sys.argv[3]))
    started = time.monotonic()
    os.waitpid(begun(desk, desk.root / "books-whole"), 0)
    takes = time.monotonic() - started
    for number in range(count):
        child = begun(desk, desk.root / f"books-{number}")
        # The end, where the books are written, is hit as often as all the rest.
        time.sleep(takes * dice.choice([dice.uniform(0, 1), dice.uniform(0.7, 1)]))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
