"""The operations of the interface."""

from http import HTTPStatus
from typing import Annotated, Any

from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import NinjaAPI, Query, Status
from ninja.errors import AuthenticationError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from kaohe import __version__
from kaohe.core.figure import FigureKey, Level
from kaohe.core.language import Language
from kaohe.core.number import plain
from kaohe.core.problem import ProblemsFound
from kaohe.periods.results import evidence_of
from kaohe.statements.computations import Json
from kaohe.statements.explain import explain
from kaohe.web import jobs
from kaohe.web.api.answers import MEDIA_TYPE, NO, Number, RefusedError, Speaking, refusal, told
from kaohe.web.api.forms import (
    BlockerOut,
    FigureOut,
    FiguresOut,
    JobOut,
    MeasuresIn,
    PeriodOut,
    PeriodWhole,
)
from kaohe.web.api.importing import router as importing
from kaohe.web.api.tokens import Bearer, Scope, desk_of
from kaohe.web.editions import OPENED
from kaohe.web.models import Edition, Job
from kaohe.web.saying import problems
from kaohe.web.speaking import IN_ORDER
from kaohe.web.work.writing import FILES, folder_of

MOST = 1_000
"""Figures on a page of theirs."""
READ = Bearer(Scope.READ)
ANY_FILE = {
    "description": "The file.",
    "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
}


