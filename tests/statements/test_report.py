import json
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from kaohe.appraisal.appraise import Appraisal
from kaohe.core.figure import FigureKey, Level
from kaohe.core.language import Language, Text
from kaohe.statements import labels
from kaohe.statements.layout import called, decimals
from kaohe.statements.report import page, write_report
from kaohe.statements.shown import shown
from kaohe.statements.words.grouped import findings, reviews
from statements.appraised import LANGUAGES, presale
from statements.strange import NAMES, NOTE, contest, strange

TRANSLATIONS = Path(labels.__file__).parents[1] / "core" / "translations"


class Elements(HTMLParser):
    """Gathers elements, and the text inside the data element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.data = ""
        self._in_data = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in_data = ("id", "data") in attrs

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data += data

    def handle_endtag(self, tag: str) -> None:
        self._in_data = self._in_data and tag != "script"

    def found(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@cache
def parsed(which: str, language: Language = Language.EN) -> tuple[Appraisal, Elements, dict[str, Any]]:
    appraisal = {"strange": strange, "contest": contest}.get(which, lambda: presale(which))()
    elements = Elements(page(appraisal, language))
    return appraisal, elements, json.loads(elements.data)


def said(data: dict[str, Any], number: int, language: Language = Language.EN) -> str:
    row = data["texts"][number]
    return row if isinstance(row, str) else row[data["languages"].index(language.value)]


def figures(which: str) -> Iterator[tuple[FigureKey, dict[str, Any], dict[str, Any]]]:
    appraisal, _, data = parsed(which)
    for key, row in zip(appraisal.figures, data["figures"], strict=True):
        yield key, row, data


def test_the_page_asks_nobody_for_anything() -> None:
    _, elements, _ = parsed("presale-2")
    policy = next(one["content"] for one in elements.found("meta") if one.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe-eval" not in policy
    assert re.search(r"script-src(?! 'sha256-)", policy) is None
    assert not [
        tag for tag, _ in elements.elements if tag in ("link", "img", "iframe", "object", "base", "form")
    ]
    linked = [one["href"] or "" for one in elements.found("a")]
    assert linked
    assert all(one.startswith("#") for one in linked)
    assert all("src" not in one for one in elements.found("script"))


def test_what_people_are_called_stays_text() -> None:
    _, elements, data = parsed("strange")
    assert len(elements.found("script")) == 7
    assert len(elements.found("title")) == 1
    assert not elements.found("img")
    named = {person["n"] for person in data["people"]}
    for name in NAMES.values():
        assert any(one.startswith(name) for one in named)
    assert "<" not in elements.data
    assert NOTE.replace("</script>", "&lt;/script&gt;") in page(strange(), Language.EN)


def test_the_page_stands_written_in_its_language_and_holds_all_three() -> None:
    for language in LANGUAGES:
        _, elements, data = parsed("presale-1", language)
        assert elements.found("html")[0]["lang"] == language.value
        assert data["languages"] == [one.value for one in LANGUAGES]
        assert all(isinstance(one, str) or len(one) == 3 for one in data["texts"])
    numbers = [int(one["data-t"] or "") for _, one in elements.elements if "data-t" in one]
    assert len(numbers) > 500
    assert max(numbers) < len(data["texts"])


@pytest.mark.parametrize("which", ["presale-1", "presale-2", "presale-3", "strange", "contest"])
def test_every_figure_has_its_value_its_sentence_and_its_place_in_the_policy(which: str) -> None:
    for key, row, data in figures(which):
        figure = parsed(which)[0].figures[key]
        plain = shown(figure.value, figure.unit, Language.EN, signed=key.figure.endswith(".points"))
        value = said(data, row["v"])
        if value.endswith("‰"):
            assert figure.value is not None
            assert number(value.rstrip("‰")) == figure.value * 1000
        elif value != plain:  # more places than usual are shown where a rule is near
            assert figure.value is not None
            scaled = figure.value * (100 if value.endswith("%") else 1)
            assert abs(number(value.rstrip("%")) - scaled) <= Fraction(1, 2 * 10 ** decimals(value))
            assert len(value) > len(plain)
        assert said(data, row["s"]) or value == plain
        assert re.fullmatch(r"[\w.-]+\.yaml:\d+", row["p"])
        assert ("d" in row) == (not figure.final)


@pytest.mark.parametrize("which", ["presale-2", "strange"])
def test_every_input_leads_to_another_figure_or_to_the_days_of_a_measure(which: str) -> None:
    kinds = set()
    for _, row, data in figures(which):
        for kind, one, *_ in row.get("i", []):
            kinds.add(kind)
            assert one < len(data[{"f": "figures", "m": "measures", "a": "texts"}[kind]])
    assert kinds == {"f", "m", "a"}


def test_the_days_of_a_measure_add_up_to_it() -> None:
    _, _, data = parsed("presale-2")
    assert len(data["measures"]) > 100
    for row in data["measures"]:
        days = sum((number(said(data, value)) for _, value, *_ in row["d"]), Fraction(0))
        assert number(said(data, row["v"])) == days


def number(text: str) -> Fraction:
    return Fraction(text.replace(",", "").replace("−", "-"))


def test_a_ranking_names_everyone_with_a_place_best_first() -> None:
    _, _, data = parsed("presale-2")
    tables = [table for table in data["tables"] if table["k"] == "places"]
    assert tables
    for table in tables:
        places = [place for _, _, place in table["rows"]]
        assert places == sorted(places)
        assert places[0] == 1


def test_a_waterfall_ends_where_its_pool_stands() -> None:
    for which in ("presale-1", "presale-2", "presale-3", "strange"):
        _, _, data = parsed(which)
        assert data["falls"]
        for fall in data["falls"]:
            total = data["figures"][fall["f"]]["x"]
            assert sum(size for _, size, _ in fall["rows"]) == pytest.approx(total, abs=0.006)


def test_a_month_under_way_says_until_when_it_is_provisional() -> None:
    appraisal, _, _ = parsed("strange")
    text = page(appraisal, Language.ZH_HANT)
    assert "斜體為暫定，最晚於 2027 年 4 月 5 日成為終值。" in text
    assert 'class="today"' in text
    key = FigureKey("completion", Level.PERSON, "小李", "2027-03")
    row = next(row for one, row, _ in figures("strange") if one == key)
    assert said(parsed("strange")[2], row["d"], Language.ZH_HANT) == "4 月 4 日"


def test_a_policy_of_places_alone_makes_a_page_without_department_or_pay() -> None:
    _, elements, data = parsed("contest")
    assert data["falls"] == []
    assert len(data["rankings"][0]["metrics"]) == 1
    assert not [one for one in elements.found("section") if str(one.get("id")).startswith("department")]


def test_who_is_not_appraised_is_listed_last_with_the_reason() -> None:
    appraisal, elements, data = parsed("presale-2")
    names = [person["n"] for person in data["people"]]
    assert names == list(called(appraisal).values())
    assert names.index("小李") < names.index("阿強")
    assert len([one for one in elements.found("td") if one.get("class") == "left-out"]) == 3
    written = page(appraisal, Language.ZH_HANT)
    assert "不參加考核：頂崗人員（職位：售後）" in written
    assert (
        "不參加考核：頂崗人員（職位：售後）"
        not in written.partition('id="people"')[0].partition("小李</a>")[0]
    )


def test_reviews_of_one_person_and_rule_stand_in_one_line_that_opens() -> None:
    appraisal, elements, _ = parsed("presale-2")
    groups = reviews(appraisal)
    sizes = [len(one.members) for one in groups] + [len(one.members) for one in findings(appraisal)]
    assert len(groups) < len(appraisal.reviews)
    assert len([one for one in elements.found("details") if one.get("class") == "group"]) == sum(
        size > 1 for size in sizes
    )


def test_a_rate_is_shown_in_the_per_mille_it_was_written_in() -> None:
    rates = [(row, data) for key, row, data in figures("presale-2") if key.figure == "commission_within_rate"]
    assert {said(data, row["v"]) for row, data in rates} == {"5‰", "8‰"}


def test_a_report_is_written_whole_and_the_same_each_time(tmp_path: Path) -> None:
    out = tmp_path / "statement.html"
    write_report(presale("presale-1"), out, Language.ZH_HANS)
    first = out.read_bytes()
    write_report(presale("presale-1"), out, Language.ZH_HANS)
    assert out.read_bytes() == first
    assert [file.name for file in tmp_path.iterdir()] == ["statement.html"]
    assert len(first) < 2_000_000


@pytest.mark.parametrize("tag", ["zh_Hant", "zh_Hans"])
def test_every_word_of_the_documents_is_translated(tag: str) -> None:
    with (TRANSLATIONS / f"report.{tag}.po").open("rb") as opened:
        catalogue = {str(entry.id): str(entry.string) for entry in read_po(opened) if entry.id}
    own = [one for one in vars(labels).values() if isinstance(one, Text)] + list(labels.OF_PAGE.values())
    assert {one.english for one in own} == set(catalogue)
    for english, translated in catalogue.items():
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", translated))
        assert not re.search(r"[,;:()?!]", translated)
