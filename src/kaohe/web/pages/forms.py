"""Rating forms: whose scores are asked for, item by item over everybody, and who still owes what."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from kaohe.core.language import Text, say
from kaohe.core.number import plain
from kaohe.core.problem import Problem, ProblemsFound, Severity
from kaohe.ratings.entering import Typed
from kaohe.ratings.owing import Owed, State, owed, write_reminders
from kaohe.ratings.rounds import Round, rounds
from kaohe.ratings.terminal import STATES
from kaohe.web import audit, jobs
from kaohe.web.entry import Standing, needs
from kaohe.web.filling import Filling, head
from kaohe.web.models import Draft, Job
from kaohe.web.rated import RATED
from kaohe.web.rights import Right
from kaohe.web.saying import problems

CLOSED = Text("The period is closed: what is scored now would change nothing.")
NOTHING_TYPED = Text("There is nothing new to hand in.")


@needs(Right.RATE, Right.SEE_DESK)
def forms(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show the forms that I owe, and to who sees the desk who still owes what."""
    edition = at.edition(period)
    found, lacking = _rounds(at, period)
    typed = _counts(at, period)
    mine = [_card(one, at, typed) for one in found if at.may(Right.RATE) and at.person in one.raters]
    context = {
        "edition": edition,
        "mine": mine,
        "has_person": bool(at.person),
        "rounds": [_owing(one, at) for one in found] if at.may(Right.SEE_DESK) else [],
        "problems": problems(lacking),
        "job": _own_job(request, at),
        "then": reverse("forms", args=[at.desk.slug, period]),
    }
    return render(request, "web/forms.html", context)


@needs(Right.RATE)
def form(request: HttpRequest, at: Standing, period: str, form: str) -> HttpResponse:
    """Show one sheet of a form: an item with everybody on it, or somebody with every item."""
    filling = _filling(at, period, form)
    return render(request, "web/form.html", filling.page(request.GET.get("sheet", "")))


@needs(Right.RATE, method="POST")
def form_type(request: HttpRequest, at: Standing, period: str, form: str) -> HttpResponse:
    """Keep what was typed into a cell, as it was typed; say what is wrong with it, and what is left."""
    filling = _filling(at, period, form)
    where = request.POST.get("subject", ""), request.POST.get("item", "")
    if filling.is_closed or where not in filling.asked:
        raise Http404
    typed = Typed(request.POST.get("score", "")[:200], request.POST.get("note", "")[:2000])
    wrong = filling.keep(where, typed)
    fresh = _filling(at, period, form)
    return JsonResponse(
        {
            "problem": wrong.message.to(at.language) if wrong else "",
            "is_error": bool(wrong and wrong.severity is Severity.ERROR),
            "left": fresh.left(),
            "sheet_left": fresh.left(filling.sheet_of(where)),
            "unsent": len(fresh.typed),
        }
    )


@needs(Right.RATE, method="POST")
def form_hand_in(request: HttpRequest, at: Standing, period: str, form: str) -> HttpResponse:
    """Hand in what was typed; where something is wrong, name every cell and hand in nothing."""
    filling = _filling(at, period, form)
    if filling.is_closed:
        messages.error(request, CLOSED.to(at.language))
        return redirect("form", at.desk.slug, period, form)
    wrong = [one for one in filling.read.problems.values() if one.severity is Severity.ERROR]
    if wrong:
        page = {**filling.page(""), "problems": problems(wrong)}
        return render(request, "web/form.html", page, status=422)
    if not filling.read.scores:
        messages.info(request, NOTHING_TYPED.to(at.language))
        return redirect("form", at.desk.slug, period, form)
    job = jobs.ask(
        "hand in form",
        {"period": period, "form": form, "person": at.person, "language": at.language.value},
        desk=at.desk,
        by=at.user,
        once=True,
    )
    after = {f"{subject} {item}": plain(one.score) for (subject, item), one in filling.read.scores.items()}
    audit.note(
        "form.hand_in", filling.round.name, by=at.user, desk=at.desk, before=filling.before(), after=after,
        request=request,
    )  # fmt: skip
    return redirect(f"{reverse('forms', args=[at.desk.slug, period])}?job={job.pk}")


