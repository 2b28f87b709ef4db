"""The command ``kaohe``: one function a command; each translates its words, calls, and renders."""

from typing import Annotated

import typer

from kaohe import __version__
from kaohe.cli.appealing import appealing
from kaohe.cli.appraising import appraise, explain, measures
from kaohe.cli.demonstrating import demo
from kaohe.cli.importing import import_
from kaohe.cli.keeping import periods
from kaohe.cli.options import LanguageOption, in_language
from kaohe.cli.policies import policies
from kaohe.cli.rating import forms
from kaohe.cli.sampling import samples
from kaohe.cli.serving import serve
from kaohe.cli.terminal import OUT
from kaohe.cli.watching import signals

app = typer.Typer(
    name="kaohe",
    help="Customer-service performance appraisal: from chats and orders to payslips, every figure explained.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("measures")(measures)
app.command("appraise")(appraise)
app.command("explain")(explain)
app.command("signals")(signals)
app.command("import")(import_)
app.command("demo")(demo)
app.command("serve")(serve)
app.add_typer(periods, name="period")
app.add_typer(appealing, name="appeal")
app.add_typer(policies, name="policy")
app.add_typer(forms, name="forms")
app.add_typer(samples, name="sample")


def _version(wanted: bool) -> None:
    if wanted:
        OUT.print(f"kaohe {__version__}")
        raise typer.Exit


@app.callback()
def kaohe(
    language: LanguageOption,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Customer-service performance appraisal, every figure explained."""
    in_language(language)
    del version
