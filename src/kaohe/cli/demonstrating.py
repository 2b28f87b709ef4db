"""``demo``: a made-up shop from exported files to payslips, in one go."""

import shutil
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from kaohe.cli.importing import take_in
from kaohe.cli.options import LanguageOption
from kaohe.cli.terminal import OUT, print_problems, progress, say
from kaohe.core.language import Language, Text
from kaohe.core.period import MonthlyCalendar, Span
from kaohe.core.problem import Severity
from kaohe.demo.shop import Shop, write_shop
from kaohe.periods import runs
from kaohe.periods.results import evidence_of, write_results
from kaohe.periods.runs import Appraised
from kaohe.records.importing import ImportReport
from kaohe.statements import terminal
from kaohe.statements.explain import explain
from kaohe.statements.terminal import reasons

POLICY = "presale-desk"
ZONE = ZoneInfo("Asia/Shanghai")
DAYS_UNTIL_FINAL = 5


def demo(
    language: LanguageOption,
    into: Annotated[Path, typer.Option("--into", help="The folder to make.")] = Path("demo-shop"),
    scale: Annotated[
        float,
        typer.Option("--scale", min=0.01, max=50, help="How big the shop is; 1 has 100,000 lines a month."),
    ] = 1.0,
) -> None:
    """Make a shop, import its exports, appraise two months, and explain a line of a payslip."""
    with progress(Text("Making up a shop"), language) as moved:
        shop = write_shop(into / "files", scale=scale, progress=moved)
    say(
        Text("1. A made-up shop in the files that platforms export: {folder}").filled(folder=into / "files"),
        language,
    )
    store = into / "store"
    shutil.rmtree(store, ignore_errors=True)
    say(Text("2. Imported into a store: {folder}").filled(folder=store), language)
    _import(shop, store, language)
    last: Path | None = None
    for month, after in pairwise((*shop.months, "")):
        last = _appraise(shop, store, month, last, into, language, show=not after)
    _point_on(into, shop, language)


def _import(shop: Shop, store: Path, language: Language) -> None:
    """Import every file; tell what came in, table by table."""
    reports: dict[str, list[ImportReport]] = {}
    for file in shop.files:
        report = take_in(
            store,
            file.format,
            [file.path],
            language=language,
            timezone=ZONE,
            shop=file.shop,
            account=file.account,
            mapping=file.mapping,
        )
        # Warnings about what exports always hold would bury what matters here.
        print_problems((one for one in report.problems if one.severity is Severity.ERROR), language)
        reports.setdefault(f"{report.table}  ({file.format})", []).append(report)
    for name, group in reports.items():
        text = Text(
            "   {name}: {files} files, {read} rows, {new} new, {replaced} replaced, {unchanged} known already"
        )
        say(
            text.filled(
                name=name,
                files=len(group),
                read=f"{sum(one.rows_read for one in group):,}",
                new=f"{sum(one.rows_new for one in group):,}",
                replaced=f"{sum(one.rows_replaced for one in group):,}",
                unchanged=f"{sum(one.rows_unchanged for one in group):,}",
            ),
            language,
        )


def _appraise(  # noqa: PLR0913 - one step of the demo
    shop: Shop, store: Path, month: str, last: Path | None, into: Path, language: Language, *, show: bool
) -> Path:
    """Appraise a month; return the file of its figures, next month's history."""
    span = MonthlyCalendar().month(month)
    history = (shop.history, last) if last else (shop.history,)
    request = runs.Request(store, POLICY, month, as_of(span), shop.parameters[month], history)
    with progress(Text("Computing the measures"), language) as moved:
        appraised = runs.run(request, progress=moved)
    out = into / "results" / month
    with progress(Text("Writing the statements"), language) as moved:
        write_results(appraised, out, language, progress=moved)
    say(
        Text("3. Appraised {month} by the scheme {policy}: {folder}").filled(
            month=month, policy=POLICY, folder=out
        ),
        language,
    )
    if show:
        print_problems(appraised.problems, language)
        OUT.print(terminal.overview(appraised.appraisal, language))
        _open_a_payslip(appraised, language)
    return out / "figures.csv"


def _open_a_payslip(appraised: Appraised, language: Language) -> None:
    """Print the payslip of the first person, and open the first points that were lost on it to the chats."""
    appraisal = appraised.appraisal
    person = appraisal.people("appraised")[0]
    say(Text("4. A payslip, opened:"), language)
    OUT.print(reasons.payslip(appraisal, person, language))
    lost = next(
        figure.key
        for figure in appraisal.figures.values()
        if figure.key.subject == person and figure.key.figure.endswith(".points") and (figure.value or 0) < 0
    )
    say(
        Text("5. Why {name} lost points there, down to the conversations:").filled(
            name=appraisal.name(person)
        ),
        language,
    )
    told = explain(appraisal, lost, language, evidence=evidence_of(appraised))
    OUT.print(reasons.explanation(told, language, depth=3))


def as_of(month: Span) -> date:
    """Return the day on which all of a month's measures are final."""
    return date.fromordinal(month.last.toordinal() + DAYS_UNTIL_FINAL)


def _point_on(into: Path, shop: Shop, language: Language) -> None:
    results = into / "results" / shop.months[-1]
    page, workbook = results / "statement.html", results / "statement.xlsx"
    people = Text("6. For people: {page} (a browser), {workbook} (a spreadsheet).")
    more = Text(
        "   Any other figure: {command} explain --help. The scheme in words: {command} policy show {policy}."
    )
    say(people.filled(page=page, workbook=workbook), language)
    say(Text("   For programs: {csv}, figures.json.").filled(csv=results / "figures.csv"), language)
    say(more.filled(policy=POLICY, command=sys.argv[0]), language)
