"""Forms on paper: one workbook for each rater, item by item or subject by subject."""

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

from kaohe.core.figure import Level
from kaohe.core.language import Language, Text, say
from kaohe.core.number import plain
from kaohe.policy.policy import FormItem
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
    weight_said,
)
from kaohe.ratings.filenames import file_name
from kaohe.ratings.fingerprint import Fingerprint, Kind
from kaohe.ratings.rounds import Round
from kaohe.statements.shown import day_said, span_said
from kaohe.statements.workbook.paper import (
    CELL,
    HEADING,
    NAME,
    SUBTITLE,
    TITLE,
    WRAPPED,
    width_of,
)

NUMBER, WHO, WHERE, GIVEN, REMARK = range(5)
"""The columns of a sheet about one item."""
WHAT, MEANS, SCALE, SCORED, NOTED = range(5)
"""The columns of a sheet about one subject."""
NOTE_WIDTH = 48.0
MEANING_WIDTH = 50.0
MOST_FROZEN = 14
"""More rows than these would leave no room to scroll in."""


def write_forms(
    round_: Round,
    out: Path,
    language: Language,
    *,
    raters: Collection[str] = (),
    languages: Mapping[str, Language] | None = None,
) -> list[Path]:
    """Write a workbook for every rater of a round, and return the files in the order of the raters.

    Args:
        round_: The round.
        out: The folder.
        language: The language of those for whom no other is named.
        raters: Only for these; empty: for all.
        languages: Rater → language.
    """
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for rater, about in round_.raters.items():
        if raters and rater not in raters:
            continue
        file = out / file_name(round_.name, round_.desk.name(rater), rater)
        _write(round_, rater, list(about), file, (languages or {}).get(rater, language))
        files.append(file)
    return files


def _write(round_: Round, rater: str, subjects: list[str], file: Path, language: Language) -> None:
    form, desk = round_.form, round_.desk
    by_item = form.order == "by_item"
    names = [(("item", item.name), called(item, language)) for item in form.items.values()]
    if not by_item:
        names = [(("subject", subject), desk.name(subject)) for subject in subjects]
    title = f"{say(form.told.title, language) or form.name} · {span_said(desk.period.label, language)}"
    policy = desk.policy
    fingerprint = Fingerprint(
        Kind.FORM,
        round_.name,
        rater,
        f"{policy.name} {policy.version} {policy.digest}",
        round_.opens.isoformat(),
        round_.due.isoformat(),
    )
    sheets = [((OVERVIEW, ""), Text("Overview").to(language)), *names]
    with asking(
        file, Kind.FORM, language, sheets, title=title, made=round_.opens, fingerprint=fingerprint
    ) as book:
        first = book.page(OVERVIEW)
        pages = {}
        for (kind, name), _ in names:
            page = book.page(kind, name, landscape=True)
            pages[kind, name] = page
            if by_item:
                _item(page, round_, form.items[name], subjects, title)
            else:
                _subject(page, round_, name, title)
        told = Cover(title, _lines(round_, rater, subjects, book), _headers(by_item=by_item))
        cover(first, told, ((kind, name, page, ()) for (kind, name), page in pages.items()))


def _headers(*, by_item: bool) -> tuple[Text, ...]:
    what = Text("What is scored") if by_item else Text("Subject")
    return what, Text("asked for"), Text("given"), Text("left")


def _lines(round_: Round, rater: str, subjects: list[str], book: Asking) -> tuple[str, ...]:
    """Return what the first sheet says: to whom, about what, by when, and how."""
    language, name = book.book.language, round_.desk.name(rater)
    who = name if name == rater else f"{name} ({rater})"
    texts = [
        Text("To be filled in by {rater}.").filled(rater=who),
        Text("It is about the whole period {first} to {last}.").filled(
            first=_day(round_.desk.period.first, language), last=_day(round_.desk.period.last, language)
        ),
        Text("{subjects} to be scored on {items} items; please hand it back by {due}.").filled(
            subjects=len(subjects), items=len(round_.form.items), due=_day(round_.due, language)
        ),
        Text("Only the yellow cells can be filled in. A blank score means: not given yet."),
        Text("Go through one item for everyone, then through the next: so each is measured by one measure.")
        if round_.form.order == "by_item"
        else Text("Go through one sheet after the other."),
        Text("Please move and rename nothing: a file that was changed cannot be taken in."),
    ]
    return tuple(text.to(language) for text in texts)


