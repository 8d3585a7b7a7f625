"""What became of areas and what they were: followed set-wise through the succession rows, as far as they reach."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import Q

from units.models import Area, AreaSuccession

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, order=True)
class Step:
    """On `day` (the first of the new map) the area with the key `before` went, wholly or in part, into `after`."""

    day: datetime.date
    before: int
    after: int


@dataclass(frozen=True)
class Lineage:
    """An area with all that became of it and of its parts, all that these were before, and the areas beside them.

    `areas` holds, by key, every area of any day in the provinces concerned.
    """

    areas: Mapping[int, Area]
    steps: tuple[Step, ...]

    @cached_property
    def _children(self) -> Mapping[int, list[Area]]:
        children: dict[int, list[Area]] = defaultdict(list)
        for one in self.areas.values():
            if one.parent_id is not None:
                children[one.parent_id].append(one)
        return children

    def standing_on(self, day: datetime.date) -> list[Area]:
        """Return the areas in force on `day`, in Vietnamese order."""
        return [one for one in self.areas.values() if one.is_valid_on(day)]

    def parts_of(self, area: Area, day: datetime.date) -> list[Area]:
        """Return the areas one level below `area` on `day`, in Vietnamese order."""
        return [one for one in self._children.get(area.pk, []) if one.is_valid_on(day)]

    def leaves_of(self, area: Area, day: datetime.date) -> list[Area]:
        """Return the lowest areas at or below `area` on `day`: communes, or an island district without any."""
        parts = self.parts_of(area, day)
        return [leaf for one in parts for leaf in self.leaves_of(one, day)] if parts else [area]

    def carry(self, keys: Iterable[int], start: datetime.date, day: datetime.date) -> dict[int, frozenset[int]]:
        """Return, for each of `keys` in force on `start`, the areas of `day` that hold any of its territory.

        `day` may be the earlier one: then these are the areas that the territory belonged to.
        """
        onward = start <= day
        first, last = sorted((start, day))
        steps = sorted((one for one in self.steps if first < one.day <= last), reverse=not onward)
        held_by: dict[int, set[int]] = {key: {key} for key in keys}
        found: dict[int, set[int]] = {key: set() for key in held_by}
        for _day, group in groupby(steps, key=lambda one: one.day):
            moved: dict[int, set[int]] = defaultdict(set)
            for one in group:
                here, there = (one.before, one.after) if onward else (one.after, one.before)
                moved[there] |= held_by.get(here, set())
            for there, origins in moved.items():
                held_by.setdefault(there, set()).update(origins)
        for there, origins in held_by.items():
            if self.areas[there].is_valid_on(day):
                for origin in origins:
                    found[origin].add(there)
        return {key: frozenset(there) for key, there in found.items()}


def is_inside(area: Area, whole: Area) -> bool:
    """Say whether `area` is `whole` or lies below it, both of the same map."""
    return whole.pk in {area.pk, area.district_id, area.province_id}


@dataclass
class _Search:
    """Rows found so far; one question to the database for each step in time, however many areas take it."""

    asked_after: set[int] = field(default_factory=set)
    asked_before: set[int] = field(default_factory=set)
    steps: set[Step] = field(default_factory=set)
    provinces: set[int] = field(default_factory=set)

    def widen(self, after: set[int], before: set[int]) -> None:
        """Find what became of the areas `after`, and what those of `before` were."""
        after, before = after - self.asked_after, before - self.asked_before
        while after or before:
            self.asked_after |= after
            self.asked_before |= before
            rows = AreaSuccession.objects.filter(
                Q(predecessor__in=after) | Q(successor__in=before), successor__isnull=False
            ).order_by()
            later, earlier = set(), set()
            for day, one, other, *provinces in rows.values_list(
                "effective_on", "predecessor", "successor", "predecessor__province", "successor__province"
            ):
                self.steps.add(Step(day, one, other))
                self.provinces |= {key for key in provinces if key is not None}
                if one in after:
                    later.add(other)
                if other in before:
                    earlier.add(one)
            after, before = later - self.asked_after, earlier - self.asked_before


def trace(area: Area) -> Lineage:
    """Return the lineage of `area` and of all that ever lay below it.

    Three or four queries, and one or two for each reform that the territory went through, however many areas it has.
    """
    below = dict(Area.objects.at_or_below(area).order_by().values_list("pk", "province"))
    search = _Search(provinces={key for key in below.values() if key is not None})
    search.widen(set(below), set(below))
    # whether an origin went whole into one area shows in what became of all of it
    search.widen(set(search.asked_before), set(search.asked_after))
    rows = Area.objects.filter(province__in=search.provinces).in_order()
    return Lineage({one.pk: one for one in rows}, tuple(sorted(search.steps)))


def relatives_of(area: Area) -> tuple[list[Area], list[AreaSuccession]]:
    """Return `area` with what it was and what became of it, the oldest first, and the rows between them in order of days.

    Three queries, and one for each reform that the area itself went through.
    """
    search = _Search()
    search.widen({area.pk}, {area.pk})
    keys = search.asked_after | search.asked_before
    areas = Area.objects.filter(pk__in=keys).select_related("parent", "province", "district").in_order()
    in_time = sorted(areas, key=lambda one: (one.valid_from is not None, one.valid_from))
    rows = AreaSuccession.objects.filter(predecessor__in=keys, successor__in=keys).order_by("effective_on", "pk")
    return in_time, list(rows.select_related("predecessor", "successor"))
