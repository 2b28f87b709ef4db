"""A sentence is filled in the language that it is said in."""

import pytest

from kaohe.core.language import Language, Text

EN = Language.EN


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 days left"), (1, "1 day left"), (2, "2 days left"), ("1,001", "1,001 days left")],
)
def test_what_is_counted_is_said_as_its_number_asks(count: object, said: str) -> None:
    assert Text("{count} day(s) left").filled(count=count).to(EN) == said


def test_each_number_counts_its_own_word() -> None:
    text = Text("{conversations} conversation(s) on {days} day(s)")
    assert text.filled(conversations=1, days=3).to(EN) == "1 conversation on 3 days"
    assert text.filled(conversations=12, days=1).to(EN) == "12 conversations on 1 day"


def test_what_a_gap_brings_is_left_as_it_is() -> None:
    assert Text("{account} opened {count} file(s)").filled(account="2 shop(s)", count=1).to(EN) == (
        "2 shop(s) opened 1 file"
    )
