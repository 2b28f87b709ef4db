"""The shell blocks of the documents, as a reader would type them, and the folder in which they are typed.

A block that cannot run here (a server, a cluster, a shop's own files) says why in a comment
before it: ``<!-- not run: REASON -->``. One that needs policies of its own in the folder says from
which shipped one: ``<!-- my-desk: NAME -->``.
"""

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kaohe.cli.demosteps import bring_in
from kaohe.core.language import Language
from kaohe.demo.shop import write_shop
from kaohe.policy.copying import copied
from ratings.world import fill

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"(?:<!-- (not run|my-desk): (.*?) -->\n)?```(\w*)\n(.*?)```", re.DOTALL)
GIVEN = {"forms": 3, "sample": 1}
"""The score that raters, and that reviewers of these documents give: the middle of the scales."""


@dataclass(frozen=True)
class Block:
    """A block of a document.

    Attributes:
        page: The document.
        lines: The commands, each on one line.
        not_run: Why it is not run; blank: it is.
        policy: The shipped policy that those in the folder are made from; blank: as they are.
    """

    page: Path
    lines: tuple[str, ...]
    not_run: str
    policy: str

    @property
    def commands(self) -> Iterator[list[str]]:
        """The arguments of its commands, with what stars stand for once they are typed."""
        for line in self.lines:
            name, *words = shlex.split(line, comments=True)
            assert name == "kaohe", (self.page.name, line)
            yield words


def blocks() -> Iterator[Block]:
    """Yield every block of the documents that has commands in it, page by page."""
    for page in sorted(DOCS.glob("*.md")):
        for mark, said, kind, text in BLOCK.findall(page.read_text("utf-8")):
            lines = tuple(line for line in text.replace("\\\n", " ").splitlines() if line.strip())
            if kind == "sh" or any(line.startswith("kaohe ") for line in lines):
                reason, policy = (said if mark == one else "" for one in ("not run", "my-desk"))
                yield Block(page, lines, reason, policy)


def settle(folder: Path) -> None:
    """Make up a small shop and import it, as most of the documents take for granted."""
    shop = write_shop(folder / "files", months=("2026-10",), scale=0.02)
    bring_in(shop.files, folder / "store", Language.EN)


def write_policies(folder: Path, name: str) -> None:
    """Write a department's own policy, its versions in a folder, and one before and after a change."""
    text = copied(name, "my-desk")
    changed = text.replace("version: 1", "version: 2", 1)
    if name == "presale-desk":
        changed = changed.replace("value: 80%", "value: 70%", 1)
    (folder / "my-desk").mkdir(exist_ok=True)
    later = changed.replace("valid_from: 2026-01-01", "valid_from: 2027-01-01", 1)
    for file, content in (
        ("my-desk.yaml", text),
        ("old.yaml", text),
        ("new.yaml", changed),
        ("my-desk/1.yaml", text),
        ("my-desk/2.yaml", later),
    ):
        (folder / file).write_text(content, "utf-8")


def typed(folder: Path, words: list[str]) -> list[str]:
    """Return the arguments that a command gets; forms that are to be read were filled in before."""
    found: list[str] = []
    for word in words:
        files = sorted(folder.glob(word)) if "*" in word and "=" not in word else []
        found += [str(file.relative_to(folder)) for file in files] or [word]
        if words[1:2] == ["read"]:
            for file in files:
                fill(file, GIVEN[words[0]])
    return found


def copied_world(world: Path, to: Path) -> Path:
    """Return a folder of its own with the same records."""
    shutil.copytree(world / "store", to / "store")
    return to
