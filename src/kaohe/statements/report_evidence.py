"""The rows behind a measure as the page shows them: so many that a reader finds his way, no more."""

from typing import Any, Protocol

from kaohe.core.figure import MeasureRef
from kaohe.statements.report_said import Telling


class EvidenceSource(Protocol):
    """Where the rows behind a measure come from."""


class Rows:
    """Evidence of one appraisal, ready for the page."""

    def __init__(self, telling: Telling, source: EvidenceSource) -> None:
        self.telling, self.source = telling, source

    def of(self, ref: MeasureRef) -> dict[str, Any] | None:
        """Return the rows."""
