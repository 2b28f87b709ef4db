"""A closing keeps how sure its figures were, and verifying draws it again."""

import json
from dataclasses import replace

import pytest

from kaohe.appraisal.resampling import Resampling
from kaohe.core.problem import ProblemsFound
from kaohe.periods.books.archive import verify_archive, write_archive
from kaohe.periods.books.closing import Act
from kaohe.periods.books.correcting import correct
from kaohe.periods.books.kept import CERTAINTY, opened
from kaohe.periods.books.manifest import read_manifest
from kaohe.periods.books.verifying import at_version, checked, verify
from periods.desks import AT, PEOPLE, Desk

MONTH = "2026-10"
HOW = Resampling(level=0.9, replicates=100, seed=3)


@pytest.fixture
def closed(desk: Desk) -> Desk:
    # Somebody who does not answer, so that the rate of replies is not sure.
    desk.sell([("ann", f"{MONTH}-05", "70.00"), ("bob", f"{MONTH}-05", "10.00")])
    desk.resampling = HOW
    desk.close(MONTH)
    return desk


def test_a_closing_keeps_its_intervals_with_their_level_draws_and_seed(closed: Desk) -> None:
    kept = opened(closed.shelf, MONTH)
    assert kept.manifest.certainty == HOW
    assert set(kept.certainty) == set(PEOPLE)
    ann = kept.certainty["ann"]
    assert isinstance(ann, dict)
    assert ["sold", "2026-10-W1"] in [row[:2] for row in ann["intervals"]]
    assert ann["how"] == {"level": 0.9, "replicates": 100, "seed": 3}


def test_verifying_with_the_store_compares_the_intervals_and_without_it_cannot(closed: Desk) -> None:
    with_store, without = (verify(closed.shelf, MONTH, store=one) for one in (closed.store, None))
    assert (with_store.holds, with_store.intervals) == (True, len(PEOPLE))
    assert (without.holds, without.intervals) == (True, 0)


def test_later_records_change_nothing_of_the_kept_intervals(closed: Desk) -> None:
    closed.sell([("ann", f"{MONTH}-20", "900.00")])
    assert verify(closed.shelf, MONTH, store=closed.store).intervals == len(PEOPLE)


def test_an_interval_that_does_not_come_out_again_is_told_with_whose_it_is(closed: Desk) -> None:
    kept = opened(closed.shelf, MONTH)
    wrong = json.loads(kept.read(CERTAINTY))
    wrong["bob"]["intervals"][0][2]["low"] += 0.01
    forged = replace(
        kept, read=lambda name: json.dumps(wrong).encode() if name == CERTAINTY else kept.read(name)
    )
    found = checked(forged, lambda: at_version(kept, closed.store), [])
    assert [one.code for one in found.problems] == ["D236"]
    assert "bob" in str(found.problems[0].message)


def test_an_archive_verifies_its_intervals_by_itself(closed: Desk) -> None:
    out = closed.root / "one.kaohe"
    write_archive(closed.shelf, opened(closed.shelf, MONTH), closed.store, out)
    assert verify_archive(out).intervals == len(PEOPLE)


def test_a_correction_is_drawn_as_its_closing_was(closed: Desk) -> None:
    closed.sell([("cai", f"{MONTH}-12", "500.00")])
    correct(closed.shelf, MONTH, closed.store, Act("Wu", AT, because="late"))
    first, second = (opened(closed.shelf, MONTH, version) for version in (1, 2))
    assert second.manifest.certainty == HOW
    assert first.certainty["cai"] != second.certainty["cai"]
    assert verify(closed.shelf, MONTH, store=closed.store).holds


def test_a_closing_without_intervals_and_one_of_an_earlier_kaohe_keep_none(desk: Desk) -> None:
    kept = desk.close(MONTH)
    assert kept.manifest.certainty is None
    assert kept.certainty == {}
    plain = json.loads(kept.manifest.content())
    del plain["certainty"]
    assert read_manifest(json.dumps(plain).encode()) == kept.manifest
    with pytest.raises(ProblemsFound, match="D205"):
        opened(desk.shelf, "2026-07")
