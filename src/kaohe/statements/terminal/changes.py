"""Corrections on a terminal: the pay that changed, opened down to the records that changed it."""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text as Line
from rich.tree import Tree

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import Level, Unit
from kaohe.core.language import Language, Text, say
from kaohe.statements import labels
from kaohe.statements.changes import CARRIED, TOTAL, Carried, Change, paid, slips
from kaohe.statements.shown import called, shown
from kaohe.statements.terminal.paper import FAINT, STRONG, heading, tone

DEEPEST = 6
MOST_LINES = 15


def correction(
    changes: Sequence[Change], totals: Iterable[str], period: str, language: Language
) -> RenderableType:
    """Return what a correction changed: each person's pay as a tree, then how much else changed."""
    made: list[RenderableType] = []
    tops = [number for number, _ in paid(changes, totals, period)]
    for number in tops:
        one = changes[number]
        who = called(one.subject, one.who, language)
        tree = Tree(Line.assemble((f"{who}  ", STRONG), _sentence(one, language)))
        grow(tree, changes, number, language, set())
        made += [tree, Line()]
    if not tops:
        made.append(Line(Text("Nobody's pay changes.").to(language)))
        roots = [one for one in changes if one.kind == "figure" and one.level != Level.PERSON.value]
        made += [_sentence(one, language) for one in roots[:MOST_LINES]]
    return Group(*made)


def grow(tree: Tree, changes: Sequence[Change], number: int, language: Language, met: set[int]) -> None:
    """Hang below a change what made it; what was opened above is not opened again."""
    met.add(number)
    for below in changes[number].below:
        other = changes[below].who if changes[below].who != changes[number].who else ""
        said = _sentence(changes[below], language)
        branch = tree.add(Line.assemble(f"{other}  ", said) if other else said)
        if below not in met and len(met) < DEEPEST**3:
            grow(branch, changes, below, language, met)


def _sentence(change: Change, language: Language) -> Line:
    by = change.difference
    return Line(say(change.said, language), style=" ".join(tone(by)) if by is not None else FAINT)


def carried_lines(carried: Sequence[Carried], language: Language, *, opened: bool = True) -> RenderableType:
    """Return the lines of corrections on a payslip, each open down to what changed."""
    made: list[RenderableType] = []
    for one in carried:
        amount = shown(one.amount, Unit.MONEY, language, signed=True)
        tree = Tree(Line.assemble((one.title(language), STRONG), "  ", (amount, " ".join(tone(one.amount)))))
        if opened and one.top >= 0:
            grow(tree, one.changes, one.top, language, set())
        made.append(tree)
    return Group(*made) if made else heading("")


def to_pay(appraisal: Appraisal, carried: Sequence[Carried], language: Language) -> RenderableType:
    """Return what is paid beside the policy's own totals: each line opened, and the amount to pay."""
    made: list[RenderableType] = [heading(CARRIED.to(language)), Line()]
    for one in slips(appraisal, carried):
        if not one.carried:
            continue
        made.append(Line(one.name, style=STRONG))
        own = Line.assemble(f"  {TOTAL.to(language)}  ", (shown(one.total, Unit.MONEY, language), STRONG))
        made += [own, Padding(carried_lines(one.carried, language), (0, 0, 0, 2))]
        amount = shown(one.to_pay, Unit.MONEY, language)
        made += [Line.assemble(f"  {labels.TO_PAY.to(language)}  ", (amount, STRONG)), Line()]
    return Group(*made)
