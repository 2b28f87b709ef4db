from collections import Counter
from datetime import date

from demo.plain import DAY, Said, chats, moment, orders, streams, table
from kaohe.demo.shop import Shop

PHRASE = "非誠勿擾，示範旗艦店期待您的再次光臨"
ROBOT = "示範旗艦店:服务助手"
MISUSER = "示範旗艦店:阿菊"
NIGHT = "示範旗艦店:夜班"


def rebuffed(stream: list[Said]) -> bool:
    return sum(PHRASE in line.text for line in stream if line.by_agent) >= 2


def customers_lines(stream: list[Said]) -> list[Said]:
    return [line for line in stream if line.by_customer]


def test_logs_are_gb18030_and_not_utf8(shop: Shop) -> None:
    for file in shop.files:
        if file.format == "qianniu-chat":
            raw = file.path.read_bytes()
            assert "示範旗艦店".encode("gb18030") in raw
            assert "示範旗艦店".encode() not in raw
            assert b"\n" not in raw.replace(b"\r\n", b"")


def test_every_account_has_a_log_a_month_and_one_is_copied_from_the_window(shop: Shop) -> None:
    for month in shop.months:
        logs = [file for file in shop.files if file.format == "qianniu-chat" and file.month == month]
        assert len(logs) == len({file.account for file in logs}) == 9
        copied = [
            file for file in logs if not file.path.read_bytes().decode("gb18030").startswith("单聊\r\n")
        ]
        assert [file.account for file in copied] == ["示範旗艦店:小松"]
        text = copied[0].path.read_bytes().decode("gb18030")
        assert "\r\n已读\r\n" in text
        assert "\r\n未读\r\n" in text
        assert "撤回了一条消息\r\n" in text


def test_a_log_holds_its_months_lines_alone(shop: Shop) -> None:
    for month in shop.months:
        assert {f"{line.at:%Y-%m}" for line in chats(shop, month)} == {month}


def test_customers_agents_and_robots_all_speak_and_nobody_else(shop: Shop) -> None:
    said = Counter(
        "customer" if line.by_customer else "agent" if line.by_agent else line.nick for line in chats(shop)
    )
    assert said.keys() == {"customer", "agent", ROBOT}
    assert 0.9 < said["agent"] / said["customer"] < 1.4
    assert 0.02 < said[ROBOT] / said.total() < 0.08


def test_some_lines_run_over_several_rows(shop: Shop) -> None:
    assert any("\n" in line.text for line in chats(shop))


def test_both_scripts_are_spoken(shop: Shop) -> None:
    texts = {line.text for line in chats(shop) if line.by_customer}
    assert {"谢谢", "謝謝您"} <= texts


def test_some_lines_fall_into_one_second_and_some_of_them_are_equal(shop: Shop) -> None:
    seconds = Counter((line.account, line.customer, line.nick, line.at) for line in chats(shop))
    equal = Counter((line.account, line.customer, line.nick, line.at, line.text) for line in chats(shop))
    assert sum(count > 1 for count in seconds.values()) > 100
    assert any(count > 1 for count in equal.values())


def test_some_conversations_run_over_midnight(shop: Shop) -> None:
    held = streams(chats(shop))
    over = [
        (account, customer)
        for (account, customer, day), lines in held.items()
        if lines[-1].at.hour == 23
        and any(
            later[0].at - lines[-1].at < DAY / 24
            for later in [held.get((account, customer, str(date.fromisoformat(day) + DAY)), [])]
            if later
        )
    ]
    assert over


def test_evenings_and_weekends_are_busier(shop: Shop) -> None:
    by_hour = Counter(line.at.hour for line in chats(shop))
    assert min(by_hour[hour] for hour in (20, 21)) > 1.2 * by_hour[15]
    ordinary = [line.at for line in chats(shop) if line.at.day != 20]
    days = {at.date() for at in ordinary}
    weekend = sum(at.weekday() >= 5 for at in ordinary) / sum(day.weekday() >= 5 for day in days)
    midweek = sum(at.weekday() < 5 for at in ordinary) / sum(day.weekday() < 5 for day in days)
    assert weekend > 1.15 * midweek


