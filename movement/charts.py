"""The charts of an edition, drawn by the worker from the very tables of its pages."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from config.charts import Drawing, draw
from movement import line_charts, yearbook
from movement.models import Chart, Edition
from movement.places import area_name
from movement.series import latest_editions
from movement.successions import relatives_of
from movement.timelines import gather
from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Iterator

    from movement.grids import Grid, Line
    from movement.yearbook import YearPage

DISTRICTS = Path(settings.BASE_DIR) / "movement" / "data" / "bac-kan-districts.geojson"
INK = "#1c2b39"
SOLID = "#1d4e6b"
SHADES = ["#e3eef3", "#b3d0dc", "#73a5bb", "#2f6f8f"]
WIDTH = 400
GAP = 14
LOOK = {
    "background": None,
    "padding": 4,
    "config": {
        "font": "Arial, Helvetica, sans-serif",
        "view": {"stroke": None},
        "text": {"fontSize": 13, "color": INK},
        "axis": {"labelFontSize": 13, "labelColor": INK, "ticks": False, "domain": False, "grid": False},
        "title": {"fontSize": 13, "color": INK, "anchor": "start", "frame": "group", "fontWeight": "bold", "offset": 6},
    },
}


def draw_all(edition_id: int) -> int:
    """Draw the charts of the edition in both languages, in place of older ones; return how many.

    The trend over the years changes with every edition, so it is drawn anew for the latest edition of each year; so are
    the series of its areas and of all that these were and became. An edition that a later one has replaced is shown
    nowhere, so nothing is drawn for it.
    """
    edition = Edition.objects.select_related("area", "period").defer("canonical").get(pk=edition_id)
    latest = latest_editions(edition.area)
    if latest.get(edition.period.year) != edition:
        return 0
    areas = areas_with_parts(edition)
    charts = [
        Chart(edition=edition, area=area, name=one.name, language=language, svg=draw(one, language))
        for area in areas
        for language, _label in settings.LANGUAGES
        for one in drawings(area, edition, language)
    ]
    others = [one for one in latest.values() if one.pk != edition.pk]
    trends = [chart for chart in charts if chart.name.startswith("trend-")]
    related = {one.pk: one for area in areas for one in relatives_of(area)[0]}
    charts += [chart for area in related.values() for chart in series_of(area, edition)]
    with transaction.atomic():
        Chart.objects.filter(edition=edition).delete()
        Chart.objects.filter(edition__in=others, area=edition.area, name__startswith="trend-").delete()
        Chart.objects.filter(area__in=related, name__startswith="series-").delete()
        Chart.objects.bulk_create(
            [
                *charts,
                *(
                    Chart(edition=other, area=one.area, name=one.name, language=one.language, svg=one.svg)
                    for other in others
                    for one in trends
                ),
            ]
        )
    return len(charts) + len(others) * len(trends)


def series_of(area: Area, edition: Edition) -> Iterator[Chart]:
    """Yield the charts of the series of `area` in both languages, to be kept with `edition`."""
    gathered = gather(area)
    for language, _label in settings.LANGUAGES:
        with translation.override(language):
            found = list(line_charts.drawings(gathered))
        for one in found:
            yield Chart(edition=edition, area=area, name=one.name, language=language, svg=draw(one, language))


def areas_with_parts(edition: Edition) -> list[Area]:
    """Return the edition's own area, and every area with parts of which the edition holds figures."""
    parents = edition.figures.order_by().values("area__parent")
    areas = Area.objects.filter(pk__in=parents).select_related("parent", "province", "district").order_by("code")
    return [edition.area, *(one for one in areas if one.pk != edition.area_id and one.pk != edition.area.parent_id)]


def drawings(area: Area, edition: Edition, language: str) -> Iterator[Drawing]:
    """Yield what is drawn for the page of `area` in `language`."""
    with translation.override(language):
        page = yearbook.read(area, edition.period.year)
        if page is None or page.edition != edition:
            return
        found = [*parts(page), *(trend(page) if area.pk == edition.area_id else ())]
    yield from found


def parts(page: YearPage) -> Iterator[Drawing]:
    """Yield the bars by part of the area, and the map where every part has a shape."""
    grid = page.below
    if grid is None:
        return
    names = {"area": area_name(page.area), "year": page.year}
    yield Drawing(
        grid.drawing("bars"),
        _("Units by kind and area, %(area)s, %(year)s") % names,
        described(grid),
        bars(grid),
    )
    shapes = {code: shape for code, shape in all_shapes().items() if code in {line.code for line in grid.lines}}
    if len(shapes) == len(grid.lines):
        kind = grid.columns[0].label
        yield Drawing(
            grid.drawing("map"),
            _("Map: %(kind)s, %(area)s, %(year)s") % {"kind": kind, **names},
            described(grid, columns=1),
            choropleth(grid, shapes),
        )


def trend(page: YearPage) -> Iterator[Drawing]:
    """Yield the bars by year."""
    if page.trend is not None and len(page.trend.grid.lines) > 1:
        grid = page.trend.grid
        yield Drawing(
            grid.drawing("trend"),
            _("Units by kind and year, %(area)s") % {"area": area_name(page.area)},
            described(grid),
            bars(grid),
        )


def described(grid: Grid, columns: int | None = None) -> str:
    """Return the numbers of the chart in words."""
    labels = [column.label for column in grid.columns][:columns]
    return ". ".join(
        f"{label}: " + "; ".join(f"{line.label} {_shown(line, at)}" for line in grid.lines)
        for at, label in enumerate(labels)
    )


