"""The engine on Apache Spark: items of work as a distributed collection, their results where they are kept.

Nothing of the records passes through Spark itself. It hands out items, sees that each
is done once although machines fail, and brings back how it went; whoever works on an
item reads the store's files and writes the kept ones, as a local run does.

Loaded only when it is asked for: pyspark is an extra.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from uuid import uuid4

from py4j.java_gateway import JavaGateway
from py4j.protocol import Py4JError, Py4JJavaError
from pyspark import SparkConf, SparkContext
from pyspark.core.broadcast import Broadcast
from pyspark.errors import PySparkException
from pyspark.java_gateway import launch_gateway

from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.measures import problems
from kaohe.measures.engines import Done, Item, Setting

LOCAL = "local[*]"
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
"""What is set unless the caller sets it otherwise."""
SETTINGS_OF_LOCAL = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
"""Where all work is done by this machine, it listens to nobody else."""
TASKS_PER_CORE = 8
"""Items are dealt out in this many portions for each core: few enough that starting one costs
little, enough that the cores end together and that little is lost with one of them."""
LOOK_SECONDS = 0.1
TRACEBACK = "Traceback (most recent call last):"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of some items.

    Attributes:
        computed: How often each stage was really computed.
        problems: What kept the hand from its work.
    """

    computed: Mapping[str, int]
    problems: tuple[Problem, ...] = ()


