"""Payslips: who sees which, on the page and on paper; the payroll file, harmless to spreadsheets."""

import csv
import io
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from kaohe.core.language import Language
from kaohe.web.models import AuditEntry, Edition, Job, PayrollLayout, Sheet
from kaohe.web.models.jobs import JobState
from kaohe.web.papers import Papers
from kaohe.web.payroll import LIKE_FORMULAS, Paid, as_csv, as_workbook, harmless
from web.conftest import SignedIn

DESK, PERIOD = "demo-shop", "2026-10"
Queries = Callable[[int], AbstractContextManager[object]]
Committed = Callable[..., AbstractContextManager[object]]


def where(name: str, *more: object) -> str:
    return reverse(name, args=[DESK, PERIOD, *more])


@pytest.fixture
def edition(db: None, place: Path) -> Edition:  # noqa: ARG001 - the rows must be there
    return Edition.objects.get(desk__slug=DESK, period=PERIOD)


@pytest.fixture
def table(edition: Edition) -> Sheet:
    return Sheet.objects.get(edition=edition, kind="payslips")


def test_everybodys_totals_add_up_to_what_is_to_be_paid(
    signed_in: SignedIn, table: Sheet, django_assert_max_num_queries: Queries
) -> None:
    client = signed_in("hr")
    with django_assert_max_num_queries(10):
        page = client.get(where("payslips")).content.decode()
    rows = table.data["rows"]
    whole = sum(Decimal(row["values"]["@to_pay"]) for row in rows)
    assert whole == sum(Decimal(row["values"]["pay.total"]) for row in rows) > 0
    assert f"{whole:,}" in page
    assert all(row["name"] in page for row in rows)


def test_a_thousand_people_are_a_page_of_fifty_at_a_time(
    signed_in: SignedIn, table: Sheet, django_assert_max_num_queries: Queries
) -> None:
    one = table.data["rows"][0]
    table.data["rows"] = [{**one, "subject": f"n{each}", "name": f"N {each}"} for each in range(1000)]
    table.save()
    client = signed_in("hr")
    with django_assert_max_num_queries(10):
        page = client.get(where("payslips"), {"page": 2}).content.decode()
    assert page.count("<tr>") == 51
    assert "N 50<" in page
    found = client.get(where("payslips"), {"q": "n 999"}).content.decode()
    assert found.count("<tr>") == 2


def test_an_agent_sees_the_own_payslip_and_nobody_elses(signed_in: SignedIn) -> None:
    client = signed_in("agent")
    own = client.get(where("my_payslip"))
    assert own.status_code == 200
    assert client.get(where("payslip", "d04")).status_code == 200
    assert client.get(where("payslip", "d05")).status_code == 404
    assert client.get(where("payslip_pdf", "d05")).status_code == 404
    assert client.get(where("payslips")).status_code == 404
    assert client.get(where("payroll", "csv")).status_code == 404


def test_the_head_of_the_desk_sees_no_payslips(signed_in: SignedIn) -> None:
    client = signed_in("head")
    assert {client.get(where(*one)).status_code for one in (("payslips",), ("payslip", "d04"))} == {404}


@pytest.mark.parametrize("language", Language)
def test_a_payslip_is_a_pdf_in_each_language(signed_in: SignedIn, language: Language) -> None:
    client = signed_in("agent")
    client.post(reverse("language"), {"language": language.value})
    response = client.get(where("payslip_pdf", "d04"))
    assert response.headers["Content-Type"] == "application/pdf"
    assert f"{PERIOD}-" in response.headers["Content-Disposition"]
    assert response.content.startswith(b"%PDF-")


def test_a_payslip_fetches_nothing_from_anywhere(edition: Edition) -> None:
    sheet = Sheet.objects.get(edition=edition, kind="person", subject="d04")
    sheet.data["name"] = '<img src="file:///etc/passwd"><img src="http://127.0.0.1:1/">'
    sheet.save()
    assert Papers(edition, Language.EN).one("d04").startswith(b"%PDF-")


@pytest.mark.parametrize("form", ["pdf", "zip"])
def test_everybodys_payslips_are_written_by_a_job(
    signed_in: SignedIn, own_place: Path, django_capture_on_commit_callbacks: Committed, form: str
) -> None:
    client = signed_in("hr")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(where("payslips_papers"), {"form": form})
    job = Job.objects.get(kind="papers")
    assert job.state == JobState.DONE, (job.says, job.problems)
    assert (own_place / "desks" / DESK / "papers" / job.result["file"]).is_file()
    content = b"".join(client.get(where("payslips_taken", job.pk)))
    if form == "zip":
        packed = zipfile.ZipFile(io.BytesIO(content))
        assert len(packed.namelist()) == job.result["count"] > 1
        assert all(packed.read(name).startswith(b"%PDF-") for name in packed.namelist())
    else:
        assert content.startswith(b"%PDF-")
    job.result["file"] = "../../../kaohe.sqlite3"
    job.save()
    assert client.get(where("payslips_taken", job.pk)).status_code == 404


