"""Sheets for whoever looks at their own month: what things are called."""

from collections.abc import Mapping
from functools import partial

from kaohe.core.figure import Level
from kaohe.policy.titles import title
from kaohe.statements.report.said import Telling


def words(telling: Telling) -> Mapping[str, object]:
    """Return what people's figures and the items of the ledger are called."""
    policy = telling.appraisal.policy
    figures = {
        name: {
            "title": telling.each(partial(title, name, Level.PERSON, policy)),
            "unit": definition.unit.value,
        }
        for (name, level), definition in policy.definitions.items()
        if level is Level.PERSON
    }
    items = {name: telling.words(item.told.title, name) for name, item in policy.ledger.items()}
    return {"figures": figures, "ledger": items}
