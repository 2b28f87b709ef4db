"""A person's month: the total and what moved it, the ladder of points, what would help, the payslip."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from kaohe.periods.books.blockers import STATES, State
from kaohe.statements.moves import moved, snapshot
from kaohe.statements.shown import day_said, span_said
from kaohe.web.clock import now
from kaohe.web.editions import several, sheet
from kaohe.web.entry import Standing, needs
from kaohe.web.models import Edition, Glance
from kaohe.web.pages.overview import trends_of
from kaohe.web.rights import Right
from kaohe.web.speaking import to

Plain = Any


@needs(Right.SEE_OWN)
def own(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show one's own month, and what moved since one's last look at it."""
    edition = at.edition(period)
    if not at.person:
        return render(request, "web/month_nobody.html", {"edition": edition})
    context = _month(at, edition, at.person)
    if context is None:
        return render(request, "web/month_nobody.html", {"edition": edition})
    return render(request, "web/month.html", {**context, "is_own": True, **_glance(at, edition, context)})


@needs(Right.SEE_DESK)
def of_person(request: HttpRequest, at: Standing, period: str, person: str) -> HttpResponse:
    """Show somebody's month to whoever sees the whole desk."""
    context = _month(at, at.edition(period), person)
    if context is None:
        raise Http404
    return render(request, "web/month.html", context)


def _month(at: Standing, edition: Edition, person: str) -> Mapping[str, Plain] | None:
    """Return what the page shows of a person; None where the period knows nobody of that name."""
    found = several(edition, "person", {person}).get(person)
    top = several(edition, "own", {person}).get(person)
    if found is None or top is None:
        return None
    words = (sheet(edition, "words") or {"figures": {}})["figures"]
    return {
        "edition": edition,
        "state": STATES[State(edition.state)],
        "person": person,
        "top": top,
        "view": {**found, "ladders": [_named(at, words, one) for one in found["ladders"]]},
        "trends": trends_of(at, edition, person),
    }


def _named(at: Standing, words: Mapping[str, Plain], ladder: Mapping[str, Plain]) -> Mapping[str, Plain]:
    """Return a ladder whose idle rules go by what they are called."""
    idle = [
        {
            "key": key,
            "title": to(words.get(key[0], {"title": key[0]})["title"], at.language),
            "span": span_said(key[3], at.language),
        }
        for key in ladder["idle"]
    ]
    return {**ladder, "idle": idle}


def _glance(at: Standing, edition: Edition, shown: Mapping[str, Plain]) -> Mapping[str, object]:
    """Return what moved since the reader's last look, and note what they see now.

    What moved stays until the figures are computed again, however often the page is opened.
    """
    now_there = snapshot(shown["view"])
    named = {"user": at.user, "desk": at.desk, "period": edition.period, "person": at.person}
    seen = {"computed_at": edition.computed_at, "at": now(), "figures": now_there}
    glance, is_first = Glance.objects.get_or_create(**named, defaults=seen)
    if not is_first and glance.computed_at != edition.computed_at:
        if glance.figures != now_there:
            glance.before, glance.before_at = glance.figures, glance.at
        glance.computed_at, glance.figures, glance.at = edition.computed_at, now_there, now()
        glance.save()
    if glance.before is None or glance.before_at is None:
        return {"moved": None}
    return {
        "moved": moved(glance.before, glance.figures),
        "since": day_said(timezone.localtime(glance.before_at).date(), at.language, year=True),
    }


urls = [
    path("<str:period>/month/", own, name="month"),
    path("<str:period>/month/<str:person>/", of_person, name="month_of"),
]
