"""The door's clock: the only place here that asks what time it is."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """Return the moment, with its zone."""
    return timezone.now()


def today(zone: str) -> date:
    """Return the day on the calendar of a zone."""
    return now().astimezone(ZoneInfo(zone)).date()
