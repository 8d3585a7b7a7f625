"""Load the national catalogue of areas and what became of them."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from config.records import refresh_statistics
from units.models import Area, AreaSuccession

DATA = Path(__file__).resolve().parents[2] / "data"
LEVELS = (Area.Level.COUNTRY, Area.Level.PROVINCE, Area.Level.DISTRICT, Area.Level.COMMUNE)


class Command(BaseCommand):
    """Append what the files hold and the database lacks; a row that differs stops the load."""

    help = "Load all areas and successions (idempotent)."

    def handle(self, *args: Any, **options: Any) -> None:
        areas = _rows("areas.csv")
        successions = _rows("area_successions.csv")
        with transaction.atomic():
            added = load_areas(areas)
            linked = load_successions(successions)
        if added or linked:
            refresh_statistics()
        self.stdout.write(
            _("Areas: %(areas)d on file, %(added)d new. Successions: %(successions)d on file, %(linked)d new.")
            % {"areas": len(areas), "added": added, "successions": len(successions), "linked": linked}
        )


def load_areas(rows: list[dict[str, str]]) -> int:
    """Append the areas that are missing and close those that have ended; return how many are new.

    Raises CommandError, naming each code, where a stored row differs in what never changes.
    """
    stored = {area.code: area for area in Area.objects.select_related("parent")}
    known = dict(stored)
    ended: list[Area] = []
    differing: list[str] = []
    count = 0
    for level in LEVELS:
        fresh: list[Area] = []
        for row in (row for row in rows if row["level"] == level):
            area = _area(row, known)
            if (old := stored.get(area.code)) is None:
                area.fill_ancestors()
                fresh.append(area)
            elif _fixed(old) != _fixed(area):
                differing.append(area.code)
            elif old.valid_to != area.valid_to:
                if old.valid_to is not None:
                    differing.append(area.code)
                    continue
                old.valid_to = area.valid_to
                ended.append(old)
        if differing:
            raise CommandError(
                _("Areas are only ever appended, but these differ from what is stored: %(codes)s")
                % {"codes": ", ".join(differing)}
            )
        selves = [area for area in fresh if level in {Area.Level.PROVINCE, Area.Level.DISTRICT}]
        for area in selves:
            area.province, area.district = (None, None) if level == Area.Level.PROVINCE else (area.province, None)
        Area.objects.bulk_create(fresh, batch_size=1000)
        for area in selves:
            setattr(area, level, area)
        Area.objects.bulk_update(selves, ["province", "district"], batch_size=500)
        known.update((area.code, area) for area in fresh)
        count += len(fresh)
    Area.objects.bulk_update(ended, ["valid_to"], batch_size=500)
    return count


def load_successions(rows: list[dict[str, str]]) -> int:
    """Append the successions that are missing; return how many are new."""
    keys = dict(Area.objects.values_list("code", "pk"))
    stored = set(AreaSuccession.objects.values_list("predecessor_id", "successor_id", "effective_on"))
    fresh = []
    for row in rows:
        one = AreaSuccession(
            predecessor_id=keys[row["predecessor_code"]],
            successor_id=keys[row["successor_code"]] if row["successor_code"] else None,
            effective_on=date.fromisoformat(row["effective_on"]),
            kind=row["kind"],
            note=row["note"],
            is_main=row["is_main"] == "1",
        )
        if (one.predecessor_id, one.successor_id, one.effective_on) not in stored:
            fresh.append(one)
    AreaSuccession.objects.bulk_create(fresh, batch_size=1000)
    return len(fresh)


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _area(row: dict[str, str], known: dict[str, Area]) -> Area:
    return Area(
        code=row["code"],
        gso_code=row["gso_code"],
        level=row["level"],
        kind=row["kind"],
        name=row["name"],
        parent=known[row["parent_code"]] if row["parent_code"] else None,
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        source=row["source"],
    )


def _fixed(area: Area) -> tuple[Any, ...]:
    return area.level, area.kind, area.name, area.parent.code if area.parent else None, area.valid_from, area.gso_code


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
