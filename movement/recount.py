"""A year on the map of another day: the sealed figures of an area, and of the areas that lie in it on that map."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Q

from movement.covers import Cover, Maps
from movement.exact import Arithmetic, Rows, Value, Year
from movement.models import Edition, EditionFigure, Indicator, Period
from movement.narrative import UNITS
from movement.successions import trace
from units.models import Area, UnitKind

if TYPE_CHECKING:
    import datetime
    from collections.abc import Mapping

    from movement.covers import Line
    from movement.exact import Key
    from movement.successions import Lineage

Editions = dict[int, dict[int, Edition]]


@dataclass(frozen=True)
class Recounted:
    """An area and year on the map of `day`, reported on that of `reported_on`.

    `cover` tells of which areas the area itself is made: itself, where it is not on the map of `day`. `lines` are the
    areas one level below it on that map, or those that hold its territory.
    """

    area: Area
    year: int
    day: datetime.date
    maps: Maps
    cover: Cover
    lines: tuple[Line, ...]
    arithmetic: Arithmetic
    kinds: Mapping[str, UnitKind]

    @property
    def reported_on(self) -> datetime.date:
        """Return the day of the map on which the year was reported."""
        return self.maps.start

    @property
    def is_on_map(self) -> bool:
        """Say whether the area is on the map of `day`."""
        return self.area.is_valid_on(self.day)

    @property
    def is_same(self) -> bool:
        """Say whether nothing of the area differs between the two maps: then the year stands as it was reported."""
        return self.maps.is_same_for(self.area)

    @property
    def editions(self) -> list[Edition]:
        """Return the editions of which the figures are taken, each once."""
        found = (self.arithmetic.year.edition_of(one) for one in self.cover.areas)
        return list({one.pk: one for one in found if one}.values())

    @cached_property
    def values(self) -> dict[Key, Value]:
        """Return every known figure of the area, in no order."""
        keys = self.arithmetic.keys_of(self.area, self.cover)
        return {key: self.arithmetic.value(self.area, self.cover, key) for key in keys}

    def values_of(self, line: Line) -> dict[Key, Value]:
        """Return every known figure of one of the lines, in no order."""
        keys = self.arithmetic.keys_of(line.area, line.cover)
        return {key: self.arithmetic.value(line.area, line.cover, key) for key in keys}

    @cached_property
    def own_parts(self) -> list[Area]:
        """Return the areas that added something of their own which belongs to none of the lines, the highest first."""
        in_lines = {one.pk for line in self.lines for one in line.cover.whole}
        return [
            one
            for one in above_the_lowest(self.maps, self.cover)
            if not in_lines & {one.pk, one.district_id, one.province_id}
        ]


def read(area: Area, year: int, day: datetime.date, *, every_indicator: bool = False) -> Recounted | None:
    """Return `area` in `year` on the map of `day`; None where no figure of it, or of what it was or became, is sealed.

    The lines have the kinds of units alone, unless `every_indicator` is asked for. A dozen queries, one or two more for
    each reform between the days, however many areas there are.
    """
    if area.level == Area.Level.COUNTRY:
        return None  # nothing is published of the country, and its map is all maps
    lineage = trace(area)
    editions = editions_of(area, lineage, year)
    if year not in editions:
        return None
    maps = Maps(lineage, map_of_report(editions[year], area), day)
    if not (area.is_valid_on(day) or area.is_valid_on(maps.start)):
        return None
    cover = cover_of(maps, area)
    lines = tuple(maps.lines_of(area))
    indicators = {one.pk: one for one in Indicator.objects.select_related("section", "unit_kind")}
    kinds = {one.code: one for one in UnitKind.objects.all()}
    below = {
        one.pk
        for covered in (cover, *(line.cover for line in lines))
        for one in (*covered.areas, *covered.cut, *above_the_lowest(maps, covered))
    }
    shown = Q(area__in=below) if every_indicator else Q(area__in=below, indicator__code__in=UNITS)
    figures = figures_of(editions, shown | Q(area__in=[one.pk for one in (*cover.areas, *cover.cut)]))
    if not figures:
        return None
    split = {one for covered in (cover, *(line.cover for line in lines)) for one in covered.split}
    arithmetic = Arithmetic(maps, Year(editions[year], figures[year]), indicators, kinds, Rows(lineage, split, day))
    return Recounted(area, year, day, maps, cover, lines, arithmetic, kinds)


def read_years(area: Area, day: datetime.date, indicator: Indicator) -> list[Recounted]:
    """Return every year of `area` on the map of `day` with the figures of one indicator, the earliest first, without lines.

    Nothing where the area is not on that map. Seven queries, one or two more for each reform, three more at most where
    the register must tell.
    """
    if area.level == Area.Level.COUNTRY or not area.is_valid_on(day):
        return []
    lineage = trace(area)
    editions = editions_of(area, lineage)
    covers = {}
    for year in sorted(editions):
        maps = Maps(lineage, map_of_report(editions[year], area), day)
        covers[year] = maps, maps.cover(area)
    wanted = {one.pk for _maps, cover in covers.values() for one in (*cover.areas, *cover.cut)}
    figures = figures_of(editions, Q(area__in=wanted, indicator=indicator))
    kinds = {one.code: one for one in UnitKind.objects.all()}
    rows = Rows(lineage, {one for _maps, cover in covers.values() for one in cover.split}, day)
    return [
        Recounted(
            area, year, day, maps, cover, (),
            Arithmetic(maps, Year(editions[year], figures[year]), {indicator.pk: indicator}, kinds, rows),
            kinds,
        )
        for year, (maps, cover) in covers.items()
    ]  # fmt: skip


def cover_of(maps: Maps, area: Area) -> Cover:
    """Return what `area` is made of on the map of the report: itself, where it is not on the other one."""
    return maps.cover(area) if area.is_valid_on(maps.day) else Cover((area,))


def above_the_lowest(maps: Maps, cover: Cover) -> list[Area]:
    """Return the areas of the cover and below it that have areas below them, the highest first."""
    found: list[Area] = []
    level = [*cover.whole, *cover.cut]
    while level:
        parts = {one.pk: maps.lineage.parts_of(one, maps.start) for one in level}
        found += [one for one in level if parts[one.pk]]
        level = [part for one in level if one not in cover.cut for part in parts[one.pk]]
    return found


def map_of_report(editions: Mapping[int, Edition], area: Area) -> datetime.date:
    """Return the day of the map on which a year was reported: the last of its window, of the area's own edition if any."""
    own = next((editions[key] for key in area.line if key in editions), None)
    return own.period.ends_on if own else max(one.period.ends_on for one in editions.values())


def editions_of(area: Area, lineage: Lineage, year: int | None = None) -> Editions:
    """Return the latest editions of the provinces of the lineage, by year and area. One query."""
    provinces = {one.province_id for one in lineage.areas.values()} | set(area.line)
    rows = Edition.objects.filter(area__in=provinces, period__kind=Period.Kind.YEAR)
    if year is not None:
        rows = rows.filter(period__year=year)
    found: Editions = defaultdict(dict)
    for one in rows.select_related("period").defer("canonical", "summary_vi", "summary_en").order_by("number", "pk"):
        found[one.period.year][one.area_id] = one
    return dict(found)


def figures_of(editions: Editions, wanted: Q) -> dict[int, dict[int, dict[Key, EditionFigure]]]:
    """Return the sealed figures that are `wanted`, by year, area and key. One query."""
    years = {one.pk: year for year, by_area in editions.items() for one in by_area.values()}
    found: dict[int, dict[int, dict[Key, EditionFigure]]] = defaultdict(lambda: defaultdict(dict))
    for one in EditionFigure.objects.filter(wanted, edition__in=years):
        found[years[one.edition_id]][one.area_id][one.indicator_id, one.item] = one
    return found
