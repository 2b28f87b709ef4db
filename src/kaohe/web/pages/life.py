"""The period's life: its calendar, who still owes what, closing, correcting, verifying, the archive."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from glob import escape
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from kaohe.core.language import Text
from kaohe.periods.books.blockers import STATES, State
from kaohe.periods.books.correcting import TABLE, stale, waiting
from kaohe.periods.books.kept import Kept, opened
from kaohe.periods.books.life import pay_changes
from kaohe.periods.books.shelf import MARKER, Shelf, open_shelf
from kaohe.web import audit, jobs
from kaohe.web.clock import day_of, moment, today
from kaohe.web.editions import sheet
from kaohe.web.entry import Standing, needs
from kaohe.web.handing_out import handed_out, written_by
from kaohe.web.lifeline import lifeline
from kaohe.web.models import Desk, Edition, Job
from kaohe.web.models.jobs import UNDER_WAY
from kaohe.web.navigation import way_to
from kaohe.web.rights import Right
from kaohe.web.work.closing import archives

WORK = ("close", "correct", "verify", "archive")
"""The jobs that this page asks for."""
LATELY = 6
OF_CHECKS = ("signals", Text("The policy's checks found it; whoever keeps the records mends them."))
WHOSE: Mapping[str, tuple[str, Text]] = {
    "review": ("signals", Text("The head of desk confirms or rejects them.")),
    "appeal": ("appeals", Text("The head of desk or HR answers them.")),
    "provisional": ("", Text("They become final by themselves; the calendar says when.")),
    "forms": ("forms", Text("The raters fill them in.")),
    "policy-not-yet-valid": ("policy", Text("Whoever publishes policies sees to it.")),
    **dict.fromkeys(("overlap", "later", "other-scheme"), ("", Text("Whoever closes decides."))),
}
"""Kind of what blocks → the page where it is seen to (blank: none), and who does."""
RUNNING_ALREADY = Text("Somebody has asked for this already; see below how far it is.")
MOVED_ON = Text("The period was computed again since you looked; see what blocks it now.")
NOT_A_DAY = Text("That is no day.")
BEING_DONE: Mapping[str, Text] = {
    "close": Text("Closing"),
    "correct": Text("Correction"),
    "verify": Text("Verification"),
    "archive": Text("Archive"),
}


@needs(Right.SEE_DESK)
def life(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show a period's life."""
    return shown(request, at, at.edition(period))


def shown(
    request: HttpRequest, at: Standing, edition: Edition, wrong: Mapping[str, object] | None = None
) -> HttpResponse:
    """Show a period's life, with what was typed and is not right yet."""
    shelf = shelf_of(at.desk)
    versions = list(history(shelf, edition.period)) if shelf else []
    lately = list(_lately(at, edition.period))
    view = {
        "edition": edition,
        "line": lifeline(edition, today(at.desk.timezone), at.language),
        "states": [(STATES[one], one == edition.state) for one in State],
        "owed": led(at, edition, owed(edition)),
        "frozen": frozen(edition),
        "versions": versions,
        "due_again": due_again(shelf, edition) if shelf and edition.is_closed else {},
        "running": [one for one in lately if not one["job"].is_over],
        "lately": [one for one in lately if one["job"].is_over],
        "given": request.POST,
        "wrong": wrong or {},
    }
    return render(request, "web/life.html", view, status=422 if wrong else 200)


def shelf_of(desk: Desk) -> Shelf | None:
    """Return a desk's books; None where there are none yet."""
    return open_shelf(desk.books) if (desk.books / MARKER).is_file() else None


