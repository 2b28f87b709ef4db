"""What people enter by hand: rows into a small table of a store, all of them or none.

Every entry goes through the import that files go through, so that nothing gets in that a
file would not bring in, and every version that there ever was stays in the store.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from kaohe.core.language import Language
from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.records.handing import Held, Row, handed_in, held_rows
from kaohe.records.importing import ImportReport
from kaohe.records.objects import Where
from kaohe.records.schema import TABLES

Key = tuple[str, ...]
"""What names a row: the cells of the table's key columns."""


@dataclass(frozen=True, slots=True)
class Booking:
    """A store as people enter into it.

    Attributes:
        store: The store; made with the first entry.
        zone: The zone of its clocks.
        language: The language of remarks.
    """

    store: Where
    zone: ZoneInfo
    language: Language

    def standing(self, table: str) -> Held:
        """Return what a table holds."""
        return held_rows(self.store, table)

    def put(self, table: str, rows: Sequence[Row]) -> ImportReport:
        """Add rows, or put them in the place of those with the same key; again changes nothing.

        Raises:
            ProblemsFound: One of them cannot stand there; none of them does.
        """
        with _as_entered():
            return handed_in(
                self.store, table, _whole_rows(table, rows), self.zone, self.language, strict=True
            )

    def exchange(
        self, table: str, out: Collection[Key], into: Sequence[Row] = (), *, since: int | None = None
    ) -> ImportReport:
        """Take rows out of a table with a key, and put others in, all at once.

        Args:
            table: The table.
            out: The keys of the rows that go; one that is not there is gone already.
            into: The rows that come.
            since: The version of the table that the person saw; None: the newest.

        Raises:
            ProblemsFound: One of them cannot stand there, or somebody else was faster; nothing changes.
        """
        held = self.standing(table)
        keys = {key_of(table, row) for row in into} | set(out)
        kept = [row for row in held.rows if key_of(table, row) not in keys]
        rows = [*kept, *_whole_rows(table, into)]
        with _as_entered():
            return handed_in(
                self.store,
                table,
                rows,
                self.zone,
                self.language,
                whole=True,
                strict=True,
                since=held.version if since is None else since,
            )


def key_of(table: str, row: Row) -> Key:
    """Return what names a row."""
    return tuple(row.get(column, "") for column in TABLES[table].key)


def chosen(held: Held, wanted: Callable[[Row], bool]) -> list[Row]:
    """Return the rows that are wanted, in their order."""
    return [row for row in held.rows if wanted(row)]


def _whole_rows(table: str, rows: Sequence[Row]) -> list[Row]:
    return [{name: row.get(name, "").strip() for name in TABLES[table].names} for row in rows]


@contextmanager
def _as_entered() -> Iterator[None]:
    """Tell problems of what was entered by the column alone: nobody has seen the file it went through."""
    try:
        yield
    except ProblemsFound as found:
        raise ProblemsFound([_of_a_form(one) for one in found.problems]) from None


def _of_a_form(problem: Problem) -> Problem:
    return replace(problem, place=Place(column=problem.place.column))
