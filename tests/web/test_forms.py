"""Rating forms in the browser's place: typed, saved, handed in, counted; and who still owes what."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from kaohe.core.language import Language
from kaohe.records.store import open_store
from kaohe.web.models import AuditEntry, Desk, Draft, Edition, Membership, Sheet, User
from kaohe.web.rights import Role
from web.conftest import SignedIn

DESK, PERIOD = "duties-attitude", "2026-10"
RATER = "d01"
ITEMS = ("cooperation", "initiative")


def url(name: str, *gaps: str) -> str:
    return reverse(name, args=[DESK, PERIOD, *gaps])


def type_in(client: Client, subject: str, item: str, score: str, note: str = "") -> Mapping[str, object]:
    cell = {"subject": subject, "item": item, "score": score, "note": note}
    response = client.post(url("form_type", "attitude"), cell)
    assert response.status_code == 200, response.content
    answer: Mapping[str, object] = response.json()
    return answer


def subjects(client: Client) -> list[str]:
    rows = client.get(url("form", "attitude")).context["rows"]
    return [row["subject"] for row in rows]


def scores() -> list[Mapping[str, object]]:
    """What stands in the records of the rater's."""
    desk = Desk.objects.get(slug=DESK)
    table = open_store(desk.store, zone=ZoneInfo(desk.timezone)).table("scores")
    return [row for row in table.to_pylist() if row["rater"] == RATER]


def fill_in(client: Client, score: str = "4") -> int:
    """Score everybody on everything; return how many scores that is."""
    cells = [(subject, item) for item in ITEMS for subject in subjects(client)]
    for subject, item in cells:
        type_in(client, subject, item, score)
    return len(cells)


def hand_in(client: Client, commits: DjangoCaptureOnCommitCallbacks) -> int:
    with commits(execute=True):
        return client.post(url("form_hand_in", "attitude")).status_code


def test_my_forms_say_how_much_is_left_and_by_when(signed_in: SignedIn) -> None:
    page = signed_in("rater").get(url("forms"))
    duties, attitude = page.context["mine"]
    assert (duties["name"], duties["asked"], duties["left"]) == ("duties", 15, 15)
    assert (attitude["name"], attitude["asked"], attitude["left"]) == ("attitude", 10, 10)
    assert "5 November 2026" in page.content.decode()
    assert "Who still owes what" not in page.content.decode()


def test_an_item_stands_on_one_page_with_everybody_and_what_its_scores_mean(signed_in: SignedIn) -> None:
    page = signed_in("rater").get(url("form", "attitude"), {"sheet": "initiative"})
    assert page.context["chosen"] == "initiative"
    assert {row["item"] for row in page.context["rows"]} == {"initiative"}
    assert RATER not in [row["subject"] for row in page.context["rows"]]
    assert [one["score"] for one in page.context["anchors"]] == ["5", "3", "1"]
    assert [row["steps"] for row in page.context["rows"]] == [["1", "2", "3", "4", "5"]] * 5


def test_what_is_typed_is_kept_at_once_and_shown_again(signed_in: SignedIn) -> None:
    client = signed_in("rater")
    subject = subjects(client)[0]
    answer = type_in(client, subject, "cooperation", "4", "steps in")
    assert answer == {"problem": "", "is_error": False, "left": 9, "sheet_left": 4, "unsent": 1}
    row = client.get(url("form", "attitude"), {"sheet": "cooperation"}).context["rows"][0]
    assert (row["score"], row["note"]) == ("4", "steps in")
    type_in(client, subject, "cooperation", "5")
    assert Draft.objects.get(by__username="rater").value == "5"
    assert not scores()


def test_a_score_off_its_scale_is_kept_as_typed_named_and_not_handed_in(signed_in: SignedIn) -> None:
    client = signed_in("rater")
    subject = subjects(client)[0]
    answer = type_in(client, subject, "cooperation", "7")
    assert answer["is_error"]
    assert "not on the scale" in str(answer["problem"])
    response = client.post(url("form_hand_in", "attitude"))
    assert response.status_code == 422
    assert "from 1 to 5" in response.content.decode()
    assert Draft.objects.get(by__username="rater").value == "7"


def test_nobody_types_into_a_cell_that_is_not_theirs(signed_in: SignedIn) -> None:
    client = signed_in("rater")
    for subject, item in ((RATER, "cooperation"), ("nobody", "cooperation"), ("d02", "nothing")):
        cell = {"subject": subject, "item": item, "score": "3"}
        assert client.post(url("form_type", "attitude"), cell).status_code == 404
    assert not Draft.objects.exists()


