"""What is worth a look, and the conversations behind it."""

from typing import Any

import pytest

from kaohe.web.editions import OPENED
from kaohe.web.models import Edition, Sheet
from web.conftest import SignedIn

PAGE = "/desk/demo-shop/2026-10/signals/"


@pytest.fixture
def edition() -> Edition:
    return Edition.objects.get(desk__slug="demo-shop", period="2026-10")


def reception(edition: Edition) -> dict[str, str]:
    """Where a conversation of the period lies."""
    measured = OPENED.get(edition).appraised.measured
    assert measured is not None
    row: dict[str, Any] = measured.receptions.slice(0, 1).to_pylist()[0]
    return {name: str(row[name]) for name in ("shop", "person", "customer", "day")}


def test_a_signal_opens_the_conversations_behind_it(signed_in: SignedIn, edition: Edition) -> None:
    where, head = reception(edition), signed_in("head")
    sheet = Sheet.objects.get(edition=edition, kind="signals")
    conversation = {name: where[name] for name in ("shop", "customer", "day")}
    sheet.data["worth"] = [
        {
            "said": "far more often", "subject": where["person"], "name": "X", "ruse": "filtered", "more": 0,
            "columns": ["Day", "Customer"], "rows": [[where["day"], where["customer"]]],
            "conversations": [conversation],
        }
    ]  # fmt: skip
    sheet.save()
    page = head.get(PAGE)
    (one,) = page.context["worth"]
    chat = head.get(f"{PAGE}chat/?{one['listed'][0]['query']}")
    assert chat.status_code == 200
    assert chat.context["chat"].told.bubbles
    assert where["customer"] in chat.content.decode()


def test_a_conversation_that_was_not_measured_is_not_at_hand(signed_in: SignedIn, edition: Edition) -> None:
    where = {**reception(edition), "day": "2020-01-01"}
    response = signed_in("head").get(f"{PAGE}chat/", where)
    assert "The chat is not at hand." in response.content.decode()


@pytest.mark.parametrize("query", [{}, {"shop": "S", "person": "d01", "customer": "c", "day": "soon"}])
def test_an_address_that_names_no_conversation_is_not_there(
    signed_in: SignedIn, query: dict[str, str]
) -> None:
    assert signed_in("head").get(f"{PAGE}chat/", query).status_code == 404


def test_one_persons_signals_alone(signed_in: SignedIn, edition: Edition) -> None:
    context = signed_in("head").get(PAGE, {"person": "d08"}).context
    every = Sheet.objects.get(edition=edition, kind="signals").data["findings"]
    assert context["findings"] == [one for one in every if one["subject"] == "d08"]
