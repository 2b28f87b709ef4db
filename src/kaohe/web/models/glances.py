"""What somebody saw last of their own month, so that the next look can say what moved."""

from django.conf import settings
from django.db import models

from kaohe.web.models.desks import Desk


class Glance(models.Model):
    """The last two editions of a person's period that the person looked at.

    Attributes:
        user: Who looked.
        desk: Where.
        period: The period's label.
        person: At whose month: their own.
        computed_at: When the edition that they saw last was computed.
        at: When they saw it first.
        figures: What stood there, as ``statements.moves`` keeps it.
        before_at: When they saw the one before it for the last time; None: there was none.
        before: What stood there then.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="glances")
    desk = models.ForeignKey(Desk, models.CASCADE, related_name="glances")
    period = models.CharField(max_length=20)
    person = models.CharField(max_length=200)
    computed_at = models.DateTimeField()
    at = models.DateTimeField()
    figures = models.JSONField()
    before_at = models.DateTimeField(null=True, blank=True)
    before = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("user", "desk", "period", "person"), name="one_glance_of_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.desk} · {self.period}"
