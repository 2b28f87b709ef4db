"""Reviews on paper: one workbook for each reviewer, a sheet for each conversation."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from kaohe.core.language import Language, Text, say
from kaohe.core.problem import Place, Problem
from kaohe.policy.policy import FormItem
from kaohe.ratings import problems
from kaohe.ratings.asking import (
    MIDDLE,
    OVERVIEW,
    Asking,
    AskingPage,
    Cover,
    anchors,
    asking,
    called,
    cover,
    scale_said,
)
from kaohe.ratings.assigning import Assignment, assign
from kaohe.ratings.cases import Case, Reader, Spoken
from kaohe.ratings.drawing import Drawn
from kaohe.ratings.filenames import file_name
from kaohe.ratings.fingerprint import Fingerprint, Kind
from kaohe.ratings.listing import listed
from kaohe.ratings.sampling import Sampling
from kaohe.ratings.signals import AGENT
from kaohe.statements.shown import day_said, span_said
from kaohe.statements.workbook.paper import (
    CELL,
    HEADING,
    LOSS,
    QUIET,
    ROW_HEIGHT,
    SHADE,
    SUBTITLE,
    TITLE,
    WRAPPED,
    Style,
    width_of,
)

LINE, ROUND, TIME, WHO, TEXT, WAITED, REMARK = range(7)
"""The columns of a conversation; the checklist stands above in the same ones."""
HEADS = (
    Text("No."),
    Text("Round"),
    Text("Time"),
    Text("Speaker"),
    Text("Text"),
    Text("Waited, s"),
    Text("Remark"),
)
WIDTHS = {LINE: 5, ROUND: 7, TIME: 11, WHO: 16, TEXT: 56, WAITED: 10, REMARK: 40}
SLOW_SECONDS = 60
MOST_FROZEN = 330.0
"""So many points of height may stay in sight; more would leave no room to scroll in on a small screen."""
SIDES: Mapping[str, Style] = {
    "customer": {},
    "agent": {"bg_color": SHADE},
    "robot": {"font_color": QUIET, "italic": True},
    "system": {"font_color": QUIET, "italic": True},
}


@dataclass(frozen=True, slots=True)
class Written:
    """The workbooks of a round of reviews.

    Attributes:
        files: Reviewer → file, of those who have something to review.
        problems: Warnings.
    """

    files: Mapping[str, Path]
    problems: tuple[Problem, ...]


def shared_out(sampling: Sampling, reviewers: Collection[str]) -> Assignment:
    """Return who reviews what; what somebody has reviewed already stays theirs.

    Raises:
        ProblemsFound: Nothing was drawn, or there is nobody to review.
    """
    drawn = sampling.drawn_or_refused()
    reviewers = reviewers or sampling.reviewers
    if not reviewers:
        problems.refuse(problems.NO_REVIEWERS.at(Place("--reviewer")))
    return assign(sampling.plan(sampling.seed or ""), drawn, reviewers, sampling.reviewers_of())


def write_reviews(
    sampling: Sampling,
    reviewers: Collection[str],
    out: Path,
    language: Language,
    languages: Mapping[str, Language] | None = None,
) -> Written:
    """Write a workbook for every reviewer.

    Args:
        sampling: The sample, drawn.
        reviewers: Who reviews; nobody: the group that the policy names.
        out: The folder.
        language: The language of those for whom no other is named.
        languages: Reviewer → language.

    Raises:
        ProblemsFound: Nothing was drawn, or there is nobody to review.
    """
    shared = shared_out(sampling, reviewers)
    desk = sampling.desk
    found = [
        problems.UNKNOWN_REVIEWER.at(Place("--reviewer"), one, reviewer=one)
        for one in reviewers
        if not desk.knows(one)
    ]
    named = sampling.reviewers
    found += [
        problems.NOT_A_REVIEWER.at(Place("--reviewer"), one, reviewer=one, known=listed(named))
        for one in reviewers
        if named and one not in named
    ]
    left = [one.case for one in shared.lacking]
    if left:
        found.append(problems.NO_REVIEWER_LEFT.at(Place(), count=len(left), cases=listed(left)))
    out.mkdir(parents=True, exist_ok=True)
    files = {}
    gone: set[str] = set()
    for reviewer, drawn in shared.cases.items():
        spoken = (languages or {}).get(reviewer, language)
        reader = Reader(sampling, spoken)
        cases = [reader.case(one) for one in drawn]
        gone |= {case.drawn.case for case in cases if not case.spoken}
        there = [case for case in cases if case.spoken]
        if there:
            files[reviewer] = out / file_name(sampling.round, desk.name(reviewer), reviewer)
            _write(sampling, reviewer, there, files[reviewer], spoken)
    found += [problems.GONE.at(Place(), case, case=case) for case in sorted(gone)]
    return Written(files, tuple(found))


def _write(sampling: Sampling, reviewer: str, cases: list[Case], file: Path, language: Language) -> None:
    desk, policy = sampling.desk, sampling.desk.policy
    name = say(sampling.sample.told.title, language) or sampling.sample.name
    title = f"{name} · {span_said(desk.period.label, language)}"
    fingerprint = Fingerprint(
        Kind.REVIEW, sampling.round, reviewer, f"{policy.name} {policy.version} {policy.digest}"
    )
    sheets = [((OVERVIEW, ""), Text("Overview").to(language))]
    sheets += [(("case", case.drawn.case), case.drawn.case) for case in cases]
    with asking(
        file, Kind.REVIEW, language, sheets, title=title, made=desk.as_of, fingerprint=fingerprint
    ) as book:
        first = book.page(OVERVIEW)
        rows = []
        for case in cases:
            page = book.page("case", case.drawn.case, landscape=True)
            _case(page, sampling, case)
            rows.append(("case", case.drawn.case, page, _cells(sampling, case.drawn, language)))
        cover(first, Cover(title, _lines(sampling, reviewer, len(cases), book), _headers(sampling)), rows)


def _headers(sampling: Sampling) -> tuple[Text, ...]:
    whose = () if sampling.sample.blind else (Text("Agent"),)
    counts = (Text("asked for"), Text("given"), Text("left"))
    return (Text("Case"), Text("Day"), Text("Shop"), *whose, *counts)


def _cells(sampling: Sampling, drawn: Drawn, language: Language) -> tuple[str, ...]:
    whose = () if sampling.sample.blind else (sampling.desk.name(drawn.talk.person),)
    return (day_said(drawn.talk.day, language), drawn.talk.shop, *whose)


def _lines(sampling: Sampling, reviewer: str, count: int, book: Asking) -> tuple[str, ...]:
    name = sampling.desk.name(reviewer)
    texts = [
        Text("To be filled in by {rater}.").filled(
            rater=name if name == reviewer else f"{name} ({reviewer})"
        ),
        Text("{count} conversations, drawn at random with the seed {seed} in the round {round}.").filled(
            count=count, seed=sampling.seed, round=sampling.round
        ),
        Text("Only the yellow cells can be filled in. A blank score means: not given yet."),
        Text("Signals point at lines that are worth a look. They decide nothing: you do."),
        Text("Please move and rename nothing: a file that was changed cannot be taken in."),
    ]
    if sampling.sample.blind:
        texts.insert(
            2, Text("You are not told whose conversations these are. Please do not try to find out.")
        )
    return tuple(text.to(book.book.language) for text in texts)


def _case(page: AskingPage, sampling: Sampling, case: Case) -> None:
    """Write a conversation: the checklist, the signals, then the chat."""
    for column, width in WIDTHS.items():
        page.fix(column, width)
    page.text(LINE, case.drawn.case, TITLE, fit=False)
    page.sheet.set_row(page.row, 24)
    page.row += 1
    talk = case.drawn.talk
    beside = [day_said(talk.day, page.book.language, year=True), talk.shop, talk.customer]
    beside += [] if sampling.sample.blind else [case.who]
    page.text(LINE, "  ".join(beside), SUBTITLE, fit=False)
    page.row += 1
    page.row += 1
    height = 24 + ROW_HEIGHT * 5 + sum(_item(page, case, item) for item in _headed(page, sampling))
    page.checked_to(page.row - 1)
    page.strict = False
    height += _signals(page, case)
    page.row += 1
    page.headers([page.book.say(head) for head in HEADS], right=(LINE, WAITED))
    if height < MOST_FROZEN:
        page.sheet.freeze_panes(page.row, 0)
    for spoken in case.spoken:
        _spoken(page, spoken)
    row, column = page.scores[0]
    page.sheet.set_selection(row, column, row, column)
    page.done()


def _headed(page: AskingPage, sampling: Sampling) -> list[FormItem]:
    """Write the checklist's header and return its items."""
    header: Style = {"bold": True, "bg_color": SHADE, "valign": "vcenter"}
    page.across(LINE, WHO, page.book.say(Text("What is scored")), header)
    page.text(TEXT, page.book.say(Text("What the scores mean")), header, fit=False)
    page.text(WAITED, page.book.say(Text("Score")), header | {"align": "center"}, fit=False)
    page.text(REMARK, page.book.say(Text("Note")), header | {"indent": 1}, fit=False)
    page.row += 1
    return list(sampling.sample.items.values())


