"""Accounts: who signs in, what they are at the desk from when to when, and help for whoever cannot get in."""

from collections.abc import Mapping

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from axes.utils import reset as unlock
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from kaohe.core.language import Text
from kaohe.web.audit import note
from kaohe.web.booked import booking
from kaohe.web.clock import day_of, today
from kaohe.web.entry import Standing, needs
from kaohe.web.models import Membership, User
from kaohe.web.rights import ROLES, Right, Role
from kaohe.web.signing_in import give_mail
from kaohe.web.speaking import to

ON_A_PAGE = 50
NOT_A_MAIL = Text("That is no e-mail address.")
MAIL_TAKEN = Text("Another account has that e-mail address.")


@needs(Right.ADMINISTER)
def accounts(request: HttpRequest, at: Standing) -> HttpResponse:
    """Show who is what at the desk, from when to when."""
    held = Membership.objects.filter(desk=at.desk).select_related("user").order_by("user__username", "role")
    wanted = request.GET.get("q", "").strip()
    if wanted:
        held = held.filter(Q(user__username__icontains=wanted) | Q(user__last_name__icontains=wanted))
    page = Paginator(held, ON_A_PAGE).get_page(request.GET.get("page"))
    names = _names(at)
    view = {
        "page": page,
        "rows": [{"one": one, "role": ROLES[Role(one.role)], "name": names.get(one.person)} for one in page],
        "q": wanted,
        "roles": ROLES,
        "people": sorted(names.items(), key=lambda pair: pair[::-1]),
        "today": today(at.desk.timezone),
    }
    return render(request, "web/administration/accounts.html", view)


def _names(at: Standing) -> Mapping[str, str]:
    """Return the people of the records by their ids."""
    return {row["person"]: row["name"] for row in booking(at).standing("people").rows}


@needs(Right.ADMINISTER, method="POST")
def add_account(request: HttpRequest, at: Standing) -> HttpResponse:
    """Give somebody a role at the desk; an account is made where there is none of that name."""
    name, email = request.POST.get("username", "").strip(), request.POST.get("email", "").strip()
    role, password = request.POST.get("role", ""), request.POST.get("password", "")
    person, first = request.POST.get("person", "").strip(), day_of(request.POST.get("first", ""))
    user = User.objects.filter(username=name).first()
    wrong = _wrong_account(name, role)
    if user is None:
        wrong += [*_weak(password), *_wrong_mail(email, None)]
    if wrong:
        return back(request, at, "administration", *wrong)
    with transaction.atomic():
        if user is None:
            user = User.objects.create_user(username=name, password=password)
            give_mail(user, email)
        member = Membership.objects.create(
            user=user, desk=at.desk, role=role, person=person, first=first or today(at.desk.timezone)
        )
        note("account.role", name, by=at.user, desk=at.desk, after=_member(member), request=request)
    _say(request, at, Text("{name} is {role} here now.").filled(name=name, role=ROLES[Role(role)]))
    return redirect("administration", at.desk.slug)


def _wrong_account(name: str, role: str) -> list[Text | str]:
    """Return what is wrong with the name of an account, or with the role that it is to have."""
    wrong: list[Text | str] = []
    if not name or not all(letter.isalnum() or letter in "@.+-_" for letter in name):
        wrong.append(Text("A name has letters, digits and @ . + - _ only."))
    if role not in set(Role):
        wrong.append(Text("Choose a role."))
    return wrong


def _weak(password: str, user: User | None = None) -> list[str]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return list(error.messages)
    return []


def _wrong_mail(email: str, user: User | None) -> list[Text]:
    """Return what is wrong with an address; a sign-in service opens by it the one account that has it."""
    if not email:
        return []
    try:
        validate_email(email)
    except ValidationError:
        return [NOT_A_MAIL]
    holders = set(User.objects.filter(email__iexact=email).values_list("pk", flat=True))
    holders |= set(EmailAddress.objects.filter(email__iexact=email).values_list("user", flat=True))
    return [MAIL_TAKEN] if holders - {user.pk if user else None} else []


