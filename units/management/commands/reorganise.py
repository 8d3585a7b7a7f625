"""Apply a reorganisation of areas from the command line, or take it back."""

from __future__ import annotations

import resource
import time
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from config.reading.files import UnreadableFile
from config.reading.tables import read_table
from config.workflow import Refused
from units.auth import may
from units.models import Area, Reorganisation, User
from units.reorganising import applying, table
from units.reorganising.carriers import carriers
from units.reorganising.plan import plan_of
from units.reorganising.questions import questions, take_suggestions, undecided


class Command(BaseCommand):
    """The same services as the screen, for the whole country at once."""

    help = "Apply a reorganisation of areas (catalogue of a day, or a table), or take it back."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take what the form of the screen takes."""
        parser.add_argument("area", help="code of the province as it was before, or VN")
        parser.add_argument("day", type=date.fromisoformat, help="first day of the new areas, as 2025-07-01")
        parser.add_argument("--by", required=True, help="user name of the administrator who answers for it")
        parser.add_argument("--act", default="", help="number and symbol of the legal act")
        parser.add_argument(
            "--table", type=Path, help="table from old to new; without it the catalogue of areas serves"
        )
        parser.add_argument("--take-suggestions", action="store_true", help="decide all that is open as suggested")
        parser.add_argument("--preview", action="store_true", help="tell what would move, and change nothing")
        parser.add_argument("--take-back", metavar="REASON", default="", help="take back what was applied")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(username=options["by"], is_active=True).first()
        area = Area.objects.filter(code=options["area"]).first()
        if by is None or area is None:
            raise CommandError(_("There is no such person or area."))
        began = time.perf_counter()
        try:
            if options["take_back"]:
                self.take_back(area, options["day"], by, options["take_back"])
            else:
                self.apply(area, by, options)
        except (Refused, PermissionDenied) as refusal:
            raise CommandError(str(refusal)) from refusal
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        except (OSError, UnreadableFile) as error:
            raise CommandError(str(error)) from error
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        self.stdout.write(
            _("%(seconds)s seconds, at most %(memory)s MB of memory.")
            % {"seconds": f"{time.perf_counter() - began:.1f}", "memory": memory}
        )

    def apply(self, area: Area, by: User, options: dict[str, Any]) -> None:
        """Find or make the reorganisation, tell what moves and, unless only a preview is wanted, apply it."""
        with transaction.atomic():
            reorganisation = self.prepared(area, by, options)
            plan = plan_of(reorganisation)
            if options["take_suggestions"]:
                take_suggestions(plan, by=by)
            self.tell(plan)
            if options["preview"]:
                transaction.set_rollback(True)
        if options["preview"]:
            return
        batch = applying.apply(reorganisation, by=by)
        self.stdout.write(self.style.SUCCESS(_("Applied: %(batch)s.") % {"batch": batch}))

    def prepared(self, area: Area, by: User, options: dict[str, Any]) -> Reorganisation:
        """Return the reorganisation of the day, with its table where one is given."""
        known = Reorganisation.objects.filter(area=area, effective_on=options["day"]).order_by("-pk")
        found = (known.filter(state=Reorganisation.State.DRAFT) if options["table"] else known).first()
        if found is None:
            found = Reorganisation(area=area, effective_on=options["day"], act=options["act"])
            if not may(by, "add", Reorganisation, found):
                raise PermissionDenied(_("Your posting does not cover “%(record)s”.") % {"record": found})
            found.full_clean()
            found.save()
        if options["table"]:
            table.hand_in(found, table.read(found, read_table(options["table"].read_bytes())))
        return found

    def tell(self, plan: Any) -> None:
        """Write how much moves, and what is still to be decided."""
        self.stdout.write(_("%(count)d areas change.") % {"count": len(plan.changes)})
        for carrier in carriers():
            moved = carrier.preview(plan)
            self.stdout.write(f"  {carrier.label}: {sum(one.count for one in moved)}")
        open_ones = undecided(questions(plan))
        self.stdout.write(_("Still to be decided: %(count)d.") % {"count": len(open_ones)})
        for one in open_ones[:20]:
            self.stdout.write(f"  {one.label}, {one.where}")

    def take_back(self, area: Area, day: date, by: User, reason: str) -> None:
        """Take back the reorganisation of the day."""
        found = Reorganisation.objects.filter(area=area, effective_on=day, state=Reorganisation.State.APPLIED).first()
        if found is None:
            raise CommandError(_("No reorganisation of that area and day is applied."))
        count = applying.undo(found, by=by, note=reason)
        self.stdout.write(
            self.style.SUCCESS(_("Taken back: %(count)d rows are again as they were.") % {"count": count})
        )
