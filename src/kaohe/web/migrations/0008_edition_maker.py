"""Editions say which engine made them, so that those of an older one are made again."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column more."""

    dependencies: ClassVar = [("web", "0007_editions_without_fingerprints")]
    operations: ClassVar = [
        migrations.AddField("edition", "maker", models.CharField(blank=True, default="", max_length=60))
    ]
