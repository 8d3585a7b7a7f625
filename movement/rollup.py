"""Totals, recomputed from the level below: exact after every approval and correction, in any order.

Ancestors are locked bottom-up in one fixed order, so that two approvals never wait for each other in a ring.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Q, Sum

from movement.models import Figure, Indicator, Period, Report
from movement.models.reports import APPROVED_STATES, State
from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Iterable

Key = tuple[int, str]


@dataclass(frozen=True)
class Below:
    """What the approved reports below add to one figure."""

    below: int | None
    areas_counted: int
    synthetic: bool


def approved_below(report: Report) -> dict[Key, Below]:
    """Return, by indicator and item, what the approved reports one level below `report` add up to."""
    below = Report.objects.filter(period=report.period_id, goes_to=report.area_id, state__in=APPROVED_STATES)
    keys = list(below.order_by().values_list("pk", flat=True))
    rows = (
        Figure.objects.filter(report__in=keys, indicator__rollup=Indicator.Rollup.SUM)
        .order_by()
        .values_list("indicator", "item")
        .annotate(
            known=Count("total"),
            sum=Sum("total"),
            areas=Sum("areas_counted"),
            illustrative=Count("pk", filter=Q(synthetic=True, total__isnull=False)),
        )
    )
    return {
        (indicator, item): Below(int(total) if known else None, int(areas or 0), bool(synthetic))
        for indicator, item, known, total, areas, synthetic in rows
    }


def recompute(report: Report) -> None:
    """Set what `report` takes from below. The caller holds the lock of the report's row."""
    sums = approved_below(report)
    expected = expected_communes(report)
    figures = {(figure.indicator_id, figure.item): figure for figure in report.figures.select_related("indicator")}
    missing = [key for key in sums if key not in figures]
    if missing:
        Figure.objects.bulk_create(
            [Figure(report=report, indicator_id=indicator, item=item) for indicator, item in missing]
        )
        figures = {(figure.indicator_id, figure.item): figure for figure in report.figures.select_related("indicator")}
    changed = []
    for key, figure in figures.items():
        derived = derive(figure, sums.get(key), report=report, expected=expected)
        if derived != (figure.below, figure.areas_counted, figure.areas_expected, figure.synthetic):
            figure.below, figure.areas_counted, figure.areas_expected, figure.synthetic = derived
            changed.append(figure)
    Figure.objects.bulk_update(changed, ["below", "areas_counted", "areas_expected", "synthetic"], batch_size=200)


def derive(figure: Figure, sums: Below | None, *, report: Report, expected: int) -> tuple[int | None, int, int, bool]:
    """Return the derived columns of `figure`: below, communes counted, communes expected, illustrative."""
    is_sum = figure.indicator.rollup == Indicator.Rollup.SUM
    below = sums.below if sums and is_sum else None
    if report.area.level == Area.Level.COMMUNE:
        counted = 1 if figure.own is not None else 0
    else:
        counted = sums.areas_counted if sums and is_sum else 0
    return below, counted, expected if is_sum else 0, report.synthetic or bool(sums and is_sum and sums.synthetic)


def expected_communes(report: Report) -> int:
    """Return how many communes at or below the report's area owe a report for its period."""
    return (
        Report.objects.filter(
            report.area.below_condition("area__"), period=report.period_id, area__level=Area.Level.COMMUNE
        )
        .exclude(state=State.CARRIED)
        .count()
    )


def expect_communes(period: Period) -> None:
    """Set how many communes each sum of the period waits for, after reports were opened."""
    reports = list(Report.objects.filter(period=period).exclude(state=State.CARRIED).select_related("area"))
    expected: Counter[int] = Counter()
    for report in reports:
        if report.area.level == Area.Level.COMMUNE:
            expected.update(report.area.line)
    waiting: dict[int, list[int]] = defaultdict(list)
    for report in reports:
        waiting[expected[report.area_id]].append(report.pk)
    sums = list(Indicator.objects.filter(rollup=Indicator.Rollup.SUM).values_list("pk", flat=True))
    for number, keys in waiting.items():
        figures = Figure.objects.filter(report__in=keys, indicator__in=sums)
        figures.exclude(areas_expected=number).update(areas_expected=number)


@transaction.atomic
def refresh_line(report: Report) -> None:
    """Recompute `report` and every report above it in the same period, each locked before it is read."""
    keys = report.area.line
    above = Report.objects.filter(period=report.period_id, area__in=keys).select_related("area").order_by()
    by_area = {one.area_id: one for one in above}
    for key in keys:
        if (one := by_area.get(key)) is not None:
            Report.objects.select_for_update().get(pk=one.pk)
            recompute(one)


def rebuild(reports: Iterable[Report]) -> None:
    """Recompute all of `reports`, communes first and the province last."""
    order = {Area.Level.COMMUNE: 0, Area.Level.DISTRICT: 1, Area.Level.PROVINCE: 2, Area.Level.COUNTRY: 3}
    for report in sorted(reports, key=lambda one: order[Area.Level(one.area.level)]):
        recompute(report)
