"""Reviews decided by an upheld appeal: the decided score stands in place of each reviewer's."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Rescored:
    """A score of a reviewed conversation that an answer names.

    Attributes:
        case: The conversation, as its review calls it.
        item: What is scored.
        score: The score that counts.
    """

    case: str
    item: str
    score: Decimal


def rescored(reviews: pa.Table, decided: Iterable[Rescored], label: str) -> pa.Table:
    """Return the reviews of a store with what was decided in a period's rounds.

    Who reviewed and when stays as it was, so that every item of a review is still scored;
    of several decisions on the same the last one counts.

    Args:
        reviews: The table ``reviews``.
        decided: What answers to appeals decided, in order.
        label: The period.
    """
    scores = {(one.case, one.item): one.score for one in decided}
    if not scores:
        return reviews
    rows = reviews.to_pylist()
    for row in rows:
        own = row["round"].partition("/")[0] == label
        row["score"] = scores.get((row["case"], row["item"]), row["score"]) if own else row["score"]
    return pa.Table.from_pylist(rows, schema=reviews.schema)
