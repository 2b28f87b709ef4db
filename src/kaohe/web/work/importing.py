"""Importing, and taking an import back; what the figures were before and are since then."""

import time
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from kaohe.core.language import Language, Text
from kaohe.core.problem import Problem, ProblemsFound
from kaohe.periods.holding import around
from kaohe.records.importing import ImportReport, Progress, import_files
from kaohe.records.store import is_store, open_store
from kaohe.records.undoing import committed, undo
from kaohe.web.clock import now
from kaohe.web.editions import fresh, sheet
from kaohe.web.jobs import Outcome, Work, kind
from kaohe.web.models import Desk, Edition, ImportBatch
from kaohe.web.saying import problems
from kaohe.web.tablenames import TABLE_NAMES
from kaohe.web.uploads import files_of, named, options_of

READING = Text("Reading the files")
READING_AT = Text("Reading the files: {rows} rows, {rate} a second")
MERGING = Text("Putting the rows in their places")
COMPUTING = Text("Computing the figures of {period}")
UNDOING = Text("Taking the import back")
CAME_IN = Text(
    "{table}: {new} row(s) new, {replaced} replaced, {known} known already, {aside} set aside to be mended."
)
CAME_IN_BEFORE = Text("{table}: {new} row(s) new, {replaced} replaced, {aside} set aside to be mended.")
TAKEN_BACK = Text("The import was taken back: {table} stands as it stood before it.")
MOST_PROBLEMS = 200
"""So many problems are kept to be read on the page; the file to mend has them all."""
TOLD_EVERY = 0.5
OVERVIEW = "overview"


@kind("import")
def bring_in(work: Work) -> Outcome:
    """Import the files of the batch ``batch``; what a killed worker brought in is not brought in twice."""
    batch = _batch(work)
    desk = batch.desk
    if "base" not in batch.versions:
        _note(batch, versions={"base": _version(desk)}, report={"figures": {"before": _shown(desk)}})
    found: list[Problem] = []
    report = _done_before(batch)
    if report is None:
        report, found = _imported(work, batch)
    _note(batch, versions={**batch.versions, **report.pop("versions")}, report={**batch.report, **report})
    as_of = _as_of(desk, report["table"])
    if as_of != desk.as_of:
        _note(batch, report={**batch.report, "as_of": [_written(desk.as_of), _written(as_of)]})
        Desk.objects.filter(pk=desk.pk).update(as_of=as_of)
        desk.as_of = as_of
    found += _recomputed(work, desk)
    _note(batch, report={**batch.report, "figures": _compared(batch, desk)})
    said = CAME_IN if report["known"] is not None else CAME_IN_BEFORE
    gaps = {name: report[name] for name in ("new", "replaced", "known", "aside")}
    gaps["table"] = TABLE_NAMES[report["table"]]
    return Outcome(said.filled(**gaps), {"batch": batch.pk}, named(problems(found[:MOST_PROBLEMS])))


@kind("undo import")
def take_back(work: Work) -> Outcome:
    """Take the import of the batch ``batch`` back."""
    batch = _batch(work)
    desk, table = batch.desk, batch.report["table"]
    if batch.undone_at is None:
        with work.step(UNDOING):
            undo(desk.store, table, batch.versions["before"], batch.versions["after"])
            moved = batch.report.get("as_of")
            if moved and _written(desk.as_of) == moved[1]:
                desk.as_of = date.fromisoformat(moved[0]) if moved[0] else None
                Desk.objects.filter(pk=desk.pk).update(as_of=desk.as_of)
            batch.undone_at = now()
            batch.save(update_fields=["undone_at"])
    found = _recomputed(work, desk)
    return Outcome(TAKEN_BACK.filled(table=table), {"batch": batch.pk}, named(problems(found)))


def _batch(work: Work) -> ImportBatch:
    return ImportBatch.objects.select_related("desk").get(pk=work.arguments["batch"], desk=work.desk)


def _note(batch: ImportBatch, **what: Mapping[str, object]) -> None:
    for name, value in what.items():
        setattr(batch, name, value)
    batch.save(update_fields=list(what))


def _version(desk: Desk) -> Mapping[str, int]:
    """Return the version of each table; an empty mapping where there is no store yet."""
    if not (desk.store.exists() and is_store(desk.store)):
        return {}
    return open_store(desk.store, zone=ZoneInfo(desk.timezone)).version()


def _imported(work: Work, batch: ImportBatch) -> tuple[dict[str, Any], list[Problem]]:
    options = options_of(batch)
    began, told = time.monotonic(), 0.0

    def moved(state: Progress) -> None:
        nonlocal told
        if time.monotonic() - told < TOLD_EVERY:
            return
        told = time.monotonic()
        merging = state.parts_total > 0
        rate = int(state.rows / max(told - began, 0.001))
        says = MERGING if merging else READING_AT.filled(rows=f"{state.rows:,}", rate=f"{rate:,}")
        done, total = (
            (state.parts_done, state.parts_total) if merging else (state.bytes_done, state.bytes_total)
        )
        work.tell(says, done, total)

    with work.step(READING):
        report = import_files(
            batch.desk.store, batch.format, files_of(batch), timezone=options.timezone, shop=options.shop,
            account=options.account, table=options.table, mapping=options.mapping, encoding=options.encoding,
            language=Language(work.arguments["language"]), progress=moved,
        )  # fmt: skip
    return _plain(report), list(report.problems)


