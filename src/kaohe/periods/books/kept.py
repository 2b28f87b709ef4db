"""A closed version, opened: everything that its figures can be computed from again.

It reads from a folder of the books or from an archive alike; whoever opens it says how a
file is read.
"""

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, reduce

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kaohe.appraisal.appraise import Appraisal, appraise
from kaohe.appraisal.certainty import Certainty
from kaohe.core.figure import Figure, FigureKey, Level
from kaohe.core.period import Span
from kaohe.core.problem import Place, ProblemsFound, errors
from kaohe.measures.daily import DAILY_SCHEMA
from kaohe.periods.books import problems
from kaohe.periods.books.carrying import CARRIED, read_carried
from kaohe.periods.books.cells import Known, read_figures, read_history
from kaohe.periods.books.history import FIGURES, BookHistory, pinned
from kaohe.periods.books.manifest import Manifest, Seen, digest, read_manifest
from kaohe.periods.books.shelf import MANIFEST, Shelf
from kaohe.periods.books.window import RECORDS, Vouched, read_vouched
from kaohe.periods.rescoring import Rescored
from kaohe.periods.runs import Basis, facts_of
from kaohe.policy.loader import lint_text
from kaohe.policy.policy import Policy
from kaohe.records.deltas import fitted
from kaohe.records.schema import TABLES
from kaohe.statements.certain import of_people
from kaohe.statements.changes import Carried

POLICY, PARAMETERS = "policy.yaml", "parameters.yaml"
HISTORY, MEASURES, ENTRIES = "history.csv", "measures.parquet", "entries-added.json"
RESCORED, CERTAINTY = "reviews-decided.json", "certainty.json"
KEPT_TABLES = tuple(name for name in TABLES if name not in ("messages", "orders"))
"""Chat lines and orders stay in the store, at the version that the manifest names."""
Read = Callable[[str], bytes]


@dataclass(frozen=True)
class Kept:
    """A version of a closed period.

    Attributes:
        manifest: What it says of itself.
        seal: The digest of the manifest.
        read: Reads a file of the version.
        earlier: Reads the figures of a version of an earlier period, and tells its spans.
        place: Where it lies, for problems.
    """

    manifest: Manifest
    seal: str
    read: Read
    earlier: Callable[[Seen], tuple[tuple[str, ...], Callable[[], bytes]]]
    place: Place

    @cached_property
    def figures(self) -> Mapping[FigureKey, Figure]:
        """The figures as they were closed."""
        return read_figures(self.read(FIGURES))

    def amounts(self, lines: Iterable[str] = ()) -> Mapping[FigureKey, Figure]:
        """Return what was paid and what the departments' figures were, without reading all the others.

        Args:
            lines: Figures of people that are wanted besides.
        """
        wanted = {*self.manifest.totals, *lines}
        return read_figures(
            self.read(FIGURES), lambda name, level: level is Level.DEPARTMENT or name in wanted
        )

    @property
    def period(self) -> Span:
        """The period."""
        return Span(self.manifest.period, self.manifest.first, self.manifest.last)

    @cached_property
    def policy(self) -> Policy:
        """The policy that it was closed under, with the parameters of the run."""
        linted = lint_text(self.text(POLICY), self.manifest.policy_file, self.text(PARAMETERS), PARAMETERS)
        if linted.policy is None or errors(linted.problems):
            raise ProblemsFound([problems.POLICY_UNREADABLE.at(self.place), *linted.problems])
        return linted.policy

    @property
    def zone(self) -> str:
        """The zone of the shop's clocks."""
        return self.policy.rules.timezone

    @property
    def handed(self) -> Known:
        """The figures of earlier periods that were handed in."""
        return read_history(self.read(HISTORY))

    def history(self) -> BookHistory:
        """Return the history that it was computed from: the versions it names, and what was handed in."""
        return pinned(self.handed, {one: self.earlier(one) for one in self.manifest.seen})

    @property
    def entries(self) -> tuple[Mapping[str, object], ...]:
        """The entries of the ledger that upheld appeals added."""
        return tuple(
            {**row, "day": date.fromisoformat(row["day"]), "quantity": Decimal(row["quantity"])}
            for row in json.loads(self.read(ENTRIES))
        )

    @property
    def rescored(self) -> tuple[Rescored, ...]:
        """The reviews that upheld appeals decided; a version of an earlier kaohe knows none."""
        if RESCORED not in self.manifest.files:
            return ()
        return tuple(
            Rescored(row["case"], row["item"], Decimal(row["score"]))
            for row in json.loads(self.read(RESCORED))
        )

    @property
    def certainty(self) -> Mapping[str, object]:
        """How sure everybody's figures were, as plain data; empty where the version keeps nothing of it."""
        found = json.loads(self.read(CERTAINTY)) if CERTAINTY in self.manifest.files else {}
        return {str(person): known for person, known in found.items()}

    @property
    def vouched(self) -> Vouched:
        """What the closing says of the chat lines and orders that it read."""
        return read_vouched(self.read(RECORDS))

    @cached_property
    def daily(self) -> pa.Table:
        """The daily measures."""
        return read_parquet(self.read(MEASURES)).cast(DAILY_SCHEMA)

    def of_days(self, spans: Sequence[tuple[date, date]]) -> pa.Table:
        """Return the daily measures of some spans; there is at least one."""
        day = self.daily["day"]
        wanted = [
            pc.and_(
                pc.greater_equal(day, pa.scalar(first, pa.date32())),
                pc.less_equal(day, pa.scalar(last, pa.date32())),
            )
            for first, last in spans
        ]
        return self.daily.filter(reduce(pc.or_, wanted))

    @cached_property
    def tables(self) -> Mapping[str, pa.Table]:
        """The tables beside chat lines and orders; one that kaohe did not know then is empty."""
        return {name: self._table(name) for name in KEPT_TABLES}

    @property
    def carried(self) -> tuple[Carried, ...]:
        """The corrections of earlier periods that its closing took up."""
        return read_carried(self.read(CARRIED))

    def basis(self, *, policy: Policy | None = None, history: Known | None = None) -> Basis:
        """Return from what it was computed; or from what it would be, by another policy or history."""
        return Basis(
            policy or self.policy,
            self.period,
            self.manifest.as_of,
            self.history() if history is None else history,
            self.entries,
            self.daily,
            self.rescored,
        )

    def appraisal(self, basis: Basis | None = None) -> Appraisal:
        """Return the figures computed again from what the version keeps."""
        known = basis or self.basis()
        daily = self.daily if known.daily is None else known.daily
        return appraise(known.policy, facts_of(self.tables, daily, known), known.period)

    def text(self, name: str) -> str:
        """Return a file as text."""
        return self.read(name).decode()

    def _table(self, name: str) -> pa.Table:
        file = table_file(name)
        if file not in self.manifest.files:
            return TABLES[name].schema.empty_table()
        return fitted(read_parquet(self.read(file)), TABLES[name].schema)


