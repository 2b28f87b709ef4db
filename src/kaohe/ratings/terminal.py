"""Rounds, draws and agreement on a terminal."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from kaohe.core.language import Language, Text, say
from kaohe.core.number import fixed
from kaohe.policy.policy import FormItem
from kaohe.ratings.agreement import CERTAIN, DOUBTFUL, Agreement, agreement, beside_bars, judged
from kaohe.ratings.assigning import Assignment
from kaohe.ratings.drawing import Drawn
from kaohe.ratings.owing import Owed, State
from kaohe.ratings.rounds import Round
from kaohe.ratings.sampling import Sampling
from kaohe.ratings.tendencies import Mark, Tendency, tendencies
from kaohe.statements.shown import MINUS, NO_VALUE, day_said, span_said
from kaohe.statements.terminal.paper import FAINT, GAIN, LOSS, name_column, number_column, rows, table

STATES: Mapping[State, Text] = {
    State.DONE: Text("complete"),
    State.NOT_OUT: Text("not out yet"),
    State.OPEN: Text("open"),
    State.DUE: Text("due now"),
    State.OVERDUE: Text("overdue"),
}
STYLES = {State.DONE: GAIN, State.OVERDUE: LOSS}
JUDGED = {str(DOUBTFUL): LOSS, str(CERTAIN): GAIN}
MOST_NAMED = 6
"""So many of the missing are named; the rest is counted."""


def form_status(round_: Round, owing: Sequence[Owed], language: Language) -> RenderableType:
    """Return a round: who has given how much, what is missing, what is overdue."""
    title = _titled(
        say(round_.form.told.title, language) or round_.form.name, round_.desk.period.label, language
    )
    dates = Text("Out on {opens}, back by {due}; as of {as_of}.").filled(
        opens=day_said(round_.opens, language, year=True),
        due=day_said(round_.due, language, year=True),
        as_of=day_said(round_.desk.as_of, language, year=True),
    )
    made = table(title)
    name_column(made, Text("Rater").to(language))
    for head in (Text("asked for"), Text("given"), Text("left"), Text("late")):
        number_column(made, head.to(language))
    name_column(made, Text("State").to(language))
    name_column(made, Text("Missing").to(language))
    for one in owing:
        state = Line(STATES[one.state].to(language), style=STYLES.get(one.state, ""))
        made.add_row(
            Line(round_.desk.name(one.rater)),
            str(one.asked),
            str(one.given),
            str(len(one.missing)),
            str(one.late or ""),
            state,
            Line(_missing(one, language), style=FAINT),
        )
    return Group(made, Line(dates.to(language)), Line(_summary(round_, owing, language)))


def _summary(round_: Round, owing: Sequence[Owed], language: Language) -> str:
    left = sum(len(one.missing) for one in owing)
    if not left:
        return Text("Every score has come in.").to(language)
    blocks = (
        Text(
            "Still missing: {left} score(s) of {raters} rater(s); the period cannot be closed until "
            "everything is in."
        )
        if round_.form.missing == "blocks"
        else Text(
            "Still missing: {left} score(s) of {raters} rater(s); the mean is over those who have scored."
        )
    )
    return blocks.filled(left=left, raters=sum(bool(one.missing) for one in owing)).to(language)


def _missing(one: Owed, language: Language) -> str:
    """Return what is missing: everything, or for each item of whom."""
    if len(one.missing) == one.asked:
        return Text("everything").to(language)
    by_item: dict[str, list[str]] = defaultdict(list)
    for subject, item in one.missing:
        by_item[item].append(one.round.desk.name(subject))
    parts = []
    for item, subjects in by_item.items():
        names = Text(", ").to(language).join(subjects[:MOST_NAMED])
        more = len(subjects) - MOST_NAMED
        names += f" + {more}" if more > 0 else ""
        label = say(one.round.form.items[item].told.title, language) or item
        parts.append(Text("{item}: {names}").filled(item=label, names=names).to(language))
    return "\n".join(parts)


def tendency_table(marks: Iterable[Mark], name: Callable[[str], str], language: Language) -> RenderableType:
    """Return how each rater scores beside the others, in hundredths of the scale."""
    made = table(Text("Raters beside each other").to(language))
    name_column(made, Text("Rater").to(language))
    heads = (
        Text("scores"),
        Text("shared"),
        Text("mean"),
        Text("milder by"),
        Text("spread"),
        Text("others' spread"),
        Text("correlation"),
    )
    for head in heads:
        number_column(made, head.to(language))
    name_column(made, "")
    for one in tendencies(marks):
        made.add_row(
            Line(name(one.rater)), *_tendency(one), Line(one.why.to(language) if one.why else "", style=FAINT)
        )
    note = Text(
        "In hundredths of the scale. Milder: above zero; stricter: below. Compared with the mean of the "
        "others on the very same things."
    )
    return Group(made, Line(note.to(language), style=FAINT))


def _tendency(one: Tendency) -> list[str]:
    shares = (one.mean, one.leniency, one.spread, one.others_spread)
    mean, leniency, spread, others = (_hundredths(share) for share in shares)
    signed = f"+{leniency}" if one.leniency and one.leniency > 0 else leniency
    correlation = NO_VALUE if one.correlation is None else _number(Fraction(str(one.correlation)))
    return [str(one.scores), str(one.shared), mean, signed, spread, others, correlation]


def _hundredths(share: Fraction | float | None) -> str:
    if share is None:
        return NO_VALUE
    exact = share if isinstance(share, Fraction) else Fraction(str(share))
    return fixed(exact * 100, 1).replace("-", MINUS)


def _number(value: Fraction) -> str:
    return fixed(value, 2).replace("-", MINUS)


def agreement_table(
    marks: Sequence[Mark], items: Mapping[str, FormItem], seed: int, language: Language
) -> RenderableType:
    """Return how far raters agree, over all items and item by item: Krippendorff's α with its interval."""
    made = table(Text("How far they agree: Krippendorff's α").to(language))
    name_column(made, Text("What is scored").to(language))
    for head in (Text("things"), Text("pairs"), Text("α"), Text("95 % interval")):
        number_column(made, head.to(language))
    name_column(made, "")
    whole = agreement(_units(marks), seed)
    rows(made, [_agreement(Text("All items").to(language), whole, language)])
    for item in items.values():
        own = agreement(_units([mark for mark in marks if mark.unit[-1] == item.name]), seed)
        rows(made, [_agreement(say(item.told.title, language) or item.name, own, language)])
    note = Text(
        "1: full agreement; 0: no more than by chance. From 0.80 on scores can be relied on, from 0.67 with "
        "care. Interval by 1,000 draws with the seed {seed}."
    )
    return Group(made, Line(note.filled(seed=seed).to(language), style=FAINT))


