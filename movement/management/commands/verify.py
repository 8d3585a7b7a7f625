"""Recompute roll-ups and editions, and name what differs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from movement.verify import verify


class Command(BaseCommand):
    help = "Check roll-ups against figures, editions against their files and figures, the chain, areas and placements."

    def handle(self, *args: Any, **options: Any) -> None:
        found = verify()
        if found.changed:
            self.stdout.write(_("Changed since publication (sealed figures stay as they are):"))
            self.stdout.write("\n".join(f"  {one}" for one in found.changed))
        if found.differing:
            self.stdout.write("\n".join(map(str, found.differing)))
            raise CommandError(_("%(number)d things differ; each is named above.") % {"number": len(found.differing)})
        self.stdout.write(
            _(
                "All agree: %(areas)d areas, %(placements)d placements, %(reports)d reports, %(figures)d figures, "
                "%(editions)d editions, %(sealed)d sealed figures."
            )
            % {name: found.counts[name] for name in ("areas", "placements", "reports", "figures", "editions", "sealed")}
        )
