"""The policy: its versions over time, each in plain sentences beside its lines, and what changed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import PurePath
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from kaohe.core.language import Language, Text, say
from kaohe.core.problem import ProblemsFound
from kaohe.periods.holding import Held, versions
from kaohe.policy.differences import Chapter, How, differences
from kaohe.policy.figurewords import Line
from kaohe.policy.loader import CASES, load, shipped
from kaohe.policy.policy import Policy
from kaohe.policy.sentences import sentences
from kaohe.web.clock import today
from kaohe.web.entry import Standing, needs
from kaohe.web.models import AuditEntry, Desk, PolicyDraft
from kaohe.web.rights import Right
from kaohe.web.saying import problems

HOW: Mapping[How, Text] = {How.ADDED: Text("new"), How.REMOVED: Text("gone"), How.CHANGED: Text("changed")}


@needs(Right.READ_POLICY)
def policy(request: HttpRequest, at: Standing) -> HttpResponse:
    """List the versions of the desk's policy, and the drafts to those who write."""
    held, wrong = held_by(at.desk)
    day = today(at.desk.timezone)
    view: dict[str, Any] = {
        "versions": list(_rows(at, held, day)),
        "problems": problems(wrong.problems) if wrong else [],
    }
    if at.may(Right.WRITE_POLICY):
        view["drafts"] = PolicyDraft.objects.filter(desk=at.desk, published="").select_related("by")
        view["shipped"] = [(name, say(load(name).title, at.language)) for name in shipped()]
    return render(request, "web/policy.html", view)


def held_by(desk: Desk) -> tuple[list[Held], ProblemsFound | None]:
    """Return the versions of a desk's policy, the newest first; or what is wrong with them."""
    try:
        return versions(desk.policies)[::-1], None
    except ProblemsFound as wrong:
        return [], wrong


def version_of(desk: Desk, name: str) -> Held:
    """Return a version by its file's name without the ending.

    Raises:
        Http404: There is none of that name.
    """
    held, _ = held_by(desk)
    found = next((one for one in held if one.file.stem == name), None)
    if found is None:
        raise Http404
    return found


def _rows(at: Standing, held: Sequence[Held], day: date) -> Iterator[Mapping[str, object]]:
    """Yield the versions, each with the periods that it holds for and who published it."""
    entries = AuditEntry.objects.filter(desk=at.desk, action="policy.publish")
    published = {one.about: one for one in entries}
    began = sorted((one.since for one in held), reverse=True)
    holds = next((since for since in began if since <= day), None)
    for one in held:
        later = min((since for since in began if since > one.since), default=date.max)
        yield {
            "name": one.file.stem,
            "title": say(one.policy.title, at.language) or one.policy.name,
            "policy": one.policy,
            "since": one.policy.valid_from,
            "holds": one.since == holds,
            "is_to_come": one.since > day,
            "periods": [each.period for each in at.periods if one.since <= each.first < later],
            "published": published.get(one.file.stem),
        }


# One version, read


@needs(Right.READ_POLICY)
def policy_version(request: HttpRequest, at: Standing, version: str) -> HttpResponse:
    """Show a version in plain sentences beside its lines."""
    held = version_of(at.desk, version)
    listed, _ = held_by(at.desk)
    text = held.file.read_text("utf-8-sig")
    view = {
        "held": held,
        "title": say(held.policy.title, at.language) or held.policy.name,
        "about": say(held.policy.about, at.language),
        "passages": passages(held.policy, at.language),
        "lines": list(enumerate(text.splitlines(), start=1)),
        "has_cases": held.file.with_name(held.file.stem + CASES).is_file(),
        "before": next((one.file.stem for one in listed if one.since < held.since), ""),
    }
    return render(request, "web/policy_version.html", view)


def passages(policy: Policy, language: Language) -> list[Mapping[str, Any]]:
    """Return a policy's sentences under their headings, each with the line where the policy says it."""
    file = PurePath(policy.file).name
    return [
        {"title": one.title, "rows": [row for line in one.lines for row in _said(line, 0, file)]}
        for one in sentences(policy, language)
    ]


def _said(line: Line, depth: int, file: str) -> Iterator[Mapping[str, Any]]:
    here = line.place.line if PurePath(line.place.file).name == file else 0
    yield {"text": line.text, "line": here, "reading": line.reading, "depth": min(depth, 3)}
    for part in line.lines:
        yield from _said(part, depth + 1, file)


@needs(Right.READ_POLICY)
def policy_changes(request: HttpRequest, at: Standing, version: str) -> HttpResponse:
    """Show what a version changed of the one before it."""
    held = version_of(at.desk, version)
    listed, _ = held_by(at.desk)
    before = next((one for one in listed if one.since < held.since), None)
    if before is None:
        raise Http404
    view = {
        "old": before.file.stem,
        "new": held.file.stem,
        "chapters": told(differences(before.policy, held.policy, at.language)),
    }
    return render(request, "web/policy_changes.html", view)


def told(chapters: Sequence[Chapter]) -> list[Mapping[str, Any]]:
    """Return what changed, chapter by chapter, with what became of each thing in a word."""
    return [
        {
            "title": chapter.title,
            "changes": [
                {
                    "how": HOW[one.how],
                    "kind": one.how.value,
                    "title": one.title,
                    "before": one.before,
                    "after": one.after,
                }
                for one in chapter.changes
            ],
        }
        for chapter in chapters
    ]


_OF = "policy/of/<str:version>/"
urls: Sequence[Any] = [
    path("policy/", policy, name="policy"),
    path(_OF, policy_version, name="policy_version"),
    path(f"{_OF}changes/", policy_changes, name="policy_changes"),
]
