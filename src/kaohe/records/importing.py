"""One import: files in, a new version of the store out, or nothing at all."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa

from kaohe.core.language import Language
from kaohe.core.problem import Place, Problem, ProblemsFound, raise_errors
from kaohe.core.system import refusal
from kaohe.records import fileproblems, problems
from kaohe.records.between import one_row_each
from kaohe.records.deltas import PARTITIONED, WHOLE, Delta, is_table, kept_schema
from kaohe.records.filling import Filling, fill_lines, fill_table, kept
from kaohe.records.formats import FORMATS, checked
from kaohe.records.formats.reading import Options, Reading
from kaohe.records.holding import note_unknown_holders, sifted_accounts, unheld, unknown_holders
from kaohe.records.objects import Where
from kaohe.records.orderfilling import OrderFilling
from kaohe.records.reading import read_schema
from kaohe.records.schema import Table
from kaohe.records.staging import Stage
from kaohe.records.store import claim_zone, held, is_store, stored_rows

QUARANTINE = "quarantine"
DIGEST = re.compile(r"-[0-9a-f]{8}$")
"""What a quarantine's name adds to that of its file."""
NOTED = ("rows_read", "rows_new", "rows_replaced", "rows_removed", "rows_quarantined")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is.

    Attributes:
        bytes_done: Bytes of the files read so far.
        bytes_total: Bytes of all files.
        rows: Rows read so far.
        parts_done: Days of shops merged so far; all zero while files are still being read.
        parts_total: Days of shops to merge.
    """

    bytes_done: int
    bytes_total: int
    rows: int
    parts_done: int = 0
    parts_total: int = 0


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    Attributes:
        table: The table that it filled.
        rows_read: Rows of the files, bad ones included.
        rows_skipped: Rows left out on purpose, such as sums.
        rows_quarantined: Bad rows, which were set aside; the others are in.
        rows_new: Rows that the store did not hold before.
        rows_replaced: Rows that it held in another state.
        rows_removed: Rows that it held and the files, being all there is, do not.
        rows_unchanged: Rows that it held already.
        partitions: The days of shops whose content changed.
        problems: Everything found, in the order of the files; errors name quarantined rows.
        quarantines: The files to mend.
        retired: Earlier quarantines that were removed: all their rows are in the store or in a newer one.
        before: The version of the table that it began with.
        after: The version since then; the same where it changed nothing.
    """

    table: str
    rows_read: int
    rows_skipped: int
    rows_quarantined: int
    rows_new: int
    rows_replaced: int
    rows_removed: int
    rows_unchanged: int
    partitions: int
    problems: tuple[Problem, ...] = ()
    quarantines: tuple[Path, ...] = ()
    retired: tuple[Path, ...] = ()
    before: int = 0
    after: int = 0


def import_files(  # noqa: PLR0913 - what a user can say about an import, each by name
    store: Where,
    format: str,  # noqa: A002 - the word of the command line
    files: Sequence[Path],
    *,
    timezone: ZoneInfo,
    shop: str = "",
    account: str = "",
    table: str = "",
    mapping: Path | None = None,
    encoding: str = "",
    whole: bool = False,
    strict: bool = False,
    since: int | None = None,
    quarantine: Path | None = None,
    language: Language = Language.EN,
    progress: Callable[[Progress], None] = lambda _: None,
) -> ImportReport:
    """Take files into a store, which is made if there is none.

    The files of one call are one export. Good rows go in all at once, bad ones into a
    quarantine; a file that is not what it claims to be keeps everything out.

    Args:
        store: The store's folder, or its address in an object store.
        format: One of ``FORMATS``.
        files: The files.
        timezone: The zone into which times with an offset are converted.
        shop: The shop: it overrules what the files say; where they say another, a warning tells both.
        account: The chat account of blocks that do not say it.
        table: For the format ``table``: the table, where nothing else says it.
        mapping: For the format ``table``: the mapping file.
        encoding: Of text files; it overrules a mapping file.
        whole: Whether the files hold all of a small table: rows that they lack go out.
        strict: Whether a single bad row keeps everything out, instead of going into a quarantine.
        since: The version of the table that the rows were made from; where it is not the newest
            any more, nothing comes in. None: any will do.
        quarantine: The folder for bad rows; None: that of the store, or here if the store is elsewhere.
        language: The language of the quarantine's remarks.
        progress: Told every now and then how far it is.

    Raises:
        ProblemsFound: Nothing was imported, and why.
    """
    known = _stored(store, "accounts") if is_store(store) else kept_schema("accounts").empty_table()
    accounts = tuple(sorted(set(known["account"].to_pylist())))
    options = Options(timezone, shop, account, table, mapping, encoding, accounts)
    sources = _opened(format, files, checked(format, options))
    if whole and sources[0].table.name in PARTITIONED:
        raise ProblemsFound([problems.NOT_WHOLE.at(Place(), table=sources[0].table.name)])
    if quarantine is None:
        quarantine = store / QUARANTINE if isinstance(store, Path) else Path(QUARANTINE)
    with held(store) as staging:
        run = _Import(store, staging, quarantine, format, sources, progress, strict, since)
        return run.run(timezone, language, whole=whole)


