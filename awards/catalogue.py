"""Loading the catalogue of commendations from the files of the product; rows that offices added are left alone."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from django.conf import settings

from awards.models import AwardForm, AwardGround, AwardingAuthority, AwardingPower

DATA = Path(settings.BASE_DIR) / "awards" / "data"


def load() -> int:
    """Create or refresh forms, authorities, powers and grounds; return how many rows there are."""
    loaded = 0
    for position, line in enumerate(_lines("award_forms.csv")):
        recipients = set(line["recipients"].split(";"))
        AwardForm.objects.update_or_create(
            code=line["code"],
            defaults={
                **_names(line, position),
                **_days(line),
                "category": line["category"],
                "to_collectives": "collective" in recipients,
                "to_individuals": "individual" in recipients,
                "to_households": "household" in recipients,
                "once_per_person": line["once_per_person"] == "yes",
                "legal_basis": line["legal_basis"],
                "is_verified": line["verified"] == "yes",
                "note": line["note"],
            },
        )
        loaded += 1
    for position, line in enumerate(_lines("awarding_authorities.csv")):
        AwardingAuthority.objects.update_or_create(
            code=line["code"],
            defaults={
                **_names(line, position),
                "level": line["level"],
                "printed_vi": line["printed_vi"],
                "printed_en": line["printed_en"],
            },
        )
        loaded += 1
    for position, line in enumerate(_lines("award_grounds.csv")):
        AwardGround.objects.update_or_create(
            code=line["code"],
            defaults={
                **_names(line, position),
                **_days(line),
                "counts_in_year": line["counts_in_year"] == "yes",
                "legal_basis": line["legal_basis"],
            },
        )
        loaded += 1
    forms = {one.code: one for one in AwardForm.objects.all()}
    authorities = {one.code: one for one in AwardingAuthority.objects.all()}
    for line in _lines("awarding_powers.csv"):
        days = _days(line)
        AwardingPower.objects.update_or_create(
            authority=authorities[line["authority"]],
            form=forms[line["form"]],
            valid_from=days["valid_from"],
            defaults={
                "valid_to": days["valid_to"],
                "source": line["source"],
                "is_verified": line["verified"] == "yes",
            },
        )
        loaded += 1
    return loaded


def _names(line: dict[str, str], position: int) -> dict[str, object]:
    return {"name_vi": line["name_vi"], "name_en": line["name_en"], "position": position}


def _days(line: dict[str, str]) -> dict[str, date | None]:
    return {name: date.fromisoformat(line[name]) if line[name] else None for name in ("valid_from", "valid_to")}


def _lines(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
