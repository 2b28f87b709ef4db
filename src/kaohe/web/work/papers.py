"""Payslips as PDF files: everybody's in one, or one each in a ZIP file."""

import os

from kaohe.core.language import Language, Text
from kaohe.core.writing import written_aside
from kaohe.web.jobs import Outcome, Work, kind
from kaohe.web.models import Edition
from kaohe.web.papers import Papers, papers

WRITING = Text("Writing the payslips of {period}")
WRITTEN = Text("{count} payslips of {period} are written.")
FORMS = {"pdf": Papers.all_in_one, "zip": Papers.one_by_one}


@kind("papers")
def write_papers(work: Work) -> Outcome:
    """Write everybody's payslips of an edition into one file; what is there is written again."""
    assert work.desk is not None
    given = work.arguments
    edition = Edition.objects.select_related("desk").get(desk=work.desk, pk=given["edition"])
    made = Papers(edition, Language(given["language"]))
    folder = papers(work.desk)
    folder.mkdir(exist_ok=True)
    file = (
        folder
        / f"payslips-{edition.period}-{edition.version}-{given['language']}-{edition.pk}.{given['form']}"
    )
    with (
        work.step(WRITING.filled(period=edition.period)) as moved,
        written_aside(file) as aside,
        aside.open("wb") as opened,
    ):
        os.fchmod(opened.fileno(), 0o600)
        count = FORMS[given["form"]](made, opened, moved)
    for left in folder.glob(f"payslips-{edition.period}-*.{given['form']}"):
        if left != file:  # papers of figures that have changed since are nobody's to take away
            left.unlink()
    said = WRITTEN.filled(count=count, period=edition.period)
    return Outcome(said, {"file": file.name, "bytes": file.stat().st_size, "count": count}, [])
