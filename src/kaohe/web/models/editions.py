"""What pages show of a period: its figures as statements say them, computed once by a job.

A page reads one edition's row and one sheet, whatever the desk's size. An edition is
written whole in one transaction; the one before it goes out in the same.
"""

from django.db import models

from kaohe.periods.books.blockers import State
from kaohe.statements.sheets import MAKER
from kaohe.web.models.desks import Desk


class Editions(models.QuerySet["Edition"]):
    """Editions, by their periods."""

    def newest(self, desk: Desk) -> list["Edition"]:
        """Return the newest edition of each of a desk's periods, the newest period first."""
        newest = {one.period: one for one in self.filter(desk=desk).order_by("-first", "version")}
        return list(newest.values())

    def newest_of(self, desk: Desk, period: str) -> "Edition | None":
        """Return the newest edition of a period; None: it has none."""
        return self.filter(desk=desk, period=period).order_by("-version").first()


class Edition(models.Model):
    """A period's figures as of a day.

    Attributes:
        desk: Whose.
        period: The period's label.
        first: Its first day.
        last: Its last day.
        version: 0: computed from the newest records; else the version in the books.
        state: How far the period is.
        as_of: The last day whose records are complete.
        computed_at: When.
        policy: The policy's name and version, for reading.
        seal: The seal of a closed version; else blank.
        summary: What the head of every page says of it.
        blockers: What blocks its closing.
        maker: Which engine made its sheets, as ``statements.sheets`` calls it.
    """

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="editions")
    period = models.CharField(max_length=20)
    first = models.DateField()
    last = models.DateField()
    version = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=[(one.value, one.value) for one in State])
    as_of = models.DateField()
    computed_at = models.DateTimeField()
    policy = models.CharField(max_length=200)
    seal = models.CharField(max_length=64, blank=True)
    summary = models.JSONField(default=dict)
    blockers = models.JSONField(default=list)
    maker = models.CharField(max_length=60, blank=True)

    objects = Editions.as_manager()

    class Meta:
        ordering = ("desk", "-first")
        constraints = [
            models.UniqueConstraint(fields=("desk", "period", "version"), name="one_edition_of_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.desk} · {self.period} · {self.version}"

    @property
    def is_of_old(self) -> bool:
        """Whether another engine than this one made its sheets: then pages cannot read them."""
        return self.maker != MAKER

    @property
    def is_closed(self) -> bool:
        """Whether it stands in the books."""
        return self.version > 0


class Sheet(models.Model):
    """One piece of an edition, as a page needs it.

    Attributes:
        edition: Whose.
        kind: Which piece: ``overview``, ``ranking``, ``person`` …
        subject: Whom it is about; blank: everybody.
        data: What it says.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="sheets")
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=200, blank=True)
    data = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("edition", "kind", "subject"), name="one_sheet_of_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.edition} · {self.kind} · {self.subject}"
