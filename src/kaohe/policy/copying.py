"""A policy copied to begin one's own, with its worked cases: all stays but its name and version."""

import re
from pathlib import Path

from kaohe.core.document import parse_document
from kaohe.core.problem import Place, ProblemsFound
from kaohe.core.system import refusal
from kaohe.policy import problems
from kaohe.policy.loader import CASES, shipped_cases_text, source

POLICY_NAME = re.compile(r"[a-z][a-z0-9-]*")
SCHEMA_LINE = re.compile(r"\A# yaml-language-server:[^\n]*\n")
"""Where the schema lies beside the original; beside the copy it does not."""


def copied(original: str, name: str) -> str:
    """Return the text of a policy under another name, as version 1.

    Args:
        original: A policy file, or the name of a shipped policy.
        name: The copy's name.

    Raises:
        ProblemsFound: The name is none, the original is not there, or it names itself
            in a way that cannot be rewritten without touching the rest.
    """
    found = []
    if not POLICY_NAME.fullmatch(name):
        found.append(problems.BAD_POLICY_NAME.at(Place(), name, name=name))
    text, missing = source(original)
    found += missing
    if found:
        raise ProblemsFound(found)
    made = SCHEMA_LINE.sub("", text)
    for key, value in (("policy", name), ("version", "1")):
        made = re.sub(rf"^{key}:[^\S\n]*[^\s#]+", f"{key}: {value}", made, count=1, flags=re.MULTILINE)
    before, after = parse_document(text, original).data, parse_document(made, original).data
    if after != {**before, "policy": name, "version": 1}:
        raise ProblemsFound([problems.CANNOT_RENAME.at(Place(original), name=original)])
    return made


def copy_policy(original: str, name: str, out: Path) -> Path | None:
    """Write a policy under another name into a new file, with its worked cases beside it.

    Returns:
        The file with the worked cases; None where the original has none.

    Raises:
        ProblemsFound: As ``copied``, or a file is there already, or cannot be written; then neither
            is there.
    """
    text, cases = copied(original, name), _cases(original)
    beside = out.with_name(out.stem + CASES) if cases else None
    found = [problems.FILE_THERE.at(Place(str(file))) for file in (out, beside) if file and file.exists()]
    if found:
        raise ProblemsFound(found)
    if beside:
        _write(beside, cases.replace(f"kaohe policy test {original}\n", f"kaohe policy test {out.name}\n"))
    try:
        _write(out, text)
    except ProblemsFound:
        if beside:
            beside.unlink()
        raise
    return beside


def _cases(original: str) -> str:
    """Return the worked cases that are kept beside a policy, as they are written; blank: none."""
    path = Path(original)
    if not path.is_file():
        return shipped_cases_text(original)
    beside = path.with_name(path.stem + CASES)
    return beside.read_text("utf-8-sig") if beside.is_file() else ""


def _write(out: Path, text: str) -> None:
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise ProblemsFound([problems.FILE_THERE.at(Place(str(out)))]) from None
    except OSError as error:
        raise ProblemsFound([problems.CANNOT_WRITE.at(Place(str(out)), reason=refusal(error))]) from None