def _day(day: date, language: Language) -> str:
    return day_said(day, language, year=True)


def _item(page: AskingPage, round_: Round, item: FormItem, subjects: list[str], title: str) -> None:
    """Write the sheet of one item: what its scores mean, then everyone in a row of their own."""
    language = page.book.language
    page.text(NUMBER, called(item, language), TITLE, fit=False)
    page.sheet.set_row(page.row, 24)
    page.row += 1
    page.text(NUMBER, title, SUBTITLE, fit=False)
    page.row += 1
    said = Text("Scale: {scale}; weight {weight}.").filled(
        scale=scale_said(item), weight=weight_said(round_.form.items, item)
    )
    page.row += 1
    page.text(NUMBER, said.to(language), HEADING, fit=False)
    page.row += 1
    for score, words in anchors(item, language):
        page.text(NUMBER, score, {"bold": True, "align": "center"}, fit=False)
        page.text(WHO, words, {}, fit=False)
        page.row += 1
    page.row += 1
    people = round_.form.level is Level.PERSON
    heads = [Text("No."), Text("Name"), Text("Department"), Text("Score"), Text("Note")]
    if not people:
        heads[WHO], heads[WHERE] = Text("Department"), Text("Head")
    _head(page, heads)
    for number, subject in enumerate(subjects, start=1):
        _row(page, round_, subject, number, item)
    _finish(page, {NUMBER: 6, GIVEN: 10, REMARK: NOTE_WIDTH})


def _row(page: AskingPage, round_: Round, subject: str, number: int, item: FormItem) -> None:
    desk = round_.desk
    beside = desk.department(subject)
    if round_.form.level is Level.DEPARTMENT:
        beside = ", ".join(desk.name(head) for head in desk.heads(subject))
    page.sheet.set_row(page.row, 20)
    page.text(NUMBER, str(number), CELL | MIDDLE | {"align": "center"}, fit=False)
    page.text(WHO, desk.name(subject), NAME | MIDDLE | {"indent": 1}, fit=False)
    page.fit(WHO, min(width_of(desk.name(subject)) + 2, 26))
    page.text(WHERE, beside, NAME | MIDDLE | {"indent": 1}, fit=False)
    page.fit(WHERE, min(width_of(beside) + 2, 26))
    page.ask(GIVEN, subject, item)
    page.row += 1


def _subject(page: AskingPage, round_: Round, subject: str, title: str) -> None:
    """Write the sheet of one subject: every item with what its scores mean."""
    language, desk = page.book.language, round_.desk
    page.text(WHAT, desk.name(subject), TITLE, fit=False)
    page.sheet.set_row(page.row, 24)
    page.row += 1
    beside = desk.department(subject)
    page.text(WHAT, f"{title}  {beside}".rstrip(), SUBTITLE, fit=False)
    page.row += 2
    _head(
        page,
        [Text("What is scored"), Text("What the scores mean"), Text("Scale"), Text("Score"), Text("Note")],
    )
    for item in round_.form.items.values():
        meaning = "\n".join(f"{score}  {words}" for score, words in anchors(item, language))
        page.wrapped(MEANS, meaning, MEANING_WIDTH, WRAPPED | MIDDLE)
        if not meaning:
            page.sheet.set_row(page.row, 20)
        label = f"{called(item, language)} ({weight_said(round_.form.items, item)})"
        page.text(WHAT, label, CELL | MIDDLE | {"bold": True})
        page.text(SCALE, f"{_scale(item)}", CELL | MIDDLE | {"align": "center"})
        page.ask(SCORED, subject, item)
        page.row += 1
    _finish(page, {SCORED: 10, NOTED: NOTE_WIDTH})


def _scale(item: FormItem) -> str:
    return f"{plain(item.low)} – {plain(item.high)}"


def _head(page: AskingPage, texts: list[Text]) -> None:
    """Write the header, which stays in sight and stands on every printed page."""
    row = page.row
    page.headers([page.book.say(text) for text in texts])
    page.sheet.repeat_rows(row)
    if row < MOST_FROZEN:
        page.sheet.freeze_panes(row + 1, 0)


def _finish(page: AskingPage, widths: Mapping[int, float]) -> None:
    for column, width in widths.items():
        page.fix(column, width)
    if page.scores:
        row, column = page.scores[0]
        page.sheet.set_selection(row, column, row, column)
    page.checked_to(page.row)
    page.done()