@dataclass(frozen=True, slots=True)
class _Source:
    """One file of an import, opened."""

    reading: Reading
    sha256: str

    @property
    def path(self) -> Path:
        return self.reading.rows.path

    @property
    def table(self) -> Table:
        return self.reading.table

    def quarantine(self, folder: Path) -> Path:
        """Return where its bad rows go: the same file always has the same quarantine."""
        stem = DIGEST.sub("", self.path.stem) if self.is_quarantine(folder) else self.path.stem
        return folder / f"{stem}-{self.sha256[:8]}{self.reading.quarantine_suffix}"

    def is_quarantine(self, folder: Path) -> bool:
        """Return whether it is a quarantine, handed in from where it lies."""
        return self.path.resolve().parent == folder.resolve()


def _opened(format_name: str, files: Sequence[Path], options: Options) -> list[_Source]:
    """Open every file once, or raise what is wrong with all of them."""
    found: list[Problem] = [] if files else [fileproblems.NO_FILES.at(Place())]
    sources: dict[str, _Source] = {}
    for file in files:
        try:
            sha256 = _sha256(file)
            if sha256 in sources:
                same = fileproblems.SAME_FILE.at(Place(str(file)), other=str(sources[sha256].path))
                sources[sha256].reading.notes.append(same)
                continue
            sources[sha256] = _Source(FORMATS[format_name](file, options), sha256)
        except ProblemsFound as refusal:
            found.extend(refusal.problems)
    first, *others = sources.values() or [None]
    found += [
        fileproblems.TWO_TABLES.at(
            Place(str(one.path)), table=one.table.name, other=str(first.path), other_table=first.table.name
        )
        for one in others
        if first and one and one.table is not first.table
    ]
    raise_errors(found)
    return list(sources.values())


def _without_rows(reading: Reading) -> Iterator[Problem]:
    """Yield the warning of a file in which nothing stands below the header."""
    if not (reading.findings.records or reading.rows.misfits or reading.skipped):
        yield fileproblems.NO_ROWS.at(Place(str(reading.rows.path), 1))


def _stored(store: Where, name: str) -> pa.Table:
    """Return what a store holds of a small table."""
    if not is_table(store / name):
        return kept_schema(name).empty_table()
    delta = Delta(store / name)
    return stored_rows(delta, delta.parts().get(WHOLE))


