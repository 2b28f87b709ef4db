"""The draw: the same for everyone, even over strata, and unmoved by what turns up later."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from kaohe.core.period import Calendar
from kaohe.ratings.assigning import assign
from kaohe.ratings.drawing import Drawn, Plan, Talk, case_name, draw, lacking

MONTH = Calendar().period("2026-10")
WEEKS = Calendar().spans(MONTH, "week")
PLAN = Plan("2026-10/quality", "42", 8, Fraction(1, 5), as_of=date(2026, 11, 5), last=MONTH.last)
WEEKLY = replace(PLAN, weeks=WEEKS)
PEOPLE = ("bo", "cy", "di")


def talks(count: int, people: tuple[str, ...] = PEOPLE) -> list[Talk]:
    return [
        Talk("shop", person, f"customer {number}", MONTH.first + timedelta(days=number * 7 % 31))
        for person in people
        for number in range(count)
    ]


some_talks = st.lists(
    st.builds(
        Talk,
        shop=st.sampled_from(["s", "t"]),
        person=st.sampled_from(PEOPLE),
        customer=st.text("abc\0:", min_size=1, max_size=3),
        day=st.dates(MONTH.first, MONTH.last),
        filter=st.sampled_from(["", "", "", "ad"]),
    ),
    max_size=60,
    unique_by=lambda talk: talk.name,
).map(set)
some_plans = st.builds(
    Plan,
    round=st.just("2026-10/quality"),
    seed=st.sampled_from("0123"),
    size=st.integers(1, 9),
    second_share=st.sampled_from([Fraction(0), Fraction(1, 5), Fraction(1)]),
    weeks=st.sampled_from([(), WEEKS]),
    filtered=st.booleans(),
    as_of=st.dates(MONTH.first, MONTH.last + timedelta(days=9)),
    last=st.just(MONTH.last),
)


@settings(max_examples=150, deadline=None)
@given(some_plans, some_talks, st.randoms(use_true_random=False))
def test_the_order_of_the_records_plays_no_part(plan: Plan, found: set[Talk], dice: Random) -> None:
    rows = sorted(found)
    assert draw(plan, PEOPLE, rows) == draw(plan, reversed(PEOPLE), dice.sample(rows, len(rows)))


@settings(max_examples=300, deadline=None)
@given(some_plans, some_talks)
def test_one_conversation_more_moves_at_most_one_other(plan: Plan, found: set[Talk]) -> None:
    if not found:
        return
    late = min(found)
    before = {one.talk for one in draw(plan, PEOPLE, found - {late})}
    after = {one.talk for one in draw(plan, PEOPLE, found)}
    assert len(before - after) <= 1
    assert after - before <= {late} or len(after - before) <= 1


@settings(max_examples=150, deadline=None)
@given(some_plans, some_talks)
def test_everyone_gives_as_many_as_asked_for_or_all_there_are(plan: Plan, found: set[Talk]) -> None:
    drawn = draw(plan, PEOPLE, found)
    open_to = Counter(talk.person for talk in found if plan.stratum(talk) is not None)
    for person in PEOPLE:
        count = sum(one.talk.person == person for one in drawn)
        assert count <= min(plan.size, open_to[person])
        if plan.over:
            assert count == min(plan.size, open_to[person])
    assert len({one.case for one in drawn}) == len(drawn)
    assert all(not one.talk.filter or plan.filtered for one in drawn)


@settings(max_examples=150, deadline=None)
@given(some_plans, some_talks, st.dates(MONTH.first, MONTH.last))
def test_a_draw_that_is_continued_keeps_what_it_has(plan: Plan, found: set[Talk], early: date) -> None:
    known = {talk for talk in found if talk.day <= early}
    first = draw(replace(plan, as_of=early), PEOPLE, known)
    later = draw(plan, PEOPLE, found, first)
    assert set(first) <= set(later)
    assert later == draw(plan, PEOPLE, found, later)
    assert not [
        person for person, count in Counter(one.talk.person for one in later).items() if count > plan.size
    ]


def test_weeks_give_the_same_number_each() -> None:
    drawn = draw(WEEKLY, PEOPLE, talks(60))
    weeks = Counter((one.talk.person, WEEKLY.stratum(one.talk)) for one in drawn)
    assert set(weeks.values()) == {2}
    assert len(weeks) == 12


def test_a_week_that_lacks_conversations_is_made_up_from_the_others_once_the_period_is_over() -> None:
    quiet = [talk for talk in talks(60) if talk.day not in WEEKS[2]]
    assert len(draw(WEEKLY, PEOPLE, quiet)) == 24
    running = replace(WEEKLY, as_of=WEEKS[2].last)
    assert lacking(running, PEOPLE, draw(running, PEOPLE, quiet)) == dict.fromkeys(PEOPLE, 4)


def test_a_week_that_still_runs_is_not_drawn_from() -> None:
    running = replace(WEEKLY, as_of=WEEKS[1].last - timedelta(days=1))
    assert {one.talk.day in WEEKS[0] for one in draw(running, PEOPLE, talks(60))} == {True}


def test_what_the_filters_left_out_is_drawn_only_where_it_is_asked_for() -> None:
    mixed = [*talks(20), *(replace(talk, customer="x" + talk.customer, filter="ad") for talk in talks(20))]
    assert {one.talk.filter for one in draw(PLAN, PEOPLE, mixed)} == {""}
    counts = Counter(one.talk.filter for one in draw(replace(PLAN, filtered=True), PEOPLE, mixed))
    assert set(counts) == {"", "ad"}
    assert counts["ad"] >= 6


def test_a_second_reviewer_sees_the_share_rounded_up() -> None:
    assert sum(one.second for one in draw(PLAN, PEOPLE, talks(60))) == 5  # a fifth of 24
    assert not any(one.second for one in draw(replace(PLAN, second_share=Fraction(0)), PEOPLE, talks(9)))


def test_another_seed_draws_others_and_the_names_of_cases_stay() -> None:
    one, other = draw(PLAN, PEOPLE, talks(60)), draw(replace(PLAN, seed="43"), PEOPLE, talks(60))
    assert {drawn.talk for drawn in one} != {drawn.talk for drawn in other}
    names = {drawn.talk: drawn.case for drawn in one}
    assert all(names.get(drawn.talk, drawn.case) == drawn.case for drawn in other)


def test_a_draw_is_what_it_was_when_this_was_written() -> None:
    """A later version must draw the same: the seed is kept with the draw as its proof."""
    drawn = draw(replace(PLAN, size=2), PEOPLE, talks(30))
    assert [(one.case, one.talk.person, one.talk.customer) for one in drawn] == GOLDEN
    assert case_name("2026-10/quality", talks(1)[0]) == GOLDEN_CASE


@settings(max_examples=150, deadline=None)
@given(some_plans, some_talks, st.sets(st.sampled_from([*PEOPLE, "eve", "fay"]), min_size=3))
def test_reviewers_share_evenly_and_nobody_reviews_themself(
    plan: Plan, found: set[Talk], reviewers: set[str]
) -> None:
    drawn = draw(plan, PEOPLE, found)
    shared = assign(plan, drawn, reviewers)
    assert not shared.lacking
    seen: Counter[str] = Counter()
    for reviewer, cases in shared.cases.items():
        assert all(one.talk.person != reviewer for one in cases)
        seen.update(one.case for one in cases)
        assert len({one.case for one in cases}) == len(cases)
    assert seen == Counter({one.case: 1 + one.second for one in drawn})


def test_outsiders_get_the_same_number_within_one() -> None:
    shared = assign(PLAN, draw(PLAN, PEOPLE, talks(60)), {"eve", "fay", "gus"})
    sizes = sorted(len(cases) for cases in shared.cases.values())
    assert sum(sizes) == 24 + 5
    assert sizes[-1] - sizes[0] <= 1


def test_a_later_draw_moves_nothing_that_was_shared_out() -> None:
    early = replace(WEEKLY, as_of=WEEKS[0].last)
    first = draw(early, PEOPLE, talks(60))
    whole = draw(WEEKLY, PEOPLE, talks(60), first)
    reviewers = ("bo", "eve", "fay")
    before, after = assign(early, first, reviewers).cases, assign(WEEKLY, whole, reviewers).cases
    assert all(set(before[reviewer]) <= set(after[reviewer]) for reviewer in reviewers)


def test_what_was_reviewed_stays_with_its_reviewer() -> None:
    drawn = draw(PLAN, PEOPLE, talks(60))
    given = {one.case: ["fay"] for one in drawn[:5]}
    cases = {one.case for one in assign(PLAN, drawn, ("eve", "fay"), given).cases["fay"]}
    assert set(given) <= cases


def test_where_only_the_person_themself_could_review_the_case_is_named() -> None:
    drawn = draw(PLAN, ("bo",), talks(9))
    assert set(assign(PLAN, drawn, ("bo",)).lacking) == set(drawn)
    two: list[Drawn] = [one for one in drawn if one.second]
    assert set(assign(PLAN, drawn, ("bo", "eve")).lacking) == set(two)


GOLDEN = [
    ("AKWA-S3TT", "cy", "customer 14"),
    ("039R-9JS3", "bo", "customer 10"),
    ("AF7T-ZCCG", "di", "customer 7"),
    ("86RF-N8XR", "bo", "customer 15"),
    ("1NXM-64DB", "di", "customer 13"),
    ("W8D9-AB7J", "cy", "customer 6"),
]
GOLDEN_CASE = "CVGJ-5KCH"
