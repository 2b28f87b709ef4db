"""What the documents tell a reader to type runs, in the order in which it stands there."""

from itertools import groupby
from pathlib import Path

import pytest

from docs.readme import printed
from docs.shell import Block, blocks, copied_world, settle, typed, write_policies

PAGES = {page: tuple(some) for page, some in groupby(blocks(), lambda one: one.page.name)}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    settle(folder)
    return folder


@pytest.mark.parametrize(
    "page", [name for name, some in PAGES.items() if not all(one.not_run for one in some)]
)
def test_the_commands_of_a_page_run_one_after_the_other(
    page: str, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copied_world(world, tmp_path))
    for block in PAGES[page]:
        if not block.not_run:
            _run(block, tmp_path)


def _run(block: Block, folder: Path) -> None:
    if block.policy:
        write_policies(folder, block.policy)
    for words in block.commands:
        status, _ = printed(typed(folder, words))
        assert status == 0, (block.page.name, words)


def test_most_pages_with_commands_are_run() -> None:
    run = {name for name, some in PAGES.items() if not all(one.not_run for one in some)}
    assert {"periods.md", "policy-language.md", "ratings.md", "schemes.md"} <= run
