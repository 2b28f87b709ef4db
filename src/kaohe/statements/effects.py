"""What another policy would have done to closed periods: people's pay, their ranks, pools, cost.

Rendered by ``terminal.effects`` and ``report.effects``; written here as tables for programs.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kaohe.core.figure import Figure, FigureKey, Level, Unit
from kaohe.core.language import Words
from kaohe.core.number import plain

ZERO = Fraction(0)
PEOPLE = ("period", "person", "name", "old", "new", "difference", "old_rank", "new_rank")
DEPARTMENT = ("period", "figure", "subject", "old", "new", "difference")
COST = "cost"
"""What the department costs: the sum of everybody's totals."""
Figures = Mapping[FigureKey, Figure]


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of one person's pay, or of one figure of a department.

    Attributes:
        subject: The person or department.
        name: What the person is called, or the figure's name.
        title: What the figure is called; empty for people.
        old: The amount as it was; None: none.
        new: The amount as it would have been; None: none.
        old_rank: The person's rank by pay, 1 the highest; 0: none.
        new_rank: The rank as it would have been.
    """

    subject: str
    name: str
    title: Words
    old: Fraction | None
    new: Fraction | None
    old_rank: int = 0
    new_rank: int = 0

    @property
    def difference(self) -> Fraction:
        """What is gained; lost, if negative."""
        return (self.new or ZERO) - (self.old or ZERO)


@dataclass(frozen=True, slots=True)
class PeriodEffect:
    """What becomes of one period.

    Attributes:
        period: Its label.
        people: Everybody's pay.
        department: The cost, then the departments' amounts of money.
        measured_anew: Whether its measures had to be computed again from the records.
    """

    period: str
    people: tuple[Effect, ...]
    department: tuple[Effect, ...]
    measured_anew: bool = False


@dataclass(frozen=True, slots=True)
class Effects:
    """What becomes of several periods, and in sum.

    Attributes:
        old: What the policy before is called, for each period the same or not.
        new: What the changed policy is called.
        periods: The periods, the earliest first.
    """

    old: str
    new: str
    periods: tuple[PeriodEffect, ...]

    def people(self) -> list[Effect]:
        """Return everybody's pay over all periods, who loses most first."""
        found: dict[str, list[Effect]] = {}
        for period in self.periods:
            for one in period.people:
                found.setdefault(one.subject, []).append(one)
        summed = [
            Effect(person, some[-1].name, {}, _sum(one.old for one in some), _sum(one.new for one in some))
            for person, some in found.items()
        ]
        ranked = (
            ranks({one.subject: one.old for one in summed}),
            ranks({one.subject: one.new for one in summed}),
        )
        return sorted(
            (
                Effect(
                    one.subject,
                    one.name,
                    {},
                    one.old,
                    one.new,
                    *(rank.get(one.subject, 0) for rank in ranked),
                )
                for one in summed
            ),
            key=lambda one: (one.difference, one.name),
        )

    def cost(self) -> Effect:
        """Return the cost over all periods."""
        costs = [period.department[0] for period in self.periods]
        return Effect("", COST, {}, _sum(one.old for one in costs), _sum(one.new for one in costs))


def _sum(values: Iterable[Fraction | None]) -> Fraction | None:
    known = [value for value in values if value is not None]
    return sum(known, ZERO) if known else None


def ranks(values: Mapping[str, Fraction | None]) -> dict[str, int]:
    """Return the rank of everybody who has a value: 1 and the number of those who have more."""
    known = sorted((value for value in values.values() if value is not None), reverse=True)
    return {one: known.index(value) + 1 for one, value in values.items() if value is not None}


def pay(figures: Figures, totals: Iterable[str], period: str) -> dict[str, Fraction]:
    """Return the sum of everybody's payslips' totals."""
    wanted = set(totals)
    found: dict[str, Fraction] = {}
    # Only what is asked for is read: a look at the key costs a fraction of a figure made.
    for key in figures:
        if key.figure in wanted and key.level is Level.PERSON and key.span == period:
            found[key.subject] = found.get(key.subject, ZERO) + (figures[key].value or ZERO)
    return found


def effect(  # noqa: PLR0913 - two sides, and how they are called
    period: str,
    old: tuple[Figures, Sequence[str]],
    new: tuple[Figures, Sequence[str]],
    names: Mapping[str, str],
    titles: Mapping[str, Words],
    *,
    measured_anew: bool = False,
) -> PeriodEffect:
    """Return what becomes of a period.

    Args:
        period: Its label.
        old: The figures as they were, and the totals of payslips.
        new: The figures as they would have been, and the totals of payslips.
        names: Person → what they are called.
        titles: A department's figure → what it is called.
        measured_anew: Whether its measures had to be computed again.
    """
    sides = [pay(figures, totals, period) for figures, totals in (old, new)]
    places = [ranks(side) for side in sides]
    people = tuple(
        Effect(
            person,
            names.get(person, person),
            {},
            sides[0].get(person),
            sides[1].get(person),
            places[0].get(person, 0),
            places[1].get(person, 0),
        )
        for person in dict.fromkeys((*sides[1], *sides[0]))
    )
    amounts = [_amounts(figures, period) for figures, _ in (old, new)]
    department = tuple(
        Effect(
            subject,
            name,
            titles.get(name, {}),
            amounts[0].get((name, subject)),
            amounts[1].get((name, subject)),
        )
        for name, subject in dict.fromkeys((*amounts[1], *amounts[0]))
    )
    cost = Effect("", COST, {}, _sum(sides[0].values()), _sum(sides[1].values()))
    return PeriodEffect(period, people, (cost, *department), measured_anew)


def _amounts(figures: Figures, period: str) -> dict[tuple[str, str], Fraction | None]:
    """Return the departments' amounts of money: pools, awards, sales."""
    return {
        (key.figure, key.subject): figures[key].value
        for key in figures
        if key.level is Level.DEPARTMENT and key.span == period and figures[key].unit is Unit.MONEY
    }


def people_csv(effects: Effects) -> str:
    """Return everybody's pay, period by period, then over all of them."""
    rows = [(period.period, one) for period in effects.periods for one in period.people]
    rows += [("", one) for one in effects.people()]
    return _table(
        PEOPLE,
        (
            (period, one.subject, one.name, *_amount(one), one.old_rank or "", one.new_rank or "")
            for period, one in rows
        ),
    )


def department_csv(effects: Effects) -> str:
    """Return the cost and the departments' amounts, period by period, then the cost over all of them."""
    rows = [(period.period, one) for period in effects.periods for one in period.department]
    rows.append(("", effects.cost()))
    return _table(DEPARTMENT, ((period, one.name, one.subject, *_amount(one)) for period, one in rows))


def _amount(one: Effect) -> tuple[str, str, str]:
    old, new = ("" if side is None else plain(side) for side in (one.old, one.new))
    return old, new, plain(one.difference)


def _table(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
