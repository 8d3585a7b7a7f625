"""Recomputing what is derived or sealed, and naming what differs: roll-ups, editions and their chain, areas, placements.

Every check streams or goes in batches, so that memory stays the same for any number of figures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from movement.counting import register_counts
from movement.editions import canonical_line, chain
from movement.models import Edition, EditionFigure, Figure, Indicator, Period, Report
from movement.models.reports import APPROVED_STATES, OPEN_STATES
from units.models import Area, Placement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

REPORTS_AT_ONCE = 200
Key = tuple[int, int, str]  # area, indicator, item


@dataclass(frozen=True)
class Difference:
    """One thing that is stored and should be otherwise: where (area, indicator, item, column), and both values."""

    subject: str
    stored: object
    expected: object

    def __str__(self) -> str:
        said = {"subject": self.subject, "stored": _shown(self.stored), "expected": _shown(self.expected)}
        return _("%(subject)s: stored %(stored)s, expected %(expected)s") % said


@dataclass
class Findings:
    """What a verification found: what differs, what has changed since it was published, and how much was looked at."""

    differing: list[Difference] = field(default_factory=list)
    changed: list[Difference] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def expect(self, subject: str, stored: object, expected: object) -> None:
        """Note a difference unless `stored` is as expected."""
        if stored != expected:
            self.differing.append(Difference(subject, stored, expected))


def verify() -> Findings:
    """Check everything that is derived from something else."""
    found = Findings()
    check_areas(found)
    check_placements(found)
    for period in Period.objects.order_by("pk"):
        check_rollups(period, found)
    check_editions(found)
    return found


# ---------------------------------------------------------------- areas and placements


def check_areas(found: Findings) -> None:
    """Each area's ancestors are those of its parent, and itself at its own level."""
    codes: dict[int | None, str] = {None: ""}
    above: dict[int | None, tuple[int | None, int | None]] = {}
    rows = Area.objects.order_by().values_list("pk", "code", "level", "parent", "province", "district")
    for level in (Area.Level.COUNTRY, Area.Level.PROVINCE, Area.Level.DISTRICT, Area.Level.COMMUNE):
        for key, code, _level, parent, province, district in rows.filter(level=level):
            codes[key] = code
            found.counts["areas"] += 1
            over_province, over_district = above.get(parent, (None, None))
            expected = {
                "province": key if level == Area.Level.PROVINCE else over_province,
                "district": key if level == Area.Level.DISTRICT else over_district,
            }
            for name, stored in (("province", province), ("district", district)):
                found.expect(f"{code} {name}", codes.get(stored, stored), codes.get(expected[name], expected[name]))
            above[key] = (expected["province"], expected["district"])


def check_placements(found: Findings) -> None:
    """No unit stands in two places at once, and a unit's area is that of its last placement."""
    rows = Placement.objects.order_by("unit", Placement._meta.ordering[1], "pk").values_list(
        "unit", "unit__code", "unit__area__code", "area__code", "valid_from", "valid_to"
    )
    last: tuple[Any, ...] | None = None
    latest: tuple[int, date | None] | None = None  # the unit, and until when it stood so far
    for row in rows.iterator():
        unit, code, _unit_area, area, begins, ends = row
        found.counts["placements"] += 1
        if last is not None and last[0] != unit:
            found.expect(f"{last[1]} area", last[2], last[3])
        last = row
        if begins is not None and begins == ends:
            continue
        if latest is not None and latest[0] == unit and (latest[1] is None or begins is None or begins < latest[1]):
            found.differing.append(
                Difference(_("%(unit)s stands in two places at once, %(area)s from") % {"unit": code, "area": area}, begins, latest[1])
            )
        until = ends if latest is None or latest[0] != unit else _later(ends, latest[1])
        latest = (unit, until)
    if last is not None:
        found.expect(f"{last[1]} area", last[2], last[3])


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)


# ---------------------------------------------------------------- roll-ups


