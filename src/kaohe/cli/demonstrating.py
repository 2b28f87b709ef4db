"""``demo``: a made-up shop from exported files to payslips, in one go."""

import shlex
import shutil
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich import box
from rich.table import Table

from kaohe.cli import problems
from kaohe.cli.appraising import appraise_into
from kaohe.cli.importing import take_in
from kaohe.cli.options import LanguageOption
from kaohe.cli.terminal import OUT, default_language, print_problems, progress, say
from kaohe.core.figure import FigureKey
from kaohe.core.language import Language, Text
from kaohe.core.period import Calendar, Span
from kaohe.core.problem import Place, ProblemsFound, Severity
from kaohe.demo.shop import Shop, write_shop
from kaohe.periods.folders import see_writable
from kaohe.periods.results import evidence_of
from kaohe.periods.runs import Appraised, Request
from kaohe.records.importing import ImportReport
from kaohe.statements import terminal
from kaohe.statements.explain import explain
from kaohe.statements.terminal import reasons

POLICY = "presale-desk"
ZONE = ZoneInfo("Asia/Shanghai")
DAYS_UNTIL_FINAL = 5
MARKER = ".kaohe-demo"
"""A folder with this file is the demo's own: it may be made anew."""
NAMES = {Language.ZH_HANT: "繁體中文", Language.ZH_HANS: "简体中文", Language.EN: "English"}
MADE = ("files", "store", "results")
COLUMNS = (
    Text("Table"), Text("Format"), Text("Files"), Text("Rows"), Text("New"), Text("Replaced"),
    Text("Known already"),
)  # fmt: skip
WORDS = 2
"""The first columns of the table hold words, the others numbers."""
POINTS = ".points"


def demo(
    language: LanguageOption,
    into: Annotated[Path, typer.Option("--into", help="The folder to make.")] = Path("demo-shop"),
    scale: Annotated[
        float,
        typer.Option("--scale", min=0.01, max=50, help="How big the shop is; 1 has 100,000 lines a month."),
    ] = 1.0,
) -> None:
    """Make a shop, import its exports, appraise two months, and explain a line of a payslip."""
    _claim(into)
    _say_languages(into)
    shop = _make(into / "files", scale, language)
    say(
        Text("1. A made-up shop in the files that platforms export: {folder}").filled(folder=shop.folder),
        language,
    )
    store = into / "store"
    reports = _import(shop, store, language)
    say(Text("2. Imported into a store: {folder}").filled(folder=store), language)
    OUT.print(_came_in(reports, language))
    requests = _requests(shop, store, into)
    for request in requests:
        appraised = appraise_into(into / "results" / request.period, request, language)
    months = Text("3. Appraised {months} by the scheme {policy}: {folder}")
    say(months.filled(months=_listed(shop.months), policy=POLICY, folder=into / "results"), language)
    print_problems(appraised.problems, language)
    OUT.print(terminal.overview(appraised.appraisal, language))
    opened = _open_a_payslip(appraised, language)
    _point_on(requests[-1], opened, language)


def _claim(into: Path) -> None:
    """Take a folder for the demo and clear what an earlier demo made; leave alone what is someone else's.

    Raises:
        ProblemsFound: The folder holds other things, or cannot be written into.
    """
    see_writable(into)
    marker = into / MARKER
    if into.is_dir() and any(into.iterdir()) and not marker.is_file():
        raise ProblemsFound([problems.NOT_THE_DEMOS.at(Place(str(into)))])
    into.mkdir(parents=True, exist_ok=True)
    marker.touch()
    for name in MADE:
        shutil.rmtree(into / name, ignore_errors=True)


def _make(folder: Path, scale: float, language: Language) -> Shop:
    """Write the shop's files; where that is stopped half-way, none is left."""
    try:
        with progress(Text("Making up a shop"), language) as moved:
            return write_shop(folder, scale=scale, progress=moved)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _import(shop: Shop, store: Path, language: Language) -> dict[tuple[str, str], list[ImportReport]]:
    """Import every file; return what came in, by table and format."""
    reports: dict[tuple[str, str], list[ImportReport]] = {}
    for file in shop.files:
        report = take_in(
            store,
            file.format,
            [file.path],
            language=language,
            timezone=ZONE,
            shop="" if file.format == "table" else file.shop,  # tables say it themselves
            account=file.account,
            mapping=file.mapping,
        )
        # Warnings about what exports always hold would bury what matters here.
        print_problems((one for one in report.problems if one.severity is Severity.ERROR), language)
        reports.setdefault((report.table, file.format), []).append(report)
    return reports


def _came_in(reports: dict[tuple[str, str], list[ImportReport]], language: Language) -> Table:
    table = Table(box=box.SIMPLE, header_style="")
    for index, title in enumerate(COLUMNS):
        table.add_column(title.to(language), justify="left" if index < WORDS else "right", no_wrap=True)
    for words, group in reports.items():
        sums = (
            len(group),
            sum(one.rows_read for one in group),
            sum(one.rows_new for one in group),
            sum(one.rows_replaced for one in group),
            sum(one.rows_unchanged for one in group),
        )
        table.add_row(*words, *(f"{number:,}" for number in sums))
    return table


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


# What to do next


def _say_languages(into: Path) -> None:
    """Print how to have the demo in each language, each in its own words."""
    for one, name in NAMES.items():
        _print(f"{name}  {_command('demo', ('--into', into, '--language', one.value))}")
    OUT.print()


def _point_on(request: Request, opened: FigureKey, language: Language) -> None:
    """Say where the results lie, and print commands to copy: the month again, and a figure opened."""
    assert request.out is not None
    page, workbook = request.out / "statement.html", request.out / "statement.xlsx"
    people = Text("6. For people: {page} (a browser), {workbook} (a spreadsheet).")
    say(people.filled(page=page, workbook=workbook), language)
    figures = request.out / "figures.csv"
    say(Text("   For programs: {csv}, figures.json.").filled(csv=figures), language)
    asked = [
        ("--records", request.records, "--policy", request.policy),
        ("--period", request.period, "--as-of", request.as_of),
        ("--parameters", request.parameters),
        *(("--history", file) for file in request.history),
    ]
    figure = ("--person", opened.subject, "--figure", opened.figure, "--span", opened.span)
    speaking = [] if language is default_language() else [("--language", language.value)]
    for text, command in (
        (
            Text("7. To copy: appraise the month again"),
            _command("appraise", *asked, ("--out", request.out), *speaking),
        ),
        (
            Text("   Open a figure; --customer and a name of the lists above show the conversation itself"),
            _command("explain", *asked, figure, *speaking),
        ),
        (Text("   The scheme in words"), _command("policy", ("show", request.policy), *speaking)),
    ):
        say(text, language)
        _print(f"{command}\n")


def _command(name: str, *options: Iterable[object]) -> str:
    """Return a command as one can copy it into a shell: kaohe as it can be called from here."""
    program = "kaohe" if shutil.which("kaohe") else sys.argv[0]
    words = (" ".join(shlex.quote(str(word)) for word in group) for group in options)
    return " \\\n    ".join((f"{program} {name} " + next(words), *words))


def _print(line: str) -> None:
    OUT.print(line, markup=False, soft_wrap=True)
