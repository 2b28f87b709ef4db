"""The demo hotel: six departments, two executives, and the forms they fill in. All made up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from kaohe.demo.months import PERIOD, DemoMonth, Rating, Row, parameters, person, scores, tables
from kaohe.demo.tables import COLUMNS, write_table

SCHEME = "department-rating"
HEAD = "部門經理"
ITEMS = ("guests", "results", "cooperation", "costs", "safety")
INDICATORS = ("revenue", "revenue_plan", "profit")
"""What business departments report; support departments report nothing."""
EXECUTIVE, GENERAL = "h01", "h02"
SCORED_AT = "2026-10-22 15:30:00"


@dataclass(frozen=True, slots=True)
class Department:
    """A department of the hotel.

    Attributes:
        name: What it is called.
        names: Who works there, the head first.
        usual: What it is usually scored.
        operating: Revenue, plan and profit in yuan; None: a support department.
        scored: Whether its head has handed in the form.
    """

    name: str
    names: tuple[str, ...]
    usual: float
    operating: tuple[int, int, int] | None = None
    scored: bool = True


DEPARTMENTS = (
    Department("前廳部", ("阿鶴", "小雀", "阿鷺", "小鴿"), 88, (1_284_600, 1_200_000, 268_300)),
    Department("餐飲部", ("阿鵬", "小鶯", "阿鸝", "小鵲", "阿雁"), 82, (903_500, 1_050_000, 141_700)),
    Department("客房部", ("小鷗", "阿鴻", "小鸚", "阿燕", "小鵑"), 97, (2_418_000, 2_000_000, 530_900)),
    Department("工程部", ("阿鷹", "小隼", "阿鳶"), 85),
    Department("財務部", ("小鷺", "阿鴛"), 91, scored=False),
    Department("保安部", ("阿鷲", "小鶴", "阿鴉"), 76),
)
"""Three run business, three support; the head of one of them has not handed in the form."""
BEFORE = {"2026-08": (90, 84, 96, 82, 93, 80), "2026-09": (87, 79, 100, 86, 90, 74)}
"""What the departments came to in the months before, in their order."""


def write_month(into: Path) -> DemoMonth:
    """Write the hotel's month and return what it is."""
    dice = Random("hotel 2026-10")
    filled = scores(dice, "assessment", ITEMS, _ratings(), SCORED_AT, spread=2.5)
    files = tables(into, {"people": _people(), "operating": _operating(), "scores": filled})
    before = write_table(
        into / "policy" / "history-before.csv", COLUMNS["history"], _history(), encoding="utf-8"
    )
    lines = (f"executive_manager: [{EXECUTIVE}]", f"general_manager: [{GENERAL}]")
    return DemoMonth(
        folder=into,
        scheme=SCHEME,
        as_of=date(2026, 10, 26),
        files=files,
        opened=("工程部", "bonus"),
        parameters=parameters(into, SCHEME, lines),
        history=(before,),
    )


def _staff() -> Iterator[tuple[Department, str, str, bool]]:
    """Yield department, id, name and whether they head it."""
    number = 10
    for department in DEPARTMENTS:
        for place, name in enumerate(department.names):
            number += 1
            yield department, f"h{number}", name, place == 0


def _people() -> Iterator[Row]:
    yield person(EXECUTIVE, "老鯤", "", "執行總經理", 21_000)
    yield person(GENERAL, "老鳳", "", "總經理", 30_000)
    for department, id_, name, heads in _staff():
        joined = "2026-10-09" if name == "阿雁" else "2023-03-01"
        yield person(id_, name, department.name, HEAD if heads else "員工", 9_000 if heads else 5_200,
                     regular=name != "阿雁", hired_on=joined)  # fmt: skip


def _operating() -> Iterator[Row]:
    for department in DEPARTMENTS:
        for indicator, value in zip(INDICATORS, department.operating or (), strict=False):
            yield {
                "department": department.name,
                "month": PERIOD,
                "indicator": indicator,
                "value": str(value),
            }


def _ratings() -> Iterable[Rating]:
    """Yield who scores whom: heads think better of their own, the general manager is strict."""
    for department, id_, _, heads in _staff():
        if heads:
            if department.scored:
                yield Rating(department.name, id_, department.usual + 2)
            yield Rating(department.name, EXECUTIVE, department.usual)
            yield Rating(department.name, GENERAL, department.usual - 1.5)


def _history() -> Iterator[Row]:
    for span, values in BEFORE.items():
        for department, value in zip(DEPARTMENTS, values, strict=True):
            yield {
                "figure": "rated",
                "level": "department",
                "subject": department.name,
                "span": span,
                "value": str(value),
            }
