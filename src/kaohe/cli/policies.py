"""``policy``: list, lint, show and the schema for editors."""

from pathlib import Path
from typing import Annotated

import typer
from rich.padding import Padding
from rich.text import Text as Line

from kaohe.cli import casework, problems, simulating
from kaohe.cli.options import LanguageOption, ParametersOption, in_language
from kaohe.cli.terminal import OUT, print_problems
from kaohe.cli.terminal import say as print_sentence
from kaohe.core.language import Language, Text, say
from kaohe.core.problem import Place, ProblemsFound, Severity, errors
from kaohe.core.system import refusal
from kaohe.policy.copying import copy_policy
from kaohe.policy.differences import Change, How, differences
from kaohe.policy.figurewords import Line as Sentence
from kaohe.policy.loader import lint as lint_policy
from kaohe.policy.loader import load, load_all, shipped
from kaohe.policy.schema import schema_text
from kaohe.policy.sentences import sentences

COPIED = Text("{file}: {name}, version 1, as {original} has it. Change it, then: kaohe policy lint {file}")
READING = Text("Reading: {reading}")
HOW = {How.ADDED: Text("new"), How.REMOVED: Text("gone"), How.CHANGED: Text("changed")}
STYLES = {How.ADDED: "green", How.REMOVED: "red", How.CHANGED: "yellow"}
SHORT = 60
"""So many letters of a value, before and after together, fit on a line with its title."""
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
    """Copy a policy with its comments, under a name of your own, to change it."""
    copy_policy(original, name, out)
    print_sentence(COPIED.filled(name=name, original=original, file=out), language)


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
) -> None:
    """Say what changed between two policies, in plain words; with books, in money too."""
    before, after = load_all(old, new)
    chapters = differences(before, after, language)
    if not chapters:
        print_sentence(Text("The two policies say the same."), language)
    for chapter in chapters:
        OUT.print(Line(chapter.title, style="bold"))
        for change in chapter.changes:
            _print_change(change, language)
        OUT.print()
    if books is not None:
        simulating.print_money(old, new, books, period, records, language)


@policies.command()
def show(name: NameArgument, language: LanguageOption, parameters: ParametersOption = None) -> None:
    """Say a policy in plain sentences."""
    policy = load(name, parameters)
    for passage in sentences(policy, language):
        OUT.print(Line(passage.title, style="bold"))
        for line in passage.lines:
            _print(line, 1, language)
        OUT.print()


def _print_change(change: Change, language: Language) -> None:
    """Print one change; a short value before and after stands on one line."""
    how = Line.assemble("  ", (HOW[change.how].to(language), STYLES[change.how]), "  ")
    values = (*change.before, *change.after)
    if len(change.before) == len(change.after) == 1 and sum(map(len, values)) <= SHORT:
        text = Text("{title}: {before} → {after}").filled(
            title=change.title, before=values[0], after=values[1]
        )
        OUT.print(how + Line(text.to(language)), soft_wrap=True)
        return
    OUT.print(how + Line(change.title), soft_wrap=True)
    for sign, style, lines in (("−", "red", change.before), ("+", "green", change.after)):
        for line in lines:
            OUT.print(Padding(Line.assemble((f"{sign} ", style), line), (0, 0, 0, 4)))


def _print(line: Sentence, depth: int, language: Language) -> None:
    OUT.print(Padding(Line.assemble(line.text, (f"  {line.place}", "dim")), (0, 0, 0, 2 * depth)))
    if line.reading:
        reading = READING.filled(reading=line.reading).to(language)
        OUT.print(Padding(Line(reading, style="italic"), (0, 0, 0, 2 * depth + 2)))
    for part in line.lines:
        _print(part, depth + 1, language)
