"""``period``: the books — status, close, verify, correct, archive, list."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from typer import Argument, Option

from kaohe.cli import problems as usage
from kaohe.cli.booklines import (
    SEAL_SHOWN,
    blockers_table,
    closed_periods,
    closing_command,
    owed_table,
    print_closed,
    print_command,
    print_correction,
    print_rows,
    print_verified,
)
from kaohe.cli.options import (
    CertaintyName,
    CertaintyOption,
    CertaintySeedOption,
    HistoryOption,
    LanguageOption,
    ParametersOption,
    PeriodOption,
    PolicyOption,
    RecordsOption,
    day,
    in_language,
)
from kaohe.cli.terminal import OUT, print_problems, progress, say
from kaohe.cli.usage import WrongValue
from kaohe.core.language import Text
from kaohe.core.problem import Place, ProblemsFound
from kaohe.periods.books import problems
from kaohe.periods.books.archive import SUFFIX, verify_archive, write_archive
from kaohe.periods.books.blockers import STATES
from kaohe.periods.books.carrying import carried_into, outstanding
from kaohe.periods.books.closing import Act, close, status
from kaohe.periods.books.correcting import correct
from kaohe.periods.books.kept import opened
from kaohe.periods.books.shelf import MARKER, open_shelf
from kaohe.periods.books.verifying import verify
from kaohe.periods.runs import Request

COMPUTING = Text("Computing the measures")
periods = typer.Typer(
    help="The books: close a period, verify it, correct it, archive it.",
    callback=in_language,
    no_args_is_help=True,
)


def clock() -> str:
    """Return the time of this machine with its zone: a door may ask."""
    return datetime.now().astimezone().isoformat(timespec="seconds")  # noqa: TID251 - the door's clock


def moment(text: str) -> str:
    """Return a time with its zone; anything else is wrong usage."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise WrongValue(text, Text("a time such as 2026-11-06T10:00:00+08:00")) from None
    return (read if read.tzinfo else read.astimezone()).isoformat(timespec="seconds")


BooksOption = Annotated[Path, Option("--books", help="The folder with the books.")]
ByOption = Annotated[str, Option("--by", help="Who does it; kept with it.")]
AtOption = Annotated[
    str,
    Option("--at", default_factory=clock, parser=moment, metavar="TIME", show_default="now", help="When."),
]
BecauseOption = Annotated[str, Option("--because", help="Why; kept with it.")]
StoreOption = Annotated[Path | None, Option("--records", help="The store that the period was closed on.")]
AsOfOption = Annotated[
    date | None,
    Option("--as-of", parser=day, metavar="DAY", help="The last day whose records are complete."),
]
SealOption = Annotated[str, Option("--seal", help="The seal that was noted down; its first digits will do.")]


@periods.command("status")
def status_(  # noqa: PLR0913 - the options of the command
    books: BooksOption,
    period: PeriodOption,
    language: LanguageOption,
    records: Annotated[Path | None, Option("--records", help="The store; not for a closed period.")] = None,
    policy: Annotated[str, Option("--policy", help="The policy; not for a closed period.")] = "",
    as_of: AsOfOption = None,
    parameters: ParametersOption = None,
    history: HistoryOption = None,
) -> None:
    """Say how far a period is, what still blocks its closing, and who."""
    shelf = open_shelf(books) if (books / MARKER).is_file() else None
    if shelf is not None and shelf.versions(period):
        print_closed(shelf, opened(shelf, period), language)
        return
    if records is None or not policy or as_of is None:
        raise ProblemsFound([usage.NEEDS_RECORDS.at(Place("--records"), period=period)])
    request = Request(records, policy, period, as_of, parameters, tuple(history or ()), books=books)
    with progress(COMPUTING, language) as moved:
        found = status(request, progress=moved)
    text = Text("{period}: {state}, as of {day}.")
    say(text.filled(period=period, state=STATES[found.state], day=as_of), language)
    if not found.blockers:
        say(Text("Nothing blocks its closing."), language)
        return
    say(Text("What blocks its closing:"), language)
    OUT.print(blockers_table(found.blockers, language))
    say(Text("To close it all the same, each with its reason:"), language)
    print_command(closing_command(request, found.blockers))


