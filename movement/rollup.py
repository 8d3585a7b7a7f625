"""Totals, recomputed from the level below: exact after every approval and correction, in any order.

They follow where reports go (`Report.goes_to`), from communes up to the country. Reports above are locked one after the
other on the way up, so that two approvals never wait for each other in a ring.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from movement.models import Figure, Indicator, Period, Report
from movement.models.reports import APPROVED_STATES, State
from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Sequence

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
# The report and all that it goes into, in the order in which they are locked: on the way up.
_LINE = """
    WITH RECURSIVE line (id, goes_to_id, period_id, height) AS (
        SELECT id, goes_to_id, period_id, 1 FROM movement_report WHERE id = %s
        UNION ALL
        SELECT above.id, above.goes_to_id, above.period_id, line.height + 1
        FROM line JOIN movement_report above ON above.area_id = line.goes_to_id AND above.period_id = line.period_id
        WHERE line.height < {levels}
    )
    SELECT report.id FROM line JOIN movement_report report ON report.id = line.id ORDER BY line.height {lock}
"""
# A line that an area below has and the report has not yet.
_APPEAR = """
    INSERT INTO movement_figure
        (report_id, indicator_id, item, version, printed_word, explanation, areas_counted, areas_expected, synthetic)
    SELECT DISTINCT above.id, figure.indicator_id, figure.item, 1, '', '', 0, 0, false
    FROM movement_report above
        JOIN movement_report report ON report.goes_to_id = above.area_id AND report.period_id = above.period_id
        JOIN movement_figure figure ON figure.report_id = report.id
        JOIN movement_indicator indicator ON indicator.id = figure.indicator_id
        LEFT JOIN movement_figure held ON held.report_id = above.id
            AND held.indicator_id = figure.indicator_id AND held.item = figure.item
    WHERE {which}.id IN ({asked}) AND held.id IS NULL AND report.state IN ({approved}) AND indicator.rollup = '{sum}'
"""


def recompute(report: Report) -> None:
    """Set what `report` takes from below. The caller holds the lock of the report's row."""
    rebuild(Report.objects.filter(pk=report.pk))


def rebuild(reports: QuerySet[Report]) -> None:
    """Recompute all of `reports`, communes first and the country last: two statements for each level."""
    periods: set[int] = set()
    for level in UPWARDS:
        at_level = reports.filter(area__level=level).order_by()
        asked, parameters = at_level.values("pk").query.sql_with_params()
        if _write(_APPEAR, asked, parameters, which="above"):
            periods.update(at_level.values_list("period", flat=True).distinct())
        _write(_RENEW, asked, parameters)
    for period in Period.objects.filter(pk__in=periods):
        expect_communes(period)


@transaction.atomic
def refresh_line(report: Report) -> None:
    """Recompute `report` and every report that it goes into; all are locked before the first of them is read."""
    keys = _locked_line(report)
    while _write(_APPEAR, ", ".join(["%s"] * len(keys)), keys, which="report"):
        expect_communes(report.period)
    for key in keys:
        _write(_RENEW, "%s", [key])


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


def _locked_line(report: Report) -> list[int]:
    """Return the keys of `report` and of all that it goes into, locked in this order."""
    lock = "FOR NO KEY UPDATE OF report" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(_LINE.format(levels=len(UPWARDS), lock=lock), [report.pk])
        return [key for (key,) in cursor.fetchall()]


def _write(statement: str, asked: str, parameters: Sequence[Any], *, which: str = "") -> int:
    """Carry out a statement on the asked reports, none of which takes from another; return how many rows it wrote."""
    words = {
        "asked": asked,
        "approved": ", ".join(f"'{state}'" for state in sorted(APPROVED_STATES)),
        "sum": Indicator.Rollup.SUM,
        "commune": Area.Level.COMMUNE,
        "which": which,
    }
    sql = statement.format(below=_BELOW.format(**words), **words)
    times = sql.count("%s") // asked.count("%s")
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters] * times)
        return int(cursor.rowcount)
