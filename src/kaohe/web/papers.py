"""Payslips on paper: PDF files, one a person or all in one, written by a job where there are many."""

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any, NoReturn

from django.template.loader import render_to_string

from kaohe.core.language import Language, Text
from kaohe.core.problem import Place, ProblemsFound
from kaohe.ratings.filenames import UNSAFE
from kaohe.web.editions import several, sheet
from kaohe.web.models import Desk, Edition
from kaohe.web.problems import NO_PANGO
from kaohe.web.speaking import to

try:
    from weasyprint import CSS, HTML, Document
    from weasyprint.urls import FatalURLFetchingError, URLFetcher
except OSError:  # Pango is a library of the system's, not of Python's
    HTML = None
    URLFetcher, FatalURLFetchingError = object, OSError

PAPERS = "papers"
STYLE = Path(__file__).parent / "static" / "web" / "payslip.css"
AT_ONCE = 50
"""People whose sheets are read in one go."""
TITLE = Text("Payslip")
Progress = Callable[[int, int], None]


class _Nothing(URLFetcher):  # type: ignore[misc]  # Any where Pango is not there
    """Fetches nothing: a payslip needs nothing from anywhere."""

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> NoReturn:  # noqa: ARG002
        """Refuse.

        Raises:
            FatalURLFetchingError: Always.
        """
        raise FatalURLFetchingError(url)


@dataclass(frozen=True)
class Papers:
    """The payslips of a period.

    Attributes:
        edition: The period, with its desk.
        language: The language they are in.
    """

    edition: Edition
    language: Language

    def one(self, person: str) -> bytes:
        """Return somebody's payslip as a PDF file.

        Raises:
            ProblemsFound: The machine has no Pango.
            KeyError: They have none.
        """
        data = next(self._sheets([person]), None)
        if data is None:
            raise KeyError(person)
        return bytes(self._paper(person, data).write_pdf())

    def all_in_one(self, file: IO[bytes], moved: Progress) -> int:
        """Write everybody's payslips as one PDF file; return how many there are."""
        papers = [paper for _, paper in self._papers(moved)]
        pages = [page for paper in papers for page in paper.pages]
        if papers:
            papers[0].copy(pages).write_pdf(file)
        return len(papers)

    def one_by_one(self, file: IO[bytes], moved: Progress) -> int:
        """Write everybody's payslip as a PDF file of its own into a ZIP file; return how many there are."""
        count = 0
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, paper in self._papers(moved):
                packed.writestr(name, paper.write_pdf())
                count += 1
        return count

    def name(self, person: str, called: str) -> str:
        """Return what somebody's file is called: safe on every system, telling to people."""
        parts = (self.edition.period, called, *(() if person == called else (person,)))
        return "-".join(UNSAFE.sub("_", part).strip("_.") or "_" for part in parts) + ".pdf"

    def _papers(self, moved: Progress) -> Iterator[tuple[str, "Document"]]:
        listed = [row["subject"] for row in self.paid["rows"]]
        done = 0
        for start in range(0, len(listed), AT_ONCE):
            for data in self._sheets(listed[start : start + AT_ONCE]):
                yield self.name(data["subject"], data["name"]), self._paper(data["subject"], data)
                done += 1
                moved(done, len(listed))

    def _sheets(self, people: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """Yield what the sheets of some people say of their payslips, in their order."""
        found = several(self.edition, "person", people)
        for person in people:
            if person in found and found[person]["slips"]:
                yield {"subject": person, "name": found[person]["name"], "slips": found[person]["slips"]}

    @cached_property
    def paid(self) -> Mapping[str, Any]:
        """What everybody is paid."""
        return sheet(self.edition, "payslips") or {"rows": []}

    def _paper(self, person: str, data: Mapping[str, Any]) -> "Document":
        if HTML is None:
            raise ProblemsFound([NO_PANGO.at(Place())])
        desk: Desk = self.edition.desk
        view = {
            "language": self.language,
            "desk": desk.name(self.language),
            "edition": self.edition,
            "policy_title": to(self.edition.summary.get("title"), self.language),
            "person": person,
            **data,
        }
        text = render_to_string("web/payslip_paper.html", view)
        refused = _Nothing()
        style = CSS(string=STYLE.read_text("utf-8"), url_fetcher=refused)
        return HTML(string=text, url_fetcher=refused).render(stylesheets=[style])


def papers(desk: Desk) -> Path:
    """Return where a desk's papers lie."""
    return desk.folder / PAPERS
