"""The statements of the roll-up: they read and write whole reports at once, alike on both databases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from config.bulk import among
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
    SELECT report.id, area.level
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
    WHERE {which}.id IN ({asked}) AND report.state IN ({approved}) AND indicator.rollup = '{sum}'
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
    WHERE report.id IN ({asked}) AND (
        COALESCE(figure.below, -1) <> COALESCE(taken.below, -1) OR figure.areas_counted <> COALESCE(taken.counted, 0)
        OR figure.synthetic <> (report.synthetic OR COALESCE(taken.synthetic, 0) = 1)
    )
"""
# The same of a commune: it has nothing below, and counts itself where it knows its number.
_DERIVED_OF_COMMUNES = """
    SELECT figure.id, CAST(NULL AS bigint) AS below, CASE WHEN figure.own IS NULL THEN 0 ELSE 1 END AS counted,
        report.synthetic
    FROM movement_figure figure JOIN movement_report report ON report.id = figure.report_id
    WHERE report.id IN ({asked}) AND (
        figure.below IS NOT NULL OR figure.areas_counted <> CASE WHEN figure.own IS NULL THEN 0 ELSE 1 END
        OR figure.synthetic <> report.synthetic
    )
"""
_RENEW = """
    UPDATE movement_figure SET below = derived.below, areas_counted = derived.counted, synthetic = derived.synthetic
    FROM {derived} WHERE movement_figure.id = derived.id
"""


@dataclass(frozen=True)
class Asked:
    """The reports that a statement is for, as a list of keys or a query of them; none of them takes from another."""

    sql: str
    parameters: tuple[Any, ...]

    @classmethod
    def keys(cls, keys: Sequence[int]) -> Asked:
        """Return the reports of `keys`."""
        return cls(", ".join(["%s"] * len(keys)), tuple(keys))

    @classmethod
    def many(cls, keys: Sequence[int]) -> Asked:
        """Return the same of so many keys that the database should know beforehand how many they are."""
        listed = among(keys)
        return cls(listed.sql, tuple(listed.params))


def locked_line(report: int) -> list[tuple[int, str]]:
    """Return key and level of the report of this key and of all that it goes into, locked in this order."""
    lock = "FOR NO KEY UPDATE OF report" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(_LINE.format(levels=LEVELS, lock=lock), [report])
        return list(cursor.fetchall())


def appear(asked: Asked, *, which: str = "above") -> int:
    """Give reports the lines that those below them have: the asked ones, or ("report") those that the asked ones go into.

    Return how many lines that were.
    """
    return _write(_APPEAR, asked, taken=f"({_TAKEN}) taken", which=which)


def renew(asked: Asked, *, communes: bool) -> None:
    """Set the derived columns of the asked reports where they are not what they should be."""
    derived = _DERIVED_OF_COMMUNES if communes else _DERIVED
    _write(_RENEW, asked, derived=f"({derived}) derived", taken=f"({_TAKEN}) taken")


def renew_many(asked: Asked, *, communes: bool) -> int:
    """Do both for many reports: what is read is laid down before it is written, so that several processes read it."""
    appeared = 0
    if communes:
        _write(f"CREATE TEMPORARY TABLE derived AS {_DERIVED_OF_COMMUNES}", asked)
    else:
        _write(f"CREATE TEMPORARY TABLE taken AS {_TAKEN}", asked)
        _write("ANALYZE taken", asked)
        appeared = _write(_APPEAR, asked, taken="taken")
        _write(f"CREATE TEMPORARY TABLE derived AS {_DERIVED}", asked, taken="taken")
        _write("DROP TABLE taken", asked)
    _write(_RENEW, asked, derived="derived")
    _write("DROP TABLE derived", asked)
    return appeared


def _write(statement: str, asked: Asked, *, which: str = "above", taken: str = "", derived: str = "") -> int:
    """Carry out a statement, with the statements that stand in it; return how many rows it wrote."""
    sql = statement.replace("{derived}", derived).replace("{taken}", taken)
    sql = sql.format(
        asked=asked.sql,
        which=which,
        approved=", ".join(f"'{state}'" for state in sorted(APPROVED_STATES)),
        sum=Indicator.Rollup.SUM,
    )
    times = sql.count("%s") // asked.sql.count("%s")
    with connection.cursor() as cursor:
        cursor.execute(sql, asked.parameters * times)
        return int(cursor.rowcount)
