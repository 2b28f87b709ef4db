"""How sure a figure and its place are, in words: the interval, the place drawn anew, who was there.

An interval is a statistic; it is shown with as many decimal places as its ends need to
differ, fewer than the figure itself has.
"""

from fractions import Fraction

from kaohe.appraisal.appraise import Appraisal
from kaohe.appraisal.certainty import Interval
from kaohe.appraisal.presence import Exposure
from kaohe.appraisal.redrawn import Sureness
from kaohe.core.figure import FigureKey, Unit
from kaohe.core.language import Language, Text
from kaohe.core.number import apart
from kaohe.statements.layout import Metric
from kaohe.statements.shown import PERCENT, short_percent, shown
from kaohe.statements.words.voice import Voice

NOISE = "≈"
"""Beside a place: it is not told apart from the next one."""
PARTLY = "*"
"""Beside a place: the person joined or left in the span, or was hardly there."""
CERTAIN, HARDLY = Text("over 99%"), Text("under 1%")
PLACES = {Unit.MONEY: 0}
"""Decimal places of an interval's ends, one where nothing else is said."""
EXACT_ENOUGH = 9


def has_intervals(appraisal: Appraisal, metric: Metric) -> bool:
    """Tell whether anybody's value of a metric has an interval."""
    return any(key.figure == metric.name for key in appraisal.certainty.intervals)


def ends(interval: Interval, unit: Unit, language: Language) -> tuple[str, str]:
    """Return both ends of an interval as shown, apart from each other."""
    low, high = _exact(interval.low), _exact(interval.high)
    places = _places(interval, unit)
    return shown(low, unit, language, places=places), shown(high, unit, language, places=places)


def half_width(interval: Interval, unit: Unit, language: Language, *, brief: bool = False) -> str:
    """Return half the width of an interval: ``±10.1``, of a ratio in percentage points.

    Args:
        interval: The interval.
        unit: What the figure is counted in.
        language: The reader's.
        brief: Whether a ratio's is said in whole points, where it has at least one.
    """
    half = _exact((interval.high - interval.low) / 2)
    whole = brief and unit is Unit.RATIO and half * PERCENT >= 1
    text = shown(half, unit, language, places=0 if whole else _places(interval, unit)).removesuffix("%")
    return f"±{text}"


def _places(interval: Interval, unit: Unit) -> int:
    scale = PERCENT if unit is Unit.RATIO else 1
    return apart(_exact(interval.low) * scale, _exact(interval.high) * scale, PLACES.get(unit, 1))


def _exact(number: float) -> Fraction:
    return Fraction(str(round(number, EXACT_ENOUGH)))


def between(interval: Interval, unit: Unit, language: Language) -> str:
    """Return an interval: ``28.7% – 48.0%``."""
    return " – ".join(ends(interval, unit, language))


def share_said(share: float, language: Language) -> str:
    """Return a share of the replicates; what is nearly all or nothing is not said to be so."""
    if share > 0.995:
        return CERTAIN.to(language)
    if share < 0.005:
        return HARDLY.to(language)
    return f"{share:.0%}"


def surety_short(one: Sureness, exposure: Exposure | None) -> str:
    """Return how sure a place is, for a cell: ``49%``, ``49% ≈`` where noise decides it, ``80% *``."""
    share = ">99%" if one.same > 0.995 else "<1%" if one.same < 0.005 else f"{one.same:.0%}"
    return " ".join((share, *marks(one, exposure)))


def surety_beside(appraisal: Appraisal, place: FigureKey) -> str:
    """Return how sure a place is, for beside it; blank where nothing is known of it."""
    sure = appraisal.certainty
    one = sure.places.get(place)
    return surety_short(one, sure.exposures.get((place.subject, place.span))) if one else ""


def marks(one: Sureness | None, exposure: Exposure | None) -> tuple[str, ...]:
    """Return the signs that stand beside a place."""
    return (NOISE,) * bool(one and one.noise) + (PARTLY,) * bool(exposure and exposure.is_partial)


def surety(appraisal: Appraisal, key: FigureKey, language: Language) -> tuple[str, ...]:
    """Return what is to be said of how sure a figure is; nothing where nothing is known.

    A place and points are as sure as the figure that they belong to.
    """
    voice = Voice(appraisal, language)
    about = key._replace(figure=voice.definition(key).of or key.figure)
    sure, said = appraisal.certainty, []
    if interval := sure.intervals.get(about):
        said.append(_interval(voice, interval, appraisal.figures[about].unit))
    place = about._replace(figure=f"{about.figure}.place")
    if one := sure.places.get(place):
        said += _place(voice, one)
    exposure = sure.exposures.get((key.subject, key.span))
    if exposure and place in appraisal.figures and appraisal.figures[place].value is not None:
        said += _exposure(voice, exposure)
    return tuple(voice.spaced(one) for one in said)


def _interval(voice: Voice, interval: Interval, unit: Unit) -> str:
    how = voice.appraisal.certainty.resampling
    assert how is not None
    low, high = ends(interval, unit, voice.language)
    text = Text(
        "With other conversations of the same kind it would lie between {low} and {high} "
        "({level} sure, from {count} conversations)."
    )
    return voice.text(
        text, low=low, high=high, level=level_said(how.level), count=f"{interval.conversations:,}"
    )


def level_said(level: float) -> str:
    """Return how sure an interval is, or how often one must be ahead: ``95%``, ``97.5%``."""
    return short_percent(_exact(level))


def _place(voice: Voice, one: Sureness) -> list[str]:
    language = voice.language
    same = share_said(one.same, language)
    if one.earning is None:
        said = [voice.text(Text("Drawn anew, it is the same place in {same} of the cases."), same=same)]
    else:
        text = Text(
            "Drawn anew, the place earns the same in {same} of the cases, and anything at all in {earning}."
        )
        said = [voice.text(text, same=same, earning=share_said(one.earning, language))]
    if one.beats is not None:
        told = Text(
            "In {share} of them {name}, who comes next, is behind: too few to tell the two apart, "
            "chance decides."
        )
        if not one.noise:
            told = Text("In {share} of them {name}, who comes next, is behind: the two are told apart.")
        name = voice.appraisal.name(one.next)
        said.append(voice.text(told, share=share_said(one.beats, language), name=name))
    return said


def _exposure(voice: Voice, one: Exposure) -> list[str]:
    if not one.is_partial:
        return []
    if one.employed < one.days:
        text = Text("Employed on {employed} of the {days} days, and with customers on {present}.")
        return [voice.text(text, employed=one.employed, days=one.days, present=one.present)]
    text = Text("With customers on {present} of the {days} days; usual are {usual}.")
    usual = shown(Fraction(one.usual), None, voice.language)
    return [voice.text(text, present=one.present, days=one.days, usual=usual)]


def presence(one: Exposure) -> str:
    """Return on how many of the days a person was there, for a cell: ``3/7``."""
    return f"{one.present}/{one.days}"
