"""The page of a year on the map of another day: what each figure is made of, what is missing, what cannot be told."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from config.words import worded
from movement import recount, yearbook
from movement.beside import form_order
from movement.grids import Cell, Column, Grid, Line
from movement.models import PublishedFigure
from movement.narrative import UNITS
from movement.places import Place, area_name, place
from movement.yearbook import FigureRow, Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from movement import covers
    from movement.exact import Key, Value
    from movement.models import Edition, Indicator, IndicatorSection
    from movement.recount import Recounted
    from units.models import Area


@dataclass(frozen=True)
class RecountedRow(FigureRow):
    """A figure on another map: incomplete without those of `missing`; `reason` says why it cannot be told."""

    missing: tuple[Place, ...]
    reason: str


@dataclass(frozen=True)
class OtherMapPage:
    """Everything on the page of an area and year on the map of `day`, reported on that of `reported_on`.

    `sources` are the areas that the area is made of, with their pages as reported; `missing` those without any figure.
    `without` are the areas of the map of which no kind of unit is known.
    """

    area: Area
    year: int
    day: datetime.date
    reported_on: datetime.date
    is_on_map: bool
    editions: tuple[Edition, ...]
    kinds: tuple[RecountedRow, ...]
    sections: tuple[Section, ...]
    parts: Grid | None
    without: tuple[Place, ...]
    sources: tuple[Place, ...]
    missing: tuple[Place, ...]
    synthetic: bool


def read(found: Recounted) -> OtherMapPage:
    """Return the page of what was recounted, in the language in force. One query where the area is not on the map."""
    rows = rows_of(found)
    grid, without = by_area(found)
    known = found.arithmetic.year.is_known
    return OtherMapPage(
        area=found.area,
        year=found.year,
        day=found.day,
        reported_on=found.reported_on,
        is_on_map=found.is_on_map,
        editions=tuple(found.editions),
        kinds=tuple(row for one, row in rows if one.code in UNITS or one.code == "units_other_kind"),
        sections=sections(rows),
        parts=grid,
        without=without,
        sources=sources_of(found, found.cover, found.area),
        missing=tuple(source(found, one, found.area) for one in found.cover.areas if not known(one)),
        synthetic=any(row.synthetic for _one, row in rows) or (grid is not None and grid.synthetic),
    )


def source(found: Recounted, area: Area, of: Area) -> Place:
    """Return `area`, a part of `of`, with the address of its year as reported, or its own where no figure is known.

    Where the new one took over the name, the old one is told by its last day.
    """
    name = area_name(area)
    if area.pk != of.pk and name == area_name(of) and area.valid_to is not None:
        last = area.valid_to - datetime.timedelta(days=1)
        name += " " + _("(until %(day)s)") % {"day": last.strftime("%d/%m/%Y")}
    if not found.arithmetic.year.is_known(area):
        return Place(area.code, name, area.get_absolute_url())
    return Place(area.code, name, reverse("movement:year", args=[area.code, found.year]))


def sources_of(found: Recounted, cover: covers.Cover, of: Area) -> tuple[Place, ...]:
    """Return the areas of the cover of `of` that have figures for the year."""
    return tuple(source(found, one, of) for one in cover.areas if found.arithmetic.year.is_known(one))


def rows_of(found: Recounted) -> list[tuple[Indicator, RecountedRow]]:
    """Return every known figure of the area with its indicator, in the order of the form."""
    indicators = found.arithmetic.indicators
    names = {code: kind.name for code, kind in found.kinds.items()}
    printed = () if found.is_on_map else PublishedFigure.objects.filter(area=found.area, year=found.year)
    keys = sorted(found.values, key=lambda key: (form_order(indicators[key[0]]), key[1]))
    return [(indicators[key[0]], row_of(found, key, names, list(printed))) for key in keys]


def row_of(found: Recounted, key: Key, kinds: Mapping[str, str], printed: Iterable[PublishedFigure]) -> RecountedRow:
    """Return a figure with its names; where nothing was added, as the year's own page shows it."""
    value, indicator = found.values[key], found.arithmetic.indicators[key[0]]
    if value.sealed is not None:
        row = yearbook.figure_row(value.sealed, indicator, kinds, printed)
        return RecountedRow(**vars(row), missing=(), reason="")
    return RecountedRow(
        label=f"{indicator.name}: {kinds[key[1]]}" if key[1] else indicator.name,
        unit=indicator.unit,
        printed=value.printed,
        exact="",
        synthetic=value.synthetic,
        exact_is_synthetic=False,
        counted=value.counted,
        expected=value.expected,
        missing=tuple(source(found, one, found.area) for one in value.missing),
        reason=value.reason,
    )


