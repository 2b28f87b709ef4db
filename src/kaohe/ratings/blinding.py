"""Hiding whose conversation it is: names and accounts are taken out of what a reviewer reads."""

import re
from collections.abc import Iterable

WORD = re.compile(r"[0-9A-Za-z]")
FEWEST_LETTERS = 2
"""A single letter, or a single character, stands in too many other words."""
ACCOUNT_PARTS = ":"


def aliases(person: str, name: str, accounts: Iterable[str]) -> list[str]:
    """Return everything that tells who a person is: id, name, accounts, and the accounts' own part.

    Of ``示範旗艦店:小竹`` the part behind the colon is what customers read.
    """
    parts = [part for account in accounts for part in (account, account.rpartition(ACCOUNT_PARTS)[2])]
    return sorted({one.strip() for one in (person, name, *parts)} - {""})


def blinded(text: str, hidden: Iterable[str], instead: str) -> str:
    """Return a text with every alias replaced, the longest first, capitals or not.

    Borders: an alias of Latin letters or digits is replaced only where it is a word of
    its own; one of a single character only where it is the whole text.
    """
    for one in sorted(hidden, key=len, reverse=True):
        if len(one) < FEWEST_LETTERS:
            text = instead if text.strip() == one else text
            continue
        begin = r"(?<![0-9A-Za-z])" if WORD.match(one[0]) else ""
        end = r"(?![0-9A-Za-z])" if WORD.match(one[-1]) else ""
        text = re.sub(f"{begin}{re.escape(one)}{end}", lambda _: instead, text, flags=re.IGNORECASE)
    return text