class Interface(NinjaAPI):
    """An interface whose description says in which form it says no."""

    def get_openapi_schema(self, **given: Any) -> OpenAPISchema:  # noqa: ANN401 - handed on
        """Return the description."""
        described = super().get_openapi_schema(**given)
        for operations in described["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= HTTPStatus.BAD_REQUEST:
                        answer["content"] = {MEDIA_TYPE: answer["content"]["application/json"]}
        return described


api = Interface(
    title="kaohe",
    version=__version__,
    description="Import, periods, figures with their reasons, statements and measures of one desk.",
    docs_url=None,
    urls_namespace="api",
)
api.add_router("", importing)


@api.exception_handler(RefusedError)
def _refused(_: HttpRequest, error: RefusedError) -> HttpResponse:
    return refusal(error.status, error.title)


@api.exception_handler(ProblemsFound)
def _problems(_: HttpRequest, error: ProblemsFound) -> HttpResponse:
    return refusal(422, "What was handed in has problems.", problems=problems(error.problems))


@api.exception_handler(AuthenticationError)
def _unknown(_: HttpRequest, __: AuthenticationError) -> HttpResponse:
    return refusal(401, "No token that holds was shown.")


@api.exception_handler(ValidationError)
def _misformed(_: HttpRequest, error: ValidationError) -> HttpResponse:
    return refusal(
        422, "What was handed in is not of the form that the interface describes.", errors=error.errors
    )


@api.get("/periods", auth=READ, response={200: list[PeriodOut], **NO}, summary="The desk's periods")
def periods(request: HttpRequest) -> list[PeriodOut]:
    """Return the newest edition of each period, the newest period first."""
    return [PeriodOut.from_orm(one) for one in Edition.objects.newest(desk_of(request))]


@api.get("/periods/{period}", auth=READ, response={200: PeriodWhole, **NO}, summary="A period")
def period(request: HttpRequest, period: str, language: Speaking = Language.EN) -> PeriodWhole:
    """Return a period with what blocks its closing."""
    found = _edition(request, period)
    blocking = [
        BlockerOut(name=one["name"], who=one["who"], says=one["says"][IN_ORDER.index(language)])
        for one in found.blockers
    ]
    return PeriodWhole(**PeriodOut.from_orm(found).dict(), blockers=blocking)


@api.get(
    "/periods/{period}/figures", auth=READ, response={200: FiguresOut, **NO}, summary="Figures of a period"
)
def figures(  # noqa: PLR0913 - what they can be chosen by
    request: HttpRequest,
    period: str,
    figure: str = "",
    level: Level | None = None,
    subject: str = "",
    span: str = "",
    offset: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> FiguresOut:
    """Return figures in the policy's order; each of the choices may be left out."""
    held = OPENED.get(_edition(request, period)).appraised.appraisal.figures
    found = [
        one
        for key, one in held.items()
        if figure in ("", key.figure)
        and level in (None, key.level)
        and subject in ("", key.subject)
        and span in ("", key.span)
    ]
    rows = [
        FigureOut(
            figure=one.key.figure,
            level=one.key.level,
            subject=one.key.subject,
            span=one.key.span,
            value=None if one.value is None else plain(one.value),
            unit=one.unit,
            final=one.final,
            final_on=one.final_on,
        )
        for one in found[offset : offset + limit]
    ]
    return FiguresOut(total=len(found), offset=offset, figures=rows)


@api.get(
    "/periods/{period}/why", auth=READ, response={200: dict[str, object], **NO}, summary="Why a figure is so"
)
def why(  # noqa: PLR0913 - the figure's key, and how it is told
    request: HttpRequest,
    period: str,
    figure: str,
    level: Level,
    subject: str,
    span: str,
    depth: Annotated[int, Query(ge=0, le=4)] = 1,
    language: Speaking = Language.EN,
) -> dict[str, Json]:
    """Return a figure's reason: sentence, rule, inputs, opened so many levels deep."""
    read = OPENED.get(_edition(request, period))
    key = FigureKey(figure, level, subject, span)
    if key not in read.appraised.appraisal.figures:
        raise RefusedError(404, "There is no such figure.")
    told = explain(read.appraised.appraisal, key, language, evidence=evidence_of(read.appraised))
    return told.data(depth)


@api.post(
    "/periods/{period}/statements", auth=READ, response={202: JobOut, **NO}, summary="Have statements written"
)
def write_statements(request: HttpRequest, period: str, language: Speaking = Language.ZH_HANT) -> object:
    """Ask for figures.csv, figures.json, statement.xlsx and statement.html of a period."""
    found = _edition(request, period)
    arguments = {"period": found.period, "language": language.value}
    return Status(202, told(jobs.ask("statements", arguments, desk=desk_of(request), by=None), language))


@api.post("/measures", auth=READ, response={202: JobOut, **NO}, summary="Have measures written")
def write_measures(request: HttpRequest, asked: MeasuresIn) -> object:
    """Ask for measures.csv, receptions.csv and credited_orders.csv of a range of days."""
    arguments = {"first": asked.first.isoformat(), "last": asked.last.isoformat()}
    return Status(202, told(jobs.ask("measures", arguments, desk=desk_of(request), by=None), Language.EN))


@api.get("/jobs/{number}", auth=READ, response={200: JobOut, **NO}, summary="How far a job is")
def job(request: HttpRequest, number: Number, language: Speaking = Language.EN) -> JobOut:
    """Return how far a job of the desk is, and what came of it."""
    return told(_job(request, number), language)


@api.get(
    "/jobs/{number}/files/{name}",
    auth=READ,
    response=NO,
    summary="A file that a job wrote",
    openapi_extra={"responses": {"200": ANY_FILE}},
)
def file(request: HttpRequest, number: Number, name: str) -> FileResponse:
    """Return a file that a job wrote, by one of the names that the job lists."""
    found = _job(request, number)
    if name not in found.result.get("files", ()) or name not in FILES:
        raise RefusedError(404, "The job wrote no such file.")
    return FileResponse((folder_of(found) / name).open("rb"), as_attachment=True, filename=name)


def _job(request: HttpRequest, number: int) -> Job:
    found = Job.objects.filter(pk=number, desk=desk_of(request)).first()
    if found is None:
        raise RefusedError(404, "There is no such job.")
    return found


def _edition(request: HttpRequest, period: str) -> Edition:
    # PostgreSQL knows no text with a zero byte.
    found = None if "\0" in period else Edition.objects.newest_of(desk_of(request), period)
    if found is None:
        raise RefusedError(404, "There is no such period.")
    return found
