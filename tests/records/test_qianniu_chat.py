"""千牛 chat logs, saved and copied, as people hand them in."""

from datetime import date
from pathlib import Path

import pytest

from kaohe.core.problem import ProblemsFound, Severity
from kaohe.records.importing import ImportReport, import_files
from kaohe.records.store import Store, open_store
from records.shops import SHANGHAI, told

HYPHENS, EQUALS = "-" * 28, "=" * 64
DAY = date(2026, 10, 1)


def block(customer: str, *lines: str) -> str:
    return "\n".join([f"{HYPHENS}{customer}{HYPHENS}", *lines, EQUALS]) + "\n"


def imported(
    folder: Path, log: str, name: str = "旗艦店_小美.txt", encoding: str = "gb18030", **options: str
) -> ImportReport:
    file = folder / name
    file.write_bytes(log.replace("\n", "\r\n").encode(encoding))
    return import_files(folder / "store", "qianniu-chat", [file], timezone=SHANGHAI, **options)  # type: ignore[arg-type]


def opened(folder: Path) -> Store:
    return open_store(folder / "store", zone=SHANGHAI)


def said(folder: Path, shop: str = "旗艦店") -> list[tuple[str, str, str, str]]:
    rows = opened(folder).messages(shop, DAY).to_pylist()
    return [(row["account"], row["sender"], f"{row['sent_at']:%H:%M:%S}", row["text"]) for row in rows]


SAVED = block(
    "tb老王",
    "tb老王(2026-10-01 09:00:00):  在吗",
    "旗艦店:小美(2026-10-01 09:00:05):  亲，在的",
    "  第二行",
    "",
    "(括号)也算",
    "tb老王(2026-10-01 09:00:06):  ",
)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-8"])
def test_a_saved_log_is_read_with_the_further_lines_of_each_text(tmp_path: Path, encoding: str) -> None:
    report = imported(tmp_path, "单聊\n" + SAVED, encoding=encoding)
    assert not report.problems
    assert said(tmp_path) == [
        ("旗艦店:小美", "customer", "09:00:00", "在吗"),
        ("旗艦店:小美", "agent", "09:00:05", "亲，在的\n  第二行\n\n(括号)也算"),
        ("旗艦店:小美", "customer", "09:00:06", ""),
    ]


def test_a_copied_log_is_read_without_its_marks(tmp_path: Path) -> None:
    log = block(
        "tb12",
        "tb122026-10-1 9:00:00",
        "已读",
        "旗艦店:小美2026-10-1 9:00:05",
        "亲",
        "已读",
        "tb12撤回了一条消息",
        "旗艦店:小美2026-10-1 9:00:07",
        "未读",
        "旗艦店:小美2026-10-1 10:00:08",
        "他说 撤回了一条消息",
        "已读",
    )
    assert not imported(tmp_path, log).problems
    assert said(tmp_path) == [
        ("旗艦店:小美", "customer", "09:00:00", "已读"),
        ("旗艦店:小美", "agent", "09:00:05", "亲"),
        ("旗艦店:小美", "system", "09:00:05", "tb12撤回了一条消息"),
        ("旗艦店:小美", "agent", "09:00:07", ""),
        ("旗艦店:小美", "agent", "10:00:08", "他说 撤回了一条消息"),
    ]


def test_a_customers_line_belongs_to_the_account_that_answers_it(tmp_path: Path) -> None:
    log = block(
        "c",
        "c(2026-10-01 09:00:00):  1",
        "旗艦店:小美(2026-10-01 09:00:01):  2",
        "c(2026-10-01 09:00:02):  3",
        "旗艦店:小松(2026-10-01 09:00:03):  4",
        "c(2026-10-01 09:00:04):  5",
    )
    imported(tmp_path, log, account="旗艦店:別人")
    assert [(account, text) for account, _, _, text in said(tmp_path)] == [
        ("旗艦店:小美", "1"),
        ("旗艦店:小美", "2"),
        ("旗艦店:小美", "3"),
        ("旗艦店:小松", "4"),
        ("旗艦店:小松", "5"),
    ]


def test_robots_are_known_by_their_nick_or_by_a_mark(tmp_path: Path) -> None:
    log = block(
        "c",
        "c(2026-10-01 09:00:00):  1",
        "旗艦店:服务助手(2026-10-01 09:00:00):  welcome",
        "旗艦店:小美(2026-10-01 09:00:01):  [自动回复]稍等",
        "系统(2026-10-01 09:00:01):  转接",
        "旗艦店:小美(2026-10-01 09:00:02):  [好的]",
    )
    imported(tmp_path, log)
    assert [(account, sender) for account, sender, _, _ in said(tmp_path)] == [
        ("旗艦店:小美", "customer"),
        ("旗艦店:小美", "robot"),
        ("旗艦店:小美", "robot"),
        ("旗艦店:小美", "system"),
        ("旗艦店:小美", "agent"),
    ]


