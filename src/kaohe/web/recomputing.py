"""After records, ledger or people were changed: the open periods are computed anew, and pages say so."""

from collections.abc import Iterable
from datetime import date

from kaohe.web import jobs
from kaohe.web.entry import Standing
from kaohe.web.models import Edition, Job
from kaohe.web.models.jobs import UNDER_WAY

KIND = "appraise"


def recompute(at: Standing, editions: Iterable[Edition]) -> list[Job]:
    """Ask for periods to be computed anew; closed ones stay as they were closed."""
    return [
        jobs.ask(KIND, {"period": one.period}, desk=at.desk, by=at.user, once=True)
        for one in editions
        if not one.is_closed
    ]


def touched(at: Standing, first: date) -> list[Edition]:
    """Return the open periods that a change from a day on may show in."""
    return [one for one in at.periods if one.last >= first and not one.is_closed]


def under_way(at: Standing, period: str = "") -> Job | None:
    """Return the job that computes a period (blank: any) and is not over; None: there is none."""
    found = Job.objects.filter(desk=at.desk, kind=KIND, state__in=UNDER_WAY)
    return next((one for one in found if period in ("", one.arguments.get("period"))), None)
