"""The database itself refuses to change or delete an event, whoever asks."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

REFUSED = "audit events are never changed or deleted"

POSTGRESQL = f"""
CREATE FUNCTION audit_event_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSED}'; END $$;
CREATE TRIGGER audit_event_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
FOR EACH STATEMENT EXECUTE FUNCTION audit_event_is_final();
"""
POSTGRESQL_BACK = """
DROP TRIGGER audit_event_is_final ON audit_event;
DROP FUNCTION audit_event_is_final();
"""
SQLITE = tuple(
    f"CREATE TRIGGER audit_event_no_{verb} BEFORE {verb.upper()} ON audit_event"
    f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    for verb in ("update", "delete")
)
SQLITE_BACK = tuple(f"DROP TRIGGER audit_event_no_{verb}" for verb in ("update", "delete"))


def _run(schema_editor: Any, postgresql: str, sqlite: tuple[str, ...]) -> None:
    statements = (postgresql,) if schema_editor.connection.vendor == "postgresql" else sqlite
    for statement in statements:
        schema_editor.execute(statement)


def protect(apps: Any, schema_editor: Any) -> None:
    """Put the triggers in place."""
    _run(schema_editor, POSTGRESQL, SQLITE)


def unprotect(apps: Any, schema_editor: Any) -> None:
    """Take them away."""
    _run(schema_editor, POSTGRESQL_BACK, SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("audit", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(protect, unprotect)]
