"""Jobs: asked for once, told while they run, begun again where a worker was killed."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from kaohe.web import jobs
from kaohe.web.clock import now
from kaohe.web.models import Desk, Edition, Job, User
from kaohe.web.models.jobs import JobState
from kaohe.web.serving import Serving, manage
from web.conftest import SignedIn
from web.place import plain

PERIOD = "2026-10"
OFTEN = 0.05


@pytest.fixture
def desk(own_place: Path, db: None) -> Desk:  # noqa: ARG001 - the rows must be there
    return Desk.objects.get(slug="demo-shop")


def test_a_job_that_was_asked_for_is_done_once_what_was_written_is_written(
    desk: Desk, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = Edition.objects.get(desk=desk, period=PERIOD).computed_at
    with django_capture_on_commit_callbacks(execute=True):
        job = jobs.ask("appraise", {"period": PERIOD}, desk=desk, by=None)
        assert Job.objects.get(pk=job.pk).state == JobState.WAITING
    done = Job.objects.get(pk=job.pk)
    assert (done.state, done.attempts) == (JobState.DONE, 1)
    assert done.says["en"] == "2026-10 is computed."
    assert Edition.objects.get(desk=desk, period=PERIOD).computed_at > before


def test_an_equal_job_that_still_waits_will_do(desk: Desk) -> None:
    first = jobs.ask("appraise", {"period": PERIOD}, desk=desk, by=None, once=True)
    assert jobs.ask("appraise", {"period": PERIOD}, desk=desk, by=None, once=True) == first
    assert jobs.ask("appraise", {"period": "2026-09"}, desk=desk, by=None, once=True) != first


def test_a_job_that_cannot_be_done_says_every_problem(desk: Desk) -> None:
    job = jobs.ask("appraise", {"period": "2026-13"}, desk=desk, by=None)
    jobs.do(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert {one["severity"] for one in job.problems} == {"error"}
    assert "2026-13" in str(job.problems)


def test_a_job_that_is_over_is_not_done_again(desk: Desk) -> None:
    job = jobs.ask("appraise", {"period": PERIOD}, desk=desk, by=None)
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE)
    jobs.do(job.pk)
    assert Job.objects.get(pk=job.pk).attempts == 0


def test_a_job_whose_worker_gave_no_sign_of_life_is_begun_again(desk: Desk) -> None:
    job = jobs.ask("appraise", {"period": "2026-13"}, desk=desk, by=None)
    Job.objects.filter(pk=job.pk).update(
        state=JobState.RUNNING, attempts=1, beat_at=now() - timedelta(hours=1)
    )
    jobs.do(job.pk)
    assert Job.objects.get(pk=job.pk).attempts == 2


def test_who_asked_for_a_job_sees_how_far_it_is_and_nobody_else_of_the_desk(signed_in: SignedIn) -> None:
    asker = User.objects.get(username="head")
    job = jobs.ask("appraise", {"period": PERIOD}, desk=Desk.objects.get(slug="demo-shop"), by=asker)
    where = reverse("job", args=["demo-shop", job.pk])
    assert b"Waiting" in signed_in("head").get(where).content
    assert signed_in("agent").get(where).status_code == 404
    assert signed_in("admin").get(where).status_code == 200


class Worker:
    """A worker as a process, on a place with a database of its own."""

    def __init__(self, serving: Serving) -> None:
        self.environment = serving.surroundings()
        self.running: list[subprocess.Popen[bytes]] = []

    def begin(self) -> None:
        line = [sys.executable, "-m", "django", "qcluster"]
        self.running.append(subprocess.Popen(line, env=self.environment, start_new_session=True))

    def kill(self) -> None:
        """Kill it and its own processes, as a stopped machine would."""
        for one in self.running:
            if one.poll() is None:
                os.killpg(one.pid, signal.SIGKILL)
                one.wait()
        self.running.clear()


@pytest.fixture
def worker(own_place: Path) -> Iterator[Worker]:
    found = Worker(plain(own_place))
    yield found
    found.kill()


def outside(place: Path, code: str) -> str:
    """Run a piece of Python on the place, in a process of its own; return what it prints."""
    line = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
    done = subprocess.run(line, env=plain(place).surroundings(), capture_output=True, text=True, check=True)
    return done.stdout.strip()


ASKED = """
from kaohe.web import jobs
from kaohe.web.models import Desk
print(jobs.ask("appraise", {"period": "2026-10"}, desk=Desk.objects.get(slug="demo-shop"), by=None).pk)
"""
RUN_OUT = (
    "UPDATE django_q_ormq SET lock = '2026-01-01 00:00:00'",
    "UPDATE web_job SET beat_at = '2026-01-01 00:00:00' WHERE state = 'running'",
)
"""What a minute without a sign of life does."""
EDITIONS = "SELECT count(*) FROM web_edition WHERE period = '2026-10' AND desk_id ="
EDITIONS += " (SELECT id FROM web_desk WHERE slug = 'demo-shop')"


class Rows:
    """The place's database, looked at from outside."""

    def __init__(self, place: Path) -> None:
        self.file = place / "kaohe.sqlite3"

    def ask(self, statement: str) -> tuple[object, ...]:
        with closing(sqlite3.connect(self.file, timeout=20)) as opened:
            row = opened.execute(statement).fetchone()
            opened.commit()
        return tuple(row or ())

    def state(self, number: str) -> tuple[object, ...]:
        return self.ask(f"SELECT state, attempts FROM web_job WHERE id = {int(number)}")

    def wait(self, number: str, state: str) -> None:
        until = monotonic() + 120
        while (found := self.state(number))[0] != state:
            assert monotonic() < until, found
            assert found[0] != JobState.FAILED
            sleep(OFTEN)


def test_a_killed_worker_loses_no_job_and_does_none_twice(own_place: Path, worker: Worker) -> None:
    manage(plain(own_place), "migrate", "--verbosity", "0")
    shutil.rmtree(own_place / "desks" / "demo-shop" / "store" / "measures-kept")  # so that it takes a while
    number, rows = outside(own_place, ASKED), Rows(own_place)
    worker.begin()
    rows.wait(number, JobState.RUNNING)
    worker.kill()
    assert rows.state(number) == (JobState.RUNNING, 1)
    assert rows.ask(EDITIONS) == (1,)
    for statement in RUN_OUT:
        rows.ask(statement)
    worker.begin()
    rows.wait(number, JobState.DONE)
    assert rows.state(number) == (JobState.DONE, 2)
    assert rows.ask(EDITIONS) == (1,)
