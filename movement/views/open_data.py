"""The published figures as open data."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from config.public import public_page
from movement import open_data
from movement.views.public import find_area

FORMATS = {
    "csv": (open_data.as_csv, "text/csv; charset=utf-8"),
    "xlsx": (open_data.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "json": (open_data.as_json, "application/json; charset=utf-8"),
}


@public_page
def data(request: HttpRequest, code: str, year: int, suffix: str) -> HttpResponse:
    """Send the figures of an area and year as a file."""
    if suffix not in FORMATS:
        raise Http404
    area = find_area(code)
    table = open_data.table(area, year)
    if table is None:
        raise Http404
    write, content_type = FORMATS[suffix]
    headers = {"Content-Disposition": f'attachment; filename="{area.code}-{year}.{suffix}"'}
    return HttpResponse(write(table), content_type=content_type, headers=headers)
