"""Why a figure has its value: the panel over any page, and the same as a page of its own."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from kaohe.core.figure import FigureKey, Level
from kaohe.periods.results import evidence_of
from kaohe.statements.explain import explain
from kaohe.web.editions import OPENED
from kaohe.web.entry import Standing, needs
from kaohe.web.rights import Right


@needs(Right.SEE_OWN, Right.SEE_DESK)
def why(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show why a figure has its value: the sentence, the rule, the inputs."""
    key = asked(request)
    if key.level is Level.PERSON and not at.may_see(key.subject):
        raise Http404
    read = OPENED.get(at.edition(period))
    if key not in read.appraised.appraisal.figures:
        raise Http404
    told = explain(read.appraised.appraisal, key, at.language, evidence=evidence_of(read.appraised))
    return render(request, "web/why.html", {"told": told})


def asked(request: HttpRequest) -> FigureKey:
    """Return the figure that an address asks about.

    Raises:
        Http404: It names none.
    """
    try:
        figure, subject, span = (request.GET[name] for name in ("figure", "subject", "span"))
        return FigureKey(figure, Level(request.GET["level"]), subject, span)
    except (KeyError, ValueError):
        raise Http404 from None


urls = [path("<str:period>/why/", why, name="why")]
