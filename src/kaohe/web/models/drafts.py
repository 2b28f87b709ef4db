"""Policies that are being written: nobody is appraised by them before they are published."""

from django.conf import settings
from django.db import models

from kaohe.web.models.desks import Desk


class PolicyDraft(models.Model):
    """A policy being written.

    Attributes:
        desk: Whose.
        title: What the people who write it call it.
        base: The name of the version that it began from.
        text: The policy as it is written so far.
        cases: Its worked cases as they are written so far; blank: none.
        by: Who changed it last.
        at: When.
        published: The name of the version that it became; blank: it is still being written.
    """

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="drafts_of_policy")
    title = models.CharField(max_length=120)
    base = models.CharField(max_length=200)
    text = models.TextField()
    cases = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    at = models.DateTimeField()
    published = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.desk} · {self.title}"
