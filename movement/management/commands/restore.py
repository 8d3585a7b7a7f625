"""Puts an archive in the place of the database and the files, then verifies the records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from movement.archive import ArchiveRefused, restore_archive

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    help = "Restore an archive made by `backup`, on either database, then run `verify`. Stop the ledger first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="Let everything that is here give way to the archive."
        )

    def handle(self, *, file: Path, replace: bool, **options: Any) -> None:
        try:
            manifest = restore_archive(file, replace=replace)
        except ArchiveRefused as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(_("The archive could not be restored: %(why)s") % {"why": error}) from error
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(
            _("%(file)s of %(made_at)s: %(rows)s rows restored.")
            % {"file": file, "made_at": manifest["made_at"], "rows": rows}
        )
        call_command("verify", stdout=self.stdout)
