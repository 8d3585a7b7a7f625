"""Recomputing what is derived or sealed, and naming what differs: areas, placements, roll-ups, entries, editions.

Every check streams or goes in batches, so that memory does not grow with the number of figures.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _

from movement.discrepancies import Findings
from movement.models import Figure, Indicator, Period, Report
from movement.models.reports import APPROVED_STATES, OPEN_STATES, State
from movement.verify_editions import check_editions
from movement.verify_tracks import check_tracks
from units.models import Area, Placement

if TYPE_CHECKING:
    from collections.abc import Iterable

REPORTS_AT_ONCE = 200
ROWS_AT_ONCE = 2000
NOTHING_BELOW = (None, 0, False)
SumBelow = tuple[int | None, int, bool]  # total, communes counted, whether a part of it is illustrative


def verify() -> Findings:
    """Check everything that is derived from something else or sealed."""
    found = Findings()
    check_areas(found)
    check_placements(found)
    for period in Period.objects.select_related("area").order_by("pk"):
        check_rollups(period, found)
    check_tracks(found)
    check_editions(found)
    return found


def check_areas(found: Findings) -> None:
    """Check that the ancestors of each area are those of its parent, and itself at its own level."""
    codes: dict[int | None, str | None] = {None: None, **dict(Area.objects.order_by().values_list("pk", "code"))}
    above: dict[int | None, dict[str, int | None]] = {None: {"province": None, "district": None}}
    areas = Area.objects.order_by("pk")
    for level in (Area.Level.COUNTRY, Area.Level.PROVINCE, Area.Level.DISTRICT, Area.Level.COMMUNE):
        for area in areas.filter(level=level).only("code", "parent", "province", "district").iterator():
            found.counts["areas"] += 1
            own = {level.value: area.pk} if level in {Area.Level.PROVINCE, Area.Level.DISTRICT} else {}
            above[area.pk] = {**above[area.parent_id], **own}
            for column, expected in above[area.pk].items():
                stored = getattr(area, f"{column}_id")
                found.expect([area.code, column], codes[stored], codes[expected])


def check_placements(found: Findings) -> None:
    """Check that no unit stands in two places at once, and that its area is that of its last placement."""
    rows = (
        Placement.objects.order_by("unit", F("valid_from").asc(nulls_first=True), "pk")
        .values_list("unit__code", "unit__area__code", "area__code", "valid_from", "valid_to")
        .iterator(ROWS_AT_ONCE)
    )
    for unit, placements in groupby(rows, key=itemgetter(0)):
        free_from: Any = ""  # the day from which the unit stands nowhere else; None: never again
        for _code, unit_area, area, begins, ends in placements:
            found.counts["placements"] += 1
            last = unit_area, area
            if begins is not None and begins == ends:
                continue
            if free_from is None or (free_from != "" and (begins is None or begins < free_from)):
                found.expect([unit, area, _("stands in two places at once, from")], begins, free_from)
            free_from = None if free_from is None or ends is None else ends if free_from == "" else max(ends, free_from)
        found.expect([unit, "area"], *last)


def check_rollups(period: Period, found: Findings) -> None:
    """Check that each figure takes from below what the approved totals one level below it add up to.

    Where this holds at every level, every total is exact. A report that is still open is brought up to date when it is
    sent, so of its derived columns only the sum is checked. What was carried into a new area stands as it was.
    """
    owing = communes_owing(period)
    codes = dict(Indicator.objects.values_list("pk", "code"))
    reports = (
        Report.objects.filter(period=period).select_related("area").order_by("area__code").iterator(REPORTS_AT_ONCE)
    )
    while batch := list(islice(reports, REPORTS_AT_ONCE)):
        found.counts["reports"] += len(batch)
        sums = sums_below(period, [report.area_id for report in batch])
        by_key = {report.pk: report for report in batch}
        figures = Figure.objects.filter(report__in=batch).select_related("indicator")
        for figure in figures.order_by("report__area__code", "indicator__code", "item").iterator(ROWS_AT_ONCE):
            found.counts["figures"] += 1
            report = by_key[figure.report_id]
            below = sums.pop((figure.indicator_id, figure.item, report.area_id), NOTHING_BELOW)
            for column, expected in derived(figure, report, below, owing).items():
                subject = [period.year, report.area.code, figure.indicator.code, figure.item, column]
                found.expect(subject, getattr(figure, column), expected)
        by_area = {report.area_id: report.area.code for report in batch}
        for (indicator, item, area), (total, _counted, _synthetic) in sums.items():
            found.expect([period.year, by_area[area], codes[indicator], item, "below"], None, total)


def derived(figure: Figure, report: Report, below: SumBelow, owing: Counter[int]) -> dict[str, object]:
    """Return what the derived columns of `figure` should hold."""
    total, counted, synthetic = below
    if report.state == State.CARRIED:
        return {}
    if report.state in OPEN_STATES:
        return {"below": total}
    return {
        "below": total,
        "areas_counted": int(figure.own is not None) if report.area.level == Area.Level.COMMUNE else counted,
        "areas_expected": owing[report.area_id] if figure.indicator.rollup == Indicator.Rollup.SUM else 0,
        "synthetic": report.synthetic or synthetic,
    }


def sums_below(period: Period, areas: Iterable[int]) -> dict[tuple[int, str, int], SumBelow]:
    """Return, by indicator, item and area, what the approved reports one level below each of `areas` add up to."""
    rows = (
        Figure.objects.filter(
            report__period=period,
            report__goes_to__in=areas,
            report__state__in=APPROVED_STATES,
            indicator__rollup=Indicator.Rollup.SUM,
        )
        .order_by()
        .values_list("indicator", "item", "report__goes_to")
        .annotate(
            sum=Sum("total"),
            counted=Sum("areas_counted"),
            illustrative=Count("pk", filter=Q(synthetic=True, total__isnull=False)),
        )
    )
    return {
        (indicator, item, area): (None if total is None else int(total), int(counted or 0), bool(synthetic))
        for indicator, item, area, total, counted, synthetic in rows
    }


def communes_owing(period: Period) -> Counter[int]:
    """Return how many communes owe a report that is that of each area or goes into it, by the key of the area."""
    owing: Counter[int] = Counter()
    reports = Report.objects.filter(period=period).exclude(state=State.CARRIED).order_by()
    rows = {area: (goes_to, level) for area, goes_to, level in reports.values_list("area", "goes_to", "area__level")}
    for area, (_goes_to, level) in rows.items():
        place: int | None = area if level == Area.Level.COMMUNE else None
        while place in rows:
            owing[place] += 1
            place = rows[place][0]
    return owing
