"""The contest board for the wall: the newest day, week and month, one after the other, by itself."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from kaohe.web.editions import several, sheet
from kaohe.web.entry import Standing, needs
from kaohe.web.models import Edition
from kaohe.web.pages.ranking import latest, named
from kaohe.web.rights import Right

MOST_ROWS = 8
"""People of a list that can be read from afar."""
Plain = Any


@needs(Right.SEE_DESK, Right.SEE_RANKING)
def board(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show one board of the contest; the page asks for the next one by itself.

    Whoever opens the newest period is taken along when a newer one begins.
    """
    follows = _follows(request, at, period)
    edition = at.edition(at.periods[0].period if follows else period)
    sections = [
        one for one in sheet(edition, "rankings") or [] if any(each["has_place"] for each in one["metrics"])
    ]
    turn = _number(request.GET.get("turn")) % max(len(sections), 1)
    if is_seen(request, edition) and len(sections) < 2:
        return HttpResponse(status=204)
    query = {"turn": turn + 1, "seen": edition.pk, **({"follow": 1} if follows else {})}
    context = {
        "edition": edition,
        "section": sections[turn] if sections else None,
        "week": latest(sections[turn], edition) if sections else None,
        "lists": _lists(at, edition, sections[turn]) if sections else [],
        "next": f"{reverse('board', args=[at.desk.slug, edition.period])}?{urlencode(query)}",
    }
    return render(request, "web/board.html", context)


def is_seen(request: HttpRequest, edition: Edition) -> bool:
    """Return whether the wall shows this edition already."""
    return bool(request.headers.get("HX-Request")) and request.GET.get("seen") == str(edition.pk)


def _follows(request: HttpRequest, at: Standing, period: str) -> bool:
    is_first = not request.headers.get("HX-Request")
    newest = at.edition(period) == at.periods[0]
    return newest if is_first else "follow" in request.GET


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _lists(at: Standing, edition: Edition, section: Plain) -> Sequence[Plain]:
    """Return the first places by each metric of a section, the sum of points first."""
    week = latest(section, edition)["label"]
    placed = [one for one in section["metrics"] if one["has_place"]]
    placed.sort(key=lambda one: one["unit"] != "points")
    found = several(edition, "ranking", [f"{week}/{one['name']}" for one in placed])
    return [
        {
            "metric": one,
            "rows": _first(at, found.get(f"{week}/{one['name']}")),
            "is_sum": one["unit"] == "points",
        }
        for one in placed
    ]


def _first(at: Standing, one: Plain) -> list[Plain]:
    rows = one["rows"] if one else []
    return [named(at, row) for row in rows if row["place"] and row["place"]["value"]][:MOST_ROWS]


urls = [path("<str:period>/board/", board, name="board")]
