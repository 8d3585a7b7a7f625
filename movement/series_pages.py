"""The page of one indicator of an area over the years, as reported or as one line on the map of a day."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from movement import endings, open_data, other_map, recount, recounted_data, series, timelines
from movement.grids import Cell, Column, Grid, Line
from movement.models import Chart
from movement.open_data import Table
from movement.places import FIRST_MAP, area_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from movement.models import Indicator
    from movement.recount import Recounted
    from movement.timelines import Gathered, Timeline
    from units.models import Area


@dataclass(frozen=True)
class Shown:
    """One table with its chart, which is empty until it is drawn."""

    label: str
    grid: Grid
    breaks: tuple[str, ...]
    drawing: SafeString
    has_others: bool


def as_reported(gathered: Gathered) -> list[Shown]:
    """Return a table for each kind of the indicator, every area on its own map. One query."""
    lines = timelines.timelines(gathered)
    names = [one.drawing_name for one in lines]
    charts = Chart.objects.filter(area=gathered.area, name__in=names, language=get_language() or "vi")
    stored = dict(charts.order_by("pk").values_list("name", "svg"))
    return [_shown(one, stored.get(one.drawing_name, "")) for one in lines]


def _shown(line: Timeline, svg: str) -> Shown:
    drawing = mark_safe(svg)  # noqa: S308 - drawn by our own worker
    return Shown(line.label, line.grid, line.breaks, drawing, line.has_others)


def on_one_map(area: Area, indicator: Indicator, years: list[Recounted]) -> list[Shown]:
    """Return a table for each kind of the indicator: one line, each year recounted; a year in between has no figure."""
    items = sorted({key[1] for one in years for key in one.values})
    return [_one_line(area, indicator, item, years) for item in items]


def _one_line(area: Area, indicator: Indicator, item: str, found: list[Recounted]) -> Shown:
    by_year = {one.year: one for one in found if (indicator.pk, item) in one.values}
    years = range(min(by_year), max(by_year) + 1)
    kinds = found[0].kinds
    lines = tuple(_line(year, by_year.get(year), (indicator.pk, item)) for year in years)
    grid = Grid((Column(area.code, area_name(area)),), lines)
    kind = kinds.get(item) or indicator
    told = (
        *series.years_without(year for year in years if year not in by_year),
        *series.new_kind(kind, years),
        *series.ended_kind(kind, years),
    )
    label = f"{indicator.name}: {kind.name}" if item else indicator.name
    return Shown(label, grid, told, SafeString(), has_others=False)


def _line(year: int, found: Recounted | None, key: tuple[int, str]) -> Line:
    if found is None:
        return Line(str(year), str(year), (Cell(),), note=_("nothing published"))
    address = reverse("movement:year", args=[found.area.code, year])
    return Line(
        str(year),
        str(year),
        (other_map.cell_of(found, found.values[key], found.area),),
        f"{address}?boundaries={found.day.isoformat()}",
        sources=other_map.sources_of(found, found.cover, found.area),
    )


def own_map(area: Area) -> datetime.date:
    """Return a day on whose map the area is: its last one, or the one on which it last changed. At most one query."""
    today = timezone.localdate()
    if area.valid_to is not None and area.valid_to <= today:
        return area.valid_to - datetime.timedelta(days=1)
    return endings.latest_change(area, FIRST_MAP) or today


def reported_table(gathered: Gathered, indicator: Indicator) -> Table:
    """Return every sealed figure of the indicator, by year and area, and what others have printed of it."""
    areas = {one.pk: one for one in gathered.relatives}
    rows = []
    for figure in gathered.figures:
        area = areas[figure.area_id]
        year = gathered.years_of_editions[figure.edition_id]
        edition = gathered.edition_of(area, year)
        if edition is not None:
            figure.area, figure.indicator = area, indicator
            rows.append(open_data.sealed_row(figure, edition))
    rows += [open_data.printed_row(one, one.year) for one in gathered.printed if one.year is not None]
    order = {one.code: at for at, one in enumerate(gathered.relatives)}
    rows.sort(key=lambda row: (row.kind, row.item, row.year, order[row.area_code]))
    return Table(gathered.area, title_of(gathered.area, indicator), None, rows)


def recounted_table(area: Area, indicator: Indicator, years: Iterable[Recounted], day: datetime.date) -> Table:
    """Return every year of the indicator, recounted on the map of `day`."""
    rows = [row for one in years for row in recounted_data.rows_of(one, area, one.cover, one.values)]
    rows.sort(key=lambda row: (row.item, row.year))
    return Table(area, title_of(area, indicator), None, rows, boundaries=day.isoformat())


def title_of(area: Area, indicator: Indicator) -> str:
    """Return the name of a series."""
    return _("%(indicator)s, %(area)s, over the years") % {"indicator": indicator.name, "area": area_name(area)}


def years_of(area: Area, indicator: Indicator, day: datetime.date) -> list[Recounted]:
    """Return the years with a figure of the indicator that can be recounted on the map of `day`."""
    return [one for one in recount.read_years(area, day, indicator) if one.values]
