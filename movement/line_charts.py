"""The chart of a figure over the years: a line for each area, broken where a year is unknown, reforms marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from config.charts import Drawing
from movement.places import area_name
from movement.timelines import timelines

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from movement.timelines import Gathered, Timeline

INK = "#1c2b39"
COLOURS = ["#1d4e6b", "#a8480c", "#4d6b1d", "#6b1d5c", "#7a6a10", "#0f6b5e"]
SHAPES = ["circle", "square", "diamond", "triangle-up", "cross", "triangle-down"]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [1, 3]]
MOST = len(COLOURS)  # more lines cannot be told apart: then the table stands alone
WIDTH, HEIGHT = 350, 190


def drawings(gathered: Gathered) -> Iterator[Drawing]:
    """Yield the chart of every timeline with two points or more, in the language in force."""
    for one in timelines(gathered):
        if one.is_a_line and len(one.grid.columns) <= MOST:
            names = {"indicator": one.label, "area": area_name(gathered.area)}
            title = _("%(indicator)s, %(area)s, over the years") % names
            yield Drawing(one.drawing_name, title, described(one), chart(one))


def described(line: Timeline) -> str:
    """Return the numbers of the chart in words."""
    return ". ".join(
        f"{column.label}: "
        + "; ".join(
            f"{row.label} {row.cells[at].printed}" for row in line.grid.lines if row.cells[at].value is not None
        )
        for at, column in enumerate(line.grid.columns)
    )


def chart(line: Timeline) -> dict[str, Any]:
    """Return the specification: years from left to right, a line and a mark of its own for each area."""
    points = list(_points(line))
    years = [int(row.code) for row in line.grid.lines]
    labels = [column.label for column in line.grid.columns]
    number = len(labels)
    x = {
        "field": "year",
        "type": "quantitative",
        "scale": {"domain": [years[0] - 0.5, years[-1] + 0.5], "nice": False},
        "axis": {"values": years, "format": "d", "title": None, "labelOverlap": True},
    }
    y = {"field": "value", "type": "quantitative", "scale": {"zero": True}, "axis": None}
    legend = None if number == 1 else {"orient": "bottom", "direction": "vertical", "title": None, "labelLimit": 330}

    def by_area(looks: list[Any]) -> dict[str, Any]:
        scale = {"domain": labels, "range": looks[:number]}
        return {"field": "area", "type": "nominal", "scale": scale, "legend": legend}

    mark = {"type": "point", "size": 60, "strokeWidth": 2, "opacity": 1}
    return {
        "background": None,
        "padding": 4,
        "config": {
            "font": "Arial, Helvetica, sans-serif",
            "view": {"stroke": None},
            "text": {"fontSize": 13, "color": INK},
            "legend": {"labelFontSize": 13, "labelColor": INK},
            "axis": {"labelFontSize": 13, "labelColor": INK, "ticks": False, "grid": False, "domainColor": INK},
        },
        "width": WIDTH,
        "height": HEIGHT,
        "data": {"values": points},
        "encoding": {"x": x, "y": y},
        "layer": [
            *(_reform(day) for day in sorted({row.effective_on for row in line.reforms})),
            {
                "mark": {"type": "line", "strokeWidth": 2},
                "encoding": {
                    "detail": {"field": "stretch", "type": "nominal"},
                    "color": by_area(COLOURS),
                    "strokeDash": by_area(DASHES),
                },
            },
            {
                "mark": mark,
                "encoding": {
                    "color": by_area(COLOURS),
                    "shape": by_area(SHAPES),
                    "fill": {"condition": {"test": "datum.hollow", "value": "#ffffff"}, "value": INK},
                },
            },
            {
                "mark": {"type": "text", "dy": -12, "fontSize": 13},
                "encoding": {"text": {"field": "shown"}},
            },
        ],
    }


def _points(line: Timeline) -> Iterator[dict[str, Any]]:
    for at, column in enumerate(line.grid.columns):
        stretch = 0
        for row in line.grid.lines:
            cell = row.cells[at]
            if cell.value is None:
                stretch += 1  # an unknown year breaks the line
                continue
            yield {
                "year": int(row.code),
                "value": cell.value,
                "shown": cell.printed,
                "area": column.label,
                "stretch": f"{at}-{stretch}",
                "hollow": cell.by_others,
            }


def _reform(day: datetime.date) -> dict[str, Any]:
    """Return the mark of a reform, between the last year reported on the old map and the first on the new one."""
    at = [{"at": day.year - 0.5 if (day.month, day.day) <= (12, 14) else day.year + 0.5, "day": f"{day:%d/%m/%Y}"}]
    x = {"field": "at", "type": "quantitative"}
    return {
        "data": {"values": at},
        "layer": [
            {"mark": {"type": "rule", "strokeDash": [3, 3], "color": INK}, "encoding": {"x": x, "y": {"value": 0}, "y2": {"value": HEIGHT}}},
            {
                "mark": {"type": "text", "align": "right", "dx": -4, "baseline": "top", "fontSize": 12},
                "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "day"}},
            },
        ],
    }  # fmt: skip
