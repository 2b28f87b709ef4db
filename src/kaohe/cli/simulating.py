"""``policy simulate``, ``policy which``: policies over time, and in money."""

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from kaohe.appraisal.resampling import Resampling
from kaohe.cli.differing import print_changes
from kaohe.cli.keeping import BooksOption
from kaohe.cli.options import CertaintyName, CertaintySeedOption, LanguageOption, PeriodOption
from kaohe.cli.terminal import OUT, progress, say
from kaohe.core.language import Language, Text
from kaohe.periods.books.shelf import open_shelf
from kaohe.periods.books.simulating import both, money, simulate
from kaohe.periods.folders import put_in_place
from kaohe.periods.holding import holding
from kaohe.statements.effects import Effects, department_csv, people_csv
from kaohe.statements.report.effects import write_effects
from kaohe.statements.terminal.effects import effects

COMPUTING = Text("Computing the periods")
DRAWS = 200
StoreOption = Annotated[
    Path | None,
    Option(
        "--records",
        help="The store, for --certainty, or where the policy measures otherwise than the closings did.",
    ),
]
SureOption = Annotated[
    CertaintyName,
    Option(
        "--certainty",
        metavar="LEVEL",
        help="How sure the differences are: intervals of 90, 95 or 99 per cent; off: without them.",
    ),
]
DrawsOption = Annotated[
    int,
    Option("--draws", min=20, max=10_000, help="How often conversations are drawn anew for the intervals."),
]


def simulate_(  # noqa: PLR0913 - the options of the command
    name: Annotated[
        str, Argument(metavar="NEW", help="The changed policy: a file, or a shipped one's name.")
    ],
    books: BooksOption,
    language: LanguageOption,
    last: Annotated[int, Option("--last", min=1, help="How many closed periods.")] = 6,
    records: StoreOption = None,
    certainty: SureOption = CertaintyName.OFF,
    draws: DrawsOption = DRAWS,
    seed: CertaintySeedOption = 0,
    out: Annotated[Path | None, Option("--out", help="A folder for the tables and the page.")] = None,
) -> None:
    """Say what a changed policy would have done to the last closed periods: who gains, who loses."""
    how, shelf = certainty.resampling(seed, draws), open_shelf(books)
    with progress(COMPUTING, language) as moved:
        found = simulate(shelf, name, last=last, store=records, resampling=how, progress=moved)
    print_changes(*both(shelf, name), language)
    show_effects(found, out, language)


def show_effects(found: Effects, out: Path | None, language: Language) -> None:
    """Print effects, and write them where asked."""
    OUT.print(effects(found, language))
    if out is None:
        return
    with put_in_place(out) as aside:
        (aside / "people.csv").write_text(people_csv(found), "utf-8", newline="\n")
        (aside / "department.csv").write_text(department_csv(found), "utf-8", newline="\n")
        write_effects(found, aside / "effects.html", language)
    say(Text("Written into {folder}: people.csv, department.csv, effects.html.").filled(folder=out), language)


def print_money(  # noqa: PLR0913 - two policies, a period, and from what
    policies: tuple[str, str],
    books: Path,
    period: str,
    language: Language,
    *,
    records: Path | None,
    how: Resampling | None,
) -> None:
    """Print what the change between two policies means in money, on one closed period."""
    with progress(COMPUTING, language) as moved:
        found = money(open_shelf(books), *policies, period, store=records, resampling=how, progress=moved)
    OUT.print(effects(found, language))


def which(
    folder: Annotated[Path, Argument(help="A folder with the versions of a policy.")],
    period: PeriodOption,
    language: LanguageOption,
) -> None:
    """Say which version of a policy holds for a period."""
    held, span = holding(folder, period)
    text = Text("{period} ({first} to {last}): {file}, {policy}, version {version}.")
    gaps = {"period": span.label, "first": span.first, "last": span.last, "file": held.file}
    say(text.filled(**gaps, policy=held.policy.name, version=held.policy.version), language)
