"""The desk's people: who is there from when to when, who holds which chat account, who signs in."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode

from kaohe.core.language import Text
from kaohe.core.problem import ProblemsFound
from kaohe.periods.booking import key_of
from kaohe.periods.staffing import held_on
from kaohe.records.handing import Row
from kaohe.web.booked import booking, noted, refused, since_of
from kaohe.web.clock import day_of, today
from kaohe.web.entry import Standing, needs
from kaohe.web.models import Membership
from kaohe.web.recomputing import recompute, touched, under_way
from kaohe.web.rights import ROLES, Right, Role

PEOPLE_AT_ONCE = 100
FIELDS = ("person", "name", "department", "role", "regular", "hired_on", "left_on", "base_pay", "superior")
PAY = "base_pay"
HOLDING = ("shop", "account", "person", "from", "to")
Plain = Any
Problems = Sequence[Mapping[str, object]]


@needs(Right.KEEP_PEOPLE)
def people(request: HttpRequest, at: Standing) -> HttpResponse:
    """List the people, the chat accounts on a day, and who signs in as what."""
    book, day = booking(at), day_of(request.GET.get("day", "")) or today(at.desk.timezone)
    rows, accounts = book.standing("people").rows, book.standing("accounts").rows
    asked = request.GET.get("q", "").strip().casefold()
    names = {row["person"]: row["name"] for row in rows}
    held = held_on(accounts, day)
    own: dict[str, list[str]] = {}
    for one in held:
        own.setdefault(one["person"], []).append(one["account"])
    found = [row for row in rows if asked in row["name"].casefold() or asked == row["person"].casefold()]
    page = Paginator(found, PEOPLE_AT_ONCE).get_page(request.GET.get("page"))
    members = Membership.objects.filter(desk=at.desk).select_related("user")
    context = {
        "people": [
            {
                **row,
                "accounts": own.get(row["person"], []),
                "chief": names.get(row["superior"], row["superior"]),
            }
            for row in page
        ],
        "page": page,
        "asked": request.GET.get("q", ""),
        "day": day.isoformat(),
        "held": Paginator([_called(one, names) for one in held], PEOPLE_AT_ONCE).get_page(
            request.GET.get("accounts")
        ),
        "members": [
            {"one": one, "title": ROLES[Role(one.role)], "name": names.get(one.person, one.person)}
            for one in members[:PEOPLE_AT_ONCE]
        ],
        "job": under_way(at),
    }
    return render(request, "web/people.html", context)


@needs(Right.KEEP_PEOPLE)
def person(request: HttpRequest, at: Standing) -> HttpResponse:
    """Show a person to be changed, with their accounts; without one, a form for somebody new."""
    return _page(request, at, request.GET.get("person", ""))


@needs(Right.KEEP_PEOPLE, method="POST")
def person_save(request: HttpRequest, at: Standing) -> HttpResponse:
    """Keep what a form says of a person."""
    book = booking(at)
    given = {name: request.POST.get(name, "").strip() for name in FIELDS}
    before = next((row for row in book.standing("people").rows if row["person"] == given["person"]), None)
    if not at.may(Right.SEE_PAY):
        given[PAY] = before[PAY] if before else ""
    given["regular"] = "yes" if given["regular"] == "yes" else "no"
    try:
        book.put("people", [given])
    except ProblemsFound as found:
        return _page(request, at, given["person"], problems=refused(found), given=given, status=422)
    said = Text("What you entered of {person} is kept.").filled(person=given["name"])
    told = [_without_pay(at, row) for row in (before, given)]
    noted(request, at, "people.save", given["person"], said, before=told[0], after=told[1])
    recompute(at, touched(at, date.min))
    return redirect(_address(at, given["person"]))


@needs(Right.KEEP_PEOPLE, method="POST")
def holding_save(request: HttpRequest, at: Standing) -> HttpResponse:
    """Keep from when to when a person holds an account; the days may be changed."""
    book = booking(at)
    given = {name: request.POST.get(name, "").strip() for name in HOLDING}
    was = {**given, "from": request.POST.get("was_from", given["from"])}
    before = [
        row for row in book.standing("accounts").rows if key_of("accounts", row) == key_of("accounts", was)
    ]
    try:
        book.exchange(
            "accounts", [key_of("accounts", row) for row in before], [given],
            since=since_of(request),
        )  # fmt: skip
    except ProblemsFound as found:
        return _page(request, at, given["person"], problems=refused(found), holding=given, status=422)
    said = Text("Who holds {account} is kept.").filled(account=given["account"])
    noted(
        request,
        at,
        "accounts.save",
        given["account"],
        said,
        before=dict(before[0]) if before else None,
        after=given,
    )
    recompute(at, touched(at, _first(given, *before)))
    return redirect(_address(at, given["person"]))


@needs(Right.KEEP_PEOPLE, method="POST")
def holding_remove(request: HttpRequest, at: Standing) -> HttpResponse:
    """Take out that a person ever held an account in some days."""
    book = booking(at)
    given = {name: request.POST.get(name, "").strip() for name in HOLDING}
    try:
        book.exchange("accounts", [key_of("accounts", given)], since=since_of(request))
    except ProblemsFound as found:
        return _page(request, at, given["person"], problems=refused(found), status=422)
    said = Text("{account} is taken away from that person for those days.").filled(account=given["account"])
    noted(request, at, "accounts.remove", given["account"], said, before=given)
    recompute(at, touched(at, _first(given)))
    return redirect(_address(at, given["person"]))


def _page(  # noqa: PLR0913 - what a page shows, each by name
    request: HttpRequest,
    at: Standing,
    who: str,
    *,
    problems: Problems = (),
    given: Row | None = None,
    holding: Row | None = None,
    status: int = 200,
) -> HttpResponse:
    book = booking(at)
    rows, accounts = book.standing("people").rows, book.standing("accounts")
    known = next((row for row in rows if row["person"] == who), None)
    if who and known is None and given is None:
        raise Http404
    own = [row for row in accounts.rows if who and row["person"] == who]
    context = {
        "known": known,
        "row": given or known or dict.fromkeys(FIELDS, "") | {"regular": "yes"},
        "own": [{**row, "begins": row["from"], "ends": row["to"]} for row in own],
        "shops": sorted({row["shop"] for row in accounts.rows}),
        "others": [row for row in rows if row["person"] != who],
        "departments": sorted({row["department"] for row in rows if row["department"]}),
        "roles": sorted({row["role"] for row in rows if row["role"]}),
        "since": accounts.version,
        "holding": {**holding, "begins": holding["from"], "ends": holding["to"]} if holding else None,
        "problems": problems,
        "job": under_way(at),
    }
    return render(request, "web/person_kept.html", context, status=status)


def _address(at: Standing, who: str) -> str:
    return f"{reverse('person_kept', args=[at.desk.slug])}?{urlencode({'person': who})}"


def _called(row: Row, names: Mapping[str, str]) -> Plain:
    return {**row, "name": names.get(row["person"], row["person"]), "begins": row["from"], "ends": row["to"]}


def _without_pay(at: Standing, row: Row | None) -> dict[str, object] | None:
    """Return a row for the trail; what somebody is paid stands there only where the writer sees it."""
    if row is None:
        return None
    return {name: text for name, text in row.items() if name != PAY or at.may(Right.SEE_PAY)}


def _first(*rows: Row) -> date:
    """Return the first day that a change of holders touches."""
    begins = [row["from"] for row in rows]
    return date.min if "" in begins else date.fromisoformat(min(begins))


urls = [
    path("people/", people, name="people"),
    path("people/one/", person, name="person_kept"),
    path("people/save/", person_save, name="person_save"),
    path("people/account/", holding_save, name="holding_save"),
    path("people/account/remove/", holding_remove, name="holding_remove"),
]
