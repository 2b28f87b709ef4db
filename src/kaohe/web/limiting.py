"""How much may be sent: what is too much is refused by the length it names, before any of it is read.

A server reads no more of a request than the length that it names; a request that names
none although something follows is refused too.
"""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve

from kaohe.core.language import Language, Text
from kaohe.core.problem import Place, Problem
from kaohe.web import problems as kinds
from kaohe.web.api.answers import refusal
from kaohe.web.saying import problems

AROUND = 1 << 20
"""Bytes that the form around the files may take."""
API = "/api/"
NO_LENGTH = Text("The request does not say how long it is.")
Viewing = TypeVar("Viewing", bound=Callable[..., HttpResponseBase])


def takes_files(view: Viewing) -> Viewing:
    """Let a view be sent as much as files may be."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


class SizeMiddleware:
    """Refuses what is too much with 413, and what names no length with 411."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request, unless it is too long."""
        named = request.META.get("CONTENT_LENGTH") or ""
        if not named and request.META.get("HTTP_TRANSFER_ENCODING"):
            return _refused(request, 411, NO_LENGTH)
        if named.isdecimal() and int(named) > settings.BODY_BYTES:
            most = _most(request)
            if int(named) > most:
                return _refused(request, 413, kinds.TOO_MUCH.at(Place(), most=most >> 20))
        return self.get_response(request)


def _most(request: HttpRequest) -> int:
    """Return how many bytes may be sent to an address."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return int(settings.BODY_BYTES)
    # The interface's own views are one that calls the others.
    large = getattr(view, "takes_files", False) or request.path_info.startswith(API)
    return int(settings.UPLOAD_BYTES + AROUND if large else settings.BODY_BYTES)


def _refused(request: HttpRequest, status: int, why: Problem | Text) -> HttpResponse:
    language: Language = request.language  # type: ignore[attr-defined]
    found = [] if isinstance(why, Text) else problems([why])
    said = (why if isinstance(why, Text) else why.message).to(language)
    if request.path_info.startswith(API):
        return refusal(status, said, problems=found)
    return render(request, "web/too_much.html", {"said": said, "problems": found}, status=status)
