"""Load the catalogues: kinds of unit, sections and indicators of the form, forms and powers of commendation."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext as _

from awards import catalogue
from movement.models import Indicator, IndicatorSection, ReviewRoute
from units.models import UnitKind

UNITS = Path(settings.BASE_DIR) / "units" / "data"
MOVEMENT = Path(settings.BASE_DIR) / "movement" / "data"
AS_WRITTEN = (
    "name_vi", "name_en", "unit_vi", "unit_en", "rollup", "source", "counts", "note_vi", "note_en",
)  # fmt: skip


class Command(BaseCommand):
    """Create or refresh the catalogue rows of the files; rows that offices added are left alone."""

    help = "Load kinds of unit, sections and indicators (idempotent)."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            kinds = load_kinds(rows(UNITS / "unit_kinds.csv"))
            indicators = load_indicators(rows(MOVEMENT / "indicators.csv"))
            load_routes(rows(MOVEMENT / "review_routes.csv"))
            commendations = catalogue.load()
        self.stdout.write(
            _(
                "Kinds of unit: %(kinds)d. Indicators: %(indicators)d. Forms, powers and grounds of commendation: %(awards)d."
            )
            % {"kinds": kinds, "indicators": indicators, "awards": commendations}
        )


def load_kinds(lines: list[dict[str, str]]) -> int:
    """Store the kinds of unit and their successors; return how many."""
    for position, line in enumerate(lines):
        UnitKind.objects.update_or_create(
            code=line["code"],
            defaults={
                "name_vi": line["name_vi"],
                "name_en": line["name_en"],
                "category": line["category"],
                "is_cluster": line["is_cluster"] == "yes",
                "accepts_older": line["accepts_older"] == "yes",
                "valid_from": day(line["valid_from"]),
                "valid_to": day(line["valid_to"]),
                "note": line["note"],
                "position": position,
            },
        )
    kinds = {kind.code: kind for kind in UnitKind.objects.all()}
    for line in lines:
        successor = kinds.get(line["successor_code"])
        UnitKind.objects.filter(code=line["code"]).update(successor=successor)
    return len(lines)


def load_indicators(lines: list[dict[str, str]]) -> int:
    """Store the sections and indicators; return how many indicators."""
    kinds = {kind.code: kind for kind in UnitKind.objects.all()}
    stored = {one.code: one for one in Indicator.objects.select_related("section", "unit_kind")}
    for position, line in enumerate(lines):
        section, _created = IndicatorSection.objects.update_or_create(
            number=int(line["section"]), defaults={"name_vi": line["section_vi"], "name_en": line["section_en"]}
        )
        store(
            stored.get(line["code"]) or Indicator(code=line["code"]),
            {
                **{name: line[name] for name in AS_WRITTEN},
                "section": section,
                "position": position,
                "unit_kind": kinds.get(line["unit_kind"]),
                "is_core": line["core"] == "yes",
                "valid_from": day(line["valid_from"]),
                "valid_to": day(line["valid_to"]),
            },
        )
    return len(lines)


def store(indicator: Indicator, values: dict[str, Any]) -> None:
    """Store `values` in `indicator`, with a line of history, where they say something new."""
    if indicator._state.adding or any(getattr(indicator, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(indicator, name, value)
        indicator.save()


def load_routes(lines: list[dict[str, str]]) -> int:
    """Store the chain of review; return how many routes."""
    for line in lines:
        ReviewRoute.objects.update_or_create(
            line=line["line"],
            level=line["level"],
            valid_from=day(line["valid_from"]),
            defaults={"to_level": line["to_level"], "valid_to": day(line["valid_to"]), "source": line["source"]},
        )
    return len(lines)


def rows(path: Path) -> list[dict[str, str]]:
    """Return the lines of a data file by column."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> date | None:
    """Return the day written as 2024-07-01; an empty text is an open end."""
    return date.fromisoformat(text) if text else None
