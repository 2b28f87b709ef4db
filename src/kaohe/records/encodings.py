"""What encoding a text file is in: told by the user, or recognised by how it reads.

A file reads well in an encoding if its characters are ones that people use: those of
the first level of GB 2312 (3,755) or of Big5 (5,401), and punctuation. In a wrong
encoding most are not.
"""

import codecs
from collections import Counter
from functools import cache
from pathlib import Path

UTF_8, GB18030, BIG5, UTF_16, UTF_32 = "utf-8", "gb18030", "cp950", "utf-16", "utf-32"
BOMS = {
    codecs.BOM_UTF8: UTF_8,
    codecs.BOM_UTF32_LE: UTF_32,
    codecs.BOM_UTF32_BE: UTF_32,
    codecs.BOM_UTF16_LE: UTF_16,
    codecs.BOM_UTF16_BE: UTF_16,
}
"""In this order: a BOM of UTF-32 begins as one of UTF-16 does."""
SUPERSETS = {"utf-8-sig": UTF_8, "gbk": GB18030, "gb2312": GB18030, "big5": BIG5}
"""Encodings that are read as another, which holds them and what programs add to them."""
LABELS = {BIG5: "Big5"}
OF_NO_FILE = {"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined"}
"""Codecs that Python counts as text encodings, though no text file is written in them."""
SNIFFED_BYTES = 1 << 20
JUDGED_CHARACTERS = 1 << 15
ZEROS = 0.05
"""Text in UTF-16 has that share of zero bytes, from its digits, commas and line ends alone."""
CONTROLS = 0.02
"""Text has no more control characters than this share."""
LEAST_USUAL = 2
"""One usual character alone may be two odd ones of a European language."""
READABLE = 0.6
"""The share of usual characters from which on a text reads well."""
WORSE = 0.2
"""An encoding in which a text reads worse by this much is the wrong one."""
PUNCTUATION = range(0x3000, 0x3040), range(0xFF00, 0xFFF0), range(0x2010, 0x2040)
GB_FIRST_LEVEL, BIG5_FIRST_LEVEL = range(0xB0, 0xD8), range(0xA4, 0xC7)


def codec(name: str) -> str:
    """Return the codec that reads an encoding; blank if there is no encoding of that name."""
    try:
        "".encode(name)
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    return "" if found in OF_NO_FILE else SUPERSETS.get(found, found)


def label(encoding: str) -> str:
    """Return a codec's name for people, which is one that they can also name."""
    return LABELS.get(encoding, encoding.upper())


def is_wide(encoding: str) -> bool:
    """Return whether all characters take two bytes or more, so that no byte is a comma by itself."""
    return encoding.startswith((UTF_16, UTF_32))


def recognised(path: Path) -> str:
    """Return the codec in which a file reads well; blank if all of it is ASCII or nothing fits."""
    return _recognised(_start(path))[0]


def marked(path: Path) -> str:
    """Return the codec that a file's byte order mark names; blank if it has none."""
    start = _start(path, 4)
    return next((encoding for bom, encoding in BOMS.items() if start.startswith(bom)), "")


def in_order(path: Path, encoding: str) -> str:
    """Return the codec with the order of bytes that the file has, where the encoding leaves it open."""
    found = recognised(path)
    return found if is_wide(encoding) and found[:6] == encoding[:6] else encoding


def better(path: Path, encoding: str) -> str:
    """Return the codec in which a file reads plainly better than in this one; blank if there is none."""
    start = _start(path)
    if start.isascii() and 0 not in start:
        return UTF_8 if is_wide(encoding) else ""
    found, quality = _recognised(start)
    if not found or found == encoding or (is_wide(found) and found[:6] == encoding[:6]):
        return ""
    try:
        read = _decoded(start, encoding)
    except UnicodeError:
        return found
    return found if _quality(read) < quality - WORSE else ""


def breaks_off(content: bytes, encoding: str) -> bool:
    """Return whether the last character of a content is cut in two, the rest being sound."""
    try:
        _decoded(content, encoding)
    except UnicodeDecodeError:
        return False
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return True
    return False


def _start(path: Path, count: int = SNIFFED_BYTES) -> bytes:
    with path.open("rb") as opened:
        return opened.read(count)


def _recognised(start: bytes) -> tuple[str, float]:
    """Return the codec and how well the text reads in it; what its bytes alone prove reads perfectly."""
    for bom, encoding in BOMS.items():
        if start.startswith(bom):
            return encoding, 1.0
    if start.isascii() and 0 not in start:
        return "", 0.0
    if start.count(0) > len(start) * ZEROS:
        little = start[1::2].count(0) >= start[::2].count(0)
        encoding = f"{UTF_16}-le" if little else f"{UTF_16}-be"
        return (encoding, 1.0) if _is_text(start, encoding) else ("", 0.0)
    try:
        _decoded(start, UTF_8)
    except UnicodeDecodeError:
        quality, encoding = max(
            # Of two that read equally well the more usual one is meant. A byte may be broken.
            (_quality(_decoded(start, one, errors="replace")), one)
            for one in (BIG5, GB18030, UTF_8)
        )
        return (encoding, quality) if quality >= READABLE else ("", 0.0)
    return UTF_8, 1.0


def _decoded(content: bytes, encoding: str, errors: str = "strict") -> str:
    """Return a content as text, without its last character if that is cut in two."""
    return codecs.getincrementaldecoder(encoding)(errors).decode(content)


def _quality(text: str) -> float:
    """Return which share of a text's characters beyond ASCII are usual ones; 0 if there are none."""
    counts = Counter(one for one in text[:JUDGED_CHARACTERS] if not one.isascii())
    usual = sum(count for one, count in counts.items() if _is_usual(one))
    return usual / counts.total() if usual >= LEAST_USUAL else 0.0


def _is_text(content: bytes, encoding: str) -> bool:
    """Return whether a content can be read in an encoding, and hardly any of it is control characters."""
    try:
        text = _decoded(content, encoding)
    except UnicodeError:
        return False
    return sum(not one.isprintable() and not one.isspace() for one in text) <= len(text) * CONTROLS


@cache
def _is_usual(character: str) -> bool:
    if any(ord(character) in block for block in PUNCTUATION):
        return True
    gb, big5 = character.encode("gb2312", "ignore"), character.encode("big5", "ignore")
    return bool(gb and gb[0] in GB_FIRST_LEVEL) or bool(big5 and big5[0] in BIG5_FIRST_LEVEL)
