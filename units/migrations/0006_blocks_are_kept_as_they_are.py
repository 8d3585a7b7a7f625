"""PostgreSQL keeps the blocks of files on the desk as they are: to compress what lies there for minutes costs more time."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def keep_as_they_are(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE units_uploadblock ALTER COLUMN content SET STORAGE EXTERNAL")


class Migration(migrations.Migration):
    dependencies = [("units", "0005_the_clerks_desk")]
    operations = [migrations.RunPython(keep_as_they_are, migrations.RunPython.noop)]
