"""What every demo does: a folder of its own, files imported, and where to look next."""

import shlex
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from rich import box
from rich.table import Table

from kaohe.cli import problems
from kaohe.cli.importing import take_in
from kaohe.cli.terminal import OUT, default_language, print_problems, progress, say
from kaohe.core.figure import FigureKey
from kaohe.core.language import Language, Text
from kaohe.core.problem import Place, ProblemsFound, Severity
from kaohe.demo.exports import ShopFile
from kaohe.periods.folders import see_writable
from kaohe.periods.runs import Request
from kaohe.records.importing import ImportReport

ZONE = ZoneInfo("Asia/Shanghai")
MARKER = ".kaohe-demo"
"""A folder with this file is the demo's own: it may be made anew."""
NAMES = {Language.ZH_HANT: "繁體中文", Language.ZH_HANS: "简体中文", Language.EN: "English"}
MADE = ("files", "store", "results", "web")
COLUMNS = (
    Text("Table"), Text("Format"), Text("Files"), Text("Rows"), Text("New"), Text("Replaced"),
    Text("Known already"),
)  # fmt: skip
WORDS = 2
"""The first columns of the table hold words, the others numbers."""
Made = TypeVar("Made")


def claim(into: Path) -> None:
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


def made(folder: Path, writing: Callable[[Callable[[int, int], None]], Made], language: Language) -> Made:
    """Write a demo's files under a progress bar; where that is stopped half-way, none is left."""
    try:
        with progress(Text("Making up a shop"), language) as moved:
            return writing(moved)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def bring_in(
    files: Iterable[ShopFile], store: Path, language: Language
) -> dict[tuple[str, str], list[ImportReport]]:
    """Import every file; return what came in, by table and format."""
    reports: dict[tuple[str, str], list[ImportReport]] = {}
    for file in files:
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


def came_in(reports: dict[tuple[str, str], list[ImportReport]], language: Language) -> Table:
    """Return what came in: a row for each table and format."""
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


def say_languages(into: Path, *others: Sequence[object]) -> None:
    """Print how to have the demo in each language, each in its own words."""
    for one, name in NAMES.items():
        _print(f"{name}  {_command('demo', *others, ('--into', into, '--language', one.value))}")
    OUT.print()


def point_on(request: Request, opened: FigureKey, language: Language, *, step: int) -> None:
    """Say where the results lie, and print commands to copy: the month again, and a figure opened.

    Args:
        request: What was appraised.
        opened: The figure that was opened.
        language: What is printed.
        step: The number of the first of the two steps.
    """
    assert request.out is not None
    page, workbook = request.out / "statement.html", request.out / "statement.xlsx"
    people = Text("{step}. For people: {page} (a browser), {workbook} (a spreadsheet).")
    say(people.filled(step=step, page=page, workbook=workbook), language)
    figures = request.out / "figures.csv"
    say(Text("   For programs: {csv}, figures.json.").filled(csv=figures), language)
    asked = [
        ("--records", request.records, "--policy", request.policy),
        ("--period", request.period, "--as-of", request.as_of),
        *([("--parameters", request.parameters)] if request.parameters else []),
        *(("--history", file) for file in request.history),
    ]
    figure = ("--person", opened.subject, "--figure", opened.figure, "--span", opened.span)
    speaking = [] if language is default_language() else [("--language", language.value)]
    for text, command in (
        (
            Text("{step}. To copy: appraise the month again").filled(step=step + 1),
            _command("appraise", *asked, ("--out", request.out), *speaking),
        ),
        (
            Text("   Open a figure; where it lists customers, --customer shows a conversation itself"),
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