class SparkEngine:
    """The hands of a Spark cluster; its session begins with the first work that there is for it."""

    def __init__(self, master: str = LOCAL, settings: Mapping[str, str] | None = None) -> None:
        """Name a cluster.

        Args:
            master: Spark's name of it: local[2], spark://host:7077, yarn …
            settings: Further settings of Spark by name.
        """
        self.master = master
        self._settings = {**SETTINGS, **(SETTINGS_OF_LOCAL if master.startswith("local") else {})}
        self._settings |= settings or {}
        self._opened = ExitStack()
        self._context: SparkContext | None = None
        self._sent: tuple[Setting, Broadcast[Setting]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._context = self._sent = None
        self._opened.close()

    def work(self, setting: Setting, items: Sequence[Item], done: Done) -> Mapping[str, int]:
        """Work on items, each by whichever core is free."""
        context = self._session()
        sent = self._broadcast(context, setting)
        portions = min(len(items), TASKS_PER_CORE * context.defaultParallelism)
        try:
            outcomes = _watched(context, sent, items, portions, done)
        except (Py4JError, PySparkException) as error:
            raise ProblemsFound([problems.WORKER_FAILED.at(Place(), reason=_reason(error))]) from error
        found = {str(ProblemsFound([problem])): problem for one in outcomes for problem in one.problems}
        if found:
            # Every hand tells the same.
            raise ProblemsFound(found.values())
        return sum((Counter(one.computed) for one in outcomes), Counter[str]())

    def _session(self) -> SparkContext:
        if self._context is None:
            # Every machine's Python; a cluster whose machines differ sets the variable.
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
            conf = SparkConf(loadDefaults=False).setMaster(self.master).setAppName("kaohe")
            conf.setAll(list(self._settings.items()))
            gateway = self._opened.enter_context(_java(conf))
            try:
                with warnings.catch_warnings():
                    # It warns of versions of pandas, which nothing here uses.
                    warnings.simplefilter("ignore", FutureWarning)
                    self._context = SparkContext(gateway=gateway, conf=conf)
            except (Py4JError, PySparkException) as error:
                problem = problems.NO_CLUSTER.at(Place(), master=self.master, reason=_reason(error))
                raise ProblemsFound([problem]) from error
            self._opened.callback(self._context.stop)
        return self._context

    def _broadcast(self, context: SparkContext, setting: Setting) -> Broadcast[Setting]:
        """Send a setting to all hands; one that they have already is not sent again."""
        if self._sent is None or self._sent[0] is not setting:
            self._sent = setting, context.broadcast(setting)
        return self._sent[1]


def _watched(
    context: SparkContext, sent: Broadcast[Setting], items: Sequence[Item], portions: int, done: Done
) -> list[Outcome]:
    """Have items done in portions, and tell how many of them are done as time goes by."""
    group = uuid4().hex

    def run() -> list[Outcome]:
        context.setJobGroup(group, "kaohe measures", interruptOnCancel=True)
        return context.parallelize(items, portions).mapPartitions(_Portion(sent)).collect()

    told = 0
    with ThreadPoolExecutor(max_workers=1) as thread:
        job = thread.submit(run)
        try:
            while wait([job], LOOK_SECONDS).not_done:
                now = len(items) * _tasks_done(context, group) // portions
                if now > told:
                    done(now - told)
                    told = now
        except BaseException:
            context.cancelJobGroup(group)
            raise
    outcomes = job.result()
    if told < len(items):
        done(len(items) - told)
    return outcomes


def _tasks_done(context: SparkContext, group: str) -> int:
    tracker = context.statusTracker()
    jobs = [job for one in tracker.getJobIdsForGroup(group) if (job := tracker.getJobInfo(one))]
    stages = [stage for job in jobs for one in job.stageIds if (stage := tracker.getStageInfo(one))]
    return sum(stage.numCompletedTasks for stage in stages)


@dataclass(frozen=True, slots=True)
class _Portion:
    """The work on a portion of items, as it is done by a worker.

    Attributes:
        sent: The setting; a worker keeps it, and the store that it opened, from one portion to the next.
    """

    sent: Broadcast[Setting]

    def __call__(self, items: Iterable[Item]) -> Iterator[Outcome]:
        """Work on the items; what the user must mend is brought back, what may pass is tried again."""
        try:
            hand = self.sent.value.hand
            before = Counter(hand.stages.computed)
            for item in items:
                hand.work(item)
            yield Outcome(dict(hand.stages.computed - before))
        except ProblemsFound as found:
            yield Outcome({}, found.problems)


@contextmanager
def _java(conf: SparkConf) -> Iterator[JavaGateway]:
    """Start a Java for one session, and end it; what it has to say does not go to the terminal.

    Raises:
        ProblemsFound: There is none, or it cannot be started.
    """
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    if java is None or not os.access(java, os.X_OK):
        raise _no_java(f"{java or 'java'}: not found")
    with tempfile.TemporaryFile() as said:
        try:
            gateway = launch_gateway(conf, {"stderr": said, "stdout": subprocess.DEVNULL})  # type: ignore[no-untyped-call]
        except PySparkException as error:
            raise _no_java(_last_line(said) or _reason(error)) from error
        try:
            yield gateway
        finally:
            # Spark keeps one Java for the life of a process, and offers no way to end it.
            SparkContext._gateway = SparkContext._jvm = None  # noqa: SLF001 - see above
            gateway.shutdown()
            gateway.proc.stdin.close()
            gateway.proc.wait()


def _no_java(reason: str) -> ProblemsFound:
    return ProblemsFound([problems.NO_JAVA.at(Place(), reason=reason)])


def _last_line(said: IO[bytes]) -> str:
    said.seek(0)
    lines = [line for line in said.read().decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""


def _reason(error: Exception) -> str:
    """Return what an error of Spark says, without the stacks of two languages."""
    said = str(error.java_exception.getMessage()) if isinstance(error, Py4JJavaError) else str(error)
    lines = [line for line in said.splitlines() if line.strip()]
    stacks = [place for place, line in enumerate(lines) if line.endswith(TRACEBACK)]
    if stacks:
        # A Python worker's error stands below its stack, which is indented; Java's own follows.
        below = [line for line in lines[stacks[-1] + 1 :] if not line.startswith(" ")]
        lines = below or lines
    return lines[0].strip() if lines else type(error).__name__
