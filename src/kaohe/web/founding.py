"""Founding a desk: its folder, its scheme, and somebody who administers it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction

from kaohe.core.language import Language
from kaohe.core.problem import Place, Problem, ProblemsFound, errors
from kaohe.policy.loader import lint, source
from kaohe.web import problems
from kaohe.web.audit import note
from kaohe.web.clock import now, today
from kaohe.web.models import Desk, Membership, User
from kaohe.web.rights import Role


@dataclass(frozen=True, slots=True)
class Founded:
    """What a desk is to be.

    Attributes:
        slug: Its name in addresses, and its folder's.
        title: What it is called.
        scheme: The shipped scheme, or the policy file, that it begins with.
        timezone: The zone of its clocks.
        administrator: The account that administers it.
    """

    slug: str
    title: str
    scheme: str
    timezone: str
    administrator: str


def found(asked: Founded, password: str) -> Desk:
    """Make a desk; its administrator administers the place where nobody does yet.

    Args:
        asked: What it is to be.
        password: The administrator's first password, where the account is new.

    Raises:
        ProblemsFound: With everything that is wrong; then nothing was made.
    """
    user = User.objects.filter(username=asked.administrator).first()
    text, unread = source(asked.scheme)
    wrong = [*unread, *_wrong(asked)]
    if user is None:
        wrong += _weak(password)
    if not unread:
        wrong += errors(lint(asked.scheme).problems)
    if wrong:
        raise ProblemsFound(wrong)
    with transaction.atomic():
        first = not User.objects.filter(is_superuser=True).exists()
        if user is None:
            user = User.objects.create_user(username=asked.administrator, password=password)
        if first:
            user.is_superuser = True
            user.save(update_fields=["is_superuser"])
        title = dict.fromkeys((language.value for language in Language), asked.title)
        desk = Desk.objects.create(slug=asked.slug, title=title, timezone=asked.timezone, created_at=now())
        Membership.objects.create(user=user, desk=desk, role=Role.ADMIN, first=today(asked.timezone))
        note(
            "desk.found", asked.slug, by=None, desk=desk, after={"scheme": asked.scheme, "by": user.username}
        )
        for folder in (desk.policies, desk.folder / "parameters", desk.folder / "history"):
            folder.mkdir(parents=True, exist_ok=True)
        name = f"{Path(asked.scheme).stem}.yaml"
        (desk.policies / name).write_text(text, encoding="utf-8", newline="\n")
    return desk


def _wrong(asked: Founded) -> Iterator[Problem]:
    try:
        validate_slug(asked.slug)
    except ValidationError:
        yield problems.NOT_A_SLUG.at(Place("slug"), asked.slug)
    else:
        if Desk.objects.filter(slug=asked.slug).exists():
            yield problems.DESK_THERE.at(Place("slug"), asked.slug, slug=asked.slug)
    if asked.timezone not in available_timezones():
        yield problems.NO_TIMEZONE.at(Place("timezone"), asked.timezone)
    if not asked.administrator:
        yield problems.NO_ADMINISTRATOR.at(Place("administrator"))


def _weak(password: str) -> Iterator[Problem]:
    try:
        validate_password(password)
    except ValidationError:
        yield problems.WEAK_PASSWORD.at(Place("password"))
