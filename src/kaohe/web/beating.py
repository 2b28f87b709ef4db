"""Signs of life: while a job is being done, the queue is told not to give it to another worker.

The queue hands a job out again once its lock has run out. A worker that is at it moves the
lock on; one that was killed does not, and within a minute another takes the job up.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

from django.db import OperationalError, connection
from django_q.models import OrmQ

from kaohe.web.clock import now
from kaohe.web.models import Job
from kaohe.web.settings import RETRY_SECONDS

LOG = logging.getLogger("kaohe.jobs")
EVERY_SECONDS = 10.0
LEASE = timedelta(seconds=RETRY_SECONDS)


def is_alive(job: Job) -> bool:
    """Return whether a worker has said lately that it is at a job."""
    return job.beat_at is not None and now() - job.beat_at < LEASE


@contextmanager
def beating(number: int) -> Iterator[None]:
    """Say that a job is being done, from now until it is."""
    over = Event()
    places = _places(number)

    def beat() -> None:
        try:
            while not over.wait(EVERY_SECONDS):
                try:
                    _beat(number, places)
                except OperationalError:
                    # The database is busy with something long: the next beat will do.
                    LOG.warning("job %s could not say that it is being done", number)
        finally:
            connection.close()

    _beat(number, places)
    thread = Thread(target=beat, name=f"job {number}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _places(number: int) -> list[int]:
    """Return the rows of the queue that stand for a job."""
    return [one.pk for one in OrmQ.objects.all() if tuple(one.args() or ()) == (number,)]


def _beat(number: int, places: list[int]) -> None:
    moment = now()
    Job.objects.filter(pk=number).update(beat_at=moment)
    OrmQ.objects.filter(pk__in=places).update(lock=moment + LEASE)
