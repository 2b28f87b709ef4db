"""The programming interface: tokens with scopes, problem details, the same figures as everywhere."""

import csv
import json
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from kaohe.web.api.tokens import Scope, made
from kaohe.web.clock import now
from kaohe.web.models import AuditEntry, Desk, ImportBatch, Job, Token, User
from kaohe.web.models.jobs import JobState

API = "/api/v1"


def client_of(slug: str = "demo-shop", *scopes: Scope) -> tuple[Client, Token]:
    desk, by = Desk.objects.get(slug=slug), User.objects.get(username="admin")
    row, token = made(desk, "test", list(scopes or (Scope.READ,)), by=by)
    return Client(headers={"Authorization": f"Bearer {token}"}), row


@pytest.mark.usefixtures("place", "db")
def test_the_interface_describes_itself_in_openapi_3_1() -> None:
    described = json.loads(Client().get(f"{API}/openapi.json").content)
    assert described["openapi"].startswith("3.1")
    for path, operations in described["paths"].items():
        for operation in operations.values():
            assert operation["security"], path
            assert {"401", "403", "404", "422"} <= set(operation["responses"]), path


@pytest.mark.usefixtures("place", "db")
def test_without_a_token_that_holds_there_is_no_answer() -> None:
    client, row = client_of()
    assert client.get(f"{API}/periods").status_code == 200
    for change in ({"expires_at": now() - timedelta(1)}, {"expires_at": None, "revoked_at": now()}):
        Token.objects.filter(pk=row.pk).update(**change)
        response = client.get(f"{API}/periods")
        assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert Client().get(f"{API}/periods").status_code == 401


@pytest.mark.usefixtures("place", "db")
def test_a_token_does_what_its_scopes_allow_and_at_its_own_desk_alone() -> None:
    client, _ = client_of("demo-shop", Scope.IMPORT)
    assert client.get(f"{API}/periods").status_code == 403
    other, _ = client_of("duties-attitude")
    assert [one["period"] for one in other.get(f"{API}/periods").json()] == ["2026-10"]
    assert other.get(f"{API}/periods/2026-09").status_code == 404


@pytest.mark.usefixtures("place", "db")
def test_figures_are_those_of_the_statements_and_open_to_their_reasons(demo: Path) -> None:
    client, _ = client_of()
    found = client.get(f"{API}/periods/2026-10/figures", {"subject": "d01", "figure": "pay.total"}).json()
    (row,) = found["figures"]
    with (demo / "results" / "2026-10" / "figures.csv").open(newline="") as opened:
        written = [
            one for one in csv.DictReader(opened) if (one["figure"], one["subject"]) == ("pay.total", "d01")
        ]
    assert Fraction(row["value"]) == Fraction(written[0]["value"])
    asked = {name: row[name] for name in ("figure", "level", "subject", "span")}
    told = client.get(f"{API}/periods/2026-10/why", {**asked, "depth": 1, "language": "en"}).json()
    assert Fraction(told["exact"]) == Fraction(row["value"])
    assert told["sentence"]
    assert any(one.get("opened") for one in told["inputs"])
    assert client.get(f"{API}/periods/2026-10/why", {**asked, "subject": "x"}).status_code == 404


@pytest.mark.usefixtures("place", "db")
def test_what_is_asked_wrongly_is_refused_as_problem_details() -> None:
    client, _ = client_of()
    response = client.get(f"{API}/periods/2026-10/figures", {"limit": 0})
    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    assert response.json()["errors"]


def test_statements_are_written_by_a_job_and_fetched(
    own_place: Path, db: None,  # noqa: ARG001 - the rows must be there
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, settings: Settings,
) -> None:  # fmt: skip
    settings.DATA = own_place
    client, _ = client_of()
    with django_capture_on_commit_callbacks(execute=True):
        asked = client.post(f"{API}/periods/2026-10/statements?language=en")
    assert asked.status_code == 202
    job = client.get(f"{API}/jobs/{asked.json()['id']}").json()
    assert job["state"] == JobState.DONE, job
    for name in job["files"]:
        assert b"".join(client.get(f"{API}/jobs/{job['id']}/files/{name}").streaming_content)  # type: ignore[attr-defined]
    assert client.get(f"{API}/jobs/{job['id']}/files/..%2Fkaohe.sqlite3").status_code == 404
    assert Job.objects.get(pk=job["id"]).attempts == 1


