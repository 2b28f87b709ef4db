"""Serving: the web server and the worker that does the jobs, as two processes of one command."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kaohe.core.problem import Place, ProblemsFound
from kaohe.web import problems

SECRET = "secret.key"  # noqa: S105 - a file's name
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SETTINGS = "kaohe.web.settings"


@dataclass(frozen=True, slots=True)
class Serving:
    """How a place is served.

    Attributes:
        data: The folder with everything that it keeps.
        host: The address that it listens on.
        port: The port.
        demo: Whether the sign-in page names the demo's accounts.
        threads: Requests answered at a time by each of the server's processes.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = False
    threads: int = 8
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        host = "localhost" if self.host in LOOPBACK else self.host
        return f"http://{host}:{self.port}/"

    def surroundings(self) -> dict[str, str]:
        """Return the environment of its processes; on a loopback address a key is made where none is set.

        Raises:
            ProblemsFound: Others can come in, and there is no key.
        """
        own = {**self.environment, "DJANGO_SETTINGS_MODULE": SETTINGS, "KAOHE_DATA": str(self.data.resolve())}
        if self.host in LOOPBACK:
            own.setdefault("KAOHE_SECRET_KEY", _secret(self.data))
            own.setdefault("KAOHE_HTTPS", "off")
        if not own.get("KAOHE_SECRET_KEY"):
            raise ProblemsFound([problems.NO_KEY.at(Place("KAOHE_SECRET_KEY"))])
        if self.demo:
            own["KAOHE_DEMO"] = "on"
        return own


def _secret(data: Path) -> str:
    """Return the place's own key, made once; nobody but its owner can read the file."""
    file = data / SECRET
    if not file.is_file():
        data.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(secrets.token_urlsafe(50))
    return file.read_text()


def manage(serving: Serving, *arguments: str) -> None:
    """Run one of Django's commands in a process of its own.

    Raises:
        subprocess.CalledProcessError: It did not succeed.
    """
    subprocess.run(  # noqa: S603 - our own interpreter

        [sys.executable, "-m", "django", *arguments], env=serving.surroundings(), check=True
    )  # fmt: skip


def told(serving: Serving, *arguments: str) -> Iterator[str]:
    """Run one of Django's commands and yield its lines as they come.

    Raises:
        subprocess.CalledProcessError: It did not succeed.
    """
    line = [sys.executable, "-m", "django", *arguments]
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        line, env=serving.surroundings(), stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        yield from running.stdout
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, line)


def processes(serving: Serving) -> Sequence[Sequence[str]]:
    """Return the command lines of the server and of the worker."""
    bound = f"[{serving.host}]" if ":" in serving.host else serving.host
    server = (
        *("gunicorn", "kaohe.web.wsgi:application", "--bind", f"{bound}:{serving.port}"),
        *("--worker-class", "gthread", "--threads", str(serving.threads), "--workers", "1"),
        *("--timeout", "120", "--graceful-timeout", "10", "--log-level", "warning"),
    )
    return ((sys.executable, "-m", *server), (sys.executable, "-m", "django", "qcluster"))


@contextmanager
def started(serving: Serving) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Migrate the database, start server and worker, and stop both in the end."""
    manage(serving, "migrate", "--verbosity", "0")
    environment = serving.surroundings()
    running = [_begun(line, environment) for line in processes(serving)]
    try:
        yield running
    finally:
        for one in running:
            if one.poll() is None:
                one.send_signal(signal.SIGTERM)
        for one in running:
            _ended(one)


def _begun(line: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Begin a process in a group of its own: Ctrl-C at the terminal is for us to hand on.

    Where we are killed, the kernel stops it too: nobody must be left on the port.
    """
    keeper = shutil.which("setpriv")
    bound = [keeper, "--pdeathsig", "TERM", "--"] if keeper else []
    return subprocess.Popen([*bound, *line], env=environment, start_new_session=True)  # noqa: S603 - our own


def _ended(process: subprocess.Popen[bytes], seconds: float = 15) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def serve(serving: Serving, *, ready: Callable[[], None]) -> None:
    """Serve until somebody stops it, by Ctrl-C or a signal; a process that dies is started again.

    Args:
        serving: What is served, and how.
        ready: Called once the processes were started.
    """
    lines = processes(serving)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with started(serving) as running:
        ready()
        while True:
            time.sleep(1)
            for number, one in enumerate(running):
                if one.poll() is not None:
                    running[number] = _begun(lines[number], serving.surroundings())
