"""``restore FILE``: a back-up into a place that is empty."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kaohe.core.language import Language
from kaohe.core.problem import ProblemsFound
from kaohe.web.backup import restore


class Command(BaseCommand):
    """Restores a back-up."""

    help = "Bring a back-up into an empty place, whose database was migrated."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", type=Path)

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's options
        """Restore it, and say how many files came; say every problem where it cannot be."""
        try:
            count = restore(options["file"], settings.DATA)
        except ProblemsFound as found:
            lines = (line for one in found.problems for line in one.lines(Language.EN))
            raise CommandError("\n".join(lines)) from None
        self.stdout.write(f"{count} files restored")
