"""Making anew what an older engine made: asked for when a place is begun, and when a page needs it."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kaohe.statements.sheets import MAKER
from kaohe.web import jobs
from kaohe.web.clock import now
from kaohe.web.models import Desk, Edition, Job
from kaohe.web.models.jobs import UNDER_WAY, JobState

KIND = "appraise"
AGAIN_AFTER = timedelta(minutes=1)
"""So long what stood against it is shown before it is tried again."""
LOOK_AGAIN = 3
"""Seconds after which the page asks for itself again."""


def renew(desk: Desk, edition: Edition) -> Job:
    """Ask for a period's sheets to be made anew, unless somebody has; return the job."""
    asked = Job.objects.filter(desk=desk, kind=KIND, arguments={"period": edition.period})
    newest = asked.first()
    if newest is not None and newest.state in UNDER_WAY:
        return newest
    if newest is not None and newest.state == JobState.FAILED and now() - newest.asked_at < AGAIN_AFTER:
        return newest
    return jobs.ask(KIND, {"period": edition.period}, desk=desk, by=None)


def renew_all() -> None:
    """Ask for all sheets of older engines to be made anew, the newest periods first."""
    for edition in Edition.objects.exclude(maker=MAKER).select_related("desk").order_by("-first"):
        renew(edition.desk, edition)


def renewing(request: HttpRequest, desk: Desk, edition: Edition) -> HttpResponse:
    """Say that a period is being computed anew; the page comes back by itself."""
    job = renew(desk, edition)
    response = render(request, "web/renewing.html", {"job": job, "asked_for": edition}, status=503)
    if not job.is_over:
        response.headers["Retry-After"] = str(LOOK_AGAIN)
        if request.method == "GET":
            response.headers["Refresh"] = str(LOOK_AGAIN)
    return response
