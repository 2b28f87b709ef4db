"""Closed figures as the history of the next period: the newest version of every earlier period.

What the books hold goes before what is handed in: it was paid. Only the periods that a
policy really looks at are read, and which ones those were is remembered, so that a
closing can name them.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import partial

from kaohe.core.figure import FigureKey
from kaohe.core.number import plain
from kaohe.core.period import Span
from kaohe.core.problem import Place, Problem
from kaohe.periods.books import problems
from kaohe.periods.books.cells import Known, read_figures
from kaohe.periods.books.manifest import Manifest, Seen, digest, read_manifest
from kaohe.periods.books.shelf import MANIFEST, Shelf

FIGURES = "figures.csv"
Load = Callable[[], Known]


class BookHistory(Mapping[FigureKey, Fraction | None]):
    """Figures of earlier periods: the books' before those handed in.

    Attributes:
        handed: What was handed in.
        touched: The versions whose figures were looked at.
    """

    def __init__(self, handed: Known, versions: Mapping[Seen, tuple[tuple[str, ...], Load]]) -> None:
        self.handed = handed
        self.touched: set[Seen] = set()
        self._loads = {seen: load for seen, (_, load) in versions.items()}
        self._of_span = {span: seen for seen, (spans, _) in versions.items() for span in spans}
        self._loaded: dict[Seen, Known] = {}

    @classmethod
    def before(cls, shelf: Shelf, period: Span, handed: Known) -> "BookHistory":
        """Return the history of a period: the newest versions of the periods that ended before it."""
        return cls.of(shelf, handed, lambda manifest: manifest.last < period.first)

    @classmethod
    def of(cls, shelf: Shelf, handed: Known, wanted: Callable[[Manifest], bool]) -> "BookHistory":
        """Return a history made of the newest versions of the periods that are wanted."""
        return cls(handed, dict(_newest(shelf, wanted)))

    def put(self, seen: Seen, spans: tuple[str, ...], figures: Known) -> None:
        """Add a version that lies in no books, such as a simulated one."""
        self._of_span |= dict.fromkeys(spans, seen)
        self._loads[seen] = lambda: figures

    def __getitem__(self, key: FigureKey) -> Fraction | None:
        figures = self._figures(key)
        return figures[key] if key in figures else self.handed[key]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, FigureKey) and (key in self._figures(key) or key in self.handed)

    def __iter__(self) -> Iterator[FigureKey]:
        for seen in self._loads:
            self.touched.add(seen)
        yield from dict.fromkeys((*(key for seen in self._loads for key in self._load(seen)), *self.handed))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def seen(self) -> tuple[Seen, ...]:
        """Return the versions that were looked at, in order."""
        return tuple(sorted(self.touched, key=lambda one: (one.period, one.version)))

    def contradictions(self) -> Iterator[Problem]:
        """Yield a warning for every figure handed in that was closed with another value."""
        for key, value in self.handed.items():
            seen = self._of_span.get(key.span)
            if seen is None:
                continue
            closed = self._load(seen)
            if key in closed and closed[key] != value:
                yield problems.CLOSED_OTHERWISE.at(
                    Place(),
                    _said(value),
                    figure=key.figure,
                    span=key.span,
                    subject=key.subject,
                    closed=_said(closed[key]),
                )

    def _figures(self, key: FigureKey) -> Known:
        seen = self._of_span.get(key.span)
        if seen is None:
            return {}
        self.touched.add(seen)
        return self._load(seen)

    def _load(self, seen: Seen) -> Known:
        if seen not in self._loaded:
            self._loaded[seen] = self._loads[seen]()
        return self._loaded[seen]


def _newest(
    shelf: Shelf, wanted: Callable[[Manifest], bool]
) -> Iterator[tuple[Seen, tuple[tuple[str, ...], Load]]]:
    for label in shelf.periods():
        folder = shelf.folder(label, shelf.newest(label))
        content = (folder / MANIFEST).read_bytes()
        manifest = read_manifest(content)
        if wanted(manifest):
            seen = Seen(label, manifest.version, digest(content))
            read = (folder / FIGURES).read_bytes
            yield seen, (manifest.spans, partial(_values, read))


def pinned(handed: Known, seen: Mapping[Seen, tuple[tuple[str, ...], Callable[[], bytes]]]) -> BookHistory:
    """Return the history that a closed version was computed from: exactly the versions that it names."""
    return BookHistory(handed, {one: (spans, partial(_values, read)) for one, (spans, read) in seen.items()})


def _values(read: Callable[[], bytes]) -> Known:
    return {key: figure.value for key, figure in read_figures(read()).items()}


def _said(value: Fraction | None) -> str:
    return "" if value is None else plain(value)


def manifests(shelf: Shelf) -> Iterator[tuple[Manifest, str]]:
    """Yield the manifest and the seal of every version in the books, by period and version."""
    for label in shelf.periods():
        for version in shelf.versions(label):
            content = (shelf.folder(label, version) / MANIFEST).read_bytes()
            yield read_manifest(content), digest(content)


def overlapping(manifest: Manifest, first: date, last: date) -> bool:
    """Return whether a closed period has a day in common with a range of days."""
    return manifest.first <= last and first <= manifest.last
