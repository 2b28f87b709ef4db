"""Rating rounds and samples as pages see them: a desk in a period, held while nothing it reads changes."""

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from kaohe.ratings.desk import Desk as RatedDesk
from kaohe.ratings.desk import open_desk
from kaohe.ratings.entering import Typed, Where
from kaohe.ratings.sampling import Sampling
from kaohe.records.store import newest_versions
from kaohe.web.clock import now, today
from kaohe.web.models import Desk, Draft, User


def day_of(desk: Desk) -> date:
    """Return the desk's day: today; in the demo, whose records end one day, that day."""
    return desk.as_of if settings.DEMO and desk.as_of else today(desk.timezone)


def moment_of(desk: Desk, moment: datetime) -> datetime:
    """Return a moment by the desk's clocks, without a zone; in the demo it is one of the desk's day."""
    wall = moment.astimezone(ZoneInfo(desk.timezone)).replace(tzinfo=None)
    return datetime.combine(desk.as_of, wall.time()) if settings.DEMO and desk.as_of else wall


@dataclass
class Open:
    """A desk in a period that is held.

    Attributes:
        desk: The desk.
        samplings: Its samples, as they were asked for.
        judged: What was computed over a sample and takes a while, as it was asked for.
    """

    desk: RatedDesk
    samplings: dict[str, Sampling] = field(default_factory=dict)
    judged: dict[str, Any] = field(default_factory=dict)

    def sampling(self, name: str) -> Sampling:
        """Return a sample of the policy."""
        if name not in self.samplings:
            self.samplings[name] = Sampling(self.desk, self.desk.policy.samples[name])
        return self.samplings[name]


@dataclass
class Held:
    """The desks that were looked at last.

    Attributes:
        most: So many are held.
    """

    most: int = 4
    _held: OrderedDict[Hashable, Open] = field(default_factory=OrderedDict)
    _door: Lock = field(default_factory=Lock)

    def open(self, desk: Desk, period: str) -> Open:
        """Return a desk in a period as it is now: it is opened again once something has changed.

        What was handed in until today counts here, even where the chats are not complete
        up to today.

        Raises:
            ProblemsFound: Its policy or its records are wrong.
        """
        as_of = max(desk.as_of or date.min, day_of(desk))
        key = (str(desk.folder), period, as_of, _versions(desk), _stamps(desk, period))
        # One at a time: whoever asks for the same at the same moment finds it done.
        with self._door:
            if key not in self._held:
                opened = open_desk(
                    desk.store, str(desk.policies), period, as_of, parameters=desk.parameters(period)
                )
                self._held[key] = Open(opened)
                while len(self._held) > self.most:
                    self._held.popitem(last=False)
            self._held.move_to_end(key)
            return self._held[key]

    def get(self, desk: Desk, period: str) -> RatedDesk:
        """Return the desk itself."""
        return self.open(desk, period).desk


RATED = Held()
"""Those of this process."""


@dataclass(frozen=True, slots=True)
class Drafts:
    """What somebody has typed of a form or sample and not handed in.

    Attributes:
        desk: Where.
        user: Who.
        period: The period's label.
        form: The form, or the sample with ``sample/`` before it.
    """

    desk: Desk
    user: User
    period: str
    form: str

    def typed(self) -> Mapping[Where, Typed]:
        """Return the cells, by subject (or case) and item."""
        rows = self._rows().values_list("subject", "item", "value", "note")
        return {(subject, item): Typed(value, note) for subject, item, value, note in rows}

    def keep(self, where: Where, typed: Typed | None) -> None:
        """Keep what was typed into a cell; None: nothing is kept of it any more."""
        subject, item = where
        if typed is None:
            self._rows().filter(subject=subject, item=item).delete()
            return
        Draft.objects.update_or_create(
            defaults={"value": typed.score, "note": typed.note, "at": now()},
            desk=self.desk, by=self.user, period=self.period, form=self.form, subject=subject, item=item,
        )  # fmt: skip

    def drop(self, handed_in: Mapping[Where, Typed]) -> None:
        """Let go of what was handed in; what was typed over it meanwhile stays."""
        for (subject, item), one in handed_in.items():
            self._rows().filter(subject=subject, item=item, value=one.score, note=one.note).delete()

    def _rows(self) -> QuerySet[Draft]:
        return Draft.objects.filter(desk=self.desk, by=self.user, period=self.period, form=self.form)


def _versions(desk: Desk) -> tuple[tuple[str, str], ...]:
    return tuple(newest_versions(desk.store).items())


def _stamps(desk: Desk, period: str) -> tuple[tuple[str, int, int], ...]:
    """Return what tells that a policy or its parameters were changed."""
    own = desk.parameters(period)
    files = [*sorted(desk.policies.glob("*.yaml")), *([own] if own else [])]
    return tuple(_stamp(file) for file in files)


def _stamp(file: Path) -> tuple[str, int, int]:
    told = file.stat()
    return file.name, told.st_mtime_ns, told.st_size
