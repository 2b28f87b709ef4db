"""Jobs: work that goes on while pages are read, told by a row, and begun again where a worker was killed.

A kind of job is a function that can be called twice: what it did the first time, it finds
done. The queue delivers a job at least once, and again when a worker dies over it.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

from django.db import transaction
from django_q.tasks import async_task

from kaohe.core.language import Text
from kaohe.core.problem import ProblemsFound
from kaohe.web.beating import beating, is_alive
from kaohe.web.clock import now
from kaohe.web.models import Desk, Job, User
from kaohe.web.models.jobs import JobState
from kaohe.web.saying import problems
from kaohe.web.speaking import in_all

LOG = logging.getLogger("kaohe.jobs")
TOLD_EVERY = 0.5
"""Seconds between two writings of a job's progress."""
LONGEST = 7 * 86_400
"""Seconds that a job may take: an import of a large shop takes its time."""
WAIT = 2.0
"""Seconds between two looks at a job that another worker is at."""
WENT_WRONG = Text("Something went wrong here that should not have; the log of the server says what.")


@dataclass(frozen=True, slots=True)
class Work:
    """A job being done, as the function that does it sees it.

    Attributes:
        job: Its row.
        desk: Whose it is; None: the whole place's.
        arguments: What it was asked with.
    """

    job: Job
    desk: Desk | None
    arguments: Mapping[str, Any]

    @contextmanager
    def step(self, text: Text) -> Iterator[Callable[[int, int], None]]:
        """Say what is being done; give the function that tells how far it is."""
        self._tell(says=in_all(text), done=0, total=0)
        told = monotonic()

        def moved(done: int, total: int) -> None:
            nonlocal told
            if monotonic() - told >= TOLD_EVERY or done == total:
                told = monotonic()
                self._tell(done=done, total=total)

        yield moved

    def tell(self, text: Text, done: int, total: int) -> None:
        """Say what is being done now, and how far it is."""
        self._tell(says=in_all(text), done=done, total=total)

    def _tell(self, **what: object) -> None:
        Job.objects.filter(pk=self.job.pk).update(**what)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job.

    Attributes:
        says: In a sentence.
        result: For whoever goes on from it.
        problems: Warnings, as ``saying.problem`` writes them.
    """

    says: Text
    result: Mapping[str, Any]
    problems: list[Mapping[str, Any]]


Doing = Callable[[Work], Outcome]
KINDS: dict[str, Doing] = {}
"""What can be done, by name; the modules of ``kaohe.web.work`` fill it."""


def kind(name: str) -> Callable[[Doing], Doing]:
    """Make a function a kind of job."""

    def known(doing: Doing) -> Doing:
        assert name not in KINDS, name
        KINDS[name] = doing
        return doing

    return known


def ask(
    name: str, arguments: Mapping[str, Any], *, desk: Desk | None, by: User | None, once: bool = False
) -> Job:
    """Ask for a job; it begins as soon as a worker is free, after what is being written is written.

    Args:
        name: Its kind.
        arguments: With what.
        desk: Whose it is.
        by: Who asks.
        once: Whether an equal one that still waits will do.
    """
    assert name in KINDS, name
    if once:
        waiting = Job.objects.filter(desk=desk, kind=name, state=JobState.WAITING, arguments=dict(arguments))
        if (found := waiting.first()) is not None:
            return found
    job = Job.objects.create(desk=desk, kind=name, arguments=dict(arguments), asked_by=by, asked_at=now())
    transaction.on_commit(
        lambda: async_task("kaohe.web.jobs.do", job.pk, task_name=f"{name} {job.pk}", timeout=LONGEST)
    )
    return job


def do(number: int) -> None:
    """Do a job; one that is over is left as it is, one that another worker is at is waited for.

    The row says how it ended; an error that nobody foresaw goes to the log, not to the reader.
    """
    job = _job(number)
    while job.state == JobState.RUNNING and is_alive(job):
        sleep(WAIT)
        job = _job(number)
    if job.is_over:
        return
    with beating(number):
        _do(job)


def _job(number: int) -> Job:
    return Job.objects.select_related("desk", "asked_by").get(pk=number)


def _do(job: Job) -> None:
    number = job.pk
    Job.objects.filter(pk=number).update(state=JobState.RUNNING, started_at=now(), attempts=job.attempts + 1)
    ended: dict[str, object]
    try:
        outcome = KINDS[job.kind](Work(job, job.desk, job.arguments))
        ended = {
            "state": JobState.DONE,
            "says": in_all(outcome.says),
            "result": dict(outcome.result),
            "problems": outcome.problems,
        }
    except ProblemsFound as found:
        ended = {"state": JobState.FAILED, "says": {}, "problems": problems(found.problems)}
    except Exception:  # whatever it was, the reader must hear that the job is over
        LOG.exception("job %s (%s)", number, job.kind)
        ended = {"state": JobState.FAILED, "says": in_all(WENT_WRONG)}
    Job.objects.filter(pk=number).update(ended_at=now(), **ended)
