"""Signing in, in a browser: by a sign-in service that really runs, by a second factor, and locked out."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Browser, Page, expect

from kaohe.core.language import Language
from kaohe.web.serving import Serving, started
from web.conftest import wait_for
from web.postgres import free_port
from web.walking import PATIENCE, Walker, opened

KNOWN, STRANGER, UNPROVEN = "hr@demo.invalid", "stranger@demo.invalid", "unproven"
CLAIMS = (
    {"sub": KNOWN, "email": KNOWN, "email_verified": True},
    {"sub": STRANGER, "email": STRANGER, "email_verified": True},
    {"sub": UNPROVEN, "email": "head@demo.invalid", "email_verified": False},
)
PASSWORD = "kaohe-demo-2026"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A provider of OpenID Connect that knows some people and takes registered clients only."""
    port = free_port()
    said = [part for one in CLAIMS for part in ("--user-claims", json.dumps(one))]
    line = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-registration", "true"]
    with subprocess.Popen([*line, *said], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            address = f"http://localhost:{port}"
            wait_for(f"{address}/.well-known/openid-configuration")
            yield address
        finally:
            running.terminate()


def registered(provider: str, callback: str) -> dict[str, str]:
    """Register the place with the provider; return the client's id and secret."""
    asked = {"redirect_uris": [callback], "token_endpoint_auth_method": "client_secret_post"}
    request = Request(
        f"{provider}/oauth2/clients", json.dumps(asked).encode(), {"Content-Type": "application/json"}
    )
    with urlopen(request, timeout=10) as answer:
        return dict(json.load(answer))


@pytest.fixture(scope="module")
def served(demo: Path, provider: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A place whose people may come in by the provider."""
    copy, port = tmp_path_factory.mktemp("served") / "place", free_port()
    shutil.copytree(demo / "web", copy, symlinks=False)
    client = registered(provider, f"http://localhost:{port}/account/oidc/oidc/login/callback/")
    environment = {
        **os.environ,
        "KAOHE_OIDC_ISSUER": provider,
        "KAOHE_OIDC_CLIENT": client["client_id"],
        "KAOHE_OIDC_SECRET": client["client_secret"],
        "KAOHE_OIDC_NAME": "考勤帳號",
    }
    with started(Serving(copy, port=port, demo=True, environment=environment)):
        wait_for(f"http://localhost:{port}/health")
        yield f"http://localhost:{port}/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened() as found:
        yield found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser's window that nobody has signed in with."""
    context = browser.new_context(locale="zh-TW")
    context.set_default_timeout(PATIENCE)
    context.route("https://**", lambda route: route.abort())  # the provider's page asks the world for a style
    yield context.new_page()
    context.close()


@pytest.fixture
def walker(browser: Browser, served: str) -> Iterator[Walker]:
    walking = Walker(browser, served, Language.ZH_HANT)
    yield walking
    walking.end()


def by_the_service(page: Page, served: str, person: str) -> None:
    page.goto(served)
    page.click("[data-provider=oidc]")
    page.wait_for_url("**/oauth2/authorize**")
    page.click(f"button[value='{person}']")


def test_whoever_the_sign_in_service_vouches_for_comes_in(page: Page, served: str) -> None:
    page.goto(served)
    expect(page.locator("[data-provider=oidc]")).to_have_text("以 考勤帳號 登入")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    by_the_service(page, served, KNOWN)
    expect(page.locator(".topline-who")).to_be_attached()
    expect(page.locator(".topline-who .dropdown-toggle")).to_have_text("人資與財務")
    query = parse_qs(urlsplit(next(one for one in asked if "/oauth2/authorize" in one)).query)
    assert query["code_challenge_method"] == ["S256"]
    # The password goes on opening the same account.
    page.context.clear_cookies(name="sessionid")
    page.goto(served)
    page.fill("#id_login", "hr")
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    expect(page.locator(".topline-who")).to_be_attached()


@pytest.mark.parametrize("person", [STRANGER, UNPROVEN])
def test_whoever_has_no_account_here_is_told_so(page: Page, served: str, person: str) -> None:
    by_the_service(page, served, person)
    expect(page.locator("h1")).to_have_text("未能登入")
    expect(page.locator("main")).to_contain_text("系統管理員")
    page.goto(served)
    expect(page.locator("#id_login")).to_be_visible()


def code(secret: str) -> str:
    """Return the six digits that an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_a_second_factor_is_set_up_asked_for_and_taken_away_by_an_administrator(
    walker: Walker, browser: Browser, served: str
) -> None:
    page = walker.sign_in("agent").page
    walker.go("account/")
    walker.look()
    page.click("a[href$='/2fa/'] >> nth=0")
    page.click("a[href$='/totp/activate/']")
    page.fill("#id_password", PASSWORD)
    walker.look()
    page.press("#id_password", "Enter")
    secret = page.locator("[data-key]").inner_text()
    walker.look()
    page.fill("#id_code", "000000")
    page.press("#id_code", "Enter")
    expect(page.locator("#code-wrong")).to_contain_text("代碼")
    page.fill("#id_code", code(secret))
    page.press("#id_code", "Enter")
    recovery = page.locator(".recovery li").first
    expect(recovery).to_be_visible()
    walker.look()
    spare = recovery.inner_text()
    page.context.clear_cookies(name="sessionid")
    page.goto(served)
    page.click("[data-sign-in=agent]")
    expect(page.locator("#id_code")).to_be_visible()
    walker.look()
    page.fill("#id_code", spare)
    page.press("#id_code", "Enter")
    expect(page.locator(".topline-who")).to_be_attached()
    freed_by_administrator(browser, served)
    page.context.clear_cookies(name="sessionid")
    page.goto(served)
    page.click("[data-sign-in=agent]")
    expect(page.locator(".topline-who")).to_be_attached()


def freed_by_administrator(browser: Browser, served: str) -> None:
    """Take the agent's second factor away, as the administrator does on the account's page."""
    walker = Walker(browser, served, Language.EN)
    page = walker.sign_in("admin").page
    page.click("table a:has-text('agent')")
    walker.look()
    page.click("form[action$='/second-factor/drop/'] button")
    expect(page.locator(".alert-success")).to_contain_text("agent")
    walker.end()


def test_wrong_passwords_lock_for_a_while_and_a_new_password_opens(
    browser: Browser, page: Page, served: str
) -> None:
    page.goto(served)
    for _ in range(8):
        page.fill("#id_login", "head")
        page.fill("#id_password", "not it")
        with page.expect_navigation():
            page.press("#id_password", "Enter")
        if page.locator("#id_login").count() == 0:
            break
        expect(page.locator(".alert-danger")).to_be_visible()
    expect(page.locator("h1")).to_have_text("暫時鎖定")
    walker = Walker(browser, served, Language.ZH_HANS)
    own = walker.sign_in("admin").page
    own.click("table a:has-text('head')")
    own.fill("#password", PASSWORD)
    own.click("form[action$='/password/'] button")
    expect(own.locator(".alert-success")).to_contain_text("head")
    walker.end()
    page.goto(served)
    page.click("[data-sign-in=head]")
    expect(page.locator(".topline-who")).to_be_attached()
