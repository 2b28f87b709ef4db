"""A standalone Spark cluster of this machine's own: a master and its workers, each a process."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyspark

SPARK = Path(pyspark.__file__).parent
HOST = "127.0.0.1"
QUICK = {"JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
"""An environment in which every Java starts faster and ends slower: these live for seconds."""
PATIENCE = 120.0
"""Seconds to wait for a process that starts on a busy machine."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster.

    Attributes:
        master: The master's address.
        workers: The workers' processes; each leads a group, to which its executors belong.
        folder: Where they write.
    """

    master: str
    workers: tuple[subprocess.Popen[bytes], ...]
    folder: Path

    def kill(self, worker: int) -> None:
        """Kill a worker with all its executors, as a power cut does."""
        os.killpg(self.workers[worker].pid, signal.SIGKILL)
        self.workers[worker].wait()

    def took_part(self, worker: int) -> bool:
        """Tell whether a worker's executors have done anything."""
        logs = (self.folder / f"work-{worker}").glob("app-*/*/stderr")
        return any("Finished task" in log.read_text("utf-8", "replace") for log in logs)


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """Run a cluster of one-core workers on free ports; it ends with the block, whatever happens."""
    with ExitStack() as running:
        spark_master = running.enter_context(_process("master.Master", folder / "master"))
        master = _said(folder / "master", rf"Starting Spark master at (spark://{re.escape(HOST)}:\d+)")
        options = ["--cores", "1", "--memory", "1g"]
        started = [
            running.enter_context(
                _process("worker.Worker", folder / f"worker-{number}", *options, "--work-dir",
                         str(folder / f"work-{number}"), master)
            )
            for number in range(workers)
        ]  # fmt: skip
        for number in range(workers):
            _said(folder / f"worker-{number}", "Successfully registered with (master)")
        assert spark_master.poll() is None
        yield Cluster(master, tuple(started), folder)


@contextmanager
def _process(name: str, log: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run one of Spark's classes as a process that leads its group; kill the whole group at the end."""
    command = [str(SPARK / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}"]
    environment = {
        **os.environ,
        **QUICK,
        "SPARK_HOME": str(SPARK),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_NO_DAEMONIZE": "1",
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": sys.executable,
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--host", HOST, "--port", "0", "--webui-port", "0", *arguments],
            env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _said(log: Path, pattern: str) -> str:
    """Wait until a log says something, and return it."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        match = re.search(pattern, log.read_text("utf-8", "replace"))
        if match:
            return match[1]
        time.sleep(0.1)
    raise TimeoutError(log.read_text("utf-8", "replace"))
