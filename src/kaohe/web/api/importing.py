"""Importing by program: files are handed in, recognised or as they are said to be, and imported by a job.

What was handed in before and still stands is not imported again: the answer tells of the
import that there is, so that a program may repeat a request whose answer it has lost.
"""

from collections.abc import Mapping
from typing import Annotated
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from kaohe.core.language import Language
from kaohe.core.problem import Place, Problem, ProblemsFound
from kaohe.records.formats import FORMATS, checked
from kaohe.records.formats.reading import Options
from kaohe.records.schema import TABLES
from kaohe.web import audit, jobs
from kaohe.web import problems as kinds
from kaohe.web.api.answers import NO, Number, RefusedError, Speaking, told
from kaohe.web.api.forms import CameIn, FileOut, ImportForm, ImportOut, Refusal
from kaohe.web.api.tokens import Bearer, Scope, desk_of, token_of
from kaohe.web.models import Desk, ImportBatch
from kaohe.web.models.jobs import JobState
from kaohe.web.speaking import to
from kaohe.web.uploads import mappings, put_away, take, unwelcome

IMPORT = Bearer(Scope.IMPORT)
TOO_LARGE = {413: Refusal}
router = Router(auth=IMPORT)


@router.post(
    "/imports",
    response={200: list[ImportOut], 202: list[ImportOut], **NO, **TOO_LARGE},
    summary="Hand in files",
)
def hand_in(
    request: HttpRequest,
    files: Annotated[list[UploadedFile], File(description="The files, as parts of a form.")],
    said: Annotated[ImportForm, Form()],
    language: Speaking = Language.EN,
) -> object:
    """Import files, each kind by a job of its own; 200: all of them were handed in before."""
    desk = desk_of(request)
    _check(desk, said)
    if (wrong := unwelcome(files)) is not None:
        raise ProblemsFound([wrong])
    batches = take(desk, token_of(request).made_by, files)
    for batch in batches:
        _say(batch, said)
    if unknown := [_unknown(one) for one in batches if not _is_known(one)]:
        for batch in batches:
            put_away(batch)
        raise ProblemsFound(unknown)
    before = [_before(one) for one in batches]
    found = [old or _begun(request, new, language) for old, new in zip(before, batches, strict=True)]
    for old, new in zip(before, batches, strict=True):
        if old is not None:
            put_away(new)
    return Status(200 if all(before) else 202, [_out(one, language) for one in found])


@router.get("/imports/{number}", response={200: ImportOut, **NO}, summary="How far an import is")
def import_of(request: HttpRequest, number: Number, language: Speaking = Language.EN) -> ImportOut:
    """Return how far an import is, what came in, and what is wrong with what did not."""
    found = (
        ImportBatch.objects.filter(pk=number, desk=desk_of(request)).exclude(job=None).select_related("job")
    )
    if (one := found.first()) is None:
        raise RefusedError(404, "There is no such import.")
    return _out(one, language)


def _check(desk: Desk, said: ImportForm) -> None:
    """Refuse what is said about files where it means nothing.

    Raises:
        ProblemsFound: With everything that is wrong.
    """
    wrong: list[Problem] = []
    known = [one.stem for one in mappings(desk)]
    if said.mapping and said.mapping not in known:
        gaps = {"name": said.mapping, "known": ", ".join(known) or "—"}
        wrong.append(kinds.NO_SUCH_MAPPING.at(Place(column="mapping"), said.mapping, **gaps))
    if said.table and said.table not in TABLES:
        gaps = {"name": said.table, "known": ", ".join(TABLES)}
        wrong.append(kinds.NO_SUCH_TABLE.at(Place(column="table"), said.table, **gaps))
    if said.format:
        try:
            zone = ZoneInfo(desk.timezone)
            checked(
                said.format,
                Options(zone, said.shop, said.account, said.table or said.mapping, encoding=said.encoding),
            )
        except ProblemsFound as refusal:
            wrong += refusal.problems
    if wrong:
        raise ProblemsFound(wrong)


def _say(batch: ImportBatch, said: ImportForm) -> None:
    """Put what is said about files in the place of what they were recognised as."""
    given = {name: word for name, word in said.dict().items() if word}
    batch.format = given.pop("format", "") or ("table" if said.table or said.mapping else batch.format)
    if said.table or said.mapping:
        batch.options = {"table": "", "mapping": ""}
    batch.options = {**batch.options, **given}
    batch.save(update_fields=["format", "options"])


def _is_known(batch: ImportBatch) -> bool:
    named = batch.options.get("table") or batch.options.get("mapping")
    return batch.format in FORMATS and (batch.format != "table" or bool(named))


def _unknown(batch: ImportBatch) -> Problem:
    name = str(batch.files[0]["name"])
    return kinds.NOT_KNOWN.at(Place(name), name=name)


def _before(batch: ImportBatch) -> ImportBatch | None:
    """Return an import of the very same files that stands or is under way; None: there is none."""
    same = ImportBatch.objects.filter(
        desk=batch.desk, format=batch.format, options=batch.options, undone_at=None, job__isnull=False
    ).exclude(job__state=JobState.FAILED)
    digests = _digests(batch)
    earlier = same.filter(pk__lt=batch.pk).select_related("job")
    return next((one for one in earlier if _digests(one) == digests), None)


def _digests(batch: ImportBatch) -> list[str]:
    return sorted(str(one["sha256"]) for one in batch.files)


def _begun(request: HttpRequest, batch: ImportBatch, language: Language) -> ImportBatch:
    """Ask for the job that imports files, and write into the trail whose token did."""
    token = token_of(request)
    batch.job = jobs.ask(
        "import", {"batch": batch.pk, "language": language.value}, desk=batch.desk, by=token.made_by
    )
    batch.save(update_fields=["job"])
    after: Mapping[str, object] = {
        "token": token.name,
        "files": [f"{one['name']} {one['sha256']}" for one in batch.files],
        **batch.options,
    }
    audit.note("import.run", str(batch.pk), by=token.made_by, desk=batch.desk, after=after, request=request)
    return batch


def _out(batch: ImportBatch, language: Language) -> ImportOut:
    assert batch.job is not None
    return ImportOut(
        id=batch.pk,
        files=[
            FileOut(name=one["name"], size=one["size"], sha256=one["sha256"], why=to(one["why"], language))
            for one in batch.files
        ],
        format=batch.format,
        options=ImportForm(**{**batch.options, "format": batch.format}),
        undone=batch.undone_at is not None,
        came_in=CameIn(**batch.report) if batch.report.get("table") else None,
        job=told(batch.job, language),
    )
