"""Reviews: conversations drawn by lot, each with its checklist; the draw; how far reviewers agree."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse

from kaohe.core.language import Text, say
from kaohe.core.number import fixed, plain
from kaohe.core.problem import Problem, ProblemsFound, Severity
from kaohe.ratings.agreement import Agreement, agreement, beside_bars, judged
from kaohe.ratings.entering import Typed
from kaohe.ratings.sampling import Sampling
from kaohe.ratings.tendencies import Mark, Tendency, tendencies
from kaohe.statements.shown import MINUS
from kaohe.web import audit, jobs
from kaohe.web.entry import Standing, needs
from kaohe.web.models import Job
from kaohe.web.rated import RATED
from kaohe.web.reviewing import Reviewing, shared_out
from kaohe.web.rights import Right
from kaohe.web.saying import problems

SEED = 1
"""What the interval of the agreement is drawn with, here as on the command line."""
LONGEST_SEED = 60
NO_SEED = Text("A draw needs a seed: anything that everybody may know, such as the day's date.")
NOTHING_FINISHED = Text("No conversation is scored on every item yet, or all were handed in already.")


@needs(Right.REVIEW, Right.SEE_DESK)
def samples(request: HttpRequest, at: Standing, period: str) -> HttpResponse:
    """Show my conversations, and to who sees the desk what was drawn and reviewed."""
    return _list(request, at, period)


def _list(request: HttpRequest, at: Standing, period: str, wrong: Text | None = None) -> HttpResponse:
    edition = at.edition(period)
    found, lacking = _samplings(at, period)
    mine = [Reviewing(at, one, edition.is_closed) for one in found] if at.may(Right.REVIEW) else []
    number = request.GET.get("job", "")
    own = Job.objects.filter(pk=number, desk=at.desk, asked_by=at.user) if number.isdecimal() else None
    context = {
        "mine": [_mine(one) for one in mine],
        "has_person": bool(at.person),
        "samples": [_state(one, at) for one in found] if at.may(Right.SEE_DESK) else [],
        "problems": problems(lacking),
        "wrong": wrong,
        "job": own.first() if own is not None else None,
        "then": reverse("samples", args=[at.desk.slug, period]),
        "is_closed": edition.is_closed,
    }
    return render(request, "web/samples.html", context, status=422 if wrong else 200)


@needs(Right.REVIEW)
def case(request: HttpRequest, at: Standing, period: str, sample: str, case: str) -> HttpResponse:
    """Show a conversation with its checklist."""
    reviewing = _reviewing(at, period, sample)
    drawn = reviewing.case(case)
    if drawn is None:
        raise Http404
    return render(request, "web/case.html", reviewing.page(drawn))


@needs(Right.REVIEW, method="POST")
def case_type(request: HttpRequest, at: Standing, period: str, sample: str, case: str) -> HttpResponse:
    """Keep what was typed into the checklist, as it was typed."""
    reviewing = _reviewing(at, period, sample)
    item = request.POST.get("item", "")
    if reviewing.is_closed or reviewing.case(case) is None or item not in reviewing.items:
        raise Http404
    typed = Typed(request.POST.get("score", "")[:200], request.POST.get("note", "")[:2000])
    wrong = reviewing.keep((case, item), typed)
    fresh = _reviewing(at, period, sample)
    return JsonResponse(
        {
            "problem": wrong.message.to(at.language) if wrong else "",
            "is_error": bool(wrong and wrong.severity is Severity.ERROR),
            "left": fresh.left(case),
            "sheet_left": fresh.left(case),
            "unsent": len({where[0] for where in fresh.finished()}),
        }
    )


@needs(Right.REVIEW, method="POST")
def reviews_hand_in(request: HttpRequest, at: Standing, period: str, sample: str) -> HttpResponse:
    """Hand in every conversation that is scored on every item; the others stay with the reviewer."""
    reviewing = _reviewing(at, period, sample)
    finished = {} if reviewing.is_closed else reviewing.finished()
    if not finished:
        messages.info(request, NOTHING_FINISHED.to(at.language))
        return redirect("samples", at.desk.slug, period)
    arguments = {"period": period, "sample": sample, "person": at.person, "language": at.language.value}
    job = jobs.ask("hand in reviews", arguments, desk=at.desk, by=at.user, once=True)
    given = reviewing.given
    before = {
        f"{case} {item}": plain(given[case, item].score) for case, item in finished if (case, item) in given
    }
    after = {f"{case} {item}": plain(one.score) for (case, item), one in finished.items()}
    audit.note(
        "reviews.hand_in", reviewing.sampling.round, by=at.user, desk=at.desk, before=before, after=after,
        request=request,
    )  # fmt: skip
    return redirect(f"{reverse('samples', args=[at.desk.slug, period])}?job={job.pk}")


@needs(Right.SEE_DESK, method="POST")
def draw(request: HttpRequest, at: Standing, period: str, sample: str) -> HttpResponse:
    """Draw conversations with a seed that everybody can see; what was drawn before stays."""
    sampling = _sampling(at, period, sample)
    if at.edition(period).is_closed:
        raise Http404
    seed = sampling.seed or request.POST.get("seed", "").strip()[:LONGEST_SEED]
    if not seed:
        return _list(request, at, period, NO_SEED)
    arguments = {"period": period, "sample": sample, "seed": seed, "language": at.language.value}
    job = jobs.ask("draw", arguments, desk=at.desk, by=at.user, once=True)
    before = {"seed": sampling.seed, "drawn": len(sampling.drawn)}
    audit.note(
        "sample.draw", sampling.round, by=at.user, desk=at.desk, before=before, after={"seed": seed},
        request=request,
    )  # fmt: skip
    return redirect(f"{reverse('samples', args=[at.desk.slug, period])}?job={job.pk}")


@needs(Right.SEE_DESK)
def agreeing(request: HttpRequest, at: Standing, period: str, sample: str) -> HttpResponse:
    """Show how far reviewers agree where two saw the same, and who scores mildly."""
    sampling = _sampling(at, period, sample)
    held = RATED.open(at.desk, period).judged
    if sample not in held:
        held[sample] = _agreements(sampling)
    whole, by_item = held[sample]
    items = sampling.sample.items
    rows = [{"title": None, **_agreed(whole)}]
    rows += [
        {"title": say(items[name].told.title, at.language) or name, **_agreed(one)} for name, one in by_item
    ]
    context = {
        "title": say(sampling.sample.told.title, at.language) or sampling.sample.name,
        "rows": rows,
        "seed": SEED,
        "reviewers": [_tendency(one, sampling) for one in tendencies(sampling.marks())],
    }
    return render(request, "web/agreement.html", context)


def _samplings(at: Standing, period: str) -> tuple[list[Sampling], Sequence[Problem]]:
    try:
        held = RATED.open(at.desk, period)
        return [held.sampling(name) for name in held.desk.policy.samples], ()
    except ProblemsFound as refusal:
        return [], refusal.problems


def _sampling(at: Standing, period: str, sample: str) -> Sampling:
    """Return a sample.

    Raises:
        Http404: There is none of that name.
    """
    at.edition(period)
    found, _ = _samplings(at, period)
    one = next((one for one in found if one.sample.name == sample), None)
    if one is None:
        raise Http404
    return one


def _reviewing(at: Standing, period: str, sample: str) -> Reviewing:
    return Reviewing(at, _sampling(at, period, sample), at.edition(period).is_closed)


def _mine(one: Reviewing) -> Mapping[str, object]:
    rows = one.rows()
    first = next((row["case"] for row in rows if row["left"]), None)
    return {
        "name": one.sampling.sample.name,
        "title": say(one.sampling.sample.told.title, one.at.language) or one.sampling.sample.name,
        "blind": one.sampling.sample.blind,
        "seed": one.sampling.seed,
        "rows": rows,
        "done": sum(not row["left"] for row in rows),
        "next": first,
        "unsent": len({case for case, _ in one.finished()}),
    }


def _state(sampling: Sampling, at: Standing) -> Mapping[str, object]:
    """Return how much of a sample is drawn and reviewed, by person and by reviewer."""
    desk, done = sampling.desk, sampling.reviewers_of()
    people = []
    for person in sampling.people:
        own = [one for one in sampling.drawn if one.talk.person == person]
        seen = [len(done.get(one.case, ())) for one in own]
        left = sum(max(0, 1 + one.second - count) for one, count in zip(own, seen, strict=True))
        people.append(
            {
                "name": desk.name(person),
                "drawn": len(own),
                "reviewed": sum(count > 0 for count in seen),
                "twice": sum(count > 1 for count in seen),
                "left": left,
            }
        )
    shared = shared_out(at.desk, sampling)
    finished = Counter(reviewer for several in done.values() for reviewer in several)
    return {
        "name": sampling.sample.name,
        "title": say(sampling.sample.told.title, at.language) or sampling.sample.name,
        "round": sampling.round,
        "seed": sampling.seed,
        "drawn": len(sampling.drawn),
        "size": sampling.size,
        "people": people,
        "reviewers": [
            {
                "name": desk.name(reviewer),
                "asked": len(cases),
                "reviewed": finished[reviewer],
                "left": sum(reviewer not in done.get(one.case, ()) for one in cases),
            }
            for reviewer, cases in shared.cases.items()
        ],
        "lacking": len(shared.lacking),
    }


def _agreements(sampling: Sampling) -> tuple[Agreement, list[tuple[str, Agreement]]]:
    marks = sampling.marks()
    by_item = [
        (name, agreement(_units(mark for mark in marks if mark.unit[-1] == name), SEED))
        for name in sampling.sample.items
    ]
    return agreement(_units(marks), SEED), by_item


def _units(marks: Iterable[Mark]) -> list[list[Fraction]]:
    units: dict[tuple[str, ...], list[Fraction]] = {}
    for mark in marks:
        units.setdefault(mark.unit, []).append(mark.value)
    return list(units.values())


def _agreed(one: Agreement) -> Mapping[str, object]:
    ends = [beside_bars(Fraction(str(end))) for end in (one.low, one.high) if end is not None]
    return {
        "units": one.units,
        "pairs": one.pairs,
        "alpha": beside_bars(one.alpha) if one.alpha is not None else "",
        "interval": " – ".join(ends),
        "says": judged(one) or one.why,
    }


def _tendency(one: Tendency, sampling: Sampling) -> Mapping[str, object]:
    return {
        "name": sampling.desk.name(one.rater),
        "scores": one.scores,
        "shared": one.shared,
        "mean": fixed(one.mean * 100, 1),
        "milder": ""
        if one.leniency is None
        else f"{'+' if one.leniency > 0 else ''}{fixed(one.leniency * 100, 1)}",
        "why": one.why,
    }


def _signed(value: Fraction) -> str:
    return f"{'+' if value > 0 else ''}{fixed(value, 1)}".replace("-", MINUS)


urls = [
    path("<str:period>/samples/", samples, name="samples"),
    path("<str:period>/samples/<str:sample>/draw/", draw, name="draw"),
    path("<str:period>/samples/<str:sample>/agreement/", agreeing, name="agreement"),
    path("<str:period>/samples/<str:sample>/hand-in/", reviews_hand_in, name="reviews_hand_in"),
    path("<str:period>/samples/<str:sample>/<str:case>/", case, name="case"),
    path("<str:period>/samples/<str:sample>/<str:case>/type/", case_type, name="case_type"),
]