@needs(Right.SEE_DESK)
def forms_reminders(request: HttpRequest, at: Standing, period: str) -> HttpResponse:  # noqa: ARG001 - a view
    """Hand out the reminders that are due, as a list for a mailing."""
    at.edition(period)
    found, _ = _rounds(at, period)
    rows = [row for one in found for row in owed(one)]
    with TemporaryDirectory(prefix="kaohe-") as folder:
        file = Path(folder) / "reminders.csv"
        write_reminders(rows, file, at.language)
        response = HttpResponse(file.read_bytes(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="reminders-{period}.csv"'
    return response


def _rounds(at: Standing, period: str) -> tuple[list[Round], Sequence[Problem]]:
    """Return the rounds of a period, and what is wrong with them; a policy without forms has none."""
    try:
        desk = RATED.get(at.desk, period)
        found = rounds(desk) if desk.policy.forms else []
    except ProblemsFound as refusal:
        return [], refusal.problems
    return found, [lack for one in found for lack in one.lacking()] if at.may(Right.SEE_DESK) else ()


def _filling(at: Standing, period: str, name: str) -> Filling:
    """Return a form as one rater fills it in.

    Raises:
        Http404: There is no such form, or nobody asks them.
    """
    edition = at.edition(period)
    found, _ = _rounds(at, period)
    round_ = next((one for one in found if one.form.name == name and at.person in one.raters), None)
    if round_ is None:
        raise Http404
    return Filling(at, round_, edition.is_closed)


def _counts(at: Standing, period: str) -> Mapping[str, int]:
    rows = Draft.objects.filter(desk=at.desk, by=at.user, period=period).values_list("form")
    return dict(rows.annotate(Count("id")).order_by())


def _own_job(request: HttpRequest, at: Standing) -> Job | None:
    number = request.GET.get("job", "")
    return (
        Job.objects.filter(pk=number, desk=at.desk, asked_by=at.user).first() if number.isdecimal() else None
    )


def _card(round_: Round, at: Standing, typed: Mapping[str, int]) -> Mapping[str, object]:
    """Return one of my forms as the list shows it."""
    mine = next(one for one in owed(round_) if one.rater == at.person)
    return {
        **head(round_, at),
        "asked": mine.asked,
        "given": mine.given,
        "left": len(mine.missing),
        "late": mine.late,
        "typed": typed.get(round_.form.name, 0),
        "state": STATES[mine.state],
        "overdue": mine.state is State.OVERDUE,
        "subjects": len(round_.raters[at.person]),
        "items": len(round_.form.items),
    }


def _owing(round_: Round, at: Standing) -> Mapping[str, object]:
    """Return a round as who sees the desk reads it: who has given how much, and what is missing."""
    rows = owed(round_)
    return {
        **head(round_, at),
        "blocks": round_.form.missing == "blocks",
        "left": sum(len(one.missing) for one in rows),
        "raters": [_owed(one, at) for one in rows],
        "reminded": any(one.reminded for one in rows),
    }


def _owed(one: Owed, at: Standing) -> Mapping[str, object]:
    desk = one.round.desk
    missing: dict[str, list[str]] = {}
    for subject, item in one.missing:
        missing.setdefault(item, []).append(desk.name(subject))
    items = one.round.form.items
    return {
        "name": desk.name(one.rater),
        "asked": one.asked,
        "given": one.given,
        "left": len(one.missing),
        "late": one.late,
        "state": STATES[one.state],
        "overdue": one.state is State.OVERDUE,
        "done": one.state is State.DONE,
        "missing": [
            {"item": say(items[item].told.title, at.language) or item, "names": names}
            for item, names in missing.items()
        ],
        "everything": one.given == 0,
    }


urls = [
    path("<str:period>/forms/", forms, name="forms"),
    path("<str:period>/forms/reminders.csv", forms_reminders, name="forms_reminders"),
    path("<str:period>/forms/<str:form>/", form, name="form"),
    path("<str:period>/forms/<str:form>/type/", form_type, name="form_type"),
    path("<str:period>/forms/<str:form>/hand-in/", form_hand_in, name="form_hand_in"),
]
