"""How sure figures are, kept as plain data and read again."""

import json

import pytest

from kaohe.appraisal.certainty import Certainty, Interval
from kaohe.appraisal.presence import Exposure
from kaohe.appraisal.redrawn import Sureness
from kaohe.appraisal.resampling import Resampling
from kaohe.core.figure import FigureKey, Level
from kaohe.statements.certain import of_people, read

KEY = FigureKey("order_rate", Level.PERSON, "d01", "2026-10-W2")
KNOWN = Certainty(
    Resampling(level=0.9),
    {KEY: Interval(0.2, 0.4, 31), KEY._replace(subject="d02"): Interval(0.1, 0.3, 12)},
    {KEY._replace(figure="order_rate.place"): Sureness(0.6, None, "d02", 0.7, noise=True)},
    {("d01", "2026-10-W2"): Exposure(7, 7, 5, 5.0)},
)


@pytest.mark.parametrize("person", ["d01", "d02"])
def test_what_is_kept_of_a_person_is_read_as_it_was(person: str) -> None:
    kept = json.loads(json.dumps(of_people(KNOWN)))
    found = read(kept[person], person)
    assert found.resampling == KNOWN.resampling
    assert found.intervals == {key: one for key, one in KNOWN.intervals.items() if key.subject == person}
    assert found.places == {key: one for key, one in KNOWN.places.items() if key.subject == person}
    assert found.exposures == {key: one for key, one in KNOWN.exposures.items() if key[0] == person}


def test_of_whom_nothing_is_known_nothing_is_kept() -> None:
    assert "d03" not in of_people(KNOWN)
    assert read(None, "d03") == Certainty()
