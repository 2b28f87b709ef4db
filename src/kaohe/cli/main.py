"""The start of ``kaohe``: what the keyboard stops ends with one line, from the first moment on."""

import signal
import sys
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


def main() -> None:
    """Run the command line; its status is the process's."""
    stop = Stop()
    signal.signal(signal.SIGINT, stop)
    from kaohe.cli.running import run  # noqa: PLC0415 - what takes its time to load must find the stop ready

    status = run(sys.argv[1:], stop)
    # What is done is done: a stop that comes while the process ends would only belie its status.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(status)
