"""The lines of a report with what the register and the records give for them: as stored, or as sending would leave them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from movement.counting import register_counts_by_area, register_indicators
from movement.models import Figure, Indicator
from movement.tallies import record_counts_by_area, record_indicators
from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from movement.counting import Key
    from movement.models import Report


@dataclass(frozen=True)
class Counted:
    """What the register counts at or below the area of a report, and what the area's own records count, by line."""

    indicators: Mapping[int, Indicator]
    register: Mapping[Key, int | None]
    records: Mapping[Key, int | None]


def count(report: Report) -> Counted:
    """Return what the register and the records give for `report` now. As many queries whatever there is."""
    return count_all([report])[report.pk]


def count_all(reports: Sequence[Report]) -> dict[int, Counted]:
    """Return what the register and the records give for each of `reports`, all of one period, by the key of the report.

    As many queries for many as for one.
    """
    period, areas = reports[0].period, [report.area for report in reports]
    indicators = register_indicators(period)
    register = register_counts_by_area(areas, period, indicators)
    records = record_counts_by_area(areas, period, record_indicators(period))
    by_key = {one.pk: one for one in indicators}
    return {report.pk: Counted(by_key, register[report.area_id], records[report.area_id]) for report in reports}


def stored_lines(report: Report) -> list[Figure]:
    """Return the lines of `report` in form order. One query."""
    return all_stored_lines([report])[report.pk]


def all_stored_lines(reports: Sequence[Report]) -> dict[int, list[Figure]]:
    """Return the lines of each of `reports` in form order, by the key of the report. One query."""
    by_key = {report.pk: report for report in reports}
    lines: dict[int, list[Figure]] = {key: [] for key in by_key}
    figures = Figure.objects.filter(report__in=list(by_key)).select_related("indicator__section").in_form_order()
    for figure in figures:
        figure.report = by_key[figure.report_id]
        lines[figure.report_id].append(figure)
    return lines


def lines_when_sent(report: Report, counted: Counted) -> tuple[list[Figure], list[Figure]]:
    """Return the lines of `report` with what is counted filled in, and those of them that are not stored so. One query.

    Units stand in communes, so the sums of districts and provinces have no own part; clusters are counted at each level.
    Where no record is entered, what was typed stays.
    """
    lines = stored_lines(report)
    held = {(one.indicator_id, one.item) for one in lines}
    for (key, item), number in counted.register.items():
        indicator = counted.indicators[key]
        if (key, item) not in held and (number is not None or not adds_up(report, indicator)):
            lines.append(Figure(report=report, indicator=indicator, item=item))
    changed = []
    for figure in lines:
        own, day = when_sent(figure, counted)
        if (own, day) != (figure.own, figure.register_on) or figure.pk is None:
            figure.own, figure.register_on = own, day
            figure.total = None if own is None and figure.below is None else (own or 0) + (figure.below or 0)
            changed.append(figure)
    return lines, changed


def adds_up(report: Report, indicator: Indicator) -> bool:
    """Say whether the register's figure of the report is the sum of the areas below, with no part of its own."""
    return indicator.rollup == Indicator.Rollup.SUM and report.area.level != Area.Level.COMMUNE


def when_sent(figure: Figure, counted: Counted) -> tuple[int | None, date | None]:
    """Return the own part of a line as sending would store it, and the day on which it was counted, if it is."""
    key, cutoff = (figure.indicator_id, figure.item), figure.report.period.cutoff_on
    if figure.indicator_id in counted.indicators:
        if adds_up(figure.report, figure.indicator):
            return figure.own, figure.register_on
        return counted.register.get(key), cutoff
    if (number := counted.records.get(key)) is not None:
        return number, cutoff
    if key in counted.records and figure.register_on is not None:
        return None, None  # what was counted has been taken back
    return figure.own, figure.register_on
