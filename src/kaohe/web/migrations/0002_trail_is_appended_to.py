"""The audit trail is appended to and nothing else: the database itself refuses the rest."""

from typing import ClassVar

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = (
    "CREATE TRIGGER web_trail_no_{what} BEFORE {what} ON web_auditentry"
    " BEGIN SELECT RAISE(ABORT, 'the audit trail is only appended to'); END"
)
FUNCTION = (
    "CREATE FUNCTION web_trail_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'the audit trail is only appended to'; END $$"
)
TRIGGER = (
    "CREATE TRIGGER web_trail_only BEFORE UPDATE OR DELETE ON web_auditentry"
    " FOR EACH ROW EXECUTE FUNCTION web_trail_refuse()"
)


def _statements(vendor: str) -> tuple[str, ...]:
    if vendor == "postgresql":
        return FUNCTION, TRIGGER
    return tuple(SQLITE.format(what=what) for what in ("UPDATE", "DELETE"))


def refuse(_: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the triggers."""
    for statement in _statements(editor.connection.vendor):
        editor.execute(statement)


class Migration(migrations.Migration):
    """Triggers on the audit trail."""

    dependencies: ClassVar = [("web", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(refuse)]
