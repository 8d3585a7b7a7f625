"""Figures of an area over the years and across reforms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from config.public import public_page
from movement import endings, places, series_pages, timelines
from movement.models import Indicator
from movement.views.open_data import FORMATS, send
from movement.views.public import find_area, map_day

if TYPE_CHECKING:
    from typing import Any


def find_indicator(code: str) -> Indicator:
    """Return the indicator called `code`. Raises Http404."""
    indicator: Indicator | None = Indicator.objects.select_related("section", "unit_kind").filter(code=code).first()
    if indicator is None:
        raise Http404(_("No indicator has the code “%(code)s”.") % {"code": code})
    return indicator


@public_page
def series(request: HttpRequest, code: str, indicator: str) -> HttpResponse:
    """Show one indicator of an area over the years: every area on its own map, or one line on the map of a day."""
    area, found = find_area(code), find_indicator(indicator)
    try:
        day = map_day(request)
    except ValueError as wrong:
        return render(request, "400.html", {"why": str(wrong)}, status=400)
    context: dict[str, Any] = {
        "area": area,
        "indicator": found,
        "place": places.place(area),
        "above": places.line_above(area),
        "ending": endings.ending_of(area),
        "map_day": day,
        "own_map": series_pages.own_map(area),
    }
    if day is None:
        tables = series_pages.as_reported(timelines.gather(area, found))
    else:
        context["is_on_map"] = area.is_valid_on(day)
        tables = series_pages.on_one_map(area, found, series_pages.years_of(area, found, day))
    return render(request, "movement/series.html", {**context, "tables": tables})


@public_page
def data(request: HttpRequest, code: str, indicator: str, suffix: str) -> HttpResponse:
    """Send one indicator of an area over the years as a file."""
    if suffix not in FORMATS:
        raise Http404
    area, found = find_area(code), find_indicator(indicator)
    try:
        day = map_day(request)
    except ValueError as wrong:
        return render(request, "400.html", {"why": str(wrong)}, status=400)
    if day is None:
        table = series_pages.reported_table(timelines.gather(area, found), found)
    else:
        table = series_pages.recounted_table(area, found, series_pages.years_of(area, found, day), day)
    return send(table if table.rows else None, f"{area.code}-{found.code}", suffix, day)
