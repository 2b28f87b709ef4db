"""The door's clock: the only place here that asks what time it is, and days that were typed."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """Return the moment, with its zone."""
    return timezone.now()


def day_of(text: str) -> date | None:
    """Return the day that was typed or stands in an address; None: it is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def moment(zone: str) -> str:
    """Return the moment on the clock of a zone, as the books write it: to the second, with its offset."""
    return now().astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


def today(zone: str) -> date:
    """Return the day on the calendar of a zone."""
    return now().astimezone(ZoneInfo(zone)).date()
