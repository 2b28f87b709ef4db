"""How sure people's figures are, as plain data: kept with sheets, read again by whoever explains a figure."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from kaohe.appraisal.certainty import Certainty, Interval
from kaohe.appraisal.presence import Exposure
from kaohe.appraisal.redrawn import Sureness
from kaohe.appraisal.resampling import Resampling
from kaohe.core.figure import FigureKey, Level

Plain = dict[str, Any]


def of_people(certainty: Certainty) -> Mapping[str, Plain]:
    """Return what is known of everybody's figures, by person; nothing of whom nothing is known."""
    how = asdict(certainty.resampling) if certainty.resampling else None
    found: dict[str, Plain] = defaultdict(
        lambda: {"how": how, "intervals": [], "places": [], "exposures": []}
    )
    for name, known in (("intervals", certainty.intervals), ("places", certainty.places)):
        for key, one in known.items():
            if key.level is Level.PERSON:
                found[key.subject][name].append([key.figure, key.span, asdict(one)])
    for (person, span), exposure in certainty.exposures.items():
        found[person]["exposures"].append([span, asdict(exposure)])
    return found


def read(plain: Plain | None, person: str) -> Certainty:
    """Return what ``of_people`` wrote of a person; nothing of anybody else."""
    if plain is None:
        return Certainty()

    def key(figure: str, span: str) -> FigureKey:
        return FigureKey(figure, Level.PERSON, person, span)

    return Certainty(
        Resampling(**plain["how"]) if plain["how"] else None,
        {key(figure, span): Interval(**one) for figure, span, one in plain["intervals"]},
        {key(figure, span): Sureness(**one) for figure, span, one in plain["places"]},
        {(person, span): Exposure(**one) for span, one in plain["exposures"]},
    )
