"""What corrections changed in people's pay, and with which period it is paid.

Nothing paid is ever rewritten. A correction makes differences; the next period that is
closed takes up all that no closing has taken up before, and its payslips carry them as
lines of their own. So what was paid, and what is still to be carried, always add up to
what the newest versions say.
"""

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from kaohe.core.language import Language
from kaohe.periods.books.history import manifests
from kaohe.periods.books.manifest import Manifest
from kaohe.periods.books.shelf import Shelf
from kaohe.statements.changes import Carried, Change, paid
from kaohe.statements.computations import number

CARRIED, DIFFERENCES = "carried.json", "differences.json"


def carried_into(shelf: Shelf, label: str) -> tuple[Carried, ...]:
    """Return the corrections that are paid with a period.

    Of a closed period, those that its closing took up; of an open one, all that no
    closing has taken up yet.
    """
    if shelf.versions(label):
        return read_carried((shelf.folder(label, 1) / CARRIED).read_bytes(), shelf)
    return outstanding(shelf)


def outstanding(shelf: Shelf) -> tuple[Carried, ...]:
    """Return the corrections that no closing has taken up yet, by period, version and person."""
    known = [manifest for manifest, _ in manifests(shelf)]
    taken = {
        (one["period"], one["version"])
        for manifest in known
        if manifest.version == 1
        for one in json.loads((shelf.folder(manifest.period, 1) / CARRIED).read_bytes())
    }
    return tuple(
        line
        for manifest in known
        if manifest.version > 1 and (manifest.period, manifest.version) not in taken
        for line in lines_of(shelf, manifest)
    )


def lines_of(shelf: Shelf, manifest: Manifest) -> Iterator[Carried]:
    """Yield what a correction changed in people's totals."""
    changed = kept_changes(shelf, manifest)
    for top, amount in paid(changed, manifest.totals, manifest.period):
        one = changed[top]
        yield Carried(manifest.period, manifest.version, one.subject, one.name, amount, changed, top)


def kept_changes(shelf: Shelf, manifest: Manifest) -> tuple[Change, ...]:
    """Return everything that a correction changed."""
    content = (shelf.folder(manifest.period, manifest.version) / DIFFERENCES).read_bytes()
    return read_changes(json.loads(content)["changes"])


def carried_bytes(carried: tuple[Carried, ...]) -> bytes:
    """Return the lines that a closing takes up, as a file of the books.

    A correction that changed nobody's pay has no line and nothing to take up.
    """
    rows = [
        {
            "period": one.period,
            "version": one.version,
            "person": one.person,
            "figure": one.figure,
            "amount": number(one.amount),
        }
        for one in carried
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1).encode() + b"\n"


def read_carried(content: bytes, shelf: Shelf | None = None) -> tuple[Carried, ...]:
    """Return the lines that a closing took up; with the books at hand, each opens to what changed."""
    rows = json.loads(content)
    changed: dict[tuple[str, int], tuple[Change, ...]] = {}
    for row in rows if shelf else ():
        of = row["period"], row["version"]
        if of not in changed:
            file = shelf.folder(*of) / DIFFERENCES if shelf else None
            changed[of] = read_changes(json.loads(file.read_bytes())["changes"]) if file else ()
    return tuple(_line(row, changed.get((row["period"], row["version"]), ())) for row in rows)


def _line(row: Mapping[str, Any], changed: tuple[Change, ...]) -> Carried:
    top = next(
        (
            number
            for number, one in enumerate(changed)
            if (one.kind, one.name, one.subject, one.span)
            == ("figure", row["figure"], row["person"], row["period"])
        ),
        -1,
    )
    return Carried(
        row["period"], row["version"], row["person"], row["figure"], Fraction(row["amount"]), changed, top
    )


def changes_json(changed: tuple[Change, ...]) -> list[dict[str, object]]:
    """Return changes as plain data."""
    return [
        {
            "kind": one.kind,
            "name": one.name,
            "level": one.level,
            "subject": one.subject,
            "span": one.span,
            "old": one.old,
            "new": one.new,
            "who": one.who,
            "difference": None if one.difference is None else number(one.difference),
            "said": dict(one.said),
            "below": list(one.below),
        }
        for one in changed
    ]


def read_changes(rows: list[dict[str, Any]]) -> tuple[Change, ...]:
    """Return the changes that plain data hold."""
    return tuple(
        Change(
            **{name: row[name] for name in ("kind", "name", "level", "subject", "span", "old", "new", "who")},
            said={Language(language): text for language, text in row["said"].items()},
            below=tuple(row["below"]),
        )
        for row in rows
    )
