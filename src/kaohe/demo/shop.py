"""The demo shop as a folder of files: what platforms export, what the shop keeps, what it decides."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from importlib import resources
from itertools import pairwise
from pathlib import Path
from random import Random

from kaohe.core.period import add_months
from kaohe.demo import pace
from kaohe.demo.cast import DEPARTMENT, DESK_ROLES, SHOP, night_change
from kaohe.demo.desk import Desk
from kaohe.demo.exports import Exports, ShopFile
from kaohe.demo.plan import Plan, history
from kaohe.demo.tables import COLUMNS, DailyTables, standing_tables, write_table
from kaohe.demo.talk import filter_phrase

SEED = 20261001
MONTHS = ("2026-09", "2026-10")
Progress = Callable[[int, int], None]
"""Called after every day with the days done and the days there are."""


@dataclass(frozen=True, slots=True)
class Shop:
    """What was written.

    Attributes:
        folder: The demo's folder.
        name: The shop's name.
        months: The months, in order.
        files: The files to import, in the order to import them.
        parameters: The policy's parameters by month.
        history: Figures of the months before.
    """

    folder: Path
    name: str
    months: tuple[str, ...]
    files: tuple[ShopFile, ...]
    parameters: Mapping[str, Path]
    history: Path


def write_shop(  # noqa: PLR0913 - each is a choice of its own, by name
    into: Path,
    *,
    seed: int = SEED,
    months: Sequence[str] = MONTHS,
    scale: Fraction | float = 1,
    campaign_days: Sequence[date] | None = None,
    progress: Progress | None = None,
) -> Shop:
    """Write the demo shop's files and return what they are.

    The same arguments give the same bytes. Files of an earlier run are replaced.

    Args:
        into: The folder to write into; made if it is missing.
        seed: Where chance begins.
        months: Calendar months, ``YYYY-MM``, one after the other.
        scale: How big the shop is; 1 has about 100,000 chat lines and 6,000 orders a month.
        campaign_days: Days with much more traffic and larger orders; None: the 20th of each month.
        progress: Told of every day that is done.

    Raises:
        ValueError: A month is not ``YYYY-MM``, there is none, or they do not follow each other.
    """
    in_a_row = _in_a_row(months)
    campaigns = pace.campaigns(in_a_row) if campaign_days is None else tuple(campaign_days)
    # A stream of chance for each part, so that one table's rows never move another's.
    desk = Desk(Random(f"{seed} desk"), in_a_row, campaigns, float(scale))
    plan = Plan(campaigns, float(scale), night_change(in_a_row))
    into.mkdir(parents=True, exist_ok=True)
    (into / "README.txt").write_text(_readme(), encoding="utf-8-sig", newline="\r\n")
    daily = DailyTables(into, seed, desk)
    exports = _run(desk, daily, Exports(into, in_a_row), progress)
    return Shop(
        folder=into,
        name=SHOP,
        months=in_a_row,
        files=(*standing_tables(into, in_a_row, plan, seed), *daily.write(), *exports.files),
        parameters={month: _write_parameters(into, month, plan) for month in in_a_row},
        history=write_table(
            into / "policy" / "history-before.csv",
            COLUMNS["history"],
            history(Random(f"{seed} history"), plan, in_a_row),
            encoding="utf-8",
        ),
    )


def _run(desk: Desk, daily: DailyTables, exports: Exports, progress: Progress | None) -> Exports:
    total = len(pace.month_days(desk.months))
    done = 0
    with exports:
        for day in desk.days():
            exports.add(day)
            if f"{day.day:%Y-%m}" in desk.months:
                daily.add(day)
                done += 1
                if progress:
                    progress(done, total)
    return exports


def _in_a_row(months: Sequence[str]) -> tuple[str, ...]:
    pace.month_days(months)  # refuses what is no month
    for before, month in pairwise(months):
        year, number = add_months(int(before[:4]), int(before[5:]), 1)
        if month != f"{year:04d}-{number:02d}":
            raise ValueError(f"{month} does not follow {before}")
    if not months:
        raise ValueError("no month")
    return tuple(months)


def _readme() -> str:
    return resources.files("kaohe.demo").joinpath("readme.txt").read_text(encoding="utf-8")


def _write_parameters(root: Path, month: str, plan: Plan) -> Path:
    """Write the parameters of the policy ``presale-desk`` for a month."""
    days = [f'"{day}"' for day in sorted(plan.campaign_days) if f"{day:%Y-%m}" == month]
    lines = (
        f"# presale-desk, {month}",
        f"desk_department: {DEPARTMENT}",
        f"desk_roles: [{', '.join(DESK_ROLES)}]",
        f"campaign_days: [{', '.join(days)}]",
        f'forecast_pv: "{plan.page_views(month)}"',
        "reference_month: null",
        'full_attendance_award: "200.00"',
        'overtime_rate: "18.75"',
        f'rules.ad.phrase: "{filter_phrase()}"',
    )
    file = root / "policy" / f"parameters-{month}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return file
