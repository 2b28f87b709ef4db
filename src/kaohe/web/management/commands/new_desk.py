"""``new_desk SLUG``: a desk with a scheme, and somebody who administers it."""

from argparse import ArgumentParser
from getpass import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kaohe.core.language import Language
from kaohe.core.problem import ProblemsFound
from kaohe.web.founding import Founded, found


class Command(BaseCommand):
    """Makes a desk."""

    help = "Make a desk with a scheme, and an account that administers it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what the desk is called, its scheme and its administrator."""
        parser.add_argument("slug", help="its name in addresses: a-z, 0-9 and -")
        parser.add_argument("--title", required=True, help="what it is called")
        parser.add_argument("--scheme", default="presale-desk", help="a shipped scheme, or a policy file")
        parser.add_argument("--timezone", default="Asia/Shanghai")
        parser.add_argument("--administrator", required=True, help="an account; made if it is missing")
        parser.add_argument("--password-file", type=Path, help="where its first password stands")

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - Django's options
        """Make it, or say everything that is wrong."""
        file = options["password_file"]
        password = file.read_text("utf-8").strip() if file else getpass("First password: ")
        asked = Founded(
            options["slug"],
            options["title"],
            options["scheme"],
            options["timezone"],
            options["administrator"],
        )
        try:
            desk = found(asked, password)
        except ProblemsFound as wrong:
            lines = (line for one in wrong.problems for line in one.lines(Language.EN))
            raise CommandError("\n".join(lines)) from None
        self.stdout.write(f"{desk.slug}: {desk.folder}")