def test_a_block_without_a_line_of_ours_goes_by_the_account_given_or_the_files_name(
    tmp_path: Path,
) -> None:
    log = block("c", "c(2026-10-01 09:00:00):  在吗")
    by_name = imported(tmp_path, log)
    assert [(one.code, one.severity) for one in by_name.problems] == [("R132", Severity.WARNING)]
    given = imported(tmp_path, log.replace("在吗", "有人吗"), account="旗艦店:小松", name="export.txt")
    assert not given.problems
    assert [(account, text) for account, _, _, text in said(tmp_path)] == [
        ("旗艦店:小美", "在吗"),
        ("旗艦店:小松", "有人吗"),
    ]


def test_the_shop_must_be_named_where_no_account_names_it(tmp_path: Path) -> None:
    log = block("c", "c(2026-10-01 09:00:00):  在吗", "Lily(2026-10-01 09:00:01):  hi")
    with pytest.raises(ProblemsFound) as caught:
        imported(tmp_path, log)
    assert told(caught.value.problems, tmp_path)[0] == (
        "旗艦店_小美.txt: Nothing says whose chats these are: the account “Lily” names no shop. [R133]"
    )
    imported(tmp_path, log, shop="S")
    assert [account for account, *_ in said(tmp_path, "S")] == ["Lily", "Lily"]


def test_group_chats_and_lines_outside_all_blocks_are_left_out_with_a_warning(tmp_path: Path) -> None:
    group = block("一群人", "张三(2026-10-01 09:00:00):  大家好")
    log = f"导出说明\n单聊\n{SAVED}群聊\n{group}单聊\n" + block("c", "c(2026-10-01 09:00:00):  在吗")
    report = imported(tmp_path, log, account="旗艦店:小美")
    assert [(one.code, one.message.gaps["count"]) for one in report.problems] == [("R130", 1), ("R131", 1)]
    assert len(said(tmp_path)) == 4


def test_a_block_that_breaks_off_with_the_file_or_the_next_block_is_kept(tmp_path: Path) -> None:
    log = SAVED.removesuffix(EQUALS + "\n") + SAVED.replace("tb老王", "d").removesuffix(EQUALS + "\n")
    imported(tmp_path, log)
    assert len(said(tmp_path)) == 6


TWICE = SAVED + SAVED.replace("tb老王", "tb小李")


def test_a_log_that_breaks_off_between_two_lines_is_told(tmp_path: Path) -> None:
    report = imported(tmp_path, TWICE[: TWICE.rindex("(括号)")])
    assert told(report.problems, tmp_path) == [
        (
            "旗艦店_小美.txt:13: The log breaks off in the block of “tb小李”, which begins on line 9: "
            "no row of 64 equals signs ends it. [R143]"
        ),
        "  expected: a row of 64 equals signs at the end of each block",
        "  cure: Save the log again if lines are missing; lines that came in already are not doubled.",
    ]
    assert (report.rows_new, report.rows_quarantined) == (5, 0)


@pytest.mark.parametrize(
    ("end", "left", "new"),
    [
        ("旗艦店:小美(2026-10-01 09:00:05):  亲", "旗艦店:小美(2026-10-01 09:00:05):  亲", 4),
        ("tb小李(2026-10-01 09:00:06):", "tb小李(2026-10-01 09:00:06):", 5),
        ("tb小李(2026-10-01 09:0", "tb小李(2026-10-01 09:0", 5),
        ("tb小李(2026-", "tb小李(2026-", 5),
    ],
    ids=["in a text", "after a header", "in a time", "in a date"],
)
def test_the_line_in_which_a_log_breaks_off_is_set_aside(
    tmp_path: Path, end: str, left: str, new: int
) -> None:
    report = imported(tmp_path, TWICE[: TWICE.rindex(end) + len(end)])
    assert [one.code for one in report.problems] == ["R143", "R231"]
    assert report.problems[1].found == left
    assert (report.rows_new, report.rows_quarantined) == (new, 1)
    assert imported(tmp_path, TWICE, name="again.txt").rows_new == 6 - new


def test_a_log_that_breaks_off_in_the_row_of_equals_signs_has_all_its_lines(tmp_path: Path) -> None:
    report = imported(tmp_path, TWICE[:-20])
    assert [one.code for one in report.problems] == ["R143"]
    assert imported(tmp_path, TWICE, name="again.txt").rows_new == 0


def test_what_is_left_of_a_line_stays_in_quarantine_until_it_is_mended(tmp_path: Path) -> None:
    end = TWICE.rindex("09:00:06")
    (first,) = imported(tmp_path, TWICE[:end]).quarantines
    again = import_files(
        tmp_path / "store", "qianniu-chat", [first], timezone=SHANGHAI, account="旗艦店:小美"
    )
    assert (again.rows_new, again.rows_quarantined, again.retired) == (0, 1, (first,))
    (file,) = again.quarantines
    file.write_text(
        file.read_text(encoding="utf-8-sig").replace("2026-10-01 ", "2026-10-01 09:00:06):  "),
        encoding="utf-8-sig",
    )
    mended = import_files(
        tmp_path / "store", "qianniu-chat", [file], timezone=SHANGHAI, account="旗艦店:小美"
    )
    assert (mended.rows_new, mended.retired) == (1, (file,))