def sections(rows: Iterable[tuple[Indicator, RecountedRow]]) -> tuple[Section, ...]:
    """Return the figures by section of the form."""
    found: dict[IndicatorSection, list[FigureRow]] = defaultdict(list)
    for indicator, row in rows:
        found[indicator.section].append(row)
    return tuple(Section(section.number, section.name, tuple(lines)) for section, lines in found.items())


def by_area(found: Recounted) -> tuple[Grid | None, tuple[Place, ...]]:
    """Return the kinds of units by area of the map, and the areas of which none is known."""
    values = {line.area.pk: found.values_of(line) for line in found.lines}
    keys = {found.arithmetic.indicators[key[0]].code: key for one in values.values() for key in one if not key[1]}
    codes = [code for code in UNITS if code in keys]
    if not codes:
        return None, tuple(place(line.area) for line in found.lines)
    by_code = {one.code: one for one in found.arithmetic.indicators.values()}
    columns = tuple(Column(code, by_code[code].name) for code in codes)

    def cells(of: Mapping[Key, Value], area: Area) -> tuple[Cell, ...]:
        return tuple(cell_of(found, of.get(keys[code]), area) for code in codes)

    lines = [line_of(found, line, cells(values[line.area.pk], line.area)) for line in found.lines]
    known = [one for one in lines if any(cell.value is not None or cell.reason for cell in one.cells)]
    named = {one.code for one in known}
    total = Line(found.area.code, area_name(found.area), cells(found.values, found.area))
    own = list(own_lines(found, [keys[code] for code in codes]))
    rest = rest_of(total, [*known, *own])
    return (
        Grid(columns, (*known, *own, *rest), total),
        tuple(place(line.area) for line in found.lines if line.area.code not in named),
    )


def cell_of(found: Recounted, value: Value | None, area: Area) -> Cell:
    """Return a figure of `area` as a cell of the table."""
    if value is None:
        return Cell()
    return Cell(
        value.total,
        value.printed,
        value.synthetic and value.total is not None,
        missing=tuple(source(found, one, area) for one in value.missing),
        reason=value.reason,
    )


def line_of(found: Recounted, line: covers.Line, cells: tuple[Cell, ...]) -> Line:
    """Return the row of an area of the map; one that also holds territory from elsewhere is marked as a part."""
    name = area_name(line.area)
    address = reverse("movement:year", args=[line.area.code, found.year])
    return Line(
        line.area.code,
        _("%(area)s (part)") % {"area": name} if line.cover.is_part else name,
        cells,
        f"{address}?boundaries={found.day.isoformat()}",
        sources=sources_of(found, line.cover, line.area),
    )


def own_lines(found: Recounted, keys: list[Key]) -> Iterable[Line]:
    """Yield a row for what each area above the lowest did itself, where it is not zero."""
    for one in found.own_parts:
        figures = [found.arithmetic.year.figure(one, key) for key in keys]
        if any(figure and figure.own for figure in figures):
            cells = (Cell(figure.own, worded(figure.own), figure.synthetic) if figure else Cell() for figure in figures)
            yield Line(
                one.code,
                _("own part of %(area)s") % {"area": area_name(one)},
                tuple(cells),
                sources=(source(found, one, one),),
            )


def rest_of(total: Line, lines: list[Line]) -> Iterable[Line]:
    """Yield a row for what the total holds beyond the rows, where that is not zero: so that they always add up."""
    rest = [
        None if whole.value is None else whole.value - sum(line.cells[at].value or 0 for line in lines)
        for at, whole in enumerate(total.cells)
    ]
    if any(rest):
        told = any(line.reasons for line in lines)
        label = _("areas marked “not comparable”, together") if told else _("held by no area of this map")
        synthetic = [cell.synthetic for cell in total.cells]
        yield Line("", label, tuple(Cell(one, worded(one), mark) for one, mark in zip(rest, synthetic, strict=True)))


def offered_day(area: Area, year: int) -> datetime.date | None:
    """Return the day on whose map the year of `area` can be recounted, because the area itself did not exist then.

    None where it did, or where no figure of what it was or became is sealed.
    """
    day = None
    if area.valid_from is not None and area.valid_from.year >= year:
        day = area.valid_from
    elif area.valid_to is not None and area.valid_to.year <= year:
        day = area.valid_to - datetime.timedelta(days=1)
    found = recount.read(area, year, day) if day is not None else None
    return day if found is not None and not found.is_same else None