def led(at: Standing, edition: Edition, groups: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return what blocks the closing, each kind with whose it is and where it is seen to."""
    found: list[Mapping[str, Any]] = []
    for one in groups:
        url, whose = WHOSE.get(one["kind"].partition(".")[0], OF_CHECKS)
        found.append({**one, "whose": whose, "way": url and way_to(at, url, edition.period)})
    return found


def owed(edition: Edition) -> list[Mapping[str, Any]]:
    """Return what blocks the closing, kind by kind."""
    kinds: dict[str, dict[str, Any]] = {}
    for one in edition.blockers:
        kind = one.get("kind") or one["name"].partition("/")[0]
        group = kinds.setdefault(kind, {"kind": kind, "title": one.get("title", kind), "blockers": []})
        group["blockers"].append(one)
    return list(kinds.values())


def frozen(edition: Edition) -> Mapping[str, object]:
    """Return what a closing would freeze."""
    paid = sheet(edition, "payslips") or {"rows": [], "sums": {}}
    return {
        "figures": edition.summary.get("figures", 0),
        "people": len(paid["rows"]),
        "sum": paid["sums"].get("to_pay", "—"),
        "carried": edition.summary.get("carried", 0),
    }


def history(shelf: Shelf, label: str) -> Iterator[Mapping[str, Any]]:
    """Yield the versions of a period, the newest first, each with what it changed in people's pay."""
    for version in reversed(shelf.versions(label)):
        kept = opened(shelf, label, version)
        changed = pay_changes(shelf, kept.manifest) if version > 1 else []
        when = datetime.fromisoformat(kept.manifest.at)
        yield {"manifest": kept.manifest, "at": when, "seal": kept.seal, "changes": changed}


def due_again(shelf: Shelf, edition: Edition) -> Mapping[str, object]:
    """Return what has come since a period's newest version, so that a correction is due."""
    kept: Kept = opened(shelf, edition.period)
    return {"corrected": list(stale(shelf, kept)), "appeals": waiting(shelf, kept)}


def _lately(at: Standing, label: str) -> Iterator[Mapping[str, Any]]:
    """Yield the jobs that were last asked for; how far one is, only who asked for it is told all the time."""
    found = Job.objects.filter(desk=at.desk, kind__in=WORK, arguments__period=label)
    for one in found.select_related("asked_by")[:LATELY]:
        yield {
            "job": one,
            "title": BEING_DONE[one.kind],
            "is_own": one.asked_by_id == at.user.pk,
            "file": one.result.get("file", "") if one.kind == "archive" else "",
        }


# What is done


@needs(Right.CLOSE, method="POST")
def close(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Have a period closed, every kind of thing that blocks it passed over with a reason."""
    edition = at.edition(period)
    if str(edition.pk) != request.POST.get("edition"):
        messages.warning(request, MOVED_ON.to(at.language))
        return _back(at, period)
    reasons = {one["kind"]: request.POST.get(f"why-{one['kind']}", "").strip() for one in owed(edition)}
    missing = {kind: True for kind, reason in reasons.items() if not reason}
    if missing:
        return shown(request, at, edition, missing)
    # Passed over is what stood on the page, name by name: what has come since still blocks.
    waivers = {
        escape(one["name"]): reasons[group["kind"]] for group in owed(edition) for one in group["blockers"]
    }
    return _asked(request, at, period, "close", {**_act(at), "waivers": waivers})


@needs(Right.CLOSE, method="POST")
def correct(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Have a closed period corrected from the newest records."""
    edition = _closed(at, period)
    because, day = (request.POST.get(name, "").strip() for name in ("because", "as_of"))
    wrong: dict[str, object] = {} if because else {"because": True}
    if day and day_of(day) is None:
        wrong["as_of"] = NOT_A_DAY
    if wrong:
        return shown(request, at, edition, wrong)
    return _asked(request, at, period, "correct", {**_act(at), "because": because, "as_of": day})


@needs(Right.CLOSE, method="POST")
def verify(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Have a version verified, against a seal on paper where one is typed."""
    _closed(at, period)
    version, seal = _version(request), request.POST.get("seal", "").strip()
    return _asked(request, at, period, "verify", {"version": version, "seal": seal})


@needs(Right.CLOSE, method="POST")
def archive(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Have a version written into one file."""
    _closed(at, period)
    return _asked(request, at, period, "archive", {"version": _version(request)})


def _closed(at: Standing, period: str) -> Edition:
    edition = at.edition(period)
    if not edition.is_closed:
        raise Http404
    return edition


def _version(request: HttpRequest) -> int:
    given = request.POST.get("version", "0")
    return int(given) if given.isdecimal() else 0


def _act(at: Standing) -> dict[str, Any]:
    """Return who acts, and when: written down once, so that a job begun again is the same act."""
    return {"by": at.user.called, "at": moment(at.desk.timezone)}


def _asked(
    request: HttpRequest, at: Standing, period: str, kind: str, arguments: Mapping[str, Any]
) -> HttpResponse:
    busy = Job.objects.filter(desk=at.desk, kind=kind, arguments__period=period, state__in=UNDER_WAY)
    if busy.exists():
        messages.warning(request, RUNNING_ALREADY.to(at.language))
        return _back(at, period)
    asked = {"period": period, **arguments}
    audit.note(f"period.{kind}.ask", period, by=at.user, desk=at.desk, after=asked, request=request)
    jobs.ask(kind, asked, desk=at.desk, by=at.user)
    return _back(at, period)


def _back(at: Standing, period: str) -> HttpResponse:
    return redirect(f"{reverse('life', args=[at.desk.slug, period])}#work")


# What is taken away


@needs(Right.CLOSE)
def archived(request: HttpRequest, at: Standing, period: str, number: int) -> FileResponse:
    """Hand out the archive that a job wrote."""
    found = Job.objects.filter(pk=number, desk=at.desk, kind="archive", arguments__period=period).first()
    file = written_by(found, archives(at.desk))
    taken = {"file": file.name}
    audit.note("period.archive.take", period, by=at.user, desk=at.desk, after=taken, request=request)
    return handed_out(file)


@needs(Right.SEE_PAY)
def differences(request: HttpRequest, at: Standing, period: str, number: int) -> FileResponse:  # noqa: ARG001
    """Hand out everything that a correction changed, as a table."""
    shelf = shelf_of(at.desk)
    at.edition(period)
    return handed_out(shelf.folder(period, number) / TABLE if shelf else None, f"{period}-{number}-{TABLE}")


_LIFE = "<str:period>/life/"
urls: Sequence[Any] = [
    path(_LIFE, life, name="life"),
    path(f"{_LIFE}close/", close, name="life_close"),
    path(f"{_LIFE}correct/", correct, name="life_correct"),
    path(f"{_LIFE}verify/", verify, name="life_verify"),
    path(f"{_LIFE}archive/", archive, name="life_archive"),
    path(f"{_LIFE}archive/<int:number>/", archived, name="life_archived"),
    path(f"{_LIFE}differences/<int:number>/", differences, name="life_differences"),
]
