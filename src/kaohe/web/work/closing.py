"""Closing, correcting, verifying and archiving: the books written and looked through by jobs.

Each can be begun again: what the same act has put into the books already is found there
and not put there twice.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from kaohe.core.language import Text
from kaohe.periods.books.archive import SUFFIX, write_archive
from kaohe.periods.books.closing import Act, close
from kaohe.periods.books.correcting import correct
from kaohe.periods.books.kept import Kept, opened
from kaohe.periods.books.shelf import MARKER, open_shelf
from kaohe.periods.books.verifying import verify
from kaohe.web import audit
from kaohe.web.editions import fresh, request_for
from kaohe.web.jobs import Outcome, Work, ask, kind
from kaohe.web.models import AuditEntry, Desk, Edition
from kaohe.web.saying import problems

ARCHIVES = "archives"
CLOSED = Text("{period} is closed. Note the seal on paper: {seal}")
CORRECTED = Text("{period} is corrected: version {version}. Note the seal on paper: {seal}")
UNCHANGED = Text("{period}: every figure is as it was closed.")
HOLDS = Text("{period}, version {version}, is as it was closed: {figures} figures come out the same.")
HOLDS_NOT = Text("{period}, version {version}, does NOT verify.")
ARCHIVED = Text("{period}, version {version}, is in one file, and verified from that file alone.")
CLOSING = Text("Closing the books on {period}")
CORRECTING = Text("Computing {period} from the newest records")
VERIFYING = Text("Computing {period} again from what it was closed on")
ARCHIVING = Text("Writing the archive of {period}")
SHOWING = Text("Making the pages of {period}")


@kind("close")
def close_period(work: Work) -> Outcome:
    """Close a period by an act that was written down when it was asked for."""
    desk, label, act = _asked(work)
    with work.step(CLOSING.filled(period=label)) as moved:
        kept = _done_already(desk, label, act, 1) or close(request_for(desk, label), act, progress=moved)
    _noted(work, "period.close", kept, {"waived": dict(act.waivers), "because": act.because})
    _shown(work, desk, label)
    return Outcome(CLOSED.filled(period=label, seal=kept.seal), _plain(kept), [])


@kind("correct")
def correct_period(work: Work) -> Outcome:
    """Correct a closed period from the newest records."""
    desk, label, act = _asked(work)
    as_of = work.arguments.get("as_of", "")
    shelf = open_shelf(desk.books)
    found = []
    with work.step(CORRECTING.filled(period=label)) as moved:
        kept = _done_already(desk, label, act, shelf.newest(label))
        if kept is None:
            day = date.fromisoformat(as_of) if as_of else None
            done = correct(shelf, label, desk.store, act, as_of=day, progress=moved)
            kept, found = done.kept, problems(done.problems)
    if kept is None:
        return Outcome(UNCHANGED.filled(period=label), {}, found)
    _noted(work, "period.correct", kept, {"because": act.because})
    _shown(work, desk, label)
    _later(work, desk, kept)
    version, seal = kept.manifest.version, kept.seal
    return Outcome(CORRECTED.filled(period=label, version=version, seal=seal), _plain(kept), found)


@kind("verify")
def verify_period(work: Work) -> Outcome:
    """Verify a version: its bytes, then every figure, from the records that it was closed on."""
    desk, label = _desk(work), work.arguments["period"]
    with work.step(VERIFYING.filled(period=label)) as moved:
        found = verify(
            open_shelf(desk.books),
            label,
            version=work.arguments.get("version", 0),
            store=desk.store,
            seal=work.arguments.get("seal", ""),
            progress=moved,
        )
    gaps = {"period": label, "version": found.kept.manifest.version, "figures": found.figures}
    text = HOLDS if found.holds else HOLDS_NOT
    result = {**_plain(found.kept), "holds": found.holds, "figures": found.figures}
    return Outcome(text.filled(**gaps), result, problems(found.problems))


@kind("archive")
def archive_period(work: Work) -> Outcome:
    """Write a version into one file; an archive of it that is there is written again."""
    desk, label = _desk(work), work.arguments["period"]
    shelf = open_shelf(desk.books)
    kept = opened(shelf, label, work.arguments.get("version", 0))
    folder = archives(desk)
    folder.mkdir(exist_ok=True)
    version = kept.manifest.version
    file = folder / f"{desk.slug}-{label}-{version}{SUFFIX}"
    with work.step(ARCHIVING.filled(period=label)) as moved:
        found = write_archive(shelf, kept, desk.store, file, progress=moved)
    result = {**_plain(kept), "file": file.name, "bytes": file.stat().st_size}
    said = ARCHIVED.filled(period=label, version=version)
    return Outcome(said, result, problems(found.problems))


def archives(desk: Desk) -> Path:
    """Return where a desk's archives lie."""
    return desk.folder / ARCHIVES


def _desk(work: Work) -> Desk:
    assert work.desk is not None
    return work.desk


def _asked(work: Work) -> tuple[Desk, str, Act]:
    given = work.arguments
    act = Act(given["by"], given["at"], given.get("because", ""), given.get("waivers", {}))
    return _desk(work), given["period"], act


def _done_already(desk: Desk, label: str, act: Act, version: int) -> Kept | None:
    """Return the version that this very act has put into the books; None: none yet."""
    if version == 0 or not (desk.books / MARKER).is_file():
        return None
    shelf = open_shelf(desk.books)
    if version not in shelf.versions(label):
        return None
    kept = opened(shelf, label, version)
    return kept if (kept.manifest.by, kept.manifest.at) == (act.by, act.at) else None


def _plain(kept: Kept) -> Mapping[str, Any]:
    return {"period": kept.manifest.period, "version": kept.manifest.version, "seal": kept.seal}


def _noted(work: Work, action: str, kept: Kept, why: Mapping[str, Any]) -> None:
    """Write into the trail what was done, once."""
    about = kept.manifest.period
    entries = AuditEntry.objects.filter(desk=work.desk, action=action, about=about)
    if not entries.filter(after__seal=kept.seal).exists():
        before = {"version": kept.manifest.version - 1, "seal": kept.manifest.before}
        after = {**_plain(kept), **why}
        audit.note(action, about, by=work.job.asked_by, desk=work.desk, before=before, after=after)


def _shown(work: Work, desk: Desk, label: str) -> None:
    with work.step(SHOWING.filled(period=label)) as moved:
        fresh(desk, label, progress=moved)


def _later(work: Work, desk: Desk, kept: Kept) -> None:
    """Have the later periods that are open computed again: their payslips carry the correction."""
    later = Edition.objects.filter(desk=desk, version=0, first__gt=kept.manifest.last)
    for label in later.values_list("period", flat=True):
        ask("appraise", {"period": label}, desk=desk, by=work.job.asked_by, once=True)
