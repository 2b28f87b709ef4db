"""What is worth a look, with its evidence, and the reviews of filter use, confirmed or rejected."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from kaohe.web.editions import sheet
from kaohe.web.entry import Standing, needs
from kaohe.web.rights import Right


@needs(Right.SEE_DESK)
def signals(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show what is worth a look, each with its evidence."""
    edition = at.edition(period)
    return render(request, "web/signals.html", {"edition": edition, "view": sheet(edition, "signals")})


urls = [path("<str:period>/signals/", signals, name="signals")]
