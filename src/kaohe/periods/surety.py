"""How sure a run's figures are: contributions out of the measures, the bootstrap out of the appraisal."""

from dataclasses import replace

from kaohe.appraisal.appraise import Appraisal
from kaohe.appraisal.certainty import certainty, measures_wanted
from kaohe.appraisal.resampling import Resampling
from kaohe.core.period import Span
from kaohe.measures.compute import Measured
from kaohe.measures.contributions import contributions
from kaohe.records.source import Records


def with_certainty(
    appraisal: Appraisal, measured: Measured | None, records: Records, resampling: Resampling
) -> Appraisal:
    """Return an appraisal that knows how sure its figures and places are.

    Args:
        appraisal: The appraisal.
        measured: What it was computed from; None: sums that were handed in, which tell
            nothing of the conversations behind them.
        records: The records that were measured.
        resampling: How the bootstrap is done.
    """
    evaluator, found = appraisal.evaluator, None
    if measured is not None:
        wanted, days = measures_wanted(evaluator), list(Span("", measured.first, measured.last).days())
        found = contributions(measured, records, wanted, shops=evaluator.shops, days=days)
    return replace(appraisal, certainty=certainty(evaluator, found, resampling))