@needs(Right.ADMINISTER, method="POST")
def end_role(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Let a role end with a day; it stays in the list."""
    member = Membership.objects.filter(pk=number, desk=at.desk).first()
    if member is None:
        raise Http404
    last = day_of(request.POST.get("last", "")) or today(at.desk.timezone)
    if last < member.first:
        return back(request, at, "administration", Text("A role cannot end before it begins."))
    if member.user_id == at.user.pk and member.role == Role.ADMIN:
        return back(request, at, "administration", Text("Nobody takes their own administration away."))
    before = _member(member)
    with transaction.atomic():
        member.last = last
        member.save(update_fields=["last"])
        about, after = member.user.get_username(), _member(member)
        note("account.role", about, by=at.user, desk=at.desk, before=before, after=after, request=request)
    return redirect("administration", at.desk.slug)


def _member(member: Membership) -> Mapping[str, object]:
    last = member.last.isoformat() if member.last else None
    return {"role": member.role, "person": member.person, "first": member.first.isoformat(), "last": last}


@needs(Right.ADMINISTER)
def account(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Show an account: what it is here, and what helps whoever cannot get in."""
    user = _user(at, number)
    held = Membership.objects.filter(user=user, desk=at.desk)
    names = _names(at)
    view = {
        "account": user,
        "rows": [{"one": one, "role": ROLES[Role(one.role)], "name": names.get(one.person)} for one in held],
        "has_second_factor": is_mfa_enabled(user),
        "may_change": _may_change(at, user),
        "is_own": user == at.user,
    }
    return render(request, "web/administration/account.html", view)


def _user(at: Standing, number: int) -> User:
    found = User.objects.filter(pk=number, memberships__desk=at.desk).distinct().first()
    if found is None:
        raise Http404
    return found


def _may_change(at: Standing, user: User) -> bool:
    """Return whether an administrator may change how somebody signs in.

    Whoever can give an account a password can sign in as it: its other desks must be theirs too.
    """
    if at.user.is_superuser:
        return True
    own = Membership.objects.on(today(at.desk.timezone)).filter(user=at.user, role=Role.ADMIN)
    desks = set(own.values_list("desk_id", flat=True))
    return not user.is_superuser and desks.issuperset(user.memberships.values_list("desk_id", flat=True))


def _changeable(at: Standing, number: int) -> User:
    """Return an account that is to be changed.

    Raises:
        Http404: It is not here, or more than this desk's.
    """
    user = _user(at, number)
    if not _may_change(at, user):
        raise Http404
    return user


@needs(Right.ADMINISTER, method="POST")
def save_account(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Keep what an account is called, its address, and whether it opens."""
    user = _changeable(at, number)
    email = request.POST.get("email", "").strip()
    wrong: list[Text | str] = [*_wrong_mail(email, user)]
    is_active = "active" in request.POST
    if user == at.user and not is_active:
        wrong.append(Text("Nobody shuts their own account."))
    if wrong:
        return back(request, at, "account", *wrong, more=[user.pk])
    with transaction.atomic():
        before = _account(user)
        user.first_name, user.last_name = "", request.POST.get("called", "").strip()[:150]
        user.is_active = is_active
        user.save(update_fields=["first_name", "last_name", "is_active"])
        give_mail(user, email)
        note(
            "account.save", user.username, by=at.user, desk=at.desk, before=before, after=_account(user),
            request=request,
        )  # fmt: skip
    _say(request, at, Text("Kept."))
    return redirect("account", at.desk.slug, user.pk)


def _account(user: User) -> Mapping[str, object]:
    return {"called": user.get_full_name(), "email": user.email, "active": user.is_active}


@needs(Right.ADMINISTER, method="POST")
def new_password(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Give an account a new password, and open it where wrong ones had locked it."""
    user = _changeable(at, number)
    password = request.POST.get("password", "")
    if wrong := _weak(password, user):
        return back(request, at, "account", *wrong, more=[user.pk])
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        note("account.password", user.username, by=at.user, desk=at.desk, request=request)
    unlock(username=user.username)
    _say(request, at, Text("{name} signs in with the new password from now on.").filled(name=user.username))
    return redirect("account", at.desk.slug, user.pk)


@needs(Right.ADMINISTER, method="POST")
def drop_factor(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Take the second factor away from whoever has lost it."""
    user = _changeable(at, number)
    with transaction.atomic():
        Authenticator.objects.filter(user=user).delete()
        note("account.second_factor", user.username, by=at.user, desk=at.desk, request=request)
    _say(request, at, Text("{name} signs in without a second factor now.").filled(name=user.username))
    return redirect("account", at.desk.slug, user.pk)


def _say(request: HttpRequest, at: Standing, said: Text) -> None:
    messages.success(request, to(said, at.language))


def back(
    request: HttpRequest, at: Standing, page: str, *wrong: Text | str, more: list[int] | None = None
) -> HttpResponse:
    """Say what is wrong and go back to the page."""
    for one in wrong:
        messages.error(request, to(one, at.language))
    return redirect(reverse(page, args=[at.desk.slug, *(more or ())]))


_ACCOUNT = "administration/accounts/<int:number>/"
urls = [
    path("administration/", accounts, name="administration"),
    path("administration/add/", add_account, name="add_account"),
    path("administration/roles/<int:number>/end/", end_role, name="end_role"),
    path(_ACCOUNT, account, name="account"),
    path(f"{_ACCOUNT}save/", save_account, name="save_account"),
    path(f"{_ACCOUNT}password/", new_password, name="new_password"),
    path(f"{_ACCOUNT}second-factor/drop/", drop_factor, name="drop_factor"),
]
