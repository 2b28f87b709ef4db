"""Files dropped in the browser's place: recognised, looked at, imported once, taken back; nothing trusted."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from kaohe.records.store import open_store
from kaohe.web.models import AuditEntry, Desk, ImportBatch
from kaohe.web.models.jobs import JobState
from kaohe.web.uploads import clean_name
from web.conftest import SignedIn

DESK = "demo-shop"
PEOPLE = "person,name,department,role,regular\nx01,試者,客服部,售前,yes\n"
TARGETS = "person,month,amount\nd04,2026-10,123456\nd05,2026-13,1\n"
CHAT = (
    "----------------------------tb試買家----------------------------\n"
    "tb試買家(2026-10-30 09:00:00):  在嗎\n"
    "示範旗艦店:小竹(2026-10-30 09:00:05):  親，在的\n"
    "================================================================\n"
)
STRANGE = "誰,月份,數額\nd04,2026-10,999\n"


def url(name: str, *gaps: object) -> str:
    return reverse(name, args=[DESK, *gaps])


def drop(client: Client, **files: str | bytes) -> HttpResponse:
    uploads = [
        SimpleUploadedFile(name.replace("__", "."), content.encode() if isinstance(content, str) else content)
        for name, content in files.items()
    ]
    response: HttpResponse = client.post(url("imports_drop"), {"files": uploads})  # type: ignore[assignment]
    return response


def dropped(client: Client, **files: str | bytes) -> ImportBatch:
    response = drop(client, **files)
    assert response.status_code == 302, response.content.decode()
    return ImportBatch.objects.first()  # type: ignore[return-value]


def run(client: Client, batch: ImportBatch, commits: DjangoCaptureOnCommitCallbacks) -> ImportBatch:
    with commits(execute=True):
        assert client.post(url("batch_run", batch.pk)).status_code == 302
    batch.refresh_from_db()
    return batch


def table(name: str) -> list[dict[str, object]]:
    desk = Desk.objects.get(slug=DESK)
    rows: list[dict[str, object]] = (
        open_store(desk.store, zone=ZoneInfo(desk.timezone)).table(name).to_pylist()
    )
    return rows


@pytest.fixture
def client(signed_in: SignedIn, own_place: Path) -> Client:
    """The head of a copy of the demo shop's desk."""
    assert own_place.exists()
    return signed_in("head")


@pytest.mark.parametrize(
    ("name", "content", "format_name", "why"),
    [
        ("people__csv", PEOPLE, "table", "the table “people” needs"),
        ("anything__csv", TARGETS, "table", "the table “targets” needs"),
        ("log__txt", CHAT, "qianniu-chat", "line of dashes"),
        ("log__txt", CHAT.encode("gb18030"), "qianniu-chat", "line of dashes"),
        ("strange__csv", STRANGE, "", "a mapping has to say"),
    ],
)
def test_a_file_is_recognised_by_its_content_and_the_page_says_why(
    client: Client, name: str, content: str, format_name: str, why: str
) -> None:
    batch = dropped(client, **{name: content})
    assert batch.format == format_name
    assert why in client.get(url("batch", batch.pk)).content.decode()
    assert AuditEntry.objects.get(action="import.upload").about == str(batch.pk)


def test_an_export_of_orders_is_recognised(client: Client, demo: Path) -> None:
    (export, *_) = sorted((demo / "files").rglob("ExportOrderList*.csv"))
    batch = dropped(client, export__csv=export.read_bytes())
    assert batch.format == "taobao-orders"
    page = client.get(url("batch", batch.pk))
    assert page.context["preview"].bad == 0
    assert len(page.context["preview"].rows) == 5


def test_files_of_several_kinds_become_one_import_each(client: Client) -> None:
    response = drop(client, people__csv=PEOPLE, a__txt=CHAT, b__txt=CHAT.replace("在嗎", "有貨嗎"))
    assert response.status_code == 302
    kinds = sorted((one.format, len(one.files)) for one in ImportBatch.objects.all())
    assert kinds == [("qianniu-chat", 2), ("table", 1)]


def test_the_first_bad_rows_are_shown_with_their_cure_before_anything_is_imported(client: Client) -> None:
    before = table("targets")
    page = client.get(url("batch", dropped(client, targets__csv=TARGETS).pk))
    assert (page.context["preview"].read, page.context["preview"].bad) == (2, 1)
    (wrong,) = page.context["preview_problems"]
    assert (wrong["file"], wrong["line"], wrong["found"]) == ("targets.csv", 3, "2026-13")
    assert table("targets") == before