def columns(*chosen: tuple[str, str, str]) -> dict[str, Any]:
    """A form of payroll columns, each as source, header and text, in the order given."""
    fields: dict[str, Any] = {"count": len(chosen)}
    for at, (source, header, text) in enumerate(chosen):
        fields |= {f"source-{at}": source, f"header-{at}": header, f"text-{at}": text, f"order-{at}": at}
    return fields


def test_the_payroll_file_has_the_columns_that_the_desk_has_kept(signed_in: SignedIn, table: Sheet) -> None:
    client = signed_in("hr")
    chosen = columns(
        ("@to_pay", "NET", ""), ("@person", "EMP_NO", ""), ("@constant", "CURRENCY", "CNY"), ("", "gone", "")
    )
    chosen["order-0"] = 9
    assert client.post(where("payroll_layout"), chosen).status_code == 302
    noted = AuditEntry.objects.get(action="payroll.layout")
    assert noted.before is not None
    assert len(noted.before) > 3
    response = client.get(where("payroll", "csv"))
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["EMP_NO", "CURRENCY", "NET"]
    wanted = {row["subject"]: Decimal(row["values"]["@to_pay"]) for row in table.data["rows"]}
    assert {row[0]: Decimal(row[2]) for row in rows[1:]} == wanted
    book = load_workbook(io.BytesIO(client.get(where("payroll", "xlsx")).content))
    cells = list(book.active.iter_rows(values_only=True))
    assert cells[0] == ("EMP_NO", "CURRENCY", "NET")
    assert {row[0]: Decimal(str(row[2])) for row in cells[1:]} == wanted
    assert AuditEntry.objects.filter(action="payroll.take").count() == 2


def test_columns_without_a_name_or_with_anothers_are_not_kept(signed_in: SignedIn) -> None:
    client = signed_in("hr")
    chosen = columns(("@person", "A", ""), ("@name", "A", ""), ("@period", "", ""))
    response = client.post(where("payroll_layout"), chosen)
    assert response.status_code == 422
    assert {"W302", "W303"} <= {one["code"] for one in response.context["problems"]}
    assert client.post(where("payroll_layout"), {"count": "99999999"}).status_code == 422
    assert not PayrollLayout.objects.exists()


@given(st.text(max_size=8), st.sampled_from(LIKE_FORMULAS))
def test_no_text_of_the_payroll_file_begins_like_a_formula(text: str, sign: str) -> None:
    assert not harmless(sign + text).lstrip(" ").startswith(LIKE_FORMULAS)
    assert not harmless(f"  {sign}{text}").lstrip(" ").startswith(LIKE_FORMULAS)


def test_a_name_like_a_formula_stays_a_text_in_both_forms(edition: Edition, table: Sheet) -> None:
    data = table.data
    data["rows"][0]["name"] = '=HYPERLINK("http://x","y")'
    data["rows"][0]["values"]["@corrections"] = "-12.30"
    paid = Paid(edition, data)
    wanted = [
        {"source": "@name", "header": "@head", "text": ""},
        {"source": "@corrections", "header": "C", "text": ""},
    ]
    written = as_csv(paid, wanted).decode("utf-8-sig").splitlines()
    assert written[0] == "'@head,C"
    assert written[1].startswith("\"'=HYPERLINK")
    assert written[1].endswith(",-12.30")
    sheet = load_workbook(io.BytesIO(as_workbook(paid, wanted))).active
    assert sheet is not None
    assert (sheet["A2"].data_type, sheet["A2"].value) == ("s", '=HYPERLINK("http://x","y")')
    assert sheet["B2"].value == pytest.approx(-12.3)


def test_an_agent_without_a_payslip_is_told_so(signed_in: SignedIn, edition: Edition) -> None:
    sheet = Sheet.objects.get(edition=edition, kind="person", subject="d04")
    sheet.data["slips"] = []
    sheet.save()
    client: Client = signed_in("agent")
    assert "There is no payslip" in client.get(where("my_payslip")).content.decode()
    assert client.get(where("payslip_pdf", "d04")).status_code == 404
