"""Reviews of filter use that a head of desk has looked at and found nothing in."""

from django.conf import settings
from django.db import models

from kaohe.web.models.desks import Desk


class Rejection(models.Model):
    """A review that was opened by the figures and rejected by a person: nothing was misused.

    One that is confirmed is an entry of the ledger and needs no row here.

    Attributes:
        desk: Where.
        period: The period's label.
        figure: The figure whose rule opened it.
        subject: Whom it is about.
        span: The label of its days.
        reason: Why it was rejected.
        by: Who rejected it.
        at: When.
    """

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="rejections")
    period = models.CharField(max_length=20)
    figure = models.CharField(max_length=200)
    subject = models.CharField(max_length=200)
    span = models.CharField(max_length=40)
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("desk", "period", "figure", "subject", "span"), name="one_answer_to_a_review"
            )
        ]

    def __str__(self) -> str:
        return f"{self.desk} · {self.period} · {self.figure} · {self.subject} · {self.span}"
