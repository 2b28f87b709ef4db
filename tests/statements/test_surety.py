"""How sure figures are, as people and programs read it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kaohe.appraisal.appraise import Appraisal
from kaohe.appraisal.certainty import Certainty, Interval
from kaohe.appraisal.presence import Exposure
from kaohe.appraisal.redrawn import Sureness
from kaohe.appraisal.resampling import Resampling
from kaohe.core.figure import FigureKey, Level, Unit
from kaohe.core.language import Language
from kaohe.statements import terminal
from kaohe.statements.explain import explain
from kaohe.statements.figures_file import write_figures
from kaohe.statements.report import page
from kaohe.statements.terminal import reasons
from kaohe.statements.words.surety import between, half_width, surety
from statements.appraised import LANGUAGES, presale
from statements.test_terminal import printed, squeezed
from statements.test_workbook import opened

EN = Language.EN


def rate(appraisal: Appraisal) -> FigureKey:
    """Return the first order rate that has a place."""
    return next(
        FigureKey("order_rate", Level.PERSON, key.subject, key.span)
        for key, figure in appraisal.figures.items()
        if key.figure == "order_rate.place" and figure.value == 1
    )


def known(*, noise: bool = True) -> Appraisal:
    """Return a worked example with one interval, one place's sureness and one exposure."""
    appraisal = presale("presale-2")
    key = rate(appraisal)
    other = next(one for one in appraisal.people("appraised") if one != key.subject)
    sureness = Sureness(0.4873, 0.742, other, 0.6 if noise else 0.991, noise)
    return replace(
        appraisal,
        certainty=Certainty(
            Resampling(),
            {key: Interval(0.28721, 0.47954, 97)},
            {key._replace(figure="order_rate.place"): sureness},
            {(key.subject, key.span): Exposure(7, 4, 3, 6.0)},
        ),
    )


def test_an_interval_is_said_with_as_many_places_as_tell_its_ends_apart() -> None:
    assert between(Interval(0.28721, 0.47954, 97), Unit.RATIO, EN) == "28.7% – 48.0%"
    assert between(Interval(0.987211, 0.987299, 97), Unit.RATIO, EN) == "98.72% – 98.73%"
    assert between(Interval(3593.7, 11227.4, 21), Unit.MONEY, EN) == "3,594 – 11,227"
    assert half_width(Interval(0.28721, 0.47954, 97), Unit.RATIO, EN) == "±9.6"
    assert half_width(Interval(0.28721, 0.47954, 97), Unit.RATIO, EN, brief=True) == "±10"
    assert half_width(Interval(20.0, 29.0, 97), Unit.SECONDS, EN) == "±4.5"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_a_place_and_points_say_how_sure_they_are(language: Language) -> None:
    appraisal = known()
    key = rate(appraisal)
    said = surety(appraisal, key, language)
    assert len(said) == 4
    for part in ("28.7%", "48.0%", "95%", "97", "49%", "74%", "60%"):
        assert part in squeezed("".join(said)), part
    assert surety(appraisal, key._replace(figure="order_rate.place"), language) == said
    assert surety(appraisal, key._replace(figure="order_rate.points"), language) == said


def test_a_place_that_is_told_apart_is_said_to_be_so() -> None:
    appraisal = known(noise=False)
    assert "the two are told apart" in "".join(surety(appraisal, rate(appraisal), EN))
    assert "chance decides" in "".join(surety(known(), rate(appraisal), EN))


def test_nothing_is_said_where_nothing_is_known() -> None:
    appraisal = presale("presale-2")
    assert surety(replace(appraisal, certainty=Certainty()), rate(appraisal), EN) == ()
    assert "±" not in printed(terminal.rankings(appraisal, EN))


@pytest.mark.parametrize("language", LANGUAGES)
def test_rankings_and_explanations_on_a_terminal_show_it(language: Language) -> None:
    appraisal = known()
    ranked = printed(terminal.rankings(appraisal, language))
    assert "±10" in ranked
    assert "1≈*" in ranked
    assert "97.5%" in ranked
    told = explain(appraisal, rate(appraisal), language)
    assert told.data()["surety"] == list(told.surety)
    assert squeezed(told.surety[0]) in squeezed(printed(reasons.explanation(told, language))).replace("│", "")


def test_the_workbook_has_columns_for_it_only_where_it_is_known(tmp_path: Path) -> None:
    appraisal = presale("presale-2")
    cells = {
        name: [
            str(cell)
            for sheet in opened(one, tmp_path).worksheets
            for row in sheet.iter_rows(values_only=True)
            for cell in row
        ]
        for name, one in (("known", known()), ("unknown", appraisal))
    }
    assert "49% ≈ *" in cells["known"]
    assert "±9.6" in cells["known"]
    assert cells["known"].count("±") == len(appraisal.policy.calendar.spans(appraisal.period, "week"))
    assert "±" not in cells["unknown"]


def test_the_page_carries_intervals_to_draw_and_to_read() -> None:
    text = page(known(), EN)
    data = json.loads(text.split('id="data">')[1].split("</script>")[0])
    sure = [
        row[4]
        for section in data["rankings"]
        for metric in section["metrics"]
        for week in metric["w"]
        for row in week["rows"]
        if len(row) > 4
    ]
    assert len(sure) == 1
    assert (sure[0]["l"], sure[0]["h"], sure[0]["n"]) == (0.28721, 0.47954, 1)
    said = [one if isinstance(one, str) else one[-1] for one in data["texts"]]
    assert (said[sure[0]["i"]], said[sure[0]["s"]], said[sure[0]["e"]]) == ("28.7% – 48.0%", "49%", "3/7")


def test_programs_find_interval_and_certainty_beside_the_figures(tmp_path: Path) -> None:
    appraisal = known()
    write_figures(appraisal, tmp_path)
    data = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert data["header"]["resampling"] == {"level": 0.95, "replicates": 1000, "seed": 0}
    intervals = [one for one in data["figures"] if "interval" in one]
    places = [one for one in data["figures"] if "certainty" in one]
    assert [one["interval"] for one in intervals] == [{"low": 0.28721, "high": 0.47954, "conversations": 97}]
    assert len(places) == 1
    assert places[0]["figure"] == "order_rate.place"
    assert places[0]["certainty"]["noise"] is True
    assert places[0]["certainty"]["beats_next"] == 0.6
    plain = (tmp_path / "figures.csv").read_bytes()
    write_figures(replace(appraisal, certainty=Certainty()), tmp_path)
    assert (tmp_path / "figures.csv").read_bytes() == plain
    assert "resampling" not in json.loads((tmp_path / "figures.json").read_text("utf-8"))["header"]
