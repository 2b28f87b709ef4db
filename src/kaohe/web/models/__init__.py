"""What the application itself keeps; records, closed periods and policies lie in the desks' folders."""

from kaohe.web.models.audit import AuditEntry
from kaohe.web.models.desks import Desk, Membership, User
from kaohe.web.models.drafts import PolicyDraft
from kaohe.web.models.editions import Edition, Sheet
from kaohe.web.models.glances import Glance
from kaohe.web.models.imports import ImportBatch
from kaohe.web.models.jobs import Job
from kaohe.web.models.pay import PayrollLayout
from kaohe.web.models.reviews import Rejection
from kaohe.web.models.scores import Draft
from kaohe.web.models.tokens import Token

__all__ = [
    "AuditEntry",
    "Desk",
    "Draft",
    "Edition",
    "Glance",
    "ImportBatch",
    "Job",
    "Membership",
    "PayrollLayout",
    "PolicyDraft",
    "Rejection",
    "Sheet",
    "Token",
    "User",
]
