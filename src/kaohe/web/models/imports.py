"""Uploads: files that were dropped, what they were recognised as, and what came of them."""

from pathlib import Path

from django.conf import settings
from django.db import models

from kaohe.web.models.desks import Desk
from kaohe.web.models.jobs import Job


class ImportBatch(models.Model):
    """Files that were handed in together.

    Attributes:
        desk: Whose.
        by: Who handed them in.
        at: When.
        files: Name, size and SHA-256 of each, and the name it is kept under.
        format: What exported them, as recognised or chosen; blank: not known yet.
        options: Table, shop, account, encoding and mapping, as chosen.
        job: The job that imports them; None: not begun.
        report: What came in and what did not.
        versions: Table → version of the store before it; where undoing goes back to.
        undone_at: When it was undone; None: it was not.
    """

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="imports")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    at = models.DateTimeField()
    files = models.JSONField(default=list)
    format = models.CharField(max_length=40, blank=True)
    options = models.JSONField(default=dict)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True)
    report = models.JSONField(default=dict)
    versions = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.desk} · {self.pk}"

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return self.desk.folder / "uploads" / str(self.pk)
