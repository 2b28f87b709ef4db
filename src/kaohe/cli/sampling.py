"""``sample``: conversations drawn at random, out to reviewers, and back."""

from pathlib import Path
from typing import Annotated

import typer

from kaohe.cli.options import (
    AsOfOption,
    LanguageOption,
    ParametersOption,
    PeriodOption,
    PolicyOption,
    RecordsOption,
    in_language,
)
from kaohe.cli.rating import (
    FilesArgument,
    IntoOption,
    LanguageOfOption,
    ReceivedOption,
    RoundOption,
    SeedOption,
    ZoneOption,
    languages_of,
    opened,
    take,
)
from kaohe.cli.terminal import OUT, print_problems, say
from kaohe.core.language import Text
from kaohe.ratings.reviewbooks import shared_out, write_reviews
from kaohe.ratings.sampling import sampling_of
from kaohe.ratings.takein import REVIEWS
from kaohe.ratings.terminal import agreement_table, draw_table, review_status, tendency_table

samples = typer.Typer(
    help="Sampled quality: conversations drawn, reviewed, and taken back.",
    callback=in_language,
    no_args_is_help=True,
)
SampleOption = Annotated[
    str, typer.Option("--sample", help="Which sample of the policy, where it has several.")
]
ReviewerOption = Annotated[
    list[str] | None,
    typer.Option(
        "--reviewer",
        metavar="PERSON",
        help="Who reviews; once for each reviewer. Without it, whom the policy names.",
    ),
]


@samples.command()
def draw(  # noqa: PLR0913 - the options of the command
    records: RecordsOption,
    policy: PolicyOption,
    period: PeriodOption,
    as_of: AsOfOption,
    seed: Annotated[
        str, typer.Option("--seed", help="What every lot begins with, such as a number; it is kept.")
    ],
    language: LanguageOption,
    sample: SampleOption = "",
    parameters: ParametersOption = None,
) -> None:
    """Draw conversations and keep the draw in the store; drawn again later, it is only added to."""
    desk = opened(records, policy, period, as_of, parameters, language)
    sampling = sampling_of(desk, sample)
    drawn = sampling.draw(seed)
    sampling.keep(drawn, seed, records, language)
    print_problems(sampling.warnings(drawn), language)
    OUT.print(draw_table(sampling, drawn, seed, language))


@samples.command()
def write(  # noqa: PLR0913 - the options of the command
    records: RecordsOption,
    policy: PolicyOption,
    period: PeriodOption,
    as_of: AsOfOption,
    out: Annotated[Path, typer.Option("--out", help="The folder to write into.")],
    language: LanguageOption,
    reviewer: ReviewerOption = None,
    sample: SampleOption = "",
    language_of: LanguageOfOption = None,
    parameters: ParametersOption = None,
) -> None:
    """Write one workbook for each reviewer: the chats, the checklist, and what draws the eye."""
    languages = languages_of(language_of or [])
    desk = opened(records, policy, period, as_of, parameters, language)
    written = write_reviews(sampling_of(desk, sample), reviewer or (), out, language, languages)
    print_problems(written.problems, language)
    for file in written.files.values():
        say(Text("Written: {file}").filled(file=file), language)


@samples.command()
def read(  # noqa: PLR0913 - the options of the command
    files: FilesArgument,
    into: IntoOption,
    received: ReceivedOption,
    language: LanguageOption,
    round_name: RoundOption = "",
    timezone: ZoneOption = "Asia/Shanghai",  # type: ignore[assignment]  # typer parses it
) -> None:
    """Take filled-in reviews into the store; a file that was changed stays out, and every cell is named."""
    take(files, REVIEWS, into, received, zone=timezone, language=language, round_name=round_name)


@samples.command()
def status(  # noqa: PLR0913 - the options of the command
    records: RecordsOption,
    policy: PolicyOption,
    period: PeriodOption,
    as_of: AsOfOption,
    language: LanguageOption,
    reviewer: ReviewerOption = None,
    sample: SampleOption = "",
    parameters: ParametersOption = None,
) -> None:
    """Say how much was drawn and reviewed; with the reviewers named, how much each has left."""
    desk = opened(records, policy, period, as_of, parameters, language)
    sampling = sampling_of(desk, sample)
    sampling.drawn_or_refused()
    shared = shared_out(sampling, reviewer or ()) if reviewer or sampling.reviewers else None
    OUT.print(review_status(sampling, shared, language))


@samples.command()
def agreement(  # noqa: PLR0913 - the options of the command
    records: RecordsOption,
    policy: PolicyOption,
    period: PeriodOption,
    as_of: AsOfOption,
    language: LanguageOption,
    seed: SeedOption = 1,
    sample: SampleOption = "",
    parameters: ParametersOption = None,
) -> None:
    """Say how far reviewers agree where two saw the same, and who scores mildly."""
    desk = opened(records, policy, period, as_of, parameters, language)
    sampling = sampling_of(desk, sample)
    sampling.drawn_or_refused()
    marks = sampling.marks()
    OUT.print(tendency_table(marks, desk.name, language))
    OUT.print(agreement_table(marks, sampling.sample.items, seed, language))
