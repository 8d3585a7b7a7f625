"""All that has been published of an area over the years: sealed editions and what others have printed."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from movement.grids import Cell, Column, Grid, Line
from movement.models import Edition, EditionFigure, Indicator, PublishedFigure
from movement.narrative import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from units.models import Area, UnitKind


@dataclass(frozen=True)
class Published:
    """An area's latest edition of each year, and the figures of others."""

    area: Area
    editions: Mapping[int, Edition]
    figures: tuple[PublishedFigure, ...]

    @cached_property
    def years(self) -> list[int]:
        """Return every year of which anything is published, the latest first."""
        return sorted({*self.editions, *(one.year for one in self.figures if one.year is not None)}, reverse=True)

    def printed_in(self, year: int) -> list[PublishedFigure]:
        """Return what others have printed for `year`."""
        return [one for one in self.figures if one.year == year]

    @property
    def undated(self) -> list[PublishedFigure]:
        """Return what others have printed without telling the year."""
        return [one for one in self.figures if one.year is None]

    @cached_property
    def links(self) -> list[tuple[int, str]]:
        """Return every year with the address of its page, the latest first."""
        return [(year, reverse("movement:year", args=[self.area.code, year])) for year in self.years]


def published_of(area: Area) -> Published:
    """Return all that has been published of `area`. Two queries."""
    return Published(
        area=area,
        editions=latest_editions(area),
        figures=tuple(PublishedFigure.objects.filter(area=area).select_related("area", "indicator__section")),
    )


def latest_editions(area: Area) -> dict[int, Edition]:
    """Return the latest edition of each year that holds figures of `area`, by year, without their canonical files."""
    holding = EditionFigure.objects.filter(edition=OuterRef("pk"), area=area)
    rows = Edition.objects.covering(area).filter(Exists(holding)).select_related("area", "period").defer("canonical")
    latest: dict[int, Edition] = {}
    for edition in rows:
        latest.setdefault(edition.period.year, edition)
    return latest


POINTS = (PublishedFigure.Span.YEAR, PublishedFigure.Span.ON_DAY)  # a review of several years is no point of one year


def points_of(figures: Iterable[PublishedFigure]) -> Iterable[tuple[int, PublishedFigure]]:
    """Yield each figure of record that is a point of one year, with the year; one of the whole year comes last."""
    for one in sorted(figures, key=lambda one: one.span == PublishedFigure.Span.YEAR):
        if one.year is not None and one.value is not None and one.of_record and one.span in POINTS:
            yield one.year, one


def printed_cell(figure: PublishedFigure) -> Cell:
    """Return a figure of others as a cell."""
    return Cell(int(figure.value or 0), figure.printed, by_others=True)


@dataclass(frozen=True)
class Trend:
    """The kinds of units over the years, and what breaks the line."""

    grid: Grid
    breaks: tuple[str, ...]


def trend(published: Published, figures: Iterable[EditionFigure], indicators: Mapping[int, Indicator]) -> Trend | None:
    """Return the kinds of units by year, from the first to the last year with one; None where there is none.

    `figures` are the area's own sealed ones of every year. Where we sealed none, the figure of record of others stands.
    """
    known: dict[int, dict[str, Cell]] = defaultdict(dict)
    for year, printed in points_of(published.figures):
        if printed.indicator and printed.indicator.code in UNITS and not printed.item:
            known[year][printed.indicator.code] = printed_cell(printed)
    year_of = {edition.pk: year for year, edition in published.editions.items()}
    for figure in figures:
        if (code := indicators[figure.indicator_id].code) in UNITS and not figure.item:
            known[year_of[figure.edition_id]][code] = Cell(figure.total, figure.printed, figure.synthetic)
    if not known:
        return None
    years = range(min(known), max(known) + 1)
    by_code = {one.code: one for one in indicators.values()}
    codes = [code for code in UNITS if any(code in cells for cells in known.values())]
    lines = [
        Line(
            code=str(year),
            label=str(year),
            cells=tuple(known[year].get(code, Cell()) for code in codes),
            url=reverse("movement:year", args=[published.area.code, year]) if year in published.years else "",
            note=_origin(published, year, known[year]),
        )
        for year in years
    ]
    grid = Grid(tuple(Column(code, by_code[code].name) for code in codes), tuple(lines))
    return Trend(grid, tuple(_breaks(published, years, by_code)))


def _origin(published: Published, year: int, cells: Mapping[str, Cell]) -> str:
    if edition := published.editions.get(year):
        return _("edition %(number)s of the ledger") % {"number": edition.number}
    if cells:
        return _("published by others")
    others = len(published.printed_in(year))
    if not others:
        return _("nothing published")
    return ngettext(
        "no figure for these kinds; others published %(count)s other figure",
        "no figure for these kinds; others published %(count)s other figures",
        others,
    ) % {"count": others}


def _breaks(published: Published, years: range, indicators: Mapping[str, Indicator]) -> Iterable[str]:
    yield from years_without(year for year in years if year not in published.editions)
    area = published.area
    if area.valid_from and area.valid_from.year in years:
        yield _("The area begins on %(day)s; earlier years are on the pages of what it was before.") % {
            "day": area.valid_from.strftime("%d/%m/%Y")
        }
    for code in UNITS:
        if code in indicators:
            yield from new_kind(indicators[code], years)


def years_without(years: Iterable[int]) -> Iterable[str]:
    """Yield a sentence on the years without an edition, if there are any."""
    if named := ", ".join(map(str, years)):
        yield _("The ledger has published no figure of its own for %(years)s, so the line is broken there.") % {
            "years": named
        }


def new_kind(kind: Indicator | UnitKind, years: range) -> Iterable[str]:
    """Yield a sentence on a kind of unit that is counted only from a day inside `years`."""
    first = kind.valid_from
    if first and first.year in years and first.year > years.start:
        yield _("“%(kind)s” are counted only from %(day)s: a new kind, never added to the others.") % {
            "kind": kind.name,
            "day": first.strftime("%d/%m/%Y"),
        }


def ended_kind(kind: Indicator | UnitKind, years: range) -> Iterable[str]:
    """Yield a sentence on a kind of unit that was counted only until a day inside `years`."""
    end = kind.valid_to
    if end and end.year in years:
        yield _("“%(kind)s” were counted only until %(day)s.") % {
            "kind": kind.name,
            "day": last_day(end),
        }


def last_day(end: datetime.date) -> str:
    """Return the day before `end`, day first."""
    return (end - datetime.timedelta(days=1)).strftime("%d/%m/%Y")
