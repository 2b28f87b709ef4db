"""What changed between two policies, printed in plain words."""

from rich.padding import Padding
from rich.text import Text as Line

from kaohe.cli.terminal import OUT, say
from kaohe.core.language import Language, Text
from kaohe.policy.differences import Change, How, differences
from kaohe.policy.policy import Policy

HOW = {How.ADDED: Text("new"), How.REMOVED: Text("gone"), How.CHANGED: Text("changed")}
STYLES = {How.ADDED: "green", How.REMOVED: "red", How.CHANGED: "yellow"}
SHORT = 60
"""So many letters of a value, before and after together, fit on a line with its title."""


def print_changes(before: Policy, after: Policy, language: Language) -> None:
    """Print what changed, chapter by chapter; or that nothing did."""
    chapters = differences(before, after, language)
    if not chapters:
        say(Text("The two policies say the same."), language)
    for chapter in chapters:
        OUT.print(Line(chapter.title, style="bold"))
        for change in chapter.changes:
            _print_change(change, language)
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
