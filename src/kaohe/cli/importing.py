"""``import``: files into a store."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

import typer
from rich.progress import BarColumn, DownloadColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from kaohe.cli.options import LanguageOption, StoreOption
from kaohe.cli.terminal import ERR, print_problems, say, warn
from kaohe.cli.usage import WrongValue
from kaohe.core.language import Language, Text
from kaohe.periods.folders import see_writable
from kaohe.records.encodings import codec
from kaohe.records.formats import FORMATS
from kaohe.records.importing import ImportReport, Progress, import_files
from kaohe.records.objects import Where

CAME_IN = Text(
    "{table}: {read} rows; {new} new, {replaced} replaced, {known} known already, {aside} set aside."
)

LEFT_OUT = Text("  passed over (sums, other people's chats): {skipped}; gone from the table: {removed}.")


ENCODINGS = ("utf-8", "gb18030", "gbk", "big5", "utf-16", "utf-8-sig")
SET_ASIDE = Text("The good rows are in the store; {aside} are set aside.")


def zone_named(name: str) -> ZoneInfo:
    """Return the time zone that an option names; anything else is wrong usage."""
    if name not in available_timezones():
        raise WrongValue(name, Text("a time zone such as Asia/Shanghai"), available_timezones())
    return ZoneInfo(name)


def _format(name: str) -> str:
    if name not in FORMATS:
        raise WrongValue(name, Text("one of {known}").filled(known=", ".join(FORMATS)), FORMATS)
    return name


def _encoding(name: str) -> str:
    if name and not codec(name):
        raise WrongValue(name, Text("a name such as utf-8, gb18030, big5 or utf-16"), ENCODINGS)
    return name


def import_(  # noqa: PLR0913 - what a user can say about an import
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="The files; together they are one export.")
    ],
    into: StoreOption,
    format_name: Annotated[
        str,
        typer.Option(
            "--format",
            parser=_format,
            metavar="FORMAT",
            help="What exported them: table, taobao-orders or qianniu-chat.",
        ),
    ],
    language: LanguageOption,
    shop: Annotated[
        str, typer.Option("--shop", help="Whose files they are; it overrules what they say.")
    ] = "",
    account: Annotated[
        str, typer.Option("--account", help="The chat account, where a log does not say it.")
    ] = "",
    table: Annotated[str, typer.Option("--table", help="For the format table: which table it is.")] = "",
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="For the format table: the mapping file.")
    ] = None,
    encoding: Annotated[
        str,
        typer.Option(
            "--encoding",
            parser=_encoding,
            metavar="ENCODING",
            help="The files' encoding, where it is not the usual one.",
        ),
    ] = "",
    whole: Annotated[
        bool, typer.Option("--whole", help="The files hold all of a small table: rows they lack go out.")
    ] = False,
    quarantine: Annotated[
        Path | None,
        typer.Option("--quarantine", help="The folder for rows to mend, where not that of the store."),
    ] = None,
    timezone: Annotated[
        ZoneInfo,
        typer.Option("--timezone", parser=zone_named, metavar="ZONE", help="The zone of the clocks."),
    ] = "Asia/Shanghai",  # type: ignore[assignment]  # typer parses it
) -> None:
    """Take exported files into a store; bad rows are set aside to be mended.

    Status 0: every row is in.

    Status 1: bad rows were set aside and the good ones are in, or nothing is; standard error says why.

    Status 2: the command was not called as it should be.
    """
    if isinstance(into, Path):
        see_writable(into)
    report = take_in(
        into, format_name, files, language=language, timezone=timezone, shop=shop, account=account,
        table=table, mapping=mapping, encoding=encoding, whole=whole, quarantine=quarantine,
    )  # fmt: skip
    print_problems(report.problems, language)
    tell(report, language)
    if report.rows_quarantined:
        raise typer.Exit(1)


def take_in(  # noqa: PLR0913 - handed on as they are
    into: Where,
    format_name: str,
    files: list[Path],
    *,
    language: Language,
    timezone: ZoneInfo,
    shop: str = "",
    account: str = "",
    table: str = "",
    mapping: Path | None = None,
    encoding: str = "",
    whole: bool = False,
    quarantine: Path | None = None,
) -> ImportReport:
    """Import under a progress bar that shows bytes and rows per second."""
    rows = TextColumn("{task.fields[rows]}")
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        rows,
        TimeElapsedColumn(),
    )
    named = files[0].name if len(files) == 1 else f"{files[0].name} … ({len(files)})"
    with Bar(*columns, console=ERR, transient=True, disable=not ERR.is_terminal) as bar:
        task = bar.add_task(named, total=None, rows="")

        def moved(state: Progress) -> None:
            elapsed = bar.tasks[0].elapsed or 1.0
            text = Text("{rows} rows, {rate}/s").filled(
                rows=f"{state.rows:,}", rate=f"{state.rows / elapsed:,.0f}"
            )
            bar.update(task, completed=state.bytes_done, total=state.bytes_total, rows=text.to(language))

        return import_files(
            into, format_name, files, timezone=timezone, shop=shop, account=account, table=table,
            mapping=mapping, encoding=encoding, whole=whole, quarantine=quarantine, language=language,
            progress=moved,
        )  # fmt: skip


def tell(report: ImportReport, language: Language) -> None:
    """Say in a sentence what came in and what did not."""
    say(
        CAME_IN.filled(
            table=report.table,
            read=f"{report.rows_read:,}",
            new=f"{report.rows_new:,}",
            replaced=f"{report.rows_replaced:,}",
            known=f"{report.rows_unchanged:,}",
            aside=f"{report.rows_quarantined:,}",
        ),
        language,
    )
    if report.rows_skipped or report.rows_removed:
        left = LEFT_OUT.filled(skipped=f"{report.rows_skipped:,}", removed=f"{report.rows_removed:,}")
        say(left, language)
    if report.rows_quarantined:
        warn(SET_ASIDE.filled(aside=f"{report.rows_quarantined:,}"), language)
    for file in report.quarantines:
        warn(Text("To mend and import again: {file}").filled(file=file), language)
    for file in report.retired:
        say(Text("Its rows are all in, so it was removed: {file}").filled(file=file), language)
