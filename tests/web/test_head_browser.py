"""The head of a desk at work in a browser: narrowing the overview, keeping the ledger, every page."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
QUIET = ("--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking")
AXE = Path(__file__).parents[1] / "browser" / "vendor" / "axe.min.js"
DESK = "desk/demo-shop"
PHONE, DESKTOP = 375, 1280
PAGES = (
    "2026-10/overview/", "2026-10/ranking/", "2026-10/ranking/?week=all", "2026-10/board/",
    "2026-10/signals/", "2026-10/ledger/", "2026-10/targets/", "people/", "people/one/?person=d02",
)  # fmt: skip


@pytest.fixture(scope="module")
def page(served: str) -> Iterator[Page]:
    """A page of the head of the desk, in English; whatever its console complains of fails the test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        context = browser.new_context(viewport={"width": DESKTOP, "height": 900}, locale="en-US")
        opened = context.new_page()
        wrong: list[str] = []

        def heard(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                wrong.append(message.text)

        opened.on("console", heard)
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.set_default_timeout(60_000)
        opened.goto(served)
        opened.click("[data-sign-in=head]")
        opened.wait_for_load_state()
        yield opened
        browser.close()
        assert not wrong, wrong


def complaints(page: Page) -> list[str]:
    """Return what axe finds wrong with a page; it comes in past the page's own rules for scripts."""
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE.read_text("utf-8")})
    found = page.evaluate("async () => JSON.stringify((await axe.run()).violations.map((one) => one.id))")
    return list(json.loads(found))


@pytest.mark.parametrize("where", PAGES)
def test_a_page_is_for_everyone_and_fits_a_phone(page: Page, served: str, where: str) -> None:
    page.goto(f"{served}{DESK}/{where}")
    assert complaints(page) == []
    page.set_viewport_size({"width": PHONE, "height": 800})
    beyond = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.set_viewport_size({"width": DESKTOP, "height": 900})
    assert beyond <= 0


def test_a_click_on_a_name_narrows_everything_and_draws_the_charts_anew(page: Page, served: str) -> None:
    page.goto(f"{served}{DESK}/2026-10/overview/")
    page.wait_for_selector(".chart svg")
    page.click("table.people tbody tr:nth-child(2) th a")
    page.wait_for_selector(".narrowed-to")
    page.wait_for_function("document.querySelectorAll('.chart svg').length === 7")
    expect(page.locator("table.people tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?person=d\d+$"))


def test_an_entry_is_kept_and_the_figures_are_computed_anew(page: Page, served: str) -> None:
    page.goto(f"{served}{DESK}/2026-10/ledger/")
    page.select_option("#enter-person", "d02")
    page.select_option("#enter-item", "praise")
    page.fill("#enter-note", "a letter of thanks")
    page.click("form.enter .btn-primary")
    page.wait_for_selector(".alert-success")
    page.wait_for_selector(".under-way", state="detached")
    row = page.locator("table tbody tr", has_text="a letter of thanks")
    assert row.count() == 1
    assert "not computed yet" not in row.inner_text()
