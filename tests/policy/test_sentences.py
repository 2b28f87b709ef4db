"""The whole policy in plain sentences, as a person would say it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kaohe.core.language import Language
from kaohe.policy.figurewords import Line
from kaohe.policy.loader import load
from kaohe.policy.sentences import Passage, sentences
from policy.conftest import Lint

SCHEMES = Path(__file__).parent / "schemes"
HANT, HANS, EN = Language.ZH_HANT, Language.ZH_HANS, Language.EN


def rows(lines: tuple[Line, ...], depth: int = 0) -> Iterator[str]:
    for line in lines:
        yield "  " * depth + line.text
        yield from rows(line.lines, depth + 1)


def told(passages: list[Passage]) -> list[str]:
    return [row for passage in passages for row in (f"## {passage.title}", *rows(passage.lines))]


def test_the_rules_of_the_desk_read_as_one_would_say_them() -> None:
    said = told(sentences(load("presale-desk"), HANT))
    for sentence in (
        "考核期為自然月。",
        "考核對象：屬於客服部人員，且已轉正，且當期在職。",
        "售後過濾：付款後 14 天內回來諮詢、當天沒有下單的，不計接待。",
        "所有人，每週計算。只有考核對象得分；別人佔去的名次不遞補。",
        "顧客下單率 = 詢單當日下單人數 ÷ 詢單人數。越高越好。",
        "  週排名：前 3 名分別得 3、2、1 分；低於全店平均者不得分，並扣 1 分。",
        "  惡意過濾：低於全店上月平均者進入覆核；主管登錄「惡意使用過濾用語」後扣 2 分。",
        "  低於 100% 者扣 1 分，但有「未回覆的特殊情況」的登錄時除外。",
        "    50%（含）到 60%：不加不扣。",
        "    130% 及以上：得 5 分。",
        "  顧客表揚：「顧客表揚」每計一次得 0.5 分。",
        "  發現錯誤、挽回損失：「發現錯誤、挽回損失」每計一次得 1 分，合計至多 5 分。",
        "  其他情形：0。",
        "行為獎金：行為獎金池按比例分到 0.01 為止（比例：行為考核得分（不低於 0）；尾數按最大餘額法分完）。",
        (
            "頂崗人員，每週，如平均響應時間、顧客流失率或流失金額比高於全店平均的 200%："
            "「高於全店平均的 200%，頂崗資格終止」。"
        ),
        "考核對象，每月，如沒有基本工資：「沒有基本工資」。在此情形下不能關帳。",
    ):
        assert sentence in said, sentence


def test_the_same_in_english() -> None:
    said = told(sentences(load("presale-desk"), EN))
    for sentence in (
        "The period is the calendar month.",
        "Order rate = Inquiries that ordered the same day ÷ Inquiries. Higher is better.",
        (
            "  Weekly place — The first 3 places earn 3, 2, 1 points; below the shop's average: no points, "
            "and it costs 1 point."
        ),
        "    From 50% to below 60%: earns nothing.",
        "Bonus pool = Pool before the floor (at least 0). Rounded half up to 0.01.",
    ):
        assert sentence in said, sentence


@pytest.mark.parametrize(
    ("scheme", "language", "sentence"),
    [
        ("four-factor-pk", EN, "Receptions: as measured. Higher is better."),
        ("four-factor-pk", HANT, "月榜獎金：同上。四捨五入到 0.01。"),
        (
            "front-middle-back", EN,
            ("Score = the first of Front office score, Middle office score and Back office score "
            "that has a value. Higher is better."),
        ),
        (
            "sampled-quality", HANS,
            "考核对象：所属部门为客服部门，且职位不在“不接待顾客的职位”之列，且已转正，且当期在职。",
        ),
        (
            "sampled-quality", EN,
            ("Conversations reviewed: conversations of the appraised, drawn at random, evenly by people and "
            "weeks; how many of each person in a period: “conversations drawn of each person in a month”."),
        ),
    ],
)  # fmt: skip
def test_sentences_say_something_where_titles_repeat_values_stand_in_or_others_are_left_out(
    scheme: str, language: Language, sentence: str
) -> None:
    assert sentence in told(sentences(load(scheme), language))


def test_simplified_chinese_is_no_copy_of_traditional() -> None:
    hant, hans = (told(sentences(load("presale-desk"), language)) for language in (HANT, HANS))
    assert len(hant) == len(hans)
    assert "  周排名：前 3 名分别得 3、2、1 分；低于全店平均者不得分，并扣 1 分。" in hans


@pytest.mark.parametrize("language", Language)
def test_every_reading_of_the_author_is_shown(language: Language) -> None:
    policy = load("presale-desk")

    def readings(lines: tuple[Line, ...]) -> Iterator[str]:
        for line in lines:
            yield line.reading
            yield from readings(line.lines)

    shown = {one for passage in sentences(policy, language) for one in readings(passage.lines)} - {""}
    told = [one.told for one in policy.definitions.values()]
    told += [rule.told for one in policy.definitions.values() for rule in one.rules]
    told += [one.told for one in policy.parameters.values()] + [one.told for one in policy.groups.values()]
    told += [one.told for one in policy.ledger.values()] + [one.told for one in policy.checks]
    assert shown == {one.reading[language] for one in told if one.reading}
    assert len(shown) > 15


def test_every_sentence_of_a_rule_names_its_line() -> None:
    policy = load("presale-desk")

    def walk(lines: tuple[Line, ...]) -> Iterator[Line]:
        for line in lines:
            yield line
            yield from walk(line.lines)

    lines = [line for passage in sentences(policy, EN)[4:] for line in walk(passage.lines)]
    assert lines
    assert all(line.place.file == "presale-desk.yaml" and line.place.line > 1 for line in lines)


def test_dates_of_validity_and_an_odd_month_are_told() -> None:
    said = told(sentences(load(str(SCHEMES / "scorecard.yaml")), HANT))
    assert "考核期從上月 21 日到本月 20 日，以本月為名。" in said
    assert "每月接待定額：400；自 2026-07-21 起為 450（不低於 1）。" in said


def test_rules_of_the_measures_that_are_switched_on_or_off_are_told(figures: Lint) -> None:
    policy = figures(
        "x: {unit: count, is: orders}",
        more="""
            rules:
              after_sale: null
              one_line: null
              credit: placed_first
              rounds: {hours: ["08:00", "23:00"], cap_seconds: 600, unanswered: cap}
        """,
    ).policy
    assert policy is not None
    said = told(sentences(policy, HANT))
    for sentence in (
        "不用售後過濾。",
        "不用廣告過濾。",
        "不用簡單句過濾。",
        "只計 08:00 到 23:00 之間的響應時間。",
        "響應時間超過 600 秒的，按 600 秒計。",
        "始終未回復的，按 600 秒計。",
        "銷售歸下單前最後接待的客服；下單前無人接待的，歸付款前最後接待的客服。",
    ):
        assert sentence in said, sentence


def test_rules_of_every_kind_are_told(figures: Lint) -> None:
    policy = figures(
        """
        rate:
          unit: ratio
          better: higher
          is: ordered / inquiries
          minimum_base: 20
          points:
            - places: {1: 5}
            - {per: orders, give: 1, at_most: 9, unless: value > 90%}
            - bands: [{give: 2}]
        other:
          unit: ratio
          better: higher
          is: ordered / inquiries
          points:
            - places: {1: 5, 3: 1}
              unless: value < 10%
        """,
    ).policy
    assert policy is not None
    said = told(sentences(policy, HANT))
    for sentence in (
        "  基數低於「20」者不排名、不得分。",
        "  第 1 名得 5 分。",
        "  落實下單數每 1 得 1 分，合計至多 9 分，但高於 90% 時除外。",
        "    一律：得 2 分。",
        "  第 1、3 名分別得 5、1 分；低於 10% 者不得分。",
    ):
        assert sentence in said, sentence
