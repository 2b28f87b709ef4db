"""The overview: everybody in a table, narrowed by name, with the trends of what was narrowed to."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from kaohe.web.models import Desk, Edition, Sheet
from web.conftest import SignedIn, told

PAGE = "/desk/demo-shop/2026-10/overview/"
Queries = Callable[[int], Any]


def test_everybody_stands_there_with_the_trends(signed_in: SignedIn, edition: Edition) -> None:
    page = told(signed_in("head"), PAGE)
    view = Sheet.objects.get(edition=edition, kind="overview").data
    assert all(row["name"] in page for row in view["people"])
    assert page.count('data-kind="trend"') == 5
    assert 'data-kind="calendar"' in page
    assert 'data-kind="waits"' in page


def test_the_period_before_lies_behind_the_trends(signed_in: SignedIn) -> None:
    before = Sheet.objects.get(
        edition__desk__slug="demo-shop", edition__period="2026-09", kind="trends", subject=""
    ).data
    context = signed_in("head").get(PAGE).context
    assert context["trends"]["ratios"][0]["chart"]["before"] == before["ratios"][0]["values"]


def test_one_person_narrows_people_trends_and_signals(signed_in: SignedIn, edition: Edition) -> None:
    context = signed_in("head").get(PAGE, {"person": "d02"}).context
    own = Sheet.objects.get(edition=edition, kind="trends", subject="d02").data
    assert [row["subject"] for row in context["people"]] == ["d02"]
    assert context["trends"]["calendar"]["values"] == own["receptions"]
    found = (*context["signals"]["worth"], *context["signals"]["findings"])
    assert all(one["subject"] == "d02" for one in found)


def test_a_part_of_a_name_finds_people(signed_in: SignedIn) -> None:
    client = signed_in("head")
    (name,) = {row["name"] for row in client.get(PAGE, {"q": "d02"}).context["people"]}
    assert [row["name"] for row in client.get(PAGE, {"q": name[-1]}).context["people"]].count(name) == 1
    assert "Nobody is called so." in told(client, f"{PAGE}?q=nobody-at-all")


def test_a_person_who_is_not_there_is_not_there(signed_in: SignedIn) -> None:
    assert signed_in("head").get(PAGE, {"person": "zz"}).status_code == 404


def test_a_large_desk_takes_no_more_queries(
    signed_in: SignedIn, edition: Edition, django_assert_max_num_queries: Queries
) -> None:
    client, one = signed_in("head"), Sheet.objects.get(edition=edition, kind="overview")
    client.get(PAGE)
    row = one.data["people"][0]
    one.data["people"] = [{**row, "subject": f"p{number}", "name": f"P {number}"} for number in range(1000)]
    one.save()
    with django_assert_max_num_queries(12):
        response = client.get(PAGE, {"page": "2"})
    assert next(row["name"] for row in response.context["people"]) == "P 50"
    assert "51–100 of 1000" in response.content.decode()


def test_an_edition_of_another_desk_shows_its_own_people(signed_in: SignedIn) -> None:
    desk = Desk.objects.get(slug="duties-attitude")
    period = Edition.objects.get(desk=desk).period
    page = told(signed_in("head"), reverse("overview", args=[desk.slug, period]))
    people = Sheet.objects.get(edition__desk=desk, kind="overview").data["people"]
    assert all(row["name"] in page for row in people)
