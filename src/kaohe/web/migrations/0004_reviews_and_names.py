import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("web", "0003_draft_note")]

    operations = [
        migrations.AddField(
            model_name="desk",
            name="names_in_rankings",
            field=models.BooleanField(default=True),
        ),
        migrations.CreateModel(
            name="Rejection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period", models.CharField(max_length=20)),
                ("figure", models.CharField(max_length=200)),
                ("subject", models.CharField(max_length=200)),
                ("span", models.CharField(max_length=40)),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rejections", to="web.desk"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("desk", "period", "figure", "subject", "span"), name="one_answer_to_a_review"
                    )
                ],
            },
        ),
    ]
