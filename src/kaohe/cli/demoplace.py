"""The demo's last step: the web application over the shop that was made, with an account for each role."""

import csv
import sys
from collections.abc import Mapping
from pathlib import Path

from kaohe.cli.demomonths import SEED
from kaohe.cli.demosteps import bring_in, made
from kaohe.cli.terminal import progress
from kaohe.core.language import Language, Text, Words
from kaohe.demo import service
from kaohe.demo.cast import LEAD
from kaohe.demo.months import DemoMonth
from kaohe.ratings.desk import open_desk
from kaohe.ratings.sampling import sampling_of
from kaohe.web.demodesks import DemoDesk, written
from kaohe.web.rights import Role
from kaohe.web.serving import Serving, manage, told

PLACE = "web"
SMALL = 0.15
"""How big the second and third desk's shops are: they are there for raters and reviewers."""
AGENT, RATER, REVIEWER = "d04", LEAD.person, "d07"
DESCRIPTION = "desks.json"
Roles = Mapping[str, tuple[Role, str]]


SHOP_TITLE: Words = {
    Language.ZH_HANT: "示範旗艦店客服部",
    Language.ZH_HANS: "示范旗舰店客服部",
    Language.EN: "Demo shop, service desk",
}
FORMS_TITLE: Words = {
    Language.ZH_HANT: "示範：崗位評分",
    Language.ZH_HANS: "示范：岗位评分",
    Language.EN: "Demo: duties scored on forms",
}
SAMPLE_TITLE: Words = {
    Language.ZH_HANT: "示範：對話抽檢",
    Language.ZH_HANS: "示范：对话抽检",
    Language.EN: "Demo: conversations reviewed",
}
SHOP_ROLES: Roles = {
    "head": (Role.HEAD, ""),
    "agent": (Role.AGENT, AGENT),
    "hr": (Role.HR, ""),
    "admin": (Role.ADMIN, ""),
}
FORMS_ROLES: Roles = {"rater": (Role.RATER, RATER), "head": (Role.HEAD, ""), "hr": (Role.HR, "")}
SAMPLE_ROLES: Roles = {"reviewer": (Role.REVIEWER, REVIEWER), "head": (Role.HEAD, "")}


def settle_place(into: Path, shop: DemoDesk, language: Language) -> Serving:
    """Make the place that the web application serves: the demo shop, a desk with forms, one with a sample.

    Args:
        into: The demo's folder.
        shop: The demo shop's desk.
        language: What is printed, and what the accounts are called in.

    Returns:
        How it is served.
    """
    place = into / PLACE
    others = [_month(place, "duties-attitude", language), _month(place, "sampled-quality", language)]
    file = place / DESCRIPTION
    file.write_text(written([shop, *others]), encoding="utf-8")
    serving = Serving(place, demo=True)
    manage(serving, "migrate", "--verbosity", "0")
    with progress(Text("Computing what the pages show"), language) as moved:
        for line in told(serving, "settle_demo", str(file), "--language", language.value):
            done, total = map(int, line.split())
            moved(done, total)
    return serving


def _month(place: Path, scheme: str, language: Language) -> DemoDesk:
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
    return DemoDesk(
        slug=scheme,
        title=FORMS_TITLE if rated else SAMPLE_TITLE,
        store=store,
        policy=scheme,
        periods=(month.period,),
        as_of=month.as_of,
        parameters={month.period: month.parameters} if month.parameters else {},
        history=(),
        roles=FORMS_ROLES if rated else SAMPLE_ROLES,
    )


def _left_open(month: DemoMonth) -> None:
    """Take the demo's rater's scores out of the files: they are for the rater to give."""
    for file in month.files:
        if file.path.stem == "scores":
            with file.path.open(encoding="utf-8-sig", newline="") as opened:
                rows = csv.DictReader(opened)
                kept, names = [row for row in rows if row["rater"] != RATER], rows.fieldnames or ()
            with file.path.open("w", encoding="utf-8", newline="") as opened:
                writer = csv.DictWriter(opened, names)
                writer.writeheader()
                writer.writerows(kept)


def is_at_terminal() -> bool:
    """Return whether somebody is there to stop it."""
    return sys.stdin.isatty() and sys.stdout.isatty()
