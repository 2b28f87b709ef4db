"""Tokens for programs: kept as digests, each with what it may do and until when."""

from django.conf import settings
from django.db import models

from kaohe.web.models.desks import Desk


class Token(models.Model):
    """A token of the programming interface.

    Attributes:
        desk: The desk that it opens.
        name: What it is for.
        digest: SHA-256 of the token, which is shown once and not kept.
        scopes: What it may do, as ``api.SCOPES`` calls it.
        made_by: Who made it.
        made_at: When.
        expires_at: Until when it holds; None: until it is revoked.
        revoked_at: When it was revoked; None: it was not.
        used_at: When it was last used.
    """

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.desk} · {self.name}"
