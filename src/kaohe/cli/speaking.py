"""The help of the commands, said in one of the three languages."""

from collections.abc import Mapping

from typer import Context, Typer, rich_utils
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from kaohe.core.language import Language, Text, catalogue

TITLES = {
    "ARGUMENTS_PANEL_TITLE": Text("Arguments"),
    "OPTIONS_PANEL_TITLE": Text("Options"),
    "COMMANDS_PANEL_TITLE": Text("Commands"),
    "REQUIRED_LONG_STRING": Text("[required]"),
    "DEFAULT_STRING": Text("[default: {}]"),
}
"""What typer's pages of help say of themselves, by the name under which typer keeps it."""


def spoken(app: Typer, language: Language) -> TyperGroup:
    """Return the command of an app; its help, and that of all commands below it, is said in a language."""
    for name, text in TITLES.items():
        setattr(rich_utils, name, text.to(language))
    command = get_command(app)
    assert isinstance(command, TyperGroup)
    _translate(command, catalogue(language))
    return command


def _translate(command: TyperCommand | TyperGroup, sentences: Mapping[str, str]) -> None:
    command.help = _said(command.help or "", sentences)
    asks_help = command.get_help_option(Context(command))
    for parameter in (*command.params, *([asks_help] if asks_help else [])):
        assert isinstance(parameter, TyperArgument | TyperOption)
        parameter.help = _said(parameter.help or "", sentences)
        if isinstance(parameter.show_default, str):
            parameter.show_default = _said(parameter.show_default, sentences)
    for below in command.commands.values() if isinstance(command, TyperGroup) else ():
        assert isinstance(below, TyperCommand | TyperGroup)
        _translate(below, sentences)


def _said(help_text: str, sentences: Mapping[str, str]) -> str:
    """Return a text of help in another language; each paragraph is a sentence of the catalogue."""
    return "\n\n".join(sentences.get(one, one) for one in paragraphs(help_text))


def paragraphs(help_text: str) -> list[str]:
    """Return the paragraphs of a text of help, without the line breaks of the source."""
    return [" ".join(one.split()) for one in help_text.split("\n\n")]
