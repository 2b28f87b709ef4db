"""Administration: accounts with dates, tokens, the trail, jobs once more, back-ups that restore."""

import json
import re
import tarfile
from pathlib import Path
from subprocess import CalledProcessError

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from kaohe.core.problem import ProblemsFound
from kaohe.periods.books.shelf import open_shelf
from kaohe.records.schema import TABLES
from kaohe.web import deeds, jobs
from kaohe.web.audit import note
from kaohe.web.backup import SUFFIX, back_up, restore
from kaohe.web.models import AuditEntry, Desk, Job, Membership, Token, User
from kaohe.web.models.audit import UnchangeableError
from kaohe.web.models.jobs import JobState
from kaohe.web.rights import Role
from kaohe.web.serving import manage
from kaohe.web.tablenames import COLUMN_NAMES, TABLE_NAMES
from web.conftest import SignedIn
from web.place import plain

DESK = "demo-shop"
NOTED = re.compile(r'note(?:d)?\(\s*(?:request,\s*at,\s*)?"([a-z_]+\.[a-z_]+)"')


def at(name: str, *more: object) -> str:
    return reverse(name, args=[DESK, *more])


def test_an_account_gets_a_role_and_a_first_password_and_the_trail_says_so(signed_in: SignedIn) -> None:
    form = {
        "username": "chen",
        "role": "agent",
        "person": "d01",
        "first": "2026-10-01",
        "password": "long-enough-1",
    }
    response = signed_in("admin").post(at("add_account"), form, follow=True)
    assert b"chen is Agent here now." in response.content
    member = Membership.objects.get(user__username="chen")
    assert (member.role, member.person, member.first.isoformat()) == (Role.AGENT, "d01", "2026-10-01")
    assert member.user.check_password("long-enough-1")
    entry = AuditEntry.objects.get(action="account.role", about="chen")
    assert entry.after is not None
    assert (entry.name, entry.before, entry.after["person"]) == (
        User.objects.get(username="admin").called,
        None,
        "d01",
    )


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"username": "a b", "role": "agent", "password": "long-enough-1"}, "letters, digits"),
        ({"username": "ab", "role": "king", "password": "long-enough-1"}, "Choose a role"),
        ({"username": "ab", "role": "agent", "password": "short"}, "too short"),
    ],
)
def test_a_wrong_account_is_refused_with_the_reason(
    signed_in: SignedIn, form: dict[str, str], said: str
) -> None:
    response = signed_in("admin").post(at("add_account"), form, follow=True)
    assert said in response.content.decode()
    assert not User.objects.filter(username=form["username"]).exists()


