"""A person at work in a browser: signs in at the form, goes from page to page, and minds every fault.

Whatever the console complains of, whatever is asked for and not had, and whatever axe or a phone's
width finds wrong fails the walk.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self
from urllib.parse import urljoin

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, expect, sync_playwright
from playwright.sync_api import TimeoutError as TooLate

from kaohe.core.language import Language

CHROMIUM = Path("/usr/bin/chromium")
QUIET = ("--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking")
AXE = Path(__file__).parents[1] / "browser" / "vendor" / "axe.min.js"
DESK, MONTH = "desk/demo-shop/", "desk/demo-shop/2026-10/"
"""The running month of the demo shop."""
PATIENCE = 60_000
"""Milliseconds: machines may be slow, and what is waited for comes."""
BEYOND = "document.documentElement.scrollWidth - innerWidth"
FITS = f"{BEYOND} <= 0"
SETTLING = 5_000
"""Milliseconds in which a page finds its place after its width changed."""
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 800}
LEFT = "net::ERR_ABORTED"
"""What was still being asked for when the page was left, or became a download."""


class Walker:
    """Somebody of the demo in a browser of their own.

    Attributes:
        page: Where they are.
        faults: What went wrong on their way.
    """

    def __init__(self, browser: Browser, place: str, language: Language = Language.EN) -> None:
        """Open a browser's window that reads a language.

        Args:
            browser: Whose window it is.
            place: Where the application is served.
            language: What they click at the sign-in.
        """
        context = browser.new_context(viewport=DESKTOP, locale="en-US")  # type: ignore[arg-type]
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self._place, self._language, self._refusals = place, language, 0
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)

    def sign_in(self, role: str) -> Self:
        """Sign in as one of the demo's people, in their language, by what the page itself offers."""
        self.page.goto(self._place)
        self.page.click(f".tongues [value={self._language.value}]")
        expect(self.page.locator("html")).to_have_attribute("lang", self._language.value)
        self.page.click(f"[data-sign-in={role}]")
        expect(self.page.locator(".topline-who")).to_be_attached()
        return self.arrived()

    def arrived(self) -> Self:
        """Wait until the page that is being shown is there with its scripts: before, it hears no keys."""
        self.page.wait_for_load_state("load")
        return self

    def go(self, where: str) -> Page:
        """Go to an address below the place."""
        self.page.goto(urljoin(self._place, where))
        return self.page

    def enter(self, desk: str = "demo-shop") -> Page:
        """Enter one of the desks that the first page offers."""
        self.page.click(f"main h2 a[href^='/desk/{desk}/']")
        expect(self.page.locator("#ways a[aria-current]")).to_be_attached()
        return self.arrived().page

    def way(self, url: str) -> Page:
        """Follow the navigation to the page whose address ends so."""
        self.page.click(f"#ways a[href$='/{url}/']")
        expect(self.page).to_have_url(re.compile(rf"/{re.escape(url)}/"))
        return self.arrived().page

    def look(self) -> None:
        """See that the page is for everyone: axe finds nothing, and a phone shows it whole."""
        where = self.page.url
        expect(self.page.locator("html")).to_have_attribute("lang", self._language.value)
        self.faults += [f"{where}: {one}" for one in complaints(self.page)]
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        try:
            self.page.wait_for_function(FITS, timeout=SETTLING)
        except TooLate:
            self.faults.append(f"{where}: {self.page.evaluate(BEYOND)} px beyond a phone's width")
        self.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        assert not self.faults, self.faults

    @contextmanager
    def refused(self) -> Iterator[None]:
        """Expect that what is done within is refused with its problems shown, once."""
        before = self._refusals
        self._refusals += 1
        yield
        assert self._refusals == before, "nothing was refused"

    def end(self) -> None:
        """Leave, and see that nothing went wrong on the way."""
        self.page.context.close()
        assert not self.faults, self.faults

    def _heard(self, message: ConsoleMessage) -> None:
        # An answer that was refused is told in the console too; `_answered` decides about it.
        if message.type in ("error", "warning") and "status of 422" not in message.text:
            self.faults.append(f"{self.page.url}: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT:
            self.faults.append(f"{request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status == 422 and self._refusals:
            self._refusals -= 1
        elif response.status >= 400:
            self.faults.append(f"{response.url}: {response.status}")


Walking = Callable[..., Walker]
"""Begins the walk of a role in a language: the fixture ``walking``."""


@contextmanager
def opened() -> Iterator[Browser]:
    """Open a browser, and close it in the end."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


def complaints(page: Page) -> list[str]:
    """Return what axe finds wrong with a page; it comes in past the page's own rules for scripts."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": AXE.read_text("utf-8")})
    found = page.evaluate(
        "async () => JSON.stringify((await axe.run({resultTypes: ['violations']})).violations"
        ".map((one) => `${one.id}: ${one.nodes[0].html}`))"
    )
    return list(json.loads(found))
