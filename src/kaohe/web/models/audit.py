"""The audit trail: who did what to what, when, what stood there before and after. Only ever appended to."""

from typing import NoReturn

from django.conf import settings
from django.db import models

from kaohe.web.models.desks import Desk


class UnchangeableError(TypeError):
    """Somebody tried to change or delete an entry of the trail."""


class AuditEntries(models.QuerySet["AuditEntry"]):
    """Entries, which are neither changed nor deleted; a trigger of the database refuses it too."""

    def update(self, **_: object) -> NoReturn:
        """Refuse."""
        raise UnchangeableError

    def delete(self) -> NoReturn:
        """Refuse."""
        raise UnchangeableError


class AuditEntry(models.Model):
    """One thing that somebody did.

    Attributes:
        at: When.
        who: The account; None: the place itself.
        name: What the account was called then.
        address: From where.
        desk: Where; None: the whole place.
        action: What, such as ``period.close``.
        about: To what, such as ``2026-10``.
        before: What stood there before.
        after: What stands there now.
    """

    at = models.DateTimeField()
    who = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False)
    name = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True)
    desk = models.ForeignKey(Desk, models.DO_NOTHING, null=True, db_constraint=False)
    action = models.CharField(max_length=60)
    about = models.CharField(max_length=300, blank=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    objects = AuditEntries.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=("desk", "action"))]

    def __str__(self) -> str:
        return f"{self.at} {self.name} {self.action} {self.about}"

    def save(self, *args: object, **named: object) -> None:
        """Append it.

        Raises:
            UnchangeableError: It stands in the trail already.
        """
        if not self._state.adding:
            raise UnchangeableError
        super().save(*args, **named)  # type: ignore[arg-type]  # handed on as they are

    def delete(self, *_: object, **__: object) -> NoReturn:
        """Refuse."""
        raise UnchangeableError
