"""Users, desks, and who is what at which desk, from when to when."""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

from kaohe.core.language import Language, Words, say
from kaohe.web.rights import Role


class User(AbstractUser):
    """Somebody who signs in.

    Attributes:
        language: The language in which pages speak to them; blank: their browser's.
    """

    language = models.CharField(
        max_length=7, blank=True, choices=[(one.value, one.value) for one in Language]
    )

    @property
    def called(self) -> str:
        """What they are called."""
        return self.get_full_name() or self.get_username()

    def get_full_name(self) -> str:
        """Return family name and given name, in the order in which the name is written."""
        parts = [one for one in (self.last_name, self.first_name) if one]
        chinese = any("\u3400" <= letter <= "\u9fff" for letter in "".join(parts))
        return "".join(parts) if chinese else " ".join(reversed(parts))


class Desk(models.Model):
    """A service desk: a folder with its store, books and policies.

    Attributes:
        slug: Its name in addresses and its folder's name.
        title: Its name in the languages that it has.
        timezone: The zone of its clocks.
        as_of: The last day whose records are complete; None: nothing was imported yet.
        created_at: When it was made.
        names_in_rankings: Whether rankings tell an agent the names of the others.
    """

    slug = models.SlugField(unique=True, max_length=60)
    title = models.JSONField(default=dict)
    timezone = models.CharField(max_length=60, default="Asia/Shanghai")
    as_of = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    names_in_rankings = models.BooleanField(default=True)

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug

    def name(self, language: Language) -> str:
        """Return what it is called."""
        words: Words = {Language(key): text for key, text in self.title.items()}
        return say(words, language) or self.slug

    @property
    def folder(self) -> Path:
        """Its folder."""
        return Path(settings.DATA) / "desks" / self.slug

    @property
    def store(self) -> Path:
        """Its records."""
        return self.folder / "store"

    @property
    def books(self) -> Path:
        """Its closed periods and appeals."""
        return self.folder / "books"

    @property
    def policies(self) -> Path:
        """The versions of its policy, one file each."""
        return self.folder / "policies"

    def parameters(self, period: str) -> Path | None:
        """Return the file with what a period overrides in the policy; None where there is none."""
        file = self.folder / "parameters" / f"{period}.yaml"
        return file if file.is_file() else None

    @property
    def history(self) -> tuple[Path, ...]:
        """The files with figures of periods before the books begin."""
        return tuple(sorted((self.folder / "history").glob("*.csv")))


class MembershipsOn(models.QuerySet["Membership"]):
    """Memberships, by the day."""

    def on(self, day: date) -> "MembershipsOn":
        """Return those that hold on a day."""
        return self.filter(Q(first__lte=day), Q(last__isnull=True) | Q(last__gte=day))


class Membership(models.Model):
    """What somebody is at a desk, from a day to a day, both included.

    Attributes:
        user: Who.
        desk: Where.
        role: What.
        person: Whom of the people table they are; blank: nobody of it.
        first: The first day.
        last: The last day; None: it goes on.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Role])
    person = models.CharField(max_length=200, blank=True)
    first = models.DateField()
    last = models.DateField(null=True, blank=True)

    objects = MembershipsOn.as_manager()

    class Meta:
        ordering = ("desk", "role", "user")
        constraints = [
            models.CheckConstraint(
                condition=Q(last__isnull=True) | Q(last__gte=F("first")), name="not_turned_round"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.desk} · {self.role}"
