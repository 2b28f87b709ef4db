"""A PostgreSQL of the tests' own, for as long as one command runs.

    python tests/web/postgres.py pytest tests/web

It lies in a folder for itself and listens on a free port of the loopback address; the
command finds it by KAOHE_DATABASE. PostgreSQL refuses to run as root, so root hands it
to the user that Debian's package made.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from socket import socket

PROGRAMS = Path("/usr/lib/postgresql")
OWNER = "postgres"
USER = "kaohe"


def program(name: str) -> str:
    """Return a program of the newest PostgreSQL that is installed.

    Raises:
        SystemExit: There is none.
    """
    found = sorted(PROGRAMS.glob(f"*/bin/{name}"), key=lambda one: float(one.parents[1].name))
    if not found:
        sys.exit(f"There is no PostgreSQL here ({name}); `make postgres` installs it.")
    return str(found[-1])


def _as_owner(*line: str) -> None:
    before = ["runuser", "-u", OWNER, "--"] if os.geteuid() == 0 else []
    subprocess.run([*before, *line], check=True, stdout=subprocess.DEVNULL, cwd="/")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with closing(socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running() -> Iterator[str]:
    """Run a PostgreSQL, give the address of its database, and leave nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="kaohe-postgres-"))
    password = secrets.token_hex(16)
    (folder / "password").write_text(password)
    if os.geteuid() == 0:
        for one in (folder, folder / "password"):
            shutil.chown(one, OWNER)
    port = free_port()
    data = str(folder / "data")
    # What a stopped machine would lose, nobody will miss: it need not be forced to the disk.
    settings = (
        f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    )
    try:
        _as_owner(
            program("initdb"), "--pgdata", data, "--username", USER, "--auth", "scram-sha-256",
            "--pwfile", str(folder / "password"), "--encoding", "UTF8", "--no-locale", "--no-sync",
        )  # fmt: skip
        _as_owner(program("pg_ctl"), "-D", data, "-o", settings, "-w", "-l", str(folder / "log"), "start")
        try:
            yield f"postgres://{USER}:{password}@127.0.0.1:{port}/postgres"
        finally:
            _as_owner(program("pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(line: Sequence[str]) -> int:
    """Run a command with a PostgreSQL at hand; return its status."""
    with running() as address:
        return subprocess.run(line, env={**os.environ, "KAOHE_DATABASE": address}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
