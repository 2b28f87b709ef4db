"""What holds in a period: its campaign days, and the parameters in which it differs from the policy."""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path

from kaohe.core.language import Text, say
from kaohe.core.period import ONE_DAY
from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.core.writing import written_aside
from kaohe.periods.overrides import Entry, Overrides
from kaohe.statements.shown import day_said
from kaohe.web import problems as kinds
from kaohe.web.booked import noted
from kaohe.web.entry import Standing, needs
from kaohe.web.models import Edition
from kaohe.web.recomputing import recompute, under_way
from kaohe.web.rights import Right
from kaohe.web.saying import problems

MOST_DAYS = 100
"""A longer period's days are typed."""
RULES: Mapping[str, Text] = {"rules.ad.phrase": Text("the phrase by which advertisements are known")}
YES_NO = {"yes": Text("yes"), "no": Text("no")}
SINCE = "since"
Plain = Mapping[str, Any]


@needs(Right.ENTER, Right.CLOSE)
def parameters(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show what holds in a period, as a form while it is open."""
    return _page(request, at, at.edition(period))


@needs(Right.ENTER, Right.CLOSE, method="POST")
def parameters_save(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Keep what holds in a period; the figures follow."""
    edition = at.edition(period)
    try:
        before = _overrides(at, period)
        _refuse(request, edition, before)
        given = {
            name: request.POST.getlist(name) if entry.type == "days" else _typed(entry, request.POST[name])
            for entry in before.entries()
            if (name := entry.name) in request.POST
        }
        after = before.changed(given)
    except ProblemsFound as found:
        return _page(request, at, edition, found.problems, status=422)
    if after.plain != before.plain:
        _keep(_file(at, period), after.text)
        said = Text("What holds in {period} is kept; the figures are being computed anew.").filled(
            period=period
        )
        noted(request, at, "parameters.save", period, said, before=before.plain, after=after.plain)
        recompute(at, [edition])
    return redirect("parameters", at.desk.slug, period)


def _refuse(request: HttpRequest, edition: Edition, before: Overrides) -> None:
    """Refuse to change a closed period, or what somebody else has changed meanwhile.

    Raises:
        ProblemsFound: It is so.
    """
    if edition.is_closed:
        raise ProblemsFound([kinds.PERIOD_CLOSED.at(Place(), period=edition.period)])
    if request.POST.get(SINCE) != _mark(before):
        raise ProblemsFound([kinds.CHANGED_MEANWHILE.at(Place())])


def _typed(entry: Entry, text: str) -> str | list[str]:
    return text.splitlines() if entry.type == "texts" else text


def _file(at: Standing, period: str) -> Path:
    return at.desk.folder / "parameters" / f"{period}.yaml"


def _keep(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with written_aside(file) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def _overrides(at: Standing, period: str) -> Overrides:
    return Overrides.of(at.desk.policies, period, at.desk.parameters(period))


def _mark(overrides: Overrides) -> str:
    return sha256(overrides.text.encode()).hexdigest()[:16]


def _page(
    request: HttpRequest, at: Standing, edition: Edition, wrong: Sequence[Problem] = (), *, status: int = 200
) -> HttpResponse:
    stands, taken = _overrides(at, edition.period), ""
    shown = stands
    earlier = next((one.period for one in at.periods if one.last < edition.first), "")
    if not stands.text and not edition.is_closed and (file := at.desk.parameters(earlier)):
        shown, taken = stands.taken_over(file), earlier
    entries = shown.entries()
    by_field: dict[str, list[Problem]] = {}
    for one in wrong:
        by_field.setdefault(one.place.column, []).append(one)
    posted = request.POST if wrong else None
    fields = [_field(one, at, edition, by_field.get(one.name, []), posted) for one in entries]
    known = {one.name for one in entries}
    context = {
        "edition": edition,
        "since": _mark(stands),
        "taken": taken,
        "days": [one for one in fields if one["days"]],
        "fields": [one for one in fields if not one["days"]],
        "problems": problems(one for one in wrong if one.place.column not in known),
        "job": under_way(at, edition.period),
    }
    return render(request, "web/parameters.html", context, status=status)


def _field(
    entry: Entry, at: Standing, edition: Edition, wrong: Sequence[Problem], posted: QueryDict | None
) -> Plain:
    told = entry.parameter.told if entry.parameter else None
    lines = list(entry.given or ())
    if posted is not None and entry.name in posted:
        typed = [str(one) for one in posted.getlist(entry.name)]
        lines = typed if entry.type == "days" else typed[0].splitlines()
    title = say(told.title, at.language) if told else ""
    is_calendar = entry.type == "days" and (edition.last - edition.first).days < MOST_DAYS
    chosen_days = lines if lines or (entry.given is not None) or posted is not None else list(entry.usual)
    return {
        "name": entry.name,
        "id": entry.name.replace(".", "-"),
        "title": title or (RULES[entry.name].to(at.language) if entry.name in RULES else entry.name),
        "reading": say(told.reading, at.language) if told else "",
        "type": entry.type,
        "usual": _called(entry, entry.usual, at),
        "text": "\n".join(lines),
        "rows": max(2, len(lines)),
        "choices": _choices(entry, at),
        "expected": entry.expected,
        "days": _days(edition, chosen_days, at) if is_calendar else [],
        "beyond": [one for one in chosen_days if not _lies_in(edition, one)] if is_calendar else [],
        "problems": problems(wrong),
    }


def _choices(entry: Entry, at: Standing) -> list[tuple[str, str]]:
    """Return what a value may be, and what it is called."""
    if entry.type == "flag":
        return [(value, text.to(at.language)) for value, text in YES_NO.items()]
    known = entry.parameter.one_of if entry.parameter and entry.type == "text" else ()
    return [(value, _word(entry, value, at)) for value in known]


def _word(entry: Entry, value: str, at: Standing) -> str:
    if entry.type == "flag":
        return YES_NO[value].to(at.language)
    called = entry.parameter.called.get(value) if entry.parameter else None
    return say(called, at.language) if called else value


def _called(entry: Entry, values: Sequence[str], at: Standing) -> str:
    return Text(", ").to(at.language).join(_word(entry, one, at) for one in values)


def _days(edition: Edition, days: Sequence[str], at: Standing) -> list[Plain]:
    """Return the period's days to be ticked."""
    span = range((edition.last - edition.first).days + 1)
    every = [edition.first + number * ONE_DAY for number in span]
    return [
        {"day": day.isoformat(), "said": day_said(day, at.language), "is_on": day.isoformat() in days}
        for day in every
    ]


def _lies_in(edition: Edition, text: str) -> bool:
    try:
        return edition.first <= date.fromisoformat(text) <= edition.last
    except ValueError:
        return False


urls = [
    path("<str:period>/parameters/", parameters, name="parameters"),
    path("<str:period>/parameters/save/", parameters_save, name="parameters_save"),
]
