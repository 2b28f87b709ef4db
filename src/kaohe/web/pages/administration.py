"""Administration: tokens, the audit trail, jobs, desks, back-ups; accounts have a room of their own."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path

from kaohe.core.language import Text, say
from kaohe.core.problem import ProblemsFound
from kaohe.policy.loader import load, shipped
from kaohe.web import jobs
from kaohe.web.api.tokens import SCOPES, Scope
from kaohe.web.api.tokens import made as made_token
from kaohe.web.audit import note
from kaohe.web.clock import day_of, now
from kaohe.web.entry import Standing, needs
from kaohe.web.founding import Founded, found
from kaohe.web.handing_out import handed_out, written_by
from kaohe.web.models import AuditEntry, Desk, Job, Token
from kaohe.web.models.jobs import JobState
from kaohe.web.pages.accounts import back
from kaohe.web.rights import Right
from kaohe.web.saying import problems
from kaohe.web.work.backing_up import BACKUPS

ON_A_PAGE = 50
SHOWN_TOKEN = "shown-token"  # noqa: S105 - a key of the session


@needs(Right.ADMINISTER)
def tokens(request: HttpRequest, at: Standing) -> HttpResponse:
    """Show the desk's tokens; one that was just made is shown this once."""
    return render(
        request,
        "web/administration/tokens.html",
        {
            "tokens": [
                {"one": one, "may": [SCOPES[Scope(scope)] for scope in one.scopes]}
                for one in Token.objects.filter(desk=at.desk).select_related("made_by")
            ],
            "scopes": SCOPES,
            "new": request.session.pop(SHOWN_TOKEN, None),
            "now": now(),
        },
    )


@needs(Right.ADMINISTER, method="POST")
def add_token(request: HttpRequest, at: Standing) -> HttpResponse:
    """Make a token."""
    name = request.POST.get("name", "").strip()
    scopes = [Scope(one) for one in request.POST.getlist("scope") if one in set(Scope)]
    until = day_of(request.POST.get("until", ""))
    if not name or not scopes:
        return back(request, at, "tokens", Text("A token needs a name and something that it may do."))
    zone = ZoneInfo(at.desk.timezone)
    expires = datetime.combine(until + timedelta(days=1), time(), zone) if until else None
    with transaction.atomic():
        row, token = made_token(at.desk, name, scopes, by=at.user, expires_at=expires)
        after = {"scopes": row.scopes, "expires": until.isoformat() if until else None}
        note("token.make", name, by=at.user, desk=at.desk, after=after, request=request)
    request.session[SHOWN_TOKEN] = token
    return redirect("tokens", at.desk.slug)


