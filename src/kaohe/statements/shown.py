"""How values look wherever a person reads them: the same in every document and on every screen.

A shown value never contradicts its rule: beside a bar, a value gets as many places as
keep it on its own side.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache

from babel.dates import format_date

from kaohe.core.figure import Unit, Value
from kaohe.core.language import Language, Text
from kaohe.core.number import apart, fixed
from kaohe.core.period import LABELS, Calendar, PeriodKind

NO_VALUE = "—"
MINUS = "−"
"""U+2212, as wide as a plus; a hyphen is too short beside figures."""
PERCENT = 100
PER_MILLE = 1000
LEAST_DIGITS = 3
"""Digits that a very small ratio shows at least: 0.000186 is 0.0186%, not 0.02%."""
MOST_PLACES = 12
KEPT = 4096
"""Shown numbers, days and spans that are kept: a page says each of them many times."""

PLACES: Mapping[Unit | None, tuple[int, int]] = {
    Unit.RATIO: (2, 2),
    Unit.MONEY: (2, 2),
    Unit.SECONDS: (1, 1),
    Unit.POINTS: (0, 2),
    Unit.COUNT: (0, 2),
    Unit.PLACE: (0, 0),
    None: (0, 4),
}
"""Unit → the fewest and the most decimal places; of a ratio, those of its percentage."""
LOCALES = {Language.ZH_HANT: "zh_Hant", Language.ZH_HANS: "zh_Hans", Language.EN: "en"}
MONTHS = {Language.ZH_HANT: "y 年 M 月", Language.ZH_HANS: "y 年 M 月", Language.EN: "MMMM y"}
DAYS = {Language.ZH_HANT: "M 月 d 日", Language.ZH_HANS: "M 月 d 日", Language.EN: "d MMMM"}
DATES = {Language.ZH_HANT: "y 年 M 月 d 日", Language.ZH_HANS: "y 年 M 月 d 日", Language.EN: "d MMMM y"}
CALENDAR = Calendar()
LONG_SPANS: Mapping[PeriodKind, Mapping[str, Text]] = {
    PeriodKind.QUARTER: {
        "1": Text("the first quarter of {year}"),
        "2": Text("the second quarter of {year}"),
        "3": Text("the third quarter of {year}"),
        "4": Text("the fourth quarter of {year}"),
    },
    PeriodKind.HALF_YEAR: {
        "1": Text("the first half of {year}"),
        "2": Text("the second half of {year}"),
    },
    PeriodKind.YEAR: {"": Text("the year {year}")},
}
"""What quarters, half-years and years are called."""


def shown(
    value: Value,
    unit: Unit | None,
    language: Language,
    *,
    places: int | None = None,
    signed: bool = False,
) -> str:
    """Return a value as a cell of a table shows it: ``4,182.37``, ``28.40%``, ``31``, ``12.3``.

    Its unit stands in the header; a ratio brings its per cent sign along. No value
    is a dash.

    Args:
        value: The value; truth values, days and texts are said too.
        unit: What it is counted in; None: a bare number.
        language: The reader's.
        places: Decimal places (of a ratio: of its percentage); None: as the unit has them.
        signed: Whether a gain carries a plus; a loss always carries a minus.
    """
    if value is None:
        return NO_VALUE
    if not isinstance(value, Fraction):
        return _other(value, language)
    return _number(value, unit, places, signed)


@lru_cache(maxsize=KEPT)
def _number(value: Fraction, unit: Unit | None, places: int | None, signed: bool) -> str:
    """Return a number as shown: alike in all languages, and asked for once in each."""
    scaled = value * PERCENT if unit is Unit.RATIO else value
    text = fixed(scaled, _places(scaled, unit) if places is None else places, comma=",")
    return _signed(text, plus=signed and value > 0) + ("%" if unit is Unit.RATIO else "")


@lru_cache(maxsize=KEPT)
def shown_beside(
    value: Fraction | None, border: Fraction | None, unit: Unit | None, language: Language
) -> str:
    """Return a value as shown beside a border: with as many places as keep the two apart.

    Called for the border beside the value as well, it gives two texts of which
    neither contradicts the other.
    """
    if value is None or border is None or value == border:
        return shown(value, unit, language)
    scale = PERCENT if unit is Unit.RATIO else 1
    enough = _places(value * scale, unit), _places(border * scale, unit)
    places = apart(value * scale, border * scale, max(enough))
    own = _places(value * scale, unit)
    exact = (value * scale * 10**own).denominator == 1
    return shown(value, unit, language, places=own if exact else places)


def called(person: str, name: str, language: Language) -> str:
    """Return a person by name, with the id by which commands and records know them."""
    if name in ("", person):
        return person
    return Text("{thing} ({note})").filled(thing=name, note=person).to(language)


def gain(value: Fraction, unit: Unit, language: Language) -> str:
    """Return what a rule gave, with its sign and unit: ``+3 points``, ``−1 point``, ``+300.00``."""
    if unit is not Unit.POINTS:
        return shown(value, unit, language, signed=True)
    if not value:
        return counted(value, unit, language)
    one, more = (
        (Text("+{number} point"), Text("+{number} points"))
        if value > 0
        else (Text("−{number} point"), Text("−{number} points"))
    )
    text = one if abs(value) == 1 else more
    return text.filled(number=shown(abs(value), unit, language)).to(language)


def counted(value: Value, unit: Unit | None, language: Language) -> str:
    """Return a value with its unit, as a sentence says it: ``31 points``, ``12.3 s``, ``place 5``."""
    text = shown(value, unit, language)
    if value is None or not isinstance(value, Fraction):
        return text
    if unit is Unit.POINTS:
        one = Text("{number} point") if abs(value) == 1 else Text("{number} points")
        return one.filled(number=text).to(language)
    if unit is Unit.SECONDS:
        return seconds(text.removesuffix(".0"), language)
    if unit is Unit.PLACE:
        return Text("place {number}").filled(number=text).to(language)
    return text


def seconds(number: str, language: Language) -> str:
    """Return a shown number of seconds with its unit."""
    return Text("{number} s").filled(number=number).to(language)


def per_mille(value: Fraction) -> str:
    """Return a rate in the per mille that its author wrote it in: ``8‰``."""
    scaled = value * PER_MILLE
    return _signed(fixed(scaled, _fewest(scaled, 0, 4), comma=","), plus=False) + "‰"


def short_percent(value: Fraction) -> str:
    """Return a ratio as a percentage without zeros at the end, as people write one: ``80%``, ``12.5%``."""
    scaled = value * PERCENT
    return _signed(fixed(scaled, _fewest(scaled, 0, 4), comma=","), plus=False) + "%"


def unit_said(unit: Unit, language: Language) -> str:
    """Return the unit for a table's header; blank for what is merely counted. No currency is named."""
    words = {
        Unit.MONEY: Text("amount"),
        Unit.POINTS: Text("points"),
        Unit.SECONDS: Text("s"),
        Unit.PLACE: Text("place"),
    }
    if unit is Unit.COUNT:
        return ""
    return words[unit].to(language) if unit in words else "%"


