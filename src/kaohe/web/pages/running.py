"""What is running: a job's state as a piece of a page that asks for itself again until it is over."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from kaohe.web.entry import Standing, needs
from kaohe.web.models import Job
from kaohe.web.rights import Right


@needs(Right.BELONG)
def job(request: HttpRequest, at: Standing, number: int) -> HttpResponse:
    """Show how far a job is: to who asked for it, and to administrators."""
    found = Job.objects.filter(pk=number, desk=at.desk).first()
    if found is None or not (found.asked_by_id == at.user.pk or at.may(Right.ADMINISTER)):
        raise Http404
    return render(request, "web/job.html", {"job": found})


urls = [path("jobs/<int:number>/", job, name="job")]
