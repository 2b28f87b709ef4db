"""Closing a period: what it was computed from, and what came out, kept for good."""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from importlib.metadata import version as installed
from pathlib import Path

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.period import Span
from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.measures.daily import WRITTEN_SCHEMA
from kaohe.periods import runs
from kaohe.periods.books import problems
from kaohe.periods.books.appeals import Decision, granted, of_period, rescored_by
from kaohe.periods.books.blockers import (
    Blocker,
    State,
    blockers,
    kinds_of,
    reason_for,
    state_of,
    together,
    unanswered,
)
from kaohe.periods.books.carrying import CARRIED, carried_bytes, outstanding
from kaohe.periods.books.cells import Known, figures_bytes, history_bytes
from kaohe.periods.books.history import FIGURES, BookHistory
from kaohe.periods.books.kept import (
    CERTAINTY,
    ENTRIES,
    HISTORY,
    KEPT_TABLES,
    MEASURES,
    PARAMETERS,
    POLICY,
    RESCORED,
    Kept,
    certainty_bytes,
    opened,
    parquet_bytes,
    rescored_bytes,
    table_file,
)
from kaohe.periods.books.manifest import Manifest, Waived
from kaohe.periods.books.moments import local
from kaohe.periods.books.shelf import MANIFEST, MARKER, Shelf, held, made_shelf, open_shelf, put
from kaohe.periods.books.window import RECORDS, records_bytes
from kaohe.periods.commands import REASON, command, is_said
from kaohe.periods.holding import chosen
from kaohe.periods.runs import Appraised, Progress, Request, measured_spans, sure
from kaohe.policy.loader import source
from kaohe.records.store import Store
from kaohe.statements.layout import payslips


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something to the books, and when.

    Attributes:
        by: Who.
        at: When, ISO 8601 with the offset of the zone.
        because: Why; of a closing: why it is closed in spite of all that blocks it.
        waivers: Name of a blocker, with * for any letters → why it is passed over.
    """

    by: str
    at: str
    because: str = ""
    waivers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Status:
    """How far a period is.

    Attributes:
        state: Its state.
        version: Its newest version in the books; 0: none.
        blockers: What blocks its closing; nothing once it is closed.
        appraised: Its figures as of the day.
    """

    state: State
    version: int
    blockers: tuple[Blocker, ...]
    appraised: Appraised


def status(request: Request, *, progress: Progress | None = None) -> Status:
    """Return how far a period is and what blocks its closing.

    Args:
        request: The period, with books that need not be there yet.
        progress: Told after each step of measuring.
    """
    shelf = _there(request.books)
    known = replace(request, books=shelf.path if shelf else None)
    appraised = runs.run(known, certain=False, progress=progress)
    version = shelf.newest(appraised.appraisal.period.label) if shelf else 0
    found = () if version else tuple(blockers(appraised.appraisal, shelf))
    return Status(state_of(appraised.appraisal, version), version, found, appraised)


def _there(books: Path | None) -> Shelf | None:
    return open_shelf(books) if books is not None and (books / MARKER).is_file() else None


def close(request: Request, act: Act, *, progress: Progress | None = None) -> Kept:
    """Close a period.

    Args:
        request: The period, on a store; with the books, which are made if there are none.
        act: Who closes it, when, and why in spite of what.
        progress: Told after each step of measuring.

    Raises:
        ProblemsFound: It is closed already, something blocks it, or it cannot be computed.
    """
    assert request.books is not None
    _may(request, act)
    shelf = made_shelf(request.books)
    _not_closed(shelf, request, act)
    before = shelf.state()
    policy_text, parameters_text = _texts(request)
    appraised = runs.run(request, certain=False, progress=progress)
    found = blockers(appraised.appraisal, shelf)
    _passed(found, act, appraised.appraisal.period.label)
    appraised = sure(appraised, request.resampling)
    with held(shelf):
        _not_closed(shelf, request, act)
        if shelf.state() != before:
            raise ProblemsFound([problems.BOOKS_MOVED.at(Place(str(shelf.path)))])
        basis = Closing(shelf, appraised, policy_text, parameters_text)
        files = basis.files() | {CARRIED: carried_bytes(outstanding(shelf))}
        manifest = basis.manifest(1, act, "")
        manifest = replace(manifest, because="", waived=_waived(found, act))
        sealed(shelf, manifest, files)
    return opened(shelf, manifest.period, 1)


def sealed(shelf: Shelf, manifest: Manifest, files: Mapping[str, bytes]) -> None:
    """Put a version into the books, its manifest naming the digests of its files."""
    content = manifest.sealing(files).content()
    put(shelf, manifest.period, manifest.version, {**files, MANIFEST: content})


def _may(request: Request, act: Act) -> None:
    found = [problems.NO_NAME.at(Place())] if not is_said(act.by) else []
    if request.measures is not None:
        found.append(problems.GIVEN_MEASURES.at(Place(str(request.measures))))
    if found:
        raise ProblemsFound(found)


def _not_closed(shelf: Shelf, request: Request, act: Act) -> None:
    label = request.period
    if shelf.versions(label):
        first = opened(shelf, label, 1)
        gaps = {"label": label, "by": first.manifest.by, "at": local(first.manifest.at, first.zone)}
        cure = command(
            "period correct",
            books=shelf.path,
            records=request.records,
            period=label,
            by=act.by,
            because=REASON,
        )
        raise ProblemsFound([problems.CLOSED_ALREADY.at(Place(str(shelf.path)), **gaps, command=cure)])


def _texts(request: Request) -> tuple[str, str]:
    """Return policy and parameters as they are written."""
    text, found = source(chosen(request.policy, request.period))
    if found:
        raise ProblemsFound(found)
    parameters = request.parameters.read_text("utf-8-sig") if request.parameters else ""
    return text, parameters


def _passed(found: Sequence[Blocker], act: Act, label: str) -> None:
    """Raise what blocks and is not passed over, and what is passed over and does not block."""
    kinds = kinds_of(found)
    known = ", ".join(kinds) or "—"
    wrong: list[Problem] = [
        problems.WAIVED_NOTHING.at(Place(), name, name=name, known=known)
        for name in act.waivers
        if not any(fnmatchcase(one.name, name) for one in found)
    ]
    wrong += [
        problems.NO_REASON.at(Place(), name) for name, reason in act.waivers.items() if not is_said(reason)
    ]
    wrong += _blocked(unanswered(found, act.waivers, act.because), label)
    if wrong:
        raise ProblemsFound(wrong)


def _blocked(left: Sequence[Blocker], label: str) -> Iterator[Problem]:
    """Yield what blocks; what is of one kind in one problem, with the waiver for all of it."""
    for pattern, several in kinds_of(left).items():
        gaps = {"label": label, "name": pattern, "waiver": shlex.quote(f"{pattern}=REASON")}
        if len(several) == 1:
            yield problems.BLOCKED.at(Place(), **gaps, says=several[0].says)
        else:
            yield problems.BLOCKED_BY_SEVERAL.at(
                Place(), **gaps, count=len(several), says=together([one.says for one in several])
            )


def _waived(found: Sequence[Blocker], act: Act) -> tuple[Waived, ...]:
    return tuple(Waived(one.name, one.says, reason_for(one, act.waivers) or act.because) for one in found)


@dataclass(frozen=True)
class Closing:
    """What a version is made from.

    Attributes:
        shelf: The books.
        appraised: The figures, and the records they were computed from.
        policy_text: The policy as it is written.
        parameters_text: The parameters of the run as they are written; blank: none.
    """

    shelf: Shelf
    appraised: Appraised
    policy_text: str
    parameters_text: str

    @property
    def _appraisal(self) -> Appraisal:
        return self.appraised.appraisal

    @property
    def _records(self) -> Store:
        records = self.appraised.records
        if not isinstance(records, Store):
            raise ProblemsFound([problems.NEEDS_STORE.at(Place())])
        return records

    def files(self) -> dict[str, bytes]:
        """Return the files of the version: inputs first, then what came out."""
        facts, records = self._appraisal.evaluator.facts, self._records
        handed = self._handed(facts.history)
        entries = [dict(one) for one in granted(self.shelf, self._appraisal.period.label)]
        certainty = self._appraisal.certainty
        sure = {CERTAINTY: certainty_bytes(certainty)} if certainty.resampling else {}
        return sure | {
            POLICY: self.policy_text.encode(),
            PARAMETERS: self.parameters_text.encode(),
            HISTORY: history_bytes(handed),
            RESCORED: rescored_bytes(rescored_by(self.shelf, self._appraisal.period.label)),
            ENTRIES: json.dumps(entries, ensure_ascii=False, indent=1, default=str).encode() + b"\n",
            RECORDS: records_bytes(records),
            MEASURES: parquet_bytes(facts.daily.cast(WRITTEN_SCHEMA)),
            **{table_file(name): parquet_bytes(records.table(name)) for name in KEPT_TABLES},
            FIGURES: figures_bytes(self._appraisal.figures.values()),
        }

    def manifest(self, version: int, act: Act, before: str) -> Manifest:
        """Return what the version says of itself, but for the digests of its files."""
        appraisal = self._appraisal
        policy, period = appraisal.policy, appraisal.period
        history = appraisal.evaluator.facts.history
        return Manifest(
            period=period.label,
            first=period.first,
            last=period.last,
            version=version,
            as_of=appraisal.as_of,
            by=act.by,
            at=act.at,
            because=act.because,
            engine=installed("kaohe"),
            policy=policy.name,
            policy_version=policy.version,
            policy_digest=policy.digest,
            policy_file=Path(policy.file).name,
            spans=tuple(appraisal.spans),
            totals=tuple(section.total for section in payslips(policy)),
            rules=policy.rules.digest(),
            measured=tuple((span.first, span.last) for span in self._measured()),
            store=dict(self._records.version()),
            appeals=tuple(one.number for one in of_period(self.shelf, period.label, Decision.UPHELD)),
            seen=history.seen() if isinstance(history, BookHistory) else (),
            before=before,
            certainty=appraisal.certainty.resampling,
        )

    def _measured(self) -> tuple[Span, ...]:
        return measured_spans(self._appraisal.policy, self._appraisal.period, self._records.partitions())

    def _handed(self, history: Known) -> Known:
        return history.handed if isinstance(history, BookHistory) else history
