"""The demo's place: desks over made-up records, and an account for each role. Nobody in it exists."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from shutil import copyfile

from kaohe.core.language import Language, Text
from kaohe.periods.books.closing import Act, close
from kaohe.periods.books.shelf import made_shelf
from kaohe.policy.loader import CASES, shipped_cases_text, source
from kaohe.web.clock import moment, now
from kaohe.web.demodesks import DemoDesk
from kaohe.web.editions import fresh, request_for
from kaohe.web.models import Desk, Membership, User
from kaohe.web.signing_in import give_mail

PASSWORD = "kaohe-demo-2026"  # noqa: S105 - printed on the sign-in page of the demo, and only there
ADMIN = "admin"
"""The account that administers the whole place."""
CLOSED_BECAUSE = "示範 demo"
"""Why a past month of the demo was closed in spite of what blocked it."""
SINCE = date(2020, 1, 1)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the demo.

    Attributes:
        name: What one signs in with.
        title: What it is there for.
        does: What there is to do.
    """

    name: str
    title: Text
    does: Text


ACCOUNTS: Sequence[Account] = (
    Account("head", Text("Head of desk"), Text("overview, ranking, signals, ledger, appeals")),
    Account("agent", Text("Agent"), Text("my month, every figure opened, appeal")),
    Account("rater", Text("Rater"), Text("rating forms, item by item")),
    Account("reviewer", Text("Reviewer"), Text("conversations drawn by lot, with a checklist")),
    Account("hr", Text("HR and finance"), Text("close, correct, payslips, payroll, policy")),
    Account(ADMIN, Text("Administrator"), Text("accounts, tokens, audit trail, jobs, back-up")),
)


def settle(
    desks: Sequence[DemoDesk], *, language: Language = Language.ZH_HANT, progress: Progress | None = None
) -> None:
    """Make the demo's desks and accounts, and compute what their pages show; what is there already stays.

    Args:
        desks: The desks.
        language: What the accounts are called in.
        progress: Told after each period that was computed.
    """
    users = {one.name: _user(one, language) for one in ACCOUNTS}
    total, done = sum(len(one.periods) for one in desks), 0
    for demo in desks:
        desk = _desk(demo)
        for name, (role, person) in demo.roles.items():
            Membership.objects.get_or_create(
                user=users[name], desk=desk, role=role, person=person, defaults={"first": SINCE}
            )
        for period in demo.periods:
            if period != demo.periods[-1]:
                _closed(desk, period, users["hr"].called)
            fresh(desk, period)
            done += 1
            if progress:
                progress(done, total)


def _closed(desk: Desk, period: str, by: str) -> None:
    """Close a period of the demo, unless it is: the next one's figures look back on it."""
    shelf = made_shelf(desk.books)
    if not shelf.versions(period):
        why = {"*": CLOSED_BECAUSE}
        close(request_for(desk, period), Act(by, moment(desk.timezone), CLOSED_BECAUSE, why))


def _user(account: Account, language: Language) -> User:
    user, made = User.objects.get_or_create(username=account.name)
    if made:
        user.last_name = account.title.to(language)
        user.is_superuser = account.name == ADMIN
        user.set_password(PASSWORD)
        user.save()
        give_mail(user, f"{account.name}@demo.invalid")
    return user


def _desk(demo: DemoDesk) -> Desk:
    title = {language.value: text for language, text in demo.title.items()}
    desk, _ = Desk.objects.get_or_create(
        slug=demo.slug, defaults={"title": title, "as_of": demo.as_of, "created_at": now()}
    )
    for folder in (desk.folder, desk.policies, desk.folder / "parameters", desk.folder / "history"):
        folder.mkdir(parents=True, exist_ok=True)
    if not desk.store.exists():
        desk.store.symlink_to(demo.store.resolve(), target_is_directory=True)
    policy = desk.policies / f"{demo.policy}.yaml"
    if not policy.exists():
        policy.write_text(source(demo.policy)[0], encoding="utf-8")
        if cases := shipped_cases_text(demo.policy):
            policy.with_name(policy.stem + CASES).write_text(cases, encoding="utf-8")
    for period, file in demo.parameters.items():
        copyfile(file, desk.folder / "parameters" / f"{period}.yaml")
    for file in demo.history:
        copyfile(file, desk.folder / "history" / file.name)
    return desk
