"""A stop from the keyboard. It is loaded before all else and so needs nothing of the rest."""

import signal
from types import FrameType


class Stop:
    """What a stop from the keyboard does.

    While modules are being loaded it is only noted: half a module is no good to anyone.
    Later it stops what runs; a second one ends the process there and then.

    Attributes:
        asked: Whether a stop was asked for.
        at_once: Whether it stops what runs.
    """

    def __init__(self) -> None:
        self.asked = False
        self.at_once = False

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """Note the signal; stop what runs."""
        self.asked = True
        if self.at_once:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            raise KeyboardInterrupt
