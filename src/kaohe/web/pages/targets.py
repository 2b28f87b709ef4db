"""Targets: what each person is to sell in the months of a period, beside the month before and the traffic."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from kaohe.core.language import Text
from kaohe.core.period import Span
from kaohe.core.problem import ProblemsFound
from kaohe.periods.booking import Key
from kaohe.periods.staffing import employed, month_before, months_of, targets_by_month, traffic_by_month
from kaohe.records.handing import Row
from kaohe.web.booked import booking, noted, refused, since_of
from kaohe.web.editions import sheet
from kaohe.web.entry import Standing, needs
from kaohe.web.models import Edition
from kaohe.web.recomputing import recompute, under_way
from kaohe.web.rights import Right

TABLE = "targets"
PEOPLE_AT_ONCE = 100
MOST_MONTHS = 13
FIELD = "amount"
Plain = Any
Problems = Sequence[Mapping[str, object]]


@needs(Right.ENTER)
def targets(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show everybody's targets as a table to type into."""
    return _page(request, at, at.edition(period))


@needs(Right.ENTER, method="POST")
def targets_save(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Keep the targets that were changed; one that was emptied is taken out."""
    edition = at.edition(period)
    book = booking(at)
    given = _given(request)
    stand = targets_by_month(book.standing(TABLE).rows)
    into, out = _changes(given, stand)
    if not into and not out:
        messages.info(request, Text("Nothing was changed.").to(at.language))
        return redirect(_back(at, period, request))
    try:
        book.exchange(TABLE, out, into, since=since_of(request))
    except ProblemsFound as found:
        return _page(request, at, edition, problems=refused(found), given=given, status=422)
    before = {
        f"{person} {month}": format(stand[month][person], "f")
        for person, month in (*out, *((row["person"], row["month"]) for row in into))
        if person in stand.get(month, {})
    }
    after = {f"{row['person']} {row['month']}": row["amount"] for row in into}
    said = Text("{count} targets are kept.").filled(count=len(into) + len(out))
    noted(request, at, "targets.save", period, said, before=before, after=after)
    recompute(at, [edition])
    return redirect(_back(at, period, request))


def _given(request: HttpRequest) -> dict[Key, str]:
    """Return what was typed, by person and month."""
    found: dict[Key, str] = {}
    for name, text in request.POST.items():
        kind, _, rest = name.partition("/")
        month, _, person = rest.partition("/")
        if kind == FIELD and person:
            found[person, month] = str(text).strip().replace(",", "")
    return found


def _changes(
    given: Mapping[Key, str], stand: Mapping[str, Mapping[str, Decimal]]
) -> tuple[list[Row], list[Key]]:
    """Return the rows that come and the keys of those that go."""
    into: list[Row] = []
    out: list[Key] = []
    for (person, month), text in given.items():
        known = stand.get(month, {}).get(person)
        if not text:
            out += [(person, month)] if known is not None else []
        elif known is None or text not in _spellings(known):
            into.append({"person": person, "month": month, "amount": text})
    return into, out


def _spellings(amount: Decimal) -> set[str]:
    return {format(amount, "f"), format(amount.normalize(), "f"), f"{amount:.2f}"}


def _here(at: Standing, period: str) -> str:
    return reverse("targets", args=[at.desk.slug, period])


def _back(at: Standing, period: str, request: HttpRequest) -> str:
    page = request.POST.get("page", "")
    return f"{_here(at, period)}?page={page}" if page.isdecimal() and page != "1" else _here(at, period)


def _page(  # noqa: PLR0913 - what a page shows, each by name
    request: HttpRequest,
    at: Standing,
    edition: Edition,
    *,
    problems: Problems = (),
    given: Mapping[Key, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    book = booking(at)
    held, span = book.standing(TABLE), Span(edition.period, edition.first, edition.last)
    stand, months = targets_by_month(held.rows), months_of(span)
    before = month_before(months[0])
    asked = request.GET.get("q", "").strip().casefold()
    staff = [row for row in employed(book.standing("people").rows, span) if asked in row["name"].casefold()]
    page = Paginator(staff, PEOPLE_AT_ONCE).get_page(request.GET.get("page") or request.POST.get("page"))
    completion = _completion(edition)
    rows = [
        {
            "person": row["person"],
            "name": row["name"],
            "role": row["role"],
            "before": _shown(stand.get(before, {}).get(row["person"])),
            "fields": [_field(row["person"], month, stand, given or {}) for month in months],
            "completion": completion.get(row["person"]),
        }
        for row in page
    ]
    context = {
        "edition": edition,
        "months": months,
        "before": before,
        "before_sum": _shown(sum(stand.get(before, {}).values(), Decimal(0))),
        "sums": [(month, _shown(sum(stand.get(month, {}).values(), Decimal(0)))) for month in months],
        "rows": rows,
        "page": page,
        "asked": request.GET.get("q", ""),
        "since": held.version,
        "traffic": [
            {"month": one.month, "pv": f"{one.pv:,}", "uv": f"{one.uv:,}", "sales": _shown(one.sales)}
            for one in traffic_by_month(book.standing("traffic").rows, MOST_MONTHS)
        ],
        "problems": problems,
        "job": under_way(at, edition.period),
    }
    return render(request, "web/targets.html", context, status=status)


def _field(
    person: str, month: str, stand: Mapping[str, Mapping[str, Decimal]], given: Mapping[Key, str]
) -> Plain:
    amount = stand.get(month, {}).get(person)
    text = given.get((person, month), "" if amount is None else f"{amount:.2f}")
    return {"name": f"{FIELD}/{month}/{person}", "month": month, "text": text}


def _completion(edition: Edition) -> Mapping[str, Plain]:
    """Return how far each person is, by the figure that grows towards a target."""
    view = sheet(edition, "overview") or {"people": []}
    found = {}
    for row in view["people"]:
        tile = next((one for one in row["heads"] if one["bar"] is not None), None)
        found[row["subject"]] = tile["cell"] if tile else None
    return found


def _shown(amount: Decimal | None) -> str:
    return "—" if amount is None else f"{amount:,.2f}"


urls = [
    path("<str:period>/targets/", targets, name="targets"),
    path("<str:period>/targets/save/", targets_save, name="targets_save"),
]
