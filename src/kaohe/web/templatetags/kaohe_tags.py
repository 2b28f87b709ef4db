"""What templates say and show: ``{% t "…" %}``, ``|say``, and a figure as a link to its reason."""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kaohe import __version__
from kaohe.core.language import Language, Text
from kaohe.web.deeds import DEEDS, WORKS
from kaohe.web.entry import Standing
from kaohe.web.navigation import WAYS
from kaohe.web.navigation import address as way_to
from kaohe.web.rights import Right
from kaohe.web.speaking import Sayable, sentence, to

register = template.Library()


@register.simple_tag(takes_context=True)
def t(context: Context, english: str, **gaps: object) -> str:
    """Say a sentence of the catalogues in the reader's language, its gaps filled."""
    return sentence(english, context["language"], gaps)


@register.filter
def say(thing: Sayable, language: Language) -> str:
    """Say what is kept in all languages."""
    return to(thing, language)


@register.filter
def deed(action: str, language: Language) -> str:
    """Say what an entry of the trail says was done."""
    return DEEDS[action].to(language) if action in DEEDS else action


@register.filter
def work(kind: str, language: Language) -> str:
    """Say what is done in a kind of job."""
    return WORKS[kind].to(language) if kind in WORKS else kind


@register.simple_tag(takes_context=True)
def figure(context: Context, cell: Mapping[str, Any] | None) -> SafeString:
    """Show a figure as a link that opens its reason; a dash where there is none.

    A provisional one stands in italics and says until when; a gain or loss has its sign.
    """
    language: Language = context["language"]
    if cell is None:
        return format_html('<span class="text-secondary">{}</span>', "—")
    said = to(cell["said"], language)
    classes = " ".join(
        one for one in ("figure", "provisional" if cell["until"] else "", cell.get("tone", "")) if one
    )
    hint = ""
    if cell["until"]:
        text = Text("Provisional until {day}").filled(day=to(cell["until"], language))
        hint = text.to(language)
    at: Standing | None = context.get("at")
    level, subject = cell["key"][1], cell["key"][2]
    if at is None or not (level != "person" or at.may_see(subject)):
        return format_html('<span class="{}" title="{}">{}</span>', classes, hint, said)
    href = why_address(at, context["period"], cell["key"])
    return format_html(
        '<a class="{}" title="{}" href="{}" hx-get="{}" hx-target="#why" hx-swap="innerHTML">{}</a>',
        classes, hint, href, href, said,
    )  # fmt: skip


def why_address(at: Standing, period: str, key: list[str]) -> str:
    """Return the address of a figure's reason."""
    query = urlencode(dict(zip(("figure", "level", "subject", "span"), key, strict=True)))
    return f"{_why(at.desk.slug, period)}?{query}"


@lru_cache(maxsize=1024)
def _why(desk: str, period: str) -> str:
    """Return where a period's reasons are: a page asks for it once for every figure."""
    return reverse("why", args=[desk, period])


@register.simple_tag(takes_context=True)
def why_of(context: Context, key: list[str]) -> str:
    """Return the address of a figure's reason, by its key as sheets write it."""
    return why_address(context["at"], context["period"], key)


@register.simple_tag(takes_context=True)
def way(context: Context, url: str) -> SafeString:
    """Show an entry of the navigation as a link; nothing where it leads nowhere for this reader."""
    at: Standing = context["at"]
    for one in WAYS:
        if one.url == url and at.rights & one.rights and (href := way_to(one, at, context["period"])):
            return format_html('<a href="{}">{}</a>', href, to(one.title, context["language"]))
    return format_html("{}", "")


@register.simple_tag(takes_context=True)
def days(context: Context, first: date | str | None, last: date | str | None) -> str:
    """Say from when to when something holds; a bound that is missing is open."""
    match bool(first), bool(last):
        case True, True:
            said = Text("{first} – {last}")
        case True, False:
            said = Text("since {first}")
        case False, True:
            said = Text("until {last}")
        case _:
            said = Text("at all times")
    return said.filled(first=first, last=last).to(context["language"])


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon that says nothing by itself."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static("web/icons.svg"), name,
    )  # fmt: skip


@register.simple_tag
def asset(path: str) -> str:
    """Return the address of a file of the application, which changes when kaohe does."""
    return f"{static(f'web/{path}')}?v={__version__}"


@register.filter
def may(at: Standing, right: str) -> bool:
    """Return whether somebody has a right, by its name in ``rights.Right``."""
    return at.may(Right[right.upper()])


@register.filter
def of(mapping: Mapping[str, Any], key: str) -> object:
    """Return what a mapping holds under a key; None where it holds nothing."""
    return mapping.get(key)


@register.filter
def as_json(thing: object) -> str:
    """Return plain data as it is kept, for who wants to see exactly that."""
    return json.dumps(thing, ensure_ascii=False, indent=1)
