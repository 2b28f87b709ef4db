"""``demo --scheme``: one made-up month of a shipped scheme, from files to statements."""

from collections.abc import Callable, Iterator
from pathlib import Path

from kaohe.cli.appraising import appraise_into
from kaohe.cli.demosteps import bring_in, came_in, claim, made, point_on, say_languages
from kaohe.cli.terminal import OUT, print_problems, say
from kaohe.core.figure import FigureKey
from kaohe.core.language import Language, Text
from kaohe.demo import firm, hotel, service
from kaohe.demo.exports import ShopFile
from kaohe.demo.months import DemoMonth, Progress
from kaohe.periods.lookup import find_figures
from kaohe.periods.results import evidence_of
from kaohe.periods.runs import Appraised, Request
from kaohe.ratings.desk import open_desk
from kaohe.ratings.reviewbooks import shared_out
from kaohe.ratings.sampling import Sampling, sampling_of
from kaohe.ratings.terminal import agreement_table, draw_table
from kaohe.statements import terminal
from kaohe.statements.explain import explain
from kaohe.statements.terminal import reasons

SCHEMES = (*service.SCHEMES, hotel.SCHEME, firm.SCHEME)
"""The schemes that have a made-up month, beside the one that the demo shows by itself."""
SEED = "20261101"
"""What the lots of a sampled scheme begin with; it is shown."""


def show_month(scheme: str, into: Path, scale: float, language: Language) -> None:
    """Make up a scheme's month, import its files, appraise it, and open a figure.

    Args:
        scheme: One of ``SCHEMES``.
        into: The folder to make.
        scale: How big the shop is, where the scheme is about one.
        language: What is printed and written.

    Raises:
        ProblemsFound: The folder is somebody else's.
    """
    claim(into)
    say_languages(into, ("--scheme", scheme))
    files = into / "files"
    month = made(files, _writing(scheme, files, scale), language)
    told = Text("1. A made-up month for the scheme {policy}: {folder}")
    say(told.filled(policy=scheme, folder=month.folder), language)
    store = into / "store"
    reports = bring_in(month.files, store, language)
    say(Text("2. Imported into a store: {folder}").filled(folder=store), language)
    OUT.print(came_in(reports, language))
    if month.reviewers:
        _review(month, store, language)
    out = into / "results" / month.period
    request = Request(
        store, scheme, month.period, month.as_of, month.parameters, month.history, None, out
    )  # fmt: skip
    appraised = appraise_into(out, request, language)
    months = Text("3. Appraised {months} by the scheme {policy}: {folder}")
    say(months.filled(months=month.period, policy=scheme, folder=out.parent), language)
    print_problems(appraised.problems, language)
    OUT.print(terminal.overview(appraised.appraisal, language))
    point_on(request, _open(appraised, month, language), language, step=5)


def _writing(scheme: str, files: Path, scale: float) -> Callable[[Progress], DemoMonth]:
    """Return what writes a scheme's month when it is told whom to tell of its progress."""
    if scheme == hotel.SCHEME:
        return lambda _: hotel.write_month(files)
    if scheme == firm.SCHEME:
        return lambda _: firm.write_month(files)
    return lambda moved: service.write_month(files, scheme, scale, moved)


def _review(month: DemoMonth, store: Path, language: Language) -> None:
    """Draw the month's sample, make up its reviews, bring them in, and say how far reviewers agree."""

    def sampling() -> Sampling:
        return sampling_of(
            open_desk(store, month.scheme, month.period, month.as_of, parameters=month.parameters)
        )

    drawing = sampling()
    drawn = drawing.draw(SEED)
    drawing.keep(drawn, SEED, store, language)
    say(Text("   Conversations drawn by lot, with a seed that anyone can draw again with:"), language)
    OUT.print(draw_table(drawing, drawn, SEED, language))
    reviewing = sampling()
    file = service.write_reviews(month.folder, reviewing.sample.name, _reviewings(reviewing, month))
    bring_in((ShopFile(file, "table"),), store, language)
    say(Text("   Reviewed, and how far the reviewers agree:"), language)
    reviewed = sampling()
    OUT.print(agreement_table(reviewed.marks(), reviewed.sample.items, int(SEED), language))


def _reviewings(sampling: Sampling, month: DemoMonth) -> Iterator[service.Reviewing]:
    """Yield who reviews which of the conversations that were drawn."""
    for reviewer, cases in shared_out(sampling, month.reviewers).cases.items():
        for one in cases:
            yield service.Reviewing(one.case, one.talk.person, reviewer)


def _open(appraised: Appraised, month: DemoMonth, language: Language) -> FigureKey:
    """Print the figure that is worth opening, with a payslip where there is one; return its key."""
    appraisal = appraised.appraisal
    subject, figure = month.opened
    (key,) = find_figures(appraisal, figure, subject, month.period)
    OUT.print()
    if subject in appraisal.departments or not figure.startswith("pay."):
        say(Text("4. A figure, opened:"), language)
    else:
        say(Text("4. A payslip, opened:"), language)
        OUT.print(reasons.payslip(appraisal, subject, language))
    told = explain(appraisal, key, language, evidence=evidence_of(appraised))
    OUT.print(reasons.explanation(told, language, depth=1))
    return key
