"""How sure figures and places are: intervals that cover, places that noise decides, equal results."""

import random
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from appraisal.worlds import SHOP, daily, facts, person
from kaohe.appraisal.appraise import Appraisal, appraise
from kaohe.appraisal.certainty import Certainty, certainty, measures_wanted, places
from kaohe.appraisal.resampling import POISSON, Bootstrap, Resampling, View, hashes, weights
from kaohe.core.figure import FigureKey, Level
from kaohe.measures.columns import day_number
from kaohe.measures.contributions import Contributions
from kaohe.policy.loader import load

FIRST = date(2026, 10, 1)
MONTH = View(FIRST, date(2026, 10, 31))
Talk = Mapping[str, int]
"""What one conversation contributed: measure → value."""


def contributed(talks: Mapping[str, Sequence[Talk]], measures: Sequence[str]) -> Contributions:
    """Return contributions of people's conversations, all on the first day."""
    rows: list[dict[str, object]] = []
    entries: list[tuple[int, int, int, int]] = []
    for who in sorted(talks):
        for number, talk in enumerate(talks[who]):
            entries += [
                (len(rows), measures.index(measure), day_number(FIRST), value * 100)
                for measure, value in talk.items()
                if measure in measures
            ]
            rows.append({"person": who, "day": FIRST, "shop": SHOP, "customer": f"c{number:05d}"})
    columns = np.array(entries, np.int64).reshape(-1, 4).T
    schema = pa.schema(
        [("person", pa.string()), ("day", pa.date32()), ("shop", pa.string()), ("customer", pa.string())]
    )
    return Contributions(
        tuple(measures),
        pa.Table.from_pylist(rows, schema),
        columns[0].astype(np.int32),
        columns[1].astype(np.int32),
        columns[2],
        columns[3],
    )


def appraised(talks: Mapping[str, Sequence[Talk]], *people: Mapping[str, object]) -> Appraisal:
    """Return an appraisal of these conversations by the presale desk's scheme."""
    rows = []
    for who, own in talks.items():
        sums: dict[str, int | str] = {}
        for talk in own:
            for measure, value in talk.items():
                sums[measure] = int(sums.get(measure, 0)) + value
        rows.append((who, FIRST.isoformat(), sums))
    listed = people or [person(who) for who in talks]
    policy = load("presale-desk")
    return appraise(policy, facts(daily(rows), listed), policy.calendar.period("2026-10"))


def sure_of(talks: Mapping[str, Sequence[Talk]], how: Resampling | None = None) -> Certainty:
    appraisal = appraised(talks)
    found = contributed(talks, measures_wanted(appraisal.evaluator))
    return certainty(appraisal.evaluator, found, how)


def rate(who: str, figure: str = "order_rate", span: str = "2026-10-W1") -> FigureKey:
    return FigureKey(figure, Level.PERSON, who, span)


def inquiries(ordered: int, of: int) -> list[Talk]:
    """Return conversations: inquiries, of which some ordered."""
    return [
        {"consultations": 1, "inquiries": 1} | ({"ordered_same_day": 1} if number < ordered else {})
        for number in range(of)
    ]


# Draws


def test_draws_follow_the_poisson_distribution_with_mean_one() -> None:
    names = hashes(contributed({"a": [{"receptions": 1}] * 400}, ["receptions"]).units, 0)
    drawn = weights(names, 1000)
    assert drawn.shape == (400, 1000)
    assert drawn.mean() == pytest.approx(1, abs=0.01)
    assert drawn.var() == pytest.approx(1, abs=0.02)
    assert np.mean(drawn == 0) == pytest.approx(np.exp(-1), abs=0.004)
    # Neither a conversation's draws nor a replicate's depend on each other.
    assert abs(np.corrcoef(drawn[:200].ravel(), drawn[200:].ravel())[0, 1]) < 0.01
    assert abs(np.corrcoef(drawn[:, :-1].ravel(), drawn[:, 1:].ravel())[0, 1]) < 0.01
    assert POISSON.astype(int).mean() == pytest.approx(1, abs=1e-3)


