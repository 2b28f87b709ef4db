"""What is worth a look, with its evidence, and the reviews of filter use, confirmed or rejected."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode

from kaohe.core.language import Text
from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.periods.books.problems import NO_REASON
from kaohe.periods.ledger import Bounds, Entry, Ledger
from kaohe.periods.results import evidence_of
from kaohe.statements.chat import told as chat_told
from kaohe.statements.shown import day_said
from kaohe.web.booked import noted, refused
from kaohe.web.clock import now
from kaohe.web.editions import OPENED, sheet
from kaohe.web.entry import Standing, needs
from kaohe.web.models import Edition, Rejection
from kaohe.web.pages.ledger import ledger_of
from kaohe.web.reasons import Conversing
from kaohe.web.recomputing import recompute, under_way
from kaohe.web.rights import Right

Plain = Any
Problems = Sequence[Mapping[str, object]]


@needs(Right.SEE_DESK)
def signals(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show what is worth a look, each with its evidence."""
    return _page(request, at, at.edition(period))


def _page(
    request: HttpRequest, at: Standing, edition: Edition, *, problems: Problems = (), status: int = 200
) -> HttpResponse:
    view, person = sheet(edition, "signals") or {}, request.GET.get("person", "")

    def of(kind: str) -> list[Plain]:
        return [one for one in view.get(kind, []) if not person or one["subject"] == person]

    worth, findings = of("worth"), of("findings")
    context = {
        "edition": edition,
        "person": person,
        "called": next((one["name"] for one in (*worth, *of("reviewed"))), person),
        "worth": [_with_rows(one) for one in worth],
        "findings": findings,
        "reviews": _answered(at, edition, of("reviewed")),
        "warnings": [] if person else view.get("problems", []),
        "problems": problems,
        "job": under_way(at, edition.period),
    }
    return render(request, "web/signals.html", context, status=status)


def _with_rows(one: Plain) -> Plain:
    listed = [
        {"cells": cells, "query": urlencode({**where, "person": one["subject"]})}
        for cells, where in zip(one["rows"], one["conversations"], strict=True)
    ]
    return {**one, "listed": listed}


@needs(Right.SEE_DESK)
def signals_chat(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show a conversation behind a signal, as a chat."""
    edition = at.edition(period)
    try:
        shop, person, customer = (request.GET[name] for name in ("shop", "person", "customer"))
        day = date.fromisoformat(request.GET["day"])
    except (KeyError, ValueError):
        raise Http404 from None
    appraised = OPENED.get(edition).appraised
    source = evidence_of(appraised)
    found = source.conversation(shop, person, customer, day) if source else None
    told = chat_told(found, at.language) if found else None
    agent, said = appraised.appraisal.name(person), day_said(day, at.language)
    chat = Conversing("", agent, customer, said, told)
    return render(request, "web/signals_chat.html", {"chat": chat, "edition": edition})


def _answered(at: Standing, edition: Edition, reviews: Sequence[Plain]) -> list[Plain]:
    """Return the reviews with what was answered, the open ones first."""
    rejected = {
        (one.figure, one.subject, one.span): one
        for one in Rejection.objects.filter(desk=at.desk, period=edition.period).select_related("by")
    }
    told = [
        {**one, "rejected": rejected.get((one["key"][0], one["key"][2], one["key"][3]))} for one in reviews
    ]
    return sorted(told, key=lambda one: bool(one["confirmed"] or one["rejected"]))


@needs(Right.ENTER, method="POST")
def review_answer(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Confirm a review by an entry of the ledger, or reject it; either with a reason."""
    edition = at.edition(period)
    review, reason = _asked(request, edition), request.POST.get("reason", "").strip()
    if not reason:
        return _page(request, at, edition, problems=refused(ProblemsFound([_no_reason()])), status=422)
    try:
        if request.POST.get("answer") == "confirm":
            _confirm(request, at, edition, review, reason)
        else:
            _reject(request, at, edition, review, reason)
    except ProblemsFound as found:
        return _page(request, at, edition, problems=refused(found), status=422)
    return redirect(f"{reverse('signals', args=[at.desk.slug, period])}#reviews")


def _no_reason() -> Problem:
    return NO_REASON.at(Place(column="reason"))


def _asked(request: HttpRequest, edition: Edition) -> Plain:
    """Return the review that a form is about.

    Raises:
        Http404: There is none.
    """
    key = [request.POST.get(name, "") for name in ("figure", "subject", "span")]
    reviews = (sheet(edition, "signals") or {}).get("reviewed", [])
    found = next((one for one in reviews if [one["key"][0], *one["key"][2:]] == key), None)
    if found is None:
        raise Http404
    return found


def _confirm(request: HttpRequest, at: Standing, edition: Edition, review: Plain, reason: str) -> None:
    """Enter what confirms a review, dated on the last day of its span that is over."""
    day = min(date.fromisoformat(review["last"]), max(edition.as_of, date.fromisoformat(review["first"])))
    entry = Entry(review["subject"], day, review["item"], Decimal(1), reason, at.user.called)
    ledger = ledger_of(at, edition)
    items = {review["item"]: Bounds(), **ledger.items}
    Ledger(ledger.booking, ledger.window, items, ledger.people).enter(entry)
    with transaction.atomic():
        Rejection.objects.filter(
            desk=at.desk, period=edition.period, figure=review["key"][0],
            subject=review["subject"], span=review["key"][3],
        ).delete()  # fmt: skip
        said = Text("The review is confirmed; the ledger has the entry.")
        noted(request, at, "review.confirm", edition.period, said, after=dict(entry.row))
        recompute(at, [edition])


def _reject(request: HttpRequest, at: Standing, edition: Edition, review: Plain, reason: str) -> None:
    figure, _, subject, span = review["key"]
    answer = {"reason": reason, "by": at.user, "at": now()}
    with transaction.atomic():
        Rejection.objects.update_or_create(
            desk=at.desk, period=edition.period, figure=figure, subject=subject, span=span, defaults=answer
        )
        said = Text("The review is rejected; nothing counts against anybody.")
        after = {"figure": figure, "person": subject, "span": span, "reason": reason}
        noted(request, at, "review.reject", edition.period, said, after=after)


urls = [
    path("<str:period>/signals/", signals, name="signals"),
    path("<str:period>/signals/chat/", signals_chat, name="signals_chat"),
    path("<str:period>/signals/answer/", review_answer, name="review_answer"),
]
