"""Taking off what platforms and spreadsheets put around a value, a whole column at once.

Each function takes strings without nulls and gives strings without nulls; what it
does not understand it leaves as it is, for the reading of the table to refuse.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from kaohe.records.clock import plain_times

USUAL_TIME = (
    r"^(?P<Y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?"
    r"[ T]+(?P<H>\d{1,2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?:\.0+)?)?$"
)
MIDNIGHT = r"(?:[ T]+0{1,2}:00(?::00)?)?"
USUAL_DAY = rf"^(?P<Y>\d{{4}})[-/.年](?P<m>\d{{1,2}})[-/.月](?P<d>\d{{1,2}})日?{MIDNIGHT}$"
BARE_DAY = r"^(?P<Y>\d{4})(?P<m>\d{2})(?P<d>\d{2})$"
USUAL_MONTH = r"^(?P<Y>\d{4})[-/.年](?P<m>\d{1,2})月?$"
BARE_MONTH = r"^(?P<Y>\d{4})(?P<m>\d{2})$"
CURRENCY = r"^[¥￥$€£]?\s*(-?[0-9.,]+)\s*元?$"
FORMAT_PARTS = {
    "Y": r"(?P<Y>\d{4})",
    "m": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})",
    "M": r"(?P<M>\d{1,2})",
    "S": r"(?P<S>\d{1,2})",
}


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """A way to write times, as a regular expression with the groups Y, m, d, H, M, S."""

    pattern: str


USUAL_TIMES = (TimeFormat(USUAL_TIME),)
USUAL_DAYS = (TimeFormat(USUAL_DAY), TimeFormat(BARE_DAY))
USUAL_MONTHS = (TimeFormat(USUAL_MONTH), TimeFormat(BARE_MONTH))


def trimmed(texts: pa.Array) -> pa.Array:
    """Return the texts without blanks and tabs around them."""
    return pc.utf8_trim_whitespace(texts)


def unwrapped(texts: pa.Array) -> pa.Array:
    """Return the texts without the ``="…"`` or the ``'`` that tell a spreadsheet that they are no numbers."""
    bare = pc.replace_substring_regex(trimmed(texts), r'^="(.*)"$', r"\1")
    return trimmed(pc.replace_substring_regex(bare, r"^'", ""))


def money(texts: pa.Array, thousands: str = "") -> pa.Array:
    """Return amounts without currency signs, and without what separates their thousands."""
    bare = pc.replace_substring_regex(trimmed(texts), CURRENCY, r"\1")
    return pc.replace_substring(bare, thousands, "") if thousands else bare


def time(texts: pa.Array, formats: Sequence[TimeFormat] = USUAL_TIMES) -> pa.Array:
    """Return times as ``YYYY-MM-DD HH:MM:SS``; a time without seconds is at its full minute."""
    if formats is USUAL_TIMES and plain_times(texts) is not None:
        return texts
    return _rewritten(trimmed(texts), formats, ("Y", "m", "d"), ("H", "M", "S"))


def day(texts: pa.Array, formats: Sequence[TimeFormat] = USUAL_DAYS) -> pa.Array:
    """Return days as ``YYYY-MM-DD``."""
    return _rewritten(trimmed(texts), formats, ("Y", "m", "d"), ())


def month(texts: pa.Array, formats: Sequence[TimeFormat] = USUAL_MONTHS) -> pa.Array:
    """Return months as ``YYYY-MM``."""
    return _rewritten(trimmed(texts), formats, ("Y", "m"), ())


def time_format(written: str, needed: Collection[str]) -> TimeFormat | None:
    """Return a format written like ``%Y/%m/%d %H:%M``; None if it cannot be understood.

    Known are %Y, %m, %d, %H, %M, %S and %%; numbers may lack leading zeros.

    Args:
        written: The format.
        needed: The letters that must be in it.
    """
    pattern, position = "", 0
    for match in re.finditer(r"%(.)", written):
        pattern += re.escape(written[position : match.start()])
        if match[1] not in FORMAT_PARTS and match[1] != "%":
            return None
        pattern += FORMAT_PARTS.get(match[1], "%")
        position = match.end()
    pattern += re.escape(written[position:])
    parts = re.findall(r"\?P<(.)>", pattern)
    if len(set(parts)) != len(parts) or not set(needed) <= set(parts):
        return None
    return TimeFormat(f"^{pattern}$")


def _rewritten(
    texts: pa.Array, formats: Sequence[TimeFormat], days: Sequence[str], clocks: Sequence[str]
) -> pa.Array:
    read = [_in_order(pc.extract_regex(texts, one.pattern), days, clocks) for one in formats]
    return pc.coalesce(*read, texts)


def _in_order(parts: pa.StructArray, days: Sequence[str], clocks: Sequence[str]) -> pa.Array:
    """Return the parts joined in our order; null where the text had another form."""
    groups = {field.name for field in parts.type}
    read = {
        name: _digits(parts.field(name) if name in groups else pa.repeat(pa.scalar(""), len(parts)))
        for name in (*days, *clocks)
    }
    joined = pc.binary_join_element_wise(*(read[name] for name in days), "-")
    if clocks:
        clock = pc.binary_join_element_wise(*(read[name] for name in clocks), ":")
        joined = pc.binary_join_element_wise(joined, clock, " ")
    return pc.if_else(pc.is_valid(parts), joined, pa.scalar(None, pa.string()))


def _digits(part: pa.Array) -> pa.Array:
    """Return a part with its leading zero; one that is not there is zero."""
    return pc.utf8_lpad(pc.fill_null(part, ""), 2, "0")