def test_a_conversation_is_drawn_alike_whatever_stands_beside_it() -> None:
    few = contributed({"b": inquiries(3, 9)}, ["inquiries", "ordered_same_day"])
    many = contributed({"a": inquiries(5, 300), "b": inquiries(3, 9)}, ["inquiries", "ordered_same_day"])
    one, other = (Bootstrap.of(found, [MONTH], Resampling()).person("b") for found in (few, many))
    assert np.array_equal(one.of("inquiries", MONTH), other.of("inquiries", MONTH))
    assert np.array_equal(one.of("ordered_same_day", MONTH), other.of("ordered_same_day", MONTH))


def test_sums_of_replicates_are_whole_hundredths_so_that_no_order_of_adding_shows() -> None:
    dice = random.Random(4)
    talks = [{"paid_amount": dice.randrange(1, 10**9)} for _ in range(700)]
    found = contributed({"a": talks}, ["paid_amount"])
    sums = Bootstrap.of(found, [MONTH], Resampling()).person("a").sums[0]
    drawn = weights(hashes(found.units, 0), 1000).astype(np.int64)
    assert sums.tolist() == (drawn.T @ found.hundredths).tolist()


def test_days_left_out_count_in_no_replicate() -> None:
    found = contributed({"a": inquiries(3, 9)}, ["inquiries", "ordered_same_day"])
    without = View(MONTH.first, MONTH.last, (FIRST,))
    drawn = Bootstrap.of(found, [MONTH, without], Resampling()).person("a")
    assert drawn.of("inquiries", MONTH).sum() > 0
    assert drawn.of("inquiries", without).sum() == 0
    assert drawn.conversations(["inquiries"], MONTH) == 9
    assert drawn.conversations(["inquiries"], without) == 0


# Intervals


@pytest.mark.parametrize(("share", "size"), [(0.3, 80), (0.5, 40), (0.12, 150)])
def test_intervals_cover_the_true_rate_about_as_often_as_they_say(share: float, size: int) -> None:
    covered, worlds, dice = 0, 300, random.Random(int(share * 1000) + size)
    measures = ["inquiries", "ordered_same_day"]
    talks = {
        f"p{number:03d}": inquiries(sum(dice.random() < share for _ in range(size)), size)
        for number in range(worlds)
    }
    bootstrap = Bootstrap.of(contributed(talks, measures), [MONTH], Resampling(seed=7))
    for who in talks:
        drawn = bootstrap.person(who)
        rates = drawn.of("ordered_same_day", MONTH) / drawn.of("inquiries", MONTH)
        low, high = np.quantile(rates, [0.025, 0.975])
        covered += low <= share <= high
    assert 0.9 <= covered / worlds <= 0.99


def test_a_higher_level_gives_wider_intervals_and_more_conversations_narrower_ones() -> None:
    talks = {"a": inquiries(20, 60), "b": inquiries(200, 600)}
    usual, sure = (sure_of(talks, Resampling(level=level)).intervals for level in (0.95, 0.99))
    assert usual[rate("a")].high - usual[rate("a")].low < sure[rate("a")].high - sure[rate("a")].low
    assert usual[rate("b")].high - usual[rate("b")].low < usual[rate("a")].high - usual[rate("a")].low
    assert usual[rate("a")].low < 1 / 3 < usual[rate("a")].high
    assert usual[rate("a")].conversations == 60


@pytest.mark.parametrize(
    "talks",
    [
        [{"receptions": 1}],  # no inquiry: no value
        inquiries(1, 1),  # one conversation
        inquiries(9, 9),  # all alike
        inquiries(0, 9),
    ],
)
def test_what_never_differed_has_no_interval(talks: list[Talk]) -> None:
    assert rate("a") not in sure_of({"a": talks, "b": inquiries(3, 9)}).intervals


def test_equal_seeds_give_equal_results_and_other_seeds_others() -> None:
    talks = {"a": inquiries(20, 60), "b": inquiries(25, 60)}
    assert sure_of(talks, Resampling(seed=3)) == sure_of(talks, Resampling(seed=3))
    assert sure_of(talks, Resampling(seed=3)) != sure_of(talks, Resampling(seed=4))