def _plain(report: ImportReport) -> dict[str, Any]:
    return {
        "table": report.table,
        "read": report.rows_read,
        "new": report.rows_new,
        "replaced": report.rows_replaced,
        "known": report.rows_unchanged,
        "aside": report.rows_quarantined,
        "skipped": report.rows_skipped,
        "quarantines": [file.name for file in report.quarantines],
        "retired": len(report.retired),
        "versions": {"before": report.before, "after": report.after},
    }


def _done_before(batch: ImportBatch) -> dict[str, Any] | None:
    """Return what the store's history says of this import where a killed worker had brought it in."""
    if not is_store(batch.desk.store):
        return None
    zone, digests = ZoneInfo(batch.desk.timezone), frozenset(one["sha256"] for one in batch.files)
    found = committed(batch.desk.store, zone, digests, batch.versions["base"])
    if found is None:
        return None
    stems = {digest[:8] for digest in digests}
    aside = sorted((batch.desk.store / "quarantine").glob("*"))
    return {
        "table": found.table,
        "read": found.rows_read,
        "new": found.rows_new,
        "replaced": found.rows_replaced,
        "known": None,
        "aside": found.rows_quarantined,
        "skipped": 0,
        "quarantines": [file.name for file in aside if file.stem[-8:] in stems],
        "retired": 0,
        "versions": {"before": found.version - 1, "after": found.version},
    }


def _as_of(desk: Desk, table: str) -> date | None:
    """Return the last day whose records are complete: that of chats and orders both; it never goes back."""
    if table not in ("messages", "orders"):
        return desk.as_of
    store = open_store(desk.store, zone=ZoneInfo(desk.timezone))
    lasts = [max(day for _, day in days) for days in (store.partitions(), store.order_days()) if days]
    reached = min(lasts, default=None)
    return max((day for day in (desk.as_of, reached) if day), default=None)


def _open_periods(desk: Desk) -> Iterator[str]:
    """Yield the periods whose figures the records may move, and the one in which the chats end now."""
    closed = set(Edition.objects.filter(desk=desk, version__gt=0).values_list("period", flat=True))
    labels = set(Edition.objects.filter(desk=desk, version=0).values_list("period", flat=True))
    if days := open_store(desk.store, zone=ZoneInfo(desk.timezone)).partitions():
        labels.add(around(desk.policies, max(day for _, day in days)).label)
    yield from sorted(labels - closed)


def _recomputed(work: Work, desk: Desk) -> list[Problem]:
    """Compute the open periods anew; what stands against one is told, and its figures stay as they were."""
    found: list[Problem] = []
    try:
        periods = list(_open_periods(desk))
    except ProblemsFound as refusal:
        return list(refusal.problems)
    for period in periods:
        try:
            with work.step(COMPUTING.filled(period=period)) as moved:
                fresh(desk, period, progress=moved)
        except ProblemsFound as refusal:
            found += refusal.problems
    return found


def _shown(desk: Desk) -> Mapping[str, Mapping[str, Any]]:
    """Return the figures of every open period's overview: period → figure → what is shown."""
    shown = {}
    for edition in Edition.objects.filter(desk=desk, version=0):
        cells = {"\x1f".join(cell["key"]): cell["said"] for cell in _cells(sheet(edition, OVERVIEW))}
        shown[edition.period] = cells
    return shown


def _compared(batch: ImportBatch, desk: Desk) -> Mapping[str, Any]:
    """Return what is shown otherwise since the import: the desk's own figures, and of how many people."""
    before, titles = batch.report["figures"]["before"], _titles(desk)
    changes: list[Mapping[str, Any]] = []
    for period, cells in _shown(desk).items():
        old = before.get(period, {})
        moved = [key.split("\x1f") for key, said in cells.items() if old.get(key) != said]
        own = [key for key in moved if key[1] != "person"]
        people = {key[2] for key in moved if key[1] == "person"}
        if moved:
            rows = [_change(key, old, cells, titles) for key in own]
            changes.append({"period": period, "figures": rows, "people": len(people), "is_new": not old})
    return {"before": before, "changes": changes}


def _change(
    key: list[str], old: Mapping[str, Any], new: Mapping[str, Any], titles: Mapping[str, Any]
) -> Mapping[str, Any]:
    joined = "\x1f".join(key)
    return {"title": titles.get(key[0], key[0]), "key": key, "old": old.get(joined), "new": new[joined]}


def _titles(desk: Desk) -> Mapping[str, Any]:
    """Return what the figures of the overviews' tiles are called."""
    found = {}
    for edition in Edition.objects.filter(desk=desk, version=0):
        for tile in (sheet(edition, OVERVIEW) or {}).get("tiles", []):
            if tile.get("cell"):
                found[tile["cell"]["key"][0]] = tile["title"]
    return found


def _cells(data: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - JSON
    """Yield every figure that stands somewhere in a sheet."""
    if isinstance(data, dict):
        if "key" in data and "said" in data:
            yield data
        for one in data.values():
            yield from _cells(one)
    elif isinstance(data, list):
        for one in data:
            yield from _cells(one)


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""
