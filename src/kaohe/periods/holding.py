"""Policies over time: a folder with the versions of one scheme, and which of them holds for a period."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kaohe.core.period import Calendar, PeriodKind, Span
from kaohe.core.problem import Place, Problem, ProblemsFound, errors
from kaohe.periods import problems
from kaohe.periods.books import problems as book_problems
from kaohe.policy.loader import CASES, lint, shipped
from kaohe.policy.policy import Policy


@dataclass(frozen=True, slots=True)
class Held:
    """A version of a policy in a folder.

    Attributes:
        file: Its file.
        policy: What it says.
    """

    file: Path
    policy: Policy

    @property
    def since(self) -> date:
        """The first day on which it holds; one that does not say has held from the beginning."""
        return self.policy.valid_from or date.min


def versions(folder: Path) -> list[Held]:
    """Return the versions in a folder, the earliest first.

    Raises:
        ProblemsFound: With every mistake in any of them, or two hold from the same day, or
            there are none.
    """
    files = [file for file in sorted(folder.glob("*.y*ml")) if not file.name.endswith(CASES)]
    linted = [(file, lint(str(file))) for file in files]
    found = [one for _, each in linted if errors(each.problems) for one in each.problems]
    if not files:
        found.append(book_problems.NO_POLICIES.at(Place(str(folder)), folder=folder))
    held = sorted(
        (Held(file, each.policy) for file, each in linted if each.policy is not None),
        key=lambda one: (one.since, one.file.name),
    )
    found += _same_day(held)
    if found:
        raise ProblemsFound(found)
    return held


def _same_day(held: Sequence[Held]) -> Iterator[Problem]:
    by_day: dict[date, Held] = {}
    for one in held:
        first = by_day.setdefault(one.since, one)
        if first is not one:
            place = one.policy.subject_place or Place(str(one.file))
            gaps = {"one": first.file.name, "other": one.file.name}
            yield book_problems.TWO_VERSIONS.at(Place(place.file), day=one.policy.valid_from or "—", **gaps)


def holding(folder: Path, label: str) -> tuple[Held, Span]:
    """Return the version that holds for a period, and the period: the one that holds on its first day.

    A version that begins within a period holds from the next one on.

    Raises:
        ProblemsFound: As ``versions``, or none holds yet, or the label is no period.
    """
    held = versions(folder)
    period = period_of(held[-1].policy.calendar, label)
    for one in reversed(held):
        own = period_of(one.policy.calendar, label)
        if one.since <= own.first:
            return one, own
    known = ", ".join(f"{one.file.name} ({one.since})" for one in held)
    raise ProblemsFound(
        [
            book_problems.NO_VERSION_HOLDS.at(
                Place(str(folder)), folder=folder, day=period.first, label=label, known=known
            )
        ]
    )


def period_of(calendar: Calendar, label: str) -> Span:
    """Return the period that a label names.

    Raises:
        ProblemsFound: It names none.
    """
    try:
        return calendar.period(label)
    except ValueError:
        place = Place("--period")
        raise ProblemsFound(
            [problems.NOT_A_PERIOD.at(place, label, label=label, form=calendar.form)]
        ) from None


def chosen(policy: str, label: str) -> str:
    """Return the policy that an option names for a period: of a folder, the version that holds.

    The name of a shipped policy means that policy, even where a folder has the same name.
    """
    if policy in shipped() or not Path(policy).is_dir():
        return policy
    return str(holding(Path(policy), label)[0].file)


def around(folder: Path, day: date) -> Span:
    """Return the period of the newest version's calendar that a day lies in.

    Raises:
        ProblemsFound: As ``versions``.
    """
    calendar = versions(folder)[-1].policy.calendar
    labels = {
        PeriodKind.WEEK: f"{day:%G-W%V}",
        PeriodKind.MONTH: f"{day:%Y-%m}",
        PeriodKind.QUARTER: f"{day:%Y}-Q{(day.month + 2) // 3}",
        PeriodKind.HALF_YEAR: f"{day:%Y}-H{(day.month + 5) // 6}",
        PeriodKind.YEAR: f"{day:%Y}",
    }
    period = calendar.period(labels[calendar.kind])
    # A month may begin on another day than the first.
    while period.last < day:
        period = calendar.shifted(period, 1)
    while day < period.first:
        period = calendar.shifted(period, -1)
    return period
