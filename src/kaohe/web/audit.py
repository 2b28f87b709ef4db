"""Writing the audit trail."""

from collections.abc import Mapping

from django.http import HttpRequest

from kaohe.web.clock import now
from kaohe.web.models import AuditEntry, Desk, User

Plain = Mapping[str, object] | list[object] | str | None


def note(  # noqa: PLR0913 - what an entry says, each by name
    action: str,
    about: str = "",
    *,
    by: User | None,
    desk: Desk | None = None,
    before: Plain = None,
    after: Plain = None,
    request: HttpRequest | None = None,
) -> AuditEntry:
    """Append an entry to the trail.

    Args:
        action: What was done, such as ``period.close``.
        about: To what.
        by: Who did it; None: the place itself.
        desk: Where; None: the whole place.
        before: What stood there before.
        after: What stands there now.
        request: The request that did it, for the address.
    """
    return AuditEntry.objects.create(
        at=now(),
        who=by,
        name=by.called if by else "",
        address=request.META.get("REMOTE_ADDR") or None if request else None,
        desk=desk,
        action=action,
        about=about,
        before=before,
        after=after,
    )
