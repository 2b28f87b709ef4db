"""``docs/problems.md``, made from the kinds of problem that the rooms declare.

Run this file to write it anew.
"""

import importlib
import os
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import django

import kaohe
from kaohe.core.language import Language
from kaohe.core.problem import Kind

PAGE = Path(__file__).parents[2] / "docs" / "problems.md"
HEADER = """# Problems: every code, what it means, what to do

Made from the rooms' `problems.py` by `python tests/docs/problems_page.py`; a test keeps it fresh.
Gaps in braces are filled when a problem is reported, with the file, the line and what was found beside it.
"""


def kinds() -> Iterator[tuple[str, Kind]]:
    """Yield each kind with the module that declares it, ordered by code."""
    found: dict[str, tuple[str, Kind]] = {}
    for module in pkgutil.walk_packages(kaohe.__path__, "kaohe."):
        if not module.name.rsplit(".", 1)[-1].endswith("problems"):
            continue
        for kind in vars(importlib.import_module(module.name)).values():
            if isinstance(kind, Kind):
                assert kind.code not in found or found[kind.code][1] is kind, f"{kind.code} is used twice"
                found[kind.code] = (module.name, kind)
    yield from (found[code] for code in sorted(found))


def page() -> str:
    """Return the page."""
    parts = [HEADER]
    room = ""
    for module, kind in kinds():
        if module != room:
            room = module
            parts.append(f"\n## `{module}`\n\n| code | what | 繁體 | cure |\n|---|---|---|---|\n")
        cells = (
            kind.code,
            kind.message.english,
            kind.message.to(Language.ZH_HANT),
            kind.cure.english if kind.cure else "",
        )
        parts.append(
            "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"
        )
    return "".join(parts)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "web.settings_for_tests")
    django.setup()
    PAGE.write_text(page(), "utf-8")
