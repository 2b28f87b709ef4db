"""The help of the commands, said in one of the three languages."""

from collections.abc import Iterable, Mapping
from functools import partial

from rich.text import Text as Line
from typer import Context, Typer, rich_utils
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from kaohe.cli.terminal import Screen
from kaohe.core.language import Language, Text, catalogue

TITLES = {
    "ARGUMENTS_PANEL_TITLE": Text("Arguments"),
    "OPTIONS_PANEL_TITLE": Text("Options"),
    "COMMANDS_PANEL_TITLE": Text("Commands"),
    "REQUIRED_LONG_STRING": Text("[required]"),
    "DEFAULT_STRING": Text("[default: {}]"),
}
"""What typer's pages of help say of themselves, by the name under which typer keeps it."""
OPTIONS, COMMAND = Text("[OPTIONS]"), Text("COMMAND [ARGS]...")
USAGE, ENGLISH_USAGE = Text("Usage: {usage}"), "Usage: "


def spoken(app: Typer, language: Language) -> TyperGroup:
    """Return the command of an app; its help, and that of all commands below it, is said in a language."""
    for name, text in TITLES.items():
        setattr(rich_utils, name, text.to(language))
    # What typer puts into columns is cut off where a line of Chinese has no blank to break at.
    setattr(rich_utils, "Columns", _flowing)  # noqa: B010 - it is typer's own name, not one of its exports
    setattr(rich_utils, "Console", Screen)  # noqa: B010 - as above: a page of help may end in a pipe too
    command = get_command(app)
    assert isinstance(command, TyperGroup)
    _translate(command, language, catalogue(language))
    return command


def _flowing(parts: Iterable[Line]) -> Line:
    """Return the parts of a text of help one after the other, broken wherever the line ends."""
    joined = Line(" ").join(parts)
    joined.overflow = "fold"
    return joined


def _usage(command: TyperCommand | TyperGroup, language: Language, context: Context) -> str:
    """Return how a command is called."""
    english = type(command).get_usage(command, context).removeprefix(ENGLISH_USAGE)
    return USAGE.filled(usage=english).to(language)


def _translate(command: TyperCommand | TyperGroup, language: Language, sentences: Mapping[str, str]) -> None:
    command.help = _said(command.help or "", sentences)
    command.options_metavar = OPTIONS.to(language)
    setattr(command, "get_usage", partial(_usage, command, language))  # noqa: B010 - of this one command
    if isinstance(command, TyperGroup):
        command.subcommand_metavar = COMMAND.to(language)
    asks_help = command.get_help_option(Context(command))
    for parameter in (*command.params, *([asks_help] if asks_help else [])):
        assert isinstance(parameter, TyperArgument | TyperOption)
        parameter.help = _said(parameter.help or "", sentences)
        if isinstance(parameter.show_default, str):
            parameter.show_default = _said(parameter.show_default, sentences)
        if parameter.name == "language":  # whatever command of the line it was said to
            parameter.default = language.value
    for below in command.commands.values() if isinstance(command, TyperGroup) else ():
        assert isinstance(below, TyperCommand | TyperGroup)
        _translate(below, language, sentences)


def _said(help_text: str, sentences: Mapping[str, str]) -> str:
    """Return a text of help in another language; each paragraph is a sentence of the catalogue."""
    return "\n\n".join(sentences.get(one, one) for one in paragraphs(help_text))


def paragraphs(help_text: str) -> list[str]:
    """Return the paragraphs of a text of help, without the line breaks of the source."""
    return [" ".join(one.split()) for one in help_text.split("\n\n")]
