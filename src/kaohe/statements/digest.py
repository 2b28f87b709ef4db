"""What is seen first: the desk's result in a line, what each week gave, what cost most."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import Figure, FigureKey, Level, Unit
from kaohe.core.language import Language
from kaohe.policy.titles import title
from kaohe.statements.layout import Metric, cell_shown, departments, find, is_progress, metrics
from kaohe.statements.parts import Part, caption, parts, sums
from kaohe.statements.words.sentences import short_sentence

POINTS = ".points"


@dataclass(frozen=True, slots=True)
class Cost:
    """What took something off a sum: its name, and how much in all its spans."""

    title: str
    value: Fraction


def why(appraisal: Appraisal, key: FigureKey, language: Language) -> str:
    """Return a figure's sentence for a table; blank where it says no more than the value beside it."""
    figure = appraisal.figures[key]
    said = short_sentence(appraisal, key, language)
    return "" if said == cell_shown(appraisal, figure, language) else said


def headline(appraisal: Appraisal) -> tuple[tuple[Metric, Figure], ...]:
    """Return the desk's figures that tell how the period goes: what may be better, and its pools.

    Progress to a target stands first, then the sums of money, then the other ratios.
    """
    pools = set(sums(appraisal))
    found = []
    for section in departments(appraisal.policy):
        for metric in metrics(appraisal.policy, section):
            figure = find(appraisal, metric.name, metric.level, appraisal.desk, appraisal.period)
            if figure is not None and (metric.definition.better or figure.key in pools):
                found.append((metric, figure))
    return tuple(sorted(found, key=lambda pair: _rank(appraisal, pair[0])))


def _rank(appraisal: Appraisal, metric: Metric) -> int:
    if is_progress(appraisal.policy, metric):
        return 0
    return 1 if not metric.definition.better else 2


def weekly_gains(appraisal: Appraisal, key: FigureKey) -> Mapping[str, Fraction]:
    """Return span → what the parts of that span add to a sum; parts without a span count to the period."""
    gains: dict[str, Fraction] = defaultdict(Fraction)
    for part in parts(appraisal, key):
        gains[part.key.span if part.key else key.span] += part.value
    return gains


def costs(appraisal: Appraisal, key: FigureKey, language: Language) -> tuple[Cost, ...]:
    """Return what took something off a sum, the dearest first; the same figure's weeks together."""
    lost: dict[str, Fraction] = defaultdict(Fraction)
    for part in parts(appraisal, key):
        lost[owner(appraisal, part, language)] += min(part.value, Fraction(0))
    found = [Cost(name, value) for name, value in lost.items() if value < 0]
    return tuple(sorted(found, key=lambda cost: cost.value))


def owner(appraisal: Appraisal, part: Part, language: Language) -> str:
    """Return what a part is called in a sum of points: the figure that earned them."""
    if part.key is not None and part.key.figure.endswith(POINTS):
        name = part.key.figure.removesuffix(POINTS)
        return title(name, part.key.level, appraisal.policy, language)
    return caption(appraisal, part, language)


def places_won(appraisal: Appraisal, person: str) -> tuple[int, int, int]:
    """Return how often a person took the first, the second and the third place in the period."""
    taken = [
        figure.value
        for key, figure in appraisal.figures.items()
        if key.subject == person and key.level is Level.PERSON and figure.unit is Unit.PLACE
    ]
    return taken.count(Fraction(1)), taken.count(Fraction(2)), taken.count(Fraction(3))


def points_figure(appraisal: Appraisal, found: tuple[Metric, ...]) -> Metric | None:
    """Return the figure of points that is made up of the weeks' points; None where none is."""
    for metric in found:
        if metric.unit is not Unit.POINTS:
            continue
        for key in appraisal.figures:
            if key.figure == metric.name and key.level is Level.PERSON:
                spans = {part.key.span for part in parts(appraisal, key) if part.key}
                if len(spans) > 1:
                    return metric
                break
    return None
