"""Import: files dropped, recognised, looked at, brought in as a job, taken back if need be."""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path

from kaohe.core.language import Text
from kaohe.core.problem import ProblemsFound
from kaohe.records.formats import FORMATS
from kaohe.records.formats.mapping import read_mapping
from kaohe.records.header import nearest
from kaohe.records.previewing import preview
from kaohe.records.schema import TABLES
from kaohe.web import audit, jobs
from kaohe.web.clock import day_of
from kaohe.web.entry import Standing, needs
from kaohe.web.handing_out import handed_out
from kaohe.web.limiting import takes_files
from kaohe.web.models import Desk, ImportBatch
from kaohe.web.models.jobs import JobState
from kaohe.web.recomputing import recompute
from kaohe.web.rights import Right
from kaohe.web.saying import problems
from kaohe.web.tablenames import COLUMN_NAMES, TABLE_NAMES
from kaohe.web.uploads import (
    clean_name,
    files_of,
    mapping_file,
    mappings,
    named,
    options_of,
    put_away,
    take,
    unwelcome,
)

ON_A_PAGE = 30
MOST_PROBLEMS = 20
LONGEST_WORD = 200
SAID = ("shop", "account", "encoding")
NOT_A_DAY = Text("This is no day.")
UP_TO = Text("The records count as complete up to {day}.")
GONE = Text("The files were put away; nothing was imported.")
WORDS: Mapping[str, Text] = {
    "table": Text("rows of a table"),
    "taobao-orders": Text("Taobao orders"),
    "qianniu-chat": Text("千牛 chat log"),
}


@needs(Right.IMPORT)
def imports(request: HttpRequest, at: Standing) -> HttpResponse:
    """Show the drop zone, and everything that was handed in so far."""
    return _list(request, at)


def _list(request: HttpRequest, at: Standing, wrong: Text | None = None) -> HttpResponse:
    batches = ImportBatch.objects.filter(desk=at.desk).select_related("by", "job")
    page = Paginator(batches, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(one) for one in page],
        "wrong": wrong,
        "most_bytes": settings.UPLOAD_BYTES,
        "most_megabytes": settings.UPLOAD_BYTES >> 20,
        "as_of": at.desk.as_of,
    }
    return render(request, "web/imports.html", context, status=422 if wrong else 200)


@takes_files
@needs(Right.IMPORT, method="POST")
def imports_drop(request: HttpRequest, at: Standing) -> HttpResponse:
    """Take files in, and show what they are; nothing is imported yet."""
    files = request.FILES.getlist("files")
    if (wrong := unwelcome(files)) is not None:
        return _list(request, at, wrong.message)
    batches = take(at.desk, at.user, files)
    for batch in batches:
        said: list[object] = [f"{one['name']} {one['sha256']}" for one in batch.files]
        audit.note("import.upload", str(batch.pk), by=at.user, desk=at.desk, after=said, request=request)
    if len(batches) == 1:
        return redirect("batch", at.desk.slug, batches[0].pk)
    return redirect("imports", at.desk.slug)


@needs(Right.IMPORT, method="POST")
def imports_as_of(request: HttpRequest, at: Standing) -> HttpResponse:
    """Say up to which day the records are complete; the figures follow."""
    day = day_of(request.POST.get("day", ""))
    if day is None:
        return _list(request, at, NOT_A_DAY)
    before = at.desk.as_of.isoformat() if at.desk.as_of else ""
    Desk.objects.filter(pk=at.desk.pk).update(as_of=day)
    audit.note("desk.as_of", by=at.user, desk=at.desk, before=before, after=day.isoformat(), request=request)
    recompute(at, at.periods)
    messages.success(request, UP_TO.filled(day=day.isoformat()).to(at.language))
    return redirect("imports", at.desk.slug)


