"""Payslips: everybody's totals, each one's payslip on the page and on paper, and the payroll file."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from kaohe.core.language import Text
from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.web import audit, jobs
from kaohe.web.clock import now
from kaohe.web.editions import sheet
from kaohe.web.entry import Standing, needs
from kaohe.web.handing_out import handed_out, written_by
from kaohe.web.models import Edition, Job, PayrollLayout
from kaohe.web.papers import Papers, papers
from kaohe.web.payroll import CONSTANT, FORMS, Columns, Paid
from kaohe.web.problems import NO_COLUMNS, NO_HEADER, TWO_HEADERS
from kaohe.web.rights import Right
from kaohe.web.saying import problems
from kaohe.web.work.papers import FORMS as PAPER_FORMS

PAGE = 50
"""People on a page."""
BLANK_ROWS = 4
SHOWN_ROWS = 5
"""Rows of the payroll file that are shown beside its columns."""
MOST_COLUMNS = 300
FIELDS = ("source", "header", "text")
LAID_OUT = Text("The payroll's columns are kept.")


@needs(Right.SEE_PAY)
def payslips(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show what everybody is paid with a period."""
    edition = at.edition(period)
    paid = sheet(edition, "payslips")
    asked = request.GET.get("q", "").strip()
    rows = paid["rows"] if paid else []
    found = [one for one in rows if asked.casefold() in f"{one['name']} {one['subject']}".casefold()]
    view = {
        "edition": edition,
        "paid": paid,
        "page": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "papers": _papers(at, period),
    }
    return render(request, "web/payslips.html", view)


def _papers(at: Standing, period: str) -> list[Mapping[str, Any]]:
    """Return the newest job of each form that the reader has asked for."""
    found = Job.objects.filter(desk=at.desk, kind="papers", asked_by=at.user, arguments__period=period)
    newest: dict[str, Job] = {}
    for one in found[:10]:
        newest.setdefault(one.arguments["form"], one)
    return [{"form": form, "job": newest.get(form)} for form in PAPER_FORMS]


@needs(Right.SEE_PAY, Right.SEE_OWN)
def payslip(request: HttpRequest, at: Standing, period: str, person: str) -> HttpResponse:
    """Show somebody's payslip: their own, or anybody's to whoever sees everybody's."""
    edition, data = _slip_of(at, period, person)
    view = {"edition": edition, "person": person, "view": data, "is_own": person == at.person}
    return render(request, "web/payslip.html", view)


@needs(Right.SEE_OWN)
def my_payslip(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show one's own payslip."""
    edition, data = _slip_of(at, period, at.person)
    view = {"edition": edition, "person": at.person, "view": data, "is_own": True}
    return render(request, "web/payslip.html", view)


@needs(Right.SEE_PAY, Right.SEE_OWN)
def payslip_pdf(request: HttpRequest, at: Standing, period: str, person: str) -> HttpResponse:
    """Hand out somebody's payslip as a PDF file."""
    edition, data = _slip_of(at, period, person)
    if not data["slips"]:
        raise Http404
    made = Papers(edition, at.language)
    try:
        content = made.one(person)
    except ProblemsFound as found:
        view = {"edition": edition, "person": person, "view": data, "problems": problems(found.problems)}
        return render(request, "web/payslip.html", view, status=422)
    if person != at.person:
        audit.note("payslip.take", f"{period} {person}", by=at.user, desk=at.desk, request=request)
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = _attached(made.name(person, data["name"]))
    return response


def _attached(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name)}"


def _slip_of(at: Standing, period: str, person: str) -> tuple[Edition, Mapping[str, Any]]:
    own = at.may(Right.SEE_OWN) and bool(person) and person == at.person
    if not (at.may(Right.SEE_PAY) or own):
        raise Http404
    edition = at.edition(period)
    data = sheet(edition, "person", person)
    if data is None:
        raise Http404
    return edition, data


# Everybody's, on paper


