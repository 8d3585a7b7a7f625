"""The public pages: areas, and their published years."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from config.public import public_page
from movement import codes, endings, other_map, places, recount, timelines, yearbook
from movement.beside import undated
from movement.models import Edition
from movement.places import FIRST_MAP
from movement.series import published_of
from units.models import Area

if TYPE_CHECKING:
    import datetime


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


def unknown_code(request: HttpRequest, code: str) -> HttpResponse:
    """Tell what a code means that no area answers to: codes once issued lead on for ever. Raises Http404."""
    found = codes.meanings(code)
    if found is None and code != code.upper() and Area.objects.filter(code=code.upper()).exists():
        return redirect("movement:area", code.upper(), permanent=True)
    if found is None:
        raise Http404(_("No area has the code “%(code)s”.") % {"code": code})
    return render(request, "movement/code.html", {"code": code, "meanings": found})


@public_page
def area(request: HttpRequest, code: str) -> HttpResponse:
    """Show an area of any time: where it lies, what became of it, and its published years."""
    try:
        found = find_area(code)
    except Http404:
        return unknown_code(request, code)
    published = published_of(found)
    context = {
        "area": found,
        "place": places.place(found),
        "kind": places.kind_name(found),
        "above": places.line_above(found),
        "last_day": found.last_day,
        "ending": endings.ending_of(found),
        "source": places.source_text(found.source),
        "after": places.changes_after(found),
        "before": places.changes_before(found),
        "years": published.links,
        "undated": undated(published),
        "series": timelines.available(found),
        "below": places.with_figures_below(found),
    }
    return render(request, "movement/area.html", context)


@public_page
def year(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Show the published year of an area, as reported or on the map of another day."""
    found = find_area(code)
    try:
        day = map_day(request)
    except ValueError as wrong:
        return render(request, "400.html", {"why": str(wrong)}, status=400)
    context = {"area": found, "place": places.place(found), "above": places.line_above(found), "year": year}
    context["ending"] = endings.ending_of(found)
    other = recount.read(found, year, day) if day else None
    if other is not None and not other.is_same:
        return render(request, "movement/other_map.html", {**context, "page": other_map.read(other)})
    page = yearbook.read(found, year)
    if page is None:
        return no_year(request, found, year, context)
    if page.edition is not None and day is None:
        context["changed_on"] = endings.latest_change(found, page.edition.period.ends_on)
    return render(request, "movement/year.html", {**context, "page": page, "map_day": day})


def no_year(request: HttpRequest, area: Area, year: int, context: dict[str, Any]) -> HttpResponse:
    """Say that nothing is published of the year, and lead to the map on which it can be recounted, if there is one."""
    offered = other_map.offered_day(area, year)
    context |= {"years": published_of(area).links, "offered": offered}
    return render(request, "movement/no_year.html", context, status=200 if offered else 404)


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
    if not FIRST_MAP <= day <= timezone.localdate():
        told = {"day": f"{day:%d/%m}/{day.year:04d}", "first": FIRST_MAP.strftime("%d/%m/%Y")}
        raise ValueError(_("There is no map of %(day)s: maps are known from %(first)s until today.") % told)
    return day
