"""Whatever stands in a policy file, linting it ends with findings, never with a crash."""

from importlib import resources

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaohe.core.language import Language
from kaohe.policy.loader import Linted, lint_text
from policy.conftest import HEAD

SHIPPED = (
    resources.files("kaohe.policy").joinpath("shipped", "presale-desk.yaml").read_text("utf-8").splitlines()
)
SCRAPS_TEXT = """
% ‰ * &a *a *places << null yes no value shop sum( ( ) [ ] { } : - , # ' " | >- ? !!x 在 . .. __ 0 -0 1e9
99999999999999999999 lambda if else not in over= previous( entries( first( weeks
"""
SCRAPS = st.sampled_from([*SCRAPS_TEXT.split(), "\t", "\x85", "\u2028", "\ufeff", "  "])
WORDS_TEXT = """
orders inquiries rate value shop place people.role people.hired_on people.regular targets.amount mode days
part employed everyone sum( mean( count( any( all( over=weeks over=shops over=everyone over=before where=
, ) ( + - * / < > <= == != and or not if else in 0 1 5% 8‰ "x" yes no previous( default( known( min( max(
months_since( entries( praise first(dsr.attitude) last(dsr.industry) offered( department.total shop.rate
rate.points rate.place . × − （ ） [ ] lambda ** @ ~ _0 \\ None ... # : :=
"""
WORDS = st.sampled_from(WORDS_TEXT.split())
FORMULA = st.one_of(
    st.sampled_from(["orders", "orders / inquiries", "orders > 1", "5", '"x"']),
    st.lists(WORDS, min_size=1, max_size=9).map(" ".join),
).map(lambda text: "'" + text.replace("'", "") + "'")


def said(linted: Linted) -> list[str]:
    return [row for problem in linted.problems for row in problem.lines(Language.ZH_HANT)]


@st.composite
def maimed(draw: st.DrawFn) -> str:
    """The shipped policy with some of its lines lost, moved, doubled, indented or scribbled on."""
    rows = list(SHIPPED)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(rows) - 1))
        row, other = rows[at], rows[draw(st.integers(0, len(rows) - 1))]
        cut = draw(st.integers(0, len(row)))
        scrap = draw(SCRAPS)
        rows[at : at + 1] = draw(
            st.sampled_from(
                [
                    [],
                    [row, other],
                    [other],
                    [row[:cut] + scrap + row[cut:]],
                    [row.partition(":")[0] + ": " + scrap],
                    [row.partition(":")[0] + ":" + other.partition(":")[2]],
                    [" " * (cut % 9) + row.strip()],
                ]
            )
        )
    return "\n".join(rows)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(maimed())
def test_a_maimed_policy_is_linted_to_the_end(text: str) -> None:
    said(lint_text(text, "maimed.yaml"))


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_at_all_is_linted_to_the_end(text: str) -> None:
    assert said(lint_text(text, "text.yaml"))


@settings(max_examples=150, deadline=None)
@given(st.lists(FORMULA, min_size=13, max_size=13))
def test_formulas_at_random_are_checked_to_the_end(formulas: list[str]) -> None:
    said(lint_text(HEAD + POLICY % tuple(formulas), "soup.yaml"))


POLICY = """
parameters:
  part: {type: number, unit: ratio, value: 40%%}
  mode: {type: text, value: kept}
  days: {type: days, value: []}
reference_periods: {before: {months: [-1]}}
ledger: {praise: {}}
sections:
  weekly:
    for: person
    each: week
    shop_beside: yes
    figures:
      rate:
        unit: ratio
        better: higher
        is: %s
        points:
          - {places: {1: 1}, only_if: %s}
          - {when: %s, give: %s}
          - {per: %s, give: 1}
          - {bands: [{give: %s}], of: %s}
  department:
    for: department
    each: period
    figures:
      total: {unit: count, is: %s}
      award: {unit: money, cases: [{when: %s, give: %s}]}
  pay:
    for: person
    each: period
    total: all
    figures:
      bonus: {unit: money, share: {pool: %s, by: %s, to: 0.01}}
      pay: {unit: money, is: %s}
"""
