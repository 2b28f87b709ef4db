"""What changed between two policies is said in words, all of it, and nothing else."""

from collections.abc import Sequence

import pytest

from kaohe.core.language import Language
from kaohe.policy.differences import Change, How, differences
from kaohe.policy.loader import lint_text, shipped, source
from kaohe.policy.policy import Policy

ORIGINAL, _ = source("presale-desk")


def policy(*changes: tuple[str, str]) -> Policy:
    """The flagship with some of its text replaced."""
    text = ORIGINAL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    found = lint_text(text, "changed.yaml").policy
    assert found is not None
    return found


def changed(*changes: tuple[str, str], language: Language = Language.EN) -> Sequence[Change]:
    chapters = differences(policy(), policy(*changes), language)
    return [change for chapter in chapters for change in chapter.changes]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", shipped())
def test_a_policy_does_not_differ_from_itself(name: str, language: Language) -> None:
    text = source(name)[0]
    one, other = (lint_text(made, "one.yaml").policy for made in (text, "# a comment\n\n" + text))
    assert one is not None
    assert other is not None
    assert differences(one, other, language) == []


def test_how_a_number_or_a_formula_is_written_does_not_count() -> None:
    assert changed(("value < 5%", "value   <  0.05"), ("value: 80%", "value: 0.80")) == []


def test_a_parameter_shows_its_old_and_its_new_value() -> None:
    (change,) = changed(("value: null\n    at_least: 0\n", "value: 9000\n    at_least: 0\n"))
    assert change == Change(How.CHANGED, "the month's forecast of page views", ("not set",), ("9000",))


def test_a_changed_border_shows_its_two_sentences() -> None:
    (change,) = changed(("value < 5%", "value <= 5%"))
    assert change.title == "Loss rate"
    assert change.before == ("Below 5%: earns 1 point.",)
    assert change.after == ("At most 5%: earns 1 point.",)


def test_a_rule_of_the_measures_shows_alone() -> None:
    (change,) = changed(("quick_seconds: 30", "quick_seconds: 20"))
    assert change.before == ("A quick reply takes at most 30 seconds.",)
    assert change.after == ("A quick reply takes at most 20 seconds.",)


def test_groups_items_and_checks_are_told() -> None:
    changes = changed(
        ("desk and people.regular and employed", "desk and employed"),
        ("    at_most: 5\n    title", "    at_most: 9\n    title"),
        ("value < 50% * shop", "value < 40% * shop"),
    )
    assert [(one.how, len(one.before), len(one.after)) for one in changes] == [(How.CHANGED, 1, 1)] * 3


def test_a_new_and_a_gone_figure_are_told_whole() -> None:
    new = (
        "      loss_amount_rate:\n        title: {zh-Hant: 流失金額比",
        "      talk:\n        title: {zh-Hant: 話",
    )
    changes = {one.title: one for one in changed(new, ("流失金额比, en: Loss amount rate", "话, en: Talk"))}
    assert changes["Talk"].how is How.ADDED
    assert changes["Loss amount rate"].how is How.REMOVED
    assert changes["Talk"].before == ()
    assert changes["Talk"].after[0].startswith("Talk = ")


def test_a_title_in_another_language_is_not_passed_over() -> None:
    (change,) = changed(("zh-Hans: 付款客单价", "zh-Hans: 客单价"))
    assert change.after == (
        "What changed is not said in this language: a title or a reading in another one.",
    )
    (change,) = changed(("zh-Hans: 付款客单价", "zh-Hans: 客单价"), language=Language.ZH_HANS)
    assert "客单价" in change.after[0]


def test_another_order_of_figures_is_told_once() -> None:
    start, middle, end = (
        ORIGINAL.index(name)
        for name in ("      pay.full_attendance:", "      pay.overtime:", "      pay.perf")
    )
    swapped = ORIGINAL[middle:end] + ORIGINAL[start:middle]
    (change,) = changed((ORIGINAL[start:end], swapped))
    assert change.title == "The table"
    assert change.before[0].startswith("In this order: Base pay, Full attendance, Overtime, ")
    assert change.after[0].startswith("In this order: Base pay, Overtime, Full attendance, ")


def test_a_section_that_is_gone_is_told_figure_by_figure() -> None:
    start, end = ORIGINAL.index("  pay:\n    title: {zh-Hant: 工資條"), ORIGINAL.index("\nchecks:")
    rest = ORIGINAL[:start] + ORIGINAL[end:]
    less = lint_text(
        rest.replace("is: sum(pay.performance_bonus, over=appraised)", "is: 0 * pool"), "less.yaml"
    )
    assert less.policy is not None
    chapters = {one.title: one for one in differences(policy(), less.policy, Language.EN)}
    assert {one.how for one in chapters["Payslip"].changes} == {How.REMOVED}
    assert len(chapters["Payslip"].changes) == 10
