"""Totals, recomputed from the level below: exact after every approval and correction, in any order.

They follow where reports go (`Report.goes_to`), from communes up to the country. The reports above are locked on the way
up, so that two approvals never wait for each other in a ring.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from django.db import connection, transaction

from movement.models import Figure, Indicator, Period, Report
from movement.models.reports import State
from movement.rollup_sql import appear, locked_line, renew, renew_many
from units.models import Area

if TYPE_CHECKING:
    from django.db.models import QuerySet

UPWARDS = (Area.Level.COMMUNE, Area.Level.DISTRICT, Area.Level.PROVINCE, Area.Level.COUNTRY)


def recompute(report: Report) -> None:
    """Set what `report` takes from below. The caller holds the lock of the report's row."""
    is_commune = report.area.level == Area.Level.COMMUNE
    below = [] if is_commune else _below(report.period_id, [report.area_id])
    if below and appear([report.pk], below):
        expect_communes(report.period)
    renew([report.pk], below, communes=is_commune)


@transaction.atomic
def refresh_line(report: Report) -> None:
    """Recompute `report` and every report that it goes into; all are locked before the first of them is read."""
    line = locked_line(report.pk)
    keys = [key for key, _area, _level in line]
    # what lies below has passed here before: only the line's own reports can bring a new line to those above them
    while appear(keys, keys):
        expect_communes(report.period)
    for key, area, level in line:
        is_commune = level == Area.Level.COMMUNE
        renew([key], [] if is_commune else _below(report.period_id, [area]), communes=is_commune)


@transaction.atomic
def rebuild(reports: QuerySet[Report]) -> None:
    """Recompute all of `reports`, communes first and the country last, each level in a few statements."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem TO '128MB'")  # the sums of a whole country lie in memory, not on disk
    for level in UPWARDS:
        asked = list(reports.filter(area__level=level).order_by().values_list("pk", "period", "area"))
        keys, periods = [key for key, _period, _area in asked], {period for _key, period, _area in asked}
        is_commune = level == Area.Level.COMMUNE
        approved = Report.objects.approved().filter(period__in=periods, goes_to__level=level).order_by()
        below = [] if is_commune else list(approved.values_list("pk", flat=True))
        if keys and renew_many(keys, below, communes=is_commune):
            for period in Period.objects.filter(pk__in=periods):
                expect_communes(period)


def _below(period: int, areas: list[int]) -> list[int]:
    """Return the keys of the approved reports that go to `areas`."""
    approved = Report.objects.approved().filter(period=period, goes_to__in=areas).order_by()
    return list(approved.values_list("pk", flat=True))


def expect_communes(period: Period) -> None:
    """Set how many communes each sum of the period waits for, after reports were opened or a line has appeared."""
    owing = Report.objects.filter(period=period).exclude(state=State.CARRIED).order_by()
    reports = list(owing.values_list("pk", "area", "goes_to", "area__level"))
    above = {area: goes_to for _key, area, goes_to, _level in reports}
    expected: Counter[int] = Counter()
    for _key, area, _goes_to, level in reports:
        if level == Area.Level.COMMUNE:
            place: int | None = area
            while place in above:
                expected[place] += 1
                place = above[place]
    waiting: dict[int, list[int]] = defaultdict(list)
    for key, area, _goes_to, _level in reports:
        waiting[expected[area]].append(key)
    sums = list(Indicator.objects.filter(rollup=Indicator.Rollup.SUM).values_list("pk", flat=True))
    for number, keys in waiting.items():
        figures = Figure.objects.filter(report__in=keys, indicator__in=sums)
        figures.exclude(areas_expected=number).update(areas_expected=number)