def table_file(name: str) -> str:
    """Return where a table lies in a version."""
    return f"tables/{name}.parquet"


def opened(shelf: Shelf, label: str, version: int = 0) -> Kept:
    """Open a version of a closed period; 0: the newest.

    Raises:
        ProblemsFound: It is not there, or its manifest cannot be read.
    """
    folder = shelf.folder(label, version or shelf.newest(label))
    if not (folder / MANIFEST).is_file():
        known = ", ".join(shelf.periods()) or "—"
        raise ProblemsFound([problems.NOT_CLOSED.at(Place(str(shelf.path)), label, label=label, known=known)])
    content = (folder / MANIFEST).read_bytes()

    def read(name: str) -> bytes:
        return (folder / name).read_bytes()

    def earlier(seen: Seen) -> tuple[tuple[str, ...], Callable[[], bytes]]:
        other = shelf.folder(seen.period, seen.version)
        spans = read_manifest((other / MANIFEST).read_bytes()).spans
        return spans, (other / FIGURES).read_bytes

    try:
        manifest = read_manifest(content)
    except ValueError as error:
        place = Place(str(folder / MANIFEST))
        raise ProblemsFound([problems.MANIFEST_UNREADABLE.at(place, str(error))]) from None
    return Kept(manifest, digest(content), read, earlier, Place(str(folder)))


def certainty_bytes(certainty: Certainty) -> bytes:
    """Return how sure everybody's figures are, as a file of the books."""
    return json.dumps(of_people(certainty), ensure_ascii=False, indent=1).encode() + b"\n"


def rescored_bytes(decided: Sequence[Rescored]) -> bytes:
    """Return the reviews that upheld appeals decided, as a file of the books."""
    rows = [asdict(one) for one in decided]
    return json.dumps(rows, ensure_ascii=False, indent=1, default=str).encode() + b"\n"


def parquet_bytes(table: pa.Table) -> bytes:
    """Return a table as a Parquet file."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def read_parquet(content: bytes) -> pa.Table:
    """Return the table that a Parquet file holds."""
    return pq.ParquetFile(pa.BufferReader(content)).read()
