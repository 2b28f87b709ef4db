from collections.abc import Mapping
from typing import Any

import pytest

from kaohe.core.language import Language
from kaohe.core.measure import MEASURES, Delay, Scope, delay_days
from kaohe.core.problem import Place, Problem
from kaohe.core.rules import Credit, Rules, Unanswered


def read(data: Mapping[str, object]) -> tuple[Rules, tuple[Problem, ...]]:
    return Rules.read(data, lambda path: Place("rules.yaml", column=".".join(path)))


def codes(data: Mapping[str, object]) -> list[str]:
    return [problem.code for problem in read(data)[1]]


def test_without_a_key_every_rule_has_its_default() -> None:
    assert read({}) == (Rules(), ())
    assert Rules().after_sale_days == 14
    assert Rules().one_line_agent_lines == 3
    assert Rules().ad_phrase is None


def test_every_key_is_read() -> None:
    rules, problems = read(
        {
            "timezone": "Asia/Kolkata",
            "after_sale": {"days": 0},
            "ad": {"phrase": "非誠勿擾", "times": 3},
            "one_line": {"agent_lines": 1},
            "prior_order_days": 5,
            "order_days": 2,
            "payment_days": 7,
            "credit": "placed_first",
            "quick_seconds": 60,
            "rounds": {"hours": ["08:00", "24:00"], "cap_seconds": 600, "unanswered": "cap"},
        }
    )
    assert problems == ()
    assert rules == Rules(
        timezone="Asia/Kolkata",
        after_sale_days=0,
        ad_phrase="非誠勿擾",
        ad_times=3,
        one_line_agent_lines=1,
        prior_order_days=5,
        order_days=2,
        payment_days=7,
        credit=Credit.PLACED_FIRST,
        quick_seconds=60,
        hours=(28_800, 86_400),
        cap_seconds=600,
        unanswered=Unanswered.CAP,
    )


def test_null_switches_a_filter_or_an_option_off() -> None:
    off: dict[str, object] = {"after_sale": None, "ad": None, "one_line": None, "rounds": None}
    rules, problems = read(off)
    assert problems == ()
    assert (rules.after_sale_days, rules.ad_phrase, rules.one_line_agent_lines) == (None, None, None)
    assert read({"rounds": {"hours": None, "cap_seconds": None}}) == (Rules(), ())


def test_an_ad_filter_without_a_phrase_waits_for_one() -> None:
    assert read({"ad": {"times": 3}}) == (Rules(ad_times=3), ())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"payment_day": 4}, "M101"),
        ({"rounds": {"hour": 4}}, "M101"),
        ({"one_line": 3}, "M102"),
        ({"payment_days": -1}, "M103"),
        ({"payment_days": "4"}, "M103"),
        ({"payment_days": True}, "M103"),
        ({"payment_days": None}, "M103"),
        ({"after_sale": {"days": None}}, "M103"),
        ({"ad": {"phrase": "x", "times": 0}}, "M103"),
        ({"rounds": {"cap_seconds": "long"}}, "M103"),
        ({"credit": "first"}, "M104"),
        ({"rounds": {"unanswered": None}}, "M104"),
        ({"timezone": "Asia/Peking"}, "M105"),
        ({"timezone": None}, "M105"),
        ({"ad": {"phrase": ""}}, "M106"),
        ({"ad": {"phrase": 12}}, "M106"),
        ({"rounds": {"hours": "08:00-23:00"}}, "M107"),
        ({"rounds": {"hours": ["08:00"]}}, "M107"),
        ({"rounds": {"hours": ["08:00", "24:01"]}}, "M107"),
        ({"rounds": {"hours": ["08:00", "25:00"]}}, "M107"),
        ({"rounds": {"hours": ["08:61", "23:00"]}}, "M107"),
        ({"rounds": {"hours": ["23:00", "08:00"]}}, "M108"),
        ({"rounds": {"hours": ["08:00", "08:00"]}}, "M108"),
        ({"rounds": {"unanswered": "cap"}}, "M109"),
        ({"rounds": {"cap_seconds": 30}}, "M110"),
        ({"quick_seconds": 60, "rounds": {"cap_seconds": 60}}, "M110"),
    ],
)
def test_a_mistake_is_named(data: Mapping[str, object], code: str) -> None:
    assert codes(data) == [code]


def test_a_cap_of_one_second_more_than_quick_is_enough() -> None:
    assert codes({"rounds": {"cap_seconds": 31}}) == []


def test_all_mistakes_are_told_at_once_each_at_its_key() -> None:
    data: dict[str, Any] = {
        "tmezone": "x",
        "credit": "all",
        "ad": {"phrase": ""},
        "rounds": {"hours": ["9", "8"], "cap_seconds": 0},
    }
    problems = read(data)[1]
    assert sorted((problem.place.column, problem.code) for problem in problems) == [
        ("ad.phrase", "M106"),
        ("credit", "M104"),
        ("rounds.cap_seconds", "M103"),
        ("rounds.hours", "M107"),
        ("tmezone", "M101"),
    ]


def test_an_unknown_key_names_the_nearest_known_one() -> None:
    (problem,) = read({"payment_day": 4})[1]
    assert str(problem.cure) == "Did you mean “payment_days”?"
    (far,) = read({"zzz": 4})[1]
    assert "list" in str(far.cure)


def test_a_value_that_was_refused_is_not_compared_with_another() -> None:
    assert codes({"quick_seconds": -5, "rounds": {"cap_seconds": 20}}) == ["M103"]
    assert codes({"rounds": {"cap_seconds": "x", "unanswered": "cap"}}) == ["M103"]


def test_equal_rules_have_one_digest_and_others_another() -> None:
    assert Rules().digest() == read({"payment_days": 4})[0].digest()
    assert len({Rules().digest(), Rules(payment_days=3).digest(), Rules(hours=(0, 60)).digest()}) == 3


def test_the_delays_of_measures_follow_the_rules() -> None:
    rules = Rules(order_days=2, payment_days=7)
    assert delay_days(MEASURES["receptions"], rules) == 0
    assert delay_days(MEASURES["inquiries"], rules) == 2
    assert delay_days(MEASURES["payers"], rules) == 7
    assert delay_days(MEASURES["converted"], rules) == 9
    assert delay_days(MEASURES["shop_orders"], rules) == 0


def test_every_measure_has_a_title_in_each_language_and_no_two_share_one() -> None:
    for language in Language:
        titles = [measure.title[language] for measure in MEASURES.values()]
        assert all(titles)
        assert len(set(titles)) == len(titles)
    assert all(name == measure.name for name, measure in MEASURES.items())


def test_the_shops_own_measures_wait_for_payment_where_they_speak_of_it() -> None:
    waiting = {
        name
        for name, measure in MEASURES.items()
        if measure.scope is Scope.SHOP and measure.delay is Delay.PAYMENT
    }
    assert waiting == {
        "shop_paid_orders",
        "shop_paid_amount",
        "shop_payers",
        "silent_orders",
        "silent_amount",
    }
