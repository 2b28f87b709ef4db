"""How sure figures and places are: intervals that cover, places that noise decides, equal results."""

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from appraisal.worlds import SHOP, daily, facts, person
from kaohe.appraisal.appraise import Appraisal, appraise
from kaohe.appraisal.certainty import Certainty, certainty, intervals
from kaohe.appraisal.redrawn import places
from kaohe.appraisal.resampling import POISSON, Bootstrap, Replicates, Resampling, Wanted, hashes, weights
from kaohe.appraisal.spool import spool
from kaohe.appraisal.views import View
from kaohe.core.figure import FigureKey, Level
from kaohe.measures.columns import day_number
from kaohe.measures.contributions import Contributions
from kaohe.policy.loader import load

FIRST = date(2026, 10, 1)
MONTH = View(FIRST, date(2026, 10, 31))
Talk = Mapping[str, int]
"""What one conversation contributed: measure → value."""


def contributed(
    talks: Mapping[str, Sequence[Talk]], measures: Sequence[str], people: Collection[str] | None = None
) -> Contributions:
    """Return contributions of people's conversations, all on the first day; None: everybody's."""
    rows: list[dict[str, object]] = []
    added: list[list[int]] = []
    for who in sorted(talks.keys() if people is None else talks.keys() & people):
        for number, talk in enumerate(talks[who]):
            rows.append({"person": who, "day": FIRST, "shop": SHOP, "customer": f"c{number:05d}"})
            added.append([talk.get(measure, 0) * 100 for measure in measures])
    schema = pa.schema(
        [("person", pa.string()), ("day", pa.date32()), ("shop", pa.string()), ("customer", pa.string())]
    )
    hundredths = np.array(added, np.int64).reshape(-1, len(measures))
    days = np.full(len(rows), day_number(FIRST))
    return Contributions(tuple(measures), pa.Table.from_pylist(rows, schema), days, hundredths)


@dataclass
class Said:
    """Conversations made up, and what was asked of them."""

    talks: Mapping[str, Sequence[Talk]]
    asked: list[tuple[list[str], list[str], list[date]]] = field(default_factory=list)

    def batches(
        self, measures: Sequence[str], people: Collection[str], days: Collection[date]
    ) -> Iterator[Contributions]:
        self.asked.append((sorted(measures), sorted(people), sorted(days)))
        yield contributed(self.talks, measures, people)


def drawn(
    talks: Mapping[str, Sequence[Talk]],
    measures: Sequence[str],
    views: Sequence[View] = (MONTH,),
    seed: int = 0,
) -> Iterator[Replicates]:
    """Yield the replicates of everybody's conversations."""
    wanted = Wanted(sorted(talks), measures, views)
    with spool(wanted.row_kind) as rows:
        yield from Bootstrap.of(
            wanted, [contributed(talks, measures)], rows, Resampling(seed=seed)
        ).replicates()


def drawn_of(who: str, talks: Mapping[str, Sequence[Talk]], measure: str) -> list[float]:
    """Return a person's sums of the month."""
    for one in drawn(talks, ["inquiries", "ordered_same_day"]):
        if who in one.people:
            sums: list[float] = one.of(measure, MONTH)[list(one.people).index(who)].tolist()
            return sums
    raise KeyError(who)


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
    return certainty(appraised(talks).evaluator, Said(talks), how)


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
    names = hashes(contributed({"a": [{"receptions": 1}] * 400}, ["receptions"]).names, 0)
    times = weights(names, 1000)
    assert times.shape == (400, 1000)
    assert times.mean() == pytest.approx(1, abs=0.01)
    assert times.var() == pytest.approx(1, abs=0.02)
    assert np.mean(times == 0) == pytest.approx(np.exp(-1), abs=0.004)
    # Neither a conversation's draws nor a replicate's depend on each other.
    assert abs(np.corrcoef(times[:200].ravel(), times[200:].ravel())[0, 1]) < 0.01
    assert abs(np.corrcoef(times[:, :-1].ravel(), times[:, 1:].ravel())[0, 1]) < 0.01
    assert POISSON.astype(int).mean() == pytest.approx(1, abs=1e-3)


def test_a_conversation_is_drawn_alike_whatever_stands_beside_it() -> None:
    few = {"b": inquiries(3, 9)}
    many = {"a": inquiries(5, 3_000), "b": inquiries(3, 9), "c": inquiries(50, 300)}
    for measure in ("inquiries", "ordered_same_day"):
        assert drawn_of("b", few, measure) == drawn_of("b", many, measure)


def test_sums_of_replicates_are_whole_hundredths_so_that_no_order_of_adding_shows() -> None:
    dice = random.Random(4)
    talks = {"a": [{"paid_amount": dice.randrange(1, 10**9)} for _ in range(700)]}
    (one,) = drawn(talks, ["paid_amount"])
    found = contributed(talks, ["paid_amount"])
    times = weights(hashes(found.names, 0), 1000).astype(np.int64)
    assert one.sums[0, 0, 0].tolist() == (times.T @ found.hundredths[:, 0]).tolist()


