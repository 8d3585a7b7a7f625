"""The chain of review: which areas owe a report for a period, and where each report goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from movement.models import ReviewRoute
from units.models import Area

if TYPE_CHECKING:
    from movement.models import Period

Routes = dict[str, str]


def routes(period: Period) -> Routes:
    """Return where reports of each level go at the end of `period`; empty where they go up the tree. One query."""
    rows = ReviewRoute.objects.valid_on(period.ends_on).filter(line=period.line)
    return dict(rows.values_list("level", "to_level"))


def owing(period: Period, by: Routes) -> list[Area]:
    """Return the areas that owe a report: those in force at the end of `period`, its own and below, that have a route."""
    areas = Area.objects.at_or_below(period.area).valid_on(period.ends_on).select_related("parent")
    return [area for area in areas.order_by("pk") if not by or area.pk == period.area_id or area.level in by]


def goes_to(area: Area, by: Routes) -> int | None:
    """Return the key of the area that reviews the report of `area`: of the level that the route names, else its parent."""
    key: int | None = {Area.Level.DISTRICT: area.district_id, Area.Level.PROVINCE: area.province_id}.get(
        Area.Level(by[area.level]) if area.level in by else Area.Level.COUNTRY
    )
    return key if key is not None and key != area.pk else area.parent_id
