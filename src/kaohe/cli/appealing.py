"""``appeal``: open, list, answer."""

from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Annotated

import typer
from rich.text import Text as Line
from typer import Argument, Option

from kaohe.cli.booklines import print_command
from kaohe.cli.keeping import AtOption, BooksOption
from kaohe.cli.options import LanguageOption, in_language
from kaohe.cli.terminal import OUT, print_problems, say
from kaohe.core.figure import Unit
from kaohe.core.language import Language, Text
from kaohe.core.problem import Place, ProblemsFound
from kaohe.periods.books import problems
from kaohe.periods.books.appeals import Answer, Appeal, Decision, Entry, answer, appeals
from kaohe.periods.books.moments import local
from kaohe.periods.books.publishing import Objection, open_appeal
from kaohe.periods.books.shelf import open_shelf
from kaohe.periods.commands import STORE, command
from kaohe.periods.rescoring import Rescored
from kaohe.statements.shown import NO_VALUE, called, shown
from kaohe.statements.terminal.paper import name_column, table

MOST, PLACES = Decimal(10) ** 12, 6
"""Below this a number must lie, and so many decimal places it may have."""
appealing = typer.Typer(
    help="Appeals against a figure, and their answers.", callback=in_language, no_args_is_help=True
)


@appealing.command("open")
def open_(  # noqa: PLR0913 - the options of the command
    books: BooksOption,
    person: Annotated[str, Option("--person", help="Whose figure: an id or a name.")],
    figure: Annotated[str, Option("--figure", help="The figure: order_rate.points, pay.total …")],
    span: Annotated[str, Option("--span", help="Its span: a period such as 2026-10, or 2026-10-W2.")],
    text: Annotated[str, Option("--text", help="What is said against it.")],
    at: AtOption,
    language: LanguageOption,
    period: Annotated[str, Option("--period", help="The period, where the span does not tell it.")] = "",
    by: Annotated[str, Option("--by", help="Who opens it; without it, the person.")] = "",
    late: Annotated[str, Option("--late", help="Why it is taken up after its time.")] = "",
) -> None:
    """Appeal against one figure of a period that was closed or published."""
    objection = Objection(person, figure, span, text, by, at, late)
    opened = open_appeal(open_shelf(books), objection, period)
    said = Text("Appeal {number}: {figure} of {person}, {span}, {value}; to be answered by {due}.")
    gaps = {
        "figure": opened.figure,
        "person": called(opened.person, opened.name, language),
        "span": opened.span,
        "value": _value(opened, language),
    }
    say(said.filled(number=opened.number, due=opened.due, **gaps), language)


@appealing.command("list")
def list_(
    books: BooksOption,
    language: LanguageOption,
    undecided: Annotated[bool, Option("--undecided", help="Only those not answered yet.")] = False,
) -> None:
    """List the appeals with their answers."""
    found = [one for one in appeals(open_shelf(books)) if not undecided or one.decision is Decision.UNDECIDED]
    made = table()
    for title in (Text("Appeal"), Text("Figure"), Text("Said against it"), Text("Decision"), Text("Answer")):
        name_column(made, title.to(language))
    for one in found:
        who = called(one.person, one.name, language)
        about = f"{one.figure}\n{who} · {one.span} · {_value(one, language)}"
        said = f"{one.text}\n{one.name if one.by == one.person else one.by} · {local(one.at, one.zone)}"
        cells = (str(one.number), about, said, _decision(one, language), _answer(one))
        made.add_row(*map(Line, cells))
    OUT.print(made)


def _value(one: Appeal, language: Language) -> str:
    """Return the value appealed against as every other page shows it; one of old books as it was noted."""
    if not one.value:
        return NO_VALUE
    return shown(Fraction(one.value), Unit(one.unit), language) if one.unit else one.value


def _decision(one: Appeal, language: Language) -> str:
    word = problems.DECISIONS[one.decision.value].to(language)
    if one.decision is Decision.UNDECIDED:
        return Text("{decision}, due {due}").filled(decision=word, due=one.due).to(language)
    return Text("{decision}, late").filled(decision=word).to(language) if one.answered_late else word


def _answer(one: Appeal) -> str:
    if one.decision is Decision.UNDECIDED:
        return ""
    good = one.record
    if one.entry:
        good = f"{one.entry.day} {one.entry.item} {one.entry.quantity:f}"
    if one.review:
        good = f"{one.review.case} {one.review.item} {one.review.score:f}"
    lines = [one.reason, *([good] if good else []), f"{one.answered_by} · {local(one.answered_at, one.zone)}"]
    return "\n".join(lines)


@appealing.command("answer")
def answer_(  # noqa: PLR0913 - the options of the command
    books: BooksOption,
    number: Annotated[int, Argument(help="The appeal's number.")],
    by: Annotated[str, Option("--by", help="Who answers: not who opened it, not whom it is about.")],
    decision: Annotated[Decision, Option("--decision", metavar="upheld|rejected", help="What is decided.")],
    reason: Annotated[str, Option("--reason", help="Why.")],
    at: AtOption,
    language: LanguageOption,
    entry: Annotated[
        str, Option("--entry", metavar="'DAY ITEM QUANTITY'", help="The ledger's entry that makes it good.")
    ] = "",
    review: Annotated[
        str,
        Option("--review", metavar="'CASE ITEM SCORE'", help="The score of a review that is to count."),
    ] = "",
    record: Annotated[str, Option("--record", help="The mended record that makes it good, in words.")] = "",
) -> None:
    """Answer an appeal: an upheld one names what makes it good."""
    given = Answer(decision, reason, by, at, _entry(entry) if entry else None, record)
    given = replace(given, review=_review(review) if review else None)
    shelf = open_shelf(books)
    answered, warnings = answer(shelf, number, given)
    print_problems(warnings, language)
    said = Text("Appeal {number} is {decision}.")
    word = problems.DECISIONS[answered.decision.value]
    say(said.filled(number=number, decision=word), language)
    if answered.decision is not Decision.UPHELD:
        return
    if not shelf.versions(answered.period):
        then = Text("{period} is still open: what makes it good counts when it is closed.")
        say(then.filled(period=answered.period), language)
        return
    if answered.entry is None and answered.review is None:
        say(Text("Import the mended record first; then correct the period:"), language)
    else:
        say(Text("Then correct the period:"), language)
    why = f"appeal {number}: {reason}"
    correcting = {"books": books, "records": STORE, "period": answered.period, "by": by, "because": why}
    print_command(command("period correct", **correcting))


def _entry(text: str) -> Entry:
    """Return the entry that an option writes.

    Raises:
        ProblemsFound: It writes none.
    """
    try:
        day, item, quantity = text.split()
        return Entry(date.fromisoformat(day), item, _number(quantity))
    except (ValueError, InvalidOperation):
        raise ProblemsFound([problems.NOT_AN_ENTRY.at(Place(), text)]) from None


def _number(text: str) -> Decimal:
    """Return a number as the records may hold it.

    Raises:
        ValueError: It is none, or finer or larger than any of theirs.
        InvalidOperation: It is none.
    """
    number = Decimal(text)
    if not number.is_finite() or abs(number) >= MOST or number != round(number, PLACES):
        raise ValueError(text)
    return number


def _review(text: str) -> Rescored:
    """Return the score that an option writes.

    Raises:
        ProblemsFound: It writes none.
    """
    try:
        case, item, score = text.split()
        return Rescored(case, item, _number(score))
    except (ValueError, InvalidOperation):
        raise ProblemsFound([problems.NOT_A_REVIEW.at(Place(), text)]) from None
