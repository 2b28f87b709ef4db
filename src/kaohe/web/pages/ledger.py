"""The merit ledger: what was entered, approved and taken back in a period, and entering it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from kaohe.core.language import Text
from kaohe.core.period import Span
from kaohe.core.problem import ProblemsFound
from kaohe.periods.ledger import Bounds, Entry, Ledger, Line
from kaohe.web.booked import booking, noted, refused
from kaohe.web.clock import day_of
from kaohe.web.editions import sheet
from kaohe.web.entry import Standing, needs
from kaohe.web.models import AuditEntry, Edition
from kaohe.web.recomputing import recompute, under_way
from kaohe.web.rights import Right

ENTRIES_AT_ONCE = 100
NO_DAY = date.min
FIELDS = ("person", "day", "item", "quantity", "note")
Plain = Any
Problems = Sequence[Mapping[str, object]]


def ledger_of(at: Standing, edition: Edition, rules: Plain = None) -> Ledger:
    """Return the ledger of a period, with what its policy says of it."""
    known = rules or sheet(edition, "ledger") or {"items": [], "people": []}
    return Ledger(
        booking=booking(at),
        window=Span(edition.period, edition.first, edition.last),
        items={one["name"]: Bounds(one["at_most"], one["needs_approval"]) for one in known["items"]},
        people=frozenset(one["subject"] for one in known["people"]),
    )


@needs(Right.ENTER, Right.CLOSE)
def ledger(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show the entries of a period, and a form for one more."""
    return _page(request, at, at.edition(period))


