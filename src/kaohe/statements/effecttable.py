"""What another policy would have done, as plain data in all three languages, for doors that draw it."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from kaohe.core.figure import Unit
from kaohe.core.language import Language, Text, say
from kaohe.statements.effects import COST, Effect, Effects
from kaohe.statements.shown import shown

THE_MOST = 3
"""So many who lose or gain most are named first."""
COST_SAID = Text("Cost: everybody's pay")


def effect_table(effects: Effects) -> Mapping[str, Any]:
    """Return effects as JSON can hold them: amounts as people read them, and as numbers for drawing."""
    listed = effects.people()
    rows = [_person(effects, one) for one in listed]
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
        "lose_most": [_amounts(one) for one in losing[:THE_MOST]],
        "gain_most": [_amounts(one) for one in reversed(gaining[-THE_MOST:])],
    }


def _person(effects: Effects, one: Effect) -> Mapping[str, Any]:
    own = [
        next((each.difference for each in period.people if each.subject == one.subject), None)
        for period in effects.periods
    ]
    ranks = {"old_rank": one.old_rank, "new_rank": one.new_rank}
    return {**_amounts(one), **ranks, "periods": [_said(each, signed=True) for each in own]}


def _titled(one: Effect) -> Mapping[str, Any]:
    title = [
        COST_SAID.to(each) if one.name == COST else say(one.title, each) or one.name for each in Language
    ]
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
        "drawn": [None if side is None else float(side) for side in (one.old, one.new)],
    }


def _said(value: Fraction | None, *, signed: bool = False) -> str:
    """Return an amount as people read it, which is the same in all languages."""
    return shown(value, Unit.MONEY, Language.EN, signed=signed)