def _item(page: AskingPage, case: Case, item: FormItem) -> float:
    """Write one line of the checklist and return its height."""
    language = page.book.language
    page.across(LINE, WHO, called(item, language), CELL | MIDDLE | {"bold": True, "text_wrap": True})
    meaning = "  ".join(f"{score}: {words}" for score, words in anchors(item, language))
    meaning = meaning or scale_said(item).to(language)
    page.wrapped(TEXT, meaning, WIDTHS[TEXT], WRAPPED | MIDDLE)
    height = max(20.0, ROW_HEIGHT * _lines_of(meaning, WIDTHS[TEXT]))
    page.sheet.set_row(page.row, height)
    page.ask(WAITED, case.drawn.case, item)
    page.row += 1
    return height


def _signals(page: AskingPage, case: Case) -> float:
    """Write what draws the eye and return the height."""
    page.row += 1
    page.text(LINE, page.book.say(Text("Signals")), HEADING, fit=False)
    page.row += 1
    said = [page.book.say(one.said) for one in case.seen] or [page.book.say(Text("none"))]
    for one in said:
        page.text(LINE, "·", {"align": "center"}, fit=False)
        page.text(ROUND, one, {}, fit=False)
        page.row += 1
    return ROW_HEIGHT * (len(said) + 2)


