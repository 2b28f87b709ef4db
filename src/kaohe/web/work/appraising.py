"""Appraising: a period's figures from the newest records, as an edition that pages read."""

from kaohe.core.language import Text
from kaohe.web.editions import fresh
from kaohe.web.jobs import Outcome, Work, kind
from kaohe.web.saying import problems

COMPUTING = Text("Computing the figures")


@kind("appraise")
def appraise(work: Work) -> Outcome:
    """Compute a period; its label is the argument ``period``."""
    assert work.desk is not None
    label = work.arguments["period"]
    with work.step(COMPUTING) as moved:
        edition, found = fresh(work.desk, label, progress=moved)
    return Outcome(
        Text("{period} is computed.").filled(period=label), {"edition": edition.pk}, problems(found)
    )