def test_handed_in_scores_stand_in_the_records_once_are_late_and_move_the_figures(
    signed_in: SignedIn, own_place: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert own_place.exists()
    client = signed_in_there(signed_in, own_place)
    count = fill_in(client)
    before = card_score()
    assert hand_in(client, django_capture_on_commit_callbacks) == 302
    assert len(scores()) == count
    assert not Draft.objects.exists()
    mine = client.get(url("forms")).context["mine"][1]
    assert (mine["left"], mine["late"]) == (0, count)
    assert card_score() != before
    entry = AuditEntry.objects.get(action="form.hand_in")
    assert (entry.name, entry.about, len(entry.after)) == ("評分人", f"{PERIOD}/attitude", count)  # type: ignore[arg-type]
    # The same again has nothing to hand in; a changed score stands beside the first, and counts.
    hand_in(client, django_capture_on_commit_callbacks)
    assert len(scores()) == count
    type_in(client, subjects(client)[0], "cooperation", "1")
    hand_in(client, django_capture_on_commit_callbacks)
    assert len(scores()) == count + 1
    row = client.get(url("form", "attitude"), {"sheet": "cooperation"}).context["rows"][0]
    assert row["score"] == "1"


def signed_in_there(signed_in: SignedIn, own_place: Path) -> Client:
    """Sign in as the rater of the copied place."""
    assert (own_place / "desks" / DESK).is_dir()
    return signed_in("rater")


def card_score() -> object:
    """The overview as it is shown."""
    edition = Edition.objects.get(desk__slug=DESK, period=PERIOD)
    return Sheet.objects.get(edition=edition, kind="overview").data


def test_the_others_scores_are_seen_only_after_ones_own_were_handed_in(
    signed_in: SignedIn, own_place: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client = signed_in_there(signed_in, own_place)
    assert not client.get(url("form", "attitude")).context["spreads"]
    fill_in(client)
    assert not client.get(url("form", "attitude")).context["spreads"]
    hand_in(client, django_capture_on_commit_callbacks)
    cooperation, _ = client.get(url("form", "attitude")).context["spreads"]
    assert (cooperation["own"], cooperation["own_mean"]) == (5, "4")
    assert cooperation["others"] > 0
    type_in(client, subjects(client)[0], "cooperation", "1")
    assert not client.get(url("form", "attitude")).context["spreads"]


def test_head_and_hr_see_who_still_owes_what(signed_in: SignedIn) -> None:
    for name in ("head", "hr"):
        page = signed_in(name).get(url("forms"))
        duties, attitude = page.context["rounds"]
        assert (duties["blocks"], duties["left"]) == (True, 15)
        assert [one["left"] for one in attitude["raters"]][:2] == [10, 8]
        assert "the period cannot be closed until everything is in" in page.content.decode()


def test_the_reminders_are_a_list_for_a_mailing(signed_in: SignedIn) -> None:
    response = signed_in("hr").get(url("forms_reminders"))
    rows = response.content.decode("utf-8-sig").splitlines()
    assert len(rows) == 4
    assert "attachment" in response.headers["Content-Disposition"]
    assert signed_in("rater").get(url("forms_reminders")).status_code == 404


def test_an_account_that_is_nobody_of_the_people_table_is_told_so(signed_in: SignedIn) -> None:
    user = User.objects.create_user(username="stranger", language=Language.EN.value)
    Membership.objects.create(
        user=user, desk=Desk.objects.get(slug=DESK), role=Role.RATER, first=date(2020, 1, 1)
    )
    client = signed_in("stranger")
    assert "nobody of the people table" in client.get(url("forms")).content.decode()
    assert client.get(url("form", "attitude")).status_code == 404


def test_a_closed_period_takes_no_more_scores(signed_in: SignedIn) -> None:
    Edition.objects.filter(desk__slug=DESK).update(version=1)
    client = signed_in("rater")
    page = client.get(url("form", "attitude"))
    assert "The period is closed" in page.content.decode()
    cell = {"subject": page.context["rows"][0]["subject"], "item": "cooperation", "score": "3"}
    assert client.post(url("form_type", "attitude"), cell).status_code == 404
    assert client.post(url("form_hand_in", "attitude")).status_code == 302


def test_a_desk_whose_policy_has_no_forms_says_so(signed_in: SignedIn) -> None:
    page = signed_in("head").get(reverse("forms", args=["demo-shop", PERIOD]))
    assert "The policy has no forms." in page.content.decode()


def test_a_form_asks_the_database_a_fixed_number_of_times(
    signed_in: SignedIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in("rater")
    for subject in subjects(client):
        type_in(client, subject, "cooperation", "4")
    with django_assert_max_num_queries(10):
        client.get(url("form", "attitude"))
    with django_assert_max_num_queries(10):
        client.get(url("forms"))
