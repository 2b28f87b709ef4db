"""``backup FILE``: all that the place keeps, in one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from kaohe.web.backup import back_up


class Command(BaseCommand):
    """Writes a back-up."""

    help = "Write all that the place keeps into one file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's options
        """Write it, and say its digest."""
        self.stdout.write(f"{back_up(settings.DATA, options['file'])}  {options['file']}")
