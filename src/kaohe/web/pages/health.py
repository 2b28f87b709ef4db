"""For whoever watches over the place: whether it works, and how much there is to do."""

from django.db import connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from kaohe import __version__
from kaohe.web.models import Job
from kaohe.web.models.jobs import JobState


@require_safe
def health(_: HttpRequest) -> HttpResponse:
    """Answer 200 where the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "version": __version__})


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return counts in Prometheus' text form; to the machine itself only.

    A proxy on the machine comes from there too, for somebody else: it says so.
    """
    is_handed_on = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    if is_handed_on or request.META.get("REMOTE_ADDR") not in ("127.0.0.1", "::1"):
        return HttpResponse(status=404)
    counted = dict(Job.objects.values_list("state").annotate(Count("id")))
    lines = ["# HELP kaohe_jobs Jobs by state.", "# TYPE kaohe_jobs gauge"]
    lines += [f'kaohe_jobs{{state="{state.value}"}} {counted.get(state.value, 0)}' for state in JobState]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")
