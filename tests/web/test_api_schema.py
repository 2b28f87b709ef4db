"""The programming interface does what it says of itself, whatever it is asked: no error, no other form."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kaohe.web.api.interface import api
from kaohe.web.api.tokens import Scope, made
from kaohe.web.clock import now
from kaohe.web.models import Desk, ImportBatch, Job, User

EXAMPLES = 10
"""Of each operation, every other one over what the demo's desk has."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
FIGURE = {"figure": "pay.total", "level": "person", "subject": "d01", "span": "2026-10"}
DESCRIBED: dict[str, Any] = dict(api.get_openapi_schema(path_prefix="/api/v1/"))
OPERATIONS = [(method, path) for path, operations in DESCRIBED["paths"].items() for method in operations]
NEVER = {"/api/v1/imports", "/api/v1/jobs/{number}/files/{name}"}
"""Where nothing that is made up succeeds: no file of the records, no file that a job wrote."""


@pytest.fixture
def desk(db: None) -> Desk:  # noqa: ARG001 - the rows must be there
    """The demo's desk."""
    return Desk.objects.get(slug="demo-shop")


@pytest.fixture
def token(desk: Desk) -> str:
    """A token that may do everything."""
    return made(desk, "any", list(Scope), by=User.objects.get(username="admin"))[1]


@pytest.fixture
def known(desk: Desk) -> Mapping[str, Mapping[str, object]]:
    """What there is at the desk: its newest period, a job and an import."""
    job = Job.objects.create(desk=desk, kind="import", asked_at=now())
    batch = ImportBatch.objects.create(desk=desk, at=now(), format="table", job=job)
    return {"jobs": {"number": job.pk}, "imports": {"number": batch.pk}, "periods": {"period": "2026-10"}}


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A request does not close the connection that the test's own transaction lies in."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{m} {p}" for m, p in OPERATIONS])
@pytest.mark.usefixtures("own_place", "one_connection")
def test_an_operation_answers_as_it_is_described(
    method: str, path: str, token: str, known: Mapping[str, Mapping[str, object]]
) -> None:
    described = schemathesis.openapi.from_dict(DESCRIBED)
    described.app = get_wsgi_application()
    seen: list[int] = []

    @given(case=described[path][method].as_strategy())
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def asked(case: "Case[Any]") -> None:
        if len(seen) % 2:
            case.path_parameters.update(known.get(path.split("/")[3], {}))
            case.query.update(FIGURE if path.endswith("/why") else {})
        response = case.call(headers={"Authorization": f"Bearer {token}"})
        seen.append(response.status_code)
        case.validate_response(response, checks=CHECKS)

    asked()
    assert (min(seen) in (200, 202)) == (path not in NEVER), seen
