"""The programming interface: tokens with scopes, problem details, the same figures as everywhere."""

import csv
import json
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from kaohe.web.api.tokens import Scope, made
from kaohe.web.clock import now
from kaohe.web.models import Desk, Job, Token, User
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