@periods.command("close")
def close_(  # noqa: PLR0913 - the options of the command
    books: BooksOption,
    records: RecordsOption,
    policy: PolicyOption,
    period: PeriodOption,
    as_of: Annotated[
        date,
        Option("--as-of", parser=day, metavar="DAY", help="The last day whose records are complete."),
    ],
    by: ByOption,
    at: AtOption,
    language: LanguageOption,
    waive: Annotated[
        list[str] | None,
        Option(
            "--waive",
            metavar="NAME=REASON",
            help="Pass over what blocks, with a reason; * stands for any letters. May be repeated.",
        ),
    ] = None,
    because: BecauseOption = "",
    parameters: ParametersOption = None,
    history: HistoryOption = None,
    certainty: CertaintyOption = CertaintyName.NINETY_FIVE,
    seed: CertaintySeedOption = 0,
) -> None:
    """Close a period: keep its figures, and all that they were computed from, for good."""
    earlier, how = tuple(history or ()), certainty.resampling(seed)
    request = Request(records, policy, period, as_of, parameters, earlier, books=books, resampling=how)
    act = Act(by, at, because, waivers(waive or []))
    with progress(COMPUTING, language) as moved:
        kept = close(request, act, progress=moved)
    text = Text("{period} is closed: {figures} figures; seal {seal}. Write the seal down.")
    say(text.filled(period=period, figures=len(kept.figures), seal=kept.seal[:SEAL_SHOWN]), language)
    if kept.carried:
        say(Text("Corrections paid with it:"), language)
        OUT.print(owed_table(carried_into(open_shelf(books), period), language))


def waivers(given: list[str]) -> dict[str, str]:
    """Return name → reason.

    Raises:
        ProblemsFound: One is written otherwise.
    """
    pairs = [one.partition("=") for one in given]
    wrong = [problems.NOT_A_WAIVER.at(Place(), "".join(one)) for one in pairs if not (one[0] and one[2])]
    if wrong:
        raise ProblemsFound(wrong)
    return {name.strip(): reason.strip() for name, _, reason in pairs}


@periods.command("verify")
def verify_(  # noqa: PLR0913 - the options of the command
    language: LanguageOption,
    archive: Annotated[
        Path | None, Argument(metavar=f"[FILE{SUFFIX}]", help="An archive, verified by itself.")
    ] = None,
    books: Annotated[Path | None, Option("--books", help="The folder with the books.")] = None,
    period: Annotated[str, Option("--period", help="The period; without it, all of them.")] = "",
    version: Annotated[int, Option("--version", min=0, help="A version; without it, the newest.")] = 0,
    records: StoreOption = None,
    seal: SealOption = "",
) -> None:
    """Verify closed periods: no byte was changed, and every figure comes out again."""
    if (archive is None) == (books is None):
        raise ProblemsFound([usage.ARCHIVE_OR_BOOKS.at(Place("--books"))])
    with progress(COMPUTING, language) as moved:
        if archive is not None:
            found = [verify_archive(archive, seal=seal, progress=moved)]
        else:
            assert books is not None
            shelf = open_shelf(books)
            found = [
                verify(shelf, label, version=version, store=records, seal=seal, progress=moved)
                for label in ([period] if period else shelf.periods())
            ]
    for one in found:
        print_verified(one, language)
    if not all(one.holds for one in found):
        sys.exit(1)


@periods.command("correct")
def correct_(  # noqa: PLR0913 - the options of the command
    books: BooksOption,
    records: RecordsOption,
    period: PeriodOption,
    by: ByOption,
    because: BecauseOption,
    at: AtOption,
    language: LanguageOption,
    as_of: AsOfOption = None,
) -> None:
    """Compute a closed period from the newest records; what changed becomes a new version."""
    shelf = open_shelf(books)
    with progress(COMPUTING, language) as moved:
        done = correct(shelf, period, records, Act(by, at, because), as_of=as_of, progress=moved)
    print_problems(done.problems, language)
    print_rows(done.rows, language)
    if done.kept is None:
        say(Text("{period}: every figure is as it was closed.").filled(period=period), language)
        return
    print_correction(shelf, done, language)


@periods.command("archive")
def archive_(  # noqa: PLR0913 - the options of the command
    books: BooksOption,
    records: RecordsOption,
    period: PeriodOption,
    language: LanguageOption,
    version: Annotated[int, Option("--version", min=0, help="A version; without it, the newest.")] = 0,
    out: Annotated[Path | None, Option("--out", help="The file; without it, PERIOD.kaohe here.")] = None,
) -> None:
    """Write a closed period into one file that verifies by itself on any machine."""
    shelf = open_shelf(books)
    kept = opened(shelf, period, version)
    file = out or Path(f"{period}{SUFFIX}")
    with progress(COMPUTING, language) as moved:
        write_archive(shelf, kept, records, file, progress=moved)
    text = Text("{period}, version {version}: archived in {file}; seal {seal}.")
    gaps = {"period": period, "version": kept.manifest.version, "file": file, "seal": kept.seal[:SEAL_SHOWN]}
    say(text.filled(**gaps), language)


@periods.command("list")
def list_(books: BooksOption, language: LanguageOption) -> None:
    """List the closed periods: version, who, when, seal, and what is still to be paid."""
    shelf = open_shelf(books)
    OUT.print(closed_periods(shelf, language))
    owed = outstanding(shelf)
    if owed:
        say(Text("To be paid with the next closing:"), language)
        OUT.print(owed_table(owed, language))
