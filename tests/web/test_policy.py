"""The policy: read beside its lines, drafted with problems at their line, tried out, published."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kaohe.periods.holding import versions
from kaohe.web.models import AuditEntry, Desk, Job, PolicyDraft
from kaohe.web.models.jobs import JobState
from kaohe.web.work import policies as trying
from web.conftest import SignedIn

DESK, VERSION = "demo-shop", "presale-desk"
Committed = Callable[..., AbstractContextManager[object]]
Queries = Callable[[int], AbstractContextManager[object]]
Asking = Callable[..., HttpResponse]


def where(name: str, *more: object) -> str:
    return reverse(name, args=[DESK, *more])


@pytest.fixture
def hr(signed_in: SignedIn, own_place: Path) -> Client:  # noqa: ARG001 - the folder that may change
    return signed_in("hr")


@pytest.fixture
def ask(hr: Client, django_capture_on_commit_callbacks: Committed) -> Asking:
    """Send a form about the draft and let the jobs that it asks for be done."""

    def asked(name: str, **fields: object) -> HttpResponse:
        with django_capture_on_commit_callbacks(execute=True):
            return hr.post(where(name, PolicyDraft.objects.get().pk), fields)  # type: ignore[return-value]

    return asked


def begun(client: Client, base: str = VERSION) -> PolicyDraft:
    client.post(where("policy_begin"), {"base": base, "title": "More for the team"})
    return PolicyDraft.objects.get()


def desk() -> Desk:
    return Desk.objects.get(slug=DESK)


def test_everybody_reads_the_policy_in_sentences_beside_its_lines(
    signed_in: SignedIn, django_assert_max_num_queries: Queries
) -> None:
    client = signed_in("agent")
    with django_assert_max_num_queries(8):
        page = client.get(where("policy")).content.decode()
    assert reverse("policy_version", args=[DESK, VERSION]) in page
    assert "Begin a draft" not in page
    response = client.get(where("policy_version", VERSION))
    lines = dict(response.context["lines"])
    rows = [row for one in response.context["passages"] for row in one["rows"]]
    assert len([row for row in rows if row["line"]]) > 50
    assert all(lines[row["line"]].strip() for row in rows if row["line"])


@pytest.mark.parametrize("name", ["nothing", "..", "../../kaohe.sqlite3", "presale-desk.yaml"])
def test_only_a_version_that_is_there_can_be_read(signed_in: SignedIn, name: str) -> None:
    address = f"/desk/{DESK}/policy/of/{name}/"
    assert signed_in("hr").get(address).status_code == 404


def test_a_problem_stands_at_its_line_with_its_cure(hr: Client) -> None:
    draft = begun(hr)
    wrong = draft.text.replace("unit: count", "unit: cout", 1)
    line = wrong[: wrong.index("unit: cout")].count("\n") + 1
    response = hr.post(where("policy_lint", draft.pk), {"text": wrong}, headers={"HX-Request": "true"})
    page = response.content.decode()
    assert f'data-cure-line="{line}"' in page
    assert 'data-instead="count"' in page
    assert PolicyDraft.objects.get().text == draft.text
    broken = hr.post(where("policy_lint", draft.pk), {"text": "policy: [", "cases": ""}).content.decode()
    assert "The sentences come back" in broken


def test_a_draft_that_somebody_else_has_changed_is_not_overwritten(hr: Client) -> None:
    draft = begun(hr)
    page = hr.get(where("policy_draft", draft.pk))
    at = page.context["draft"].at.isoformat()
    first = hr.post(where("policy_keep", draft.pk), {"text": "policy: mine\n", "title": "x", "at": at})
    assert first.status_code == 302
    second = hr.post(where("policy_keep", draft.pk), {"text": "policy: theirs\n", "title": "x", "at": at})
    assert second.status_code == 409
    assert "policy: theirs" in second.content.decode()
    assert PolicyDraft.objects.get().text == "policy: mine\n"


def test_a_draft_is_published_from_a_day_and_keeps_all_else_as_it_is_written(hr: Client, ask: Asking) -> None:
    draft = begun(hr)
    assert draft.cases
    assert ask("policy_publish", since="2026-13-01").status_code == 422
    assert ask("policy_publish", since="2026-10-01").status_code == 302
    newest = versions(desk().policies)[-1]
    assert (newest.since, newest.policy.version) == (date(2026, 10, 1), 2)
    assert newest.file.name == "presale-desk-2026-10-01.yaml"
    before = (desk().policies / f"{VERSION}.yaml").read_text("utf-8").splitlines()
    after = newest.file.read_text("utf-8").splitlines()
    assert {one for one in before if one not in after} == {"version: 1", "valid_from: 2026-01-01"}
    assert newest.file.with_name("presale-desk-2026-10-01.cases.yaml").is_file()
    noted = AuditEntry.objects.get(action="policy.publish")
    assert noted.about == newest.file.stem
    again = Job.objects.get(kind="appraise")
    assert (again.state, again.arguments) == (JobState.DONE, {"period": "2026-10"})
    page = hr.get(where("policy")).content.decode()
    assert noted.name in page
    assert hr.get(where("policy_changes", newest.file.stem)).status_code == 200
    assert ask("policy_publish", since="2026-10-01").status_code == 422
    assert len(versions(desk().policies)) == 2


def test_a_draft_with_an_error_is_not_published(hr: Client, ask: Asking) -> None:
    draft = begun(hr)
    PolicyDraft.objects.update(text=draft.text.replace("unit: count", "unit: cout", 1))
    assert ask("policy_publish", since="2027-01-01").status_code == 422
    assert len(versions(desk().policies)) == 1
    assert ask("policy_trial", kind="cases").status_code == 422


def test_the_head_drafts_and_does_not_publish(signed_in: SignedIn, own_place: Path) -> None:  # noqa: ARG001
    client = signed_in("head")
    draft = begun(client, "shipped:four-factor-pk")
    assert client.get(where("policy_draft", draft.pk)).status_code == 200
    assert client.post(where("policy_publish", draft.pk), {"since": "2027-01-01"}).status_code == 404
    assert signed_in("agent").get(where("policy_draft", draft.pk)).status_code == 404


def test_worked_cases_say_what_a_changed_draft_gives_instead(hr: Client, ask: Asking) -> None:
    begun(hr)
    ask("policy_trial", kind="cases")
    right = Job.objects.get(kind="cases")
    assert right.state == JobState.DONE, (right.says, right.problems)
    assert not [one for one in right.result["cases"] if one["differing"]]


def test_a_draft_is_tried_over_closed_months_and_told_in_money(
    hr: Client, ask: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "DRAWS", 20)
    draft = begun(hr)
    old = "give: 8‰" if "give: 8‰" in draft.text else "8‰"
    changed = draft.text.replace(old, old.replace("8‰", "12‰"), 1)
    assert changed != draft.text
    PolicyDraft.objects.update(text=changed)
    assert hr.get(where("policy_draft_changes", draft.pk)).context["chapters"]

    assert ask("policy_trial", kind="simulate", last="3").status_code == 302
    ask("policy_trial", kind="compare", sure="1")
    for kind in ("simulate", "compare"):
        job = Job.objects.get(kind=kind)
        assert job.state == JobState.DONE, (job.says, job.problems)
        assert [one["period"] for one in job.result["periods"]] == ["2026-09"]
        page = hr.get(where("policy_effects", draft.pk, job.pk))
        assert page.status_code == 200
        assert len(page.context["slopes"]["people"]) == len(job.result["people"]) > 0
        # How sure it is was asked of one of them.
        sure = "95% interval" in page.content.decode()
        assert sure == (kind == "compare") == all(one["interval"] for one in job.result["people"])
    assert ask("policy_publish", since="2026-09-15").status_code == 422
    assert versions(desk().policies)[-1].policy.version == 1
