"""Sheets for whoever looks at their own month: its head, what lies ahead, and what things are called."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from kaohe.core.figure import FigureKey, Level, Unit
from kaohe.core.language import Language
from kaohe.policy.titles import title
from kaohe.statements.layout import find, payslips
from kaohe.statements.report.graph import Graph
from kaohe.statements.report.said import Said, Telling
from kaohe.statements.words.voice import Voice
from kaohe.statements.words.ways import Way, extremes, sentence, ways
from kaohe.statements.words.worth import Worths

MOST_WAYS = 5


def top(overview: Mapping[str, Any], row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the head of a person's month, as the overview's row says it."""
    shared = {name: overview[name] for name in ("as_of", "provisional", "title")}
    own = {name: row[name] for name in ("name", "heads", "places", "left_out")}
    sums = [
        {"title": called, "cell": cell}
        for called, cell in zip(overview["totals"], row["totals"], strict=True)
        if cell
    ]
    return {**shared, **own, "totals": sums}


@dataclass
class Ahead:
    """Tells what would help people most, and between which bounds their pay still lies.

    Attributes:
        telling: The appraisal, said in every language.
        graph: Its figures as pages show them.
    """

    telling: Telling
    graph: Graph

    def __post_init__(self) -> None:
        """Look up what each person's figures are."""
        self.appraisal = self.telling.appraisal
        self.worths = Worths(self.appraisal)
        self.points: dict[str, list[FigureKey]] = {}
        definitions = self.appraisal.policy.definitions
        for key, figure in self.appraisal.figures.items():
            earned = definitions[key.figure, key.level].of
            if earned and key.level is Level.PERSON and figure.unit is Unit.POINTS:
                self.points.setdefault(key.subject, []).append(key)

    def view(self, person: str) -> Mapping[str, object]:
        """Return what lies ahead of a person; of a period that is final, what would have helped."""
        own = self.points.get(person, [])
        open_ = [key for key in own if not self.appraisal.figures[key].final]
        return {
            "is_open": bool(open_),
            "ways": [self._way(one) for one in self._best(open_ or own)],
            "pay": list(self._pay(person, open_)),
        }

    def _best(self, keys: list[FigureKey]) -> list[Way]:
        """Return what would bring most, the easiest first among what brings the same."""
        voice = Voice(self.appraisal, Language.EN)
        found = [one for key in keys for one in ways(voice, key)]
        return sorted(found, key=lambda one: (-one.gain, one.need.number))[:MOST_WAYS]

    def _way(self, way: Way) -> Mapping[str, object]:
        said = self.telling.each(lambda language: sentence(Voice(self.appraisal, language), way))
        value = self.appraisal.figures[way.points].value or Fraction(0)
        return {
            "title": self.telling.title(way.about),
            "span": self.telling.span(way.about.span),
            "cell": self.graph.cell(self.appraisal.figures[way.about]),
            "said": said,
            "gain": self.telling.value(way.gain, Unit.POINTS, signed=True),
            "money": self._money(way.points, value + way.gain),
        }

    def _money(self, points: FigureKey, value: Fraction) -> Said | None:
        """Return what that would add to pay; None where it cannot be computed, or adds nothing."""
        more = self.worths.otherwise(points.subject, {points: value})
        now = self.worths.paid(points.subject)
        if more is None or now is None or more <= now:
            return None
        return self.telling.value(more - now, Unit.MONEY, signed=True)

    def _pay(self, person: str, open_: list[FigureKey]) -> Iterator[Mapping[str, object]]:
        """Yield between which totals pay lies by the points that are still open, all else as it stands."""
        bounds = {key: extremes(self.appraisal, key) for key in open_}
        if not bounds or any(one is None for one in bounds.values()):
            return
        known = {key: one for key, one in bounds.items() if one is not None}
        low = self.worths.otherwise(person, {key: one[0] for key, one in known.items()})
        high = self.worths.otherwise(person, {key: one[1] for key, one in known.items()})
        if low is None or high is None or low == high:
            return
        for section in payslips(self.appraisal.policy)[:1]:
            figure = find(self.appraisal, section.total, Level.PERSON, person, self.appraisal.period)
            yield {
                "cell": self.graph.cell(figure),
                "low": self.telling.value(low, Unit.MONEY),
                "high": self.telling.value(high, Unit.MONEY),
                "count": len(known),
            }


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
