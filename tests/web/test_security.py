"""What keeps strangers out and mistakes small: headers, cookies, lock-out, forged requests, addresses."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

import kaohe.web
from kaohe.web.demonstrating import PASSWORD
from kaohe.web.models import User
from web.conftest import SignedIn
from web.test_entry import OF_DESK, address

LOGIN = {"login": "head", "password": PASSWORD}


def policy_of(header: str) -> dict[str, set[str]]:
    parts = (one.split() for one in header.split(";") if one.strip())
    return {name: set(sources) for name, *sources in parts}


def test_every_page_of_every_role_forbids_inline_scripts_and_styles(signed_in: SignedIn) -> None:
    pages = {name: address(name, pattern) for name, pattern in OF_DESK}
    seen = 0
    for role in ("head", "agent", "hr", "admin"):
        client = signed_in(role)
        for where in pages.values():
            response = client.get(where)
            policy = policy_of(response.headers["Content-Security-Policy"])
            assert policy["default-src"] == {"'none'"}
            assert policy["frame-ancestors"] == {"'none'"}
            for kind in ("script-src", "style-src"):
                assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "data:"} & policy[kind], where
            if response.status_code == 200 and "text/html" in response["Content-Type"]:
                seen += 1
                html = response.content.decode()
                inline = re.findall(r"<script(?![^>]*(?:src=|type=.application/json))[^>]*>", html)
                assert not inline, where
                assert not re.search(r"<[^>]+\s(?:style|on[a-z]+)=", html), where
    assert seen >= 12


@pytest.mark.usefixtures("place", "db")
def test_cookies_are_out_of_reach_of_scripts_and_other_sites() -> None:
    client = Client()
    client.get(reverse("account_login"))
    response = client.post(reverse("account_login"), LOGIN)
    for name in ("sessionid",):
        cookie = response.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert not cookie["max-age"], "it ends with the browser"


def test_over_tls_cookies_never_travel_without_it() -> None:
    source = Path(kaohe.web.__file__).with_name("settings.py").read_text("utf-8")
    assert "SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS" in source
    assert 'HTTPS = os.environ.get("KAOHE_HTTPS", "on") != "off"' in source


def test_what_changes_something_needs_the_page_s_own_token(signed_in: SignedIn) -> None:
    session = signed_in("admin").cookies
    client = Client(enforce_csrf_checks=True)
    client.cookies = session
    refused = client.post(reverse("add_token", args=["demo-shop"]), {"name": "x", "scope": "read"})
    assert refused.status_code == 403


def test_what_changes_something_is_no_address_to_be_led_to(signed_in: SignedIn) -> None:
    changing = [
        (name, pattern)
        for name, pattern in OF_DESK
        if re.match("add_|end_|make_|revoke_|again", name)
    ]  # fmt: skip
    assert len(changing) >= 6
    for name, pattern in changing:
        assert signed_in("admin").get(address(name, pattern)).status_code in (404, 405), name


@pytest.mark.usefixtures("place", "db")
def test_too_many_wrong_passwords_lock_an_account_out_for_a_while(settings: Settings) -> None:
    client = Client(headers={"Accept-Language": "en"})
    wrong = {**LOGIN, "password": "wrong"}
    answers = [client.post(reverse("account_login"), wrong) for _ in range(configured.AXES_FAILURE_LIMIT + 1)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert "Locked for a while" in answers[-1].content.decode()
    assert client.post(reverse("account_login"), LOGIN).status_code == 429
    assert Client(REMOTE_ADDR="10.9.9.9").post(reverse("account_login"), LOGIN).status_code == 302
    assert settings.AXES_COOLOFF_TIME


@pytest.mark.usefixtures("place", "db")
def test_signing_in_leads_to_no_other_site() -> None:
    response = Client().post(f"{reverse('account_login')}?next=https://evil.example/", LOGIN)
    assert response.headers["Location"] == "/"
    client = Client()
    client.force_login(User.objects.get(username="head"), backend="django.contrib.auth.backends.ModelBackend")
    form = {"language": "en", "next": "//evil.example/"}
    assert client.post(reverse("language"), form).headers["Location"] == "/"


@pytest.mark.usefixtures("place", "db")
def test_a_foreign_host_is_refused() -> None:
    assert Client(headers={"Host": "evil.example"}).get("/health").status_code == 400


@pytest.mark.usefixtures("place", "db")
def test_nobody_makes_an_account_for_themselves() -> None:
    response = Client().post(
        "/account/signup/", {"username": "me", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert response.status_code in (302, 405)
    assert not User.objects.filter(username="me").exists()


@pytest.mark.usefixtures("place", "db")
def test_counts_are_told_to_the_machine_itself_alone() -> None:
    assert b"kaohe_jobs" in Client().get("/metrics").content
    assert Client(REMOTE_ADDR="10.9.9.9").get("/metrics").status_code == 404
    through_a_proxy = {"X-Forwarded-For": "10.9.9.9", "X-Forwarded-Proto": "https"}
    assert Client().get("/metrics", headers=through_a_proxy).status_code == 404


def test_secrets_come_from_the_environment_alone() -> None:
    tree = ast.parse(Path(kaohe.web.__file__).with_name("settings.py").read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if re.search("SECRET|PASSWORD", name) and not name.startswith(("AUTH_", "ACCOUNT_")):
                assert not isinstance(node.value, ast.Constant), name


def test_an_expired_session_is_asked_to_sign_in_again(signed_in: SignedIn) -> None:
    client = signed_in("head")
    client.session.flush()
    response = client.get(reverse("overview", args=["demo-shop", "2026-10"]))
    assert response.headers["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-TW", "超過一次可交的上限"),
        ("zh-CN", "超过一次可交的上限"),
        ("en", "That is more than can be handed in at once"),
    ],
)
def test_too_much_is_refused_by_its_length_before_it_is_read(
    language: str, said: str, signed_in: SignedIn
) -> None:
    client = signed_in("head")
    for name, most in (("imports_drop", configured.UPLOAD_BYTES), ("targets_save", configured.BODY_BYTES)):
        gaps = ["demo-shop"] if name == "imports_drop" else ["demo-shop", "2026-10"]
        response = client.post(
            reverse(name, args=gaps),
            b"x",
            content_type="application/octet-stream",
            headers={"Accept-Language": language},
            CONTENT_LENGTH=str(most + (2 << 20)),
        )
        assert response.status_code == 413
        assert said in response.content.decode()
    told = client.post("/api/v1/imports", b"x", content_type="text/plain", CONTENT_LENGTH=str(1 << 40))
    assert (told.status_code, told["Content-Type"]) == (413, "application/problem+json")


def test_what_says_no_length_is_not_read(signed_in: SignedIn) -> None:
    client = signed_in("head")
    where = reverse("imports_drop", args=["demo-shop"])
    chunked = {"Transfer-Encoding": "chunked"}
    assert client.post(where, b"x", "text/csv", headers=chunked, CONTENT_LENGTH="").status_code == 411


@pytest.mark.usefixtures("place", "db")
def test_a_forgotten_password_is_chosen_anew_by_mail_in_the_language_of_the_page(
    settings: Settings, mailoutbox: list[EmailMessage]
) -> None:
    client = Client(headers={"Accept-Language": "zh-Hant"})
    where = reverse("account_reset_password")
    assert client.post(where, {"email": "head@demo.invalid"}).headers["Location"] == reverse("account_login")
    settings.SENDS_MAIL = True
    for address_of in ("head@demo.invalid", "nobody@demo.invalid"):
        page = client.post(where, {"email": address_of}, follow=True)
        assert "請查看信箱" in page.content.decode()
    (mail,) = mailoutbox
    assert "設定新密碼" in mail.subject
    assert "帳號 head 申請" in mail.body
    link = re.search(r"https?://testserver(/\S+)", str(mail.body))
    assert link
    page = client.get(link[1], follow=True)
    chosen = {"password1": "another-long-one", "password2": "another-long-one"}
    page = client.post(page.request["PATH_INFO"], chosen, follow=True)
    assert "密碼已變更" in page.content.decode()
    assert User.objects.get(username="head").check_password("another-long-one")
