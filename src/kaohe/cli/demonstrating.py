"""``demo``: a made-up month of any scheme, from files to statements, in one go."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from kaohe.cli import problems
from kaohe.cli.appraising import appraise_into
from kaohe.cli.demomonths import SCHEMES, show_month
from kaohe.cli.demoplace import SHOP_ROLES, SHOP_TITLE, is_at_terminal, settle_place
from kaohe.cli.demosteps import bring_in, came_in, claim, made, point_on, say_languages
from kaohe.cli.options import LanguageOption
from kaohe.cli.serving import serve_place
from kaohe.cli.terminal import OUT, print_problems, say
from kaohe.core.figure import FigureKey
from kaohe.core.language import Language, Text
from kaohe.core.period import Calendar, Span
from kaohe.core.problem import Place, ProblemsFound
from kaohe.demo.shop import Shop, write_shop
from kaohe.periods.results import evidence_of
from kaohe.periods.runs import Appraised, Request
from kaohe.statements import terminal
from kaohe.statements.explain import explain
from kaohe.statements.terminal import reasons
from kaohe.web.demodesks import DemoDesk

POLICY = "presale-desk"
DAYS_UNTIL_FINAL = 5
POINTS = ".points"


def demo(
    language: LanguageOption,
    into: Annotated[Path, typer.Option("--into", help="The folder to make.")] = Path("demo-shop"),
    scale: Annotated[
        float,
        typer.Option("--scale", min=0.01, max=50, help="How big the shop is; 1 has 100,000 lines a month."),
    ] = 1.0,
    scheme: Annotated[
        str, typer.Option("--scheme", help="The scheme to show: a shipped policy's name.")
    ] = POLICY,
    pages: Annotated[
        bool, typer.Option("--pages/--no-pages", help="Whether the web application is made over it too.")
    ] = True,
) -> None:
    """Make up a scheme's month, import its files, appraise it, and explain a figure of it."""
    if scheme == POLICY:
        _two_months(into, scale, language, pages=pages)
    elif scheme in SCHEMES:
        show_month(scheme, into, scale, language)
    else:
        known = ", ".join((POLICY, *SCHEMES))
        raise ProblemsFound([problems.NO_DEMO.at(Place("--scheme"), scheme, scheme=scheme, known=known)])


def _two_months(into: Path, scale: float, language: Language, *, pages: bool) -> None:
    """Make a shop, import its exports, appraise two months, and explain a line of a payslip."""
    claim(into)
    say_languages(into)
    files = into / "files"
    shop = made(files, lambda moved: write_shop(files, scale=scale, progress=moved), language)
    say(
        Text("1. A made-up shop in the files that platforms export: {folder}").filled(folder=shop.folder),
        language,
    )
    store = into / "store"
    reports = bring_in(shop.files, store, language)
    say(Text("2. Imported into a store: {folder}").filled(folder=store), language)
    OUT.print(came_in(reports, language))
    requests = _requests(shop, store, into)
    for request in requests:
        appraised = appraise_into(into / "results" / request.period, request, language)
    months = Text("3. Appraised {months} by the scheme {policy}: {folder}")
    say(months.filled(months=_listed(shop.months), policy=POLICY, folder=into / "results"), language)
    print_problems(appraised.problems, language)
    OUT.print(terminal.overview(appraised.appraisal, language))
    opened = _open_a_payslip(appraised, language)
    point_on(requests[-1], opened, language, step=6)
    if not pages:
        return
    serving = settle_place(into, _described(shop, store), language)
    if is_at_terminal():
        serve_place(serving, language)
    else:
        served = Text("8. The same in a browser, for everyone at the desk: {command}")
        say(served.filled(command=f"make serve  ({serving.address})"), language)


def _described(shop: Shop, store: Path) -> DemoDesk:
    return DemoDesk(
        slug="demo-shop",
        title=SHOP_TITLE,
        store=store,
        policy=POLICY,
        periods=shop.months,
        as_of=as_of(Calendar().period(shop.months[-1])),
        parameters=shop.parameters,
        history=(shop.history,),
        roles=SHOP_ROLES,
    )


def _listed(months: Sequence[str]) -> Text | str:
    """Return months one after the other, with the comma of the language."""
    first, *more = months
    return Text("{one}, {other}").filled(one=first, other=_listed(more)) if more else first


def _requests(shop: Shop, store: Path, into: Path) -> list[Request]:
    """Return what is to be appraised, month by month; the figures of one are the next one's history."""
    requests: list[Request] = []
    history: tuple[Path, ...] = (shop.history,)
    for month in shop.months:
        out = into / "results" / month
        day = as_of(Calendar().period(month))
        requests.append(Request(store, POLICY, month, day, shop.parameters[month], history, None, out))
        history = (shop.history, out / "figures.csv")
    return requests


def as_of(month: Span) -> date:
    """Return the day on which all of a month's measures are final."""
    return date.fromordinal(month.last.toordinal() + DAYS_UNTIL_FINAL)


def _open_a_payslip(appraised: Appraised, language: Language) -> FigureKey:
    """Print the first person's payslip and open the first figure that lost points on it; return that one."""
    appraisal = appraised.appraisal
    person = appraisal.people("appraised")[0]
    say(Text("4. A payslip, opened:"), language)
    OUT.print(reasons.payslip(appraisal, person, language))
    lost = next(
        figure.key
        for figure in appraisal.figures.values()
        if figure.key.subject == person and figure.key.figure.endswith(POINTS) and (figure.value or 0) < 0
    )
    why = Text("5. Why {name} lost points there, down to the conversations:")
    say(why.filled(name=appraisal.name(person)), language)
    # The figure that lost them: it lies nearest to the conversations, and names its points too.
    figure = lost._replace(figure=lost.figure.removesuffix(POINTS))
    told = explain(appraisal, figure, language, evidence=evidence_of(appraised))
    OUT.print(reasons.explanation(told, language, depth=1))
    return figure
