"""Fill a place's database for ``pages.py``: the demo's people and months multiplied, and who asks for pages.

    python benchmarks/pagerows.py AGENTS MONTHS

Prints the sessions of those who ask, as JSON: account → key.
"""

import copy
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from kaohe.core.period import ONE_DAY, Calendar, Span  # noqa: E402
from kaohe.web.models import Desk, Edition, Membership, Sheet, User  # noqa: E402
from kaohe.web.rights import Role  # noqa: E402

DESK, MODEL = "demo-shop", "2026-10"
SINCE = date(2020, 1, 1)


def main(agents: int, months: int) -> None:
    """Fill the database, and print the sessions."""
    if not Desk.objects.exists():
        call_command("settle_demo", str(Path(settings.DATA) / "desks.json"), stdout=sys.stderr)
    desk = Desk.objects.get(slug=DESK)
    model = Edition.objects.get(desk=desk, period=MODEL)
    pieces = [(one.kind, one.subject, one.data) for one in model.sheets.all()]
    people = [subject for kind, subject, _ in pieces if kind == "person"]
    whole = list(_multiplied(pieces, people, agents))
    with transaction.atomic():
        Edition.objects.filter(desk=desk).delete()
        for span in _months(months):
            edition = copy.copy(model)
            edition.pk, edition._state.adding = None, True  # noqa: SLF001 - a row like the model's
            edition.period, edition.first, edition.last = span.label, span.first, span.last
            edition.version, edition.state = (0, model.state) if span.label == MODEL else (1, "closed")
            edition.save()
            Sheet.objects.bulk_create(
                (
                    Sheet(edition=edition, kind=kind, subject=subject, data=data)
                    for kind, subject, data in whole
                ),
                batch_size=200,
            )
        users = User.objects.bulk_create(User(username=f"agent{n}") for n in range(agents))
        Membership.objects.bulk_create(
            Membership(user=user, desk=desk, role=Role.AGENT, person=f"x{n}", first=SINCE)
            for n, user in enumerate(users)
        )
        User.objects.create(username="nobody")
        Membership.objects.exclude(desk=desk).delete()
    print(f"{Sheet.objects.count():,} sheets of {Edition.objects.count()} editions", file=sys.stderr)
    print(json.dumps({name: _session(name) for name in ("head", "admin", "nobody")}))


def _months(months: int) -> list[Span]:
    """Return as many months in a row, the model's being the last."""
    calendar = Calendar()
    spans = [calendar.period(MODEL)]
    while len(spans) < months:
        day = spans[0].first - ONE_DAY
        spans.insert(0, calendar.period(f"{day:%Y-%m}"))
    return spans


def _multiplied(pieces: list[tuple[str, str, Any]], people: list[str], agents: int) -> Any:  # noqa: ANN401
    """Yield the sheets with as many people as are wanted; the first keep their ids."""
    held = {subject: data for kind, subject, data in pieces if kind == "person"}
    names = [people[n] if n < len(people) else f"x{n}" for n in range(agents)]
    for kind, subject, data in pieces:
        if kind == "person":
            continue
        rows = data.get("people" if kind == "overview" else "rows") if isinstance(data, dict) else None
        if kind in ("overview", "ranking") and rows:
            own = [_like(rows[n % len(rows)], name) for n, name in enumerate(names)]
            yield kind, subject, {**data, "people" if kind == "overview" else "rows": own}
        else:
            yield kind, subject, data
    for n, name in enumerate(names):
        yield "person", name, held[people[n % len(people)]]


def _like(row: dict[str, Any], subject: str) -> dict[str, Any]:
    return {**row, "subject": subject, "name": f"{row['name']}{subject}"}


def _session(name: str) -> str:
    user = User.objects.get(username=name)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
