"""An appraisal that keeps what documents ask for many times: reasons, and what is worked out from them."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, fields
from typing import TypeVar, cast

from kaohe.appraisal.appraise import Appraisal
from kaohe.appraisal.facts import DayValue
from kaohe.core.figure import FigureKey, MeasureRef, Reason

Made = TypeVar("Made")


@dataclass
class Remembering(Appraisal):
    """The same appraisal; what is asked for again is not worked out again."""

    kept: dict[Hashable, object] = field(default_factory=dict)

    def reason(self, key: FigureKey) -> Reason:
        """Return why a figure has its value.

        Raises:
            KeyError: There is no such figure.
        """
        return once(self, ("reason", key), lambda: super(Remembering, self).reason(key))

    def days(self, ref: MeasureRef) -> list[DayValue]:
        """Return the days behind a sum of a measure, in order."""
        return once(self, ("days", ref), lambda: super(Remembering, self).days(ref))


def remembering(appraisal: Appraisal) -> Appraisal:
    """Return an appraisal that remembers; it takes as much memory as all that it is asked for."""
    held = {one.name: getattr(appraisal, one.name) for one in fields(Appraisal)}
    return Remembering(**held | {"figures": dict(appraisal.figures)})


def once(appraisal: Appraisal, about: Hashable, make: Callable[[], Made]) -> Made:
    """Return what ``make`` makes; an appraisal that remembers is asked to make it once.

    Args:
        appraisal: Whose figures it is about.
        about: A name for it, with all that it depends on beside the appraisal.
        make: Makes it.
    """
    if not isinstance(appraisal, Remembering):
        return make()
    if about not in appraisal.kept:
        appraisal.kept[about] = make()
    return cast("Made", appraisal.kept[about])
