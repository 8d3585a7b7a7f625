"""What a reorganisation does to areas: each old area with what it goes into, from its own table or the catalogue."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from config.records import portions
from units.models import Area, AreaSuccession, Reorganisation

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable


@dataclass(frozen=True)
class Heir:
    """An area that an old one goes into; it may not exist yet."""

    code: str
    label: str
    is_main: bool


@dataclass(frozen=True)
class Change:
    """An old area with all that it goes into: nothing where it is abolished, several where it is divided."""

    old: Area
    kind: str
    heirs: tuple[Heir, ...]

    @property
    def main(self) -> Heir | None:
        """Return the one that the main part goes into."""
        return next((heir for heir in self.heirs if heir.is_main), None)

    @property
    def is_whole(self) -> bool:
        """Say whether all of the old area goes into one area, so that nobody need be asked."""
        return len(self.heirs) == 1


@dataclass
class Plan:
    """All changes of one reorganisation, by the key of the old area."""

    reorganisation: Reorganisation
    changes: dict[int, Change] = field(default_factory=dict)

    @property
    def day(self) -> datetime.date:
        """Return the first day of the new areas."""
        return self.reorganisation.effective_on

    @cached_property
    def reason(self) -> str:
        """Return what stands as the reason in the history of all that moves."""
        return _("Reorganisation %(act)s") % {"act": self.reorganisation.act}

    def olds(self, level: str = "") -> list[int]:
        """Return the keys of the old areas, of one level where it is named."""
        return [key for key, change in self.changes.items() if level in ("", change.old.level)]

    def heir_of(self, area: Area) -> Heir | None:
        """Return what stands for `area` afterwards: its main successor, itself where it goes on, else what its parent leads to."""
        change = self.changes.get(area.pk)
        if change is None:
            return Heir(area.code, area.full_name, is_main=True)
        return change.main or (self.heir_of(area.parent) if area.parent else None)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Return the names of all new areas by code."""
        return {heir.code: heir.label for change in self.changes.values() for heir in change.heirs}

    @cached_property
    def keys(self) -> dict[str, int]:
        """Return the keys of all areas that something may go to by code, once they exist."""
        chosen = self.reorganisation.destinations.exclude(area_code="").values_list("area_code", flat=True)
        keys: dict[str, int] = {}
        for some in portions(list({*self.labels, *chosen})):
            keys |= dict(Area.objects.filter(code__in=some).values_list("code", "pk"))
        return keys


def plan_of(reorganisation: Reorganisation) -> Plan:
    """Return the plan of `reorganisation`. Two queries."""
    lines = list(
        reorganisation.lines.select_related("old__parent__province", "old__province", "old__district")
        .order_by("number", "pk")
    )  # fmt: skip
    plan = Plan(reorganisation)
    if lines:
        names = {line.new_code: f"{line.area_kind} {line.name}".strip() for line in lines}
        heirs: dict[int, list[Heir]] = defaultdict(list)
        for line in lines:
            if line.new_code:
                heirs[line.old_id].append(Heir(line.new_code, names[line.new_code], line.is_main))
        for line in lines:
            plan.changes[line.old_id] = Change(line.old, line.kind, tuple(heirs[line.old_id]))
        return plan
    for area, rows in grouped(catalogue(reorganisation)).items():
        plan.changes[area.pk] = Change(
            area,
            rows[0].kind,
            tuple(Heir(row.successor.code, row.successor.label, row.is_main) for row in rows if row.successor),
        )
    return plan


def catalogue(reorganisation: Reorganisation) -> Iterable[AreaSuccession]:
    """Return the catalogue's rows of the day for the areas at or below that of `reorganisation`."""
    rows = AreaSuccession.objects.filter(
        reorganisation.area.below_condition("predecessor__"),
        effective_on=reorganisation.effective_on,
        predecessor__valid_to=reorganisation.effective_on,
    )
    return rows.select_related(
        "predecessor__parent__province", "predecessor__district", "predecessor__province", "successor__district",
        "successor__province",
    ).order_by("predecessor__code", "-is_main", "successor__code")  # fmt: skip


def grouped(rows: Iterable[AreaSuccession]) -> dict[Area, list[AreaSuccession]]:
    """Return `rows` by the old area."""
    found: dict[Area, list[AreaSuccession]] = defaultdict(list)
    for row in rows:
        found[row.predecessor].append(row)
    return found
