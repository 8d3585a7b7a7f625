"""Areas as pages name them: what lies above, and what became of them."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from config.languages import in_english
from movement.models import EditionFigure, PublishedFigure
from units.models import Area

if TYPE_CHECKING:
    from units.models import AreaSuccession

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
FIRST_MAP = datetime.date(
    2022, 1, 1
)  # the catalogue holds every area since then; of earlier ones only those that lasted
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