@needs(Right.ADMINISTER, method="POST")
def revoke_token(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Revoke a token: it opens nothing any more."""
    row = Token.objects.filter(pk=number, desk=at.desk).first()
    if row is None:
        raise Http404
    if row.revoked_at is None:
        with transaction.atomic():
            Token.objects.filter(pk=number).update(revoked_at=now())
            note("token.revoke", row.name, by=at.user, desk=at.desk, request=request)
    return redirect("tokens", at.desk.slug)


@needs(Right.ADMINISTER)
def trail(request: HttpRequest, at: Standing) -> HttpResponse:
    """Show the audit trail of the desk, the newest first."""
    entries = AuditEntry.objects.filter(desk=at.desk)
    action, who = request.GET.get("action", ""), request.GET.get("who", "").strip()
    if action:
        entries = entries.filter(action=action)
    if who:
        entries = entries.filter(name__icontains=who)
    actions = AuditEntry.objects.filter(desk=at.desk).order_by("action").values_list("action", flat=True)
    page = Paginator(entries, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "web/administration/trail.html",
        {"page": page, "actions": actions.distinct(), "action": action, "who": who},
    )


@needs(Right.ADMINISTER)
def work(request: HttpRequest, at: Standing) -> HttpResponse:
    """Show the desk's jobs, the newest first."""
    asked = Job.objects.filter(desk=at.desk).select_related("asked_by")
    page = Paginator(asked, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "web/administration/jobs.html", {"page": page})


@needs(Right.ADMINISTER, method="POST")
def again(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Ask for a job that failed once more."""
    failed = Job.objects.filter(pk=number, desk=at.desk, state=JobState.FAILED).first()
    if failed is None:
        raise Http404
    with transaction.atomic():
        jobs.ask(failed.kind, failed.arguments, desk=at.desk, by=at.user)
        note("job.again", f"{failed.kind} {failed.pk}", by=at.user, desk=at.desk, request=request)
    return redirect("jobs", at.desk.slug)


@needs(Right.ADMINISTER, method="ANY")
def desks(request: HttpRequest, at: Standing) -> HttpResponseBase:
    """Show the place's desks, and make a new one."""
    _of_the_place(at)
    asked, wrong = Founded("", "", "presale-desk", at.desk.timezone, at.user.get_username()), []
    if request.method == "POST":
        given = {name: request.POST.get(name, "").strip() for name in ("slug", "title", "scheme", "timezone")}
        asked = Founded(**given, administrator=at.user.get_username())
        try:
            return redirect("administration", found(asked, "").slug)
        except ProblemsFound as problems_found:
            wrong = problems(problems_found.problems)
    return render(
        request,
        "web/administration/desks.html",
        {"desks": Desk.objects.all(), "asked": asked, "schemes": _schemes(at), "problems": wrong},
        status=422 if wrong else 200,
    )


def _schemes(at: Standing) -> list[tuple[str, str]]:
    """Return the schemes that come with kaohe, with what they are called."""
    return [(name, say(load(name).title, at.language)) for name in shipped()]


@needs(Right.ADMINISTER)
def backups(request: HttpRequest, at: Standing) -> HttpResponse:
    """Show the back-ups of the place that were made from here, the newest first."""
    _of_the_place(at)
    made = Job.objects.filter(kind="backup").select_related("asked_by")[:ON_A_PAGE]
    return render(request, "web/administration/backups.html", {"made": made})


@needs(Right.ADMINISTER, method="POST")
def make_backup(request: HttpRequest, at: Standing) -> HttpResponse:
    """Have a back-up made."""
    _of_the_place(at)
    with transaction.atomic():
        jobs.ask("backup", {}, desk=at.desk, by=at.user, once=True)
        note("backup.make", by=at.user, desk=at.desk, request=request)
    return redirect("backups", at.desk.slug)


@needs(Right.ADMINISTER)
def backup(request: HttpRequest, at: Standing, number: int) -> HttpResponseBase:
    """Hand out a back-up; the trail says to whom."""
    _of_the_place(at)
    job = Job.objects.filter(pk=number, kind="backup", state=JobState.DONE).first()
    file = written_by(job, settings.DATA / BACKUPS)
    note("backup.download", file.name, by=at.user, desk=at.desk, request=request)
    return handed_out(file)


def _of_the_place(at: Standing) -> None:
    """Let only the administrators of the whole place on: a back-up holds every desk.

    Raises:
        Http404: Somebody administers this desk alone.
    """
    if not at.user.is_superuser:
        raise Http404


urls = [
    path("administration/tokens/", tokens, name="tokens"),
    path("administration/tokens/add/", add_token, name="add_token"),
    path("administration/tokens/<int:number>/revoke/", revoke_token, name="revoke_token"),
    path("administration/trail/", trail, name="trail"),
    path("administration/jobs/", work, name="jobs"),
    path("administration/jobs/<int:number>/again/", again, name="again"),
    path("administration/desks/", desks, name="desks"),
    path("administration/backups/", backups, name="backups"),
    path("administration/backups/make/", make_backup, name="make_backup"),
    path("administration/backups/<int:number>/", backup, name="backup"),
]
