"""Scores as they are typed: kept at once, handed in to the records when the rater says so."""

from django.conf import settings
from django.db import models

from kaohe.web.models.desks import Desk


class Draft(models.Model):
    """What a rater or reviewer has typed so far into one cell.

    Attributes:
        desk: Where.
        by: Who.
        period: The period's label.
        form: The form, or the sample with ``sample/`` before it.
        subject: The person, or the case of the sample.
        item: The item.
        value: What was typed.
        note: What was noted beside it.
        at: When, for the last time.
    """

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="drafts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    period = models.CharField(max_length=20)
    form = models.CharField(max_length=120)
    subject = models.CharField(max_length=200)
    item = models.CharField(max_length=120)
    value = models.CharField(max_length=2_000, blank=True)
    note = models.CharField(max_length=2_000, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("desk", "by", "period", "form", "subject", "item"), name="one_draft_of_a_cell"
            )
        ]

    def __str__(self) -> str:
        return f"{self.form} · {self.subject} · {self.item}"
