"""Sheets of an older engine are not read but made anew, by themselves; no page goes wrong meanwhile."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from kaohe.statements.sheets import FORM
from kaohe.web.editions import sheet
from kaohe.web.models import Edition, Job, Sheet
from kaohe.web.models.jobs import JobState
from kaohe.web.renewing import renew_all
from web.conftest import SignedIn
from web.test_entry import OF_DESK, address

SHAPE = "6:95987fb20526"
"""The form of the demo's sheets, digested."""
OF_DATA = (("words", "figures"), ("words", "items"))
"""Where names of the policy are keys."""


@pytest.fixture
def old(edition: Edition) -> Edition:
    """The running month, as an older engine left it: its sheets say nothing that pages know."""
    Edition.objects.filter(pk=edition.pk).update(maker="0.0.1/0")
    Sheet.objects.filter(edition=edition).update(data={"older": "form"})
    edition.refresh_from_db()
    return edition


def test_no_page_goes_wrong_over_sheets_of_an_older_engine(signed_in: SignedIn, old: Edition) -> None:
    assert sheet(old, "overview") is None
    seen = 0
    for role in ("head", "agent"):
        client = signed_in(role)
        for name, pattern in OF_DESK:
            response = client.get(address(name, pattern))
            assert response.status_code in (200, 204, 302, 404, 405, 503), (role, name)
            if response.status_code == 503:
                seen += 1
                assert "2026-10 is being computed anew" in response.content.decode()
                assert response.headers["Refresh"]
    assert seen > 20
    assert Job.objects.filter(kind="appraise", state=JobState.WAITING).count() == 1


def test_a_page_that_is_opened_has_them_made_anew(
    signed_in: SignedIn, old: Edition, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    where = reverse("overview", args=["demo-shop", old.period])
    with django_capture_on_commit_callbacks(execute=True):
        assert signed_in("head").get(where).status_code == 503
    assert signed_in("head").get(where).status_code == 200


def test_where_it_cannot_be_computed_the_page_says_why(signed_in: SignedIn, old: Edition) -> None:
    renew_all()
    wrong = {"code": "P1", "severity": "error", "message": {"en": "The policy is gone."}, "file": ""}
    Job.objects.filter(arguments={"period": old.period}).update(state=JobState.FAILED, problems=[wrong])
    response = signed_in("head").get(reverse("overview", args=["demo-shop", old.period]))
    assert response.status_code == 503
    assert "Refresh" not in response.headers
    assert "The policy is gone." in response.content.decode()


@pytest.mark.usefixtures("place")
def test_a_place_that_is_begun_has_them_made_anew_each_once(old: Edition) -> None:
    for _ in range(2):
        call_command("migrate", verbosity=0)
    assert [job.arguments for job in Job.objects.filter(kind="appraise")] == [{"period": old.period}]


def paths(data: object, where: tuple[str, ...]) -> Iterator[str]:
    """Yield where something stands in a sheet, by names."""
    if isinstance(data, dict):
        for name, one in data.items():
            yield from paths(one, (*where, "*" if where in OF_DATA else name))
    elif isinstance(data, list):
        for one in data:
            yield from paths(one, (*where, "[]"))
    else:
        yield ".".join(where)


def test_sheets_of_another_form_have_another_number(demo: Path) -> None:
    rows = json.loads((demo / "rows.json").read_text("utf-8"))
    sheets = [row["fields"] for row in rows if row["model"] == "web.sheet"]
    found = sorted({path for one in sheets for path in paths(one["data"], (one["kind"],))})
    shape = f"{FORM}:{sha256(chr(10).join(found).encode()).hexdigest()[:12]}"
    assert shape == SHAPE, "sheets have another form now: raise FORM in statements/sheets.py, write this here"
