"""What another policy would have done, as one self-contained page: bars of gains and losses, and tables."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from kaohe.core.figure import Unit
from kaohe.core.language import Language, Text, say
from kaohe.core.writing import written_aside
from kaohe.statements import labels
from kaohe.statements.draws import COST
from kaohe.statements.effects import Effect, Effects, PeriodEffect
from kaohe.statements.report import LANGUAGE_NAMES, asset, json_text, surroundings
from kaohe.statements.report.said import LANGUAGES, Said, Texts, each, plain
from kaohe.statements.shown import period_said, shown
from kaohe.statements.terminal.effects import (
    BY_LINE,
    DIFFERENCE,
    NEW,
    OLD,
    OVER_ALL,
    RANK,
    THE_COST,
    THE_DEPARTMENT,
    interval,
    level,
    line_title,
    notes,
    rank,
)

SCRIPTS = ("vendor/echarts.common.min.js", "words.js", "effects.js")
TITLE = Text("What the policy would change")
GAINS = Text("Who gains, who loses")
WORDS = {
    "old": OLD,
    "new": NEW,
    "difference": DIFFERENCE,
    "rank": RANK,
    "over_all": OVER_ALL,
    "title": TITLE,
    "gains": GAINS,
    "gain": Text("▲ gain"),
    "lose": Text("▼ lose"),
    "person": labels.PERSON,
    "figure": labels.FIGURE,
    "department": THE_DEPARTMENT,
    "period": Text("Period"),
    "lines": BY_LINE,
}
View = Mapping[str, Any]


def write_effects(effects: Effects, out: Path, language: Language) -> None:
    """Write the page, aside first and then renamed.

    Args:
        effects: What is shown.
        out: The file.
        language: The language in which it opens.
    """
    with written_aside(out) as part:
        part.write_text(page(effects, language), encoding="utf-8", newline="\n")


def page(effects: Effects, language: Language) -> str:
    """Return the page as text; equal effects give equal pages."""
    texts = Texts(language)
    texts.put(plain(""))
    environment = surroundings(texts)
    view = _view(effects)
    body = environment.get_template("effects.html").render(
        **view,
        words={name: _text(text) for name, text in WORDS.items()},
        language=language.value,
        languages=[(one.value, LANGUAGE_NAMES[one]) for one in LANGUAGES],
    )
    bars = [
        {"n": one["name"], "x": float(one["by"]), "v": texts.put(one["difference"])} for one in view["people"]
    ]
    payload = {
        "bars": bars,
        "ui": {name: texts.put(_text(text)) for name, text in WORDS.items()},
        "languages": [one.value for one in LANGUAGES],
        "language": LANGUAGES.index(language),
        "texts": texts.data(),
    }
    return environment.get_template("page.html").render(
        title=_text(TITLE),
        as_of=plain(f"{effects.old} → {effects.new}"),
        language=language.value,
        style=asset("page.css"),
        scripts=[asset(name) for name in SCRIPTS],
        body=body,
        data=json_text(payload),
    )


def _view(effects: Effects) -> dict[str, Any]:
    listed = effects.people()
    sure = effects.resampling is not None and effects.draws is not None
    # A note names its period in the reader's language, so each is made once in every one.
    said = list(zip(*(notes(effects, language) for language in LANGUAGES), strict=True))
    return {
        "subtitle": plain(f"{effects.old} → {effects.new}"),
        "periods": [_period(one) for one in effects.periods],
        "several": len(effects.periods) > 1,
        "sure": each(lambda language: level(effects, language)[0]) if sure else None,
        "lines": [
            _amounts(one, _line(one))
            for one in effects.lines()
            if one.difference and len(effects.lines()) > 1
        ],
        "people": [_person(effects, one, len(listed)) for one in listed],
        "cost": _amounts(effects.cost(), _text(THE_COST)),
        "gaining": sum(one.difference > 0 for one in listed),
        "losing": sum(one.difference < 0 for one in listed),
        "department": [{"title": _period(one), "rows": _rows(one.department)} for one in effects.periods],
        "notes": [tuple(one.to(lang) for one, lang in zip(some, LANGUAGES, strict=True)) for some in said],
    }


def _period(one: PeriodEffect) -> Said:
    return each(lambda language: period_said(one.period, language))


def _line(one: Effect) -> Said:
    return each(lambda language: line_title(one, language))


def _person(effects: Effects, one: Effect, last: int) -> View:
    own = [
        next((each.difference for each in period.people if each.subject == one.subject), None)
        for period in effects.periods
    ]
    return {
        "name": one.name,
        "by": one.difference,
        "periods": [(_money(each, signed=True), _tone(each)) for each in own],
        "rank": rank(one, last),
        **_amounts(one, plain(one.name)),
    }


def _rows(department: tuple[Effect, ...]) -> list[View]:
    return [
        _amounts(one, _text(THE_COST) if one.name == COST else _title(one))
        for one in department
        if one.name == COST or one.difference
    ]


def _title(one: Effect) -> Said:
    return each(lambda language: say(one.title, language) or one.name)


def _amounts(one: Effect, title: Said) -> dict[str, object]:
    return {
        "title": title,
        "old": _money(one.old),
        "new": _money(one.new),
        "difference": _money(one.difference, signed=True),
        "tone": _tone(one.difference),
        "interval": each(lambda language: interval(one.likely, language).plain) if one.likely else plain(""),
    }


def _tone(value: Fraction | None) -> str:
    return "" if not value else "gain" if value > 0 else "loss"


def _money(value: Fraction | None, *, signed: bool = False) -> Said:
    return each(lambda language: shown(value, Unit.MONEY, language, signed=signed))


def _text(text: Text) -> Said:
    return each(text.to)
