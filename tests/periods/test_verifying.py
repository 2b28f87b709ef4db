"""A closed period comes out again, whatever is imported later; and whatever was changed in it is found."""

import json
import random
import shutil
import zipfile
from pathlib import Path

import pytest

from kaohe.core.problem import ProblemsFound
from kaohe.periods.books.archive import verify_archive, write_archive
from kaohe.periods.books.kept import opened
from kaohe.periods.books.verifying import Verified, verify
from periods.desks import Desk

FLIPS = 120


def codes(verified: Verified) -> set[str]:
    return {one.code for one in verified.problems}


@pytest.fixture
def closed(desk: Desk) -> Desk:
    for month in ("2026-07", "2026-08", "2026-09"):
        desk.close(month)
    return desk


def test_every_cell_comes_out_again_from_what_is_kept_and_from_the_store(closed: Desk) -> None:
    kept = verify(closed.shelf, "2026-09")
    assert (kept.holds, kept.differing, kept.from_records) == (True, 0, False)
    assert kept.figures > 60
    again = verify(closed.shelf, "2026-09", store=closed.store)
    assert (again.holds, again.differing, again.from_records) == (True, 0, True)


def test_it_comes_out_again_after_later_imports_and_a_new_version_of_the_policy(closed: Desk) -> None:
    closed.sell([("ann", "2026-09-14", "999.99"), ("bob", "2026-08-14", "0.01")])
    closed.praise("cai", "2026-09-02", 5)
    closed.scheme.write_text(closed.scheme.read_text("utf-8").replace("value: 3%", "value: 30%"), "utf-8")
    assert verify(closed.shelf, "2026-09", store=closed.store).problems == ()


def test_another_store_is_not_taken_for_the_one_that_was_closed_on(closed: Desk, original: Desk) -> None:
    other = original.copied(closed.root / "other")
    shutil.rmtree(other.store)
    other.sell([("ann", "2026-09-14", "999.99")])
    found = verify(closed.shelf, "2026-09", store=other.store)
    assert not found.holds
    assert codes(found) & {"D225", "D226", "D234"}


def test_a_changed_missing_or_foreign_file_is_named(closed: Desk) -> None:
    folder = closed.shelf.folder("2026-09", 1)
    for name in ("figures.csv", "policy.yaml", "tables/people.parquet", "carried.json"):
        file = folder / name
        good = file.read_bytes()
        file.chmod(0o644)
        file.write_bytes(good + b"\n")
        (found,) = verify(closed.shelf, "2026-09").problems
        assert (found.code, found.message.gaps["name"]) == ("D220", name)
        file.unlink()
        (found,) = verify(closed.shelf, "2026-09").problems
        assert (found.code, found.message.gaps["name"]) == ("D221", name)
        file.write_bytes(good)
    (folder / "note.txt").write_text("x", "utf-8")
    assert codes(verify(closed.shelf, "2026-09")) == {"D222"}


def test_a_forged_version_breaks_the_chain_of_those_that_looked_at_it(closed: Desk) -> None:
    """Whoever rewrites a version with its digests changes its seal, which later versions name."""
    folder = closed.shelf.folder("2026-07", 1)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["by"] = "Somebody"
    (folder / "manifest.json").chmod(0o644)
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True), "utf-8")
    assert verify(closed.shelf, "2026-07").holds
    assert codes(verify(closed.shelf, "2026-08")) == {"D223"}


def test_a_seal_on_paper_tells_a_forged_version(closed: Desk) -> None:
    seal = opened(closed.shelf, "2026-09").seal
    assert verify(closed.shelf, "2026-09", seal=seal[:16]).holds
    assert codes(verify(closed.shelf, "2026-09", seal="0123456789abcdef")) == {"D230"}


def test_figures_that_do_not_follow_from_what_is_kept_are_told_one_by_one(closed: Desk) -> None:
    """Forged with digest and all: only computing again tells."""
    folder = closed.shelf.folder("2026-09", 1)
    kept = opened(closed.shelf, "2026-09")
    figures = (folder / "figures.csv").read_text("utf-8").splitlines()
    at = next(index for index, row in enumerate(figures) if row.startswith("pay.total,person,ann"))
    cells = figures[at].split(",")
    figures[at] = ",".join([*cells[:4], "9999.99", *cells[5:]])
    content = ("\n".join(figures) + "\n").encode()
    manifest = kept.manifest.sealing(
        {**{name: (folder / name).read_bytes() for name in kept.manifest.files}, "figures.csv": content}
    )
    for name, forged in (("figures.csv", content), ("manifest.json", manifest.content())):
        (folder / name).chmod(0o644)
        (folder / name).write_bytes(forged)
    found = verify(closed.shelf, "2026-09")
    assert [one.code for one in found.problems] == ["D224"]
    assert found.problems[0].message.gaps["closed"] == "9999.99"