TARGETS = b"person,month,amount\nd04,2026-10,123456\nd05,2026-13,1\n"


def handed_in(client: Client, name: str, content: bytes, **said: str) -> HttpResponse:
    response: HttpResponse = client.post(  # type: ignore[assignment]
        f"{API}/imports", {"files": SimpleUploadedFile(name, content), **said}
    )
    return response


@pytest.mark.usefixtures("own_place", "db")
def test_a_program_hands_files_in_and_hears_what_came_of_them(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client, _ = client_of("demo-shop", Scope.IMPORT)
    with django_capture_on_commit_callbacks(execute=True):
        response = handed_in(client, "anything.csv", TARGETS)
    assert response.status_code == 202, response.content
    (asked,) = response.json()  # type: ignore[attr-defined]
    assert (asked["format"], asked["options"]["table"]) == ("table", "targets")
    told = client.get(f"{API}/imports/{asked['id']}").json()
    assert told["job"]["state"] == JobState.DONE, told
    assert (told["came_in"]["read"], told["came_in"]["aside"]) == (2, 1)
    (wrong,) = (one for one in told["job"]["problems"] if one["severity"] == "error")
    assert (wrong["file"], wrong["line"], wrong["column"], wrong["found"]) == (
        "anything.csv", 3, "month", "2026-13",
    )  # fmt: skip
    assert all(wrong["message"][language] for language in ("zh-Hant", "zh-Hans", "en"))
    assert AuditEntry.objects.filter(action="import.run", after__token="test").count() == 1


@pytest.mark.usefixtures("own_place", "db")
def test_files_handed_in_again_are_not_imported_again(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    client, _ = client_of("demo-shop", Scope.IMPORT)
    answers = []
    for said in ({}, {}, {"table": "targets", "encoding": "utf-8"}):
        with django_capture_on_commit_callbacks(execute=True):
            answers.append(handed_in(client, "anything.csv", TARGETS, **said))
    assert [one.status_code for one in answers] == [202, 200, 202], "said otherwise, it is another import"
    numbers = [one.json()[0]["id"] for one in answers]  # type: ignore[attr-defined]
    assert numbers[0] == numbers[1] != numbers[2]
    assert ImportBatch.objects.count() == 2


@pytest.mark.usefixtures("own_place", "db")
def test_what_cannot_be_imported_is_refused_with_every_problem_and_nothing_is_kept() -> None:
    client, _ = client_of("demo-shop", Scope.IMPORT)
    for name, content, said, codes in (
        ("a.csv", b"what,is,this\n1,2,3\n", {}, ["W405"]),
        ("a.exe", b"MZ", {}, ["W404"]),
        ("a.csv", TARGETS, {"table": "nothing", "mapping": "none"}, ["W406", "W407"]),
        ("a.csv", TARGETS, {"format": "qianniu-chat", "table": "targets"}, ["R141"]),
        ("a.csv", TARGETS, {"format": "paper"}, ["R117"]),
    ):
        response = handed_in(client, name, content, **said)
        assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
        assert [one["code"] for one in response.json()["problems"]] == codes, name  # type: ignore[attr-defined]
    assert not ImportBatch.objects.exists()


@pytest.mark.usefixtures("own_place", "db")
def test_a_token_that_may_only_read_hands_nothing_in_and_nobody_sees_another_desk_s_imports() -> None:
    assert handed_in(client_of()[0], "a.csv", TARGETS).status_code == 403
    (mine,) = handed_in(client_of("demo-shop", Scope.IMPORT)[0], "a.csv", TARGETS).json()  # type: ignore[attr-defined]
    other, _ = client_of("duties-attitude", Scope.IMPORT)
    assert other.get(f"{API}/imports/{mine['id']}").status_code == 404


@pytest.mark.usefixtures("db")
def test_a_range_that_ends_before_it_begins_is_not_measured() -> None:
    client, _ = client_of()
    for first, last in (("2026-10-02", "2026-10-01"), ("2020-01-01", "2026-10-01")):
        asked = {"first": first, "last": last}
        response = client.post(f"{API}/measures", asked, content_type="application/json")
        assert response.status_code == 422, response.content
