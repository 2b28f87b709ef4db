"""The reason of a figure: all four depths, what an address opens, and what is nobody else's to see."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from kaohe.core.figure import UNASSIGNED, FigureKey, Level, MeasureRef
from kaohe.core.language import Language
from kaohe.periods.results import evidence_of
from kaohe.statements.explain import Input, explain
from kaohe.web.editions import OPENED
from kaohe.web.models import Edition
from web.conftest import SignedIn

DESK, PERIOD, OWN, OTHER = "demo-shop", "2026-10", "d04", "d01"
RATE = FigureKey("order_rate", Level.PERSON, OWN, "2026-10-W2")


def reason(client: Client, key: FigureKey, **more: str) -> str:
    """Return a figure's reason as the panel gets it."""
    response = client.get(
        reverse("why", args=[DESK, PERIOD]), {**key._asdict(), **more}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 200, response.status_code
    return unescape(response.content.decode())


def part(client: Client, key: FigureKey, name: str) -> tuple[int, str]:
    """Return what stands within a part of a reason, with the status of the answer."""
    response = client.get(reverse("why_part", args=[DESK, PERIOD]), {**key._asdict(), "part": name})
    return response.status_code, unescape(response.content.decode())


def leaf_named(text: str, title: str) -> str:
    """Return the name of the part with a title."""
    for name, inside in re.findall(r'data-at="([^"]+)"(.*?)</summary>', text, re.DOTALL):
        if f">{title}<" in inside:
            return str(name)
    raise AssertionError(title)


def test_a_reason_says_its_sentence_its_rule_and_its_inputs(signed_in: SignedIn) -> None:
    text = reason(signed_in("agent"), RATE)
    edition = Edition.objects.get(desk__slug=DESK, period=PERIOD)
    told = explain(OPENED.get(edition).appraised.appraisal, RATE, Language.EN)
    assert told.sentence in text
    assert told.formula in text
    assert "presale-desk.yaml:" in text
    assert "/presale-desk.yaml" not in text, "a folder of the machine is nobody's to read"
    assert all(one.title in text and one.value in text for one in told.inputs)


def test_how_sure_a_figure_is_stands_beside_it_though_it_is_not_computed_again(signed_in: SignedIn) -> None:
    text = reason(signed_in("agent"), RATE)
    edition = Edition.objects.get(desk__slug=DESK, period=PERIOD)
    assert not OPENED.get(edition).appraised.appraisal.certainty.intervals
    assert "With other conversations of the same kind it would lie between" in text


def test_the_rows_behind_an_input_count_up_to_it(signed_in: SignedIn) -> None:
    client = signed_in("agent")
    name = leaf_named(reason(client, RATE), "Inquiries that ordered the same day")
    status, text = part(client, RATE, name)
    assert status == 200
    edition = Edition.objects.get(desk__slug=DESK, period=PERIOD)
    read = OPENED.get(edition).appraised
    (one,) = [one for one in _inputs(edition) if one.title == "Inquiries that ordered the same day"]
    assert isinstance(one.node.ref, MeasureRef)
    found = evidence_of(read)
    assert found is not None
    rows = found.rows(one.node.ref)
    assert rows is not None
    assert rows.total == one.exact
    assert f"Rows that count: {rows.counted.num_rows}" in text
    assert f"Rows that do not count: {rows.not_counted.num_rows}" in text


def _inputs(edition: Edition) -> tuple[Input, ...]:
    return explain(OPENED.get(edition).appraised.appraisal, RATE, Language.EN).inputs


def test_a_conversation_is_a_chat_with_rounds_and_waiting(signed_in: SignedIn) -> None:
    client = signed_in("agent")
    name = leaf_named(reason(client, RATE), "Inquiries that ordered the same day")
    status, text = part(client, RATE, f"{name}.c.0")
    assert status == 200
    assert "Round 1" in text
    assert 'class="chat-line customer"' in text
    assert 'class="chat-line agent"' in text
    assert "order placed through this line" in text


def test_an_address_opens_exactly_what_it_names(signed_in: SignedIn) -> None:
    client = signed_in("agent")
    closed = reason(client, RATE)
    name = leaf_named(closed, "Inquiries that ordered the same day")
    text = reason(client, RATE, open=f"{name},{name}.c.1")
    assert f'data-at="{name}" open' in text
    assert f'data-at="{name}.c.1"' in text
    assert text.count('class="chat-row"') == 1
    assert 'class="chat-row"' not in closed
    for nonsense in ("x", f"{name}.c.999999", "i99,b99", "i0" + ".i0" * 40):
        assert "reason-sentence" in reason(client, RATE, open=nonsense)


@pytest.mark.parametrize("name", ["", "x", "i99", "i0.i0", "i0.c.99999", "b99.c", "i0.c~x"])
def test_a_part_that_is_not_there_is_not_there(signed_in: SignedIn, name: str) -> None:
    assert part(signed_in("agent"), RATE, name)[0] == 404


def test_a_long_list_is_shown_page_by_page(signed_in: SignedIn) -> None:
    client = signed_in("agent")
    key = RATE._replace(span="2026-10-W4")
    name = leaf_named(reason(client, key), "Inquiries")
    _, first = part(client, key, f"{name}.c")
    assert "1 to 20 of" in first
    _, second = part(client, key, f"{name}.c~20")
    assert "21 to" in second
    assert set(_chats(first)).isdisjoint(_chats(second))


def _chats(text: str) -> list[str]:
    return re.findall(r'data-chat="([^"]+)"', text)


def test_other_peoples_figures_are_not_there(signed_in: SignedIn) -> None:
    client, query = signed_in("agent"), RATE._replace(subject=OTHER)._asdict()
    for name in ("why", "why_part"):
        where = f"{reverse(name, args=[DESK, PERIOD])}?{urlencode({**query, 'part': 'i0'})}"
        assert client.get(where).status_code == 404
        assert client.get(where, headers={"HX-Request": "true"}).status_code == 404


def test_the_shops_figure_opens_but_nobodys_rows_with_it(signed_in: SignedIn) -> None:
    shop = Edition.objects.get(desk__slug=DESK, period=PERIOD)
    key = RATE._replace(level=Level.SHOP, subject=OPENED.get(shop).appraised.appraisal.desk)
    client = signed_in("agent")
    status, text = part(client, key, "i0")
    assert status == 200
    assert "These rows are everybody's" in text
    assert part(client, key, "i0.c")[0] == 404
    assert part(client, key, "i0.c.0")[0] == 404
    assert part(signed_in("head"), key, "i0.c")[0] == 200


def test_what_sums_people_up_names_no_other_person_to_an_agent(signed_in: SignedIn) -> None:
    edition = Edition.objects.get(desk__slug=DESK, period=PERIOD)
    appraisal = OPENED.get(edition).appraised.appraisal
    others = {appraisal.name(key.subject) for key in appraisal.figures if key.level is Level.PERSON}
    others -= {appraisal.name(OWN), UNASSIGNED}
    client = signed_in("agent")
    sums = [key for key in appraisal.figures if key.level is Level.SHOP and key.span == PERIOD]
    assert sums
    for key in sums:
        text = reason(client, key)
        assert not [name for name in others if name in text], key


def test_every_figure_of_ones_own_has_a_reason(signed_in: SignedIn) -> None:
    edition = Edition.objects.get(desk__slug=DESK, period=PERIOD)
    client = signed_in("agent")
    own = [key for key in OPENED.get(edition).appraised.appraisal.figures if key.subject == OWN]
    assert len(own) > 50
    for key in own[::4]:
        assert "reason-sentence" in reason(client, key), key


def test_who_asks_first_is_told_to_wait(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OPENED, "_held", type(OPENED._held)())
    response = signed_in("agent").get(reverse("why", args=[DESK, PERIOD]), RATE._asdict())
    assert response.status_code == 200
    assert 'hx-trigger="load"' in response.content.decode()


def test_a_reason_takes_few_queries(
    signed_in: SignedIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in("head")
    reason(client, RATE)
    with django_assert_max_num_queries(10):
        reason(client, RATE, open="i0,i1,b0,b1")
