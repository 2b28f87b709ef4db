"""Appeals: opened from a figure's reason, listed with their deadlines, answered by somebody else."""

from datetime import date
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from kaohe.core.figure import FigureKey, Level
from kaohe.core.language import Text
from kaohe.core.problem import Problem, ProblemsFound
from kaohe.periods.books.appeals import Answer, Appeal, Decision, Entry, answer
from kaohe.periods.books.publishing import Objection, open_appeal
from kaohe.web import jobs
from kaohe.web.appealing import appealable, cases, readable, shelf_of, speaker
from kaohe.web.audit import note
from kaohe.web.clock import moment
from kaohe.web.editions import OPENED, sheet
from kaohe.web.entry import Standing, needs
from kaohe.web.models import Edition
from kaohe.web.rights import Right
from kaohe.web.saying import problems
from kaohe.web.speaking import to

LONGEST = 4_000
"""Letters of a text."""
OPENED_NOW = Text("Appeal {number} is open. It is to be answered by {due}.")
ANSWERED = Text("Appeal {number} is answered.")


@needs(Right.APPEAL, Right.ANSWER)
def listed(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show the appeals of a period, and those of other periods that wait for an answer."""
    edition = at.edition(period)
    found = readable(at)
    elsewhere = [one for one in found if one.period != period and one.decision is Decision.UNDECIDED]
    context = {
        "edition": edition,
        "cases": cases(at, edition, [one for one in found if one.period == period]),
        "elsewhere": cases(at, edition, elsewhere),
    }
    return render(request, "web/appeals.html", context)


@needs(Right.APPEAL, Right.ANSWER)
def one(request: HttpRequest, at: Standing, period: str, number: int) -> HttpResponse:
    """Show an appeal with its figure's reason beside it, and the form for the answer."""
    return _page(request, at, at.edition(period), _appeal(at, period, number))


@needs(Right.APPEAL, method="POST")
def open_(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Open an appeal against a figure of one's own."""
    edition, shelf = at.edition(period), shelf_of(at.desk)
    figure, span = request.POST.get("figure", ""), request.POST.get("span", "")
    text, late = (request.POST.get(name, "").strip()[:LONGEST] for name in ("text", "late"))
    key = FigureKey(figure, Level.PERSON, at.person, span)
    if shelf is None or not at.person:
        raise Http404
    found: tuple[Problem, ...] = ()
    try:
        now = moment(at.desk.timezone)
        objection = Objection(at.person, figure, span, text, at.person, now, late)
        opened = open_appeal(shelf, objection, period)
    except ProblemsFound as wrong:
        found = wrong.problems
    else:
        about = f"{opened.number} {figure} {span}"
        after = {"period": period, "person": at.person, "value": opened.value, "text": text, "late": late}
        note("appeal.open", about, by=at.user, desk=at.desk, after=after, request=request)
        if not request.headers.get("HX-Request"):
            said = OPENED_NOW.filled(number=opened.number, due=opened.due).to(at.language)
            messages.success(request, said)
            return redirect("appeal", at.desk.slug, period, opened.number)
    context = {
        "appeal": appealable(at, OPENED.get(edition), key),
        "key": key,
        "typed": {"text": text, "late": late},
        "problems": problems(found),
    }
    return render(request, "web/why_appeal.html", context, status=422 if found else 200)


@needs(Right.ANSWER, method="POST")
def answered(request: HttpRequest, at: Standing, period: str, number: int) -> HttpResponse:
    """Answer an appeal: upheld with what makes it good, or rejected, each with a reason."""
    edition, shelf = at.edition(period), shelf_of(at.desk)
    before = _appeal(at, period, number)
    assert shelf is not None
    try:
        given = _answer(request, at)
        after, warnings = answer(shelf, number, given)
    except ProblemsFound as wrong:
        return _page(request, at, edition, before, wrong.problems)
    said = {
        "decision": after.decision.value,
        "reason": after.reason,
        "entry": f"{after.entry.day} {after.entry.item} {after.entry.quantity:f}" if after.entry else "",
        "record": after.record,
    }
    old = {"decision": before.decision.value}
    note("appeal.answer", str(number), by=at.user, desk=at.desk, before=old, after=said, request=request)
    messages.success(request, ANSWERED.filled(number=number).to(at.language))
    for warning in warnings:
        messages.warning(request, warning.message.to(at.language))
    if after.decision is Decision.UPHELD and not edition.is_closed:
        jobs.ask("appraise", {"period": period}, desk=at.desk, by=at.user, once=True)
    return redirect("appeal", at.desk.slug, period, number)


def _page(
    request: HttpRequest, at: Standing, edition: Edition, appeal: Appeal, found: tuple[Problem, ...] = ()
) -> HttpResponse:
    (case,) = cases(at, edition, [appeal])
    words = sheet(edition, "words") or {"ledger": {}}
    items = [(name, to(called, at.language)) for name, called in words["ledger"].items()]
    context = {
        "edition": edition,
        "case": case,
        "items": items,
        "may_answer": at.may(Right.ANSWER) and appeal.decision is Decision.UNDECIDED and not case.is_own,
        "problems": problems(found),
        "typed": request.POST,
    }
    return render(request, "web/appeal.html", context, status=422 if found else 200)


def _appeal(at: Standing, period: str, number: int) -> Appeal:
    """Return an appeal that somebody may read.

    Raises:
        Http404: There is none of that number in the period.
    """
    for appeal in readable(at):
        if (appeal.period, appeal.number) == (period, number):
            return appeal
    raise Http404


def _answer(request: HttpRequest, at: Standing) -> Answer:
    """Return the answer that a form gives; what cannot be read of it, the books refuse."""
    typed = request.POST
    decision = typed.get("decision", "")
    known = Decision(decision) if decision in set(Decision) else Decision.UNDECIDED
    upheld, by_entry = known is Decision.UPHELD, typed.get("good") == "entry"
    return Answer(
        known,
        typed.get("reason", "").strip()[:LONGEST],
        speaker(at),
        moment(at.desk.timezone),
        _entry(typed.get("day", ""), typed.get("item", ""), typed.get("quantity", ""))
        if upheld and by_entry
        else None,
        typed.get("record", "").strip()[:LONGEST] if upheld and not by_entry else "",
    )


def _entry(day: str, item: str, quantity: str) -> Entry | None:
    try:
        number = Decimal(quantity)
        return Entry(date.fromisoformat(day), item, number) if item and number.is_finite() else None
    except (ValueError, InvalidOperation):
        return None


urls = [
    path("<str:period>/appeals/", listed, name="appeals"),
    path("<str:period>/appeals/open/", open_, name="appeal_open"),
    path("<str:period>/appeals/<int:number>/", one, name="appeal"),
    path("<str:period>/appeals/<int:number>/answer/", answered, name="appeal_answer"),
]
