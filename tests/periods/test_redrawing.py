"""How sure the differences of two policies are: drawn anew in pairs, where the answer is known."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from kaohe.appraisal.resampling import Floats, Resampling, hashes, weights
from kaohe.core.language import Language, Text
from kaohe.core.number import rounded
from kaohe.periods.books.shelf import open_shelf
from kaohe.periods.books.simulating import money, simulate
from kaohe.statements.draws import Draws
from kaohe.statements.effects import Effects, department_csv, people_csv
from kaohe.statements.effecttable import effect_table
from kaohe.statements.report.effects import page
from kaohe.statements.terminal.effects import notes
from periods.desks import MONTHS, PEOPLE, Desk

HOW = Resampling(replicates=60, seed=7)
CENT = Fraction(1, 100)


@pytest.fixture(scope="module")
def closed(original: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = original.copied(tmp_path_factory.mktemp("redrawn") / "desk")
    for month in MONTHS[-2:]:
        desk.close(month)
    return desk


def changed(desk: Desk, old: str, new: str) -> str:
    text = desk.scheme.read_text("utf-8")
    assert text.count(old) == 1
    file = desk.root / f"changed-{abs(hash(new))}.yaml"
    file.write_text(text.replace(old, new), "utf-8")
    return str(file)


def raised(desk: Desk) -> str:
    return changed(desk, "value: 3%", "value: 4.5%")


def drawn(desk: Desk, policy: str, last: int = 1, how: Resampling = HOW) -> Effects:
    return simulate(desk.shelf, policy, last=last, store=desk.store, resampling=how)


def draws_of(found: Effects, period: int = 0) -> Draws:
    draws = found.periods[period].draws
    assert isinstance(draws, Draws)
    return draws


def sales(person: str, month: str) -> Floats:
    """A person's sales in each draw, from the orders alone: each is a conversation of its own."""
    index, first = PEOPLE.index(person), MONTHS.index(month)
    found = np.zeros(HOW.replicates)
    for number, day in enumerate((3, 11, 18, 27)):
        order = 1 + first * 12 + number * 3 + index
        name = {"person": [person], "day": [f"{month}-{day:02d}"], "shop": ["S"], "customer": [f"c{order}"]}
        times = weights(hashes(pa.table(name), HOW.seed), HOW.replicates)[0]
        found += times * (1000 + 137 * index + 11 * day + int(month[-2:])) / 10
    return found


def test_policies_that_differ_by_a_constant_differ_by_it_in_every_draw(closed: Desk) -> None:
    extra = "      pay.extra: {unit: money, is: 2 * hundred, round: 0.01}\n"
    lines = f"{extra}      pay.total: {{unit: money, is: pay.extra +"
    policy = changed(closed, "      pay.total: {unit: money, is:", lines)
    found = drawn(closed, policy, last=2)
    for one in found.people():
        assert one.likely is not None
        assert one.difference == 400
        assert (one.likely.low, one.likely.high) == (400.0, 400.0)
        assert (one.likely.rise_low, one.likely.rise_high) == (0, 0)
    cost = found.cost().likely
    assert cost is not None
    assert cost.is_fixed
    assert cost.low == 1200.0


def test_the_policy_of_the_closing_differs_from_itself_in_no_draw(closed: Desk) -> None:
    draws = draws_of(drawn(closed, str(closed.scheme)))
    assert {which for which in draws.difference if which[1] in PEOPLE} == {("", one) for one in PEOPLE}
    assert not any(values.any() for values in draws.difference.values())
    assert any(np.ptp(draws.old["", person]) > 0 for person in PEOPLE)


@pytest.mark.parametrize("person", PEOPLE)
def test_a_higher_rate_pays_more_by_what_was_sold_in_the_same_draw(closed: Desk, person: str) -> None:
    draws = draws_of(drawn(closed, raised(closed)))
    by_hand = [
        rounded(sold * 45 / 1000, CENT) - rounded(sold * 30 / 1000, CENT)
        for sold in (Fraction(round(one * 100), 100) for one in sales(person, MONTHS[-1]))
    ]
    assert draws.difference["", person].tolist() == [float(one) for one in by_hand]


def test_the_interval_lies_about_the_difference_as_wide_as_the_draws_spread(closed: Desk) -> None:
    found = drawn(closed, raised(closed))
    draws = draws_of(found)
    for one in found.people():
        low, middle, high = np.quantile(draws.difference["", one.subject], (0.025, 0.5, 0.975))
        assert one.likely is not None
        assert one.likely.low == pytest.approx(float(one.difference) + low - middle)
        assert one.likely.high == pytest.approx(float(one.difference) + high - middle)
        assert one.likely.low < one.difference < one.likely.high


