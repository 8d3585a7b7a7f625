"""The statements of the roll-up, alike on both databases: one approval waits for the reports above no longer than for these.

Each names the reports that it reads or writes by their keys, and joins them to nothing but their own rows, so that no plan
of the database, whatever it believes of its tables, looks through all of them again and again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from config.bulk import among

if TYPE_CHECKING:
    from collections.abc import Collection

# The report and all that it goes into, on the way up.
_LINE = """
    WITH RECURSIVE line (id, area_id, goes_to_id, period_id, height) AS (
        SELECT id, area_id, goes_to_id, period_id, 1 FROM movement_report WHERE id = %s
        UNION ALL
        SELECT above.id, above.area_id, above.goes_to_id, above.period_id, line.height + 1
        FROM line JOIN movement_report above ON above.area_id = line.goes_to_id AND above.period_id = line.period_id
    )
    SELECT report.id, report.period_id, report.area_id, report.goes_to_id, area.level, report.state, report.synthetic
    FROM line JOIN movement_report report ON report.id = line.id JOIN units_area area ON area.id = report.area_id
    ORDER BY line.height {lock}
"""
_ADDED_UP = """
    SELECT report.goes_to_id, figure.indicator_id, figure.item, SUM(figure.total), SUM(figure.areas_counted),
        MAX(CASE WHEN figure.synthetic AND figure.total IS NOT NULL THEN 1 ELSE 0 END)
    FROM movement_figure figure JOIN movement_report report ON report.id = figure.report_id
    WHERE figure.report_id IN ({reports})
    GROUP BY report.goes_to_id, figure.indicator_id, figure.item
"""
_COMMUNES = """
    UPDATE movement_figure
    SET below = NULL, areas_counted = {counted}, areas_expected = {expected}, synthetic = %s
    WHERE report_id IN ({reports})
        AND (below IS NOT NULL OR areas_counted <> {counted} OR areas_expected <> {expected} OR synthetic <> %s)
"""


def locked_line(report: int) -> list[tuple[Any, ...]]:
    """Return the report of this key and all that it goes into, locked in this order.

    Of each its key, period, area, where it goes, level, state, and whether it is illustrative.
    """
    lock = "FOR NO KEY UPDATE OF report" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(_LINE.format(lock=lock), [report])
        return [(*columns, bool(synthetic)) for *columns, synthetic in cursor.fetchall()]


def added_up(reports: Collection[int]) -> list[tuple[Any, ...]]:
    """Return what the figures of the reports of these keys come to where they go, whatever the indicator.

    Of each sum its area, indicator, item, total, communes counted, and whether a part of it is illustrative.
    """
    keys = among(reports)
    with connection.cursor() as cursor:
        cursor.execute(_ADDED_UP.format(reports=keys.sql), keys.params)
        return [
            (area, indicator, item, None if total is None else int(total), int(counted), bool(synthetic))
            for area, indicator, item, total, counted, synthetic in cursor.fetchall()
        ]


def renew_communes(reports: Collection[int], sums: Collection[int], *, synthetic: bool) -> None:
    """Let communes count themselves where they know their number, and wait for themselves; they take nothing from below."""
    keys = among(reports)
    counted = "CASE WHEN own IS NULL THEN 0 ELSE 1 END"
    waits = f"CASE WHEN indicator_id IN ({', '.join(map(str, sums)) or 'NULL'}) THEN 1 ELSE 0 END"
    with connection.cursor() as cursor:
        cursor.execute(
            _COMMUNES.format(counted=counted, expected=waits, reports=keys.sql), [synthetic, *keys.params, synthetic]
        )
