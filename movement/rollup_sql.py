"""The statements of the roll-up: they read and write whole reports at once, alike on both databases."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import connection

from movement.models import Indicator
from movement.models.reports import APPROVED_STATES

if TYPE_CHECKING:
    from collections.abc import Sequence

LEVELS = 4

# The report and all that it goes into, in the order in which they are locked: on the way up.
_LINE = """
    WITH RECURSIVE line (id, goes_to_id, period_id, height) AS (
        SELECT id, goes_to_id, period_id, 1 FROM movement_report WHERE id = %s
        UNION ALL
        SELECT above.id, above.goes_to_id, above.period_id, line.height + 1
        FROM line JOIN movement_report above ON above.area_id = line.goes_to_id AND above.period_id = line.period_id
        WHERE line.height < {levels}
    )
    SELECT report.id, report.area_id, area.level
    FROM line JOIN movement_report report ON report.id = line.id JOIN units_area area ON area.id = report.area_id
    ORDER BY line.height {lock}
"""
# What the approved reports one level below add up to, by the report that takes it; only sums are added.
_TAKEN = """
    SELECT above.id AS report_id, figure.indicator_id, figure.item, CAST(SUM(figure.total) AS bigint) AS below,
        CAST(SUM(figure.areas_counted) AS integer) AS counted,
        MAX(CASE WHEN figure.synthetic AND figure.total IS NOT NULL THEN 1 ELSE 0 END) AS synthetic
    FROM movement_report above
        JOIN movement_report report ON report.goes_to_id = above.area_id AND report.period_id = above.period_id
        JOIN movement_figure figure ON figure.report_id = report.id
        JOIN movement_indicator indicator ON indicator.id = figure.indicator_id
    WHERE above.id IN ({asked}) AND report.id IN ({below}) AND figure.report_id IN ({below})
        AND report.state IN ({approved}) AND indicator.rollup = '{sum}'
    GROUP BY above.id, figure.indicator_id, figure.item
"""
# Lines that an area below has and the report has not yet.
_APPEAR = """
    INSERT INTO movement_figure
        (report_id, indicator_id, item, version, printed_word, explanation, areas_counted, areas_expected, synthetic)
    SELECT taken.report_id, taken.indicator_id, taken.item, 1, '', '', 0, 0, false
    FROM {taken}
        LEFT JOIN movement_figure held ON held.report_id = taken.report_id
            AND held.indicator_id = taken.indicator_id AND held.item = taken.item
            AND held.report_id IN ({asked})
    WHERE held.id IS NULL
"""
# What figures of a report should hold and do not: what lies below, and the communes that are in the sum.
_DERIVED = """
    SELECT figure.id, taken.below, COALESCE(taken.counted, 0) AS counted,
        (report.synthetic OR COALESCE(taken.synthetic, 0) = 1) AS synthetic
    FROM movement_figure figure
        JOIN movement_report report ON report.id = figure.report_id
        LEFT JOIN {taken} ON taken.report_id = figure.report_id
            AND taken.indicator_id = figure.indicator_id AND taken.item = figure.item
    WHERE report.id IN ({asked}) AND figure.report_id IN ({asked}) AND (
        COALESCE(figure.below, -1) <> COALESCE(taken.below, -1) OR figure.areas_counted <> COALESCE(taken.counted, 0)
        OR figure.synthetic <> (report.synthetic OR COALESCE(taken.synthetic, 0) = 1)
    )
"""
# The same of a commune: it has nothing below, and counts itself where it knows its number.
_DERIVED_OF_COMMUNES = """
    SELECT figure.id, CAST(NULL AS bigint) AS below, CASE WHEN figure.own IS NULL THEN 0 ELSE 1 END AS counted,
        report.synthetic
    FROM movement_figure figure JOIN movement_report report ON report.id = figure.report_id
    WHERE report.id IN ({asked}) AND figure.report_id IN ({asked}) AND (
        figure.below IS NOT NULL OR figure.areas_counted <> CASE WHEN figure.own IS NULL THEN 0 ELSE 1 END
        OR figure.synthetic <> report.synthetic
    )
"""
_RENEW = """
    UPDATE movement_figure SET below = derived.below, areas_counted = derived.counted, synthetic = derived.synthetic
    FROM {derived} WHERE movement_figure.id = derived.id
"""


def locked_line(report: int) -> list[tuple[int, int, str]]:
    """Return key, area and level of the report of this key and of all that it goes into, locked in this order."""
    lock = "FOR NO KEY UPDATE OF report" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(_LINE.format(levels=LEVELS, lock=lock), [report])
        return list(cursor.fetchall())


def appear(asked: Sequence[int], below: Sequence[int]) -> int:
    """Give the reports of the keys `asked` the lines that those of `below` have; return how many lines that were."""
    return _write(_APPEAR, _written(asked), _written(below), taken=f"({_TAKEN}) taken")


def renew(asked: Sequence[int], below: Sequence[int], *, communes: bool) -> None:
    """Set the derived columns of the reports of the keys `asked` where they are not what they should be."""
    derived = _DERIVED_OF_COMMUNES if communes else _DERIVED
    _write(_RENEW, _written(asked), _written(below), derived=f"({derived}) derived", taken=f"({_TAKEN}) taken")


def renew_many(asked: Sequence[int], below: Sequence[int], *, communes: bool) -> int:
    """Do both for many reports: what is read is laid down before it is written, so that several processes read it."""
    appeared = 0
    keys = {"asked": _listed(asked), "below": _listed(below)}
    names = [_LISTED[connection.vendor].format(name) for name in keys]
    if communes:
        _write(f"CREATE TEMPORARY TABLE derived AS {_DERIVED_OF_COMMUNES}", *names, parameters=keys)
    else:
        _write(f"CREATE TEMPORARY TABLE taken AS {_TAKEN}", *names, parameters=keys)
        _write("ANALYZE taken")
        appeared = _write(_APPEAR, *names, parameters=keys, taken="taken")
        _write(f"CREATE TEMPORARY TABLE derived AS {_DERIVED}", *names, parameters=keys, taken="taken")
        _write("DROP TABLE taken")
    _write(_RENEW, derived="derived")
    _write("DROP TABLE derived")
    return appeared


# Of a few keys the database sees each in the statement, of many it knows how many they are.
_LISTED = {
    "postgresql": "SELECT unnest(%({0})s::bigint[])",
    "sqlite": "SELECT value FROM json_each(%({0})s)",
}


def _listed(keys: Sequence[int]) -> Any:
    return list(keys) if connection.vendor == "postgresql" else json.dumps(list(keys))


def _written(keys: Sequence[int]) -> str:
    return ", ".join(map(str, keys)) or "NULL"


def _write(
    statement: str,
    asked: str = "",
    below: str = "",
    *,
    taken: str = "",
    derived: str = "",
    parameters: dict[str, Any] | None = None,
) -> int:
    """Carry out a statement, with the statements that stand in it; return how many rows it wrote."""
    sql = statement.replace("{derived}", derived).replace("{taken}", taken)
    sql = sql.format(
        asked=asked,
        below=below,
        approved=", ".join(f"'{state}'" for state in sorted(APPROVED_STATES)),
        sum=Indicator.Rollup.SUM,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)
