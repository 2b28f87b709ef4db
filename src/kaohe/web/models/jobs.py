"""Work that takes longer than a page may: a row that says how far it is."""

from django.conf import settings
from django.db import models

from kaohe.web.models.desks import Desk


class JobState(models.TextChoices):
    """How far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


UNDER_WAY = (JobState.WAITING, JobState.RUNNING)
"""The states of a job of which something may still come."""


class Job(models.Model):
    """A piece of work.

    Attributes:
        desk: Whose; None: the whole place's.
        kind: What is done, as ``jobs.KINDS`` calls it.
        arguments: With what.
        asked_by: Who asked for it; None: the place itself.
        asked_at: When.
        state: How far it is.
        done: Steps done.
        total: Steps that there are; 0: not known yet.
        says: What is being done, or what came out: Words.
        problems: What stood against it, as ``saying.problem`` writes it.
        result: What it made, for whoever goes on from it.
        started_at: When it was begun, for the last time.
        beat_at: When the worker last said that it is at it.
        ended_at: When it ended.
        attempts: How often it was begun: more than once where a worker was killed.
    """

    desk = models.ForeignKey(Desk, models.CASCADE, null=True, blank=True, related_name="jobs")
    kind = models.CharField(max_length=30)
    arguments = models.JSONField(default=dict)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    says = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    result = models.JSONField(default=dict)
    started_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=("desk", "state"))]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.state}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state not in UNDER_WAY