def test_what_a_conversation_added_in_several_parts_is_drawn_once() -> None:
    talks = {"a": inquiries(3, 9)}
    whole = contributed(talks, ["inquiries", "ordered_same_day"])
    parts = [replace(whole, hundredths=whole.hundredths * mask) for mask in ([1, 0], [0, 1])]
    wanted = Wanted(["a"], whole.measures, [MONTH])
    sums = []
    for batches in ([whole], parts, parts[::-1]):
        with spool(wanted.row_kind) as rows:
            (one,) = Bootstrap.of(wanted, batches, rows, Resampling()).replicates()
            sums.append(one.sums.tolist())
            assert one.conversations(["inquiries", "ordered_same_day"], MONTH).tolist() == [9]
            assert one.conversations(["ordered_same_day"], MONTH).tolist() == [3]
    assert sums[0] == sums[1] == sums[2]


def test_days_left_out_count_in_no_replicate() -> None:
    without = View(MONTH.first, MONTH.last, (FIRST,))
    (one,) = drawn({"a": inquiries(3, 9)}, ["inquiries", "ordered_same_day"], [MONTH, without])
    assert one.of("inquiries", MONTH).sum() > 0
    assert one.of("inquiries", without).sum() == 0
    assert one.conversations(["inquiries"], MONTH) == 9
    assert one.conversations(["inquiries"], without) == 0


# Intervals


@pytest.mark.parametrize(("share", "size"), [(0.3, 80), (0.5, 40), (0.12, 150)])
def test_intervals_cover_the_true_rate_about_as_often_as_they_say(share: float, size: int) -> None:
    covered, worlds, dice = 0, 300, random.Random(int(share * 1000) + size)
    measures = ["inquiries", "ordered_same_day"]
    talks = {
        f"p{number:03d}": inquiries(sum(dice.random() < share for _ in range(size)), size)
        for number in range(worlds)
    }
    for some in drawn(talks, measures, seed=7):
        rates = some.of("ordered_same_day", MONTH) / some.of("inquiries", MONTH)
        for ends in intervals(rates, 0.95):
            assert ends is not None
            covered += ends[0] <= share <= ends[1]
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


def test_quantiles_are_those_of_numpy_whatever_has_no_value() -> None:
    dice = np.random.default_rng(5)
    values = dice.normal(size=(40, 1000)).round(2)
    values[dice.random(values.shape) < 0.3] = np.nan
    values[0] = np.nan
    values[1, 1:] = np.nan
    values[2] = 4.0
    for level in (0.9, 0.95, 0.99):
        found = list(intervals(values, level))
        assert found[:3] == [None, None, None]
        tail = (1 - level) / 2
        expected = [np.quantile(row[~np.isnan(row)], [tail, 1 - tail]).tolist() for row in values[3:]]
        assert [list(one) for one in found[3:] if one] == expected


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


def test_rankings_are_placed_alike_in_however_many_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(8)
    talks = {f"p{number}": inquiries(dice.randrange(10, 30), dice.randrange(30, 60)) for number in range(12)}
    whole = sure_of(talks)
    assert len(whole.places) > 12
    for name, most in (("redrawn.MOST_VALUES", 100), ("resampling.MOST_SUMS", 1), ("spool.IN_MEMORY", 1)):
        monkeypatch.setattr(f"kaohe.appraisal.{name}", most)
        assert sure_of(talks) == whole


@pytest.mark.parametrize("figure", ["order_rate", "order_rate.place", "order_rate.points"])
def test_what_is_asked_about_alone_is_as_sure_as_among_everything(figure: str) -> None:
    talks = {"a": inquiries(31, 90), "b": inquiries(30, 90), "c": inquiries(1, 90)}
    evaluator, said = appraised(talks).evaluator, Said(talks)
    whole, alone = sure_of(talks), certainty(evaluator, said, about=[rate("a", figure)])
    assert alone.intervals == {rate("a"): whole.intervals[rate("a")]}
    assert alone.places[rate("a", "order_rate.place")] == whole.places[rate("a", "order_rate.place")]
    # Of the others only what the ranking needs is read.
    measures, people, days = said.asked[0]
    assert (measures, people) == (["inquiries", "ordered_same_day"], ["a", "b", "c"])
    assert days == [date(2026, 10, day) for day in range(1, 8)]


def test_nothing_is_drawn_for_a_figure_that_cannot_be() -> None:
    talks = {"a": inquiries(31, 90), "b": inquiries(30, 90)}
    said = Said(talks)
    found = certainty(appraised(talks).evaluator, said, about=[rate("a", "pay.total", "2026-10")])
    assert not found.intervals
    assert not said.asked


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
