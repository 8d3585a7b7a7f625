"""The roll-up at the size of the country: ten yearly periods of every commune, district and province, thirty figures each."""

from __future__ import annotations

import datetime
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

LINES = 30
DAY = datetime.date(2024, 12, 14)


def rolling_lines(count: int) -> list[tuple[str, Callable[[], float], Callable[[], float], float]]:
    """Return the lines of the roll-up, on about `count` reports of communes: all totals anew, and one commune's way up."""
    from bench.run import rolled_back, seconds
    from movement import rollup
    from movement.models import Figure, Period, Report

    filled(max(1, round(count / 10_000)))
    periods = Period.objects.filter(area__level="country")
    everything = Report.objects.filter(period__in=periods)
    above = Figure.objects.filter(report__in=everything.exclude(area__level="commune"))

    def scan() -> float:
        rows = Figure.objects.order_by().values_list("report", "indicator", "own", "total")
        with rolled_back():  # or PostgreSQL would lay all of them down first
            return seconds(lambda: deque(rows.iterator(5000), maxlen=0))

    def anew() -> float:
        with rolled_back():
            above.update(below=None, areas_counted=0)
            return seconds(lambda: rollup.rebuild(everything))

    commune = everything.filter(area__level="commune").latest("pk")

    def save() -> float:
        with rolled_back():
            return seconds(lambda: Report.objects.filter(pk=commune.pk).update(state="approved"))

    def way_up() -> float:
        with rolled_back():
            Figure.objects.filter(report=commune).update(own=7)
            return seconds(lambda: rollup.refresh_line(commune))

    thousands = f"{everything.filter(area__level='commune').count() / 1000:.0f}.000"
    return [
        (f"{thousands} reports × {LINES}: all totals anew / one scan", scan, anew, 15),
        ("one commune's figures up to the country / one update", save, way_up, 40),
    ]


def filled(years: int) -> None:
    """Put `years` national periods on record, every commune approved with a number in each line."""
    from django.db import connection

    from config.bulk import insert_columns, reserve_keys
    from movement import rollup
    from movement.models import Figure, Indicator, IndicatorSection, Period, Report
    from units.models import Area

    country = Area.objects.get(level="country")
    section = IndicatorSection.objects.earliest("pk")
    lines = [
        Indicator(
            code=f"bench_{number}",
            section=section,
            name_vi=f"Dòng {number}",
            rollup="sum",
            source="declared",
            position=number,
        )
        for number in range(LINES)
    ]
    Indicator.objects.bulk_create(lines)
    areas = list(Area.objects.valid_on(DAY).values_list("pk", "level", "parent"))
    for year in range(2030, 2030 + years):
        days: dict[str, Any] = {"starts_on": datetime.date(year - 1, 12, 15), "ends_on": datetime.date(year, 12, 14)}
        period = Period.objects.create(area=country, kind="year", year=year, cutoff_on=days["ends_on"], **days)
        reports = list(reserve_keys(Report, len(areas)))
        insert_columns(
            Report,
            ["id", "area_id", "period_id", "goes_to_id", "state", "version"],
            [
                reports,
                [key for key, _level, _parent in areas],
                [period.pk] * len(areas),
                [parent for _key, _level, parent in areas],
                ["approved"] * len(areas),
                [1] * len(areas),
            ],
        )
        is_commune = [level == "commune" for _key, level, _parent in areas for _line in lines]
        insert_columns(
            Figure,
            ["report_id", "indicator_id", "own", "areas_counted", "version"],
            [
                [report for report in reports for _line in lines],
                [line.pk for _report in reports for line in lines],
                [number % 40 if one else None for number, one in enumerate(is_commune)],
                [int(one) for one in is_commune],
                [1] * len(is_commune),
            ],
        )
        rollup.expect_communes(period)
    rollup.rebuild(Report.objects.filter(period__area=country))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
