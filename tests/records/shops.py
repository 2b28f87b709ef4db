"""What the tests of the records have in common: small shops, written and opened."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from kaohe.core.language import Language
from kaohe.core.problem import Problem
from kaohe.records import Records
from kaohe.records.importing import ImportReport, import_files

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINIMAL = {
    "messages": "shop,account,customer,sent_at,sender,text\n",
    "orders": "shop,order_id,customer,created_at,amount\n",
    "people": "person,name,department,role,regular\nann,Ann,desk,agent,yes\n",
    "accounts": "shop,account,person\nS,a,ann\n",
}


def written(folder: Path, files: Mapping[str, str] | None = None) -> Path:
    """Write a plain directory, sound but for these files."""
    folder.mkdir(exist_ok=True)
    for name, content in {**MINIMAL, **(files or {})}.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8", newline="")
    return folder


def told(problems: Sequence[Problem], folder: Path) -> list[str]:
    """Return what people are told, with the paths from this folder on."""
    lines = [line for problem in problems for line in problem.lines(Language.EN)]
    return [line.replace(f"{folder}/", "") for line in lines]


def imported(
    store: Path, name: str, body: str | bytes, *more: str | bytes, **options: object
) -> ImportReport:
    """Import a table's content, given as one or several files, all in one command."""
    files = []
    for number, part in enumerate((body, *more)):
        file = store.parent / f"{name}-{number}.csv"
        file.write_bytes(part.encode() if isinstance(part, str) else part)
        files.append(file)
    return import_files(store, "table", files, timezone=SHANGHAI, **options)  # type: ignore[arg-type]


def content(records: Records) -> dict[str, object]:
    """Return all that records hold, comparable: chat lines in their order, tables as sorted rows."""
    lines = {
        f"{shop} {day}": records.messages(shop, day).to_pylist() for shop, day in sorted(records.partitions())
    }
    names = ("people", "accounts", "targets", "traffic", "dsr", "ratings", "complaints", "entries", "scores")
    tables = {name: sorted(map(str, records.table(name).to_pylist())) for name in names}
    return {"messages": lines, "orders": sorted(map(str, records.orders().to_pylist())), **tables}