@needs(Right.SEE_PAY, method="POST")
def ask_papers(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Have everybody's payslips written: in one PDF file, or one each in a ZIP file."""
    edition, form = at.edition(period), request.POST.get("form", "")
    if form not in PAPER_FORMS:
        raise Http404
    asked = {"period": period, "edition": edition.pk, "form": form, "language": at.language.value}
    jobs.ask("papers", asked, desk=at.desk, by=at.user, once=True)
    return redirect(f"{reverse('payslips', args=[at.desk.slug, period])}#paper")


@needs(Right.SEE_PAY)
def take_papers(request: HttpRequest, at: Standing, period: str, number: int) -> FileResponse:
    """Hand out what a job has written."""
    found = Job.objects.filter(pk=number, desk=at.desk, kind="papers", arguments__period=period).first()
    file = written_by(found, papers(at.desk))
    audit.note("payslips.take", period, by=at.user, desk=at.desk, after={"file": file.name}, request=request)
    return handed_out(file)


# The payroll file


@needs(Right.SEE_PAY)
def payroll(request: HttpRequest, at: Standing, period: str, form: str) -> HttpResponse:
    """Hand out the payroll file of a period."""
    paid = _paid(at.edition(period))
    if form not in FORMS or paid is None:
        raise Http404
    make, content_type = FORMS[form]
    content = make(paid, _columns(at, paid))
    name = paid.name(form)
    audit.note("payroll.take", period, by=at.user, desk=at.desk, after={"file": name}, request=request)
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = _attached(name)
    return response


def _paid(edition: Edition) -> Paid | None:
    table = sheet(edition, "payslips")
    return Paid(edition, table) if table else None


def _columns(at: Standing, paid: Paid) -> Columns:
    kept = PayrollLayout.objects.filter(desk=at.desk).first()
    return kept.columns if kept else paid.usual(at.language)


@needs(Right.SEE_PAY, method="ANY")
def layout(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show which column is called what in the payroll file, in which order; keep what is changed."""
    paid = _paid(at.edition(period))
    if paid is None:
        raise Http404
    before = _columns(at, paid)
    columns = _typed(request) if request.method == "POST" else before
    wrong = list(_wrong(columns)) if request.method == "POST" else []
    if request.method == "POST" and not wrong:
        kept = {"columns": columns, "by": at.user, "at": now()}
        PayrollLayout.objects.update_or_create(desk=at.desk, defaults=kept)
        audit.note(
            "payroll.layout", by=at.user, desk=at.desk,
            before=[dict(one) for one in before], after=[dict(one) for one in columns], request=request,
        )  # fmt: skip
        messages.success(request, LAID_OUT.to(at.language))
        return redirect(request.path)
    view = {
        "edition": paid.edition,
        "columns": columns,
        "rows": [*columns, *({"source": "", "header": "", "text": ""} for _ in range(BLANK_ROWS))],
        "sources": paid.sources(at.language),
        "preview": [row for row, _ in zip(paid.rows(columns), range(SHOWN_ROWS), strict=False)],
        "constant": CONSTANT,
        "problems": problems(wrong),
    }
    return render(request, "web/payroll_layout.html", view, status=422 if wrong else 200)


def _typed(request: HttpRequest) -> list[dict[str, str]]:
    """Return the columns as they were typed: by their order, those without a source left out."""
    count = request.POST.get("count", "")
    chosen = []
    for number in range(min(int(count), MOST_COLUMNS) if count.isdecimal() else 0):
        one = {name: request.POST.get(f"{name}-{number}", "").strip() for name in FIELDS}
        order = request.POST.get(f"order-{number}", "")
        if one["source"]:
            chosen.append((int(order) if order.isdecimal() else MOST_COLUMNS, one))
    return [one for _, one in sorted(chosen, key=lambda pair: pair[0])]


def _wrong(columns: Columns) -> Sequence[Problem]:
    found = [] if columns else [NO_COLUMNS.at(Place())]
    seen: set[str] = set()
    for number, one in enumerate(columns, start=1):
        if not one["header"]:
            found.append(NO_HEADER.at(Place(), number=number))
        elif one["header"] in seen:
            found.append(TWO_HEADERS.at(Place(), header=one["header"]))
        seen.add(one["header"])
    return found


_SLIPS = "<str:period>/payslips/"
urls: Sequence[Any] = [
    path("<str:period>/payslip/", my_payslip, name="my_payslip"),
    path(_SLIPS, payslips, name="payslips"),
    path(f"{_SLIPS}papers/", ask_papers, name="payslips_papers"),
    path(f"{_SLIPS}papers/<int:number>/", take_papers, name="payslips_taken"),
    path(f"{_SLIPS}payroll/columns/", layout, name="payroll_layout"),
    path(f"{_SLIPS}payroll/<str:form>/", payroll, name="payroll"),
    path(f"{_SLIPS}pdf/<path:person>/", payslip_pdf, name="payslip_pdf"),
    path(f"{_SLIPS}of/<path:person>/", payslip, name="payslip"),
]
