"""Blocks of files on the desk are kept packed: a tenth to send and to write."""

from __future__ import annotations

import zlib
from typing import Any

from django.db import migrations

import config.packed


def pack(apps: Any, schema_editor: Any) -> None:
    """Pack what lies on the desk now."""
    for block in apps.get_model("units", "UploadBlock").objects.iterator(chunk_size=5):
        block.content = zlib.compress(bytes(block.content), 1)
        block.save(update_fields=["content"])


def unpack(apps: Any, schema_editor: Any) -> None:
    """Keep it as it was before."""
    for block in apps.get_model("units", "UploadBlock").objects.iterator(chunk_size=5):
        block.content = zlib.decompress(bytes(block.content))
        block.save(update_fields=["content"])


class Migration(migrations.Migration):
    dependencies = [("units", "0007_files_leave_nothing_behind")]

    operations = [
        migrations.RunPython(pack, unpack),
        migrations.AlterField("uploadblock", "content", config.packed.PackedField()),
    ]
