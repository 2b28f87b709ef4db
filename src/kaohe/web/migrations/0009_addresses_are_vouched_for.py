"""Addresses that administrators gave before count as theirs: the sign-in service opens accounts by them."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def vouch(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    addresses = apps.get_model("account", "EmailAddress").objects.using(schema_editor.connection.alias)
    taken = set()
    for user in apps.get_model("web", "User").objects.using(schema_editor.connection.alias).exclude(email=""):
        email = user.email.lower()
        addresses.filter(user=user).delete()
        if email not in taken:
            addresses.create(user=user, email=email, verified=True, primary=True)
            taken.add(email)


class Migration(migrations.Migration):
    dependencies = [
        ("web", "0008_edition_maker"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(vouch, migrations.RunPython.noop)]
