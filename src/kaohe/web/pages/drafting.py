"""Drafts of the policy: written with problems at their line, tried out, published with a date."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.dateparse import parse_datetime

from kaohe.core.language import Language, Text
from kaohe.core.problem import Problem, ProblemsFound, errors
from kaohe.periods.issuing import Issue, issue
from kaohe.policy import problems as kinds
from kaohe.policy.differences import differences
from kaohe.policy.loader import CASES, Linted, lint_text, shipped, shipped_cases_text, source
from kaohe.web import audit, jobs
from kaohe.web.clock import day_of, now
from kaohe.web.entry import Standing, needs
from kaohe.web.models import Job, PolicyDraft
from kaohe.web.pages.life import shelf_of
from kaohe.web.pages.policy import held_by, passages, told, version_of
from kaohe.web.recomputing import recompute
from kaohe.web.rights import Right
from kaohe.web.saying import problem as plainly
from kaohe.web.saying import problems

FILE = "policy.yaml"
"""What problems call a draft."""
MOST = 400_000
"""Letters that a draft may have."""
MOST_MONTHS = 24
TRIALS = ("simulate", "compare", "cases")
OLD, NEW = Text("Old value"), Text("New value")
CHARTED = 30
"""People that a chart shows: those whose pay changes most."""
KEPT = Text("The draft is kept.")
MOVED_ON = Text(
    "{name} has changed the draft since you opened it. What you typed stands below and is not kept."
)
PUBLISHED = Text("Published: it holds from {day}.")
NOT_A_DAY = Text("That is no day.")
NOTHING_CLOSED = Text("No period is closed yet; there is nothing to try it on.")


# Written


@needs(Right.WRITE_POLICY, method="POST")
def begin(request: HttpRequest, at: Standing) -> HttpResponse:
    """Begin a draft from a version of the desk's, or from a scheme that comes with kaohe."""
    base = request.POST.get("base", "")
    title = request.POST.get("title", "").strip()[:120] or base
    if base.startswith("shipped:") and base.removeprefix("shipped:") in shipped():
        name = base.removeprefix("shipped:")
        text, cases = source(name)[0], shipped_cases_text(name)
    else:
        file = version_of(at.desk, base).file
        beside = file.with_name(file.stem + CASES)
        text = file.read_text("utf-8-sig")
        cases = beside.read_text("utf-8-sig") if beside.is_file() else ""
    made = PolicyDraft.objects.create(
        desk=at.desk, title=title, base=base, text=text, cases=cases, by=at.user, at=now()
    )
    audit.note("policy.draft", title, by=at.user, desk=at.desk, after={"base": base}, request=request)
    return redirect("policy_draft", at.desk.slug, made.pk)


