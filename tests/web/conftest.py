"""The demo's place, in the database of the tests and on disk; signing in; a served place for browsers."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker, Settings

from kaohe.core.language import Language
from kaohe.web.models import Edition, User
from kaohe.web.serving import Serving, started
from web.place import ROWS, made_place
from web.postgres import free_port
from web.walking import Walker, Walking, opened

SignedIn = Callable[[str], Client]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what works on a place run as processes: it brings a database of its own.

    It takes longest and comes first, so that no worker of a run waits for it in the end.
    """
    for item in items:
        if {"served", "walking", "worker"}.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.processes)
    items.sort(key=lambda item: item.get_closest_marker("processes") is None)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's folder; nobody changes it."""
    return made_place(tmp_path_factory)


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,  # noqa: ARG001 - it must have been there before
    django_db_blocker: DjangoDbBlocker,
    demo: Path,
) -> None:
    """Fill the tests' database with the demo's rows, once; each test's own changes are rolled back."""
    with django_db_blocker.unblock():
        call_command("loaddata", demo / ROWS, verbosity=0)


@pytest.fixture
def place(demo: Path, settings: Settings) -> Path:
    """The place's data folder, shared and only read."""
    settings.DATA = demo / "web"
    return demo / "web"


@pytest.fixture
def own_place(demo: Path, tmp_path: Path, settings: Settings) -> Path:
    """A copy of the place's data folder that the test may change."""
    copy = tmp_path / "place"
    shutil.copytree(demo / "web", copy, symlinks=False)
    settings.DATA = copy
    return copy


@pytest.fixture
def signed_in(db: None, place: Path) -> SignedIn:  # noqa: ARG001 - the rows and the folder must be there
    """Sign in as one of the demo's accounts."""

    def sign(name: str) -> Client:
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(
            User.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend"
        )
        return client

    return sign


@pytest.fixture
def edition(db: None) -> Edition:  # noqa: ARG001 - the rows must be there
    """The running month of the demo shop."""
    return Edition.objects.get(desk__slug="demo-shop", period="2026-10")


def told(client: Client, address: str) -> str:
    """Return what a page says."""
    response = client.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


@pytest.fixture(scope="module")
def served(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a copy of the place, served as it is in earnest: server and worker."""
    copy = tmp_path_factory.mktemp("served") / "place"
    shutil.copytree(demo / "web", copy, symlinks=False)
    serving = Serving(copy, port=free_port(), demo=True)
    with started(serving):
        wait_for(f"{serving.address}health")
        yield serving.address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser, for as long as a file's tests last."""
    with opened() as browser:
        yield browser


@pytest.fixture
def walking(chromium: Browser, served: str) -> Iterator[Walking]:
    """Let people of the demo walk; what went wrong on their ways fails the test in the end."""
    walkers: list[Walker] = []

    def walk(role: str, language: Language = Language.EN) -> Walker:
        walkers.append(Walker(chromium, served, language))
        return walkers[-1].sign_in(role)

    yield walk
    for one in walkers:
        one.end()


def wait_for(address: str, seconds: float = 60) -> None:
    """Wait until an address answers.

    Raises:
        TimeoutError: It does not.
    """
    until = monotonic() + seconds
    while monotonic() < until:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            sleep(0.2)
    raise TimeoutError(address)