def _spoken(page: AskingPage, spoken: Spoken) -> None:
    """Write one line of the chat."""
    line = spoken.line
    side = CELL | SIDES[line.sender]
    right = side | {"align": "right"}
    page.text(LINE, str(line.number), right, fit=False)
    page.text(ROUND, "" if spoken.round is None else str(spoken.round), side | {"align": "center"}, fit=False)
    page.text(TIME, f"{line.sent_at:%H:%M:%S}", side | {"indent": 1}, fit=False)
    page.text(WHO, spoken.who, side | {"shrink": True, "indent": 1}, fit=False)
    page.wrapped(TEXT, line.text, WIDTHS[TEXT], side | {"text_wrap": True, "indent": 1})
    waited = "" if line.waited_seconds is None else str(line.waited_seconds)
    slow: Style = {"bold": True, "font_color": LOSS} if (line.waited_seconds or 0) > SLOW_SECONDS else {}
    page.text(WAITED, waited, right | slow, fit=False)
    page.text(REMARK, _remark(page, spoken), side | {"indent": 1, "font_color": QUIET}, fit=False)
    page.row += 1


def _remark(page: AskingPage, spoken: Spoken) -> str:
    if spoken.unanswered:
        return page.book.say(Text("without an answer"))
    if spoken.line.sender == AGENT and (spoken.line.waited_seconds or 0) > SLOW_SECONDS:
        return page.book.say(Text("later than {seconds} s").filled(seconds=SLOW_SECONDS))
    return ""


def _lines_of(text: str, width: float) -> int:
    return max(1, -(-int(width_of(text)) // int(width)))
