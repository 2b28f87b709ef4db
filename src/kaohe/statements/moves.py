"""What moved in a person's month between two looks at it: sums and the steps of the ladders."""

from collections.abc import Iterator, Mapping
from typing import Any

Plain = Any
"""Dictionaries, lists, strings, numbers, booleans and None, as sheets are made of."""


def snapshot(person: Plain) -> Plain:
    """Return what is kept of a person's sheet, to be held against a later one."""
    sums = {}
    for one in person["ladders"]:
        sums["/".join(one["cell"]["key"])] = _kept(one["title"], one["cell"])
    for slip in person["slips"]:
        if slip["total"]:
            sums["/".join(slip["total"]["cell"]["key"])] = _kept(
                slip["total"]["title"], slip["total"]["cell"]
            )
    steps = {
        "/".join(row["number"]): {"title": row["name"], "span": row["span"], "said": row["value"]}
        for one in person["ladders"]
        for row in one["rows"]
        if row["number"]
    }
    return {"sums": sums, "steps": steps}


def _kept(title: Plain, cell: Mapping[str, Any]) -> Plain:
    return {"title": title, "span": "", "said": cell["said"]}


def moved(before: Plain, after: Plain) -> list[Plain]:
    """Return what another snapshot says otherwise: sums first, then steps in their order.

    Each names what it was and what it is; a step that was not there, or is gone, has None.
    """
    return [*_differing(before["sums"], after["sums"]), *_differing(before["steps"], after["steps"])]


def _differing(before: Mapping[str, Plain], after: Mapping[str, Plain]) -> Iterator[Plain]:
    for key in (*after, *(one for one in before if one not in after)):
        was, now = before.get(key), after.get(key)
        known = was if now is None else now
        if was is None or now is None or was["said"] != now["said"]:
            assert known is not None  # the key is from one of the two
            yield {
                "key": key.split("/"),
                "title": known["title"],
                "span": known["span"],
                "was": None if was is None else was["said"],
                "now": None if now is None else now["said"],
            }
