"""An import whose worker is killed: it finishes once a worker is back, and nothing comes in twice."""

from pathlib import Path
from zoneinfo import ZoneInfo

from pytest_django import DjangoCaptureOnCommitCallbacks

from kaohe.records.store import open_store
from kaohe.web import jobs
from kaohe.web.models import Desk, ImportBatch, Job
from kaohe.web.models.jobs import JobState
from kaohe.web.serving import manage
from web.conftest import SignedIn
from web.place import plain
from web.test_imports import CHAT, DESK, dropped, run
from web.test_jobs import RUN_OUT, Rows, Worker, outside, worker

__all__ = ["worker"]
LINES = 60_000
ASKED = f"""
from django.core.files.uploadedfile import SimpleUploadedFile
from kaohe.web import jobs
from kaohe.web.models import Desk, User
from kaohe.web.uploads import take
desk, user = Desk.objects.get(slug="{DESK}"), User.objects.get(username="head")
head = "shop,account,customer,sent_at,sender,text"
shop = "示範旗艦店"
rows = (f"{{shop}},{{shop}}:小竹,tb{{n % 700}},2026-10-{{n % 28 + 1:02}} 10:{{n % 60:02}}:00,customer,{{n}}"
        for n in range({LINES}))
file = SimpleUploadedFile("messages.csv", chr(10).join([head, *rows]).encode())
(batch,) = take(desk, user, [file])
print(jobs.ask("import", {{"batch": batch.pk, "language": "en"}}, desk=desk, by=user).pk)
"""


def lines(place: Path) -> int:
    """How many chat lines the desk's store holds."""
    store = open_store((place / "desks" / DESK / "store").resolve(), zone=ZoneInfo("Asia/Shanghai"))
    return sum(store.messages(shop, day, text=False).num_rows for shop, day in store.partitions())


def test_an_import_whose_worker_is_killed_finishes_and_brings_nothing_in_twice(
    own_place: Path, worker: Worker
) -> None:
    manage(plain(own_place), "migrate", "--verbosity", "0")
    before = lines(own_place)
    number, rows = outside(own_place, ASKED), Rows(own_place)
    worker.begin()
    rows.wait(number, JobState.RUNNING)
    worker.kill()
    for statement in RUN_OUT:
        rows.ask(statement)
    worker.begin()
    rows.wait(number, JobState.DONE)
    assert rows.state(number) == (JobState.DONE, 2)
    assert lines(own_place) == before + LINES


def test_what_a_killed_worker_had_brought_in_already_is_found_and_can_still_be_taken_back(
    signed_in: SignedIn, own_place: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client = signed_in("head")
    before = lines(own_place)
    batch = run(client, dropped(client, log__txt=CHAT), django_capture_on_commit_callbacks)
    assert batch.job is not None
    assert lines(own_place) == before + 2
    versions = {name: batch.versions[name] for name in ("before", "after")}
    # As it stands where the worker dies right after the rows came in.
    ImportBatch.objects.update(versions={"base": batch.versions["base"]}, report={"figures": {"before": {}}})
    Job.objects.filter(pk=batch.job.pk).update(state=JobState.WAITING)
    jobs.do(batch.job.pk)
    batch.refresh_from_db()
    assert Job.objects.get(pk=batch.job.pk).state == JobState.DONE
    assert lines(own_place) == before + 2
    assert {name: batch.versions[name] for name in ("before", "after")} == versions
    assert batch.report["new"] == 2
    assert Desk.objects.get(slug=DESK).as_of is not None
