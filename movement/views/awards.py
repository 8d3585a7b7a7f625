"""The public page of commendations. What is public is what an edition sealed, so that it stands here and not in awards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _

from config.public import public_page
from movement import commended

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

UNKNOWN = "unknown"  # the year of a total whose source tells none
LONGEST_TERM = 200


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """Show the commendations of a year by area, or the names that a search finds."""
    term = request.GET.get("q", "").strip()[:LONGEST_TERM]
    if term:
        found, more = commended.named(term)
        return render(request, "awards/found.html", {"term": term, "found": found, "more": more})
    years = commended.known_years()
    try:
        year = chosen_year(request, years)
    except ValueError as wrong:
        return render(request, "400.html", {"why": str(wrong)}, status=400)
    if year not in years:
        status = 404 if "year" in request.GET else 200
        return render(request, "awards/none.html", {"year": year, "years": years}, status=status)
    counts = commended.read(year, years, request.GET.get("page"))
    return render(request, "awards/index.html", {"counts": counts, "years": years, "year": year})


def chosen_year(request: HttpRequest, years: tuple[int | None, ...]) -> int | None:
    """Return the year that is asked for, else the latest; None is the unknown one. Raises ValueError with a text fit to show."""
    text = request.GET.get("year")
    if text is None:
        return years[0] if years else None
    if text == UNKNOWN:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        raise ValueError(_("“%(text)s” is not a year: write it as 2022.") % {"text": text})
    return int(text)