# Places


def test_two_equal_people_are_not_told_apart() -> None:
    found = sure_of({"a": inquiries(30, 90), "b": inquiries(30, 90), "c": inquiries(1, 90)}).places
    one = found[rate("a", "order_rate.place")]
    assert one.next == "b"
    assert one.noise
    assert one.beats == pytest.approx(0.5, abs=0.06)


def test_one_more_order_decides_a_place_by_noise() -> None:
    found = sure_of({"a": inquiries(31, 90), "b": inquiries(30, 90)}).places
    assert found[rate("a", "order_rate.place")].noise


def test_who_is_clearly_better_is_told_apart_and_keeps_the_place() -> None:
    talks = {"a": inquiries(80, 90), "b": inquiries(45, 90), "c": inquiries(5, 90)}
    found = sure_of(talks).places
    best, last = found[rate("a", "order_rate.place")], found[rate("c", "order_rate.place")]
    assert (best.next, best.noise) == ("b", False)
    assert best.beats == pytest.approx(1, abs=0.001)
    assert best.same == pytest.approx(1, abs=0.001)
    assert (last.next, last.beats, last.noise) == ("", None, False)


def test_places_that_earn_are_told_from_those_that_do_not() -> None:
    talks = {
        name: inquiries(ordered, 200) for name, ordered in zip("abcde", (180, 150, 120, 60, 20), strict=True)
    }
    found = sure_of(talks).places
    earning = [found[rate(name, "order_rate.place")].earning for name in "abcde"]
    assert earning == pytest.approx([1, 1, 1, 0, 0], abs=0.001)


def test_lower_is_better_where_the_policy_says_so() -> None:
    def waited(seconds: int) -> list[Talk]:
        return [
            {"receptions": 1, "orderers": 1} | ({"lost_orderers": 1} if number < seconds else {})
            for number in range(100)
        ]

    appraisal = appraised({"a": waited(50), "b": waited(5)})
    key = FigureKey("loss_rate", Level.PERSON, "a", "2026-10-W1")
    assert appraisal.figures[key].value is not None
    found = sure_of({"a": waited(50), "b": waited(5)})
    assert found.intervals[key].low > found.intervals[key._replace(subject="b")].high


def test_places_are_one_more_than_the_number_who_are_strictly_better() -> None:
    values = np.array([[3.0, 1.0], [3.0, 2.0], [1.0, -np.inf], [2.0, -np.inf]])
    assert places(values).tolist() == [[1, 2], [1, 1], [4, 3], [3, 3]]


# Who was there


def test_who_joined_late_is_marked_beside_the_place() -> None:
    talks = {"a": inquiries(30, 90), "b": inquiries(20, 90)}
    late = person("b", hired_on=date(2026, 10, 4))
    exposures = certainty(appraised(talks, person("a"), late).evaluator, None).exposures
    assert not exposures["a", "2026-10-W1"].is_partial
    joined = exposures["b", "2026-10-W1"]
    assert (joined.days, joined.employed, joined.present) == (7, 4, 1)
    assert joined.is_partial


def test_who_was_there_half_as_often_as_usual_is_marked() -> None:
    days = [("a", 6), ("b", 6), ("c", 3)]
    rows = [
        (who, f"2026-10-0{day + 1}", {"consultations": 1, "inquiries": 2, "ordered_same_day": 1})
        for who, count in days
        for day in range(count)
    ]
    policy = load("presale-desk")
    known = facts(daily(rows), [person(who) for who, _ in days])
    appraisal = appraise(policy, known, policy.calendar.period("2026-10"))
    found = certainty(appraisal.evaluator, None)
    marked = {who: found.exposures[who, "2026-10-W1"].is_partial for who, _ in days}
    assert marked == {"a": False, "b": False, "c": True}
    assert not found.intervals
    assert found.resampling is None


def test_sums_handed_in_have_no_intervals() -> None:
    appraisal = appraised({"a": inquiries(3, 9)})
    assert not certainty(appraisal.evaluator, None).intervals
    assert not appraisal.certainty.intervals
