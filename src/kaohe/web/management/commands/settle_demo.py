"""``settle_demo FILE``: make the demo's desks and accounts, by what a JSON file says of them."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from kaohe.core.language import Language
from kaohe.web.demonstrating import DemoDesk, settle
from kaohe.web.rights import Role


class Command(BaseCommand):
    """Makes the demo's desks and accounts."""

    help = "Make the demo's desks and accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's options
        """Settle, and tell how far it is in lines of ``done total``."""
        desks = [_read(one) for one in json.loads(options["file"].read_text("utf-8"))]
        settle(desks, progress=self._told)

    def _told(self, done: int, total: int) -> None:
        self.stdout.write(f"{done} {total}")
        self.stdout.flush()


def _read(one: dict[str, Any]) -> DemoDesk:
    return DemoDesk(
        slug=one["slug"],
        title={Language(tag): text for tag, text in one["title"].items()},
        store=Path(one["store"]),
        policy=one["policy"],
        periods=one["periods"],
        as_of=date.fromisoformat(one["as_of"]),
        parameters={period: Path(file) for period, file in one["parameters"].items()},
        history=[Path(file) for file in one["history"]],
        roles={name: (Role(role), person) for name, (role, person) in one["roles"].items()},
    )
