"""The month's work of a rater, a reviewer, an administrator, and of whoever imports or keeps the policy."""

import json
import re
from pathlib import Path
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, FilePayload, Page, expect

from kaohe.core.language import Language
from web.walking import DESK, Walking


def test_a_rater_scores_a_form_with_the_keyboard_and_hands_it_in(walking: Walking) -> None:
    walker = walking("rater", Language.ZH_HANT)
    page = walker.page
    page.click("a[href$='/forms/attitude/'] >> nth=0")
    for last in (False, True):
        rows = page.locator("[data-row]")
        expect(rows.first.locator("input[type=radio]").first).to_be_focused()
        walker.arrived()
        for number in range(rows.count()):
            page.keyboard.press(str(1 + number % 5))
        expect(page.locator("[data-state]", has_text="已存")).to_have_count(rows.count())
        expect(page.locator("[data-sheet-left]")).to_have_text("✓")
        if not last:
            page.keyboard.press("Enter")
            expect(page).to_have_url(re.compile(r"\?sheet="))
            walker.arrived()
    expect(page.locator("[data-left]")).to_have_text("0")
    walker.look()
    page.click("[data-hand-in]")
    expect(page.locator(".form-cards")).to_contain_text("已交 10 / 10")
    walker.look()
    page.click("a[href$='/forms/attitude/'] >> nth=0")
    expect(page.locator("#spread-title")).to_be_visible()
    walker.look()


def test_a_reviewer_scores_a_conversation_and_hands_it_in(walking: Walking) -> None:
    walker = walking("reviewer", Language.ZH_HANS)
    page = walker.page
    page.click("main .btn-primary")
    expect(page.locator(".chat-body")).to_be_visible()
    walker.look()
    rows = page.locator("[data-row]")
    expect(rows.first.locator("input[type=radio]").first).to_be_focused()
    for _ in range(rows.count()):
        page.keyboard.press("2")
    expect(page.locator("[data-left]")).to_have_text("0")
    expect(page.locator("[data-unsent]")).to_have_text("1")
    page.click(".scoring-foot form button")
    expect(page.locator(".case-list .badge-done")).to_have_count(1)
    expect(page.locator(".case-list .badge-done")).to_contain_text("已交")
    walker.look()


def late_orders(demo: Path) -> FilePayload:
    """Return two orders that the store has not, and one that no store takes."""
    file = next((demo / "files" / "exports" / "2026-10").glob("ExportOrderList*.csv"))
    header, *lines = file.read_text("gb18030").splitlines()
    new = [line.replace("300000", "399999", 1) for line in lines[:3]]
    new[2] = new[2].replace("2026/", "20x6/")
    content = "\n".join([header, *new]) + "\n"
    return {"name": "late.csv", "mimeType": "text/csv", "buffer": content.encode("gb18030")}


def dropped(page: Page, file: FilePayload) -> None:
    page.set_input_files("#files", [file])
    page.click("form.drop-zone .btn-primary")
    expect(page.locator("#files")).not_to_have_attribute("type", "file")


def test_files_are_recognised_imported_with_their_bad_rows_aside_and_taken_back(
    walking: Walking, demo: Path
) -> None:
    walker = walking("head")
    page = walker.go(DESK + "imports/")
    dropped(page, {"name": "letter.csv", "mimeType": "text/csv", "buffer": b"dear,all\nhello,you\n"})
    expect(page.locator(".file-list")).to_contain_text("No format that kaohe knows")
    walker.look()
    page.click("form[action$='/discard/'] button")
    dropped(page, late_orders(demo))
    expect(page.locator(".file-list")).to_contain_text("Taobao")
    expect(page.locator("section", has=page.locator("#seen"))).to_contain_text("1 of them would stay out")
    walker.look()
    page.click("form[action$='/run/'] button")
    expect(page.locator("#moved")).to_be_visible()
    expect(page.locator(".job")).to_contain_text("orders: 2 rows new")
    walker.look()
    with page.expect_download() as taken:
        page.click("a[href*='/quarantine/']")
    assert "20x6/" in taken.value.path().read_text("utf-8-sig")
    page.click("form[action$='/undo/'] button")
    expect(page.locator("main")).to_contain_text("Taken back on")
    walker.look()


