"""Corrections: what came after the closing, as a new version beside the one that was paid."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.language import Language
from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.periods.books import problems
from kaohe.periods.books.appeals import Appeal, Decision, granted, of_period, rescored_by
from kaohe.periods.books.carrying import CARRIED, DIFFERENCES, changes_json
from kaohe.periods.books.closing import Act, Closing, sealed
from kaohe.periods.books.history import BookHistory
from kaohe.periods.books.kept import PARAMETERS, POLICY, Kept, opened
from kaohe.periods.books.rowchanges import RowsChanged, rows_changed, rows_changed_csv
from kaohe.periods.books.shelf import Shelf, held
from kaohe.periods.books.verifying import at_version
from kaohe.periods.commands import is_said
from kaohe.periods.runs import CACHE, Appraised, Basis, Progress, computed, sure
from kaohe.records.objects import Where
from kaohe.records.store import Store, is_store, open_store
from kaohe.statements.changes import Change, changes, paid

TABLE, ROWS = "differences.csv", "records-changed.csv"
COLUMNS = ("figure", "level", "subject", "span", "old", "new", "difference")


@dataclass(frozen=True)
class Correction:
    """What a correction found.

    Attributes:
        before: The version that was corrected.
        kept: The version that it made; None: nothing has changed.
        changes: Every figure that changed, with what changed beneath it.
        appraisal: The figures as they are now.
        problems: Warnings.
        rows: The records that came, changed or went, whether or not a figure moved.
    """

    before: Kept
    kept: Kept | None
    changes: tuple[Change, ...]
    appraisal: Appraisal
    problems: tuple[Problem, ...]
    rows: tuple[RowsChanged, ...] = ()


def correct(  # noqa: PLR0913 - what is corrected, by whom, from what
    shelf: Shelf,
    label: str,
    store: Where,
    act: Act,
    *,
    as_of: date | None = None,
    progress: Progress | None = None,
) -> Correction:
    """Compute a closed period from the newest records, and keep what changed as a new version.

    The policy and its parameters stay those of the closing; the history is the newest
    version of every earlier period, and upheld appeals bring their entries.

    Args:
        shelf: The books.
        label: The period.
        store: The store.
        act: Who corrects it, when and why.
        as_of: The last day whose records are complete; None: as of the closing.
        progress: Told after each step of measuring.

    Raises:
        ProblemsFound: The period is not closed, nobody or no reason is named, the day
            lies before that of the closing, or the books were written into meanwhile.
    """
    before = opened(shelf, label)
    _may(before, act, as_of)
    state = shelf.state()
    appraised = newly(shelf, before, store, as_of=as_of, progress=progress)
    changed = changes(before.appraisal(), appraised.appraisal)
    rows, unread = _rows(before, store, as_of or before.manifest.as_of)
    warnings = (*appraised.problems, *unread, *_without_effect(shelf, before, changed))
    if not changed:
        return Correction(before, None, (), appraised.appraisal, warnings, rows)
    appraised = sure(appraised, before.manifest.certainty)
    with held(shelf):
        if shelf.state() != state:
            raise ProblemsFound([problems.BOOKS_MOVED.at(Place(str(shelf.path)))])
        version = Closing(shelf, appraised, before.text(POLICY), before.text(PARAMETERS))
        manifest = version.manifest(before.manifest.version + 1, act, before.seal)
        manifest = replace(manifest, policy_file=before.manifest.policy_file)
        files = version.files() | {
            CARRIED: b"[]\n",
            DIFFERENCES: differences_json(before, changed),
            TABLE: differences_csv(changed),
            ROWS: rows_changed_csv(rows),
        }
        sealed(shelf, manifest, files)
    kept = opened(shelf, label, manifest.version)
    return Correction(before, kept, changed, appraised.appraisal, warnings, rows)


def _rows(before: Kept, store: Where, as_of: date) -> tuple[tuple[RowsChanged, ...], tuple[Problem, ...]]:
    """Return the records that are not as they were closed on; chat lines and orders as far as can be told."""
    closed, unread = None, []
    try:
        closed = at_version(before, store)
    except (OSError, ProblemsFound):
        unread.append(problems.STORE_AS_IT_WAS.at(Place(str(store)), label=before.manifest.period))
    return tuple(rows_changed(before, closed, newest(before, store), as_of)), tuple(unread)


def _may(before: Kept, act: Act, as_of: date | None) -> None:
    found = [] if is_said(act.by) else [problems.NO_NAME.at(Place())]
    if not is_said(act.because):
        found.append(problems.NO_REASON.at(Place()))
    closed = before.manifest.as_of
    if as_of is not None and as_of < closed:
        label = before.manifest.period
        found.append(problems.EARLIER_AS_OF.at(Place(), str(as_of), label=label, closed=closed))
    if found:
        raise ProblemsFound(found)


def newly(
    shelf: Shelf, before: Kept, store: Where, *, as_of: date | None = None, progress: Progress | None = None
) -> Appraised:
    """Return a closed period computed from the newest records, under its own policy.

    Raises:
        ProblemsFound: The records are in no store.
    """
    basis = Basis(
        policy=before.policy,
        period=before.period,
        as_of=as_of or before.manifest.as_of,
        history=BookHistory.before(shelf, before.period, before.handed),
        entries=granted(shelf, before.manifest.period),
        rescored=rescored_by(shelf, before.manifest.period),
    )
    return computed(basis, newest(before, store), cache=store / CACHE, progress=progress)


def newest(kept: Kept, store: Where) -> Store:
    """Open the store at its newest version.

    Raises:
        ProblemsFound: It is none.
    """
    if not is_store(store):
        raise ProblemsFound([problems.NEEDS_STORE.at(Place(str(store)))])
    return open_store(store, zone=ZoneInfo(kept.policy.rules.timezone))


def stale(shelf: Shelf, kept: Kept) -> Iterator[str]:
    """Yield the earlier periods that were corrected since this version looked at them."""
    yield from (one.period for one in kept.manifest.seen if shelf.newest(one.period) > one.version)


def waiting(shelf: Shelf, kept: Kept) -> list[Appeal]:
    """Return the upheld appeals that this version does not know yet."""
    upheld = of_period(shelf, kept.manifest.period, Decision.UPHELD)
    return [one for one in upheld if one.number not in kept.manifest.appeals]


def _without_effect(shelf: Shelf, before: Kept, changed: tuple[Change, ...]) -> Iterator[Problem]:
    """Yield a warning for every upheld appeal whose record has not come in."""
    moved = {one.subject for one in changed if one.kind == "figure"}
    for one in waiting(shelf, before):
        if one.person not in moved:
            yield problems.UPHELD_WITHOUT_EFFECT.at(
                Place(), number=one.number, person=one.person, record=one.record or "—"
            )


def differences_json(before: Kept, changed: tuple[Change, ...]) -> bytes:
    """Return a correction as data: what changed, in whose pay, and in which words."""
    manifest = before.manifest
    plain = {
        "period": manifest.period,
        "from_version": manifest.version,
        "pay": [
            {"person": changed[at].subject, "figure": changed[at].name, "change": at}
            for at, _ in paid(changed, manifest.totals, manifest.period)
        ],
        "changes": changes_json(changed),
    }
    return json.dumps(plain, ensure_ascii=False, indent=1).encode() + b"\n"


def differences_csv(changed: tuple[Change, ...]) -> bytes:
    """Return the figures that changed as a table, with a sentence in each language."""
    text = io.StringIO(newline="")
    languages = [language.value for language in Language]
    writer = csv.DictWriter(text, (*COLUMNS, *languages), lineterminator="\n")
    writer.writeheader()
    for row, one in zip(changes_json(changed), changed, strict=True):
        if one.kind == "figure":
            cells = {name: row["name" if name == "figure" else name] for name in COLUMNS}
            said = {language.value: one.said[language] for language in Language}
            writer.writerow({name: "" if cell is None else cell for name, cell in {**cells, **said}.items()})
    return text.getvalue().encode()
