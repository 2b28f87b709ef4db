"""The books on a terminal: what blocks, what was closed, what came since, what is owed."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text as Line

from kaohe.cli.terminal import OUT, print_problems, say
from kaohe.core.figure import Unit
from kaohe.core.language import Language, Text
from kaohe.core.language import say as said
from kaohe.periods.books.appeals import Decision, appeals
from kaohe.periods.books.blockers import STATES, Blocker, State, kinds_of
from kaohe.periods.books.correcting import Correction, stale, waiting
from kaohe.periods.books.kept import Kept, opened
from kaohe.periods.books.moments import local
from kaohe.periods.books.rowchanges import RowsChanged
from kaohe.periods.books.shelf import Shelf
from kaohe.periods.books.verifying import Verified
from kaohe.periods.commands import NAME, REASON, STORE, command
from kaohe.periods.runs import Request
from kaohe.statements.changes import Carried
from kaohe.statements.shown import called, shown
from kaohe.statements.terminal.changes import correction
from kaohe.statements.terminal.paper import name_column, number_column, table, tone

SEAL_SHOWN = 16
"""Digits of a seal that are shown: enough to write down, and taken as a seal by ``verify``."""
MOST_ROWS = 40
"""Days of changed records that are listed; the books keep all of them."""


def print_command(line: str) -> None:
    """Print a command to be copied, not broken where the terminal ends."""
    OUT.print(f"  {line}", markup=False, soft_wrap=True)


def blockers_table(found: Sequence[Blocker], language: Language) -> Table:
    """Return what blocks a closing: how each is waived, and what is the matter."""
    made = table()
    name_column(made, Text("Name to waive it by").to(language))
    name_column(made, Text("What is the matter").to(language))
    for one in found:
        made.add_row(Line(one.name), Line(said(one.says, language)))
    return made


def closing_command(request: Request, found: Sequence[Blocker]) -> str:
    """Return the command that closes a period in spite of what blocks it."""
    return command(
        "period close",
        books=request.books,
        records=request.records,
        policy=request.policy,
        period=request.period,
        as_of=request.as_of,
        parameters=request.parameters,
        history=request.history,
        by=NAME,
        waive=[f"{pattern}={REASON}" for pattern in kinds_of(found)],
    )


def print_closed(shelf: Shelf, kept: Kept, language: Language) -> None:
    """Print how far a closed period is, and what waits for it."""
    manifest = kept.manifest
    state = STATES[State.CORRECTED if manifest.version > 1 else State.CLOSED]
    text = Text("{period}: {state}, version {version}, by {by} at {at}; seal {seal}.")
    gaps = {"period": manifest.period, "version": manifest.version, "by": manifest.by}
    at = local(manifest.at, kept.zone)
    say(text.filled(**gaps, at=at, state=state, seal=kept.seal[:SEAL_SHOWN]), language)
    for one in manifest.waived:
        passed = Text("Closed in spite of {name}: {reason}")
        say(passed.filled(name=one.name, reason=one.reason), language)
    for appeal in appeals(shelf):
        if appeal.period == manifest.period and appeal.decision is Decision.UNDECIDED:
            text = Text("Appeal {number} of {person} is not answered yet.")
            who = called(appeal.person, appeal.name, language)
            say(text.filled(number=appeal.number, person=who), language)
    why = []
    for label in stale(shelf, kept):
        why.append(label)
        text = Text("{other}, which it looks back on, was corrected since: correct {period} too.")
        say(text.filled(other=label, period=manifest.period), language)
    for appeal in waiting(shelf, kept):
        why.append(f"appeal {appeal.number}")
        text = Text("Appeal {number} of {person} was upheld and waits for a correction.")
        who = called(appeal.person, appeal.name, language)
        say(text.filled(number=appeal.number, person=who), language)
    if why:
        print_command(
            command(
                "period correct",
                books=shelf.path,
                records=STORE,
                period=manifest.period,
                by=NAME,
                because=", ".join(why),
            )
        )


def print_verified(one: Verified, language: Language) -> None:
    """Print whether a closed period is as it was closed."""
    print_problems(one.problems, language)
    manifest = one.kept.manifest
    gaps = {"period": manifest.period, "version": manifest.version, "figures": one.figures}
    if not one.holds:
        say(Text("{period}, version {version}, does NOT verify.").filled(**gaps), language)
        return
    text = Text("{period}, version {version}: verified, {figures} figures equal; seal {seal}.")
    say(text.filled(**gaps, seal=one.kept.seal[:SEAL_SHOWN]), language)
    how = manifest.certainty
    if one.intervals and how is not None:
        drawn = Text(
            "  The intervals of {people} people come out again: {level}%, {draws} draws, seed {seed}."
        )
        gaps = {"people": one.intervals, "level": round(how.level * 100), "draws": f"{how.replicates:,}"}
        say(drawn.filled(**gaps, seed=how.seed), language)
    if not one.from_records:
        say(Text("  From the kept measures; with --records STORE from the chat lines and orders."), language)


def print_rows(found: Sequence[RowsChanged], language: Language) -> None:
    """Print which records are not as they were closed on: a line for each table, then day by day."""
    if not found:
        say(Text("No record of the period has come, changed or gone since."), language)
        return
    say(Text("Records that came, changed or went since:"), language)
    for name in dict.fromkeys(one.table for one in found):
        own = [one for one in found if one.table == name]
        text = Text("  {table}: {came} came, {changed} changed, {gone} went")
        counts = {kind: sum(getattr(one, kind) for one in own) for kind in ("came", "changed", "gone")}
        say(text.filled(table=name, **counts), language)
    made = table()
    for title in (Text("Table"), Text("Day or month")):
        name_column(made, title.to(language))
    for title in (Text("Came"), Text("Changed"), Text("Went")):
        number_column(made, title.to(language))
    name_column(made, Text("Columns that changed").to(language))
    for one in found[:MOST_ROWS]:
        counts_said = (f"{number:,}" if number else "" for number in (one.came, one.changed, one.gone))
        made.add_row(*map(Line, (one.table, one.when or "—", *counts_said, " ".join(one.columns))))
    OUT.print(made)
    if len(found) > MOST_ROWS:
        say(Text("and {count} more").filled(count=len(found) - MOST_ROWS), language)


def print_correction(shelf: Shelf, done: Correction, language: Language) -> None:
    """Print what a correction changed, and where it lies."""
    assert done.kept is not None
    manifest = done.kept.manifest
    OUT.print(correction(done.changes, done.before.manifest.totals, manifest.period, language))
    text = Text("{period} is corrected: version {version}, {figures} figures changed; seal {seal}.")
    figures = sum(one.kind == "figure" for one in done.changes)
    gaps = {"period": manifest.period, "version": manifest.version, "figures": figures}
    say(text.filled(**gaps, seal=done.kept.seal[:SEAL_SHOWN]), language)
    folder = shelf.folder(manifest.period, manifest.version)
    say(Text("The differences: {folder}").filled(folder=folder / "differences.csv"), language)


def closed_periods(shelf: Shelf, language: Language) -> Table:
    """Return every version of every closed period, times by the shop's clocks."""
    made = table()
    for title in (Text("Period"), Text("State"), Text("Version"), Text("By"), Text("At"), Text("Seal")):
        name_column(made, title.to(language))
    zones: dict[str, str] = {}
    for label in shelf.periods():
        for version in shelf.versions(label):
            kept = opened(shelf, label, version)
            manifest = kept.manifest
            if manifest.policy_digest not in zones:
                zones[manifest.policy_digest] = kept.zone
            state = STATES[State.CORRECTED if version > 1 else State.CLOSED].to(language)
            at = local(manifest.at, zones[manifest.policy_digest])
            made.add_row(*map(Line, (label, state, str(version), manifest.by, at, kept.seal[:SEAL_SHOWN])))
    return made


def owed_table(carried: Sequence[Carried], language: Language) -> Table:
    """Return corrections that are paid with a later period: of which, whose, how much."""
    made = table(header=False)
    name_column(made, "")
    name_column(made, "")
    number_column(made, "")
    for one in carried:
        amount = Line(shown(one.amount, Unit.MONEY, language, signed=True), style=" ".join(tone(one.amount)))
        made.add_row(Line(one.title(language)), Line(called(one.person, one.name, language)), amount)
    return made
