"""Editions: a period computed for its readers, kept as sheets, and opened again for reasons.

Pages read sheets. Whoever asks "why" needs the figures themselves: those of the periods
that were asked about last are held in memory, each computed once by whoever asks first.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock
from typing import Any

from django.db import transaction

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.language import Words, say
from kaohe.core.problem import Problem
from kaohe.periods.books.blockers import Blocker
from kaohe.periods.books.life import Milestone, milestones, owed
from kaohe.periods.books.reading import Read, read_period
from kaohe.periods.runs import Request
from kaohe.statements.sheets import MAKER, Piece, sheets
from kaohe.web.clock import now, today
from kaohe.web.models import Desk, Edition, Sheet
from kaohe.web.speaking import IN_ORDER

Progress = Callable[[int, int], None]
AT_ONCE = 200
"""Sheets written in one go."""


def request_for(desk: Desk, period: str) -> Request:
    """Return what is to be computed of a period, by what the desk has."""
    return Request(
        records=desk.store,
        policy=str(desk.policies),
        period=period,
        as_of=desk.as_of or today(desk.timezone),
        parameters=desk.parameters(period),
        history=desk.history,
        books=desk.books,
    )


def fresh(
    desk: Desk, period: str, *, progress: Progress | None = None
) -> tuple[Edition, tuple[Problem, ...]]:
    """Compute a period and keep it as an edition; the one before it goes out.

    Returns:
        The edition, and the warnings of the run.

    Raises:
        ProblemsFound: It cannot be computed; the edition before it stays.
    """
    read = read_period(request_for(desk, period), show=True, progress=progress)
    edition = edition_of(desk, read)
    appraised = read.appraised
    pieces = sheets(
        appraised.appraisal,
        signals=appraised.signals,
        corrections=appraised.carried,
        measured=appraised.measured,
    )
    keep(edition, pieces)
    return edition, read.problems


def edition_of(desk: Desk, read: Read) -> Edition:
    """Return a period's edition, not kept yet."""
    appraisal = read.appraised.appraisal
    policy = appraisal.policy
    return Edition(
        desk=desk,
        period=appraisal.period.label,
        first=appraisal.period.first,
        last=appraisal.period.last,
        version=read.version,
        state=read.state,
        as_of=appraisal.as_of,
        computed_at=now(),
        policy=f"{policy.name} {policy.version}",
        seal=read.seal,
        maker=MAKER,
        summary={
            "title": {language.value: text for language, text in policy.title.items()},
            "closed_by": read.manifest.by if read.manifest else "",
            "closed_at": read.manifest.at if read.manifest else "",
            "figures": len(appraisal.figures),
            "carried": len(read.appraised.carried),
            "milestones": [_milestone(one) for one in milestones(appraisal, read.manifest)],
        },
        blockers=[
            {**_blocker(one, appraisal), "kind": kind.kind, "title": list(_in_order(kind.title))}
            for kind in owed(appraisal, read.blockers)
            for one in kind.blockers
        ],
    )


def keep(edition: Edition, pieces: Iterable[Piece]) -> None:
    """Write an edition whole, in the place of what stood there of its period and version."""
    rows = iter(pieces)
    with transaction.atomic():
        old = Edition.objects.filter(desk=edition.desk, period=edition.period, version=edition.version)
        old.delete()
        edition.save()
        while batch := list(islice(rows, AT_ONCE)):
            Sheet.objects.bulk_create(
                Sheet(edition=edition, kind=one.kind, subject=one.subject, data=one.data) for one in batch
            )
        if edition.version:
            Edition.objects.filter(desk=edition.desk, period=edition.period, version=0).delete()


def sheet(edition: Edition, kind: str, subject: str = "") -> Any:  # noqa: ANN401 - JSON
    """Return what a sheet of an edition says; None where there is none of that kind that can be read."""
    if edition.is_of_old:
        return None
    found = Sheet.objects.filter(edition=edition, kind=kind, subject=subject).values_list("data", flat=True)
    return found.first()


def within(edition: Edition, kind: str, name: str, subject: str = "") -> Any:  # noqa: ANN401 - JSON
    """Return what stands under a name of a sheet, without reading the rest of it; None where nothing does."""
    if edition.is_of_old:
        return None
    found = Sheet.objects.filter(edition=edition, kind=kind, subject=subject)
    return found.values_list(f"data__{name}", flat=True).first()


def several(edition: Edition, kind: str, subjects: Iterable[str]) -> dict[str, Any]:
    """Return subject → what the sheets of a kind say, of those that can be read; in one query."""
    if edition.is_of_old:
        return {}
    found = Sheet.objects.filter(edition=edition, kind=kind, subject__in=list(subjects))
    return dict(found.values_list("subject", "data"))


def _blocker(one: Blocker, appraisal: Appraisal) -> Mapping[str, Any]:
    says, called = list(_in_order(one.says)), appraisal.name(one.who) if one.who else ""
    if all(said.startswith(called) for said in says):
        called = ""  # the sentence names them itself
    return {"name": one.name, "who": one.who, "called": called, "says": says}


def _milestone(one: Milestone) -> Mapping[str, Any]:
    return {"day": one.day.isoformat(), "what": one.what.value, "says": list(_in_order(one.says))}


def _in_order(words: Words) -> Iterator[str]:
    return (say(words, language) for language in IN_ORDER)


@dataclass
class Opened:
    """The periods that were asked about last, held in memory.

    Attributes:
        most: So many are held.
    """

    most: int = 3
    _held: OrderedDict[tuple[int, int], Read] = field(default_factory=OrderedDict)
    _locks: dict[tuple[int, int], Lock] = field(default_factory=dict)
    _door: Lock = field(default_factory=Lock)

    def holds(self, edition: Edition) -> bool:
        """Return whether an edition's figures are held already, so that nobody has to wait for them."""
        return (edition.desk_id, edition.pk) in self._held

    def get(self, edition: Edition) -> Read:
        """Return an edition's figures with their evidence; who asks first waits while they are computed."""
        key = (edition.desk_id, edition.pk)
        with self._door:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            with self._door:
                read = self._held.get(key)
            if read is None:
                # How sure the figures are, the edition's sheets say already.
                request = request_for(edition.desk, edition.period)
                read = read_period(request, version=edition.version, certain=False)
            with self._door:
                self._held[key] = read
                self._held.move_to_end(key)
                while len(self._held) > self.most:
                    gone, _ = self._held.popitem(last=False)
                    self._locks.pop(gone, None)
            return read


OPENED = Opened()
"""Those of this process."""
