"""A formula printed and read again is the same formula."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from kaohe.core.figure import Level
from kaohe.core.problem import Place
from kaohe.policy.expression import (
    Apply,
    Entries,
    Expression,
    FactName,
    FigureName,
    Gather,
    GroupName,
    Literal,
    MeasureName,
    Offered,
    Over,
    ParameterName,
    Previous,
    SpanDays,
)
from kaohe.policy.formula import FormulaReader
from kaohe.policy.printing import printed
from kaohe.policy.vocabulary import Names, Scope

NAMES = Names(
    figures={
        ("rate", Level.PERSON): frozenset({"period"}),
        ("pay.base", Level.PERSON): frozenset({"period"}),
        ("total", Level.DEPARTMENT): frozenset({"period"}),
        ("rate", Level.SHOP): frozenset({"week", "period"}),
        ("sales.place", Level.PERSON): frozenset({"week"}),
    },
    parameters=frozenset({"part", "mode"}),
    groups=frozenset({"everyone", "employed", "team"}),
    references=frozenset({"before"}),
    ledger=frozenset({"praise"}),
)
LEAVES: tuple[Expression, ...] = (
    MeasureName("orders"),
    FigureName("rate", Level.PERSON),
    FigureName("pay.base", Level.PERSON),
    FigureName("total", Level.DEPARTMENT),
    FigureName("rate", Level.SHOP),
    ParameterName("part"),
    FactName("people", "base_pay"),
    GroupName("team"),
    GroupName("employed"),
    Entries("praise"),
    SpanDays(),
    SpanDays(employed=True),
    Gather("sum", MeasureName("orders"), Over("days", "days"), SpanDays(employed=True)),
    Previous(FigureName("rate", Level.SHOP)),
    Previous(FigureName("rate", Level.PERSON)),
    Offered(("sales",)),
    Literal(value=True, text="yes"),
    Literal("kept", '"kept"'),
    Literal(Fraction(4, 5), "80%", ratio=True),
    Literal(Fraction(-8, 1000), "-8‰", ratio=True),
    Literal(Fraction(1, 10), "0.1"),
    Literal(Fraction(-2), "-2"),
)


def is_number(expression: Expression) -> bool:
    return isinstance(expression, Literal) and isinstance(expression.value, Fraction)


def larger(parts: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    pair = st.tuples(parts, parts)
    operation = st.sampled_from(
        ["+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!=", "in", "default", "min"]
    )
    return st.one_of(
        st.builds(Apply, operation, pair),
        st.builds(Apply, st.sampled_from(["and", "or"]), st.lists(parts, min_size=2, max_size=4).map(tuple)),
        st.builds(Apply, st.just("if"), st.tuples(parts, parts, parts)),
        st.builds(Apply, st.sampled_from(["not", "known", "abs", "months_since"]), st.tuples(parts)),
        # A minus before a number belongs to the number.
        st.builds(Apply, st.just("neg"), st.tuples(parts.filter(lambda one: not is_number(one)))),
        st.builds(
            Gather,
            st.sampled_from(["sum", "mean", "any", "all"]),
            parts,
            st.sampled_from([Over("group", "team"), Over("periods", "before")]),
            st.one_of(st.none(), parts),
        ),
        st.builds(Gather, st.just("count"), st.none(), st.just(Over("group", "everyone"))),
    )


@given(st.recursive(st.sampled_from(LEAVES), larger, max_leaves=25))
def test_a_formula_printed_and_read_again_is_the_same(expression: Expression) -> None:
    text = printed(expression, Level.PERSON)
    reader = FormulaReader(Scope(NAMES, Level.PERSON, "period"), Place())
    assert reader.read(text) == expression, text
    assert not reader.found