@lru_cache(maxsize=KEPT)
def span_said(label: str, language: Language) -> str:
    """Return a span in words: ``week 2``, ``第 2 週``; ``October 2026``, ``2026 年 10 月``; ``5 October``.

    A label that is none of a period, week or day stands as it is.
    """
    head, _, week = label.partition("-W")
    if week.isdecimal():
        return Text("week {number}").filled(number=int(week)).to(language)
    for kind, text in LONG_SPANS.items():
        if match := LABELS[kind].fullmatch(head):
            number = match[2] if match.lastindex == 2 else ""
            return text[number].filled(year=match[1]).to(language)
    try:
        if len(label) == len("2026-10-05"):
            return day_said(date.fromisoformat(label), language)
        return format_date(CALENDAR.period(head).first, MONTHS[language], locale=LOCALES[language])
    except ValueError:
        return label


def period_said(label: str, language: Language) -> str:
    """Return an appraisal period in words, as it heads a document: a week with its year."""
    if LABELS[PeriodKind.WEEK].fullmatch(label):
        year, _, number = label.partition("-W")
        return Text("week {number} of {year}").filled(number=int(number), year=year).to(language)
    return span_said(label, language)


@lru_cache(maxsize=KEPT)
def day_said(day: date, language: Language, *, year: bool = False) -> str:
    """Return a day in words: ``5 November``, ``11 月 5 日``; with its year where asked."""
    pattern = (DATES if year else DAYS)[language]
    return format_date(day, pattern, locale=LOCALES[language])


def _other(value: bool | str | date | tuple[str, ...] | None, language: Language) -> str:
    if isinstance(value, bool):
        return (Text("yes") if value else Text("no")).to(language)
    if isinstance(value, date):
        return day_said(value, language, year=True)
    if isinstance(value, tuple):
        return Text(", ").to(language).join(value) or NO_VALUE
    return value or NO_VALUE


def places_of(value: Fraction, unit: Unit | None) -> int:
    """Return how many decimal places a value is shown with; of a ratio, its percentage."""
    return _places(value * PERCENT if unit is Unit.RATIO else value, unit)


@lru_cache(maxsize=KEPT)
def _places(scaled: Fraction, unit: Unit | None) -> int:
    fewest, most = PLACES[unit]
    if unit is Unit.RATIO and scaled and abs(scaled) < Fraction(1, 10):
        zeros = next(
            (zeros for zeros in range(MOST_PLACES) if abs(scaled) * 10 ** (zeros + 1) >= 1), MOST_PLACES
        )
        most = min(zeros + LEAST_DIGITS, MOST_PLACES)
    return _fewest(scaled, fewest, most)


def _fewest(value: Fraction, fewest: int, most: int) -> int:
    """Return the fewest places that show all digits, at most ``most``, without zeros at the end."""
    places = fewest
    while places < most and (value * 10**places).denominator != 1:
        places += 1
    digits = fixed(value, places)
    while places > fewest and digits.endswith("0"):
        places, digits = places - 1, digits[:-1]
    return places


def _signed(text: str, *, plus: bool) -> str:
    if text.startswith("-"):
        # Rounded to nothing, it is neither a gain nor a loss.
        return MINUS + text[1:] if text.strip("-0.,") else text[1:]
    return "+" + text if plus and text.strip("0.,") else text