def bars(grid: Grid) -> dict[str, Any]:
    """Return one narrow chart for each kind side by side: no legend, no colour needed. Numbers of others are hollow."""
    top = max((cell.value or 0 for line in grid.lines for cell in line.cells), default=0) or 1
    names = 8 * max(len(line.label) for line in grid.lines)
    width = (WIDTH - names) // len(grid.columns) - GAP
    return {**LOOK, "spacing": GAP, "hconcat": [_panel(grid, at, top, width) for at in range(len(grid.columns))]}


def _panel(grid: Grid, at: int, top: int, width: int) -> dict[str, Any]:
    step = min(36, max(24, 300 // len(grid.lines)))
    values = [
        {
            "line": line.label,
            "value": line.cells[at].value or 0,
            "shown": _shown(line, at),
            "hollow": line.cells[at].by_others,
        }
        for line in grid.lines
    ]
    y = {
        "field": "line",
        "type": "nominal",
        "sort": [line.label for line in grid.lines],
        "title": None,
        "axis": {"labelLimit": 190, "labelPadding": 6} if at == 0 else None,
    }
    x = {"field": "value", "type": "quantitative", "scale": {"domain": [0, top * 1.55]}, "axis": None}
    return {
        "title": {"text": _wrapped(grid.columns[at].label, 16)},
        "width": width,
        "height": {"step": step},
        "data": {"values": values},
        "encoding": {"y": y, "x": x},
        "layer": [
            {
                "transform": [{"filter": "datum.value > 0"}],
                "mark": {"type": "bar", "height": {"band": 0.6}, "stroke": SOLID, "strokeWidth": 1.2},
                "encoding": {"fill": {"condition": {"test": "datum.hollow", "value": "#ffffff"}, "value": SOLID}},
            },
            {"mark": {"type": "text", "align": "left", "dx": 4}, "encoding": {"text": {"field": "shown"}}},
        ],
    }


def choropleth(grid: Grid, shapes: dict[str, Any]) -> dict[str, Any]:
    """Return the map of the first kind, with the name and number in every shape."""
    numbers = [line.cells[0].value or 0 for line in grid.lines]
    low, high = min(numbers), max(numbers)
    steps = [round(low + (high - low) * part / len(SHADES)) for part in range(1, len(SHADES))]
    features = []
    for line in grid.lines:
        value = line.cells[0].value or 0
        shade = sum(value >= step for step in steps)
        longitude, latitude = roomiest(shapes[line.code])
        features.append(
            {
                **shapes[line.code],
                "shade": SHADES[shade],
                "ink": "#ffffff" if shade == len(SHADES) - 1 else INK,
                "lines": [_short(line.label), _shown(line, 0)],
                "longitude": longitude,
                "latitude": latitude,
            }
        )
    at = {
        "longitude": {"field": "longitude", "type": "quantitative"},
        "latitude": {"field": "latitude", "type": "quantitative"},
    }
    return {
        **LOOK,
        "width": WIDTH - 20,
        "height": WIDTH + 20,
        "projection": {"type": "mercator"},
        "data": {"values": features},
        "layer": [
            {
                "mark": {"type": "geoshape", "stroke": INK, "strokeWidth": 1},
                "encoding": {"fill": {"field": "shade", "type": "nominal", "scale": None}},
            },
            {
                "mark": {"type": "text", "lineHeight": 15, "baseline": "middle"},
                "encoding": {
                    **at,
                    "text": {"field": "lines"},
                    "color": {"field": "ink", "type": "nominal", "scale": None},
                },
            },
        ],
    }


@cache
def all_shapes() -> dict[str, Any]:
    """Return the shapes of areas by code: features of the data file (Who's On First, CC0)."""
    features = json.loads(DISTRICTS.read_text(encoding="utf-8"))["features"]
    return {one["properties"]["area_code"]: {"type": "Feature", "geometry": one["geometry"]} for one in features}


def roomiest(feature: dict[str, Any]) -> tuple[float, float]:
    """Return the point of a shape that has most room for a label, as longitude and latitude.

    Of a grid of points inside, the one farthest from the border; a label is wider than high, so width counts less.
    """
    geometry = feature["geometry"]
    rings = (
        geometry["coordinates"]
        if geometry["type"] == "Polygon"
        else [ring for part in geometry["coordinates"] for ring in part]
    )
    border = [point for ring in rings for point in ring]
    west, east = min(x for x, _y in border), max(x for x, _y in border)
    south, north = min(y for _x, y in border), max(y for _x, y in border)
    points = [
        (west + (east - west) * column / 24, south + (north - south) * row / 24)
        for column in range(1, 24)
        for row in range(1, 24)
    ]
    inside = [point for point in points if _is_inside(point, rings)]
    return max(inside, key=lambda point: min(0.4 * (x - point[0]) ** 2 + (y - point[1]) ** 2 for x, y in border))


def _is_inside(point: tuple[float, float], rings: list[list[list[float]]]) -> bool:
    inside = False
    for ring in rings:
        for (x, y), (next_x, next_y) in pairwise(ring):
            if (y > point[1]) != (next_y > point[1]) and point[0] < x + (next_x - x) * (point[1] - y) / (next_y - y):
                inside = not inside
    return inside


def _shown(line: Line, at: int) -> str:
    return line.cells[at].printed or "–"


def _short(label: str) -> str:
    """Return the name without its kind: shapes are small."""
    for kind in ("huyện ", "thành phố ", "thị xã "):
        label = label.removeprefix(kind)
    for kind in (" district", " city", " town"):
        label = label.removesuffix(kind)
    return label


def _wrapped(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
