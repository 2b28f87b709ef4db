"""An appraisal that keeps the reasons it has built, for documents that ask for each many times."""

from dataclasses import dataclass, field, fields

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FigureKey, Reason


@dataclass
class Remembering(Appraisal):
    """The same appraisal; a reason asked for again is not built again."""

    reasons: dict[FigureKey, Reason] = field(default_factory=dict)

    def reason(self, key: FigureKey) -> Reason:
        """Return why a figure has its value.

        Raises:
            KeyError: There is no such figure.
        """
        if key not in self.reasons:
            self.reasons[key] = super().reason(key)
        return self.reasons[key]


def remembering(appraisal: Appraisal) -> Appraisal:
    """Return an appraisal that remembers; it takes as much memory as its reasons do."""
    return Remembering(**{one.name: getattr(appraisal, one.name) for one in fields(Appraisal)})
