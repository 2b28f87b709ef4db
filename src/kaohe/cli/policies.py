"""``policy``: list, lint, show and the schema for editors."""

from pathlib import Path
from typing import Annotated

import typer
from rich.padding import Padding
from rich.text import Text as Line

from kaohe.cli import casework, problems, simulating
from kaohe.cli.differing import print_changes
from kaohe.cli.options import (
    CertaintyName,
    CertaintySeedOption,
    LanguageOption,
    ParametersOption,
    in_language,
)
from kaohe.cli.terminal import OUT, print_problems
from kaohe.cli.terminal import say as print_sentence
from kaohe.core.language import Language, Text, say
from kaohe.core.problem import Place, ProblemsFound, Severity, errors
from kaohe.core.system import refusal
from kaohe.policy.copying import copy_policy
from kaohe.policy.figurewords import Line as Sentence
from kaohe.policy.loader import lint as lint_policy
from kaohe.policy.loader import load, load_all, shipped
from kaohe.policy.schema import schema_text
from kaohe.policy.sentences import sentences

COPIED = Text("{file}: {name}, version 1, as {original} has it. Change it, then: kaohe policy lint {file}")
COPIED_CASES = Text("{cases}: its worked cases. They tell what a change did: kaohe policy test {file}")
READING = Text("Reading: {reading}")
policies = typer.Typer(
    help="Policies: a department's scheme as data.", callback=in_language, no_args_is_help=True
)
NameArgument = Annotated[
    str, typer.Argument(metavar="FILE|NAME", help="A policy file, or the name of a shipped policy.")
]

policies.command("test")(casework.run_cases)
policies.command("simulate")(simulating.simulate_)
policies.command("which")(simulating.which)


@policies.command("list")
def list_(language: LanguageOption) -> None:
    """List the policies that come with kaohe."""
    for name in shipped():
        OUT.print(f"{name}  {say(load(name).title, language)}", markup=False)


@policies.command()
def lint(name: NameArgument, language: LanguageOption, parameters: ParametersOption = None) -> None:
    """Check a policy: units, names, circles, bands, things unused, rules that cannot fire."""
    linted = lint_policy(name, parameters)
    print_problems(linted.problems, language)
    wrong = len(errors(linted.problems))
    warnings = sum(problem.severity is Severity.WARNING for problem in linted.problems)
    if wrong:
        raise typer.Exit(1)
    figures = len(linted.policy.definitions) if linted.policy else 0
    text = Text("{name}: {figures} figures, no errors, {warnings} warnings.")
    OUT.print(text.filled(name=name, figures=figures, warnings=warnings).to(language), markup=False)


@policies.command()
def schema(
    language: LanguageOption,
    out: Annotated[Path | None, typer.Option("--out", help="Write it here instead of printing it.")] = None,
) -> None:
    """Print the JSON Schema of policy files, for editors."""
    in_language(language)
    if out is None:
        OUT.out(schema_text(), end="")
        return
    try:
        out.write_text(schema_text(), "utf-8")
    except OSError as error:
        problem = problems.CANNOT_WRITE.at(Place(str(out)), reason=refusal(error))
        raise ProblemsFound([problem]) from None


@policies.command()
def new(
    name: Annotated[str, typer.Argument(help="The name of the new policy: small letters, digits, hyphens.")],
    original: Annotated[
        str,
        typer.Option("--from", metavar="FILE|NAME", help="The policy to begin with, such as presale-desk."),
    ],
    out: Annotated[Path, typer.Option("--out", help="The file to write; it must not be there yet.")],
    language: LanguageOption,
) -> None:
    """Copy a policy with its comments and worked cases, under a name of your own, to change it."""
    cases = copy_policy(original, name, out)
    print_sentence(COPIED.filled(name=name, original=original, file=out), language)
    if cases:
        print_sentence(COPIED_CASES.filled(cases=cases, file=out), language)


@policies.command()
def diff(  # noqa: PLR0913 - the options of the command
    old: Annotated[
        str, typer.Argument(metavar="OLD", help="The policy as it was: a file, or a shipped one's name.")
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The policy as it is to be.")],
    language: LanguageOption,
    books: Annotated[
        Path | None, typer.Option("--books", help="Books, to say it in money too, on a closed period.")
    ] = None,
    period: Annotated[str, typer.Option("--period", help="The closed period.")] = "",
    records: simulating.StoreOption = None,
    certainty: simulating.SureOption = CertaintyName.OFF,
    draws: simulating.DrawsOption = simulating.DRAWS,
    seed: CertaintySeedOption = 0,
) -> None:
    """Say what changed between two policies, in plain words; with books, in money too."""
    before, after = load_all(old, new)
    print_changes(before, after, language)
    if books is not None:
        how = certainty.resampling(seed, draws)
        simulating.print_money((old, new), books, period, language, records=records, how=how)


@policies.command()
def show(name: NameArgument, language: LanguageOption, parameters: ParametersOption = None) -> None:
    """Say a policy in plain sentences."""
    policy = load(name, parameters)
    for passage in sentences(policy, language):
        OUT.print(Line(passage.title, style="bold"))
        for line in passage.lines:
            _print(line, 1, language)
        OUT.print()


def _print(line: Sentence, depth: int, language: Language) -> None:
    OUT.print(Padding(Line.assemble(line.text, (f"  {line.place}", "dim")), (0, 0, 0, 2 * depth)))
    if line.reading:
        reading = READING.filled(reading=line.reading).to(language)
        OUT.print(Padding(Line(reading, style="italic"), (0, 0, 0, 2 * depth + 2)))
    for part in line.lines:
        _print(part, depth + 1, language)
