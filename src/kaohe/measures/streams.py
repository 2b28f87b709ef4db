"""Stage 1: the chat lines of one shop and day become streams, counted and timed.

A pure kernel: Arrow tables in, Arrow tables out, no input or output and no globals;
it runs unchanged in a thread, in a process or on a cluster. It is linear in the
lines: integer codes, one stable sort by person where a customer spoke with several,
then passes over runs of lines. Nothing here depends on orders, on other days or on
other customers: a day may be worked on in pieces of whole customers, which ``joined``
puts together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from kaohe.core.figure import UNASSIGNED
from kaohe.core.rules import Rules, Unanswered
from kaohe.measures.columns import DAY_SECONDS, Bools, Codes, Ints, coded, day_number, named, seconds, times
from kaohe.measures.phrases import containing

CUSTOMER, AGENT, ROBOT, SYSTEM = range(4)
SENDERS = {"customer": CUSTOMER, "agent": AGENT, "robot": ROBOT, "system": SYSTEM}

RULES = (
    "ad_phrase",
    "ad_times",
    "one_line_agent_lines",
    "quick_seconds",
    "hours",
    "cap_seconds",
    "unanswered",
)
"""The rules that this stage reads."""


@dataclass(frozen=True, slots=True)
class Streams:
    """What one shop's lines of one day come to.

    Attributes:
        consultations: One row per consultation, by customer in the order of the lines:
            person, customer, ``customer_index`` (the customer's place among the day's
            customers), first_customer_at, ``ad`` and ``one_line`` (whether the filter
            would take it), replied, and the counts of its lines and rounds.
        outreaches: One row per stream with agent lines and no customer line.
        lines: The agent lines of consultations in the order of the day's lines:
            ``consultation`` (its row) and ``second`` of the day.
        unheld: The accounts that nobody held.
    """

    consultations: pa.Table
    outreaches: pa.Table
    lines: pa.Table
    unheld: pa.Table


@dataclass(frozen=True, slots=True)
class _Lines:
    """The day's lines as integers, sorted by customer, person, time.

    Attributes:
        customer: The customer's place among the day's customers.
        person: The code of the person who held the account.
        kind: Who wrote it.
        second: The second of the day.
        hit: Whether the ad phrase stands in it; None without a phrase.
        moved: The rows that another line stands in than in the day's table, and the rows
            there of the lines that do; None where the order is the same.
    """

    customer: Codes
    person: Codes
    kind: Codes
    second: Codes
    hit: Bools | None
    moved: tuple[Ints, Ints] | None


def streams_of(lines: pa.Table, holders: Mapping[str, str], day: date, rules: Rules) -> Streams:
    """Return the streams of one shop and day.

    Args:
        lines: The day's lines, one customer's contiguous and in conversation order:
            account, customer, sender, sent_at, and text if the rules have an ad phrase.
        holders: Who held which account on the day.
        day: The day.
        rules: The rules; those named in RULES are read.
    """
    accounts, account_names = coded(lines["account"])
    # All holders, whether they wrote or not: every piece of a day then has the same codes.
    persons = sorted({UNASSIGNED, *holders.values()})
    code = {person: number for number, person in enumerate(persons)}
    owners = [holders.get(account, UNASSIGNED) for account in account_names.to_pylist()]
    person = np.array([code[owner] for owner in owners], np.int32)[accounts]
    starts = _changes(coded(lines["customer"])[0])
    names = _Names(
        customers=lines["customer"].filter(pa.array(starts)).cast(pa.string()).combine_chunks(),
        persons=pa.array(persons, pa.string()),
        midnight=day_number(day) * DAY_SECONDS,
    )
    grouped = _Grouped.of(_sorted(lines, _numbered(starts), person, names.midnight, rules))
    return Streams(
        consultations=_consultations(grouped, names, rules),
        outreaches=_outreaches(grouped, names),
        lines=_agent_lines(grouped),
        unheld=pa.table({"account": _unheld(accounts, account_names, holders)}),
    )


def joined(pieces: Sequence[Streams]) -> Streams:
    """Return the streams of a day from those of its pieces, in their order; there is at least one."""
    if len(pieces) == 1:
        return pieces[0]
    consultations, lines = [], []
    customers = rows = 0
    for piece in pieces:
        consultations.append(_moved(piece.consultations, "customer_index", customers))
        lines.append(_moved(piece.lines, "consultation", rows))
        customers += 1 + int(piece.consultations["customer_index"].to_numpy().max(initial=-1))
        rows += piece.consultations.num_rows
    unheld = sorted({name for piece in pieces for name in piece.unheld["account"].to_pylist()})
    return Streams(
        consultations=pa.concat_tables(consultations),
        outreaches=pa.concat_tables([piece.outreaches for piece in pieces]),
        lines=pa.concat_tables(lines),
        unheld=pa.table({"account": pa.array(unheld, pa.string())}),
    )


def _moved(table: pa.Table, column: str, by: int) -> pa.Table:
    """Return the table with a column of numbers moved."""
    numbers = pa.array(table[column].to_numpy() + np.int32(by))
    return table.set_column(table.column_names.index(column), column, numbers)


def _unheld(accounts: Codes, names: pa.Array, holders: Mapping[str, str]) -> pa.Array:
    """Return the accounts among the lines that nobody held."""
    loose = [code for code, name in enumerate(names.to_pylist()) if name not in holders]
    lines = np.bincount(accounts, minlength=len(names))
    return pa.array(sorted(names[code].as_py() for code in loose if lines[code]), pa.string())


def _numbered(starts: Bools) -> Codes:
    """Number what begins at these rows from 0."""
    return np.cumsum(starts, dtype=np.int32) - np.int32(1)


def _changes(*columns: Codes) -> Bools:
    """Return where a row differs from the one before it; the first one does."""
    length = len(columns[0])
    changes = np.zeros(length, np.bool_)
    changes[:1] = True
    for column in columns:
        changes[1:] |= column[1:] != column[:-1]
    return changes


def _sorted(lines: pa.Table, customer: Codes, person: Codes, midnight: int, rules: Rules) -> _Lines:
    """Bring each customer's lines together by person, keeping their order otherwise."""
    senders, sender_names = coded(lines["sender"])
    kinds = np.array([SENDERS[name] for name in sender_names.to_pylist()], np.int32)
    kind = kinds[senders]
    second = (seconds(lines["sent_at"]) - midnight).astype(np.int32)
    hit = None
    if rules.ad_phrase is not None:
        hit = containing(lines["text"], rules.ad_phrase)
    moved = _by_person(customer, person)
    if moved is not None:
        rows, sources = moved
        for column in (person, kind, second) if hit is None else (person, kind, second, hit):
            column[rows] = column[sources]
    return _Lines(customer, person, kind, second, hit, moved)


