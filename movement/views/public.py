"""The public pages: areas, and their published years."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from config.public import public_page
from movement import places, yearbook
from movement.beside import undated
from movement.models import Edition
from movement.series import published_of
from units.models import Area


def find_area(code: str) -> Area:
    """Return the area called `code` with what lies above it. Raises Http404."""
    area: Area | None = Area.objects.select_related("parent", "province", "district").filter(code=code).first()
    if area is None:
        raise Http404(_("No area has the code “%(code)s”.") % {"code": code})
    return area


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the latest published year of the home area; say so where there is none yet."""
    area = Area.objects.filter(code=settings.HOME_AREA).first()
    edition = Edition.objects.covering(area).select_related("period").defer("canonical").first() if area else None
    if area is None or edition is None:
        return render(request, "movement/nothing_published.html", {"place": places.place(area) if area else None})
    return redirect("movement:year", area.code, edition.period.year)


@public_page
def area(request: HttpRequest, code: str) -> HttpResponse:
    """Show an area of any time: where it lies, what became of it, and its published years."""
    found = find_area(code)
    published = published_of(found)
    context = {
        "area": found,
        "place": places.place(found),
        "kind": places.kind_name(found),
        "above": places.line_above(found),
        "last_day": found.valid_to - datetime.timedelta(days=1) if found.valid_to else None,
        "source": places.source_text(found.source),
        "after": places.changes_after(found),
        "before": places.changes_before(found),
        "years": published.links,
        "undated": undated(published),
        "below": places.with_figures_below(found),
    }
    return render(request, "movement/area.html", context)


@public_page
def year(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Show the published year of an area."""
    found = find_area(code)
    try:
        day = map_day(request)
    except ValueError as wrong:
        return render(request, "400.html", {"why": str(wrong)}, status=400)
    page = yearbook.read(found, year)
    context = {"area": found, "place": places.place(found), "above": places.line_above(found), "year": year}
    if page is None:
        return render(request, "movement/no_year.html", {**context, "years": published_of(found).links}, status=404)
    if day is not None and not found.is_valid_on(day):
        context |= {"map_day": day, "on_that_map": places.standing_on(found, day)}
    return render(request, "movement/year.html", {**context, "page": page})


def map_day(request: HttpRequest) -> datetime.date | None:
    """Return the day whose map is asked for; None where none is. Raises ValueError with a text fit to show."""
    text = request.GET.get("boundaries")
    if text is None:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise ValueError(_("“%(text)s” is not a day: write it as 2025-07-01.") % {"text": text})
    return day