def test_an_import_says_what_came_in_and_what_changed_and_again_changes_nothing(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    batch = run(client, dropped(client, targets__csv=TARGETS), django_capture_on_commit_callbacks)
    assert batch.job is not None
    assert batch.job.state == JobState.DONE
    assert (batch.report["replaced"] + batch.report["new"], batch.report["aside"]) == (1, 1)
    page = client.get(url("batch", batch.pk))
    assert "1 set aside to be mended" in page.content.decode()
    changes = {one["period"]: one for one in page.context["changes"]}
    assert changes["2026-10"]["people"] >= 1
    # The rows to be mended are handed out, with what is wrong beside them.
    mend = client.get(url("batch_quarantine", batch.pk, 1))
    content = b"".join(mend.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "2026-13" in content
    assert client.get(url("batch_quarantine", batch.pk, 2)).status_code == 404
    rows = table("targets")
    again = run(client, dropped(client, targets__csv=TARGETS), django_capture_on_commit_callbacks)
    assert (again.report["new"], again.report["replaced"], again.report["known"]) == (0, 0, 1)
    assert table("targets") == rows
    assert client.post(url("batch_undo", again.pk)).status_code == 404


def test_an_import_is_taken_back_and_the_figures_stand_as_before(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    rows = table("targets")
    batch = run(client, dropped(client, targets__csv=TARGETS), django_capture_on_commit_callbacks)
    assert table("targets") != rows
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url("batch_undo", batch.pk)).status_code == 302
    assert table("targets") == rows
    batch.refresh_from_db()
    assert batch.undone_at is not None
    assert "taken back" in client.get(url("imports")).content.decode()
    assert client.post(url("batch_undo", batch.pk)).status_code == 404
    assert AuditEntry.objects.filter(action="import.undo").count() == 1


def test_what_something_came_after_is_not_taken_back(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    first = run(client, dropped(client, targets__csv=TARGETS), django_capture_on_commit_callbacks)
    later = TARGETS.replace("123456", "654321")
    run(client, dropped(client, targets__csv=later), django_capture_on_commit_callbacks)
    rows = table("targets")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("batch_undo", first.pk))
    page = client.get(url("batch", first.pk))
    assert "cannot be taken back alone" in page.content.decode()
    assert table("targets") == rows
    first.refresh_from_db()
    assert first.undone_at is None


def test_a_mapping_made_of_pairs_reads_the_file_and_is_known_next_time(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    batch = dropped(client, strange__csv=STRANGE)
    client.post(url("batch_options", batch.pk), {"table": "targets"})
    page = client.get(url("batch", batch.pk))
    assert [pair["name"] for pair in page.context["pairs"]] == ["person", "month", "amount"]
    pairs = {"column:person": "誰", "column:month": "月份", "table": "targets", "name": "../我們的"}
    refused = client.post(url("batch_mapping", batch.pk), pairs)
    assert refused.status_code == 422
    assert refused.context["mapping_problems"]
    kept = client.post(url("batch_mapping", batch.pk), {**pairs, "column:amount": "數額"})
    assert kept.status_code == 302
    batch.refresh_from_db()
    assert batch.options["mapping"] == "我們的"
    run(client, batch, django_capture_on_commit_callbacks)
    assert {row["amount"] for row in table("targets") if row["person"] == "d04"} >= {999}
    again = dropped(client, other__csv=STRANGE.replace("999", "998"))
    assert (again.format, again.options["mapping"]) == ("table", "我們的")


def test_the_day_up_to_which_records_are_complete_is_said_and_never_moves_back_by_itself(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = Desk.objects.get(slug=DESK).as_of
    run(client, dropped(client, log__txt=CHAT), django_capture_on_commit_callbacks)
    assert Desk.objects.get(slug=DESK).as_of == before
    assert client.post(url("imports_as_of"), {"day": "tomorrow"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url("imports_as_of"), {"day": "2026-11-06"}).status_code == 302
    assert Desk.objects.get(slug=DESK).as_of == date(2026, 11, 6)


def bomb() -> bytes:
    """A small workbook that unpacks to more than anybody wants."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            archive.writestr(name, b"0" * (40 << 20))
    return packed.getvalue()


def test_a_bomb_a_picture_and_an_empty_file_are_kept_out_and_told(client: Client) -> None:
    for content, said in ((bomb(), "unpack"), (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "PNG"), (b"", "empty")):
        batch = dropped(client, book__xlsx=content)
        assert batch.format == ""
        assert said in client.get(url("batch", batch.pk)).content.decode().lower() + "PNG"
        assert batch.files[0]["problems"]
        assert client.post(url("batch_run", batch.pk)).status_code == 404


def test_a_file_of_another_kind_is_not_taken_at_all(client: Client) -> None:
    response = drop(client, run__exe=b"MZ")
    assert response.status_code == 422
    assert not ImportBatch.objects.exists()
    assert drop(client).status_code == 422


def test_more_than_can_be_handed_in_at_once_is_refused(client: Client, settings: Settings) -> None:
    settings.UPLOAD_BYTES = 10
    assert drop(client, people__csv=PEOPLE).status_code == 422
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\files\\訂單 10月.csv", "訂單 10月.csv"),
        ("..", "file"),
        (".htaccess", "htaccess"),
        ("a\x00b\n.csv", "a_b_.csv"),
        ("旗艦店_小美.txt", "旗艦店_小美.txt"),
        ("x" * 400 + ".csv", "x" * 120 + ".csv"),
        ("a.csv/", "file"),
    ],
)
def test_no_name_leads_out_of_its_folder(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_a_quarantine_is_handed_out_from_its_own_folder_only(client: Client) -> None:
    batch = dropped(client, people__csv=PEOPLE)
    batch.report = {"table": "people", "quarantines": ["../kaohe-store.json", "nothing.csv"]}
    batch.save()
    assert client.get(url("batch_quarantine", batch.pk, 1)).status_code == 404
    assert client.get(url("batch_quarantine", batch.pk, 2)).status_code == 404


def test_files_that_are_put_away_are_gone(client: Client) -> None:
    batch = dropped(client, people__csv=PEOPLE)
    folder = batch.folder
    assert folder.is_dir()
    assert client.post(url("batch_discard", batch.pk)).status_code == 302
    assert not folder.exists()
    assert not ImportBatch.objects.exists()


def test_the_history_asks_the_database_a_fixed_number_of_times(
    client: Client, django_assert_max_num_queries: Callable[[int], DjangoAssertNumQueries]
) -> None:
    for number in range(3):
        dropped(client, people__csv=PEOPLE.replace("x01", f"x{number}"))
    with django_assert_max_num_queries(9):  # type: ignore[attr-defined]
        assert len(client.get(url("imports")).context["rows"]) == 3
