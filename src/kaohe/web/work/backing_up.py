"""Backing up the place, as a job."""

from django.conf import settings

from kaohe.core.language import Text
from kaohe.web.backup import SUFFIX, back_up
from kaohe.web.jobs import Outcome, Work, kind

BACKUPS = "backups"


@kind("backup")
def backup(work: Work) -> Outcome:
    """Write a back-up into the place's folder; doing it again writes the same file anew."""
    name = f"{work.job.asked_at:%Y%m%d-%H%M%S}{SUFFIX}"
    with work.step(Text("Backing up")) as moved:
        digest = back_up(settings.DATA, settings.DATA / BACKUPS / name, progress=moved)
    text = Text("Backed up; SHA-256 {digest}").filled(digest=digest)
    return Outcome(text, {"file": name, "sha256": digest}, [])
