"""The published figures as open data."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _

from config.public import public_page
from movement import edition_files, errata_pages, open_data, recount, recounted_data
from movement.edition_files import MANIFEST
from movement.errata_pages import DataRow
from movement.models import Edition, Period
from movement.places import area_name
from movement.series import latest_editions
from movement.views.public import find_area, map_day

if TYPE_CHECKING:
    import datetime

    from django.http.response import HttpResponseBase

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


PUBLIC_FILES = {"json": "public.json", "csv": "public.csv", "manifest.json": MANIFEST}


@public_page
def edition_file(request: HttpRequest, code: str, year: int, number: int, suffix: str) -> HttpResponseBase:
    """Send a public file of an edition as it was sealed. The address and what stands there never change."""
    if suffix not in PUBLIC_FILES:
        raise Http404
    sealed = Edition.objects.filter(format=Edition.Format.FILES, period__kind=Period.Kind.YEAR)
    edition = get_object_or_404(sealed, area__code=code, period__year=year, number=number)
    name, tag = PUBLIC_FILES[suffix], f'"{edition_files.sealed_digest(edition, PUBLIC_FILES[suffix])}"'
    sealed_at = int(edition.sealed_at.timestamp())
    if held := get_conditional_response(request, etag=tag, last_modified=sealed_at):
        return held  # before the file is opened
    response = edition_files.file_response(edition, name, f"{code}-{year}-edition-{number}.{suffix}")
    response.headers["ETag"] = tag
    response.headers["Last-Modified"] = http_date(sealed_at)
    return response


@public_page
def errata(request: HttpRequest, code: str, year: int, suffix: str) -> HttpResponse:
    """Send what the editions of the year have corrected, for the area and those one level below it."""
    if suffix not in FORMATS:
        raise Http404
    area = find_area(code)
    edition = latest_editions(area).get(year)
    if edition is None:
        raise Http404
    rows = errata_pages.data_rows(area, edition)
    columns = [field.name for field in fields(DataRow)]
    headers = {"Content-Disposition": f'attachment; filename="{area.code}-{year}-errata.{suffix}"'}
    match suffix:
        case "json":
            title = _("Errata: %(area)s, %(year)s") % {"area": area_name(area), "year": year}
            told: dict[str, Any] = {"title": title, "area": area.code, "year": year, "columns": columns}
            content = json.dumps({**told, "rows": [asdict(row) for row in rows]}, ensure_ascii=False, indent=1).encode()
        case "csv":
            content = open_data.csv_of(columns, rows)
        case _:
            content = open_data.xlsx_of(columns, rows)
    return HttpResponse(content, content_type=FORMATS[suffix][1], headers=headers)
