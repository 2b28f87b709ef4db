"""Who held which account when: two holders at once, holders nobody knows, accounts nobody held."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.problem import Place, Problem
from kaohe.records import problems
from kaohe.records.between import group_numbers
from kaohe.records.findings import Findings
from kaohe.records.reading import RECORD
from kaohe.records.schema import TABLES

STORED = -1
FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Holding:
    """Who held an account from when to when, both days included.

    ``file`` and ``record`` say where it stands; the store is the file ``STORED``.
    """

    shop: str
    account: str
    person: str
    first: date
    last: date
    file: int
    record: int


def holdings(accounts: pa.Table, file: int = 0) -> list[Holding]:
    """Return the rows of the table ``accounts``, open ends filled."""
    records = accounts[RECORD].to_pylist() if RECORD in accounts.column_names else range(accounts.num_rows)
    return [
        Holding(
            row["shop"],
            row["account"],
            row["person"],
            row["from"] or FIRST_DAY,
            row["to"] or LAST_DAY,
            file,
            record,
        )
        for row, record in zip(accounts.to_pylist(), records, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Clash:
    """A holding that another person's holding overlaps, first on this day."""

    row: Holding
    beside: Holding
    day: date


def clashes(held: Iterable[Holding]) -> list[Clash]:
    """Return each holding that overlaps another person's, once, in order.

    The same person twice is one holder.
    """
    found: dict[Holding, Clash] = {}
    running: list[Holding] = []
    for one in sorted(held, key=lambda row: (row.shop, row.account, row.first, row.file, row.record)):
        running = [
            other
            for other in running
            if (other.shop, other.account) == (one.shop, one.account) and other.last >= one.first
        ]
        for other in running:
            if other.person != one.person:
                found.setdefault(one, Clash(one, other, one.first))
                found.setdefault(other, Clash(other, one, one.first))
        running.append(one)
    return list(found.values())


def note_clash(clash: Clash, findings: Findings) -> None:
    """Note a clash at its row; the row beside it may stand in another file."""
    row, beside = clash.row, clash.beside
    same_file = row.file == beside.file
    findings.add(
        problems.TWO_HOLDERS if same_file else problems.HELD_ALREADY,
        row.record,
        "person",
        row.person,
        other=beside.record if same_file else None,
        account=row.account,
        person=row.person,
        other_person=beside.person,
        day=clash.day,
    )


def note_unknown_holders(accounts: pa.Table, people: pa.Table, findings: Findings) -> None:
    """Note holders who are missing from the table ``people``, once each; a warning."""
    known = set(people["person"].to_pylist())
    for one in holdings(accounts):
        if one.person not in known:
            known.add(one.person)
            findings.add(problems.UNKNOWN_HOLDER, one.record, "person", one.person, person=one.person)


def unknown_holders(accounts: pa.Table, people: pa.Table, place: Place) -> list[Problem]:
    """Return a warning for each holder of accounts who is missing from the table ``people``.

    Args:
        accounts: The table ``accounts``.
        people: The table ``people``.
        place: The file that the warnings point to.
    """
    missing = set(accounts["person"].to_pylist()) - set(people["person"].to_pylist())
    return [problems.UNKNOWN_HOLDER.at(place, person, person=person) for person in sorted(missing)]


def unheld(accounts: pa.Table, used: Iterable[tuple[str, str, date]], place: Place) -> list[Problem]:
    """Return a warning for each account with chats on days on which nobody held it.

    Args:
        accounts: The table ``accounts``.
        used: Shop, account and day of chat lines, each once.
        place: The file that the warnings point to.
    """
    held: dict[tuple[str, str], list[Holding]] = {}
    for one in holdings(accounts):
        held.setdefault((one.shop, one.account), []).append(one)
    lacking: dict[tuple[str, str], list[date]] = {}
    for shop, account, day in used:
        if not any(one.first <= day <= one.last for one in held.get((shop, account), ())):
            lacking.setdefault((shop, account), []).append(day)
    return [
        problems.UNHELD_ACCOUNT.at(place, account, account=account, shop=shop, days=len(days), day=min(days))
        for (shop, account), days in sorted(lacking.items())
    ]


def sifted_accounts(
    stored: pa.Table, files: Sequence[pa.Table], findings: Sequence[Findings]
) -> list[pa.Table]:
    """Return each file's rows of ``accounts`` without those that give an account two holders.

    Args:
        stored: The rows that the store holds; an incoming row with the same key takes
            the place of one.
        files: The rows of each file, with their record numbers.
        findings: Where the clashes go, one for each file.
    """
    key = TABLES["accounts"].key
    names = pa.concat_tables([stored.select(key), *(rows.select(key) for rows in files)])
    groups = group_numbers(names, key)
    stays = ~np.isin(groups[: stored.num_rows], groups[stored.num_rows :])
    held = holdings(stored.filter(pa.array(stays)), STORED)
    for number, rows in enumerate(files):
        held += holdings(rows, number)
    bad: list[set[int]] = [set() for _ in files]
    for clash in clashes(held):
        if clash.row.file != STORED:
            bad[clash.row.file].add(clash.row.record)
            note_clash(clash, findings[clash.row.file])
    return [
        rows.filter(pc.invert(pc.is_in(rows[RECORD], value_set=pa.array(sorted(records), pa.int64()))))
        for rows, records in zip(files, bad, strict=True)
    ]
