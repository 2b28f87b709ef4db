"""The way around: what the side of every page leads to, for whoever has the right."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from kaohe.core.language import Text
from kaohe.web.entry import Standing
from kaohe.web.rights import Right


@dataclass(frozen=True, slots=True)
class Way:
    """One entry of the navigation.

    Attributes:
        url: The name of its address.
        title: What it is called.
        icon: Its icon's name in ``icons.svg``.
        rights: One of them is enough.
        of_period: Whether its address names a period.
    """

    url: str
    title: Text
    icon: str
    rights: frozenset[Right]
    of_period: bool = True


@dataclass(frozen=True, slots=True)
class Leading:
    """An entry as a page shows it.

    Attributes:
        href: Where it leads.
        title: What it is called.
        icon: Its icon.
        is_here: Whether one is there.
    """

    href: str
    title: Text
    icon: str
    is_here: bool


def _way(url: str, title: Text, icon: str, *rights: Right, of_period: bool = True) -> Way:
    return Way(url, title, icon, frozenset(rights), of_period)


WAYS: Sequence[Way] = (
    _way("overview", Text("Overview"), "home", Right.SEE_DESK),
    _way("month", Text("My month"), "user", Right.SEE_OWN),
    _way("ranking", Text("Ranking"), "trophy", Right.SEE_DESK, Right.SEE_RANKING),
    _way("board", Text("Contest board"), "screen", Right.SEE_DESK, Right.SEE_RANKING),
    _way("forms", Text("Rating forms"), "pencil", Right.RATE, Right.SEE_DESK),
    _way("samples", Text("Reviews"), "chat", Right.REVIEW, Right.SEE_DESK),
    _way("signals", Text("Worth a look"), "eye", Right.SEE_DESK),
    _way("ledger", Text("Ledger"), "book", Right.ENTER, Right.CLOSE),
    _way("targets", Text("Targets"), "target", Right.ENTER),
    _way("parameters", Text("Days and parameters"), "calendar", Right.ENTER, Right.CLOSE),
    _way("appeals", Text("Appeals"), "hand", Right.ANSWER, Right.APPEAL),
    _way("life", Text("Period"), "calendar", Right.SEE_DESK),
    _way("payslips", Text("Payslips"), "money", Right.SEE_PAY),
    _way("my_payslip", Text("My payslip"), "money", Right.SEE_OWN),
    _way("policy", Text("Policy"), "scale", Right.READ_POLICY, of_period=False),
    _way("imports", Text("Import"), "upload", Right.IMPORT, of_period=False),
    _way("people", Text("People"), "people", Right.KEEP_PEOPLE, of_period=False),
    _way("administration", Text("Administration"), "gear", Right.ADMINISTER, of_period=False),
)

IN_PASSING = ("policy", "imports")


def places(at: Standing, period: str, here: str) -> list[Leading]:
    """Return where somebody can go.

    Args:
        at: What they are at the desk.
        period: The period that they look at; blank: the newest.
        here: The address of the page.
    """
    found = []
    for way in WAYS:
        if not at.rights & way.rights:
            continue
        href = address(way, at, period)
        if href:
            found.append(Leading(href, way.title, way.icon, here.startswith(href)))
    return found


def address(way: Way, at: Standing, period: str) -> str:
    """Return an entry's address; blank where it names a period and there is none yet."""
    chosen = period or (at.periods[0].period if at.periods else "")
    if way.of_period and not chosen:
        return ""
    try:
        return reverse(way.url, args=[at.desk.slug, chosen] if way.of_period else [at.desk.slug])
    except NoReverseMatch:
        return ""


def way_to(at: Standing, url: str, period: str) -> str:
    """Return the address of an entry of the navigation; blank where somebody may not go there."""
    way = next(one for one in WAYS if one.url == url)
    return address(way, at, period) if at.rights & way.rights else ""


def first_place(at: Standing) -> str:
    """Return where somebody's work begins; blank: nowhere yet.

    What everybody reads, and what many may do now and then, is nobody's beginning while they have another.
    """
    ways = [way for way in WAYS if at.rights & way.rights]
    ways.sort(key=lambda way: way.url in IN_PASSING)
    return next((href for way in ways if (href := address(way, at, ""))), "")