def test_a_role_ends_with_a_day_but_nobody_ends_their_own_administration(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    agent = Membership.objects.get(user__username="agent", desk__slug=DESK)
    client.post(at("end_role", agent.pk), {"last": "2026-11-30"})
    agent.refresh_from_db()
    assert str(agent.last) == "2026-11-30"
    own = Membership.objects.get(user__username="admin", desk__slug=DESK)
    response = client.post(at("end_role", own.pk), {"last": "2026-11-30"}, follow=True)
    assert b"own administration" in response.content
    own.refresh_from_db()
    assert own.last is None


def test_a_token_is_shown_once_and_kept_as_a_digest(signed_in: SignedIn) -> None:
    client = signed_in("admin")
    made = client.post(at("add_token"), {"name": "nightly", "scope": ["read"]}, follow=True).content.decode()
    found = re.search(r"kaohe_[\w-]+", made)
    assert found
    row = Token.objects.get(name="nightly")
    assert found[0] not in str(vars(row))
    assert found[0] not in client.get(at("tokens")).content.decode()
    client.post(at("revoke_token", row.pk))
    row.refresh_from_db()
    assert row.revoked_at is not None


@pytest.mark.django_db
def test_the_trail_is_appended_to_and_nothing_else() -> None:
    entry = note("test.act", by=None)
    with pytest.raises(UnchangeableError):
        entry.save()
    with pytest.raises(UnchangeableError):
        AuditEntry.objects.all().delete()
    for statement in ("UPDATE web_auditentry SET action = 'x'", "DELETE FROM web_auditentry"):
        with pytest.raises(DatabaseError, match="only appended to"), transaction.atomic():
            connection.cursor().execute(statement)
    assert AuditEntry.objects.get(pk=entry.pk).action == "test.act"


def test_a_failed_job_is_asked_for_once_more(signed_in: SignedIn) -> None:
    failed = jobs.ask("appraise", {"period": "2026-13"}, desk=Desk.objects.get(slug=DESK), by=None)
    Job.objects.filter(pk=failed.pk).update(state=JobState.FAILED)
    client = signed_in("admin")
    assert b"failed" in client.get(at("jobs")).content
    client.post(at("again", failed.pk))
    assert Job.objects.filter(kind="appraise", state=JobState.WAITING).count() == 1


def test_a_backup_is_made_as_a_job_and_handed_out(
    own_place: Path, signed_in: SignedIn, settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:  # fmt: skip
    client = signed_in("admin")
    settings.DATA = own_place
    with django_capture_on_commit_callbacks(execute=True):
        client.post(at("make_backup"))
    job = Job.objects.get(kind="backup")
    assert job.state == JobState.DONE, job.problems
    response = client.get(at("backup", job.pk))
    assert response["Content-Disposition"].endswith(f'{SUFFIX}"')
    assert b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert AuditEntry.objects.filter(action="backup.download").count() == 1


def test_who_administers_one_desk_gets_no_backup_of_all(signed_in: SignedIn) -> None:
    User.objects.filter(username="admin").update(is_superuser=False)
    assert signed_in("admin").get(at("backups")).status_code == 404


@pytest.mark.usefixtures("db")
def test_a_restored_place_has_every_row_and_every_file(own_place: Path, tmp_path: Path) -> None:
    file, new = tmp_path / f"place{SUFFIX}", tmp_path / "new"
    back_up(own_place, file)
    new.mkdir()
    serving = plain(new)
    manage(serving, "migrate", "--verbosity", "0")
    manage(serving, "restore", str(file))
    again = tmp_path / f"again{SUFFIX}"
    manage(serving, "backup", str(again))
    before, after = (_contents(one) for one in (file, again))
    assert set(before) == set(after)
    assert {name for name in before if before[name] != after[name]} <= {"database.json"}
    assert open_shelf(new / "desks" / DESK / "books").path.is_dir()


def _contents(file: Path) -> dict[str, str]:
    with tarfile.open(file) as tar:
        listed = tar.extractfile("contents.json")
        assert listed
        return dict(json.load(listed)["files"])


@pytest.mark.usefixtures("db")
def test_a_backup_with_a_changed_byte_restores_nothing(own_place: Path, tmp_path: Path) -> None:
    file = tmp_path / f"place{SUFFIX}"
    back_up(own_place, file)
    with pytest.raises(ProblemsFound, match="W101"):
        restore(file, own_place)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    new = tmp_path / "new"
    new.mkdir()
    serving = plain(new)
    manage(serving, "migrate", "--verbosity", "0")
    with pytest.raises(CalledProcessError):
        manage(serving, "restore", str(file))
    assert not (new / "desks").exists()


def test_a_backup_brings_plain_files_below_the_place_only(tmp_path: Path) -> None:
    new = tmp_path / "inner" / "place"
    new.mkdir(parents=True)
    serving = plain(new)
    manage(serving, "migrate", "--verbosity", "0")
    there = {one.name for one in new.iterdir()}
    for name in ("../beyond", "/beyond", "desks/there"):
        file = tmp_path / f"trick{SUFFIX}"
        with tarfile.open(file, "w:gz") as tar:
            member = tarfile.TarInfo(name)
            if name == "desks/there":
                member.type, member.linkname = tarfile.SYMTYPE, str(tmp_path)
            tar.addfile(member)
        with pytest.raises(CalledProcessError):
            manage(serving, "restore", str(file))
        assert {one.name for one in new.iterdir()} == there
        assert {one.name for one in tmp_path.iterdir()} == {"inner", file.name}


@pytest.mark.usefixtures("place")
def test_a_desks_administrator_changes_only_accounts_that_are_wholly_their_desks(signed_in: SignedIn) -> None:
    User.objects.filter(username="admin").update(is_superuser=False)
    client, agent = signed_in("admin"), User.objects.get(username="agent")
    head = User.objects.get(username="head")
    kept = {"called": "阿菊", "email": "ju@example.com", "active": "on"}
    assert client.post(at("save_account", agent.pk), kept).status_code == 302
    agent.refresh_from_db()
    assert (agent.called, agent.email, agent.is_active) == ("阿菊", "ju@example.com", True)
    assert AuditEntry.objects.filter(action="account.save", about="agent").exists()
    # The head works at other desks too: whoever set that password could read those.
    for page in ("save_account", "new_password", "drop_factor"):
        assert client.post(at(page, head.pk), {**kept, "password": "long-enough-1"}).status_code == 404
    assert client.post(at("new_password", agent.pk), {"password": "short"}, follow=True).status_code == 200
    agent.refresh_from_db()
    assert not agent.check_password("short")
    taken = client.post(at("save_account", client.session["_auth_user_id"]), kept, follow=True)
    assert b"Another account has that e-mail address." in taken.content


def test_every_deed_and_every_kind_of_job_has_a_name() -> None:
    source = Path(deeds.__file__).parent
    said = {name for file in source.rglob("*.py") for name in NOTED.findall(file.read_text("utf-8"))}
    assert said
    assert said <= set(deeds.DEEDS)
    assert set(jobs.KINDS) == set(deeds.WORKS)


def test_every_table_and_column_has_a_name() -> None:
    assert set(TABLES) == set(TABLE_NAMES)
    assert {column.name for table in TABLES.values() for column in table.columns} == set(COLUMN_NAMES)
