"""A phrase is found where it stands within one text, and nowhere else."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaohe.measures.phrases import containing

LETTERS = st.text(alphabet="aab誠非é\U0001f600", max_size=6)


@given(texts=st.lists(st.none() | LETTERS, max_size=12), phrase=LETTERS.filter(bool), cut=st.integers(0, 12))
def test_it_agrees_with_the_search_text_by_text(texts: list[str | None], phrase: str, cut: int) -> None:
    column = pa.chunked_array([pa.array(texts[:cut], pa.string()), pa.array(texts[cut:], pa.string())])
    expected = pc.fill_null(pc.match_substring(column, phrase), fill_value=False).to_pylist()
    assert containing(column, phrase).tolist() == expected
    assert containing(column.slice(1), phrase).tolist() == expected[1:]


@pytest.mark.parametrize(
    ("texts", "hits"),
    [
        (["非誠", "勿擾"], [False, False]),
        (["非誠勿擾", "x非誠勿擾x"], [True, True]),
        (["aaa", "a"], [True, False]),
        ([], []),
    ],
)
def test_a_phrase_that_reaches_over_the_end_of_a_text_is_not_in_it(
    texts: list[str], hits: list[bool]
) -> None:
    phrase = "aa" if "aaa" in texts else "非誠勿擾"
    assert containing(pa.array(texts, pa.string()), phrase).tolist() == hits
