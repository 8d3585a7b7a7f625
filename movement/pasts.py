"""What is known of a figure before it is believed: what the area reported in earlier years, and what similar areas report.

Only approved reports count. Where the map has changed, the past of an area is that of what it was made of, whole; where
a part of it came from elsewhere, its past is not known and similar areas alone tell.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Case, Q, When

from movement.covers import Maps
from movement.models import Figure, Indicator, Period, Report
from movement.models.reports import APPROVED_STATES
from movement.outliers import Series
from movement.successions import trace
from units.models import AreaSuccession

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from movement.counting import Key

YEARS = 5  # of the past
MOST_SIMILAR = 24  # areas
SIZE = "residential_areas"  # the indicator by which areas are measured

Own = dict[tuple[int, int], dict["Key", int]]  # by area and year: the own parts that are known, by line


class Past:
    """The figures of earlier years and of similar areas that those of `report` are held against.

    Four queries, and about eight more where the map around the area has changed in those years.
    """

    def __init__(self, report: Report) -> None:
        """Read all at once."""
        self.report, self.year = report, report.period.year
        self.similar = similar_areas(report)
        self.changed = self._days_of_change([report.area_id, *self.similar])
        self.sources = self._sources()
        areas = {report.area_id, *self.similar, *(key for keys in self.sources.values() for key in keys)}
        self.own, self.ends, self.size = self._figures(areas)

    def own_series(self, indicator: Indicator, item: str) -> Series:
        """Return the earlier years of the line in the area itself, or in what it was made of."""
        key = indicator.pk, item
        area = self.report.area_id
        numbers = []
        for year in range(self.year - YEARS, self.year):
            made_of = self.sources.get(year, (area,))
            known = [self.own.get((one, year), {}).get(key) for one in made_of]
            together = [number for number in known if number is not None]
            if together and len(together) == len(known) and (len(known) == 1 or adds_up(indicator)):
                numbers.append(sum(together))
        return Series(tuple(numbers))

    def similar_series(self, indicator: Indicator, item: str) -> list[Series]:
        """Return the line in each similar area: this year where it is approved, and the years on its present map."""
        key = indicator.pk, item
        return [
            Series(
                tuple(
                    number
                    for year in range(self.year - YEARS, self.year)
                    if self._is_same_map(area, year) and (number := self.own.get((area, year), {}).get(key)) is not None
                ),
                self.own.get((area, self.year), {}).get(key),
                self._size_of(area),
            )
            for area in self.similar
        ]

    def _size_of(self, area: int) -> int | None:
        if self.size is None:
            return None
        for year in range(self.year, self.year - YEARS - 1, -1):
            if self._is_same_map(area, year) and (size := self.own.get((area, year), {}).get((self.size, ""))):
                return size
        return None

    def _is_same_map(self, area: int, year: int) -> bool:
        return area not in self.changed or self.ends.get((area, year), self.changed[area]) >= self.changed[area]

    def _days_of_change(self, areas: Iterable[int]) -> dict[int, datetime.date]:
        """Return, by area, the last day on which it took up or gave territory within the years that count."""
        ends_on = self.report.period.ends_on
        keys = set(areas)
        rows = AreaSuccession.objects.filter(
            Q(predecessor__in=keys) | Q(successor__in=keys),
            effective_on__lte=ends_on,
            effective_on__year__gte=self.year - YEARS,
        ).order_by("effective_on")
        found: dict[int, datetime.date] = {}
        for day, *both in rows.values_list("effective_on", "predecessor", "successor"):
            found |= dict.fromkeys(keys & set(both), day)
        return found

    def _sources(self) -> dict[int, tuple[int, ...]]:
        """Return, by year of another map, the areas of which the area is made, whole; none where that cannot be told."""
        area, period = self.report.area, self.report.period
        if area.pk not in self.changed:
            return {}
        lineage = trace(area)
        periods = Period.objects.filter(
            kind=period.kind,
            line=period.line,
            name=period.name,
            year__range=(self.year - YEARS, self.year - 1),
            ends_on__lt=self.changed[area.pk],
            area__in=lineage.areas,
        )
        found: dict[int, tuple[int, ...]] = {}
        for year, ends_on in set(periods.order_by().values_list("year", "ends_on")):
            cover = Maps(lineage, ends_on, period.ends_on).cover(area)
            told = not cover.split and not cover.cut and all(one.level == area.level for one in cover.whole)
            found[year] = tuple(one.pk for one in cover.whole) if told else ()
        return found

    def _figures(self, areas: Iterable[int]) -> tuple[Own, dict[tuple[int, int], datetime.date], int | None]:
        """Return the known own parts of the approved reports of `areas`, the last day of each, and the key of the size."""
        period = self.report.period
        rows = Figure.objects.filter(
            report__area__in=set(areas),
            report__period__kind=period.kind,
            report__period__line=period.line,
            report__period__name=period.name,
            report__period__year__range=(self.year - YEARS, self.year),
            report__state__in=APPROVED_STATES,
            own__isnull=False,
        ).exclude(report=self.report)
        own: Own = defaultdict(dict)
        ends: dict[tuple[int, int], datetime.date] = {}
        for area, year, ends_on, indicator, item, number in rows.order_by().values_list(
            "report__area", "report__period__year", "report__period__ends_on", "indicator", "item", "own"
        ):
            if number is not None:
                own[area, year][indicator, item] = number
            ends[area, year] = ends_on
        size = Indicator.objects.filter(code=SIZE).values_list("pk", flat=True).first()
        return dict(own), ends, size


def adds_up(indicator: Indicator) -> bool:
    """Say whether figures of several areas are added up for this indicator."""
    return indicator.rollup == Indicator.Rollup.SUM


def similar_areas(report: Report) -> list[int]:
    """Return the keys of the areas that report beside that of `report`: of its level, those of its kind first. One query."""
    if report.goes_to_id is None:
        return []
    beside = Report.objects.filter(
        period=report.period_id, goes_to=report.goes_to_id, area__level=report.area.level
    ).exclude(pk=report.pk)
    same_kind_first = Case(When(area__kind=report.area.kind, then=0), default=1)
    return list(beside.order_by(same_kind_first, "area__code").values_list("area", flat=True)[:MOST_SIMILAR])