@needs(Right.IMPORT)
def batch(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Show some files that were handed in together: what they are, or what came of them."""
    found = _batch(at, number)
    return render(request, "web/batch.html", _page(found, at))


@needs(Right.IMPORT, method="POST")
def batch_options(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Take what is said about the files; where it is a mapping, keep it for next time."""
    found = _begun_not(at, number)
    format_name, table = request.POST.get("format", ""), request.POST.get("table", "")
    found.format = format_name if format_name in FORMATS else ""
    said = {name: request.POST.get(name, "").strip()[:LONGEST_WORD] for name in SAID}
    kept = request.POST.get("mapping", "")
    known = {one.stem for one in mappings(at.desk)}
    found.options = {
        **{name: word for name, word in said.items() if word},
        "table": table if table in TABLES else "",
        "mapping": kept if kept in known and found.format == "table" else "",
    }
    found.save(update_fields=["format", "options"])
    return redirect("batch", at.desk.slug, number)


@needs(Right.IMPORT, method="POST")
def batch_mapping(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Keep a mapping made of pairs, and read the files by it."""
    found = _begun_not(at, number)
    table = TABLES.get(request.POST.get("table", ""))
    if table is None:
        raise Http404
    columns: dict[str, Any] = {}
    for name in table.names:
        theirs, always = (request.POST.get(f"{kind}:{name}", "").strip() for kind in ("column", "constant"))
        if theirs:
            columns[name] = theirs
        elif always:
            columns[name] = {"constant": always[:LONGEST_WORD]}
    name = clean_name(request.POST.get("name", "").strip() or table.name)
    file = mapping_file(at.desk, name)
    aside = file.with_suffix(".new")
    file.parent.mkdir(parents=True, exist_ok=True)
    # JSON is YAML, and quotes whatever a column is called.
    lines = [f"table: {table.name}", "columns:"]
    lines += [f"  {ours}: {json.dumps(theirs, ensure_ascii=False)}" for ours, theirs in columns.items()]
    aside.write_text("\n".join(lines) + "\n", encoding="utf-8")
    try:
        read_mapping(aside)
    except ProblemsFound as refusal:
        aside.unlink()
        wrong = named(problems(refusal.problems))
        context = {**_page(found, at, table.name), "mapping_problems": wrong}
        return render(request, "web/batch.html", context, status=422)
    before = file.read_text("utf-8") if file.is_file() else None
    aside.replace(file)
    found.format, found.options = "table", {**found.options, "table": "", "mapping": file.stem}
    found.save(update_fields=["format", "options"])
    audit.note(
        "import.mapping", file.stem, by=at.user, desk=at.desk, before=before, after=file.read_text("utf-8"),
        request=request,
    )  # fmt: skip
    return redirect("batch", at.desk.slug, number)


@needs(Right.IMPORT, method="POST")
def batch_run(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Import the files, as a job."""
    found = _begun_not(at, number)
    if found.format not in FORMATS:
        raise Http404
    arguments = {"batch": found.pk, "language": at.language.value}
    found.job = jobs.ask("import", arguments, desk=at.desk, by=at.user)
    found.save(update_fields=["job"])
    audit.note("import.run", str(found.pk), by=at.user, desk=at.desk, after=found.options, request=request)
    return redirect("batch", at.desk.slug, number)


@needs(Right.IMPORT, method="POST")
def batch_discard(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Put files away that were handed in and not imported."""
    found = _begun_not(at, number)
    said: list[object] = [str(one["name"]) for one in found.files]
    audit.note("import.discard", str(found.pk), by=at.user, desk=at.desk, before=said, request=request)
    put_away(found)
    messages.info(request, GONE.to(at.language))
    return redirect("imports", at.desk.slug)


@needs(Right.IMPORT, method="POST")
def batch_undo(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Take an import back, as a job."""
    found = _batch(at, number)
    if not _can_be_undone(found):
        raise Http404
    job = jobs.ask("undo import", {"batch": found.pk}, desk=at.desk, by=at.user, once=True)
    audit.note("import.undo", str(found.pk), by=at.user, desk=at.desk, before=found.versions, request=request)
    ImportBatch.objects.filter(pk=found.pk).update(job=job)
    return redirect("batch", at.desk.slug, number)


@needs(Right.IMPORT)
def batch_quarantine(request: HttpRequest, at: Standing, number: int, place: str) -> HttpResponseBase:  # noqa: ARG001 - a view
    """Hand out a file of rows to be mended."""
    names = _batch(at, number).report.get("quarantines", [])
    if not place.isdecimal() or not 1 <= int(place) <= len(names):
        raise Http404
    folder = (at.desk.store / "quarantine").resolve()
    file = (folder / str(names[int(place) - 1])).resolve()
    return handed_out(file if file.parent == folder else None)


def _batch(at: Standing, number: int) -> ImportBatch:
    found = ImportBatch.objects.filter(pk=number, desk=at.desk).select_related("by", "job", "desk").first()
    if found is None:
        raise Http404
    return found


def _begun_not(at: Standing, number: int) -> ImportBatch:
    """Return a batch that is not imported; one whose import failed may be tried again.

    Raises:
        Http404: There is none, or it is being imported.
    """
    found = _batch(at, number)
    if not _is_open(found):
        raise Http404
    return found


def _is_open(found: ImportBatch) -> bool:
    return not found.report.get("table") and (found.job is None or found.job.state == JobState.FAILED)


def _can_be_undone(found: ImportBatch) -> bool:
    """Return whether an import changed something and was not taken back."""
    versions = found.versions
    return found.undone_at is None and versions.get("after", 0) > versions.get("before", 0)


def _row(found: ImportBatch) -> Mapping[str, object]:
    return {
        "number": found.pk,
        "at": found.at,
        "by": found.by.called if found.by else "",
        "files": [one["name"] for one in found.files[:3]],
        "more": max(0, len(found.files) - 3),
        "format": WORDS.get(found.format),
        "is_open": _is_open(found),
        "job": found.job,
        "undone": found.undone_at,
        "report": found.report if found.report.get("table") else None,
    }


def _page(found: ImportBatch, at: Standing, table: str = "") -> Mapping[str, object]:
    """Return what the page of a batch shows."""
    context: dict[str, object] = {
        "batch": found,
        "row": _row(found),
        "is_open": _is_open(found),
        "can_undo": _can_be_undone(found) and (found.job is None or found.job.is_over),
        "changes": found.report.get("figures", {}).get("changes", []),
        "mapping_problems": [],
    }
    if _is_open(found):
        context |= {**_chosen(found, at, table), **_preview(found)}
    return context


def _chosen(found: ImportBatch, at: Standing, table: str) -> Mapping[str, object]:
    """Return what is said about the files, and what else could be."""
    header = list(found.files[0].get("header", []))
    chosen = table or found.options.get("table", "")
    return {
        "formats": [(name, WORDS[name]) for name in FORMATS],
        "tables": [(name, TABLE_NAMES[name]) for name in TABLES],
        "mappings": [one.stem for one in mappings(at.desk)],
        "chosen": {**found.options, "table": chosen},
        "header": header,
        "table_name": TABLE_NAMES.get(chosen),
        "pairs": _pairs(chosen, header) if chosen in TABLES else [],
        "wants_mapping": not found.format,
    }


def _pairs(table: str, header: list[str]) -> list[Mapping[str, object]]:
    """Return the table's columns, each with the file's column that it most likely is."""
    return [
        {
            "name": column.name,
            "title": COLUMN_NAMES[column.name],
            "needed": not column.optional,
            "theirs": column.name if column.name in header else nearest(column.name, header),
        }
        for column in TABLES[table].columns
    ]


def _preview(found: ImportBatch) -> Mapping[str, object]:
    """Return the beginning of the first file as it would be read, and what is wrong with it."""
    if found.format not in FORMATS:
        return {"preview": None, "refused": []}
    options, first = options_of(found), files_of(found)[0]
    if found.format == "table" and not (options.table or options.mapping):
        return {"preview": None, "refused": []}
    try:
        looked = preview(first, found.format, options)
    except ProblemsFound as refusal:
        return {"preview": None, "refused": named(problems(refusal.problems[:MOST_PROBLEMS]))}
    except OSError:
        return {"preview": None, "refused": []}
    return {
        "preview": looked,
        "preview_problems": named(problems(looked.problems[:MOST_PROBLEMS])),
        "preview_more": max(0, len(looked.problems) - MOST_PROBLEMS),
        "refused": [],
    }


urls = [
    path("imports/", imports, name="imports"),
    path("imports/drop/", imports_drop, name="imports_drop"),
    path("imports/as-of/", imports_as_of, name="imports_as_of"),
    path("imports/<int:number>/", batch, name="batch"),
    path("imports/<int:number>/options/", batch_options, name="batch_options"),
    path("imports/<int:number>/mapping/", batch_mapping, name="batch_mapping"),
    path("imports/<int:number>/run/", batch_run, name="batch_run"),
    path("imports/<int:number>/discard/", batch_discard, name="batch_discard"),
    path("imports/<int:number>/undo/", batch_undo, name="batch_undo"),
    path("imports/<int:number>/quarantine/<str:place>/", batch_quarantine, name="batch_quarantine"),
]
