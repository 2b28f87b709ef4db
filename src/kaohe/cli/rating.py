"""``forms``: rating forms out, back, and who still owes what."""

from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from kaohe.cli.importing import zone_named
from kaohe.cli.options import (
    AsOfOption,
    LanguageOption,
    ParametersOption,
    PeriodOption,
    PolicyOption,
    RecordsOption,
    day,
    in_language,
)
from kaohe.cli.terminal import OUT, print_problems, progress, say
from kaohe.core.language import Language, Text
from kaohe.core.problem import Place, ProblemsFound, errors
from kaohe.ratings import problems
from kaohe.ratings.desk import Desk, open_desk
from kaohe.ratings.formbooks import write_forms
from kaohe.ratings.owing import owed, write_reminders
from kaohe.ratings.rounds import rounds
from kaohe.ratings.takein import FORMS, Taken, Way, take_in
from kaohe.ratings.terminal import agreement_table, form_status, tendency_table
from kaohe.records.objects import Where

MEASURING = Text("Looking who was at work")
CAME_BACK = Text("{file}: {count} scores.")
STAYS_OUT = Text("{file}: stays out.")
BROUGHT = Text("{table}: {new} new, {known} known already.")
forms = typer.Typer(
    help="Rating forms: who scores whom, on paper that comes back.",
    callback=in_language,
    no_args_is_help=True,
)

FormOption = Annotated[str, typer.Option("--form", help="Only this form of the policy.")]
RaterOption = Annotated[
    list[str] | None, typer.Option("--rater", metavar="PERSON", help="Only for this one; may be repeated.")
]
LanguageOfOption = Annotated[
    list[str] | None,
    typer.Option(
        "--language-of", metavar="PERSON=LANGUAGE", help="The language of one person; may be repeated."
    ),
]
IntoOption = Annotated[Path, typer.Option("--into", help="The store.")]
FilesArgument = Annotated[list[Path], typer.Argument(metavar="FILE...", help="The files that came back.")]
ReceivedOption = Annotated[
    date, typer.Option("--received", parser=day, metavar="DAY", help="The day on which they came back.")
]
RoundOption = Annotated[
    str, typer.Option("--round", help="The round that they must be of, such as 2026-10/assessment.")
]
ZoneOption = Annotated[
    ZoneInfo,
    typer.Option("--timezone", parser=zone_named, metavar="ZONE", help="The zone of the store's clocks."),
]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="What the draws by chance begin with.")]


@forms.command()
def status(  # noqa: PLR0913 - the options of the command
    records: RecordsOption,
    policy: PolicyOption,
    period: PeriodOption,
    as_of: AsOfOption,
    language: LanguageOption,
    form: FormOption = "",
    parameters: ParametersOption = None,
    reminders: Annotated[
        Path | None, typer.Option("--reminders", help="Write the reminders that are due into this CSV file.")
    ] = None,
) -> None:
    """Say who has given how much, what is missing and what is overdue; write the reminders that are due."""
    desk = opened(records, policy, period, as_of, parameters, language)
    owing = []
    for one in rounds(desk, form):
        print_problems(one.lacking(), language)
        own = owed(one)
        OUT.print(form_status(one, own, language))
        owing += own
    if reminders:
        count = write_reminders(owing, reminders, language)
        say(Text("Reminders due: {count}, in {file}").filled(count=count, file=reminders), language)


@forms.command()
def write(  # noqa: PLR0913 - the options of the command
    records: RecordsOption,
    policy: PolicyOption,
    period: PeriodOption,
    as_of: AsOfOption,
    out: Annotated[Path, typer.Option("--out", help="The folder to write into.")],
    language: LanguageOption,
    form: FormOption = "",
    rater: RaterOption = None,
    language_of: LanguageOfOption = None,
    parameters: ParametersOption = None,
) -> None:
    """Write one workbook for each rater, to be filled in without a network."""
    languages = languages_of(language_of or [])
    desk = opened(records, policy, period, as_of, parameters, language)
    found = rounds(desk, form)
    known = list(dict.fromkeys(one for each in found for one in each.raters))
    strange = [one for one in rater or () if one not in known]
    if strange:
        named = ", ".join(known)
        raise ProblemsFound(
            problems.NOT_ASKED.at(Place("--rater"), one, rater=one, known=named) for one in strange
        )
    for each in found:
        print_problems(each.lacking(), language)
        for file in write_forms(each, out, language, raters=rater or (), languages=languages):
            say(Text("Written: {file}").filled(file=file), language)


@forms.command()
def read(  # noqa: PLR0913 - the options of the command
    files: FilesArgument,
    into: IntoOption,
    received: ReceivedOption,
    language: LanguageOption,
    round_name: RoundOption = "",
    timezone: ZoneOption = "Asia/Shanghai",  # type: ignore[assignment]  # typer parses it
) -> None:
    """Take filled-in forms into the store; a file that was changed stays out, and every cell is named."""
    take(files, FORMS, into, received, zone=timezone, language=language, round_name=round_name)


@forms.command()
def raters(  # noqa: PLR0913 - the options of the command
    records: RecordsOption,
    policy: PolicyOption,
    period: PeriodOption,
    as_of: AsOfOption,
    language: LanguageOption,
    form: FormOption = "",
    seed: SeedOption = 1,
    parameters: ParametersOption = None,
) -> None:
    """Compare the raters: who scores mildly, who evenly, and how far they agree."""
    desk = opened(records, policy, period, as_of, parameters, language)
    for one in rounds(desk, form):
        marks = one.marks()
        OUT.print(tendency_table(marks, desk.name, language))
        OUT.print(agreement_table(marks, one.form.items, seed, language))


def opened(  # noqa: PLR0913 - handed on as they are
    records: Where, policy: str, period: str, as_of: date, parameters: Path | None, language: Language
) -> Desk:
    """Open a desk under a progress bar, and tell what is odd about its records."""
    with progress(MEASURING, language) as moved:
        desk = open_desk(records, policy, period, as_of, parameters=parameters, progress=moved)
    print_problems(desk.records.problems, language)
    return desk


def languages_of(pairs: list[str]) -> dict[str, Language]:
    """Return person → language from ``PERSON=LANGUAGE``.

    Raises:
        ProblemsFound: A pair says no language that there is.
    """
    known = ", ".join(Language)
    found, wrong = {}, []
    for pair in pairs:
        person, _, tag = pair.rpartition("=")
        if person and tag in list(Language):
            found[person] = Language(tag)
        else:
            wrong.append(problems.NOT_A_PAIR.at(Place("--language-of"), pair, text=pair, known=known))
    if wrong:
        raise ProblemsFound(wrong)
    return found


def take(  # noqa: PLR0913 - handed on as they are
    files: list[Path],
    way: Way,
    into: Path,
    received: date,
    *,
    zone: ZoneInfo,
    language: Language,
    round_name: str,
) -> None:
    """Take workbooks in and tell what came of it; a file that stays out ends with status 1."""
    taken = take_in(files, way, into, received, zone=zone, language=language, round_name=round_name)
    tell(taken, way, language)
    print_problems(taken.problems, language)
    if errors(taken.problems):
        raise typer.Exit(1)


def tell(taken: Taken, way: Way, language: Language) -> None:
    """Say which files came in, and what was new."""
    for file, count in taken.files.items():
        say(CAME_BACK.filled(file=file, count=count), language)
    for file in taken.refused:
        say(STAYS_OUT.filled(file=file), language)
    new = taken.report.rows_new + taken.report.rows_replaced if taken.report else 0
    say(BROUGHT.filled(table=way.table, new=new, known=taken.known), language)
