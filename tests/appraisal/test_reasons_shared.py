"""Figures made when asked for, and reasons that share what is the same for everybody."""

from fractions import Fraction

import pytest

from kaohe.appraisal.arithmetic import total
from kaohe.appraisal.ranking import ranked
from kaohe.core.figure import FigureKey, Level
from statements.appraised import presale

KEY = FigureKey("order_rate.points", Level.PERSON, "Ann Lee", "2027-03-W1")


def test_a_reason_asked_for_twice_is_made_anew_and_equal() -> None:
    appraisal = presale("presale-2")
    one, other = appraisal.reason(KEY), appraisal.reason(KEY)
    assert one == other
    assert one is not other


def test_the_figure_of_the_shop_is_one_object_in_the_reasons_of_all() -> None:
    appraisal = presale("presale-2")
    people = [key for key in appraisal.figures if (key.figure, key.span) == (KEY.figure, KEY.span)]
    below = [appraisal.reason(key).outcomes[1].node.args[1] for key in people if key.level is Level.PERSON]
    assert len(below) > 1
    assert all(node is below[0] for node in below)


def test_every_key_finds_its_figure_and_no_other_key_does() -> None:
    figures = presale("presale-2").figures
    keys = [*figures]
    assert len(keys) == len(figures) == len(set(keys))
    assert all(figures[key].key == key for key in keys)
    with pytest.raises(KeyError):
        figures[KEY._replace(subject="nobody")]
    assert KEY._replace(span="1999-01") not in figures


def test_figures_equal_any_mapping_that_holds_the_same() -> None:
    figures = presale("presale-2").figures
    held = dict(figures)
    assert figures == held
    assert held == figures
    assert figures != {**held, KEY: held[KEY]._replace(value=None)}


def test_a_level_hashes_as_the_text_it_equals() -> None:
    assert {hash(level) for level in Level} == {hash(level.value) for level in Level}


def test_sums_of_unlike_parts_are_exact() -> None:
    assert total([Fraction(1, 3), Fraction(1, 6), Fraction(-1, 2)]) == 0
    assert total([]) == 0


def test_values_that_differ_by_less_than_a_whole_number_tells_are_still_ranked_apart() -> None:
    little = Fraction(1, 10**30)
    rows = ranked({"a": Fraction(1, 3), "b": Fraction(1, 3) + little, "c": Fraction(1, 3)}, "higher")
    assert [(subject, place) for subject, _, place in rows] == [("b", 1), ("a", 2), ("c", 2)]