@needs(Right.ENTER, method="POST")
def ledger_enter(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Add an entry."""
    edition = at.edition(period)
    given = {name: request.POST.get(name, "").strip() for name in FIELDS}
    entry = _entry(given, at.user.called)
    try:
        ledger_of(at, edition).enter(entry)
    except ProblemsFound as found:
        return _page(request, at, edition, problems=refused(found), given=given, status=422)
    noted(request, at, "ledger.enter", period, Text("The entry stands in the ledger."), after=dict(entry.row))
    recompute(at, [edition])
    return redirect(reverse("ledger", args=[at.desk.slug, period]))


@needs(Right.ENTER, Right.CLOSE, method="POST")
def ledger_approve(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Approve an entry that somebody else has made."""
    edition = at.edition(period)
    try:
        entry = ledger_of(at, edition).approve(request.POST.get("mark", ""), at.user.called, at.person)
    except ProblemsFound as found:
        return _page(request, at, edition, problems=refused(found), status=422)
    noted(request, at, "ledger.approve", period, Text("The entry is approved."), after=dict(entry.row))
    recompute(at, [edition])
    return redirect(reverse("ledger", args=[at.desk.slug, period]))


@needs(Right.ENTER, method="POST")
def ledger_take_back(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Take an entry back by another one; nothing is deleted."""
    edition = at.edition(period)
    mark, reason = request.POST.get("mark", ""), request.POST.get("reason", "")
    try:
        entry = ledger_of(at, edition).take_back(mark, at.user.called, reason)
    except ProblemsFound as found:
        return _page(request, at, edition, problems=refused(found), status=422)
    noted(request, at, "ledger.take_back", period, Text("The entry is taken back."), after=dict(entry.row))
    recompute(at, [edition])
    return redirect(reverse("ledger", args=[at.desk.slug, period]))


def _entry(given: Mapping[str, str], by: str) -> Entry:
    """Return what a form says; what is no day or number at all becomes one that no ledger takes."""
    day = day_of(given["day"]) or NO_DAY
    try:
        quantity = Decimal(given["quantity"])
    except InvalidOperation:
        quantity = Decimal(0)
    quantity = quantity if quantity.is_finite() else Decimal(0)
    return Entry(given["person"], day, given["item"], quantity, given["note"], by)


def _page(  # noqa: PLR0913 - what a page shows, each by name
    request: HttpRequest,
    at: Standing,
    edition: Edition,
    *,
    problems: Problems = (),
    given: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    rules = sheet(edition, "ledger") or {"items": [], "people": [], "counted": []}
    shown = _Shown(at, edition, rules)
    rows = [row for row in shown.rows() if _wanted(row, request)]
    context = {
        "edition": edition,
        "rules": rules,
        "entries": Paginator(rows, ENTRIES_AT_ONCE).get_page(request.GET.get("page")),
        "waiting": sum(row["waits"] for row in rows),
        "asked": {name: request.GET.get(name, "") for name in ("person", "item", "waiting")},
        "problems": problems,
        "given": given or {"day": min(edition.as_of, edition.last).isoformat(), "quantity": "1"},
        "job": under_way(at, edition.period),
    }
    return render(request, "web/ledger.html", context, status=status)


def _wanted(row: Plain, request: HttpRequest) -> bool:
    entry = row["entry"]
    return (
        request.GET.get("person", "") in ("", entry.person)
        and request.GET.get("item", "") in ("", entry.item)
        and ("waiting" not in request.GET or row["waits"])
    )


@dataclass(frozen=True)
class _Shown:
    """The entries of a period as its page shows them."""

    at: Standing
    edition: Edition
    rules: Plain

    def rows(self) -> Iterator[Plain]:
        """Yield the entries with their titles, what counts of each, and when it was entered."""
        items = {one["name"]: one for one in self.rules["items"]}
        names = {one["subject"]: one["name"] for one in self.rules["people"]}
        counted, when = self._counted(), self._when()
        for line in ledger_of(self.at, self.edition, self.rules).lines():
            entry, item = line.entry, items.get(line.entry.item)
            yield {
                "entry": entry,
                "quantity": _number(entry.quantity),
                "name": names.get(entry.person, entry.person),
                "title": item["title"] if item else entry.item,
                "waits": bool(item and item["needs_approval"] and not entry.approved_by and _stands(line)),
                "is_own": self.at.user.called == entry.by or self.at.person == entry.person,
                "taken_back": entry.quantity > 0 and line.left <= 0,
                "may_go": line.left > 0,
                "entered_at": when.get(entry.mark),
                "counted": _next(counted.get(_sameness(entry))),
            }

    def _counted(self) -> Mapping[object, list[Plain]]:
        """Return what the edition counts of each entry, as it was when the edition was computed."""
        found: dict[object, list[Plain]] = defaultdict(list)
        for one in self.rules["counted"]:
            key = (one["person"], one["day"], one["item"], one["quantity"], one["approved_by"])
            found[key].append({**one, "said": _number(Decimal(str(one["counts"])))})
        return found

    def _when(self) -> Mapping[str, Any]:
        """Return when entries were made here, by their marks; those of files say it nowhere."""
        trail = AuditEntry.objects.filter(
            desk=self.at.desk,
            about=self.edition.period,
            action__in=("ledger.enter", "ledger.take_back", "review.confirm"),
        )
        return {_mark(one.after): one.at for one in trail if one.after}


def _stands(line: Line) -> bool:
    return line.left > 0 or line.entry.quantity < 0


def _next(found: list[Plain] | None) -> Plain:
    return found.pop(0) if found else None


def _sameness(entry: Entry) -> object:
    return (entry.person, entry.day.isoformat(), entry.item, float(entry.quantity), entry.approved_by)


def _mark(row: Plain) -> str:
    return Entry(
        row["person"],
        date.fromisoformat(row["day"]),
        row["item"],
        Decimal(row["quantity"]),
        row["note"],
        row["by"],
    ).mark


def _number(quantity: Decimal) -> str:
    return format(quantity.normalize(), "f").replace("-", "−")


urls = [
    path("<str:period>/ledger/", ledger, name="ledger"),
    path("<str:period>/ledger/enter/", ledger_enter, name="ledger_enter"),
    path("<str:period>/ledger/approve/", ledger_approve, name="ledger_approve"),
    path("<str:period>/ledger/take-back/", ledger_take_back, name="ledger_take_back"),
]
