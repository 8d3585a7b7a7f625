"""What the rows of the register tell of a recount: where each unit went, which clusters several areas have together."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Q

from config.dates import in_force
from units.models import ClusterMember, Placement

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Mapping

    from units.models import Area

Span = tuple["datetime.date | None", "datetime.date | None"]


def _holds(span: Span, day: datetime.date) -> bool:
    first, end = span
    return (first is None or first <= day) and (end is None or day < end)


@dataclass(frozen=True)
class Stood:
    """The units of one kind that stood in one area: how many, and by area of the other map where they stand there.

    `lost` stand nowhere on that map.
    """

    number: int
    there: Mapping[int, int]
    lost: int


class UnitRows:
    """Where the units of divided areas stand on the map of another day. Two queries, once anything is asked."""

    def __init__(self, areas: Iterable[int], day: datetime.date) -> None:
        """Keep the divided areas and the day of the other map."""
        self.areas, self.day = set(areas), day

    @cached_property
    def _rows(self) -> Mapping[tuple[int, str], list[tuple[int, Span]]]:
        rows: dict[tuple[int, str], list[tuple[int, Span]]] = defaultdict(list)
        found = Placement.objects.filter(area__in=self.areas).order_by()
        for unit, kind, area, first, end in found.values_list(
            "unit", "unit__kind__code", "area", "valid_from", "valid_to"
        ):
            rows[area, kind].append((unit, (first, end)))
        return rows

    @cached_property
    def _there(self) -> Mapping[int, int]:
        units = Placement.objects.filter(area__in=self.areas).values("unit")
        return dict(Placement.objects.filter(in_force(self.day), unit__in=units).order_by().values_list("unit", "area"))

    def of(self, area: Area, kind: str, cutoff: datetime.date) -> Stood:
        """Return the units of the kind with the code `kind` that stood in `area` on `cutoff`."""
        units = [unit for unit, span in self._rows.get((area.pk, kind), []) if _holds(span, cutoff)]
        there = Counter(self._there[unit] for unit in units if unit in self._there)
        return Stood(len(units), there, len(units) - there.total())


@dataclass(frozen=True)
class _Member:
    cluster: int
    kind: str
    spans: tuple[Span, Span]  # of the membership, and of the cluster itself
    places: frozenset[int | None]


class ClusterRows:
    """The clusters with a member in one of some provinces. One query, once anything is asked."""

    def __init__(self, provinces: Iterable[int]) -> None:
        """Keep the provinces."""
        self.provinces = set(provinces)

    @cached_property
    def _members(self) -> list[_Member]:
        rows = ClusterMember.objects.filter(
            Q(area__province__in=self.provinces) | Q(body__area__province__in=self.provinces)
        ).order_by()
        columns = ("valid_from", "valid_to", "cluster__established_on", "cluster__dissolved_on")
        places = [f"{prefix}{name}" for prefix in ("area", "body__area") for name in ("", "__district", "__province")]
        return [
            _Member(cluster, kind, ((first, end), (founded, dissolved)), frozenset(keys))
            for cluster, kind, first, end, founded, dissolved, *keys in rows.values_list(
                "cluster", "cluster__kind__code", *columns, *places
            )
        ]

    def of(self, area: Area, kind: str, cutoff: datetime.date) -> set[int]:
        """Return the clusters of the kind (empty: of any) that have a member at or below `area` on `cutoff`."""
        return {
            one.cluster
            for one in self._members
            if area.pk in one.places and kind in {"", one.kind} and all(_holds(span, cutoff) for span in one.spans)
        }
