"""What a file said is gone once it is stored or thrown away: the database holds to it."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models

GONE = ["done", "discarded"]


def throw_away(apps: Any, schema_editor: Any) -> None:
    """Throw away what other tabs have put back into files that were gone."""
    uploads = apps.get_model("units", "Upload").objects.filter(state__in=GONE)
    apps.get_model("units", "UploadBlock").objects.filter(upload__in=uploads).delete()
    uploads.update(tops=[], choices={})


class Migration(migrations.Migration):
    dependencies = [("units", "0006_blocks_are_kept_as_they_are")]

    operations = [
        migrations.RunPython(throw_away, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", GONE), _negated=True)
                | models.Q(("choices", {}), ("tops", [])),
                name="upload_leaves_nothing_behind",
            ),
        ),
    ]