def test_a_band_is_changed_in_a_draft_tried_out_and_published_with_a_date(walking: Walking) -> None:
    walker = walking("hr", Language.ZH_HANT)
    page = walker.go(DESK + "policy/")
    page.fill("#title", "提高獎勵")
    page.click("form[action$='/drafts/'] .btn-primary")
    text = page.input_value("#text")
    walker.arrived()
    page.fill("#text", text.replace("unit: count", "unit: cout", 1))
    cure = page.locator("[data-cure-line]")
    expect(cure).to_have_text("是否想寫「count」？")
    walker.look()
    cure.click()
    expect(page.locator("#said")).to_contain_text("沒有錯誤")
    assert page.input_value("#text") == text
    page.fill("#text", changed(text))
    expect(page.locator("#said")).to_contain_text("沒有錯誤")
    page.click("#draft .btn-primary")
    expect(page.locator(".alert-success")).to_be_visible()
    page.click("a[href$='/changes/']")
    expect(page.locator("del").first).to_be_visible()
    walker.look()
    page.go_back()
    page.click("button[value=simulate]")
    page.click("a[href*='/effects/']")
    expect(page.locator(".chart svg")).to_be_visible()
    walker.look()
    page.go_back()
    page.fill("#since", "2026-12-01")
    page.click("form[action$='/publish/'] .btn-primary")
    expect(page.locator(".alert-success")).to_contain_text("2026-12-01")
    expect(page.locator(".badge", has_text="待生效")).to_have_count(1)
    walker.look()


def changed(text: str) -> str:
    """Return the policy with a band of the target's completion that gives more."""
    band = "{from: 60%, to: 80%, give: 1}"
    assert band in text
    return text.replace(band, band.replace("give: 1", "give: 2")).replace("version: 1\n", "version: 2\n", 1)


def test_an_administrator_makes_an_account_a_token_and_a_back_up_and_the_trail_says_so(
    walking: Walking, chromium: Browser, served: str
) -> None:
    walker = walking("admin")
    page = walker.page
    page.fill("#username", "chen")
    page.select_option("#role", "agent")
    page.select_option("#person", "d01")
    page.fill("#password", "a-first-password-1")
    page.click("form[action$='/add/'] .btn-primary")
    expect(page.locator(".alert-success")).to_have_text("chen is Agent here now.")
    comes_in(chromium, served)
    walker.go(DESK + "administration/tokens/")
    page.fill("#name", "payroll")
    page.click("form[action$='/add/'] .btn-primary")
    token = page.locator("code.token").inner_text()
    walker.look()
    assert [one["period"] for one in periods(served, token)] == ["2026-10", "2026-09"]
    walker.go(DESK + "administration/backups/")
    page.click("form[action$='/make/'] button")
    with page.expect_download() as taken:
        page.click("td a")
    assert taken.value.suggested_filename.endswith(".kaohe-backup.tar.gz")
    walker.go(DESK + "administration/trail/")
    for said in ("role given or ended", "token made", "back-up asked for", "back-up downloaded"):
        expect(page.locator("tbody")).to_contain_text(said)
    walker.look()
    walker.go(DESK + "administration/jobs/")
    expect(page.locator("tbody")).to_contain_text("make a back-up")
    walker.look()


def comes_in(browser: Browser, served: str) -> None:
    """Sign in as the new account by its first password."""
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    page.goto(served)
    page.fill("#id_login", "chen")
    page.fill("#id_password", "a-first-password-1")
    page.press("#id_password", "Enter")
    expect(page).to_have_url(re.compile("/month/"))
    context.close()


def periods(served: str, token: str) -> list[dict[str, str]]:
    request = Request(f"{served}api/v1/periods", headers={"Authorization": f"Bearer {token}"})
    with urlopen(request, timeout=30) as answer:
        return list(json.load(answer))
