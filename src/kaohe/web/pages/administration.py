"""Administration: accounts and what they are where, tokens, the audit trail, jobs, back-ups."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse

from kaohe.core.language import Text
from kaohe.core.problem import ProblemsFound
from kaohe.policy.loader import shipped
from kaohe.web import jobs
from kaohe.web.api.tokens import SCOPES, Scope
from kaohe.web.api.tokens import made as made_token
from kaohe.web.audit import note
from kaohe.web.clock import day_of, now, today
from kaohe.web.entry import Standing, needs
from kaohe.web.founding import Founded, found
from kaohe.web.handing_out import handed_out, written_by
from kaohe.web.models import AuditEntry, Desk, Job, Membership, Token, User
from kaohe.web.models.jobs import JobState
from kaohe.web.rights import ROLES, Right, Role
from kaohe.web.saying import problems
from kaohe.web.speaking import to
from kaohe.web.work.backing_up import BACKUPS

ON_A_PAGE = 50
SHOWN_TOKEN = "shown-token"  # noqa: S105 - a key of the session


@needs(Right.ADMINISTER)
def accounts(request: HttpRequest, at: Standing) -> HttpResponse:
    """Show who is what at the desk, from when to when."""
    held = Membership.objects.filter(desk=at.desk).select_related("user").order_by("user__username", "role")
    wanted = request.GET.get("q", "").strip()
    if wanted:
        held = held.filter(user__username__icontains=wanted)
    page = Paginator(held, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "web/administration/accounts.html",
        {"page": page, "q": wanted, "roles": ROLES, "today": today(at.desk.timezone)},
    )


@needs(Right.ADMINISTER, method="POST")
def add_account(request: HttpRequest, at: Standing) -> HttpResponse:
    """Give somebody a role at the desk; an account is made where there is none of that name."""
    name, email = request.POST.get("username", "").strip(), request.POST.get("email", "").strip()
    role, password = request.POST.get("role", ""), request.POST.get("password", "")
    person, first = request.POST.get("person", "").strip(), day_of(request.POST.get("first", ""))
    user = User.objects.filter(username=name).first()
    wrong = _wrong_account(name, role, password, is_new=user is None)
    if wrong:
        return _back(request, at, "administration", *wrong)
    with transaction.atomic():
        if user is None:
            user = User.objects.create_user(username=name, email=email, password=password)
        member = Membership.objects.create(
            user=user, desk=at.desk, role=role, person=person, first=first or today(at.desk.timezone)
        )
        note("account.role", name, by=at.user, desk=at.desk, after=_member(member), request=request)
    messages.success(
        request, to(Text("{name} is {role} here now.").filled(name=name, role=ROLES[Role(role)]), at.language)
    )
    return redirect("administration", at.desk.slug)


def _wrong_account(name: str, role: str, password: str, *, is_new: bool) -> list[Text | str]:
    """Return what is wrong with an account that is to be made."""
    wrong: list[Text | str] = []
    if not name or not all(letter.isalnum() or letter in "@.+-_" for letter in name):
        wrong.append(Text("A name has letters, digits and @ . + - _ only."))
    if role not in set(Role):
        wrong.append(Text("Choose a role."))
    if is_new:
        try:
            validate_password(password)
        except ValidationError as error:
            wrong += error.messages
    return wrong


@needs(Right.ADMINISTER, method="POST")
def end_role(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Let a role end with a day; it stays in the list."""
    member = Membership.objects.filter(pk=number, desk=at.desk).first()
    if member is None:
        raise Http404
    last = day_of(request.POST.get("last", "")) or today(at.desk.timezone)
    if last < member.first:
        return _back(request, at, "administration", Text("A role cannot end before it begins."))
    if member.user_id == at.user.pk and member.role == Role.ADMIN:
        return _back(request, at, "administration", Text("Nobody takes their own administration away."))
    before = _member(member)
    with transaction.atomic():
        member.last = last
        member.save(update_fields=["last"])
        about = member.user.get_username()
        note(
            "account.role",
            about,
            by=at.user,
            desk=at.desk,
            before=before,
            after=_member(member),
            request=request,
        )
    return redirect("administration", at.desk.slug)


def _member(member: Membership) -> Mapping[str, object]:
    last = member.last.isoformat() if member.last else None
    return {"role": member.role, "person": member.person, "first": member.first.isoformat(), "last": last}


@needs(Right.ADMINISTER)
def tokens(request: HttpRequest, at: Standing) -> HttpResponse:
    """Show the desk's tokens; one that was just made is shown this once."""
    return render(
        request,
        "web/administration/tokens.html",
        {
            "tokens": Token.objects.filter(desk=at.desk).select_related("made_by"),
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
        return _back(request, at, "tokens", Text("A token needs a name and something that it may do."))
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
        {"page": page, "actions": actions.distinct(), "action": action, "who": who, "zone": at.desk.timezone},
    )


@needs(Right.ADMINISTER)
def work(request: HttpRequest, at: Standing) -> HttpResponse:
    """Show the desk's jobs, the newest first."""
    asked = Job.objects.filter(desk=at.desk).select_related("asked_by")
    page = Paginator(asked, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "web/administration/jobs.html", {"page": page, "zone": at.desk.timezone})


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
        {"desks": Desk.objects.all(), "asked": asked, "schemes": shipped(), "problems": wrong},
        status=422 if wrong else 200,
    )


@needs(Right.ADMINISTER)
def backups(request: HttpRequest, at: Standing) -> HttpResponse:
    """Show the back-ups of the place that were made from here, the newest first."""
    _of_the_place(at)
    made = Job.objects.filter(kind="backup").select_related("asked_by")[:ON_A_PAGE]
    return render(request, "web/administration/backups.html", {"made": made, "zone": at.desk.timezone})


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


def _back(request: HttpRequest, at: Standing, page: str, *wrong: Text | str) -> HttpResponse:
    """Say what is wrong and go back to the page."""
    for one in wrong:
        messages.error(request, to(one, at.language))
    return redirect(reverse(page, args=[at.desk.slug]))


urls = [
    path("administration/", accounts, name="administration"),
    path("administration/add/", add_account, name="add_account"),
    path("administration/roles/<int:number>/end/", end_role, name="end_role"),
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