def _sha256(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise ProblemsFound([fileproblems.UNREADABLE.at(Place(str(file)), reason=refusal(error))]) from None


@dataclass
class _Import:
    """One import under way, the store being held."""

    store: Where
    staging: Path
    quarantine: Path
    format: str
    sources: Sequence[_Source]
    progress: Callable[[Progress], None]
    strict: bool
    since: int | None
    rows: int = 0
    bad_cells: int = 0
    filling: Filling = field(init=False)

    def run(self, timezone: ZoneInfo, language: Language, *, whole: bool) -> ImportReport:
        """Read, merge, set bad rows aside, commit; return what came of it."""
        table = self.sources[0].table
        delta = Delta.made(self.store / table.name)
        if self.since is not None and delta.version != self.since:
            raise ProblemsFound([problems.CHANGED_MEANWHILE.at(Place(table.name), table=table.name)])
        with delta.next_version():
            self.filling = Filling(delta, self.staging)
            notes = (
                self._fill_partitioned(table)
                if table.name in PARTITIONED
                else self._fill_small(table, whole=whole)
            )
            if self.strict:
                raise_errors(self._problems())
            if any(source.reading.findings.converted for source in self.sources):
                claim_zone(self.store, timezone)
            quarantines = [
                file
                for source in self.sources
                if source.reading.write_quarantine(file := source.quarantine(self.quarantine), language)
            ]
            report = self._report(table)
            before = delta.version
            self.filling.commit(self._note(report))
        told = (*self._problems(), *notes)
        retired = self._retired(quarantines)
        return replace(
            report,
            problems=told,
            quarantines=tuple(quarantines),
            retired=retired,
            before=before,
            after=before + bool(self.filling.added or self.filling.removed),
        )

    def _retired(self, quarantines: Sequence[Path]) -> tuple[Path, ...]:
        """Remove the quarantines whose rows are now all in the store or in a newer quarantine.

        Those are the quarantines that were handed in, and those of files that have no bad row any more.
        """
        settled = {source.quarantine(self.quarantine) for source in self.sources}
        settled |= {source.path for source in self.sources if source.is_quarantine(self.quarantine)}
        written = {file.resolve() for file in quarantines}
        done = sorted(file for file in settled if file.exists() and file.resolve() not in written)
        for file in done:
            file.unlink()
        return tuple(done)

    def _batches(self) -> Iterator[tuple[int, pa.RecordBatch]]:
        """Yield the good rows of all files with the file's number; refusals are raised together."""
        sizes = [source.path.stat().st_size for source in self.sources]
        refused: list[Problem] = []
        for number, source in enumerate(self.sources):
            try:
                for batch in source.reading.batches():
                    self.rows += batch.num_rows
                    done = sum(sizes[:number]) + source.reading.rows.bytes_read
                    self.progress(Progress(done, sum(sizes), self.rows))
                    yield number, batch
                self.bad_cells += len(source.reading.findings.bad())
            except ProblemsFound as refusal:
                refused.extend(refusal.problems)
        if refused:
            raise ProblemsFound(refused)
        self.progress(Progress(sum(sizes), sum(sizes), self.rows))

    def _advance(self, done: int, total: int) -> None:
        size = sum(source.path.stat().st_size for source in self.sources)
        self.progress(Progress(size, size, self.rows, done, total))

    def _fill_partitioned(self, table: Table) -> list[Problem]:
        with Stage(self.staging, PARTITIONED[table.name]) as stage:
            self._stage(stage)
            if table.name == "orders":
                orders = OrderFilling(self.filling, stage, self._sifted)
                orders.fill(self._advance)
                return orders.elsewhere(Place(str(self.store / table.name)))
            fill_lines(self.filling, stage, self._advance)
            return self._unheld()

    def _stage(self, stage: Stage) -> None:
        current = 0
        for number, batch in self._batches():
            while current < number:
                stage.end_file()
                current += 1
            stage.add(batch)
        stage.end_file()

    def _fill_small(self, table: Table, *, whole: bool) -> list[Problem]:
        batches: list[list[pa.RecordBatch]] = [[] for _ in self.sources]
        for number, batch in self._batches():
            batches[number].append(batch)
        schema = read_schema(table)
        files = [kept(pa.Table.from_batches(one, schema=schema), table.name) for one in batches]
        if table.key:
            files = [self._sifted(number, rows) for number, rows in enumerate(files)]
        if table.name == "accounts":
            part = self.filling.delta.parts().get(WHOLE)
            stored = stored_rows(self.filling.delta, None if whole else part)
            files = sifted_accounts(stored, files, [source.reading.findings for source in self.sources])
        people = _stored(self.store, "people") if table.name == "accounts" else None
        for source, rows in zip(self.sources, files, strict=True):
            if people:
                note_unknown_holders(rows, people, source.reading.findings)
        filled = fill_table(self.filling, table, files, whole=whole)
        return self._unknown_holders(filled) if table.name == "people" else []

    def _unknown_holders(self, people: pa.Table) -> list[Problem]:
        """Return warnings of the stored accounts' holders that are missing from these people."""
        place = Place(str(self.store / "accounts"))
        return unknown_holders(_stored(self.store, "accounts"), people, place)

    def _sifted(self, number: int, rows: pa.Table) -> pa.Table:
        source = self.sources[number]
        return one_row_each(source.table, rows, source.reading.findings)

    def _unheld(self) -> list[Problem]:
        """Return warnings of accounts that nobody held, once the store knows holders at all."""
        if not is_table(self.store / "accounts"):
            return []
        accounts = _stored(self.store, "accounts")
        found = unheld(accounts, self.filling.used, Place(str(self.store / "accounts")))
        invented = {
            note.found
            for source in self.sources
            for note in source.reading.notes
            if note.code == fileproblems.INVENTED_ACCOUNT.code
        }
        return [problem for problem in found if problem.found not in invented]

    def _problems(self) -> list[Problem]:
        return [
            problem
            for source in self.sources
            for problem in (
                *source.reading.notes,
                *source.reading.findings.problems(),
                *_without_rows(source.reading),
            )
        ]

    def _report(self, table: Table) -> ImportReport:
        findings = [source.reading.findings for source in self.sources]
        bad = sum(len(one.bad()) for one in findings)
        misfits = sum(one.rows.misfits for one in findings)
        skipped = sum(source.reading.skipped for source in self.sources)
        filling = self.filling
        conflicts = bad - self.bad_cells
        return ImportReport(
            table=table.name,
            rows_read=sum(one.records for one in findings) + misfits + skipped,
            rows_skipped=skipped,
            rows_quarantined=bad + misfits,
            rows_new=filling.new,
            rows_replaced=filling.replaced,
            rows_removed=filling.gone,
            rows_unchanged=self.rows - conflicts - filling.new - filling.replaced,
            partitions=len({part.partition for part in (*filling.added, *filling.removed)}),
        )

    def _note(self, report: ImportReport) -> Mapping[str, object]:
        """Return what the store's history says of this import."""
        return {
            "format": self.format,
            "files": [[source.path.name, source.sha256] for source in self.sources],
            **{name: getattr(report, name) for name in NOTED},
        }
