"""Writes the database and the files to one archive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from movement.archive import write_archive

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Write the database and the files to one archive (zip), while the ledger runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: Any) -> None:
        try:
            manifest = write_archive(file)
        except FileExistsError as error:
            raise CommandError(
                _("%(file)s exists already; an archive is never written over.") % {"file": file}
            ) from error
        except OSError as error:
            raise CommandError(_("The archive could not be written: %(why)s") % {"why": error}) from error
        self.stdout.write(
            _("%(file)s: %(rows)s rows of %(tables)s tables, %(files)s files.")
            % {
                "file": file,
                "rows": sum(table["rows"] for table in manifest["tables"].values()),
                "tables": len(manifest["tables"]),
                "files": len(manifest["sha256"]) - len(manifest["tables"]),
            }
        )
