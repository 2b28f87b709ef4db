"""Verifying a closed version: nothing was changed, and the same comes out again.

Three questions, each answered by itself: are the files as they were closed (digests and
seals), do the kept measures and tables give the kept figures, and does the store at its
version give the kept measures and tables. The third needs the store.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version as installed
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.figure import Figure, FigureKey
from kaohe.core.language import Text
from kaohe.core.number import plain
from kaohe.core.problem import Place, Problem, ProblemsFound, errors
from kaohe.measures.daily import WRITTEN_SCHEMA
from kaohe.periods.books import problems
from kaohe.periods.books.history import FIGURES
from kaohe.periods.books.kept import KEPT_TABLES, MEASURES, Kept, certainty_bytes, opened, table_file
from kaohe.periods.books.manifest import Seen, digest
from kaohe.periods.books.shelf import MANIFEST, Shelf
from kaohe.periods.books.window import Window, foreign, since
from kaohe.periods.runs import Appraised, Progress, computed, sure
from kaohe.records.objects import Where
from kaohe.records.store import Store, is_store, open_store

MOST = 20
"""Differing figures that are named one by one; the count has them all."""
NOT_THERE, NO_VALUE = Text("not there"), Text("without a value")


@dataclass(frozen=True, slots=True)
class Verified:
    """What verifying a version found.

    Attributes:
        kept: The version.
        figures: How many figures were compared.
        differing: How many of them differ.
        from_records: Whether chat lines and orders were gone through again.
        intervals: How many people's intervals and places drawn anew were compared: those of
            everybody where it was gone through the records, for only these have conversations.
        problems: Everything found; no error: the version verifies.
    """

    kept: Kept
    figures: int
    differing: int
    from_records: bool
    problems: tuple[Problem, ...]
    intervals: int = 0

    @property
    def holds(self) -> bool:
        """Whether the version is as it was closed."""
        return not errors(self.problems)


def verify(  # noqa: PLR0913 - which version, and by what it is measured
    shelf: Shelf,
    label: str,
    *,
    version: int = 0,
    store: Where | None = None,
    seal: str = "",
    progress: Progress | None = None,
) -> Verified:
    """Verify a version in the books.

    Args:
        shelf: The books.
        label: The period.
        version: Which version; 0: the newest.
        store: The store that it was closed on; None: what the books keep is verified.
        seal: The seal that somebody noted down; blank: none.
        progress: Told after each step of measuring.
    """
    kept = opened(shelf, label, version)
    found = [*_files(kept, shelf.folder(label, kept.manifest.version)), *_sealed(kept, seal)]
    found += _chain(shelf, kept)
    if errors(found):
        # What the files say is not worth computing once they are not what they were.
        return Verified(kept, 0, 0, from_records=False, problems=tuple(found))
    return checked(kept, None if store is None else lambda: at_version(kept, store), found, progress=progress)


def checked(
    kept: Kept,
    records: Callable[[], Window] | None,
    found: list[Problem],
    *,
    progress: Progress | None = None,
) -> Verified:
    """Compute a version again and compare every cell.

    Args:
        kept: The version, its files being as they were closed.
        records: Opens the records that it was closed on; None: they are not at hand.
        found: What was found before; more is added.
        progress: Told after each step of measuring.
    """
    if installed("kaohe") != kept.manifest.engine:
        gaps = {"label": kept.manifest.period, "closed": kept.manifest.engine, "here": installed("kaohe")}
        found.append(problems.ENGINE_DIFFERS.at(kept.place, **gaps))
    again = kept.appraisal().figures
    differences = list(_differences(kept.figures, again))
    found += [_told(kept, *one) for one in differences[:MOST]]
    if records is not None:
        try:
            found += _records(kept, records(), progress)
        except (OSError, ProblemsFound) as error:
            reason = error if isinstance(error, OSError) else "; ".join(one.code for one in error.problems)
            found.append(problems.STORE_UNREADABLE.at(kept.place, str(reason)))
    drawn = len(kept.certainty) if records is not None else 0
    return Verified(kept, len(kept.figures), len(differences), records is not None, tuple(found), drawn)


def at_version(kept: Kept, store: Where) -> Window:
    """Open the store at the version that was closed on, as far as the period needs it.

    Raises:
        ProblemsFound: It is none, or does not have that version.
    """
    if not is_store(store):
        raise ProblemsFound([problems.NEEDS_STORE.at(Place(str(store)))])
    records = open_store(store, zone=ZoneInfo(kept.policy.rules.timezone), version=kept.manifest.store)
    return windowed(kept, records)


def windowed(kept: Kept, records: Store) -> Window:
    """Return records as far as a version needs them."""
    days = [kept.period.first, *([pc.min(kept.daily["day"]).as_py()] if kept.daily.num_rows else [])]
    return Window(records, since(kept.policy.rules, min(days)), kept.manifest.as_of)


def _files(kept: Kept, folder: Path) -> Iterator[Problem]:
    there = {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}
    for name, expected in kept.manifest.files.items():
        place = Place(str(folder / name))
        if name not in there:
            yield problems.FILE_MISSING.at(place, name=name)
        elif digest((folder / name).read_bytes()) != expected:
            yield problems.FILE_CHANGED.at(place, name=name)
    for name in sorted(there - {*kept.manifest.files, MANIFEST}):
        yield problems.FILE_FOREIGN.at(Place(str(folder / name)), name=name)


def _sealed(kept: Kept, seal: str) -> Iterator[Problem]:
    if seal and not kept.seal.startswith(seal.strip().lower()):
        yield problems.SEAL_DIFFERS.at(kept.place, kept.seal, expected=seal)


def _chain(shelf: Shelf, kept: Kept) -> Iterator[Problem]:
    """Yield where a version names another version than the one that is there, however far back.

    Of versions of earlier periods, the figures must be as they were: they are the
    history that this one was computed from.
    """
    manifest = kept.manifest
    for seen in manifest.seen:
        yield from _link(shelf, kept, seen)
        if shelf.newest(seen.period) >= seen.version:
            other = opened(shelf, seen.period, seen.version)
            folder = shelf.folder(seen.period, seen.version)
            yield from (one for one in _files(other, folder) if Path(one.place.file).name == FIGURES)
    if manifest.version > 1:
        before = Seen(manifest.period, manifest.version - 1, manifest.before)
        broken = list(_link(shelf, kept, before))
        yield from broken
        if not broken:
            inner = opened(shelf, before.period, before.version)
            yield from _files(inner, shelf.folder(before.period, before.version))
            yield from _chain(shelf, inner)


def _link(shelf: Shelf, kept: Kept, seen: Seen) -> Iterator[Problem]:
    file = shelf.folder(seen.period, seen.version) / MANIFEST
    if not file.is_file() or digest(file.read_bytes()) != seen.seal:
        manifest = kept.manifest
        yield problems.CHAIN_BROKEN.at(
            Place(str(file)),
            label=manifest.period,
            version=str(manifest.version),
            of=seen.period,
            other=str(seen.version),
        )


def _differences(
    closed: Mapping[FigureKey, Figure], again: Mapping[FigureKey, Figure]
) -> Iterator[tuple[FigureKey, Figure | None, Figure | None]]:
    """Yield the cells that are not the same: value, unit, and whether and when it is final."""
    for key in dict.fromkeys((*closed, *again)):
        if closed.get(key) != again.get(key):
            yield key, closed.get(key), again.get(key)


def _told(kept: Kept, key: FigureKey, closed: Figure | None, again: Figure | None) -> Problem:
    gaps = {"figure": key.figure, "subject": key.subject, "span": key.span}
    return problems.FIGURE_DIFFERS.at(kept.place, **gaps, closed=_cell(closed), again=_cell(again))


def _cell(figure: Figure | None) -> Text | str:
    if figure is None:
        return NOT_THERE
    return NO_VALUE if figure.value is None else plain(figure.value)


def _records(kept: Kept, records: Window, progress: Progress | None) -> Iterator[Problem]:
    """Yield what the records give otherwise; nothing that was kept from earlier runs is trusted."""
    yield from foreign(kept.vouched, records, kept.place)
    for name in KEPT_TABLES:
        if table_file(name) in kept.manifest.files and not _same(records.table(name), kept.tables[name]):
            yield problems.TABLE_DIFFERS.at(kept.place, name=name)
    again = computed(replace(kept.basis(), daily=None), records, cache=None, progress=progress)
    daily = again.appraisal.evaluator.facts.daily
    if not _same(daily.cast(WRITTEN_SCHEMA), kept.daily.cast(WRITTEN_SCHEMA)):
        yield problems.TABLE_DIFFERS.at(kept.place, name=MEASURES)
    differing = list(_differences(kept.figures, again.appraisal.figures))
    yield from (_told(kept, *one) for one in differing[:MOST])
    yield from _intervals(kept, again)


def _intervals(kept: Kept, again: Appraised) -> Iterator[Problem]:
    """Yield whose intervals are not those that were kept, drawn anew as they were then."""
    how = kept.manifest.certainty
    if how is None:
        return
    drawn = json.loads(certainty_bytes(sure(again, how).appraisal.certainty))
    people = dict.fromkeys((*kept.certainty, *drawn))
    differing = [one for one in people if kept.certainty.get(one) != drawn.get(one)]
    if differing:
        gaps = {"count": len(differing), "people": ", ".join(differing[:MOST])}
        yield problems.INTERVALS_DIFFER.at(kept.place, "", **gaps, seed=how.seed, replicates=how.replicates)


def _same(one: pa.Table, other: pa.Table) -> bool:
    return bool(one.cast(other.schema).equals(other)) if one.column_names == other.column_names else False