def _units(marks: Iterable[Mark]) -> list[list[Fraction]]:
    units: dict[tuple[str, ...], list[Fraction]] = defaultdict(list)
    for mark in marks:
        units[mark.unit].append(mark.value)
    return list(units.values())


def _agreement(title: str, one: Agreement, language: Language) -> list[Line | str]:
    counts = [str(one.units), str(one.pairs)]
    if one.alpha is None or one.low is None or one.high is None:
        why = one.why.to(language) if one.why else ""
        return [title, *counts, NO_VALUE, NO_VALUE, Line(why, style=FAINT)]
    interval = " – ".join(beside_bars(Fraction(str(end))) for end in (one.low, one.high))
    word = judged(one)
    judgement = Line(word.to(language) if word else "", style=JUDGED.get(str(word), ""))
    return [title, *counts, beside_bars(one.alpha), interval, judgement]


def draw_table(sampling: Sampling, drawn: Sequence[Drawn], seed: str, language: Language) -> RenderableType:
    """Return a draw: how many conversations of each person, by week, for a second reviewer, new ones."""
    desk, before = sampling.desk, {one.case for one in sampling.drawn}
    title = say(sampling.sample.told.title, language) or sampling.sample.name
    made = table(_titled(title, desk.period.label, language))
    name_column(made, Text("Agent").to(language))
    number_column(made, Text("drawn").to(language))
    weeks = sampling.weeks
    for week in weeks:
        number_column(made, week.label.rpartition("-")[2])
    for head in (Text("second reviewer"), Text("new")):
        number_column(made, head.to(language))
    for person in sampling.people:
        own = [one for one in drawn if one.talk.person == person]
        by_week = [str(sum(one.talk.day in week for one in own)) for week in weeks]
        second, new = sum(one.second for one in own), sum(one.case not in before for one in own)
        made.add_row(Line(desk.name(person)), str(len(own)), *by_week, str(second or ""), str(new or ""))
    said = Text("{count} conversations in the round {round}, drawn with the seed {seed}.").filled(
        count=len(drawn), round=sampling.round, seed=seed
    )
    return Group(made, Line(said.to(language)))


def review_status(sampling: Sampling, shared: Assignment | None, language: Language) -> RenderableType:
    """Return a round of reviews: by person how much is reviewed, by reviewer how much is left."""
    desk, done = sampling.desk, sampling.reviewers_of()
    title = say(sampling.sample.told.title, language) or sampling.sample.name
    people = table(_titled(title, desk.period.label, language))
    name_column(people, Text("Agent").to(language))
    for head in (Text("drawn"), Text("reviewed"), Text("twice"), Text("left")):
        number_column(people, head.to(language))
    for person in sampling.people:
        own = [one for one in sampling.drawn if one.talk.person == person]
        seen = [len(done.get(one.case, ())) for one in own]
        left = sum(max(0, 1 + one.second - count) for one, count in zip(own, seen, strict=True))
        counts = (len(own), sum(count > 0 for count in seen), sum(count > 1 for count in seen), left)
        people.add_row(Line(desk.name(person)), *(str(count) for count in counts))
    return Group(people, _reviewers(sampling, shared, done, language))


def _reviewers(
    sampling: Sampling, shared: Assignment | None, done: Mapping[str, Sequence[str]], language: Language
) -> Table:
    made = table()
    name_column(made, Text("Reviewer").to(language))
    for head in (Text("reviewed"), Text("left")):
        number_column(made, head.to(language))
    finished = Counter(reviewer for reviewers in done.values() for reviewer in reviewers)
    asked = shared.cases if shared else {}
    for reviewer in sorted({*finished, *asked}):
        left = sum(reviewer not in done.get(one.case, ()) for one in asked.get(reviewer, ()))
        made.add_row(
            Line(sampling.desk.name(reviewer)), str(finished[reviewer]), str(left) if shared else NO_VALUE
        )
    return made


def _titled(title: str, period: str, language: Language) -> str:
    return f"{title}  {span_said(period, language)}"
