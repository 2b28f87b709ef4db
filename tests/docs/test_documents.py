"""The documents say what the code does."""

import re
from pathlib import Path

from typer.main import get_command

from docs.problems_page import PAGE, kinds, page
from kaohe.cli.commands import app

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


def test_every_code_is_documented_as_it_is() -> None:
    assert PAGE.read_text("utf-8") == page()
    assert len(list(kinds())) > 100


def test_every_command_stands_in_the_readme_or_its_help() -> None:
    command = get_command(app)
    names = set(getattr(command, "commands", {}))
    readme = (ROOT / "README.md").read_text("utf-8")
    assert {name for name in names if f"kaohe {name}" not in readme} <= {"measures", "demo", "serve"}


def test_links_between_documents_lead_somewhere() -> None:
    for file in [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in LINK.findall(file.read_text("utf-8")):
            assert (file.parent / target).exists(), (file.name, target)


def test_the_architecture_names_files_that_are_there() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    for path in re.findall(
        r"`((?:core|records|measures|policy|appraisal|statements|periods|web|cli)/[\w/.-]+)`", text
    ):
        assert (ROOT / "src" / "kaohe" / path).exists(), path