def _by_person(customer: Codes, person: Codes) -> tuple[Ints, Ints] | None:
    """Return what the stable order by person within each customer moves: rows, and what comes there.

    Few customers speak with two people on one day: only their rows are sorted.
    """
    if len(customer) == 0:
        return None
    changes = (person[1:] != person[:-1]) & (customer[1:] == customer[:-1])
    if not changes.any():
        return None
    mixed = np.zeros(int(customer[-1]) + 1, np.bool_)
    mixed[customer[1:][changes]] = True
    rows = np.flatnonzero(mixed[customer])
    keys = customer[rows].astype(np.int64) << 32 | person[rows]
    # A customer's rows are contiguous, so the sorted rows fill the same places.
    return rows, rows[np.argsort(keys, kind="stable")]


@dataclass(frozen=True, slots=True)
class _Rounds:
    """The rounds of all streams, in order.

    Attributes:
        stream: The stream.
        start: The second of the first line.
        answered: Whether an agent line follows.
        wait: Seconds to that line; 0 where none follows.
        following: How many agent lines follow before the customer's next line.
    """

    stream: Codes
    start: Codes
    answered: Bools
    wait: Codes
    following: Codes


def _rounds(lines: _Lines, stream: Codes) -> _Rounds:
    """Return the rounds. Robot and system lines neither break nor answer one."""
    talk = np.flatnonzero(lines.kind <= AGENT)
    # Stream and sender in one number: a run is a run of equal ones.
    turn, second = (stream * np.int32(2) + lines.kind)[talk], lines.second[talk]
    runs = np.flatnonzero(_changes(turn))
    turn, second = turn[runs], second[runs]
    length = np.diff(runs, append=len(talk)).astype(np.int32)
    rounds = np.flatnonzero(turn % 2 == CUSTOMER)
    after = np.minimum(rounds + 1, len(runs) - 1)
    # The run after a customer's run within one stream is an agent's.
    answered = turn[after] == turn[rounds] + 1
    return _Rounds(
        stream=turn[rounds] // 2,
        start=second[rounds],
        answered=answered,
        wait=np.where(answered, second[after] - second[rounds], 0).astype(np.int32),
        following=np.where(answered, length[after], 0).astype(np.int32),
    )


@dataclass(frozen=True, slots=True)
class _Grouped:
    """The lines by stream: one person's lines with one customer.

    Attributes:
        lines: The lines.
        stream: The stream of each line.
        starts: The first line of each stream.
        counts: Per stream, its lines by kind.
    """

    lines: _Lines
    stream: Codes
    starts: Ints
    counts: Ints

    @classmethod
    def of(cls, lines: _Lines) -> "_Grouped":
        changes = _changes(lines.customer, lines.person)
        starts = np.flatnonzero(changes)
        stream = _numbered(changes)
        kinds = np.bincount(stream * np.int64(4) + lines.kind, minlength=4 * len(starts))
        return cls(lines, stream, starts, kinds.reshape(len(starts), 4))

    @property
    def consulted(self) -> Bools:
        return self.counts[:, CUSTOMER] > 0

    @property
    def reached(self) -> Bools:
        return ~self.consulted & (self.counts[:, AGENT] > 0)


