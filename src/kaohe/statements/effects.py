"""What another policy would have done to closed periods: people's pay, their ranks, pools, cost.

Rendered by ``terminal.effects`` and ``report.effects``; written here as tables for programs.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from types import MappingProxyType

from kaohe.appraisal.resampling import Resampling
from kaohe.core.figure import Figure, FigureKey, Level, Unit
from kaohe.core.language import Text, Words
from kaohe.core.number import plain
from kaohe.statements.draws import COST, Draws, Likely, Which

ZERO = Fraction(0)
PEOPLE = ("period", "person", "name", "old", "new", "difference", "old_rank", "new_rank")
DEPARTMENT = ("period", "figure", "subject", "old", "new", "difference")
ENDS, RISES = ("low", "high"), ("rise_low", "rise_high")
"""Columns of the tables where it is known how sure the differences are."""
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
        likely: Between which values the difference would lie; None: it is not known.
    """

    subject: str
    name: str
    title: Words
    old: Fraction | None
    new: Fraction | None
    old_rank: int = 0
    new_rank: int = 0
    likely: Likely | None = None

    @property
    def which(self) -> Which:
        """By what draws know it: a person's pay, the cost, or a department's figure."""
        is_figure = bool(self.title) or self.name == COST
        return (self.name if is_figure else "", self.subject)

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
        draws: Both sides drawn anew, or why they cannot be; None: nobody asked.
        lines: What everybody's lines of payslips come to.
    """

    period: str
    people: tuple[Effect, ...]
    department: tuple[Effect, ...]
    measured_anew: bool = False
    draws: Draws | Text | None = None
    lines: tuple[Effect, ...] = ()


@dataclass(frozen=True)
class Effects:
    """What becomes of several periods, and in sum.

    Attributes:
        old: What the policy before is called, for each period the same or not.
        new: What the changed policy is called.
        periods: The periods, the earliest first.
        resampling: How it was found out how sure the differences are; None: it was not.
    """

    old: str
    new: str
    periods: tuple[PeriodEffect, ...]
    resampling: Resampling | None = None

    @cached_property
    def draws(self) -> Draws | None:
        """All periods drawn anew together; None where any of them was not."""
        draws = [one.draws for one in self.periods if isinstance(one.draws, Draws)]
        return Draws.together(draws) if draws and len(draws) == len(self.periods) else None

    def undrawn(self) -> list[tuple[str, Text]]:
        """Return the periods of which it is not known how sure the differences are, and why."""
        return [(one.period, one.draws) for one in self.periods if isinstance(one.draws, Text)]

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
        before = ranks({one.subject: one.old for one in summed})
        after = ranks({one.subject: one.new for one in summed})
        ranked = [
            replace(one, old_rank=before.get(one.subject, 0), new_rank=after.get(one.subject, 0))
            for one in summed
        ]
        return sorted(doubted(ranked, self.draws), key=lambda one: (one.difference, one.name))

    def cost(self) -> Effect:
        """Return the cost over all periods."""
        costs = [period.department[0] for period in self.periods]
        old, new = _sum(one.old for one in costs), _sum(one.new for one in costs)
        return doubted([Effect("", COST, {}, old, new)], self.draws)[0]

    def lines(self) -> list[Effect]:
        """Return what everybody's lines of payslips come to over all periods, as the new policy has them.

        A last one without a title has what makes up the rest: lines that only the old
        policy had, and what a total has beside its lines.
        """
        found: dict[str, list[Effect]] = {}
        for period in self.periods:
            for one in period.lines:
                found.setdefault(one.name, []).append(one)
        summed = [
            Effect("", name, some[-1].title, _sum(one.old for one in some), _sum(one.new for one in some))
            for name, some in found.items()
        ]
        cost = self.cost()
        rest = [
            (whole or ZERO) - sum((side or ZERO for side in sides), ZERO)
            for whole, sides in (
                (cost.old, [one.old for one in summed]),
                (cost.new, [one.new for one in summed]),
            )
        ]
        other = [Effect("", "", {}, rest[0], rest[1])] if summed and any(rest) else []
        return [*summed, *other]


def doubted(effects: Iterable[Effect], draws: Draws | Text | None) -> list[Effect]:
    """Return effects that know between which values they would lie, where they were drawn anew."""
    listed = list(effects)
    if not isinstance(draws, Draws):
        return listed
    differences = {one.which: one.difference for one in listed}
    rises = {one.which: one.old_rank - one.new_rank for one in listed if one.old_rank and one.new_rank}
    likely = draws.likely(differences, rises)
    return [replace(one, likely=likely.get(one.which)) for one in listed]


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
    draws: Draws | Text | None = None,
    lines: Mapping[str, Words] = MappingProxyType({}),
) -> PeriodEffect:
    """Return what becomes of a period.

    Args:
        period: Its label.
        old: The figures as they were, and the totals of payslips.
        new: The figures as they would have been, and the totals of payslips.
        names: Person → what they are called.
        titles: A department's figure → what it is called.
        measured_anew: Whether its measures had to be computed again.
        draws: Both sides drawn anew, or why they cannot be.
        lines: A line of the new policy's payslips → what it is called.
    """
    sides = [pay(figures, totals, period) for figures, totals in (old, new)]
    places = [ranks(side) for side in sides]
    people = [
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
    ]
    amounts = [_amounts(figures, period) for figures, _ in (old, new)]
    department = [
        Effect(
            subject,
            name,
            titles.get(name, {}),
            amounts[0].get((name, subject)),
            amounts[1].get((name, subject)),
        )
        for name, subject in dict.fromkeys((*amounts[1], *amounts[0]))
    ]
    whole = [_sum(side.values()) for side in sides]
    cost = Effect("", COST, {}, whole[0], whole[1])
    made = PeriodEffect(
        period,
        tuple(doubted(people, draws)),
        tuple(doubted([cost, *department], draws)),
        measured_anew,
        draws,
    )
    return replace(made, lines=tuple(_lines(old[0], new[0], period, lines)))


def _lines(old: Figures, new: Figures, period: str, titles: Mapping[str, Words]) -> Iterator[Effect]:
    """Yield what everybody's lines of payslips come to."""
    for name, title in titles.items():
        sums = [_sum(pay(figures, (name,), period).values()) for figures in (old, new)]
        yield Effect("", name, title, sums[0], sums[1])


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
    sure = effects.resampling is not None
    return _table(
        (*PEOPLE, *ENDS, *RISES) if sure else PEOPLE,
        (
            (
                *(period, one.subject, one.name, *_amount(one), one.old_rank or "", one.new_rank or ""),
                *((*_ends(one), *_rises(one)) if sure else ()),
            )
            for period, one in rows
        ),
    )


def department_csv(effects: Effects) -> str:
    """Return the cost and the departments' amounts, period by period, then the cost over all of them."""
    rows = [(period.period, one) for period in effects.periods for one in period.department]
    rows.append(("", effects.cost()))
    sure = effects.resampling is not None
    return _table(
        (*DEPARTMENT, *ENDS) if sure else DEPARTMENT,
        (
            (period, one.name, one.subject, *_amount(one), *(_ends(one) if sure else ()))
            for period, one in rows
        ),
    )


def _amount(one: Effect) -> tuple[str, str, str]:
    old, new = ("" if side is None else plain(side) for side in (one.old, one.new))
    return old, new, plain(one.difference)


def _ends(one: Effect) -> tuple[str, str]:
    """Return the interval of a difference; blank where none is known."""
    return (f"{one.likely.low:.2f}", f"{one.likely.high:.2f}") if one.likely else ("", "")


def _rises(one: Effect) -> tuple[int | str, int | str]:
    return (one.likely.rise_low, one.likely.rise_high) if one.likely else ("", "")


def _table(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
