"""Times of the books as the shop's clocks have them: kept with their zone, said in the shop's."""

from datetime import datetime
from zoneinfo import ZoneInfo


def local(at: str, zone: str) -> str:
    """Return a time by a zone's clocks, with the zone: ``2026-11-06 10:00 Asia/Taipei``.

    Args:
        at: ISO 8601 with the offset of whatever zone it was noted in.
        zone: The zone's name; blank: it is said as it was noted.
    """
    if not zone:
        return at
    return f"{datetime.fromisoformat(at).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"
