"""Tokens: what a program shows in place of a person. Each belongs to one desk and may do a few things."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from django.http import HttpRequest
from ninja.security import HttpBearer

from kaohe.core.language import Text
from kaohe.web.api.answers import RefusedError
from kaohe.web.clock import now
from kaohe.web.models import Desk, Token, User

BYTES = 32
PREFIX = "kaohe_"
SEEN_EVERY = timedelta(minutes=1)


class Scope(StrEnum):
    """Something that a token may do."""

    READ = "read"
    """Periods, figures with their reasons, statements, measures."""
    IMPORT = "import"
    """Hand in files."""


SCOPES: Mapping[Scope, Text] = {
    Scope.READ: Text("read periods, figures with their reasons, statements and measures"),
    Scope.IMPORT: Text("hand in files"),
}


def made(
    desk: Desk, name: str, scopes: list[Scope], *, by: User, expires_at: datetime | None = None
) -> tuple[Token, str]:
    """Make a token; return its row, and the token itself, which is kept nowhere."""
    token = f"{PREFIX}{secrets.token_urlsafe(BYTES)}"
    row = Token.objects.create(
        desk=desk,
        name=name,
        digest=digest(token),
        scopes=[scope.value for scope in scopes],
        made_by=by,
        made_at=now(),
        expires_at=expires_at,
    )
    return row, token


def digest(token: str) -> str:
    """Return what is kept of a token: 256 random bits need no salt against guessing."""
    return sha256(token.encode()).hexdigest()


class Bearer(HttpBearer):
    """``Authorization: Bearer kaohe_…``, with a token that may do something."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:  # noqa: ARG002
        """Return the row of a token that holds; None refuses it.

        Raises:
            RefusedError: It holds, but may not do this.
        """
        moment = now()
        row = (
            Token.objects.select_related("desk", "made_by")
            .filter(digest=digest(token), revoked_at=None)
            .first()
        )
        if row is None or (row.expires_at is not None and row.expires_at <= moment):
            return None
        if self.scope.value not in row.scopes:
            raise RefusedError(403, f"The token may not {self.scope.value}.")
        if row.used_at is None or moment - row.used_at > SEEN_EVERY:
            Token.objects.filter(pk=row.pk).update(used_at=moment)
        return row


def desk_of(request: HttpRequest) -> Desk:
    """Return the desk that a request's token opens."""
    return token_of(request).desk


def token_of(request: HttpRequest) -> Token:
    """Return the token that a request showed."""
    row: Token = request.auth  # type: ignore[attr-defined]  # ninja puts it there
    return row
