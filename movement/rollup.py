"""Totals, recomputed from the level below: exact after every approval and correction, in any order.

They follow where reports go (`Report.goes_to`), from communes up to the country. Reports above are locked one after the
other on the way up, so that two approvals never wait for each other in a ring.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from django.db import connection, transaction

from movement.models import Figure, Indicator, Period, Report
from movement.models.reports import APPROVED_STATES, State
from units.models import Area

if TYPE_CHECKING:
    from django.db.models import QuerySet

UPWARDS = (Area.Level.COMMUNE, Area.Level.DISTRICT, Area.Level.PROVINCE, Area.Level.COUNTRY)

# What the approved reports one level below each of the asked reports add up to; only sums are added.
_BELOW = """
    SELECT above.id AS report_id, figure.indicator_id, figure.item, CAST(SUM(figure.total) AS bigint) AS below,
        CAST(SUM(figure.areas_counted) AS integer) AS counted,
        MAX(CASE WHEN figure.synthetic AND figure.total IS NOT NULL THEN 1 ELSE 0 END) AS synthetic
    FROM movement_report above
        JOIN movement_report report ON report.goes_to_id = above.area_id AND report.period_id = above.period_id
        JOIN movement_figure figure ON figure.report_id = report.id
        JOIN movement_indicator indicator ON indicator.id = figure.indicator_id
    WHERE above.id IN ({asked}) AND report.state IN ({approved}) AND indicator.rollup = '{sum}'
    GROUP BY above.id, figure.indicator_id, figure.item
"""
# A commune counts itself where it knows its number; every level above counts the communes that are in its sum.
_RENEW = """
    UPDATE movement_figure SET below = derived.below, areas_counted = derived.counted, synthetic = derived.synthetic
    FROM (
        SELECT figure.id, taken.below,
            CASE WHEN area.level <> '{commune}' THEN COALESCE(taken.counted, 0)
                WHEN figure.own IS NOT NULL THEN 1 ELSE 0 END AS counted,
            (report.synthetic OR COALESCE(taken.synthetic, 0) = 1) AS synthetic
        FROM movement_figure figure
            JOIN movement_report report ON report.id = figure.report_id
            JOIN units_area area ON area.id = report.area_id
            LEFT JOIN ({below}) taken ON taken.report_id = figure.report_id
                AND taken.indicator_id = figure.indicator_id AND taken.item = figure.item
        WHERE figure.report_id IN ({asked})
    ) derived
    WHERE movement_figure.id = derived.id AND (
        COALESCE(movement_figure.below, -1) <> COALESCE(derived.below, -1)
        OR movement_figure.areas_counted <> derived.counted OR movement_figure.synthetic <> derived.synthetic
    )
"""
_APPEAR = """
    INSERT INTO movement_figure
        (report_id, indicator_id, item, version, printed_word, explanation, areas_counted, areas_expected, synthetic)
    SELECT taken.report_id, taken.indicator_id, taken.item, 1, '', '', 0, 0, false
    FROM ({below}) taken
        LEFT JOIN movement_figure figure ON figure.report_id = taken.report_id
            AND figure.indicator_id = taken.indicator_id AND figure.item = taken.item
    WHERE figure.id IS NULL
"""


def recompute(report: Report) -> None:
    """Set what `report` takes from below. The caller holds the lock of the report's row."""
    if _recompute(Report.objects.filter(pk=report.pk)):
        expect_communes(report.period)


def rebuild(reports: QuerySet[Report]) -> None:
    """Recompute all of `reports`, communes first and the country last: two statements for each level."""
    periods: set[int] = set()
    for level in UPWARDS:
        at_level = reports.filter(area__level=level)
        if _recompute(at_level):
            periods.update(at_level.order_by().values_list("period", flat=True).distinct())
    for period in Period.objects.filter(pk__in=periods):
        expect_communes(period)


@transaction.atomic
def refresh_line(report: Report) -> None:
    """Recompute `report` and every report that it goes into, each locked before it is read."""
    locked = Report.objects.select_for_update(of=("self",), no_key=True)
    above: Report | None = locked.get(pk=report.pk)
    while above is not None:
        recompute(above)
        above = locked.filter(area=above.goes_to_id, period=above.period_id).first() if above.goes_to_id else None


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


def _recompute(reports: QuerySet[Report]) -> int:
    """Recompute reports none of which takes anything from another; return how many lines had to appear for it."""
    asked, parameters = reports.order_by().values("pk").query.sql_with_params()
    words = {
        "asked": asked,
        "approved": ", ".join(f"'{state}'" for state in sorted(APPROVED_STATES)),
        "sum": Indicator.Rollup.SUM,
        "commune": Area.Level.COMMUNE,
    }
    below = _BELOW.format(**words)
    with connection.cursor() as cursor:
        cursor.execute(_APPEAR.format(below=below, **words), parameters)
        appeared: int = cursor.rowcount
        cursor.execute(_RENEW.format(below=below, **words), (*parameters, *parameters))
    return appeared
