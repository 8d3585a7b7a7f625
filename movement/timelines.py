"""Every figure over the years and across reforms: an area, what it was and what became of it, each with its own line."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from movement import publication, series
from movement.beside import form_order
from movement.grids import Cell, Column, Grid, Line
from movement.models import Edition, EditionFigure, Indicator, Period, PublishedFigure
from movement.places import CATALOGUE, area_name
from movement.successions import relatives_of
from units.models import Area, UnitKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from units.models import AreaSuccession

Key = tuple[int, str]  # indicator, item


@dataclass(frozen=True)
class Gathered:
    """All points of an area and its relatives (what it was, what became of it), the oldest area first.

    `editions` are the latest by area that published and year. `reforms` are the rows between the relatives.
    """

    area: Area
    relatives: tuple[Area, ...]
    reforms: tuple[AreaSuccession, ...]
    editions: Mapping[tuple[int, int], Edition]
    figures: tuple[EditionFigure, ...]
    printed: tuple[PublishedFigure, ...]
    indicators: Mapping[int, Indicator]
    kinds: Mapping[str, UnitKind]

    def edition_of(self, area: Area, year: int) -> Edition | None:
        """Return the latest edition of `year` that is of `area` or of one above it."""
        return next((self.editions[key, year] for key in area.line if (key, year) in self.editions), None)

    @cached_property
    def years_of_editions(self) -> dict[int, int]:
        """Return the year of each edition by its key."""
        return {one.pk: one.period.year for one in self.editions.values()}

    @cached_property
    def points(self) -> dict[Key, dict[int, dict[int, Cell]]]:
        """Return each number by figure, year and area; where we sealed none, the figure of record of others stands."""
        found: dict[Key, dict[int, dict[int, Cell]]] = defaultdict(lambda: defaultdict(dict))
        for year, one in series.points_of(self.printed):
            if one.indicator_id is not None:
                found[one.indicator_id, one.item][year][one.area_id] = series.printed_cell(one)
        for figure in self.figures:
            year = self.years_of_editions[figure.edition_id]
            cell = Cell(figure.total, figure.printed, figure.synthetic)
            found[figure.indicator_id, figure.item][year][figure.area_id] = cell
        return found


def gather(area: Area, indicator: Indicator | None = None) -> Gathered:
    """Return all points of `area` and its relatives, of one indicator where it is given.

    Eight queries, and one for each reform that the area itself went through.
    """
    relatives, reforms = relatives_of(area)
    lines = {key for one in relatives for key in one.line}
    editions: dict[tuple[int, int], Edition] = {}
    rows = Edition.objects.filter(area__in=lines, period__kind=Period.Kind.YEAR).select_related("period")
    for one in rows.defer("canonical", "summary_vi", "summary_en").order_by("number", "pk"):
        editions[one.area_id, one.period.year] = one
    only = Q(indicator=indicator) if indicator else Q(indicator__isnull=False)
    figures = EditionFigure.objects.filter(only, edition__in=editions.values(), area__in=relatives)
    printed = PublishedFigure.objects.filter(only, area__in=relatives, year__isnull=False)
    indicators = Indicator.objects.select_related("section")
    kinds = {one.code: one for one in UnitKind.objects.all()}
    levels = {one.pk: one.level for one in relatives}
    return Gathered(
        area=area,
        relatives=tuple(relatives),
        reforms=tuple(reforms),
        editions=editions,
        figures=tuple(
            one for one in figures.order_by("pk") if publication.is_public(one.item, levels[one.area_id], kinds)
        ),
        printed=tuple(
            one
            for one in printed.select_related("area", "indicator__section").order_by("pk")
            if publication.is_public(one.item, levels[one.area_id], kinds)
        ),
        indicators={one.pk: one for one in indicators},
        kinds=kinds,
    )


@dataclass(frozen=True)
class Timeline:
    """One figure over the years: a row for each year from the first to the last, a column for each area."""

    indicator: Indicator
    item: str
    label: str
    grid: Grid
    breaks: tuple[str, ...]
    reforms: tuple[AreaSuccession, ...]

    @property
    def drawing_name(self) -> str:
        """Return the name under which the chart of these very numbers is stored."""
        text = f"{self.indicator.code}/{self.item}/{self.grid.version}"
        return f"series-{hashlib.sha256(text.encode()).hexdigest()[:16]}"

    @property
    def is_a_line(self) -> bool:
        """Say whether there are two points or more, so that there is something to draw."""
        return sum(cell.value is not None for line in self.grid.lines for cell in line.cells) > 1

    @property
    def has_others(self) -> bool:
        """Say whether any point is a figure of others."""
        return any(cell.by_others for line in self.grid.lines for cell in line.cells)


def timelines(gathered: Gathered) -> list[Timeline]:
    """Return a timeline for every indicator and kind with a point, in the order of the form."""
    keys = sorted(gathered.points, key=lambda key: (form_order(gathered.indicators[key[0]]), key[1]))
    return [timeline(gathered, key) for key in keys]


def timeline(gathered: Gathered, key: Key) -> Timeline:
    """Return the timeline of the figure called `key`."""
    points = gathered.points[key]
    indicator = gathered.indicators[key[0]]
    years = range(min(points), max(points) + 1)
    columns = [area for area in gathered.relatives if any(area.pk in cells for cells in points.values())]
    names = names_of(columns)
    lines = [
        Line(
            code=str(year),
            label=str(year),
            cells=tuple(points.get(year, {}).get(area.pk, Cell()) for area in columns),
            url=next(
                (reverse("movement:year", args=[one.code, year]) for one in columns if one.pk in points.get(year, {})),
                "",
            ),
            note=origin(gathered, points.get(year, {}), columns, year),
        )
        for year in years
    ]
    kind = gathered.kinds.get(key[1])
    return Timeline(
        indicator=indicator,
        item=key[1],
        label=f"{indicator.name}: {kind.name if kind else key[1]}" if key[1] else indicator.name,
        grid=Grid(tuple(Column(area.code, names[area.pk]) for area in columns), tuple(lines)),
        breaks=tuple(breaks(gathered, key, years)),
        reforms=tuple(row for row in gathered.reforms if row.effective_on.year in years),
    )


def names_of(areas: Iterable[Area]) -> dict[int, str]:
    """Return the names of areas by key; of two with one name the one that ended is told by its last day."""
    areas = list(areas)
    names = [area_name(one) for one in areas]
    return {one.pk: until(one) if names.count(area_name(one)) > 1 else area_name(one) for one in areas}


def until(area: Area) -> str:
    """Return the name of an area with its last day, if it ended."""
    if area.valid_to is None:
        return area_name(area)
    last = series.last_day(area.valid_to)
    return f"{area_name(area)} {_('(until %(day)s)') % {'day': last}}"


def origin(gathered: Gathered, cells: Mapping[int, Cell], areas: Iterable[Area], year: int) -> str:
    """Return where the numbers of a year come from."""
    told = []
    for area in areas:
        cell, edition = cells.get(area.pk), gathered.edition_of(area, year)
        if cell is not None and cell.by_others:
            told.append(_("published by others"))
        elif cell is not None and edition is not None:
            told.append(_("edition %(number)s of the ledger") % {"number": edition.number})
    return ", ".join(dict.fromkeys(told)) or _("nothing published")


def breaks(gathered: Gathered, key: Key, years: range) -> Iterator[str]:
    """Yield what breaks the line: years without an edition, reforms, a kind that is counted only for a time."""
    sealed = {year for _area, year in gathered.editions}
    yield from series.years_without(year for year in years if year not in sealed)
    yield from map(reform_text, gathered.reforms)
    kind = gathered.kinds.get(key[1]) or gathered.indicators[key[0]]
    yield from series.new_kind(kind, years)
    yield from series.ended_kind(kind, years)


def reform_text(row: AreaSuccession) -> str:
    """Return what happened to a line on the day of a reform, with the act where it is known."""
    assert row.successor is not None
    act = "" if CATALOGUE.fullmatch(row.successor.source) else row.successor.source
    told = {
        "day": row.effective_on.strftime("%d/%m/%Y"),
        "before": until(row.predecessor),
        "after": area_name(row.successor),
        "kind": row.get_kind_display(),
        "act": f", {act}" if act else "",
    }
    return _("%(day)s: %(before)s → %(after)s (%(kind)s%(act)s). One line ends, another begins.") % told


@dataclass(frozen=True)
class Shelf:
    """The series of one section of the form: the name and address of each."""

    name: str
    links: tuple[tuple[str, str], ...]


def available(area: Area) -> list[Shelf]:
    """Return the series of an area by section of the form. The queries of `gather`."""
    gathered = gather(area)
    found = sorted({key[0] for key in gathered.points}, key=lambda one: form_order(gathered.indicators[one]))
    shelves: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pk in found:
        one = gathered.indicators[pk]
        shelves[one.section.name].append((one.name, reverse("movement:series", args=[area.code, one.code])))
    return [Shelf(name, tuple(links)) for name, links in shelves.items()]
