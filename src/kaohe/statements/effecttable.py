"""What another policy would have done, as plain data in all three languages, for doors that draw it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from kaohe.core.figure import Unit
from kaohe.core.language import Language, Text
from kaohe.statements.draws import COST
from kaohe.statements.effects import Effect, Effects
from kaohe.statements.shown import shown
from kaohe.statements.terminal.effects import interval, level, line_title, notes, rank

THE_MOST = 3
"""So many who lose or gain most are named first."""
COST_SAID = Text("Cost: everybody's pay")


def effect_table(effects: Effects) -> Mapping[str, Any]:
    """Return effects as JSON can hold them: amounts as people read them, and as numbers for drawing."""
    listed = effects.people()
    rows = [_person(effects, one, len(listed)) for one in listed]
    losing = [one for one in listed if one.difference < 0]
    gaining = [one for one in listed if one.difference > 0]
    return {
        "old": effects.old,
        "new": effects.new,
        "periods": [
            {
                "period": one.period,
                "anew": one.measured_anew,
                "department": [
                    _titled(each) for each in one.department if each.name == COST or each.difference
                ],
            }
            for one in effects.periods
        ],
        "people": rows,
        "cost": _titled(effects.cost()),
        "losing": len(losing),
        "gaining": len(gaining),
        "same": len(listed) - len(losing) - len(gaining),
        "sure": _each(lambda language: level(effects, language)[0]) if effects.draws else None,
        "notes": [list(one) for one in _notes(effects)],
        "lines": [_titled(one) for one in effects.lines() if one.difference],
        "lose_most": [_amounts(one) for one in losing[:THE_MOST]],
        "gain_most": [_amounts(one) for one in reversed(gaining[-THE_MOST:])],
    }


def _notes(effects: Effects) -> Iterator[Sequence[str]]:
    """Yield what must be known to read the tables, in every language."""
    for some in zip(*(notes(effects, language) for language in Language), strict=True):
        yield [one.to(language) for one, language in zip(some, Language, strict=True)]


def _each(said: Callable[[Language], str]) -> list[str]:
    return [said(language) for language in Language]


def _person(effects: Effects, one: Effect, last: int) -> Mapping[str, Any]:
    by_period = [
        {
            "period": period.period,
            "said": _said(
                next((each.difference for each in period.people if each.subject == one.subject), None),
                signed=True,
            ),
        }
        for period in effects.periods
    ]
    ranks = {"old_rank": one.old_rank, "new_rank": one.new_rank, "rank": rank(one, last)}
    return {**_amounts(one), **ranks, "by_period": by_period}


def _titled(one: Effect) -> Mapping[str, Any]:
    title = [COST_SAID.to(each) if one.name == COST else line_title(one, each) for each in Language]
    return {**_amounts(one), "title": title}


def _amounts(one: Effect) -> Mapping[str, Any]:
    tone = "" if not one.difference else "gain" if one.difference > 0 else "loss"
    return {
        "subject": one.subject,
        "name": one.name,
        "old": _said(one.old),
        "new": _said(one.new),
        "difference": _said(one.difference, signed=True),
        "tone": tone,
        "interval": _each(lambda language: interval(one.likely, language).plain) if one.likely else None,
        "drawn": [None if side is None else float(side) for side in (one.old, one.new)],
    }


def _said(value: Fraction | None, *, signed: bool = False) -> str:
    """Return an amount as people read it, which is the same in all languages."""
    return shown(value, Unit.MONEY, Language.EN, signed=signed)
