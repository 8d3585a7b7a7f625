"""The published figures as open data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from config.public import public_page
from movement import open_data, recount, recounted_data
from movement.views.public import find_area, map_day

if TYPE_CHECKING:
    import datetime

    from movement.open_data import Table
    from units.models import Area

FORMATS = {
    "csv": (open_data.as_csv, "text/csv; charset=utf-8"),
    "xlsx": (open_data.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": (open_data.as_json, "application/json; charset=utf-8"),
}


@public_page
def data(request: HttpRequest, code: str, year: int, suffix: str) -> HttpResponse:
    """Send the figures of an area and year as a file, as reported or on the map of another day."""
    if suffix not in FORMATS:
        raise Http404
    area = find_area(code)
    try:
        day = map_day(request)
    except ValueError as wrong:
        return render(request, "400.html", {"why": str(wrong)}, status=400)
    return send(table_of(area, year, day), f"{area.code}-{year}", suffix, day)


def table_of(area: Area, year: int, day: datetime.date | None) -> Table | None:
    """Return the figures of `area`, on the map of `day` where one is given; None where none is published."""
    other = recount.read(area, year, day, every_indicator=True) if day else None
    if day and other is None:
        return None
    if other is not None and not other.is_same:
        return recounted_data.table(other)
    table = open_data.table(area, year)
    return open_data.on_the_same_map(table, other.day) if table and other else table


def send(table: Table | None, name: str, suffix: str, day: datetime.date | None = None) -> HttpResponse:
    """Return `table` as a file called after `name` and the day of the map. Raises Http404 where there is none."""
    if table is None:
        raise Http404
    write, content_type = FORMATS[suffix]
    on_map = f"-{day.isoformat()}" if day else ""
    headers = {"Content-Disposition": f'attachment; filename="{name}{on_map}.{suffix}"'}
    return HttpResponse(write(table), content_type=content_type, headers=headers)
