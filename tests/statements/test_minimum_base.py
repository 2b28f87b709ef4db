"""Too small a base: the file says what kept a rule from firing, and the sentence says it too."""

import json
from pathlib import Path
from typing import Any

import pytest

from appraisal.worlds import daily, facts, person
from kaohe.appraisal.appraise import Appraisal, appraise
from kaohe.core.figure import FigureKey, Level
from kaohe.core.language import Language
from kaohe.policy.loader import load
from kaohe.statements.figures_file import write_figures
from kaohe.statements.words.sentences import not_fired, sentence
from statements.arithmetic import evaluated, read

RATIO = "is: complaints_upheld / receptions"


@pytest.fixture(scope="module")
def appraisal(tmp_path_factory: pytest.TempPathFactory) -> Appraisal:
    """Two people of whom one has fewer receptions than points ask for."""
    text = Path(__file__).with_name("scorecard.yaml").read_text("utf-8")
    assert RATIO in text
    file = tmp_path_factory.mktemp("policy") / "scorecard.yaml"
    file.write_text(text.replace(RATIO, f"{RATIO}\n        ranked: yes\n        minimum_base: 100"), "utf-8")
    policy = load(str(file))
    counts = {
        "甲": {"receptions": "90", "ratings": "10", "good_ratings": "9"},
        "乙": {"receptions": "120", "ratings": "10", "good_ratings": "9", "complaints_upheld": "1"},
    }
    measures = daily([(name, "2026-10-02", held) for name, held in counts.items()])
    return appraise(
        policy, facts(measures, [person(name) for name in counts]), policy.calendar.period("2026-10")
    )


@pytest.fixture(scope="module")
def written(appraisal: Appraisal, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Any]:
    out = tmp_path_factory.mktemp("out")
    write_figures(appraisal, out)
    figures = json.loads((out / "figures.json").read_text("utf-8"))["figures"]
    return {(one["figure"], one["subject"]): one for one in figures}


@pytest.mark.parametrize("figure", ["quality.points", "quality.place"])
def test_the_file_says_that_the_base_was_too_small(written: dict[tuple[str, str], Any], figure: str) -> None:
    rules = written[figure, "甲"]["reason"]["rules"]
    assert rules
    for rule in rules:
        assert rule["fired"] is False
        base = rule["minimum_base"]
        assert (base["op"], [arg["value"] for arg in base["args"]]) == (">=", ["90", "100"])
        assert evaluated(base, lambda leaf: read(leaf["value"])) is False


def test_a_base_that_is_large_enough_is_not_written_down(written: dict[tuple[str, str], Any]) -> None:
    for figure in ("quality.points", "quality.place"):
        rules = written[figure, "乙"]["reason"]["rules"]
        assert any(rule["fired"] for rule in rules)
        assert not any("minimum_base" in rule for rule in rules)


@pytest.mark.parametrize(
    ("language", "said", "others"),
    [
        (
            Language.ZH_HANT,
            "品質 2026 年 10 月：0.00%（0 / 90），接待人數 90，低於 100，不加不扣",
            "基數太小，不計分：接待人數 90，低於 100",
        ),
        (
            Language.EN,
            "Quality, October 2026: 0.00% (0 / 90), Receptions 90, below 100: no points",
            "the base is too small, so no points: Receptions 90, below 100",
        ),
    ],
)
def test_the_sentence_says_that_the_base_is_too_small(
    appraisal: Appraisal, language: Language, said: str, others: str
) -> None:
    key = FigureKey("quality", Level.PERSON, "甲", "2026-10")
    assert sentence(appraisal, key, language) == said
    assert not_fired(appraisal, key, language) == [others]
