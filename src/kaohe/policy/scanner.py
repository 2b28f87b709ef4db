"""The text of a formula taken apart: its numbers and texts out, its signs as Python's parser knows them.

What is left for the parser are names, operators and brackets; a number never passes
through a float, and nothing that Python would warn of reaches it.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from kaohe.core.number import exact
from kaohe.policy.expression import RATIO_MARKS, Literal

SIGNS = str.maketrans(
    {
        "×": "*",
        "÷": "/",
        "−": "-",
        "–": "-",
        "＋": "+",
        "－": "-",
        "＊": "*",
        "／": "/",
        "（": "(",
        "）": ")",
        "，": ",",
        "＜": "<",
        "＞": ">",
        "＝": "=",
        "≤": "<=",
        "≥": ">=",
        "≠": "!=",
        "％": "%",
        "．": ".",
    }
    | dict(zip("０１２３４５６７８９", "0123456789", strict=True))
)
"""Signs as people write them on paper or in a Chinese keyboard → as the parser knows them."""
PART = re.compile(
    r"""
    (?P<quoted>"[^"\n]*"|'[^'\n]*'|“[^”\n]*”)
  | (?P<number>(?<![\w.])[.．]?\d[\w.．]*)(?:\s*(?P<mark>[%‰％]))?
  | (?P<hidden>\b_\w*)
  | (?P<rest>[^"'“\d_]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+", re.ASCII)
SIGNED = re.compile(r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scanned:
    """A formula without its literals.

    Attributes:
        text: The formula for Python's parser: literals stand as the names ``_0``, ``_1`` …
        literals: What they stand for.
        wrong: The first part that may not stand in a formula; blank: none.
    """

    text: str
    literals: tuple[Literal, ...]
    wrong: str = ""

    def literal(self, name: str) -> Literal | None:
        """Return what a name stands for, or None where it is an author's name."""
        return self.literals[int(name[1:])] if name.startswith("_") else None

    def restored(self, text: str) -> str:
        """Return a piece of the parser's text as the author wrote it."""
        return re.sub(r"\b_(\d+)\b", lambda match: self.literals[int(match[1])].text, text)


def scan(formula: str) -> Scanned:
    """Return the formula taken apart."""
    pieces: list[str] = []
    literals: list[Literal] = []
    wrong = ""
    for match in PART.finditer(formula):
        literal = _literal(match)
        if literal is not None:
            # A space on either side: "5 if" and "5if" are read alike, "x5" was never a number.
            pieces.append(f" _{len(literals)} ")
            literals.append(literal)
        elif match["rest"] is not None:
            pieces.append(match["rest"].translate(SIGNS))
        else:
            wrong = wrong or match[0]
            pieces.append(match[0])
    return Scanned("".join(pieces), tuple(literals), wrong)


def _literal(match: re.Match[str]) -> Literal | None:
    if match["quoted"] is not None:
        text = match["quoted"][1:-1]
        return Literal(text, quoted(text))
    digits = (match["number"] or "").translate(SIGNS)
    if not NUMBER.fullmatch(digits):
        return None
    mark = (match["mark"] or "").translate(SIGNS)
    return Literal(exact(digits) / RATIO_MARKS.get(mark, 1), digits + mark, ratio=bool(mark))


def quoted(text: str) -> str:
    """Return the text in quotes, as a formula may hold it."""
    return f"'{text}'" if '"' in text else f'"{text}"'


def number(text: str) -> tuple[Fraction, bool]:
    """Return the number that ``80%``, ``8‰`` or ``0.5`` writes, and whether it bears a mark.

    Raises:
        ValueError: It is none of these.
    """
    text = "".join(text.split()).translate(SIGNS)
    mark = text[-1:] if text[-1:] in RATIO_MARKS else ""
    digits = text.removesuffix(mark)
    if not SIGNED.fullmatch(digits):
        raise ValueError(text)
    return exact(digits) / RATIO_MARKS.get(mark, 1), bool(mark)
