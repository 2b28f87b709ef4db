"""The rows behind measures that the page carries along: those that a reader will ask for.

All rows of a month would make the page many times as large and as slow to write. It
takes the ones behind points lost and behind reviews, the dearest first, and of each
measure the first rows; every other row is one ``kaohe explain`` away.
"""

from collections.abc import Iterator

import pyarrow as pa

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FigureKey, Level, MeasureRef, Unit
from kaohe.core.language import Text
from kaohe.statements import evidence, labels
from kaohe.statements.evidence import EvidenceSource
from kaohe.statements.explain import leaves
from kaohe.statements.report.graph import Row
from kaohe.statements.report.said import LANGUAGES, Telling
from kaohe.statements.words.voice import Voice

MOST_MEASURES = 240
MOST_ROWS = 12


class CarriedRows:
    """The evidence that the page of one appraisal carries."""

    def __init__(self, telling: Telling, source: EvidenceSource) -> None:
        self._telling = telling
        self._source = source
        self._wanted = frozenset(_wanted(telling.appraisal))

    def of(self, ref: MeasureRef) -> Row | None:
        """Return the first rows behind a measure, those that did not count before those that did."""
        found = self._source.rows(ref) if ref in self._wanted else None
        if found is None:
            return None
        tables = [
            self._table(labels.NOT_COUNTED, found.not_counted),
            self._table(labels.COUNTED, found.counted),
        ]
        return {"tables": [table for table in tables if table is not None]}

    def _table(self, title: Text, table: pa.Table) -> Row | None:
        if not table.num_rows:
            return None
        telling, texts = self._telling, self._telling.texts
        said = [
            evidence.said(table, Voice(telling.appraisal, language), limit=MOST_ROWS)
            for language in LANGUAGES
        ]
        row: Row = {
            "title": texts.put(telling.text(title.filled(count=table.num_rows))),
            "columns": [texts.put(one) for one in zip(*(rows.columns for rows in said), strict=True)],
            "rows": [
                [texts.put(cell) for cell in zip(*(row.cells for row in rows), strict=True)]
                for rows in zip(*(rows.rows for rows in said), strict=True)
            ],
        }
        left_out = table.num_rows - len(said[0].rows)
        if left_out:
            row["more"] = texts.put(telling.text(labels.MORE_ROWS.filled(count=left_out)))
        return row


def _wanted(appraisal: Appraisal) -> Iterator[MeasureRef]:
    """Yield the measures to carry rows of, as many as the page can bear."""
    refs: dict[MeasureRef, None] = {}
    for review in appraisal.reviews:
        refs |= dict.fromkeys(review.lists)
    lost = [
        figure
        for figure in appraisal.figures.values()
        if figure.unit is Unit.POINTS and figure.value is not None and figure.value < 0
    ]
    for figure in sorted(lost, key=lambda one: one.value or 0):
        definition = appraisal.policy.definitions[figure.key.figure, figure.key.level]
        if definition.of:
            refs |= dict.fromkeys(_behind(appraisal, figure.key, definition.of))
    yield from list(refs)[:MOST_MEASURES]


def _behind(appraisal: Appraisal, points: FigureKey, of: str) -> Iterator[MeasureRef]:
    """Yield the person's measures behind the figure that points belong to."""
    key = FigureKey(of, points.level, points.subject, points.span)
    if key in appraisal.figures:
        for leaf in leaves(appraisal.reason(key)):
            if isinstance(leaf.ref, MeasureRef) and leaf.ref.level is Level.PERSON:
                yield leaf.ref
