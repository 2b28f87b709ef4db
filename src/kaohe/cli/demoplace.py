"""The demo's last step: the web application over the shop that was made, with an account for each role."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from kaohe.cli.demosteps import bring_in, made
from kaohe.cli.terminal import progress
from kaohe.core.language import Language, Text
from kaohe.demo import service
from kaohe.demo.cast import LEAD
from kaohe.demo.months import DemoMonth
from kaohe.ratings.desk import open_desk
from kaohe.ratings.sampling import sampling_of
from kaohe.web.serving import Serving, manage, told

PLACE = "web"
SMALL = 0.15
"""How big the second and third desk's shops are: they are there for raters and reviewers."""
SEED = "20261101"
AGENT, RATER, REVIEWER = "d04", LEAD.person, "d07"
DESCRIPTION = "desks.json"
Roles = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Described:
    """A desk of the demo, as ``settle_demo`` reads it."""

    slug: str
    title: Mapping[str, str]
    store: str
    policy: str
    periods: Sequence[str]
    as_of: str
    parameters: Mapping[str, str]
    history: Sequence[str]
    roles: Roles


SHOP_TITLE = {"zh-Hant": "示範旗艦店客服部", "zh-Hans": "示范旗舰店客服部", "en": "Demo shop, service desk"}
FORMS_TITLE = {
    "zh-Hant": "示範：崗位評分", "zh-Hans": "示范：岗位评分", "en": "Demo: duties scored on forms",
}  # fmt: skip
SAMPLE_TITLE = {
    "zh-Hant": "示範：對話抽檢",
    "zh-Hans": "示范：对话抽检",
    "en": "Demo: conversations reviewed",
}
SHOP_ROLES: Roles = {
    "head": ("head", ""),
    "agent": ("agent", AGENT),
    "hr": ("hr", ""),
    "admin": ("admin", ""),
}
FORMS_ROLES: Roles = {"rater": ("rater", RATER), "head": ("head", ""), "hr": ("hr", "")}
SAMPLE_ROLES: Roles = {"reviewer": ("reviewer", REVIEWER), "head": ("head", "")}


def settle_place(into: Path, shop: Described, language: Language) -> Serving:
    """Make the place that the web application serves: the demo shop, a desk with forms, one with a sample.

    Args:
        into: The demo's folder.
        shop: The demo shop's desk.
        language: What is printed.

    Returns:
        How it is served.
    """
    place = into / PLACE
    others = [_month(place, "duties-attitude", language), _month(place, "sampled-quality", language)]
    desks = [shop, *others]
    file = place / DESCRIPTION
    file.write_text(json.dumps([asdict(one) for one in desks], ensure_ascii=False), encoding="utf-8")
    serving = Serving(place, demo=True)
    manage(serving, "migrate", "--verbosity", "0")
    with progress(Text("Computing what the pages show"), language) as moved:
        for line in told(serving, "settle_demo", str(file)):
            done, total = map(int, line.split())
            moved(done, total)
    return serving


def _month(place: Path, scheme: str, language: Language) -> Described:
    """Make a small month of a scheme; what a rater or a reviewer of the demo is to do is left open."""
    files, store = place / "made" / scheme, place / "made" / f"{scheme}-store"
    month = made(files, lambda moved: service.write_month(files, scheme, SMALL, moved), language)
    _left_open(month)
    bring_in(month.files, store, language)
    if month.reviewers:
        sampling = sampling_of(
            open_desk(store, scheme, month.period, month.as_of, parameters=month.parameters)
        )
        sampling.keep(sampling.draw(SEED), SEED, store, language)
    rated = scheme == "duties-attitude"
    return Described(
        slug=scheme,
        title=FORMS_TITLE if rated else SAMPLE_TITLE,
        store=str(store),
        policy=scheme,
        periods=(month.period,),
        as_of=month.as_of.isoformat(),
        parameters={month.period: str(month.parameters)} if month.parameters else {},
        history=(),
        roles=FORMS_ROLES if rated else SAMPLE_ROLES,
    )


def _left_open(month: DemoMonth) -> None:
    """Take the demo's rater's scores out of the files: they are for the rater to give."""
    for file in month.files:
        if file.path.stem == "scores":
            first, *rows = file.path.read_text("utf-8-sig").splitlines(keepends=True)
            column = first.strip().split(",").index("rater")
            kept = [row for row in rows if row.split(",")[column] != RATER]
            file.path.write_text("".join((first, *kept)), encoding="utf-8")


def is_at_terminal() -> bool:
    """Return whether somebody is there to stop it."""
    return sys.stdin.isatty() and sys.stdout.isatty()
