"""``docs/measures.md`` keeps step with the code, and every sentence has its translations."""

import re
from string import Formatter

import pytest

from kaohe.core import problems as core_problems
from kaohe.core.language import Language, Text, catalogue
from kaohe.core.measure import MEASURES, Delay
from kaohe.core.problem import Kind
from kaohe.measures import problems
from kaohe.measures.conversation import Mark
from kaohe.measures.reading import FORMS
from kaohe.measures.wording import MARKS, REASONS
from measures.worked_example import MARK, PAGE, example

DELAYS = {
    Delay.NONE: "0",
    Delay.ORDER: "`order_days`",
    Delay.PAYMENT: "`payment_days`",
    Delay.BOTH: "`order_days` + `payment_days`",
}


def kinds() -> list[Kind]:
    found = [
        one for module in (core_problems, problems) for one in vars(module).values() if isinstance(one, Kind)
    ]
    return [kind for kind in found if kind.code.startswith("M")]


def texts() -> list[Text]:
    of_kinds = [text for kind in kinds() for text in (kind.message, kind.expected, kind.cure) if text]
    return [*of_kinds, *FORMS.values(), *REASONS.values(), *MARKS.values(), Text("Did you mean “{nearest}”?")]


def test_the_worked_example_is_what_the_code_computes() -> None:
    page = PAGE.read_text("utf-8")
    assert page[page.index(MARK) + len(MARK) :] == "\n" + example()


def test_every_measure_is_defined_once_with_its_delay() -> None:
    rows = re.findall(r"^\| (`.*?) \| .* \| (.*?) \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    defined = [(name, delay) for names, delay in rows for name in re.findall(r"`(\w+)`", names)]
    known = [(name, delay) for name, delay in defined if name in MEASURES and delay in DELAYS.values()]
    assert sorted(known) == sorted((name, DELAYS[measure.delay]) for name, measure in MEASURES.items())


@pytest.mark.parametrize("language", [Language.ZH_HANT, Language.ZH_HANS])
def test_every_sentence_is_translated_with_the_same_gaps(language: Language) -> None:
    known = catalogue(language)
    for text in texts():
        said = known.get(text.english, "")
        assert said, text.english
        assert _gaps(said) == _gaps(text.english)


def _gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_no_code_names_two_kinds_of_problem() -> None:
    codes = [kind.code for kind in kinds()]
    assert len(set(codes)) == len(codes)


def test_every_mark_has_words() -> None:
    assert set(MARKS) == set(Mark)