def test_a_later_period_reads_what_the_same_draw_of_the_one_before_gave(closed: Desk) -> None:
    found = drawn(closed, changed(closed, "default(previous(pay.commission), 0) / 10", "hundred * 0"), last=2)
    before, after = draws_of(found), draws_of(found, 1)
    # The first one reads what was closed before it: the same in every draw.
    assert not any(np.ptp(before.difference["", person]) for person in PEOPLE)
    for person in PEOPLE:
        sold = [Fraction(round(one * 100), 100) for one in sales(person, MONTHS[-2])]
        loyalty = [rounded(rounded(one * 30 / 1000, CENT) / 10, CENT) for one in sold]
        assert after.difference["", person].tolist() == [-float(one) for one in loyalty]


def test_equal_seeds_give_equal_intervals_and_others_others(closed: Desk) -> None:
    one, again = (drawn(closed, raised(closed)).people() for _ in range(2))
    assert [each.likely for each in one] == [each.likely for each in again]
    other = drawn(closed, raised(closed), how=Resampling(replicates=60, seed=8)).people()
    assert [each.likely for each in one] != [each.likely for each in other]


def test_a_policy_that_measures_otherwise_is_drawn_from_the_same_conversations(closed: Desk) -> None:
    policy = changed(closed, "groups:", "rules: {payment_days: 3}\ngroups:")
    found = drawn(closed, policy)
    assert found.periods[0].measured_anew
    assert not any(values.any() for values in draws_of(found).difference.values())


def test_the_difference_of_two_policies_on_one_period_is_drawn_too(closed: Desk) -> None:
    files = str(closed.scheme), raised(closed)
    found = money(closed.shelf, *files, MONTHS[-1], store=closed.store, resampling=HOW)
    assert [one.likely for one in found.people()] == [one.likely for one in drawn(closed, files[1]).people()]


@pytest.mark.parametrize("at_hand", ["no store", "another store"])
def test_where_conversations_are_not_at_hand_it_is_said_why_there_is_no_interval(
    closed: Desk, at_hand: str, tmp_path: Path
) -> None:
    store = None if at_hand == "no store" else tmp_path / "elsewhere"
    found = simulate(closed.shelf, raised(closed), last=2, store=store, resampling=HOW)
    assert [period for period, _ in found.undrawn()] == list(MONTHS[-2:])
    assert all(one.likely is None for one in (*found.people(), found.cost()))
    said = [one.to(Language.EN) for one in notes(found, Language.EN)]
    assert len(said) == 2
    assert all(("--records" if store is None else "does not have the version") in one for one in said)


def test_what_people_are_paid_by_opinions_alone_has_nothing_to_draw(closed: Desk) -> None:
    files = [closed.root / name for name in ("opinions.yaml", "more-opinions.yaml")]
    for file, given in zip(files, (2, 3), strict=True):
        file.write_text(OPINIONS.replace("GIVEN", str(given)), "utf-8")
    books = closed.root / "opinions"
    closed.close(MONTHS[-1], books=books, policy=files[0])
    found = simulate(open_shelf(books), str(files[1]), store=closed.store, resampling=HOW)
    (reason,) = [reason for _, reason in found.undrawn()]
    assert isinstance(reason, Text)
    assert "nothing to draw" in reason.to(Language.EN)


OPINIONS = """
policy: opinions
version: 1
valid_from: 2026-01-01
title: {en: Opinions, zh-Hant: 意見, zh-Hans: 意见}
department: {subject: '"Desk"', members: everyone}
groups: {appraised: {if: people.regular}}
parameters: {worth: {type: number, unit: money, value: GIVEN}}
ledger: {praise: {}}
sections:
  pay:
    for: person
    who: appraised
    each: period
    total: pay.total
    figures:
      pay.merit: {unit: money, is: entries(praise) * worth, round: 0.01}
      pay.total: {unit: money, is: pay.merit}
"""


def test_tables_and_pages_say_the_intervals(closed: Desk) -> None:
    found = drawn(closed, raised(closed), last=2)
    first, *rows = people_csv(found).splitlines()
    assert first.endswith("new_rank,low,high,rise_low,rise_high")
    assert all(len(row.split(",")) == 12 for row in rows)
    assert department_csv(found).splitlines()[0].endswith("difference,low,high")
    table = effect_table(found)
    assert table["sure"] == ["95% 區間", "95% 区间", "95% interval"]
    assert all(one["interval"] for one in table["people"])
    assert "95% interval" in page(found, Language.EN)
    plain = simulate(closed.shelf, raised(closed), last=2)
    assert people_csv(plain).splitlines()[0].endswith("new_rank")
    assert effect_table(plain)["sure"] is None
