"""The ranking and the wall: who stands where, by what, and who reads whose name."""

from collections.abc import Callable
from typing import Any

import pytest

from kaohe.web.models import AuditEntry, Desk, Edition, Sheet
from web.conftest import SignedIn, told

PAGE = "/desk/demo-shop/2026-10/ranking/"
WALL = "/desk/demo-shop/2026-10/board/"
Queries = Callable[[int], Any]


def test_a_week_stands_in_the_order_of_places(signed_in: SignedIn, edition: Edition) -> None:
    response = signed_in("head").get(PAGE, {"metric": "order_rate", "week": "2026-10-W1"})
    week = Sheet.objects.get(edition=edition, kind="ranking", subject="2026-10-W1/order_rate").data
    assert [row["name"] for row in response.context["rows"]] == [row["name"] for row in week["rows"]]
    page = response.content.decode()
    assert page.count("<circle") == sum(row["at"] is not None for row in week["rows"]) > 1
    assert week["shop"]["said"] in page


def test_the_newest_week_and_a_metric_with_places_come_first(signed_in: SignedIn) -> None:
    context = signed_in("head").get(PAGE).context
    assert (context["metric"]["name"], context["week"]) == ("order_rate", "2026-10-W4")


def test_all_weeks_stand_side_by_side(
    signed_in: SignedIn, edition: Edition, django_assert_max_num_queries: Queries
) -> None:
    client = signed_in("head")
    client.get(PAGE)
    with django_assert_max_num_queries(12):
        side = client.get(PAGE, {"metric": "conversion", "week": "all"}).context["side"]
    assert [week["label"] for week in side["weeks"]] == [f"2026-10-W{number}" for number in (1, 2, 3, 4)]
    (first,) = [row for row in side["rows"] if row["subject"] == "d01"]
    week = Sheet.objects.get(edition=edition, kind="ranking", subject="2026-10-W3/conversion").data
    assert [first["cells"][2]["row"]] == [row for row in week["rows"] if row["subject"] == "d01"]


@pytest.mark.parametrize("query", [{"metric": "nothing"}, {"metric": "order_rate", "week": "2026-10-W9"}])
def test_what_is_not_compared_is_not_there(signed_in: SignedIn, query: dict[str, str]) -> None:
    assert signed_in("head").get(PAGE, query).status_code == 404


def test_an_agent_reads_names_where_the_desk_shows_them(signed_in: SignedIn) -> None:
    agent, head = signed_in("agent"), signed_in("head")
    names = {row["subject"]: row["name"] for row in head.get(PAGE).context["rows"]}
    assert {row["name"] for row in agent.get(PAGE).context["rows"]} == set(names.values())
    assert head.post(f"{PAGE}names/", {"names": "hidden"}).status_code == 302
    for address in (PAGE, f"{PAGE}?week=all", WALL):
        page = told(agent, address)
        others = [name for person, name in names.items() if person != "d04"]
        assert not any(name in page for name in others)
        assert "a colleague" in page
    assert names["d04"] in told(agent, PAGE)
    assert all(name in told(head, PAGE) for name in names.values())
    assert AuditEntry.objects.get(action="ranking.names").after == {"shown": False}


def test_an_agent_cannot_hide_names(signed_in: SignedIn) -> None:
    assert signed_in("agent").post(f"{PAGE}names/", {"names": "hidden"}).status_code == 404
    assert Desk.objects.get(slug="demo-shop").names_in_rankings


def test_the_wall_shows_the_first_places_of_each_metric(signed_in: SignedIn) -> None:
    lists = signed_in("head").get(WALL).context["lists"]
    assert [one["metric"]["name"] for one in lists] == [
        "order_rate", "payment_rate", "order_value", "conversion", "sales",
    ]  # fmt: skip
    for one in lists:
        places = [row["place"]["value"] for row in one["rows"]]
        assert places == sorted(places)
        assert places[0] == 1


def test_the_wall_asks_again_and_is_told_only_what_is_new(signed_in: SignedIn, edition: Edition) -> None:
    client = signed_in("head")
    address = client.get(WALL).context["next"]
    as_piece = {"headers": {"HX-Request": "true"}}
    assert client.get(address, **as_piece).status_code == 204  # type: ignore[arg-type] # headers by name
    edition.delete()
    edition.pk = None
    Sheet.objects.all().delete()
    edition.save()
    assert client.get(address, **as_piece).status_code == 200  # type: ignore[arg-type] # headers by name


def test_a_contest_of_several_boards_shows_one_after_the_other(signed_in: SignedIn, edition: Edition) -> None:
    client, sheet = signed_in("head"), Sheet.objects.get(edition=edition, kind="rankings")
    (weekly,) = sheet.data
    days = {**weekly, "name": "days", "each": "day"}
    sheet.data = [days, weekly]
    sheet.save()
    first = client.get(WALL)
    second = client.get(first.context["next"], headers={"HX-Request": "true"})
    third = client.get(second.context["next"], headers={"HX-Request": "true"})
    assert [one.context["section"]["name"] for one in (first, second, third)] == ["days", "weekly", "days"]


def test_the_wall_follows_into_the_next_period(signed_in: SignedIn, edition: Edition) -> None:
    client = signed_in("head")
    old = client.get("/desk/demo-shop/2026-09/board/").context["next"]
    new = client.get(WALL).context["next"]
    later = Edition.objects.get(pk=edition.pk)
    later.pk, later.period, later.first, later.last = None, "2026-11", edition.last, edition.last
    later.save()
    piece = {"HX-Request": "true"}
    assert client.get(new, headers=piece).context["edition"].period == "2026-11"
    assert "/2026-09/" in old
    assert client.get(old, headers=piece).status_code == 204
