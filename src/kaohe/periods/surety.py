"""How sure a run's figures are: contributions out of the measures, the bootstrap out of the appraisal."""

from collections.abc import Collection
from dataclasses import replace

from kaohe.appraisal.appraise import Appraisal
from kaohe.appraisal.certainty import certainty
from kaohe.appraisal.resampling import Resampling
from kaohe.core.figure import FigureKey
from kaohe.measures.compute import Measured
from kaohe.measures.contributions import Conversations
from kaohe.records.source import Records


def with_certainty(
    appraisal: Appraisal,
    measured: Measured | None,
    records: Records,
    resampling: Resampling | None,
    about: Collection[FigureKey] | None = None,
) -> Appraisal:
    """Return an appraisal that knows how sure its figures and places are.

    Args:
        appraisal: The appraisal.
        measured: What it was computed from; None: sums that were handed in, which tell
            nothing of the conversations behind them.
        records: The records that were measured.
        resampling: How the bootstrap is done; None: it is not.
        about: The figures that are asked about; None: all.
    """
    evaluator, found = appraisal.evaluator, None
    if measured is not None and resampling is not None:
        found = Conversations(measured, records, evaluator.shops)
    return replace(appraisal, certainty=certainty(evaluator, found, resampling, about))
