"""People beside each other by one metric: in order, on one axis, with those not told apart bracketed."""

from collections.abc import Mapping, MutableMapping, Sequence
from itertools import pairwise
from typing import Any

from kaohe.statements.report.graph import Cell

MARGIN = 0.04
"""What the axis has left and right of the outermost ends, as a share of their distance."""
Row = MutableMapping[str, Any]


def compared(rows: Sequence[Row], shop: Cell | None, better: str) -> Mapping[str, Any]:
    """Return the rows in order, each with where it lies on an axis 100 wide.

    Args:
        rows: Each with ``value``, ``place``, and ``low`` and ``high`` where its interval is known;
            ``noise`` where chance decides between it and the next one.
        shop: The shop's own value.
        better: ``higher``, ``lower`` or blank.
    """
    ordered = sorted(rows, key=lambda row: _order(row, better))
    points = [point for row in ordered for point in _points(row)]
    average = shop.value if shop is not None else None
    points += [average] if average is not None else []
    for row in ordered:
        row["at"] = None
    if points:
        _drawn(ordered, min(points), max(points))
    _bracketed(ordered)
    at = _at(average, min(points), max(points)) if average is not None else None
    return {"rows": ordered, "shop_at": at}


def _order(row: Row, better: str) -> tuple[bool, float, bool, float]:
    """Return what a row is ordered by: its place, else its value, the better first; without either last."""
    place, value = _value(row["place"]), _value(row["value"])
    best_first = (-value if better == "higher" else value) if value is not None else 0.0
    return place is None, place or 0.0, value is None, best_first


def _points(row: Row) -> list[float]:
    found = [_value(row["value"]), row.get("low"), row.get("high")]
    return [one for one in found if one is not None]


def _value(cell: Cell | None) -> float | None:
    return cell.value if cell is not None else None


def _drawn(rows: Sequence[Row], first: float, last: float) -> None:
    for row in rows:
        value = _value(row["value"])
        if value is not None:
            row["at"] = _at(value, first, last)
        if row.get("low") is not None:
            row["low_at"], row["high_at"] = _at(row["low"], first, last), _at(row["high"], first, last)


def _at(value: float, first: float, last: float) -> float:
    margin = (last - first) * MARGIN or 1.0
    return round(100 * (value - first + margin) / (last - first + 2 * margin), 2)


def _bracketed(rows: Sequence[Row]) -> None:
    """Let neighbours that are not told apart stand in one bracket: where it begins, goes on and ends."""
    for row in rows:
        row["above"] = row["below"] = False
    for one, other in pairwise(rows):
        if one.get("noise") and _value(other["place"]) is not None:
            one["below"] = other["above"] = True
