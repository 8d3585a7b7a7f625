"""Codes that no area answers to: once issued and taken back with their reorganisation, or official ones, used again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F

from movement.places import Place, place
from units.models import Area, ReorganisationLine

if TYPE_CHECKING:
    import datetime


@dataclass(frozen=True)
class Issued:
    """A code that an act had given to a new area, which was taken back: what would have become it."""

    act: str
    day: datetime.date
    name: str
    olds: tuple[Place, ...]


@dataclass(frozen=True)
class Bearer:
    """An area that has, or had, an official code."""

    place: Place
    begins: datetime.date | None
    last_day: datetime.date | None


@dataclass(frozen=True)
class Meanings:
    """All that a code may mean that is no code of ours in use."""

    issued: tuple[Issued, ...]
    bearers: tuple[Bearer, ...]


def meanings(code: str) -> Meanings | None:
    """Return what `code` may mean; None where it was never issued. Two queries."""
    lines = ReorganisationLine.objects.filter(new_code=code).select_related("reorganisation", "old").order_by("pk")
    by_act: dict[int, list[ReorganisationLine]] = {}
    for line in lines:
        by_act.setdefault(line.reorganisation_id, []).append(line)
    issued = tuple(
        Issued(
            act=first.reorganisation.act,
            day=first.reorganisation.effective_on,
            name=f"{first.area_kind} {first.name}",
            olds=tuple(place(line.old) for line in group),
        )
        for group in by_act.values()
        for first in group[:1]
    )
    areas = (
        Area.objects.filter(gso_code=code).order_by(F("valid_from").asc(nulls_first=True), "code")
        if code.isdecimal()
        else []
    )
    bearers = tuple(Bearer(place(area), area.valid_from, area.last_day) for area in areas)
    return Meanings(issued, bearers) if issued or bearers else None
