"""A period as its readers see it: as it was closed, or as it stands today, with all that opens behind it."""

from dataclasses import dataclass, replace

from kaohe.core.problem import Problem
from kaohe.periods import runs
from kaohe.periods.books.blockers import Blocker, State, blockers, state_of
from kaohe.periods.books.kept import opened
from kaohe.periods.books.manifest import Manifest
from kaohe.periods.books.publishing import publish
from kaohe.periods.books.shelf import MARKER, Shelf, made_shelf, open_shelf
from kaohe.periods.books.verifying import at_version
from kaohe.periods.runs import CACHE, Appraised, Progress, Request, computed


@dataclass(frozen=True)
class Read:
    """A period, read.

    Attributes:
        appraised: Its figures, with the evidence behind them.
        state: How far it is.
        manifest: What the newest version in the books says of itself; None: it is not closed.
        seal: That version's seal; blank: it is not closed.
        blockers: What blocks its closing.
    """

    appraised: Appraised
    state: State
    manifest: Manifest | None = None
    seal: str = ""
    blockers: tuple[Blocker, ...] = ()

    @property
    def version(self) -> int:
        """The version in the books; 0: it is not closed."""
        return self.manifest.version if self.manifest else 0

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every warning."""
        return self.appraised.problems


def read_period(
    request: Request,
    *,
    version: int = 0,
    show: bool = False,
    certain: bool = True,
    progress: Progress | None = None,
) -> Read:
    """Read a period: of a closed one the version in the books, from the records that it was closed on.

    Args:
        request: The period, on a store; with the books, which need not be there yet.
        version: A version in the books; 0: the newest, or the records of today.
        show: Whether an open period's figures are shown to people, who may then appeal against
            them; the books are made where there are none.
        certain: Whether it is wanted how sure figures and places are.
        progress: Told after each step of measuring.

    Raises:
        ProblemsFound: It cannot be computed, or has no such version.
    """
    assert request.books is not None
    there = (request.books / MARKER).is_file()
    if there and open_shelf(request.books).versions(request.period):
        return _closed(open_shelf(request.books), request, version, certain, progress)
    shelf = made_shelf(request.books) if show else None
    known = request if there or show else replace(request, books=None)
    appraised = runs.run(known, certain=certain, progress=progress)
    if shelf is not None:
        publish(shelf, appraised.appraisal)
    elif there:
        shelf = open_shelf(request.books)
    found = tuple(blockers(appraised.appraisal, shelf))
    return Read(appraised, state_of(appraised.appraisal, 0), blockers=found)


def _closed(shelf: Shelf, request: Request, version: int, certain: bool, progress: Progress | None) -> Read:
    kept = opened(shelf, request.period, version)
    records = at_version(kept, request.records)
    basis = replace(kept.basis(), daily=None)
    done = computed(basis, records, cache=request.records / CACHE, progress=progress)
    if certain:
        done = runs.sure(done, request.resampling)
    state = state_of(done.appraisal, kept.manifest.version)
    return Read(replace(done, carried=kept.carried), state, kept.manifest, kept.seal)
