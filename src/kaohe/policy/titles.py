"""What the things of a policy are called, and how numbers and lists are said."""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from kaohe.core.figure import Level
from kaohe.core.language import Language, Text, say
from kaohe.core.number import plain
from kaohe.policy.expression import RATIO_MARKS
from kaohe.policy.policy import Parameter, Policy

MINUS = "−"
HAN = r"[\u3400-\u9fff]"
LATIN = r"[0-9A-Za-z]"
FACT_TITLES: Mapping[tuple[str, str], Text] = {
    ("people", "name"): Text("the name"),
    ("people", "department"): Text("the person's department"),
    ("people", "role"): Text("the person's role"),
    ("people", "regular"): Text("past probation"),
    ("people", "hired_on"): Text("the day of hiring"),
    ("people", "left_on"): Text("the day of leaving"),
    ("people", "base_pay"): Text("the base pay"),
    ("people", "superior"): Text("the direct superior"),
    ("targets", "amount"): Text("the target"),
    ("span", "days"): Text("calendar days"),
    ("span", "employed_days"): Text("days employed"),
    ("attendance", "full"): Text("full attendance"),
    ("attendance", "overtime_hours"): Text("overtime hours"),
    ("attendance", "overtime_pay"): Text("overtime pay as the attendance system has it"),
}
ROW_TITLES: Mapping[tuple[str, str, str], Text] = {
    ("first", "dsr", "attitude"): Text("the first attitude rating"),
    ("last", "dsr", "attitude"): Text("the last attitude rating"),
    ("first", "dsr", "industry"): Text("the industry's average beside the first attitude rating"),
    ("last", "dsr", "industry"): Text("the industry's average"),
}


def title(name: str, level: Level, policy: Policy, language: Language) -> str:
    """Return what a figure is called; places and points by the figure they belong to.

    A department's figure that is called as a person's one says that it is the
    department's. A figure without a title goes by its name.
    """
    definition = policy.definitions.get((name, level))
    if definition is None:
        return name
    if definition.of:
        owner = title(definition.of, level, policy, language)
        text = Text("place in {figure}") if definition.kind == "place" else Text("points of {figure}")
        return text.filled(figure=owner).to(language)
    called = say(definition.told.title, language) or name
    if level is Level.SHOP:
        return Text("the shop's {figure}").filled(figure=called).to(language)
    namesake = policy.definitions.get((name, Level.PERSON))
    if level is Level.DEPARTMENT and namesake and say(namesake.told.title, language) == called:
        return Text("the department's {figure}").filled(figure=called).to(language)
    return called


def indicator(name: str, policy: Policy, language: Language) -> str:
    """Return what an indicator of the table ``operating`` is called in a sentence."""
    told = policy.operating.get(name)
    called = (say(told.title, language) if told else "") or name
    return Text("the indicator “{indicator}”").filled(indicator=called).to(language)


def choice(parameter: Parameter, text: str, language: Language) -> str:
    """Return what people call one of the texts that a parameter may be; the text where it has no words."""
    return say(parameter.called.get(text, {}), language) or text


def joined(parts: Iterable[str], language: Language, *, word: Text) -> str:
    """Return the parts as a list: commas, and the word before the last."""
    items = list(parts)
    if len(items) < 2:
        return "".join(items)
    comma = Text(", ").to(language)
    return word.filled(first=comma.join(items[:-1]), last=items[-1]).to(language)


def number_said(value: Fraction, mark: str = "") -> str:
    """Return a number with a proper minus, and with its % or ‰ where it was written so."""
    text = plain(value * RATIO_MARKS.get(mark, 1)) + (mark if mark in RATIO_MARKS else "")
    return text.replace("-", MINUS)


def spaced(text: str, language: Language) -> str:
    """Return the text with a space between Chinese characters and digits or Latin letters."""
    if language is Language.EN:
        return text
    text = re.sub(rf"({HAN})([{MINUS}+]?{LATIN})", r"\1 \2", text)
    return re.sub(rf"({LATIN}[%‰]?|[%‰])({HAN})", r"\1 \2", text)


def opened(text: str, language: Language) -> str:
    """Return the text as a sentence begins: in English with a capital."""
    return text[:1].upper() + text[1:] if language is Language.EN else text
