"""The ranking: everybody by one metric in a week, or in all weeks side by side."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from kaohe.core.language import Text
from kaohe.web.booked import noted
from kaohe.web.editions import several, sheet, within
from kaohe.web.entry import Standing, needs
from kaohe.web.models import Edition
from kaohe.web.rights import Right

Plain = Any
ALL = "all"
PEOPLE_AT_ONCE = 50
SOMEBODY = Text("a colleague")


@needs(Right.SEE_DESK, Right.SEE_RANKING)
def ranking(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show a metric: as dots with intervals on one axis, or with all weeks side by side."""
    edition = at.edition(period)
    sections = sheet(edition, "rankings") or []
    section, metric = _metric(sections, request.GET.get("metric", ""))
    context: dict[str, object] = {
        "edition": edition,
        "sections": sections,
        "section": section,
        "metric": metric,
        "sure_note": within(edition, "overview", "sure_note"),
    }
    if metric is None:
        departments = within(edition, "overview", "departments")
        return render(request, "web/ranking.html", {**context, "departments": departments})
    wanted = request.GET.get("week", "")
    if wanted == ALL and len(section["weeks"]) > 1:
        weeks = section["weeks"]
        side = _side_by_side(_weeks(edition, metric, weeks), weeks)
        page = _page(request, at, side["rows"])
        context |= {"week": ALL, "side": {**side, "rows": [_across(at, one, weeks) for one in page]}}
    else:
        week = _week(section, wanted, edition)
        found = sheet(edition, "ranking", f"{week['label']}/{metric['name']}") or {"rows": [], "shop": None}
        page = _page(request, at, found["rows"])
        rows = [named(at, row) for row in page]
        context |= {"week": week["label"], "chosen": week, "view": found, "rows": rows}
    return render(request, "web/ranking.html", {**context, "page": page})


def _page(request: HttpRequest, at: Standing, rows: Sequence[Plain]) -> Page[Plain]:
    """Return the page that is asked for, else the one with the reader's own row, else the first."""
    own = next((number for number, row in enumerate(rows) if row["subject"] == at.person), 0)
    return Paginator(rows, PEOPLE_AT_ONCE).get_page(request.GET.get("page") or str(own // PEOPLE_AT_ONCE + 1))


def named(at: Standing, row: Plain) -> Plain:
    """Return a row with a name that the reader may see, and without the person where they may not."""
    own = row["subject"] == at.person
    if at.may(Right.SEE_DESK) or at.desk.names_in_rankings or own:
        return {**row, "own": own}
    return {**row, "name": SOMEBODY.to(at.language), "own": False, "subject": ""}


def latest(section: Plain, edition: Edition) -> Plain:
    """Return the last span of a section that has begun."""
    begun = [one for one in section["weeks"] if one["first"] <= edition.as_of.isoformat()]
    return (begun or section["weeks"])[-1 if begun else 0]


def _metric(sections: Sequence[Plain], name: str) -> tuple[Plain, Plain]:
    """Return the metric that is asked for, else the first with places, with its section.

    Raises:
        Http404: There is none of this name.
    """
    every = [(section, metric) for section in sections for metric in section["metrics"]]
    if name:
        found = next((pair for pair in every if pair[1]["name"] == name), None)
        if found is None:
            raise Http404
        return found
    with_places = [pair for pair in every if pair[1]["has_place"]]
    return next(iter((*with_places, *every)), (None, None))


def _week(section: Plain, label: str, edition: Edition) -> Plain:
    if not label or label == ALL:
        return latest(section, edition)
    found = next((one for one in section["weeks"] if one["label"] == label), None)
    if found is None:
        raise Http404
    return found


def _weeks(edition: Edition, metric: Plain, weeks: Sequence[Plain]) -> list[Plain]:
    """Return the sheets of a metric in each week, in order; None where there is none."""
    subjects = [f"{week['label']}/{metric['name']}" for week in weeks]
    found = several(edition, "ranking", subjects)
    return [found.get(subject) for subject in subjects]


def _side_by_side(sheets: Sequence[Plain], weeks: Sequence[Plain]) -> Mapping[str, Plain]:
    """Return everyone's row across the weeks, in the order of the last week that has one."""
    people: dict[str, Plain] = {}
    for one in reversed(sheets):
        for row in one["rows"] if one else ():
            people.setdefault(row["subject"], row)
    by_week = [{row["subject"]: row for row in one["rows"]} if one else {} for one in sheets]
    rows = [
        {"subject": person, "row": row, "cells": [own.get(person) for own in by_week]}
        for person, row in people.items()
    ]
    shop = [
        {"week": week, "cell": one["shop"] if one else None} for week, one in zip(weeks, sheets, strict=True)
    ]
    return {"weeks": weeks, "rows": rows, "shop": shop}


def _across(at: Standing, found: Plain, weeks: Sequence[Plain]) -> Plain:
    """Return somebody's row across the weeks as the reader may see it."""
    cells = [{"week": week, "row": row} for week, row in zip(weeks, found["cells"], strict=True)]
    return {**named(at, found["row"]), "cells": cells}


@needs(Right.KEEP_PEOPLE, method="POST")
def ranking_names(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Let agents see the others' names in rankings, or their own alone."""
    at.edition(period)
    before, shown = at.desk.names_in_rankings, request.POST.get("names") == "shown"
    at.desk.names_in_rankings = shown
    at.desk.save(update_fields=["names_in_rankings"])
    said = (
        Text("Agents now see everybody's name in rankings.")
        if shown
        else Text("Agents now see only their own name in rankings.")
    )
    noted(request, at, "ranking.names", at.desk.slug, said, before={"shown": before}, after={"shown": shown})
    return redirect(reverse("ranking", args=[at.desk.slug, period]))


urls = [
    path("<str:period>/ranking/", ranking, name="ranking"),
    path("<str:period>/ranking/names/", ranking_names, name="ranking_names"),
]
