"""One area in one year, as its page shows it: read from the sealed edition and from what others have printed."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from config.languages import by_language
from config.words import worded
from movement import errata_pages, publication, telling
from movement.beside import Beside, beside, form_order
from movement.grids import Cell, Column, Grid, Line
from movement.models import Chart, EditionFigure, Indicator
from movement.narrative import UNITS
from movement.places import area_name
from movement.series import Published, Trend, published_of, trend
from units.models import Area, UnitKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from movement.errata_pages import ErratumRow
    from movement.models import Edition, IndicatorSection, PublishedFigure
    from movement.telling import Telling

GLANCE = (
    *UNITS,
    "clusters_border_route",
    "clusters_inter_province",
    "launch_sessions",
    "launch_attendance",
)


@dataclass(frozen=True)
class FigureRow:
    """One sealed figure with its names; `exact` is the total behind a printed "nearly 9,000".

    The two are illustrative apart: others may have printed "nearly 9,000" while our 8,950 is a demonstration.
    """

    label: str
    unit: str
    printed: str
    exact: str
    synthetic: bool
    exact_is_synthetic: bool
    counted: int
    expected: int


@dataclass(frozen=True)
class Section:
    """A section of the form with its known figures."""

    number: int
    name: str
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True)
class Drawings:
    """The charts that are ready, as SVG; an empty one is not drawn yet."""

    bars: SafeString
    map: SafeString
    trend: SafeString


@dataclass(frozen=True)
class YearPage:
    """Everything on the page of one area and year."""

    area: Area
    year: int
    published: Published
    edition: Edition | None
    sentences: tuple[str, ...]
    telling: Telling
    glance: tuple[FigureRow, ...]
    completeness: tuple[int, int] | None
    kinds: tuple[FigureRow, ...]
    below: Grid | None
    trend: Trend | None
    beside: tuple[Beside, ...]
    sections: tuple[Section, ...]
    drawings: Drawings
    synthetic: bool
    errata: tuple[ErratumRow, ...]
    files: tuple[tuple[str, str, str], ...]  # name, address and SHA-256 of each file of the edition


def read(area: Area, year: int) -> YearPage | None:
    """Return the page of `area` for `year` in the language in force; None where nothing is published.

    Ten queries, twelve where commendations are sealed; for a further edition those of its errata too.
    """
    published = published_of(area)
    if year not in published.years:
        return None
    edition = published.editions.get(year)
    indicators = {one.pk: one for one in Indicator.objects.select_related("section")}
    kinds = {kind.code: kind.name for kind in UnitKind.objects.all()}
    sealed = public_figures(area, published, edition, kinds)
    own_of_all_years = [one for one in sealed if one.area_id == area.pk]
    own = sorted(
        (one for one in own_of_all_years if edition and one.edition_id == edition.pk),
        key=lambda one: (form_order(indicators[one.indicator_id]), one.item),
    )
    printed = published.printed_in(year)
    rows = {
        (indicators[one.indicator_id].code, one.item): figure_row(one, indicators[one.indicator_id], kinds, printed)
        for one in own
    }
    below = by_area(area, edition, sealed, indicators) if edition else None
    line = trend(published, own_of_all_years, indicators)
    on_figures = sentences(area, edition)
    return YearPage(
        area=area,
        year=year,
        published=published,
        edition=edition,
        sentences=on_figures,
        telling=telling.read(area, edition, on_figures),
        glance=tuple(rows[code, ""] for code in GLANCE if (code, "") in rows),
        completeness=completeness(area, own),
        kinds=tuple(row for (code, _item), row in rows.items() if code in UNITS or code == "units_other_kind"),
        below=below,
        trend=line,
        beside=beside(printed, rows, kinds),
        sections=sections(own, indicators, rows),
        drawings=drawings(area, edition, below, line),
        synthetic=any(one.synthetic for one in own) or (below is not None and below.synthetic),
        errata=errata_pages.of_area(area, edition),
        files=files(edition),
    )


def files(edition: Edition | None) -> tuple[tuple[str, str, str], ...]:
    """Return name, address and SHA-256 of the public files of `edition`; none of one that has no files."""
    if edition is None or not edition.has_files:
        return ()
    at = [edition.area.code, edition.period.year, edition.number]
    digests = json.loads(edition.canonical)["files"]
    return tuple(
        (suffix.upper(), reverse("movement:edition_file", args=[*at, suffix]), digests[f"public.{suffix}"]["sha256"])
        for suffix in ("json", "csv")
    )


def public_figures(
    area: Area, published: Published, edition: Edition | None, kinds: Mapping[str, str]
) -> list[EditionFigure]:
    """Return the sealed figures of `area` in every year, and of the areas one level below it in `edition`."""
    own = Q(edition__in=[one.pk for one in published.editions.values()], area=area)
    below = Q(edition=edition, area__parent=area) if edition else Q()
    figures = EditionFigure.objects.filter(own | below).select_related("area").order_by("area__sort_key", "pk")
    return [one for one in figures if publication.is_public(one.item, one.area.level, kinds)]


def figure_row(
    figure: EditionFigure, indicator: Indicator, kinds: Mapping[str, str], printed: Iterable[PublishedFigure]
) -> FigureRow:
    """Return `figure` with its names in the language in force; `printed` are the figures of others for the year."""
    of_record = bool(figure.printed_word) and any(
        (one.indicator_id, one.item, one.word, one.value, one.of_record)
        == (figure.indicator_id, figure.item, figure.printed_word, figure.printed_value, True)
        for one in printed
    )
    return FigureRow(
        label=f"{indicator.name}: {kinds[figure.item]}" if figure.item else indicator.name,
        unit=indicator.unit,
        printed=figure.printed,
        exact=worded(figure.total) if figure.printed_word else "",
        synthetic=figure.synthetic and not of_record,
        exact_is_synthetic=figure.synthetic,
        counted=figure.areas_counted if figure.areas_expected else 0,
        expected=figure.areas_expected,
    )


def sentences(area: Area, edition: Edition | None) -> tuple[str, ...]:
    """Return the sealed sentences; they speak of the whole area of the edition only."""
    if edition is None or edition.area_id != area.pk:
        return ()
    text = by_language(edition.summary_vi, edition.summary_en)
    return tuple(part for part in text.split("\n\n") if part)


def completeness(area: Area, figures: Iterable[EditionFigure]) -> tuple[int, int] | None:
    """Return of how many communes every summed figure is made, at the least, and of how many it should be."""
    if area.level == Area.Level.COMMUNE:
        return None
    shares = [(one.areas_counted, one.areas_expected) for one in figures if one.areas_expected]
    return min(shares, default=None)


def by_area(
    area: Area, edition: Edition, figures: Iterable[EditionFigure], indicators: Mapping[int, Indicator]
) -> Grid | None:
    """Return the kinds of units by the areas one level below `area`; None where there are none."""
    cells: dict[int, dict[str, Cell]] = defaultdict(dict)
    for one in figures:
        if one.edition_id == edition.pk and not one.item and (code := indicators[one.indicator_id].code) in UNITS:
            cells[one.area_id][code] = Cell(one.total, one.printed, one.synthetic)
    places = list(Area.objects.filter(parent=area).valid_on(edition.period.ends_on).in_order())
    codes = [code for code in UNITS if any(code in row for row in cells.values())]
    if not places or not codes:
        return None
    by_code = {one.code: one for one in indicators.values()}

    def line(one: Area) -> Line:
        row = cells[one.pk]
        url = f"{one.get_absolute_url()}{edition.period.year}/" if row else one.get_absolute_url()
        return Line(one.code, area_name(one), tuple(row.get(code, Cell()) for code in codes), url)

    return Grid(tuple(Column(code, by_code[code].name) for code in codes), tuple(map(line, places)), line(area))


def sections(
    figures: Iterable[EditionFigure], indicators: Mapping[int, Indicator], rows: Mapping[tuple[str, str], FigureRow]
) -> tuple[Section, ...]:
    """Return the known figures by section of the form, in the order of the form."""
    found: dict[IndicatorSection, list[FigureRow]] = defaultdict(list)
    for one in figures:
        indicator = indicators[one.indicator_id]
        found[indicator.section].append(rows[indicator.code, one.item])
    return tuple(Section(section.number, section.name, tuple(lines)) for section, lines in found.items())


def drawings(area: Area, edition: Edition | None, below: Grid | None, line: Trend | None) -> Drawings:
    """Return the charts drawn from these very numbers in the language in force."""
    stored: dict[str, str] = {}
    if edition is not None:
        charts = Chart.objects.filter(edition=edition, area=area, language=get_language() or "vi")
        stored = dict(charts.values_list("name", "svg"))

    def ready(grid: Grid | None, name: str) -> SafeString:
        return mark_safe(stored.get(grid.drawing(name), "") if grid else "")  # noqa: S308 - drawn by our own worker

    return Drawings(ready(below, "bars"), ready(below, "map"), ready(line.grid if line else None, "trend"))
