"""What single conversations contributed to measures: the units that a statistic draws anew.

A unit is a conversation: a person, a customer, a day, in one shop. An order belongs to
the conversation that it was placed through; one that another person brought to payment,
and a rating or a complaint, to the day of the order or of the event itself. Which rows
count, and how much, is said once, by the rules of evidence.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kaohe.core.figure import Level
from kaohe.measures import evidence
from kaohe.measures.columns import Ints, day_numbers
from kaohe.measures.compute import Measured
from kaohe.measures.evidencerules import PLACING, EvidenceRule, evidence_rule
from kaohe.records.source import Records

NAMES = ("person", "day", "shop", "customer")
"""What a conversation is known by."""
ENOUGH = 20_000
"""So many consultations make a batch; a day is not cut."""


@dataclass(frozen=True)
class Contributions:
    """What some conversations contributed to the daily measures of persons.

    A conversation may have several rows: an order adds to the day of its own, which is not
    always the conversation's, and to other measures than the chat.

    Attributes:
        measures: The measures, in the order of the columns.
        names: Per row, the conversation: person, day, shop, customer.
        day: Per row, the number of the day to which it counts.
        hundredths: Rows down, measures across: what is added.
    """

    measures: tuple[str, ...]
    names: pa.Table
    day: Ints
    hundredths: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Conversations:
    """The conversations behind what was measured, some days at a time.

    Attributes:
        measured: What was measured.
        records: The records that were measured.
        shops: The shops; empty: all.
    """

    measured: Measured
    records: Records
    shops: Collection[str] = ()

    def batches(
        self, measures: Sequence[str], people: Collection[str], days: Collection[date]
    ) -> Iterator[Contributions]:
        """Yield what conversations contributed; summed up by person and day, that is the measures.

        Args:
            measures: The measures that are wanted; those of the shop alone have no conversations.
            people: Whose conversations.
            days: The days to which contributions count.
        """
        busy = self._busy()
        some: list[date] = []
        for day in sorted(days):
            some.append(day)
            if sum(busy.get(one, 0) for one in some) >= ENOUGH:
                yield from self._of(measures, evidence.Scope(Level.PERSON, people, self.shops, some))
                some = []
        if some:
            yield from self._of(measures, evidence.Scope(Level.PERSON, people, self.shops, some))

    def _busy(self) -> Mapping[date, int]:
        """Return how many consultations each day has."""
        daily = self.measured.daily
        own = daily.filter(
            pc.and_(pc.equal(daily["level"], Level.PERSON.value), pc.equal(daily["measure"], "consultations"))
        )
        sums = own.group_by("day").aggregate([("value", "sum")])
        return dict(zip(sums["day"].to_pylist(), map(int, sums["value_sum"].to_pylist()), strict=True))

    def _of(self, measures: Sequence[str], scope: evidence.Scope) -> Iterator[Contributions]:
        """Yield what the conversations of a scope contributed, by the rows that tell."""
        for rules in self._rules(measures).values():
            rows = next(iter(rules.values()))
            with evidence.engine().cursor() as connection:
                evidence.register(connection, rows, self.measured, self.records, scope)
                connection.execute(
                    evidence.naming_mine(rows, scope, self.measured, order=evidence.COUNTED_ONLY)
                )
                found = connection.sql(_query(rows, rules)).to_arrow_table()
                connection.execute("DROP VIEW mine")
            hundredths = np.zeros((len(found), len(measures)), np.int64)
            for code in rules:
                hundredths[:, code] = found[f"m{code}"].to_numpy()
            yield Contributions(
                tuple(measures), found.select(NAMES), day_numbers(found["counted"]), hundredths
            )

    def _rules(self, measures: Sequence[str]) -> Mapping[tuple[str, str], Mapping[int, EvidenceRule]]:
        """Return the rules of these measures by the rows that they look at and whose these are."""
        found: dict[tuple[str, str], dict[int, EvidenceRule]] = defaultdict(dict)
        for code, measure in enumerate(measures):
            rule = evidence_rule(measure, self.measured.rules)
            found[rule.source, rule.person][code] = rule
        # An inquiry is a reception with its orders: who has those rows has the others.
        inquiries, receptions = ("inquiries", "person"), ("receptions", "person")
        if inquiries in found and receptions in found:
            found[inquiries] |= found.pop(receptions)
        return found


def _query(rows: EvidenceRule, rules: Mapping[int, EvidenceRule]) -> str:
    """Return the question what each row adds to the measures of these rules, and for which conversation."""
    own_day = '"day"'
    if rows.source == "orders":
        own_day = f'CASE WHEN {rows.person} = {PLACING} THEN coalesce(reception_day, "day") ELSE "day" END'
    added = [
        f"CAST(CAST({one.adds} AS DECIMAL(20, 2)) * 100 AS BIGINT) AS m{code}" for code, one in rules.items()
    ]
    anything = " OR ".join(f"m{code} <> 0" for code in rules)
    # The expressions are those of the rules; names from the records never enter.
    return f"""
        SELECT * FROM (
            SELECT {rows.person} AS person, {own_day} AS "day", shop, coalesce(customer, '') AS customer,
                "day" AS counted, {", ".join(added)}
            FROM mine
        ) WHERE {anything}
    """  # noqa: S608 - no user's text
