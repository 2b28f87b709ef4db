"""Formulas: what they may hold, and how numbers, signs and texts in them are read."""

import pytest

from kaohe.core.figure import Level
from kaohe.core.number import exact
from kaohe.core.problem import Place
from kaohe.policy.expression import Apply, Expression, Literal, MeasureName
from kaohe.policy.formula import FormulaReader
from kaohe.policy.scanner import number, scan
from kaohe.policy.vocabulary import Names, Scope
from policy.conftest import Lint, codes, only

NO_ARITHMETIC = """
1e9 0x10 1_000 5. 2x _0 __import__(1) None lambda:1 [1] {1:2} a@b orders**2 orders//2 orders[0] 1,2
(orders).real f(*orders) min(*orders,1) x:=1 ~orders ...
"""
NOTHING = Names({}, frozenset(), frozenset({"everyone", "employed"}), frozenset(), frozenset())


def read(text: str) -> Expression:
    reader = FormulaReader(Scope(NOTHING, Level.PERSON, "period"), Place())
    expression = reader.read(text)
    assert not reader.found, [str(problem.message) for problem in reader.found]
    return expression


def codes_of(text: str) -> list[str]:
    reader = FormulaReader(Scope(NOTHING, Level.PERSON, "period"), Place())
    reader.read(text)
    return [problem.code for problem in reader.found]


@pytest.mark.parametrize(
    ("text", "value", "is_ratio"),
    [
        ("80%", "0.8", True),
        ("80 %", "0.8", True),
        ("8‰", "0.008", True),
        ("０．５％", "0.005", True),
        ("0.1", "0.1", False),
        (".5", "0.5", False),
        ("-2", "-2", False),
        ("−0.5", "-0.5", False),
        ("+3", "3", False),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827", False),
    ],
)
def test_a_number_is_exactly_what_is_written(text: str, value: str, is_ratio: bool) -> None:
    literal = read(text)
    assert isinstance(literal, Literal)
    assert (literal.value, literal.ratio) == (exact(value), is_ratio)


def test_signs_as_on_paper_are_understood() -> None:
    assert read("（orders × 2） ÷ inquiries − 1") == read("(orders * 2) / inquiries - 1")
    assert read("orders ≥ 3") == read("orders >= 3")
    assert read("orders ≠ 3") == read("orders != 3")


def test_a_text_may_hold_signs_and_numbers() -> None:
    assert read('"80% of × 5"') == Literal("80% of × 5", '"80% of × 5"')
    assert read("“deducted”") == read('"deducted"') == read("'deducted'")


def test_a_chain_of_comparisons_is_all_of_them() -> None:
    orders = MeasureName("orders")
    one, five = Literal(exact("1"), "1"), Literal(exact("5"), "5")
    assert read("1 < orders <= 5") == Apply("and", (Apply("<", (one, orders)), Apply("<=", (orders, five))))


def test_a_minus_before_a_number_belongs_to_it() -> None:
    assert read("- - 2") == Literal(exact("2"), "2")
    assert read("-orders") == Apply("neg", (MeasureName("orders"),))


@pytest.mark.parametrize(
    "text",
    NO_ARITHMETIC.split(),
)
def test_what_is_no_arithmetic_may_not_stand_in_a_formula(text: str) -> None:
    found = codes_of(text)
    assert found
    assert set(found) <= {"P110", "P111", "P113", "P117"}


@pytest.mark.parametrize(
    "text", ["", "(", "orders +", "orders orders", "5 % 3", '"open', "orders = 3", "\\", "#"]
)
def test_what_is_no_formula_is_said_to_be_none(text: str) -> None:
    assert codes_of(text) == ["P110"]


def test_a_formula_that_nobody_could_check_is_refused() -> None:
    assert codes_of("(" * 200 + "1" + ")" * 200) == ["P110"]
    assert codes_of(" + ".join(["orders"] * 160)) == ["P112"]
    assert codes_of("1 + " + "1" * 4000) == ["P112"]


def test_a_piece_of_a_formula_is_shown_as_the_author_wrote_it() -> None:
    reader = FormulaReader(Scope(NOTHING, Level.PERSON, "period"), Place())
    reader.read('orders ** 80% + "x"')
    assert str(reader.found[0].message) == "“orders ** 80%” may not stand in a formula."


def test_numbers_of_bands_bear_the_same_marks_as_those_of_formulas() -> None:
    assert number("60 %") == (exact("0.6"), True)
    for text in ("", "%", "half", "1e3", "50O", "1,5"):
        with pytest.raises(ValueError):
            number(text)


def test_scanning_keeps_names_with_digits_whole() -> None:
    assert scan("w2 + 2").text.split() == ["w2", "+", "_0"]


def test_a_figure_means_the_measure_in_its_own_formula(figures: Lint) -> None:
    definition = only(
        figures("orders: {unit: count, is: orders}\nmore: {unit: count, is: orders + 1}"), "orders"
    )
    assert definition.body == MeasureName("orders")


def test_place_is_that_of_the_figure_ranked(figures: Lint) -> None:
    linted = figures("""
        sales:
          unit: money
          better: higher
          is: sales_amount
          points:
            - places: {1: 3}
            - {when: place > 5, give: -1}
    """)
    assert linted.problems == ()


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("sum(orders, over=weeks, by=2)", "P119"),
        ("sum(over=weeks)", "P118"),
        ("count(orders, over=weeks)", "P118"),
        ("sum(orders, over=employed)", "P120"),
        ("sum(sum(orders, over=weeks), over=weeks)", None),
        ("previous(previous(x))", "P118"),
        ("previous(y)", "P113"),
        ("department.x", "P114"),
        ("people.hired_on", "P202"),
        ("first(dsr.attitude)", "P118"),
        ("value", "P124"),
    ],
)
def test_functions_are_used_as_they_are_meant(figures: Lint, formula: str, code: str | None) -> None:
    linted = figures(f"x: {{unit: count, is: orders}}\nz:\n  unit: count\n  is: {formula}")
    expected = [] if code is None else [code]
    if formula.startswith("sum(sum"):
        expected = ["P120"]  # inside a week there are no weeks
    assert codes(linted.problems) == expected


def test_not_in_is_the_opposite_of_in(figures: Lint) -> None:
    linted = figures(
        "x: {unit: count, is: 1 if people.role not in roles else 0}",
        more="parameters: {roles: {type: texts, value: [agent]}}\n",
    )
    body = only(linted, "x").body
    assert isinstance(body, Apply)
    assert isinstance(body.args[0], Apply)
    assert body.args[0].op == "not"
