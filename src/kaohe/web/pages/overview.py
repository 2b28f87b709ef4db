"""The overview: what the head of a desk sees first; narrowed to one person by a click on the name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from kaohe.core.language import Text
from kaohe.web.editions import several, sheet, within
from kaohe.web.entry import Standing, needs
from kaohe.web.models import Edition
from kaohe.web.navigation import way_to
from kaohe.web.rights import Right
from kaohe.web.speaking import to

PEOPLE_AT_ONCE = 50
FEW_SIGNALS = 5
Plain = Any


@needs(Right.SEE_DESK)
def overview(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show the month in a line, then everybody, the trends, and what is worth a look."""
    edition = at.edition(period)
    view, person = sheet(edition, "overview"), request.GET.get("person", "")
    if view is None:
        raise Http404
    asked = request.GET.get("q", "").strip()
    people, earlier = _narrowed(view["people"], person, asked), _earlier(at, edition)
    if person and not people:
        raise Http404
    page = Paginator(_in_tiers(view, people), PEOPLE_AT_ONCE).get_page(request.GET.get("page"))
    context = {
        "edition": edition,
        "view": view,
        "before": earlier.period if earlier else "",
        "tiles": _with_before(earlier, view["tiles"]),
        "person": people[0] if person else None,
        "asked": asked,
        "people": page,
        "tables": _tables(view, page),
        "life": way_to(at, "life", period),
        "trends": trends_of(at, edition, person),
        "signals": _signals(sheet(edition, "signals"), person),
    }
    return render(request, "web/overview.html", context)


def _narrowed(people: Sequence[Plain], person: str, asked: str) -> list[Plain]:
    """Return the rows of one person, or of those whose name holds what is asked for."""
    if person:
        return [row for row in people if row["subject"] == person]
    wanted = asked.casefold()
    return [row for row in people if wanted in row["name"].casefold() or wanted == row["subject"].casefold()]


def _in_tiers(view: Plain, people: Sequence[Plain]) -> list[Plain]:
    """Return the people tier by tier, where the policy has tiers: each as their tier's table shows them."""
    if not view["tiers"]:
        return list(people)
    shown = {row["subject"] for row in people}
    return [
        {**row, "tier": number}
        for number, tier in enumerate(view["tiers"])
        for row in tier["rows"]
        if row["subject"] in shown
    ]


def _tables(view: Plain, people: Iterable[Plain]) -> list[Plain]:
    """Return the tables of the people of a page."""
    by_tier: dict[int | None, list[Plain]] = {}
    for row in people:
        by_tier.setdefault(row.get("tier"), []).append(row)
    if not by_tier:
        by_tier[None] = []
    found = []
    for number, rows in by_tier.items():
        table = view if number is None else view["tiers"][number]
        heads = {name: table[name] for name in ("heads", "weeks", "places", "totals")}
        sums = [{**row, "sums": list(zip(table["totals"], row["totals"], strict=True))} for row in rows]
        found.append({**heads, "title": None if number is None else table["title"], "rows": sums})
    return found


def _signals(signals: Plain, person: str) -> Mapping[str, Plain]:
    """Return the first signals of everybody, or all of one person."""

    def of(kind: str) -> list[Plain]:
        found = (signals or {}).get(kind, [])
        return [one for one in found if not person or one["subject"] == person]

    findings, worth = of("findings"), of("worth")
    reviews = [one for one in of("reviewed") if not one["confirmed"]]
    few = len(findings) if person else FEW_SIGNALS
    return {
        "worth": worth[:few],
        "findings": findings[:few],
        "reviews": len(reviews),
        "all": len(worth) + len(findings),
    }


def _with_before(earlier: Edition | None, tiles: Sequence[Plain]) -> list[Plain]:
    """Return the desk's main figures, each with what it was in the period before."""
    found = within(earlier, "overview", "tiles") if earlier else None
    before = {_of(one): one["cell"]["said"] for one in found or () if one["cell"]}
    return [{**one, "before": before.get(_of(one))} for one in tiles]


def _of(tile: Plain) -> tuple[str, ...]:
    """Return what a tile is about, whatever the period."""
    return tuple(tile["cell"]["key"][:3]) if tile["cell"] else ()


def _earlier(at: Standing, edition: Edition) -> Edition | None:
    """Return the period before; None where it was not computed."""
    return next((one for one in at.periods if one.last < edition.first), None)


def trends_of(at: Standing, edition: Edition, person: str) -> Plain:
    """Return what the charts draw and their tables say, with the period before behind it."""
    found = several(edition, "trends", {"", person})
    of_shop, own = found.get(""), found.get(person)
    if not of_shop or not own:
        return None
    if not own["ratios"] and not any(own["receptions"]):
        return None
    earlier = _earlier(at, edition)
    before = _before(earlier, person)
    days = [to(one, at.language) for one in of_shop["said_days"]]
    return {
        "ratios": [
            {
                "id": f"trend-{shop['name']}",
                "title": shop["title"],
                "chart": {
                    "days": days,
                    "unit": shop["unit"],
                    "values": ratio["values"],
                    "said": ratio["said"],
                    "before": before.get(ratio["name"], []),
                    "provisional_from": ratio["provisional_from"],
                    "known": own["known"],
                    "marked": [
                        {
                            "title": to(one["title"], at.language),
                            "days": _places(one["days"], of_shop["days"]),
                        }
                        for one in of_shop["marked"]
                    ],
                    "words": _words(at),
                },
            }
            for shop, ratio in zip(of_shop["ratios"], own["ratios"], strict=True)
        ],
        "marked": of_shop["marked"],
        "before": earlier.period if before and earlier else "",
        "open": any(ratio["provisional_from"] < own["known"] for ratio in own["ratios"]),
        "rows": [
            {
                "day": day,
                "receptions": own["receptions"][number],
                "cells": [
                    {"said": ratio["said"][number], "provisional": number >= ratio["provisional_from"]}
                    for ratio in own["ratios"]
                ],
            }
            for number, day in enumerate(days[: own["known"]])
        ],
        "calendar": {
            "days": of_shop["days"],
            "values": own["receptions"],
            "known": own["known"],
            "word": Text("Receptions").to(at.language),
        },
        "waits": _waits(at, own["waits"]),
    }


def _before(earlier: Edition | None, person: str) -> Mapping[str, Sequence[float | None]]:
    """Return the ratios of the period before, by name; empty where it was not computed."""
    found = sheet(earlier, "trends", person) if earlier else None
    return {one["name"]: one["values"] for one in found["ratios"]} if found else {}


def _places(days: Sequence[str], every: Sequence[str]) -> list[int]:
    return [every.index(day) for day in days]


def _words(at: Standing) -> Mapping[str, str]:
    return {
        "now": Text("This period").to(at.language),
        "before": Text("The period before").to(at.language),
        "provisional": Text("provisional").to(at.language),
    }


def _waits(at: Standing, waits: Plain) -> Plain:
    """Return the bars of the waiting times; None where they are not known."""
    if waits is None or not sum(waits["counts"]):
        return None
    borders = waits["borders"]
    between = Text("{low}–{high} s")
    titles = [
        between.filled(low=low, high=high).to(at.language)
        for low, high in zip([0, *borders[:-1]], borders, strict=True)
    ]
    titles.append(Text("over {low} s").filled(low=borders[-1]).to(at.language))
    word = Text("Receptions").to(at.language)
    rows = [{"title": title, "count": count} for title, count in zip(titles, waits["counts"], strict=True)]
    return {"rows": rows, "chart": {"titles": titles, "counts": waits["counts"], "word": word}}


urls = [path("<str:period>/overview/", overview, name="overview")]
