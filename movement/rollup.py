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
from movement.rollup_sql import Asked, appear, locked_line, renew, renew_many
from units.models import Area

if TYPE_CHECKING:
    from django.db.models import QuerySet

UPWARDS = (Area.Level.COMMUNE, Area.Level.DISTRICT, Area.Level.PROVINCE, Area.Level.COUNTRY)


def recompute(report: Report) -> None:
    """Set what `report` takes from below. The caller holds the lock of the report's row."""
    is_commune = report.area.level == Area.Level.COMMUNE
    itself = Asked.keys([report.pk])
    if not is_commune and appear(itself):
        expect_communes(report.period)
    renew(itself, communes=is_commune)


@transaction.atomic
def refresh_line(report: Report) -> None:
    """Recompute `report` and every report that it goes into; all are locked before the first of them is read."""
    line = locked_line(report.pk)
    # what lies below has passed here before: only the line's own reports can bring a new line to those above them
    while appear(Asked.keys([key for key, _level in line]), which="report"):
        expect_communes(report.period)
    for key, level in line:
        renew(Asked.keys([key]), communes=level == Area.Level.COMMUNE)


@transaction.atomic
def rebuild(reports: QuerySet[Report]) -> None:
    """Recompute all of `reports`, communes first and the country last, each level in a few statements."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem TO '128MB'")  # the sums of a whole country lie in memory, not on disk
    periods: set[int] = set()
    for level in UPWARDS:
        keys = dict(reports.filter(area__level=level).order_by().values_list("pk", "period"))
        if renew_many(Asked.many(list(keys)), communes=level == Area.Level.COMMUNE):
            periods.update(keys.values())
    for period in Period.objects.filter(pk__in=periods):
        expect_communes(period)


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
