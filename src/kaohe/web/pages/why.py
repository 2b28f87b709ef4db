"""Why a figure has its value: the panel over any page, and the same as a page of its own.

Both show one tree; an address of the page says which parts of it are open, and the parts
come one by one as they are opened.
"""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from kaohe.core.figure import FigureKey, Level
from kaohe.core.problem import ProblemsFound
from kaohe.periods.books.reading import Read
from kaohe.web.appealing import appealable
from kaohe.web.editions import OPENED
from kaohe.web.entry import Standing, needs
from kaohe.web.models import Edition
from kaohe.web.reasons import Conversing, Listed, State, Tree
from kaohe.web.rights import Right
from kaohe.web.saying import problems


@needs(Right.SEE_OWN, Right.SEE_DESK)
def why(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show why a figure has its value: the sentence, the rule, the inputs, down to what is open."""
    key, edition = asked(request, at), at.edition(period)
    is_piece = bool(request.headers.get("HX-Request"))
    if not is_piece and not OPENED.holds(edition):
        return render(request, "web/why_waiting.html", {"title": key.figure})
    try:
        read = OPENED.get(edition)
    except ProblemsFound as found:
        return render(request, "web/why_not.html", {"problems": problems(found.problems)}, status=422)
    tree = _tree(request, at, edition, read, key)
    context = {
        "inside": tree.root(),
        "key": key,
        "edition": edition,
        "query": _query(key),
        "open": sorted(tree.state.parts),
        "appeal": appealable(at, read, key),
        "is_page": not is_piece or "page" in request.GET,
    }
    return render(request, "web/why.html", context)


@needs(Right.SEE_OWN, Right.SEE_DESK)
def part(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show what stands within one part of a reason."""
    key, edition = asked(request, at), at.edition(period)
    name = request.GET.get("part", "")
    found = _tree(request, at, edition, OPENED.get(edition), key).part(name)
    if found is None:
        raise Http404
    context: dict[str, object] = {"query": _query(key), "key": key}
    if isinstance(found, Conversing):
        columns = request.GET.get("columns", "1")
        context |= {"chat": found, "columns": columns if columns.isdecimal() else "1"}
        return render(request, "web/why_chat_row.html", context)
    if isinstance(found, Listed):
        return render(request, "web/why_rows.html", context | {"list": found})
    return render(request, "web/why_inside.html", context | {"inside": found})


def asked(request: HttpRequest, at: Standing) -> FigureKey:
    """Return the figure that an address asks about.

    Raises:
        Http404: It names none, or one that is not for this reader.
    """
    try:
        figure, subject, span = (request.GET[name] for name in ("figure", "subject", "span"))
        key = FigureKey(figure, Level(request.GET["level"]), subject, span)
    except (KeyError, ValueError):
        raise Http404 from None
    if key.level is Level.PERSON and not at.may_see(key.subject):
        raise Http404
    return key


def _tree(request: HttpRequest, at: Standing, edition: Edition, read: Read, key: FigureKey) -> Tree:
    if key not in read.appraised.appraisal.figures:
        raise Http404
    return Tree(at, edition, read, key, State.of(request.GET.get("open", "")))


def _query(key: FigureKey) -> str:
    return urlencode(key._asdict())


urls = [
    path("<str:period>/why/", why, name="why"),
    path("<str:period>/why/part/", part, name="why_part"),
]