@dataclass(frozen=True, slots=True)
class _Names:
    """What the codes of a day stand for.

    Attributes:
        customers: The customers by their place.
        persons: The persons by code.
        midnight: The day's first second.
    """

    customers: pa.Array
    persons: pa.Array
    midnight: int

    def who(self, grouped: _Grouped, streams: Bools) -> dict[str, pa.Array]:
        """Return the person and the customer of some streams."""
        rows = grouped.starts[streams]
        return {
            "person": named(grouped.lines.person[rows], self.persons),
            "customer": self.customers.take(pa.array(grouped.lines.customer[rows])),
        }

    def at(self, second: Codes) -> pa.Array:
        """Return the times of seconds of the day."""
        return times(second.astype(np.int64) + self.midnight)


def _consultations(grouped: _Grouped, names: _Names, rules: Rules) -> pa.Table:
    """Return one row per stream with a customer line."""
    lines, counts = grouped.lines, grouped.counts
    rounds = _rounds(lines, grouped.stream)
    firsts = np.flatnonzero(_changes(rounds.stream))
    of = rounds.stream[firsts]
    hits = np.zeros(len(of), np.int64)
    if lines.hit is not None:
        marked = lines.hit & (lines.kind == AGENT)
        hits = np.bincount(grouped.stream[marked], minlength=len(counts))[of]
    return pa.table(
        {
            **names.who(grouped, grouped.consulted),
            "customer_index": lines.customer[grouped.starts[of]],
            "first_customer_at": names.at(rounds.start[firsts]),
            "ad": hits >= rules.ad_times,
            "one_line": _one_line(rounds, firsts, counts[of, CUSTOMER], rules),
            "replied": rounds.answered[firsts],
            "customer_messages": counts[of, CUSTOMER].astype(np.int32),
            "agent_messages": counts[of, AGENT].astype(np.int32),
            "robot_messages": counts[of, ROBOT].astype(np.int32),
            **_responses(rounds, firsts, rules),
        }
    )


def _responses(rounds: _Rounds, firsts: Ints, rules: Rules) -> dict[str, Codes | pa.Array]:
    """Return what the rounds of each consultation come to; ``firsts`` are their first ones."""
    within = np.ones(len(rounds.stream), np.bool_)
    if rules.hours is not None:
        within = (rounds.start >= rules.hours[0]) & (rounds.start < rules.hours[1])
    wait, timed = rounds.wait, rounds.answered
    if rules.cap_seconds is not None:
        wait = np.minimum(wait, np.int32(rules.cap_seconds))
        if rules.unanswered is Unanswered.CAP:
            wait = np.where(rounds.answered, wait, np.int32(rules.cap_seconds))
            timed = np.ones_like(timed)
    counted = within & timed
    return {
        "response_rounds": _summed(counted, firsts),
        "response_seconds": _summed(np.where(counted, wait, 0), firsts),
        "unanswered_rounds": _summed(within & ~rounds.answered, firsts),
        "quick_rounds": _summed(within & rounds.answered & (wait <= rules.quick_seconds), firsts),
        "first_response_seconds": pa.array(wait[firsts], pa.int32(), mask=~counted[firsts]),
    }


def _one_line(rounds: _Rounds, firsts: Ints, customer_lines: Ints, rules: Rules) -> Bools:
    """Return which consultations have one customer line and enough agent lines after it."""
    if rules.one_line_agent_lines is None:
        return np.zeros(len(firsts), np.bool_)
    fits: Bools = (customer_lines == 1) & (rounds.following[firsts] >= rules.one_line_agent_lines)
    return fits


def _summed(values: np.ndarray, starts: Ints) -> Codes:
    """Return the sums of the values from each start up to the next."""
    until = np.zeros(len(values) + 1, np.int32)
    np.cumsum(values, out=until[1:])
    sums: Codes = np.diff(until[np.append(starts, len(values))])
    return sums


def _outreaches(grouped: _Grouped, names: _Names) -> pa.Table:
    """Return one row per stream with agent lines and no customer line."""
    rows = np.flatnonzero(grouped.reached[grouped.stream] & (grouped.lines.kind == AGENT))
    starts = np.flatnonzero(_changes(grouped.stream[rows]))
    return pa.table(
        {
            **names.who(grouped, grouped.reached),
            "first_agent_at": names.at(grouped.lines.second[rows[starts]]),
            "agent_messages": np.diff(starts, append=len(rows)).astype(np.int32),
        }
    )


def _agent_lines(grouped: _Grouped) -> pa.Table:
    """Return the agent lines of consultations in the order of the day's table."""
    lines, consulted = grouped.lines, grouped.consulted
    # Each stream's number among the consultations; -1 for one that is none.
    numbers = np.where(consulted, _numbered(consulted), np.int32(-1))
    consultation = np.where(lines.kind == AGENT, numbers[grouped.stream], np.int32(-1))
    second = lines.second
    if lines.moved is not None:
        rows, sources = lines.moved
        second = second.copy()
        consultation[sources], second[sources] = consultation[rows], second[rows]
    chosen = np.flatnonzero(consultation >= 0)
    return pa.table({"consultation": consultation[chosen], "second": second[chosen]})