def test_a_campaign_day_has_much_more_traffic(shop: Shop) -> None:
    for month in shop.months:
        by_day = Counter(line.at.day for line in chats(shop, month))
        assert by_day[20] > 1.5 * sum(by_day.values()) / len(by_day)


def test_advertisers_send_one_line_and_are_rebuffed_with_the_phrase_twice(shop: Shop) -> None:
    shown_out = [
        stream for key, stream in streams(chats(shop)).items() if rebuffed(stream) and key[0] != MISUSER
    ]
    assert len(shown_out) > 30
    assert all(len(customers_lines(stream)) == 1 for stream in shown_out)


def test_one_agent_sends_the_phrase_to_real_customers_and_is_found_out_in_that_week(shop: Shop) -> None:
    misused = [
        stream
        for key, stream in streams(chats(shop)).items()
        if rebuffed(stream) and len(customers_lines(stream)) > 1
    ]
    assert len(misused) >= 5
    assert {stream[0].account for stream in misused} == {MISUSER}
    found = [entry for entry in table(shop, "entries") if entry["item"] == "phrase_misuse"]
    assert [(entry["person"], entry["day"]) for entry in found] == [("d04", "2026-10-18")]
    assert any(15 <= stream[0].at.day <= 21 for stream in misused)


def test_some_single_lines_are_answered_with_three_or_more(shop: Shop) -> None:
    nagged = [
        stream
        for stream in streams(chats(shop)).values()
        if len(customers_lines(stream)) == 1 and sum(line.by_agent for line in stream) >= 3
    ]
    assert len(nagged) > 10


def test_agents_also_write_first(shop: Shop) -> None:
    assert any(not customers_lines(stream) for stream in streams(chats(shop)).values())


def test_conversations_are_handed_over_between_accounts(shop: Shop) -> None:
    handed = [line for line in chats(shop) if line.by_agent and ("转" in line.text or "轉給" in line.text)]
    days = {(line.customer, f"{line.at:%Y-%m-%d}") for line in handed}
    accounts: dict[tuple[str, str], set[str]] = {}
    for account, customer, day in streams(chats(shop)):
        accounts.setdefault((customer, day), set()).add(account)
    assert sum(len(accounts[key]) > 1 for key in days) > 20


def test_few_customers_get_no_answer(shop: Shop) -> None:
    held = [stream for stream in streams(chats(shop)).values() if customers_lines(stream)]
    unanswered = [stream for stream in held if not any(line.by_agent for line in stream)]
    assert 0 < len(unanswered) / len(held) < 0.03


def test_earlier_buyers_come_back_within_a_fortnight_in_the_first_days_too(shop: Shop) -> None:
    paid = {
        row["买家会员名"]: moment(row["订单付款时间"]).date()
        for row in orders(shop).values()
        if row["订单付款时间"]
    }
    back = [
        line
        for line in chats(shop)
        if line.by_customer and 2 <= (line.at.date() - paid.get(line.customer, date.max)).days <= 14
    ]
    assert len({line.customer for line in back}) > 100
    assert min(line.at.date() for line in back) <= date(2026, 9, 2)


def test_odd_nicks_speak(shop: Shop) -> None:
    nicks = {line.customer for line in chats(shop)} | {row["买家会员名"] for row in orders(shop).values()}
    for odd in ("=茶香四溢", '愛喝茶的"老王"', "茶,友,會", "喝茶 的 貓", "茶友(北方)", "00123456", "N/A"):
        assert odd in nicks


def test_the_night_account_changes_hands_and_nobody_holds_it_for_a_day(shop: Shop) -> None:
    held = [row for row in table(shop, "accounts") if row["account"] == NIGHT]
    assert [(row["person"], row["from"], row["to"]) for row in held] == [
        ("d03", "", "2026-10-15"),
        ("d05", "2026-10-17", ""),
    ]
    days = {line.at.date() for line in chats(shop) if line.account == NIGHT}
    assert {date(2026, 10, 14), date(2026, 10, 16), date(2026, 10, 18)} <= days
