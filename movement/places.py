"""Areas as pages name them: what lies above, what became of them, what stands on another day's map."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from config.languages import in_english
from movement.models import EditionFigure, PublishedFigure
from units.models import Area, AreaSuccession

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

KINDS_IN_ENGLISH = {
    "tỉnh": "province",
    "thành phố": "city",
    "huyện": "district",
    "thị xã": "town",
    "quận": "urban district",
    "xã": "commune",
    "phường": "ward",
    "thị trấn": "township",
    "đặc khu": "special zone",
    "quốc gia": "country",
}
CATALOGUE = re.compile(r"GSO (\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True)
class Place:
    """An area with its name in the language of the page and its address."""

    code: str
    name: str
    url: str


@dataclass(frozen=True)
class Change:
    """One step between an area and what came after or before it."""

    day: datetime.date
    kind: str
    place: Place | None
    note: str
    source: str


def place(area: Area) -> Place:
    """Return `area` as pages name it."""
    return Place(area.code, area_name(area), area.get_absolute_url())


def area_name(area: Area) -> str:
    """Return "tỉnh Bắc Kạn", in English "Bắc Kạn province"; a number stands after the kind in both."""
    if not in_english() or area.level == Area.Level.COUNTRY:
        return area.full_name
    kind = kind_name(area)
    return f"{kind.capitalize()} {area.name}" if area.name.isdigit() else f"{area.name} {kind}"


def kind_name(area: Area) -> str:
    """Return the kind of `area` in the language of the page."""
    return KINDS_IN_ENGLISH.get(area.kind, area.kind) if in_english() else area.kind


def line_above(area: Area) -> list[Place]:
    """Return what lies above `area`, the highest first. Its ancestors must be loaded with it."""
    above = [area.province, area.district] if area.level != Area.Level.PROVINCE else [area.parent]
    return [place(one) for one in above if one is not None and one.pk != area.pk]


def source_text(source: str) -> str:
    """Return the source of an area's row in words: an act, or the official catalogue of a day."""
    if found := CATALOGUE.fullmatch(source):
        year, month, day = found.groups()
        return _("catalogue of administrative units of %(day)s") % {"day": f"{day}/{month}/{year}"}
    return source


def changes_after(area: Area) -> list[Change]:
    """Return what became of `area`, in order of days."""
    rows = area.successions.select_related("successor").order_by("effective_on", "-is_main", "successor__sort_key")
    return [_change(row, row.successor, row.successor) for row in rows]


def changes_before(area: Area) -> list[Change]:
    """Return what `area` was before, in order of days."""
    rows = area.origins.select_related("predecessor").order_by("effective_on", "-is_main", "predecessor__sort_key")
    return [_change(row, row.predecessor, area) for row in rows]


def _change(row: AreaSuccession, other: Area | None, made: Area | None) -> Change:
    act = made.source if made is not None and not CATALOGUE.fullmatch(made.source) else ""
    return Change(row.effective_on, row.get_kind_display(), place(other) if other else None, row.note, act)


def with_figures_below(area: Area) -> list[Place]:
    """Return the areas one level below `area` of which figures have been published, in Vietnamese order."""
    sealed = EditionFigure.objects.filter(area=OuterRef("pk"))
    printed = PublishedFigure.objects.filter(area=OuterRef("pk"))
    rows = Area.objects.filter(parent=area).filter(Exists(sealed) | Exists(printed))
    return [place(one) for one in rows.in_order()]


def standing_on(area: Area, day: datetime.date) -> list[Place]:
    """Return what covers `area` on the map of `day`, following what became of it or what it was before.

    Where the level itself ended (districts on 1 July 2025), what became of the areas below it.
    """
    forward = area.valid_to is not None and area.valid_to <= day
    found = _follow([area.pk], day, forward=forward)
    if not found and forward:
        below = Area.objects.filter(parent=area, valid_to=area.valid_to).values_list("pk", flat=True)
        found = _follow(below, day, forward=True)
    return [place(one) for one in found]


def _follow(keys: Iterable[int], day: datetime.date, *, forward: bool) -> list[Area]:
    here, there = ("predecessor", "successor") if forward else ("successor", "predecessor")
    found: dict[int, Area] = {}
    seen: set[int] = set()
    edge = set(keys)
    while edge:
        seen |= edge
        in_time = Q(effective_on__lte=day) if forward else Q(effective_on__gt=day)
        rows = AreaSuccession.objects.filter(in_time, **{f"{here}__in": edge, f"{there}__isnull": False})
        reached = [getattr(row, there) for row in rows.select_related(there)]
        found.update({one.pk: one for one in reached if one.is_valid_on(day)})
        edge = {one.pk for one in reached if not one.is_valid_on(day)} - seen
    return sorted(found.values(), key=lambda one: (one.sort_key, one.code))
