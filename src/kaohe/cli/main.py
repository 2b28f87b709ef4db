"""The start of ``kaohe``: what the keyboard stops ends with one line, from the first moment on."""

import signal
import sys

from kaohe.cli.stopping import Stop


def main() -> None:
    """Run the command line; its status is the process's."""
    stop = Stop()
    signal.signal(signal.SIGINT, stop)
    from kaohe.cli.running import run  # noqa: PLC0415 - what takes its time to load must find the stop ready

    status = run(sys.argv[1:], stop)
    # What is done is done: a stop that comes while the process ends would only belie its status.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(status)