@needs(Right.WRITE_POLICY)
def draft(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Show a draft: the sentences and problems on the left, the lines on the right."""
    return _shown(request, at, _draft(at, number))


def _draft(at: Standing, number: int) -> PolicyDraft:
    found = PolicyDraft.objects.filter(desk=at.desk, pk=number).select_related("by").first()
    if found is None:
        raise Http404
    return found


def _shown(
    request: HttpRequest,
    at: Standing,
    found: PolicyDraft,
    *,
    wrong: Sequence[Mapping[str, Any]] = (),
    status: int = 200,
) -> HttpResponse:
    trials = Job.objects.filter(desk=at.desk, kind__in=TRIALS, arguments__draft=found.pk)
    shelf = shelf_of(at.desk)
    view = {
        "draft": found,
        "trials": [
            {"job": one, "is_own": one.asked_by_id == at.user.pk, "is_money": one.kind != "cases"}
            for one in trials.select_related("asked_by")[:5]
        ],
        "closed": len(shelf.periods()) if shelf else 0,
        "wrong": wrong,
        **_linted(found.text, at),
    }
    return render(request, "web/policy_draft.html", view, status=status)


def _linted(text: str, at: Standing) -> dict[str, Any]:
    """Return what is said of a text: its problems at their lines, and its sentences where it has any."""
    linted = read(text)
    return {
        "problems": [_with_cure(one, text.splitlines()) for one in linted.problems],
        "errors": len(errors(linted.problems)),
        "passages": passages(linted.policy, at.language) if linted.policy else None,
    }


def read(text: str) -> Linted:
    """Return a draft as a policy, with its problems."""
    return lint_text(text, FILE)


def _with_cure(one: Problem, lines: Sequence[str]) -> Mapping[str, Any]:
    """Return a problem with what a click puts in the place of what was found, where that is known."""
    cure = (
        one.cure.gaps.get("nearest") if one.cure and one.cure.english == kinds.DID_YOU_MEAN.english else None
    )
    line = lines[one.place.line - 1] if 0 < one.place.line <= len(lines) else ""
    name = next(
        (each for each in (one.found, str(one.message.gaps.get("name", ""))) if each and each in line), ""
    )
    return {**plainly(one), "instead": str(cure) if cure and name else "", "of": name}


@needs(Right.WRITE_POLICY, method="POST")
def lint(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Say what is wrong with a text as it is being typed; nothing is kept."""
    _draft(at, number)
    return render(request, "web/policy_said.html", _linted(_text(request), at))


def _text(request: HttpRequest, field: str = "text") -> str:
    text = request.POST.get(field, "").replace("\r\n", "\n")
    if len(text) > MOST:
        raise RequestDataTooBig
    return text


@needs(Right.WRITE_POLICY, method="POST")
def keep(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Keep a draft as it was typed, with all that may still be wrong with it."""
    found = _draft(at, number)
    before = found.at
    seen = parse_datetime(request.POST.get("at", ""))
    by = found.by.called if found.by else ""
    found.text, found.cases = _text(request), _text(request, "cases")
    found.title = request.POST.get("title", "").strip()[:120] or found.title
    found.by, found.at = at.user, now()
    kept = PolicyDraft.objects.filter(pk=found.pk, at=seen or before).update(
        text=found.text, cases=found.cases, title=found.title, by=at.user, at=found.at
    )
    if not kept:
        messages.error(request, MOVED_ON.filled(name=by).to(at.language))
        found.at = before
        return _shown(request, at, found, status=409)
    messages.success(request, KEPT.to(at.language))
    return redirect("policy_draft", at.desk.slug, found.pk)


@needs(Right.WRITE_POLICY, method="POST")
def drop(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Throw a draft away."""
    found = _draft(at, number)
    gone = {"text": found.text, "base": found.base}
    audit.note("policy.drop", found.title, by=at.user, desk=at.desk, before=gone, request=request)
    found.delete()
    return redirect("policy", at.desk.slug)


# Tried out


@needs(Right.WRITE_POLICY)
def changes(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Show what a draft changes of the version that is in force, in words."""
    found = _draft(at, number)
    held, _ = held_by(at.desk)
    linted = read(found.text)
    wrong = errors(linted.problems)
    view: dict[str, Any] = {"draft": found, "new": found.title, "old": held[0].file.stem if held else ""}
    if wrong or linted.policy is None or not held:
        return render(request, "web/policy_changes.html", {**view, "problems": problems(wrong)}, status=422)
    view["chapters"] = told(differences(held[0].policy, linted.policy, at.language))
    return render(request, "web/policy_changes.html", view)


@needs(Right.WRITE_POLICY, method="POST")
def trial(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Have a draft tried out: over closed months, against the version in force, or on its worked cases."""
    found, kind = _draft(at, number), request.POST.get("kind", "")
    if kind not in TRIALS:
        raise Http404
    wrong = errors(read(found.text).problems)
    if wrong:
        return _shown(request, at, found, wrong=problems(wrong), status=422)
    shelf = shelf_of(at.desk)
    if kind != "cases" and not (shelf and shelf.periods()):
        messages.warning(request, NOTHING_CLOSED.to(at.language))
        return redirect("policy_draft", at.desk.slug, found.pk)
    last = request.POST.get("last", "6")
    months = min(max(int(last), 1), MOST_MONTHS) if last.isdecimal() else 6
    asked = {"draft": found.pk, "text_at": found.at.isoformat(), "last": months}
    if "sure" in request.POST:
        asked["sure"] = True
    jobs.ask(kind, asked, desk=at.desk, by=at.user, once=True)
    return redirect(f"{reverse('policy_draft', args=[at.desk.slug, found.pk])}#trials")


@needs(Right.WRITE_POLICY)
def effects(request: HttpRequest, at: Standing, number: int, trial: int) -> HttpResponse:
    """Show what came of a trial: who gains, who loses, the pools, the cost; or the worked cases."""
    found = _draft(at, number)
    job = Job.objects.filter(desk=at.desk, pk=trial, kind__in=TRIALS, arguments__draft=found.pk).first()
    if job is None or not job.result:
        raise Http404
    if job.kind == "cases":
        return render(
            request, "web/policy_cases.html", {"draft": found, "job": job, "cases": job.result["cases"]}
        )
    view = {
        "draft": found,
        "job": job,
        "effect": job.result,
        "is_older": job.arguments.get("text_at") != found.at.isoformat(),
        "slopes": _slopes(job.result, at.language),
    }
    return render(request, "web/policy_effects.html", view)


def _slopes(result: Mapping[str, Any], language: Language) -> Mapping[str, Any]:
    """Return the people whose pay changes most, each as a line from the old pay to the new."""
    people = [one for one in result["people"] if None not in one["drawn"]]
    people.sort(key=lambda one: -abs(one["drawn"][1] - one["drawn"][0]))
    return {
        "sides": [OLD.to(language), NEW.to(language)],
        "people": [
            {"name": one["name"], "drawn": one["drawn"], "tone": one["tone"], "said": one["difference"]}
            for one in people[:CHARTED]
        ],
    }


# Published


@needs(Right.PUBLISH_POLICY, method="POST")
def publish(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Publish a draft: it becomes the version that holds from a day; nothing is half done."""
    found = _draft(at, number)
    since = day_of(request.POST.get("since", ""))
    if since is None:
        messages.error(request, NOT_A_DAY.to(at.language))
        return _shown(request, at, found, status=422)
    try:
        held = issue(at.desk.policies, Issue(found.text, found.cases, since), at.desk.books)
    except ProblemsFound as wrong:
        return _shown(request, at, found, wrong=problems(wrong.problems), status=422)
    found.published = held.file.stem
    found.save(update_fields=["published"])
    now_holds = {"since": since.isoformat(), "digest": held.policy.digest, "version": held.policy.version}
    audit.note(
        "policy.publish", held.file.stem, by=at.user, desk=at.desk,
        before={"base": found.base}, after=now_holds, request=request,
    )  # fmt: skip
    recompute(at, [edition for edition in at.periods if edition.first >= since])
    messages.success(request, PUBLISHED.filled(day=since.isoformat()).to(at.language))
    return redirect("policy", at.desk.slug)


_DRAFT = "policy/drafts/<int:number>/"
urls: Sequence[Any] = [
    path("policy/drafts/", begin, name="policy_begin"),
    path(_DRAFT, draft, name="policy_draft"),
    path(f"{_DRAFT}lint/", lint, name="policy_lint"),
    path(f"{_DRAFT}keep/", keep, name="policy_keep"),
    path(f"{_DRAFT}drop/", drop, name="policy_drop"),
    path(f"{_DRAFT}changes/", changes, name="policy_draft_changes"),
    path(f"{_DRAFT}trial/", trial, name="policy_trial"),
    path(f"{_DRAFT}effects/<int:trial>/", effects, name="policy_effects"),
    path(f"{_DRAFT}publish/", publish, name="policy_publish"),
]
