"""The month of the head of a desk, of an agent, and of HR, walked in a browser."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from kaohe.core.language import Language
from web.walking import DESK, MONTH, Walker, opened

CLOSED = "desk/demo-shop/2026-09/"
WHOLE: dict[str, tuple[str, ...]] = {
    "head": (
        *(MONTH + one for one in ("overview/", "ranking/", "ranking/?week=all", "board/", "signals/")),
        *(MONTH + one for one in ("ledger/", "targets/", "appeals/", "life/", "month/d04/")),
        *(DESK + one for one in ("people/", "people/one/?person=d02")),
    ),
    "agent": (
        *(MONTH + one for one in ("month/", "ranking/", "board/", "appeals/", "payslip/")),
        CLOSED + "month/",
    ),
    "hr": (
        *(
            MONTH + one
            for one in ("life/", "payslips/", "payslips/of/d04/", "payslips/payroll/columns/", "ledger/")
        ),
        CLOSED + "life/",
    ),
}
Walking = Callable[..., Walker]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened() as found:
        yield found


@pytest.fixture
def walking(browser: Browser, served: str) -> Iterator[Walking]:
    walkers: list[Walker] = []

    def walk(role: str, language: Language = Language.EN) -> Walker:
        walkers.append(Walker(browser, served, language))
        return walkers[-1].sign_in(role)

    yield walk
    for one in walkers:
        one.end()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("role", WHOLE)
def test_every_page_of_a_role_is_for_everyone_in_every_language(
    walking: Walking, role: str, language: Language
) -> None:
    walker = walking(role, language)
    walker.look()
    for where in WHOLE[role]:
        walker.go(where)
        walker.look()
