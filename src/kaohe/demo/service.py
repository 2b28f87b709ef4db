"""The demo shop's desk by other schemes: the same chats and orders, with forms, calls and reviews."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from kaohe.demo.cast import AGENTS, DEPARTMENT, LEAD
from kaohe.demo.months import PERIOD, DemoMonth, Progress, Rating, Row, parameters, scores, tables
from kaohe.demo.shop import write_shop

AS_OF = date(2026, 11, 6)
SCORED_AT = "2026-11-04 11:20:00"
REVIEWED_AT = "2026-11-05 14:00:00"
NORM = 2_000
"""Receptions expected of one person in a month of a shop of scale 1."""
CHECKER = "d09"
"""Who checks the quality and serves no customers."""
REVIEWERS = (LEAD.person, CHECKER, "d07")
KEPT = ("people", "accounts", "ratings", "complaints")
"""The shop's own tables that these schemes look at."""
ITEMS = ("courtesy", "tone", "speed", "promises", "knowledge")
MOST = 2
OTHER_OPINION = 0.08
"""The probability that a second reviewer sees an item otherwise."""
CARE = {"d01": 1.9, "d02": 1.6, "d03": 1.85, "d04": 1.15, "d05": 1.5, "d09": 1.7}
"""What each of the appraised usually gets for an item, of two."""


@dataclass(frozen=True, slots=True)
class Reviewing:
    """A drawn conversation and who looks at it.

    Attributes:
        case: The case's name.
        person: Whose conversation it is.
        reviewer: Who reviews it.
    """

    case: str
    person: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class Extra:
    """What a scheme has beside the shop's own records.

    Attributes:
        opened: Whose figure is worth opening, and which.
        rows: Its own tables.
        lines: Its parameters, by the shop's scale.
        reviewers: Who reviews its sample.
    """

    opened: tuple[str, str]
    rows: Callable[[], Mapping[str, Iterable[Row]]] = dict
    lines: Callable[[float], Sequence[str]] = lambda _: ()
    reviewers: tuple[str, ...] = ()


def write_month(into: Path, scheme: str, scale: float, progress: Progress | None = None) -> DemoMonth:
    """Write the desk's month for a scheme and return what it is."""
    extra = SCHEMES[scheme]
    shop = write_shop(into, months=(PERIOD,), scale=scale, progress=progress)
    kept = tuple(file for file in shop.files if file.format != "table" or file.path.stem in KEPT)
    for file in shop.files:
        if file not in kept:
            file.path.unlink()
    shop.parameters[PERIOD].unlink()
    shop.history.unlink()
    lines = extra.lines(scale)
    return DemoMonth(
        folder=into,
        scheme=scheme,
        as_of=AS_OF,
        files=(*kept, *tables(into, extra.rows())),
        opened=extra.opened,
        parameters=parameters(into, scheme, lines) if lines else None,
        reviewers=extra.reviewers,
    )


def _appraised() -> list[str]:
    """Return who is appraised of those who serve customers."""
    return [one.person for one in AGENTS if one.department == DEPARTMENT and one.regular]


def _forms() -> Mapping[str, Iterable[Row]]:
    """Return the filled-in forms: the lead on everyone's duties and attitude, colleagues on the attitude."""
    dice = Random("attitude 2026-10")
    others = [one for one in (*_appraised(), CHECKER) if one != LEAD.person]
    by_lead = [Rating(one, LEAD.person, 50 * CARE[one]) for one in others]
    attitude = [Rating(one, LEAD.person, 2.4 * CARE[one]) for one in others]
    attitude += [
        Rating(one, peer, 2.5 * CARE[one])
        for one in others
        for peer in others[1:]  # the first one has not handed in the form
        if peer != one
    ]
    return {
        "scores": (
            *scores(dice, "duties", ("answers", "records", "follow_up"), by_lead, SCORED_AT),
            *scores(
                dice,
                "attitude",
                ("cooperation", "initiative"),
                attitude,
                SCORED_AT,
                scale=(1, 5),
                spread=0.6,
            ),
        )
    }


def _calls() -> Mapping[str, Iterable[Row]]:
    """Return the ledger: follow-up calls, and two complaints judged."""
    return {"entries": tuple(_ledger())}


def _ledger() -> Iterator[Row]:
    dice = Random("calls 2026-10")
    for person in _appraised():
        for day in (6, 13, 20, 27):
            content = dice.random() < CARE[person] / MOST
            item = "content_call" if content else "discontent_call"
            yield _entry(person, day, item, "每週回訪一位顧客", "")
    yield _entry("d04", 18, "wrong_answer", "把可退的商品答成不可退，投訴成立", LEAD.name)
    yield _entry("d05", 24, "wrong_answer", "材質答錯，顧客投訴；待主管確認", "")


def _entry(person: str, day: int, item: str, note: str, approved_by: str) -> Row:
    return {
        "person": person,
        "day": f"{PERIOD}-{day:02d}",
        "item": item,
        "quantity": "1",
        "note": note,
        "by": "店長",
        "approved_by": approved_by,
    }


def reviews(sample: str, reviewings: Iterable[Reviewing]) -> Iterator[Row]:
    """Yield made-up reviews of drawn conversations; a second reviewer mostly agrees with the first."""
    for one in sorted(reviewings, key=lambda each: (each.case, each.reviewer)):
        seen = Random(f"case {one.case}")
        own = Random(f"case {one.case} {one.reviewer}")
        for item in ITEMS:
            score = min(max(round(seen.gauss(CARE.get(one.person, 1.5), 0.55)), 0), MOST)
            if own.random() < OTHER_OPINION:
                score = max(score - 1, 0) if score else 1
            yield {
                "round": f"{PERIOD}/{sample}",
                "case": one.case,
                "person": one.person,
                "item": item,
                "reviewer": one.reviewer,
                "score": str(score),
                "reviewed_at": REVIEWED_AT,
                "note": "",
            }


def write_reviews(into: Path, sample: str, reviewings: Iterable[Reviewing]) -> Path:
    """Write made-up reviews of drawn conversations as a table."""
    (file,) = tables(into, {"reviews": reviews(sample, reviewings)})
    return file.path


SCHEMES: Mapping[str, Extra] = {
    "service-quality": Extra(("d04", "service_score")),
    "workload-satisfaction": Extra(
        ("d04", "card_score"), lines=lambda scale: (f"norm: {max(1, round(NORM * scale))}",)
    ),
    "duties-attitude": Extra(("d04", "card_score"), _forms),
    "sampled-quality": Extra(("d04", "quality_score"), _calls, reviewers=REVIEWERS),
    "four-factor-pk": Extra(("d02", "pay.total")),
}
"""The shipped schemes that fit the shop's desk, each with what it has beside the shop's records."""