def test_a_log_that_ends_no_block_is_whole(tmp_path: Path) -> None:
    log = TWICE.replace(EQUALS + "\n", "")
    assert not imported(tmp_path, log).problems
    assert not imported(tmp_path, log.rstrip(), name="旗艦店_小松.txt").problems


def test_an_account_that_nobody_knows_is_told_with_those_that_are_known(tmp_path: Path) -> None:
    accounts = tmp_path / "accounts.csv"
    accounts.write_text(
        "shop,account,person\n旗艦店,旗艦店:小美,ann\n旗艦店,旗艦店:小松,bo\n", encoding="utf-8"
    )
    import_files(tmp_path / "store", "table", [accounts], timezone=SHANGHAI)
    log = block("c", "c(2026-10-01 09:00:00):  在吗")
    assert told(imported(tmp_path, log, name="旗艦店_小梅.txt").problems, tmp_path) == [
        (
            "旗艦店_小梅.txt: 1 blocks without a line of ours are counted for “旗艦店:小梅”, "
            "by the file's name, and the table “accounts” has no such account. [R144]"
        ),
        "  found: 旗艦店:小梅",
        "  expected: one of the known accounts: 旗艦店:小松, 旗艦店:小美",
        "  cure: Name the account: --account '旗艦店:小美', or name the file after it.",
    ]
    assert [one.code for one in imported(tmp_path, log).problems] == ["R132"]


def test_the_shop_that_is_told_overrules_the_nicks_with_a_warning(tmp_path: Path) -> None:
    report = imported(tmp_path, SAVED, shop="S")
    assert [(one.code, one.found) for one in report.problems] == [("R140", "旗艦店")]
    assert len(said(tmp_path, "S")) == 3


@pytest.mark.parametrize("encoding", ["utf-16", "big5"])
def test_a_log_is_read_in_the_encoding_that_it_is_in(tmp_path: Path, encoding: str) -> None:
    log = block(
        "王小姐", "王小姐(2026-10-01 09:00:00):  請問有貨嗎", "旗艦店:小美(2026-10-01 09:00:05):  有的"
    )
    assert not imported(tmp_path, log, encoding=encoding).problems
    assert [text for *_, text in said(tmp_path)] == ["請問有貨嗎", "有的"]


def test_a_table_is_no_chat_log(tmp_path: Path) -> None:
    with pytest.raises(ProblemsFound, match="R139"):
        imported(tmp_path, "shop,order_id,customer,created_at,amount\nS,1,c,2026-10-01 10:00:00,5\n")


def test_a_network_prefix_is_no_part_of_a_nick(tmp_path: Path) -> None:
    imported(tmp_path, SAVED.replace("tb老王", "cntaobaotb老王").replace("旗艦店:", "cntaobao旗艦店:"))
    assert {row["customer"] for row in opened(tmp_path).messages("旗艦店", DAY).to_pylist()} == {"tb老王"}


def test_a_line_at_an_impossible_time_can_be_mended(tmp_path: Path) -> None:
    report = imported(tmp_path, SAVED.replace("2026-10-01 09:00:05", "2026-10-01 29:00:05"))
    assert "\n".join(told(report.problems, tmp_path)).splitlines() == [
        "旗艦店_小美.txt:3, column “text”: This is not a time. [R203]",
        "  found: 旗艦店:小美(2026-10-01 29:00:05):  亲，在的",
        "  第二行",
        "",
        "(括号)也算",
        "  expected: YYYY-MM-DD HH:MM:SS, such as 2026-10-01 09:30:00, from 00:00:00 to 23:59:59",
    ]
    (file,) = report.quarantines
    mended = file.read_text(encoding="utf-8-sig").replace(" 29:", " 09:")
    again = imported(tmp_path, mended.replace("\r\n", "\n"), name="mended.txt", encoding="utf-8-sig")
    assert not again.problems
    assert len(said(tmp_path)) == 3


def test_the_same_log_again_changes_nothing(tmp_path: Path) -> None:
    imported(tmp_path, SAVED)
    version = opened(tmp_path).version()
    assert imported(tmp_path, SAVED, name="again.txt").rows_unchanged == 3
    assert opened(tmp_path).version() == version


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "R106"),
        ("单聊\n你好\n".encode("gb18030"), "R129"),
        (SAVED.partition("王(2026-10-01 09:00:06")[0].encode("gb18030") + b"\xcd", "R137"),
        (SAVED.encode("gb18030") + b"\xff\xff\n", "R104"),
        (b"PK\x03\x04", "R121"),
    ],
    ids=["empty", "no chat", "cut in a character", "broken bytes", "a workbook"],
)
def test_a_file_that_is_no_chat_log_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    file = tmp_path / "旗艦店_小美.txt"
    file.write_bytes(content)
    with pytest.raises(ProblemsFound, match=code):
        import_files(tmp_path / "store", "qianniu-chat", [file], timezone=SHANGHAI)
    assert not (tmp_path / "store" / "messages").exists() or not opened(tmp_path).partitions()
