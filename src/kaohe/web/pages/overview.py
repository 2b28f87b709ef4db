"""The overview: what the head of a desk sees first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from kaohe.web.editions import sheet
from kaohe.web.entry import Standing, needs
from kaohe.web.rights import Right


@needs(Right.SEE_DESK)
def overview(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show the month in a line, then everybody, then what is worth a look."""
    edition = at.edition(period)
    return render(
        request,
        "web/overview.html",
        {"edition": edition, "view": sheet(edition, "overview"), "signals": sheet(edition, "signals")},
    )


urls = [path("<str:period>/overview/", overview, name="overview")]
