"""A made-up month for each shipped scheme: the files it is computed from, and what is worth opening in it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from kaohe.demo.exports import ShopFile
from kaohe.demo.tables import COLUMNS, write_table

PERIOD = "2026-10"
Progress = Callable[[int, int], None]
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DemoMonth:
    """What was written for a scheme.

    Attributes:
        folder: The folder with the files.
        scheme: The shipped policy's name.
        as_of: A day on which everything of the period is final.
        files: The files to import, in the order to import them.
        opened: Whose figure is worth opening, and which.
        parameters: Parameters of the policy for the month; None: as shipped.
        history: Files with figures of the months before.
        reviewers: Who reviews sampled conversations; nobody where nothing is sampled.
        period: The period's label.
    """

    folder: Path
    scheme: str
    as_of: date
    files: tuple[ShopFile, ...]
    opened: tuple[str, str]
    parameters: Path | None = None
    history: tuple[Path, ...] = ()
    reviewers: tuple[str, ...] = ()
    period: str = PERIOD


@dataclass(frozen=True, slots=True)
class Rating:
    """How one rater scores in a form of the demo.

    Attributes:
        subject: Whom, or which department.
        rater: Who scores.
        usual: About what the scores come to.
    """

    subject: str
    rater: str
    usual: float


def tables(root: Path, rows: Mapping[str, Iterable[Row]]) -> tuple[ShopFile, ...]:
    """Write canonical tables below a folder and return them as files to import."""
    return tuple(
        ShopFile(write_table(root / "tables" / f"{name}.csv", COLUMNS[name], content), "table")
        for name, content in rows.items()
    )


def parameters(root: Path, scheme: str, lines: Sequence[str]) -> Path:
    """Write a month's parameters of a scheme."""
    file = root / "policy" / f"parameters-{PERIOD}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join((f"# {scheme}, {PERIOD}", *lines, "")), encoding="utf-8", newline="\n")
    return file


def scores(  # noqa: PLR0913 - a form, filled in
    dice: Random,
    form: str,
    items: Sequence[str],
    ratings: Iterable[Rating],
    when: str,
    *,
    scale: tuple[int, int] = (0, 100),
    spread: float = 5,
) -> Iterable[Row]:
    """Yield filled-in forms: each score near what the rater usually gives, on the scale."""
    low, high = scale
    for one in ratings:
        for item in items:
            score = min(max(round(dice.gauss(one.usual, spread)), low), high)
            yield {
                "round": f"{PERIOD}/{form}",
                "subject": one.subject,
                "item": item,
                "rater": one.rater,
                "score": str(score),
                "scored_at": when,
                "note": "",
            }


def person(  # noqa: PLR0913 - the columns of the people table
    id_: str,
    name: str,
    department: str,
    role: str,
    base_pay: int,
    *,
    regular: bool = True,
    hired_on: str = "2023-03-01",
    left_on: str = "",
) -> Row:
    """Return a row of the people table."""
    return {
        "person": id_,
        "name": name,
        "department": department,
        "role": role,
        "regular": "yes" if regular else "no",
        "hired_on": hired_on,
        "left_on": left_on,
        "base_pay": f"{base_pay}.00",
    }
