"""``settle_demo FILE --language en``: make the demo's desks and accounts, as a JSON file says."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from kaohe.core.language import Language
from kaohe.web.demodesks import read
from kaohe.web.demonstrating import settle


class Command(BaseCommand):
    """Makes the demo's desks and accounts."""

    help = "Make the demo's desks and accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and the language that the accounts are called in."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--language", type=Language, default=Language.ZH_HANT)

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's options
        """Settle, and tell how far it is in lines of ``done total``."""
        desks = read(options["file"].read_text("utf-8"))
        settle(desks, language=options["language"], progress=self._told)

    def _told(self, done: int, total: int) -> None:
        self.stdout.write(f"{done} {total}")
        self.stdout.flush()
