"""``kaohe explain``: from a payslip line to the conversations and orders behind it, in three languages."""

import re

import pytest

from cli.conftest import DemoShop, run

LANGUAGES = {"zh-Hant": "績效獎金", "zh-Hans": "绩效奖金", "en": "Performance bonus"}


@pytest.mark.parametrize(("language", "title"), LANGUAGES.items())
def test_a_payslip_opens_down_to_the_points(demo_shop: DemoShop, language: str, title: str) -> None:
    result = run(
        "explain", *demo_shop.october(), "--person", "d01", "--figure", "pay.total", "--language", language
    )
    assert result.exit_code == 0, result.output
    assert title in result.output
    assert "presale-desk.yaml:" in result.output


def test_a_weekly_figure_opens_down_to_conversations_and_orders(demo_shop: DemoShop) -> None:
    asked = ("--person", "d01", "--figure", "order_rate", "--span", "2026-10-W1", "--language", "en")
    result = run("explain", *demo_shop.october(), *asked, "--depth", 2)
    assert result.exit_code == 0, result.output
    assert re.search(r"\d+ / \d+", result.output)
    assert re.search(r"\d{19}", result.output), "the numbers of the orders stand in the evidence"


def test_a_person_may_be_named_as_people_call_them(demo_shop: DemoShop) -> None:
    by_id = run("explain", *demo_shop.october(), "--person", "d01", "--figure", "points", "--depth", 0)
    by_name = run("explain", *demo_shop.october(), "--person", "小竹", "--figure", "points", "--depth", 0)
    assert by_id.exit_code == by_name.exit_code == 0
    assert by_id.output == by_name.output


def test_without_a_person_it_is_the_departments_figure(demo_shop: DemoShop) -> None:
    result = run("explain", *demo_shop.october(), "--figure", "pool", "--language", "zh-Hant")
    assert result.exit_code == 0, result.output
    assert "考核獎金池" in result.output


def test_the_chats_with_a_customer_are_shown_line_by_line(demo_shop: DemoShop) -> None:
    asked = ("--person", "d01", "--figure", "order_rate", "--language", "en", "--depth", "2")
    told = run("explain", *demo_shop.october(), *asked).output
    customer = re.search(r"\btb\d{6,}\b", told)
    assert customer, told
    shown = run("explain", *demo_shop.october(), *asked, "--customer", customer[0]).output
    assert f"{customer[0]} with" in shown
    assert "Waited, s" in shown


def test_how_sure_intervals_are_and_the_seed_of_their_draws_are_chosen(demo_shop: DemoShop) -> None:
    asked = ("--person", "d01", "--figure", "order_rate", "--span", "2026-10-W1", "--language", "en")
    said = {
        choice: run("explain", *demo_shop.october(), *asked, *choice).output
        for choice in ((), ("--certainty", "99"), ("--seed", "7"), ("--certainty", "off"))
    }
    assert "95% sure" in said[()]
    assert "99% sure" in said["--certainty", "99"]
    assert "95% sure" in said["--seed", "7"]
    assert said["--seed", "7"] != said[()]
    assert "sure, from" not in said["--certainty", "off"]
    assert run("explain", *demo_shop.october(), *asked, "--certainty", "97").exit_code == 2
