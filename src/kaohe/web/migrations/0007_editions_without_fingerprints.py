"""Editions keep no fingerprint: nothing asked for it."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """One column less."""

    dependencies: ClassVar = [("web", "0006_payroll_and_drafts")]
    operations: ClassVar = [migrations.RemoveField("edition", "fingerprint")]
