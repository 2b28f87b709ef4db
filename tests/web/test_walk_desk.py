"""The month of the head of a desk, of an agent, and of HR, walked in a browser from sign-in to result."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect

from kaohe.core.language import Language
from web.walking import DESK, MONTH, Walker, Walking

CLOSED = "desk/demo-shop/2026-09/"
RATED, SAMPLED = "desk/duties-attitude/2026-10/", "desk/sampled-quality/2026-10/"
PAGES: dict[str, tuple[str, ...]] = {
    "head": (
        "",
        *(MONTH + one for one in ("overview/", "ranking/", "ranking/?week=all", "board/", "signals/")),
        *(MONTH + one for one in ("ledger/", "targets/", "appeals/", "life/", "month/d04/")),
        *(DESK + one for one in ("people/", "people/one/?person=d02", "imports/")),
        RATED + "forms/",
        *(SAMPLED + one for one in ("samples/", "samples/conversations/agreement/")),
    ),
    "agent": (
        *(MONTH + one for one in ("month/", "ranking/", "board/", "appeals/", "payslip/")),
        CLOSED + "month/",
    ),
    "hr": (
        "account/",
        *(MONTH + one for one in ("life/", "payslips/", "payslips/of/d04/", "payslips/payroll/columns/")),
        CLOSED + "life/",
        *(DESK + one for one in ("policy/", "policy/of/presale-desk/")),
    ),
    "rater": (RATED + "forms/duties/", RATED + "forms/attitude/", "desk/duties-attitude/policy/"),
    "reviewer": (SAMPLED + "samples/", "desk/sampled-quality/policy/of/sampled-quality/"),
    "admin": tuple(
        f"{DESK}administration/{one}" for one in ("", "tokens/", "trail/", "jobs/", "desks/", "backups/")
    ),
}
LOST = "table.ladder a.figure.loss"
FIGURES: dict[str, str] = {"head": MONTH + "overview/", "agent": MONTH + "month/", "hr": MONTH + "payslips/"}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("role", PAGES)
def test_every_page_of_a_role_is_for_everyone_in_every_language(
    walking: Walking, role: str, language: Language
) -> None:
    walker = walking(role, language)
    walker.look()
    for where in PAGES[role]:
        walker.go(where)
        walker.look()


@pytest.mark.parametrize("role", FIGURES)
def test_a_reason_is_opened_and_closed_by_the_keyboard_alone(walking: Walking, role: str) -> None:
    walker = walking(role)
    page = walker.go(FIGURES[role])
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    figure = page.locator("main a.figure").first
    for _ in range(20):
        if figure.evaluate("one => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(figure).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#why .reason-sentence").first).to_be_visible()
    leaf = page.locator("#why details.reason-node").first
    leaf.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(leaf.locator(".reason-inside .reason-label, .reason-inside .reason-days").first).to_be_visible()
    walker.look()
    page.keyboard.press("Escape")
    expect(page.locator("#why-panel")).to_be_hidden()
    expect(figure).to_be_focused()


def test_the_head_narrows_the_overview_and_enters_what_counts_at_once(walking: Walking) -> None:
    walker = walking("head", Language.ZH_HANT)
    page = walker.enter()
    expect(page).to_have_url(re.compile(r"/overview/$"))
    expect(page.locator(".tile", has_text="阻礙關帳的事項").locator("a")).not_to_have_text("0")
    expect(page.locator("table.people tbody tr", has_text="阿菊")).to_contain_text(
        re.compile("付款客單價 −[0-9]")
    )
    page.click("table.people tbody tr:has-text('阿菊') th a")
    expect(page.locator("table.people tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?person=d04$"))
    expect(page.locator(".chart svg")).to_have_count(7)

    walker.way("ledger")
    page.select_option("#enter-person", "d02")
    page.select_option("#enter-item", "praise")
    page.fill("#enter-note", "顧客來信感謝")
    page.click("form.enter .btn-primary")
    expect(page.locator(".alert-success")).to_be_visible()
    row = page.locator("tbody tr", has_text="顧客來信感謝")
    expect(row).not_to_contain_text("尚未計算")
    expect(page.locator(".under-way")).to_have_count(0)
    walker.look()


def test_an_agent_appeals_against_a_lost_point_and_the_head_makes_it_good(walking: Walking) -> None:
    agent = walking("agent", Language.ZH_HANS)
    opened_to_the_chat(agent)
    page = agent.page
    page.click(".reason-appeal summary")
    page.fill("#appeal-text", "这位顾客当天就付了款。")
    page.click(".reason-appeal .btn-primary")
    expect(page.locator(".reason-appeal .badge.waits")).to_have_text("待答复")
    points = agent.go(MONTH + "month/").locator(".tile", has_text="行为考核得分").locator("dd").inner_text()

    head = walking("head", Language.EN)
    head.enter()
    head.way("appeals").click("tbody th a")
    expect(head.page.locator(".reason-here .reason-sentence").first).to_be_visible()
    head.arrived()
    head.look()
    head.page.check("[name=decision][value=upheld]")
    head.page.fill("#answer-reason", "The order came in the same evening.")
    head.page.select_option("[name=item]", "praise")
    head.page.fill("[name=day]", "2026-10-14")
    head.page.click(".appeal-form .btn-primary")
    expect(head.page.locator(".badge.upheld").first).to_be_visible()
    head.look()

    agent.way("appeals").click("tbody th a")
    expect(page.locator(".badge.upheld").first).to_be_visible()
    expect(page.locator(".appeal-text").last).to_contain_text("same evening")
    head.way("ledger")
    expect(head.page.locator(".under-way")).to_have_count(0)
    agent.go(MONTH + "month/")
    moved = page.locator("section", has=page.locator("#moved-title"))
    expect(moved).to_contain_text("行为考核得分")
    expect(page.locator(".tile", has_text="行为考核得分").locator("dd")).not_to_have_text(points)
    agent.look()


def opened_to_the_chat(agent: Walker) -> None:
    """Open the first lost point of the month down to a conversation, as its address then names it."""
    page = agent.page
    expect(page).to_have_url(re.compile(r"/month/$"))
    agent.arrived()
    page.locator(LOST).first.click()
    expect(page.locator("#why .reason-sentence").first).to_be_visible()
    while not page.locator("#why .chat-opener").count():
        leaf = page.locator("#why details.reason-node:not([open]) > summary:visible").last
        leaf.click()
        expect(page.locator("#why .waiting:visible")).to_have_count(0)
    page.locator("#why .chat-opener:visible").first.click()
    expect(page.locator("#why .chat-line.customer").first).to_be_visible()
    expect(page.locator("#why .chat-line.agent").first).to_be_visible()
    agent.look()
    link = page.locator("#why .reason-link").get_attribute("href")
    assert link
    assert "&open=" in link
    agent.go(link)
    expect(page.locator(".chat-line.customer").first).to_be_visible()


def test_hr_closes_the_month_and_pays_it(walking: Walking, tmp_path: Path) -> None:
    hr = walking("hr", Language.EN)
    hr.enter()
    page = hr.way("life")
    expect(page.locator(".owed h3").first).to_contain_text("Confirmations that a rule asks for")
    page.check("[name=sure]")
    with hr.refused():
        page.click(".freezes .btn-primary")
        expect(page.locator(".invalid-feedback").first).to_be_visible()
    hr.look()
    for field in page.locator("[name^=why-]").all():
        field.fill("looked through with the head of the desk")
    page.check("[name=sure]")
    page.click(".freezes .btn-primary")
    expect(page.locator(".states .here")).to_have_text("closed")
    hr.look()

    page = hr.way("payslips")
    assert taken(page, "tbody tr:first-child a[download]", tmp_path).startswith(b"%PDF")
    page.click("#paper form:has([value=zip]) button")
    assert taken(page, "#paper a[download]", tmp_path).startswith(b"PK")
    page.click("#payroll-title ~ p a[href$='/columns/']")
    page.fill("[name=header-2]", "Employee")
    page.click("form .btn-primary")
    expect(page.locator("[name=header-2]")).to_have_value("Employee")
    hr.way("payslips")
    rows = list(csv.DictReader(io.StringIO(taken(page, "a[href$='/csv/']", tmp_path).decode("utf-8-sig"))))
    listed = page.locator("tbody tr").count()
    assert [one["Employee"] for one in rows] == page.locator("tbody th").all_inner_texts()
    assert len(rows) == listed > 0
    hr.look()


def test_hr_corrects_a_closed_month_verifies_and_archives_it(walking: Walking, tmp_path: Path) -> None:
    head = walking("head", Language.EN)
    head.go(CLOSED + "ledger/")
    head.page.select_option("#enter-person", "d02")
    head.page.select_option("#enter-item", "praise")
    head.page.fill("#enter-note", "found too late")
    head.page.click("form.enter .btn-primary")
    expect(head.page.locator(".alert-success")).to_be_visible()

    hr = walking("hr", Language.ZH_HANS)
    page = hr.go(CLOSED + "life/")
    page.fill("#because", "漏登的表扬")
    page.click("form[action$='/correct/'] button")
    expect(page.locator(".states .here")).to_have_text("已更正")
    row = page.locator("section:has(#correction-2) tbody tr", has_text="阿梅")
    expect(row.locator("td.gain")).to_contain_text("+")
    expect(page.locator("section:has(#correction-2) tbody tr", has_text="小竹")).to_contain_text("阿梅：")
    hr.look()
    page.click("form[action$='/verify/'] button")
    expect(page.locator("#work .done", has_text="核对").first).to_contain_text("第 2 版")
    page.click("form[action$='/archive/'] button")
    assert taken(page, "#work a[download]", tmp_path)
    hr.look()


def taken(page: Page, link: str, folder: Path) -> bytes:
    """Return what a link hands out."""
    with page.expect_download() as expected:
        page.click(link)
    given: Download = expected.value
    file = folder / given.suggested_filename
    given.save_as(file)
    return file.read_bytes()
