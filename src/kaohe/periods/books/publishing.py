"""What was shown before the closing: the provisional figures, so that they can be appealed against."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FigureKey, Level
from kaohe.core.number import plain
from kaohe.core.problem import Place, ProblemsFound
from kaohe.periods.books import problems
from kaohe.periods.books.appeals import OPEN_DAYS, Appeal, Decision, appeals, record
from kaohe.periods.books.kept import opened
from kaohe.periods.books.manifest import Manifest
from kaohe.periods.books.shelf import Shelf, held, whole
from kaohe.periods.commands import DAY, POLICY, STORE, command, is_said

PROVISIONAL = "provisional.json"


@dataclass(frozen=True, slots=True)
class Published:
    """The figures that people were shown.

    Attributes:
        version: The version in the books; 0: before the closing.
        figures: Every figure's value, as ``figures.csv`` writes it.
        names: Person → name.
        units: What each figure is counted in, as far as it was noted.
        zone: The zone of the shop's clocks; blank: it was not noted.
        until: The last day on which they can be appealed against; None: as long as the period is open.
    """

    version: int
    figures: Mapping[FigureKey, str]
    names: Mapping[str, str]
    units: Mapping[FigureKey, str]
    zone: str
    until: date | None


def publish(shelf: Shelf, appraisal: Appraisal) -> None:
    """Note what is shown of a period that is not closed; what was shown before is replaced."""
    label = appraisal.period.label
    if shelf.versions(label):
        return
    rows = [
        [
            key.figure,
            key.level.value,
            key.subject,
            key.span,
            "" if one.value is None else plain(one.value),
            one.unit.value if one.unit else "",
        ]
        for key, one in appraisal.figures.items()
    ]
    people = {key.subject for key in appraisal.figures if key.level is Level.PERSON}
    plainly = {
        "as_of": appraisal.as_of.isoformat(),
        "timezone": appraisal.policy.rules.timezone,
        "names": {person: appraisal.name(person) for person in sorted(people)},
        "figures": rows,
    }
    folder = shelf.path / label
    with held(shelf):
        folder.mkdir(exist_ok=True)
        whole(folder / PROVISIONAL, json.dumps(plainly, ensure_ascii=False).encode() + b"\n")


def published(shelf: Shelf, label: str) -> Published:
    """Return the figures of a period that people were shown last.

    Raises:
        ProblemsFound: There are none.
    """
    if shelf.versions(label):
        return _closed(shelf, label)
    file = shelf.path / label / PROVISIONAL
    if not label or not file.is_file():
        shown = {one.parent.name for one in shelf.path.glob(f"*/{PROVISIONAL}")}
        known = ", ".join(sorted({*shelf.periods(), *shown})) or "—"
        raise ProblemsFound(
            [
                problems.NOT_PUBLISHED.at(
                    Place(str(shelf.path)), label, label=label, known=known, command=_publishing(shelf, label)
                )
            ]
        )
    plainly = json.loads(file.read_bytes())
    figures, units = {}, {}
    # A kaohe before this one noted no units.
    for figure, level, subject, span, value, *unit in plainly["figures"]:
        key = FigureKey(figure, Level(level), subject, span)
        figures[key], units[key] = value, "".join(unit)
    return Published(0, figures, plainly["names"], units, plainly.get("timezone", ""), None)


def _publishing(shelf: Shelf, label: str) -> str:
    return command(
        "appraise", books=shelf.path, records=STORE, policy=POLICY, period=label, as_of=DAY, out="FOLDER"
    )


def _closed(shelf: Shelf, label: str) -> Published:
    kept = opened(shelf, label)
    people = kept.tables["people"]
    names = dict(zip(people["person"].to_pylist(), people["name"].to_pylist(), strict=True))
    values = {key: "" if one.value is None else plain(one.value) for key, one in kept.figures.items()}
    units = {key: one.unit.value if one.unit else "" for key, one in kept.figures.items()}
    return Published(kept.manifest.version, values, names, units, kept.zone, open_until(kept.manifest))


def open_until(manifest: Manifest) -> date:
    """Return the last day on which the figures of a closed version can be appealed against."""
    return datetime.fromisoformat(manifest.at).date() + timedelta(days=OPEN_DAYS)


@dataclass(frozen=True, slots=True)
class Objection:
    """What somebody says against a figure.

    Attributes:
        person: Whose figure: an id or a name.
        figure: Its name.
        span: The label of a span, or of the period.
        text: What is said against it.
        by: Who opens the appeal; blank: the person.
        at: When, ISO 8601 with the offset of the zone.
        late: Why it is taken up after its time; blank: it must be in time.
    """

    person: str
    figure: str
    span: str
    text: str
    by: str
    at: str
    late: str = ""


def open_appeal(shelf: Shelf, objection: Objection, label: str = "") -> Appeal:
    """Open an appeal against one figure of a period that was closed or published.

    Args:
        shelf: The books.
        objection: What is said against which figure.
        label: The period; blank: the one that the span lies in.

    Raises:
        ProblemsFound: There is no such figure, an appeal against it is open, it is too
            late, or nothing is said.
    """
    with held(shelf):
        period = label or period_of_span(shelf, objection.span)
        shown = published(shelf, period)
        person = _person(shown, objection.person)
        key = FigureKey(objection.figure, Level.PERSON, person, objection.span or period)
        known = appeals(shelf)
        found = []
        if key not in shown.figures:
            own = dict.fromkeys(
                f"{one.figure} ({one.span})" for one in shown.figures if one.subject == person
            )
            people = ", ".join(f"{one} ({name})" for one, name in shown.names.items())
            found.append(
                problems.NO_SUCH_FIGURE.at(
                    Place(),
                    objection.figure,
                    person=objection.person,
                    figure=objection.figure,
                    span=key.span,
                    known=", ".join(own) or people,
                )
            )
        found += [
            problems.APPEALED_ALREADY.at(Place(), number=one.number)
            for one in known
            if one.decision is Decision.UNDECIDED
            and (one.period, one.person, one.figure, one.span) == (period, person, key.figure, key.span)
        ]
        if not is_said(objection.text):
            found.append(problems.NO_REASON.at(Place()))
        on = datetime.fromisoformat(objection.at).date()
        if shown.until is not None and on > shown.until and not objection.late.strip():
            found.append(problems.OPENED_LATE.at(Place(), label=period, until=shown.until))
        if found:
            raise ProblemsFound(found)
        number = len(known) + 1
        event = {
            "number": number,
            "period": period,
            "version": shown.version,
            "person": person,
            "name": shown.names.get(person, person),
            "figure": key.figure,
            "span": key.span,
            "value": shown.figures[key],
            "text": objection.text,
            "by": objection.by or person,
            "at": objection.at,
            "late": objection.late,
            "unit": shown.units[key],
            "zone": shown.zone,
        }
        record(shelf, "opened", event)
        return appeals(shelf)[number - 1]


def _person(shown: Published, person: str) -> str:
    """Return a person's id by id or by a name that nobody else has."""
    if person in shown.names:
        return person
    named = [one for one, name in shown.names.items() if name == person]
    return named[0] if len(named) == 1 else person


def period_of_span(shelf: Shelf, span: str) -> str:
    """Return the period whose figures stand at a span: closed or published; blank where none does."""
    for label in shelf.periods():
        if span in opened(shelf, label).manifest.spans:
            return label
    for file in sorted(shelf.path.glob(f"*/{PROVISIONAL}")):
        if span == file.parent.name or any(
            row[3] == span for row in json.loads(file.read_bytes())["figures"]
        ):
            return file.parent.name
    return span