# Archives


@pytest.fixture
def archive(closed: Desk, tmp_path: Path) -> Path:
    file = tmp_path / "2026-09.kaohe"
    write_archive(closed.shelf, opened(closed.shelf, "2026-09"), closed.store, file)
    return file


def test_an_archive_verifies_without_books_and_store(closed: Desk, archive: Path) -> None:
    seal = opened(closed.shelf, "2026-09").seal
    shutil.rmtree(closed.root)
    found = verify_archive(archive, seal=seal)
    assert found.problems == ()
    assert (found.holds, found.differing, found.from_records) == (True, 0, True)
    assert found.kept.seal == seal
    with pytest.raises(ProblemsFound, match="D230"):
        verify_archive(archive, seal="00")


def test_equal_versions_give_equal_archives(closed: Desk, archive: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.kaohe"
    closed.sell([("ann", "2026-09-14", "999.99")])
    write_archive(closed.shelf, opened(closed.shelf, "2026-09"), closed.store, again)
    assert again.read_bytes() == archive.read_bytes()


def flipped(data: bytes, at: int, bit: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def test_every_single_changed_bit_of_an_archive_is_found(archive: Path, tmp_path: Path) -> None:
    good = archive.read_bytes()
    directory = good.rindex(b"PK\x05\x06")
    central = int.from_bytes(good[directory + 16 : directory + 20], "little")
    heads = [at for at in range(len(good)) if good.startswith(b"PK\x03\x04", at)]
    dice = random.Random(11)
    places = [dice.randrange(len(good)) for _ in range(FLIPS)]
    places += [dice.randrange(central, len(good)) for _ in range(FLIPS)]
    places += [dice.choice(heads) + dice.randrange(30) for _ in range(FLIPS)]
    bad = tmp_path / "bad.kaohe"
    for at in places:
        bad.write_bytes(flipped(good, at, dice.randrange(8)))
        with pytest.raises(ProblemsFound) as found:
            verify_archive(bad)
        assert {one.code for one in found.value.problems} <= {"D221", "D231"}, at


def test_a_changed_byte_within_a_member_names_the_member(archive: Path, tmp_path: Path) -> None:
    good = archive.read_bytes()
    bad = tmp_path / "bad.kaohe"
    for name, inside in (
        ("figures.csv", b"pay.total"),
        ("policy.yaml", b"small-desk"),
        ("manifest.json", b"Lin"),
    ):
        with zipfile.ZipFile(archive) as packed:
            start = packed.getinfo(name).header_offset
        bad.write_bytes(flipped(good, good.index(inside, start) + 1, 0))
        with pytest.raises(ProblemsFound) as found:
            verify_archive(bad)
        assert name in str(found.value.problems[0].message), name


def test_a_shortened_lengthened_or_foreign_file_is_refused(archive: Path, tmp_path: Path) -> None:
    good = archive.read_bytes()
    bad = tmp_path / "bad.kaohe"
    for content in (good[:-1], good[: len(good) // 2], good + b"x", b"x" + good, b"", b"no archive"):
        bad.write_bytes(content)
        with pytest.raises(ProblemsFound):
            verify_archive(bad)
    with pytest.raises(ProblemsFound, match="D232"):
        verify_archive(tmp_path / "nowhere.kaohe")


def test_a_version_that_does_not_verify_is_not_archived(closed: Desk, original: Desk, tmp_path: Path) -> None:
    other = original.copied(tmp_path / "other")
    shutil.rmtree(other.store)
    other.sell([("ann", "2026-09-14", "999.99")])
    with pytest.raises(ProblemsFound, match="D233"):
        write_archive(closed.shelf, opened(closed.shelf, "2026-09"), other.store, tmp_path / "x.kaohe")
    assert not (tmp_path / "x.kaohe").exists()
