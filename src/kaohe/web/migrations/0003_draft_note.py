"""A note beside a score that is being typed."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """``Draft.note``."""

    dependencies: ClassVar = [("web", "0002_trail_is_appended_to")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="draft",
            name="note",
            field=models.CharField(blank=True, default="", max_length=2000),
            preserve_default=False,
        )
    ]
