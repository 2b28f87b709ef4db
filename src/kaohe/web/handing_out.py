"""Files handed out: whole, as downloads, under a name of their own."""

from pathlib import Path

from django.http import FileResponse, Http404

from kaohe.web.models import Job


def handed_out(file: Path | None, name: str = "") -> FileResponse:
    """Hand a file out.

    Args:
        file: The file; None: there is none.
        name: What it is called where it goes; blank: as it is called here.

    Raises:
        Http404: There is none.
    """
    if file is None or not file.is_file():
        raise Http404
    return FileResponse(file.open("rb"), as_attachment=True, filename=name or file.name)


def written_by(job: Job | None, folder: Path) -> Path:
    """Return the file that a job has written into a folder.

    Raises:
        Http404: There is no such job, or no such file any more.
    """
    name = Path(job.result.get("file", "")).name if job else ""
    file = folder / name
    if not name or not file.is_file():
        raise Http404
    return file
