"""How a desk's payroll wants its file: which column is called what there, in which order."""

from django.conf import settings
from django.db import models

from kaohe.web.models.desks import Desk


class PayrollLayout(models.Model):
    """The columns of a desk's payroll file, as its payroll program takes them in.

    Attributes:
        desk: Whose.
        columns: In order, each with our ``source``, their ``header`` and, of a constant, its ``text``.
        by: Who changed it last.
        at: When.
    """

    desk = models.OneToOneField(Desk, models.CASCADE, related_name="payroll_layout")
    columns = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.desk} · {len(self.columns)}"
