"""Reviews in the browser's place: drawn with a shown seed, blind, saved as typed, handed in, compared."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from kaohe.records.store import open_store
from kaohe.web.models import AuditEntry, Desk, Draft, Edition, Job, Membership, User
from kaohe.web.models.jobs import JobState
from kaohe.web.rights import Role
from web.conftest import SignedIn

DESK, PERIOD, SAMPLE = "sampled-quality", "2026-10", "conversations"
ITEMS = ("courtesy", "tone", "speed", "promises", "knowledge")


def url(name: str, *gaps: str) -> str:
    return reverse(name, args=[DESK, PERIOD, *gaps])


def cases(client: Client) -> list[str]:
    (mine,) = client.get(url("samples")).context["mine"]
    return [row["case"] for row in mine["rows"]]


def type_in(client: Client, case: str, item: str, score: str) -> Mapping[str, object]:
    response = client.post(url("case_type", SAMPLE, case), {"item": item, "score": score, "subject": case})
    assert response.status_code == 200
    answer: Mapping[str, object] = response.json()
    return answer


def score(client: Client, case: str, given: str = "2") -> None:
    for item in ITEMS:
        type_in(client, case, item, given)


def hand_in(client: Client, commits: DjangoCaptureOnCommitCallbacks) -> None:
    with commits(execute=True):
        assert client.post(url("reviews_hand_in", SAMPLE)).status_code == 302


def table(name: str) -> list[Mapping[str, object]]:
    desk = Desk.objects.get(slug=DESK)
    rows: list[Mapping[str, object]] = (
        open_store(desk.store, zone=ZoneInfo(desk.timezone)).table(name).to_pylist()
    )
    return rows


def another_reviewer(signed_in: SignedIn, person: str) -> Client:
    """Sign in as a second reviewer of the desk."""
    first = Membership.objects.get(user__username="reviewer", desk__slug=DESK)
    user = User.objects.create_user(username=f"reviewer-{person}")
    Membership.objects.create(
        user=user, desk=first.desk, role=Role.REVIEWER, person=person, first=first.first
    )
    return signed_in(user.username)


def test_a_reviewer_sees_their_conversations_and_the_seed_they_were_drawn_with(signed_in: SignedIn) -> None:
    page = signed_in("reviewer").get(url("samples"))
    (mine,) = page.context["mine"]
    assert {row["case"] for row in mine["rows"]} == {row["case"] for row in table("draws")}
    assert mine["seed"] == table("draws")[0]["seed"]
    assert not page.context["samples"]


def test_a_blind_conversation_tells_nowhere_whose_it_is(signed_in: SignedIn) -> None:
    client = signed_in("reviewer")
    names = {str(row["person"]): str(row["name"]) for row in table("people")}
    for row in table("draws"):
        case = str(row["case"])
        page = client.get(url("case", SAMPLE, case)).content.decode()
        # What the page says of the conversation stands between its head and its foot.
        assert names[str(row["person"])] not in page
        assert str(row["account"]) not in page
        assert str(row["customer"]) in page


def test_a_conversation_is_shown_with_waiting_times_and_its_checklist(signed_in: SignedIn) -> None:
    client = signed_in("reviewer")
    pages = [client.get(url("case", SAMPLE, case)) for case in cases(client)]
    assert all([row["item"] for row in page.context["rows"]] == list(ITEMS) for page in pages)
    lines = [line for page in pages for line in page.context["lines"]]
    assert {"customer", "agent"} <= {line["sender"] for line in lines}
    assert any(line["waited"] for line in lines)
    assert any(page.context["signals"] for page in pages)


def test_what_is_typed_is_kept_and_only_whole_conversations_are_handed_in(
    signed_in: SignedIn, own_place: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert own_place.exists()
    client = signed_in("reviewer")
    first, second, *_ = cases(client)
    score(client, first)
    answer = type_in(client, second, "tone", "1")
    assert answer == {"problem": "", "is_error": False, "left": 4, "sheet_left": 4, "unsent": 1}
    assert not table("reviews")
    hand_in(client, django_capture_on_commit_callbacks)
    assert {(row["case"], row["reviewer"]) for row in table("reviews")} == {(first, "d07")}
    assert {row["item"] for row in table("reviews")} == set(ITEMS)
    assert [draft.subject for draft in Draft.objects.all()] == [second]
    (mine,) = client.get(url("samples")).context["mine"]
    assert [row["is_handed_in"] for row in mine["rows"]][:2] == [True, False]
    assert AuditEntry.objects.get(action="reviews.hand_in").about == f"{PERIOD}/{SAMPLE}"
    # A conversation may be reviewed again: the later review counts, the earlier one stays.
    type_in(client, first, "tone", "0")
    hand_in(client, django_capture_on_commit_callbacks)
    assert len(table("reviews")) == len(ITEMS) + 1


def test_nobody_opens_or_scores_a_conversation_that_is_not_theirs(signed_in: SignedIn) -> None:
    client = another_reviewer(signed_in, "d01")
    own = set(cases(client))
    drawn = {str(row["case"]): row for row in table("draws")}
    assert not [case for case in own if drawn[case]["person"] == "d01"]
    other = next(case for case in drawn if case not in own)
    assert client.get(url("case", SAMPLE, other)).status_code == 404
    cell = {"item": "tone", "score": "2"}
    assert client.post(url("case_type", SAMPLE, other), cell).status_code == 404


def test_conversations_are_shared_out_and_what_somebody_began_stays_theirs(signed_in: SignedIn) -> None:
    first = signed_in("reviewer")
    began = cases(first)[-3:]
    for case in began:
        type_in(first, case, "tone", "2")
    second = another_reviewer(signed_in, "d06")
    mine, theirs = set(cases(first)), set(cases(second))
    assert set(began) <= mine
    drawn = table("draws")
    assert mine | theirs == {row["case"] for row in drawn}
    assert mine & theirs == {row["case"] for row in drawn if row["second"]}


def test_the_head_draws_with_a_seed_and_later_only_adds_to_it(
    signed_in: SignedIn, own_place: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert own_place.exists()
    client = signed_in("head")
    before = table("draws")
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(url("draw", SAMPLE), {"seed": "another one"})
    assert response.status_code == 302
    job = Job.objects.get(kind="draw")
    assert (job.state, job.arguments["seed"]) == (JobState.DONE, before[0]["seed"])
    assert table("draws") == before
    assert AuditEntry.objects.get(action="sample.draw").after == {"seed": before[0]["seed"]}


def test_a_first_draw_needs_a_seed_and_keeps_it(
    signed_in: SignedIn, own_place: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client = signed_in("head")
    shutil.rmtree((own_place / "desks" / DESK / "store" / "draws").resolve())
    response = client.post(url("draw", SAMPLE), {"seed": "  "})
    assert response.status_code == 422
    assert "A draw needs a seed" in response.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url("draw", SAMPLE), {"seed": "7"}).status_code == 302
    assert {row["seed"] for row in table("draws")} == {"7"}
    (state,) = client.get(url("samples")).context["samples"]
    assert (state["seed"], state["drawn"]) == ("7", len(table("draws")))


def test_the_head_sees_who_has_reviewed_how_much_and_how_far_they_agree(
    signed_in: SignedIn, own_place: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert own_place.exists()
    second = another_reviewer(signed_in, "d06")
    for number, client in enumerate((signed_in("reviewer"), second)):
        for place, case in enumerate(cases(client)):
            score(client, case, str((place + number) % 3))
        hand_in(client, django_capture_on_commit_callbacks)
    (state,) = signed_in("head").get(url("samples")).context["samples"]
    assert all(person["left"] == 0 for person in state["people"])
    assert {one["left"] for one in state["reviewers"]} == {0}
    page = signed_in("head").get(url("agreement", SAMPLE))
    whole, *by_item = page.context["rows"]
    twice = [row for row in table("draws") if row["second"]]
    assert whole["units"] == len(twice) * len(ITEMS)
    assert len(by_item) == len(ITEMS)
    assert whole["alpha"]
    assert {one["shared"] for one in page.context["reviewers"]} == {len(twice) * len(ITEMS)}


def test_a_closed_period_takes_no_more_reviews_and_no_more_draws(signed_in: SignedIn) -> None:
    Edition.objects.filter(desk__slug=DESK).update(version=1)
    client = signed_in("reviewer")
    case = cases(client)[0]
    assert "The period is closed" in client.get(url("case", SAMPLE, case)).content.decode()
    assert client.post(url("case_type", SAMPLE, case), {"item": "tone", "score": "2"}).status_code == 404
    assert signed_in("head").post(url("draw", SAMPLE), {"seed": "7"}).status_code == 404


def test_a_conversation_asks_the_database_a_fixed_number_of_times(
    signed_in: SignedIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in("reviewer")
    case = cases(client)[0]
    with django_assert_max_num_queries(13):
        client.get(url("case", SAMPLE, case))
    with django_assert_max_num_queries(13):
        client.get(url("samples"))
