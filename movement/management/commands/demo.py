"""Fill an empty ledger with Bắc Kạn, for trying it out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.checks import vietnamese_is_compiled
from config.records import refresh_statistics
from movement import demo
from units.models import Area


class Command(BaseCommand):
    """Load the demonstration; what is already there is left alone."""

    help = "Load the demonstration of Bắc Kạn (idempotent; only where DEBUG is on)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(_("The demonstration invents records, so it runs only where DEBUG is on."))
        if not vietnamese_is_compiled():
            raise CommandError("The Vietnamese catalogue is not compiled: run 'make messages' first.")
        if not Area.objects.filter(code=demo.HOME).exists():
            call_command("load_areas", stdout=self.stdout)
        call_command("load_catalogues", stdout=self.stdout)
        self._tell(demo.people())
        for step, title in (
            (demo.register, _("Register of units and clusters")),
            (demo.published_figures, _("Published figures")),
            (demo.year_2022, _("Reports of 2022, approved and published")),
            (demo.year_2024, _("Reports of 2024, one commune still in draft")),
        ):
            step()
            refresh_statistics()
            self.stdout.write(f"  {title}")

    def _tell(self, passwords: dict[str, str]) -> None:
        file = settings.VAR_DIR / "demo-people.txt"
        if passwords:
            lines = [f"{name:10} {password}" for name, password in passwords.items()]
            with file.open("a", encoding="utf-8") as kept:
                kept.write("\n".join(lines) + "\n")
            file.chmod(0o600)
            self.stdout.write(_("People of the demonstration and their passwords (shown once):"))
            self.stdout.write("\n".join(f"  {line}" for line in lines))
        self.stdout.write(_("The passwords are kept in %(file)s.") % {"file": file})
