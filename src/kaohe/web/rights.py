"""Who may do what: the roles of a desk and the rights that each one has."""

from collections.abc import Mapping
from enum import StrEnum

from kaohe.core.language import Text


class Role(StrEnum):
    """What somebody is at a desk; one may be several things at once."""

    AGENT = "agent"
    RATER = "rater"
    REVIEWER = "reviewer"
    HEAD = "head"
    HR = "hr"
    ADMIN = "admin"


ROLES: Mapping[Role, Text] = {
    Role.AGENT: Text("Agent"),
    Role.RATER: Text("Rater"),
    Role.REVIEWER: Text("Reviewer"),
    Role.HEAD: Text("Head of desk"),
    Role.HR: Text("HR and finance"),
    Role.ADMIN: Text("Administrator"),
}


class Right(StrEnum):
    """Something that a page or an action needs."""

    BELONG = "belong"
    """To be somebody at the desk at all."""
    SEE_OWN = "see own"
    """One's own figures, down to the conversations."""
    SEE_RANKING = "see ranking"
    """Places, with names as the scheme allows."""
    SEE_DESK = "see desk"
    """Everybody's figures, and signals."""
    APPEAL = "appeal"
    """Against one's own figures."""
    ANSWER = "answer"
    """Appeals of others."""
    RATE = "rate"
    REVIEW = "review"
    ENTER = "enter"
    """Ledger, targets, reviews of filter use."""
    KEEP_PEOPLE = "keep people"
    """The desk's people and chat accounts."""
    IMPORT = "import"
    SEE_PAY = "see pay"
    """Everybody's payslips."""
    CLOSE = "close"
    """Close and correct periods."""
    READ_POLICY = "read policy"
    WRITE_POLICY = "write policy"
    PUBLISH_POLICY = "publish policy"
    ADMINISTER = "administer"
    """Users, roles, tokens, the audit trail, jobs, back-ups."""


_EVERYBODY = frozenset({Right.BELONG, Right.READ_POLICY})
_OWN = _EVERYBODY | {Right.SEE_OWN, Right.SEE_RANKING, Right.APPEAL}
_DESK = _EVERYBODY | {Right.SEE_DESK, Right.SEE_RANKING, Right.IMPORT, Right.WRITE_POLICY, Right.ANSWER}
RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.AGENT: _OWN,
    Role.RATER: _EVERYBODY | {Right.RATE},
    Role.REVIEWER: _EVERYBODY | {Right.REVIEW},
    Role.HEAD: _DESK | {Right.ENTER, Right.KEEP_PEOPLE, Right.RATE},
    Role.HR: _DESK | {Right.SEE_PAY, Right.CLOSE, Right.PUBLISH_POLICY, Right.KEEP_PEOPLE},
    Role.ADMIN: _EVERYBODY | {Right.ADMINISTER, Right.IMPORT},
}
"""An administrator keeps the place running and sees nobody's figures or pay."""
