"""Reforms of the map: areas that end on one day and what takes their place, beside a published year."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from movement import editions, rollup
from movement.models import Figure, Report
from movement.models.reports import State
from movement.reports import open_period
from tests.factories import PeriodFactory, SuccessionFactory, commune, district, province
from units.models import AreaSuccession

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from movement.models import Edition
    from units.models import Area, User

DAY = date(2025, 7, 1)
ACT = "1683/NQ-UBTVQH15"


def end(*areas: Area, day: date = DAY) -> None:
    """End `areas`, and all below them, on `day`."""
    for area in areas:
        type(area).objects.filter(area.below_condition(), valid_to=None).update(valid_to=day)
        area.refresh_from_db()


def merge(old: Iterable[Area], new: Area, *, day: date = DAY) -> Area:
    """Make `new` of the whole of `old`."""
    for one in old:
        SuccessionFactory(predecessor=one, successor=new, effective_on=day, kind=AreaSuccession.Kind.MERGE)
    return new


def divide(old: Area, new: Iterable[Area], *, day: date = DAY) -> None:
    """Divide `old` among `new`."""
    for at, one in enumerate(new):
        SuccessionFactory(
            predecessor=old, successor=one, effective_on=day, kind=AreaSuccession.Kind.SPLIT, is_main=at == 0
        )


def abolish(*areas: Area, day: date = DAY) -> None:
    """Say that `areas` have no successor."""
    for one in areas:
        SuccessionFactory(
            predecessor=one, successor=None, effective_on=day, kind=AreaSuccession.Kind.ABOLISH, is_main=False
        )


def old_province(code: str, name: str, *, communes: int = 1, districts: int = 1) -> tuple[Area, list[Area]]:
    """Return a province and its communes, `communes` in each district: codes 19, 19-1, 19-1-1 and so on."""
    top = province(code=f"P{code}", name=name)
    below = [district(top, code=f"D{code}-{at}", name=f"{name} {at}") for at in range(1, districts + 1)]
    return top, [
        commune(one, code=f"C{one.code[1:]}-{at}", name=f"{one.name}.{at}")
        for one in below
        for at in range(1, communes + 1)
    ]


def new_province(code: str, name: str, *, day: date = DAY) -> Area:
    """Return a province that begins on `day`."""
    return province(code=code, name=name, valid_from=day, source="202/2025/QH15")


def new_commune(top: Area, code: str, name: str, *, day: date = DAY) -> Area:
    """Return a commune that begins on `day`."""
    return commune(top, code=code, name=name, valid_from=day, source=ACT)


def publish(
    top: Area,
    year: int,
    own: Mapping[tuple[str, str], int],
    *,
    by: User,
    items: Mapping[tuple[str, str, str], int] | None = None,
) -> Edition:
    """Seal `year` of `top` with these own figures by code of area and of indicator; what is not named stays unknown."""
    period = PeriodFactory(area=top, year=year)
    open_period(period, by=by)
    reports = Report.objects.filter(period=period)
    for (area, indicator), number in own.items():
        found = Figure.objects.filter(report__in=reports, report__area__code=area, indicator__code=indicator, item="")
        assert found.update(own=number) == 1
    for (area, indicator, item), number in (items or {}).items():
        line = Figure.objects.filter(report__in=reports, report__area__code=area, indicator__code=indicator).first()
        indicator_id = line.indicator_id if line else _indicator(indicator)
        Figure.objects.create(report=reports.get(area__code=area), indicator_id=indicator_id, item=item, own=number)
    reports.update(state=State.APPROVED)
    rollup.rebuild(reports)
    return editions.seal(reports.select_related("area", "period").get(area=top), by=by)


def _indicator(code: str) -> int:
    from movement.models import Indicator

    return Indicator.objects.get(code=code).pk
