"""Signals for reviewers: what draws the eye, in which lines, in Chinese and English."""

from datetime import datetime, timedelta

import pytest

from kaohe.ratings.signals import (
    Line,
    Seen,
    Signal,
    broken_promises,
    is_polite,
    promise_of,
    signals,
    slow_answers,
    without_courtesy,
)

START = datetime.fromisoformat("2026-10-07T10:00:00")
LATER = START + timedelta(days=9)


def line(number: int, second: int, text: str, sender: str = "agent", waited: int | None = None) -> Line:
    return Line(number, sender, START + timedelta(seconds=second), text, waited)


@pytest.mark.parametrize(
    "text",
    [
        "您好",
        "请稍等",
        "謝謝",
        "Thank you!",
        "PLEASE wait",
        "ｔｈａｎｋｓ",
        "亲，在的",
        "Sorry for that.",
        "不好意思讓你久等",
    ],
)
def test_a_polite_word_is_found_in_either_script_and_language(text: str) -> None:
    assert is_polite(text)


@pytest.mark.parametrize(
    "text", ["在", "申請退款", "已申请退款了", "this is nothing", "they chide", "我父親買的", "有貨"]
)
def test_a_word_that_only_looks_polite_is_none(text: str) -> None:
    assert not is_polite(text)


def test_no_polite_word_in_any_line_is_a_signal_and_the_customers_words_do_not_help() -> None:
    rude = [line(1, 0, "您好，谢谢", "customer"), line(2, 5, "没货"), line(3, 9, "自己看")]
    (seen,) = without_courtesy(rude)
    assert (seen.signal, seen.lines) == (Signal.NO_COURTESY, (2, 3))
    assert not [*without_courtesy([*rude, line(4, 12, "抱歉")])]
    assert not [*without_courtesy([line(1, 0, "?", "customer"), line(2, 1, "有事留言", "robot")])]


def test_an_answer_is_slow_above_the_bar_and_not_at_it() -> None:
    chat = [line(2, 30, "a", waited=30), line(4, 90, "b", waited=31), line(6, 200, "c", waited=61)]
    thirty, sixty = slow_answers(chat)
    assert (thirty.lines, sixty.lines) == ((4, 6), (6,))
    assert "answers later than 30 s: 2, the latest after 61 s; lines 4, 6" in str(thirty.said)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("稍後回覆您", 1800),
        ("我去仓库问一下，马上回您", 300),
        ("亲，稍等一下，我帮您查一下", 300),
        ("十分鐘內回覆您", 600),
        ("十分鐘內，我一定回覆您", 600),
        ("我半小时后联系您", 1800),
        ("好的，2个小时内答复您", 7200),
        ("查到後通知您", 3600),
        ("退款三天到帳，我稍後回覆您", 1800),
        ("I'll get back to you", 3600),
        ("I’ll get back to you within 10 minutes.", 600),
        ("We will follow up in half an hour", 1800),
        ("Just a moment, let me check", 300),
        ("I will check and let you know in 2 hours", 7200),
    ],
)
def test_a_promise_is_due_at_its_own_time_or_at_that_of_its_words(text: str, seconds: int) -> None:
    promise = promise_of(line(1, 0, text))
    assert promise is not None
    assert promise.by == START + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("text", "day"),
    [("明天答覆您", 8), ("今天之內回覆您", 7), ("I'll let you know tomorrow", 8), ("we will reply today", 7)],
)
def test_a_promise_of_a_day_holds_until_its_end(text: str, day: int) -> None:
    promise = promise_of(line(1, 0, text))
    assert promise is not None
    assert promise.by == datetime.fromisoformat(f"2026-10-{day:02}T23:59:59")


@pytest.mark.parametrize(
    "text",
    [
        "今天下单明天发货",
        "有需要随时联系",
        "马上为您安排",
        "您稍后可以联系快递",
        "Thanks for getting in touch.",
        "已經回覆了",
    ],
)
def test_what_is_no_promise_to_come_back_is_none(text: str) -> None:
    assert promise_of(line(1, 0, text)) is None


def broken(*lines: Line, others: tuple[Line, ...] = (), until: datetime = LATER) -> list[Seen]:
    return [*broken_promises(lines, others, until)]


def test_a_promise_without_a_follow_up_is_a_signal_with_its_line() -> None:
    (seen,) = broken(line(1, 0, "在吗", "customer"), line(2, 9, "稍後回覆您"))
    assert (seen.signal, seen.lines) == (Signal.PROMISE, (2,))
    assert str(seen.said) == "line 2 promises to come back by 10-07 10:30:09; no such line was found"


def test_a_follow_up_in_time_keeps_the_promise_also_by_a_colleague_or_on_another_day() -> None:
    promise = line(2, 0, "明天答覆您")
    assert not broken(promise, line(3, 600, "查到了，週五發出"))
    assert not broken(promise, others=(line(0, 86_000, "您的包裹已經補寄了"),))


def test_a_late_follow_up_is_a_signal_with_both_lines() -> None:
    (seen,) = broken(line(2, 0, "5分钟内回复您"), line(7, 400, "查好了，明天发货"))
    assert seen.lines == (2, 7)
    assert "that happened at 10-07 10:06:40" in str(seen.said)


def test_neither_the_same_breath_nor_politeness_nor_another_promise_is_a_follow_up() -> None:
    chat = [
        line(2, 0, "稍後回覆您"),
        line(3, 5, "還有其他問題可以先說"),
        line(4, 60, "谢谢您"),
        line(5, 90, "稍等，我再問問"),
    ]
    assert [seen.lines for seen in broken(*chat)] == [(2,), (5,)]


def test_a_promise_that_still_has_time_is_not_broken() -> None:
    assert not broken(line(2, 0, "明天答覆您"), until=START + timedelta(hours=8))


def test_all_signals_come_in_one_list_and_a_good_conversation_has_none() -> None:
    good = [line(1, 0, "在吗", "customer"), line(2, 9, "您好，在的", waited=9)]
    assert signals(good, (), LATER) == []
    bad = [line(1, 0, "在吗", "customer"), line(2, 70, "稍後回覆", waited=70)]
    kinds = [seen.signal for seen in signals(bad, (), LATER)]
    assert kinds == [Signal.NO_COURTESY, Signal.SLOW, Signal.SLOW, Signal.PROMISE]