def check_rollups(period: Period, found: Findings) -> None:
    """What each figure of `period` takes from below is what the approved figures one level below add up to.

    Where this holds at every level, every total is exact. How many communes are counted is kept only for reports that
    have been sent.
    """
    owing = communes_owing(period)
    codes = dict(Indicator.objects.values_list("pk", "code"))
    reports = Report.objects.filter(period=period).order_by("pk").select_related("area").iterator(REPORTS_AT_ONCE)
    while batch := {report.pk: report for report in islice(reports, REPORTS_AT_ONCE)}:
        found.counts["reports"] += len(batch)
        sums = sums_below(period, [report.area_id for report in batch.values()])
        figures = Figure.objects.filter(report__in=batch).select_related("indicator")
        for figure in figures.order_by("report__area__code", "indicator__code", "item").iterator(5000):
            found.counts["figures"] += 1
            report = batch[figure.report_id]
            sums_of_one = sums.pop((report.area_id, figure.indicator_id, figure.item), NOTHING_BELOW)
            _check_figure(figure, report, sums_of_one, owing, found)
        area_codes = {report.area_id: report.area.code for report in batch.values()}
        for (area, indicator, item), (below, _counted, _synthetic) in sums.items():
            found.expect(_named(period, area_codes[area], codes[indicator], item, "below"), None, below)


def _check_figure(figure: Figure, report: Report, sums: SumBelow, owing: Counter[int], found: Findings) -> None:
    below, counted, synthetic = sums
    expected: dict[str, object] = {"below": below}
    if report.state not in OPEN_STATES:
        is_sum = figure.indicator.rollup == Indicator.Rollup.SUM
        is_commune = report.area.level == Area.Level.COMMUNE
        expected["areas_counted"] = int(figure.own is not None) if is_commune else counted
        expected["areas_expected"] = owing[report.area_id] if is_sum else 0
        expected["synthetic"] = report.synthetic or synthetic
    for column, value in expected.items():
        name = _named(report.period_id and figure_period(report), report.area.code, figure.indicator.code, figure.item, column)
        found.expect(name, getattr(figure, column), value)


def sums_below(period: Period, areas: Iterable[int]) -> dict[Key, SumBelow]:
    """Return what the approved reports one level below each of `areas` add up to, by area, indicator and item."""
    rows = (
        Figure.objects.filter(
            report__period=period,
            report__area__parent__in=areas,
            report__state__in=APPROVED_STATES,
            indicator__rollup=Indicator.Rollup.SUM,
        )
        .order_by()
        .values_list("report__area__parent", "indicator", "item")
        .annotate(Sum("total"), Sum("areas_counted"), Count("pk", filter=Q(synthetic=True, total__isnull=False)))
    )
    return {
        (area, indicator, item): (None if total is None else int(total), int(counted or 0), bool(synthetic))
        for area, indicator, item, total, counted, synthetic in rows
    }


def communes_owing(period: Period) -> Counter[int]:
    """Return how many communes at or below each area owe a report for `period`, by the area's key."""
    owing: Counter[int] = Counter()
    communes = Report.objects.filter(period=period, area__level=Area.Level.COMMUNE).select_related("area").order_by()
    for report in communes.iterator():
        owing.update(report.area.line)
        if period.area.level == Area.Level.COUNTRY:
            owing[period.area_id] += 1
    return owing


# ---------------------------------------------------------------- editions


def check_editions(found: Findings) -> None:
    """Each edition continues the chain, holds the rows of its file, and sealed what the figures said."""
    before: Edition | None = None
    latest = set(Edition.objects.order_by("period", "-number").distinct_latest()) if False else _latest_editions()
    for edition in Edition.objects.select_related("period", "area", "previous").order_by("pk").iterator(1):
        found.counts["editions"] += 1
        name = _edition_name(edition)
        found.expect(f"{name} previous", edition.previous_id, before.pk if before else None)
        digest = chain(edition.previous.digest if edition.previous else "", edition.canonical)
        found.expect(f"{name} digest", edition.digest, digest)
        _check_sealed(edition, found, is_latest=edition.pk in latest)
        before = edition
