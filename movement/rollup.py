"""Totals, recomputed from the level below: exact after every approval and correction, in any order.

They follow where reports go (`Report.goes_to`), from communes up to the country. What is to be written is locked first,
bottom-up in one fixed order, and only then is anything read: two approvals never wait for each other in a ring, and none
overlooks the other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.db.models import Case, When

from config.bulk import among, update_columns
from config.records import portions
from movement.models import Figure, Indicator, Period, Report
from movement.models.reports import State
from movement.rollup_sql import added_up, locked_line, renew_communes
from units.models import Area

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from movement.models.reports import ReportQuerySet

COLUMNS = ("pk", "period", "area", "goes_to", "area__level", "state", "synthetic")
DERIVED = ("below", "areas_counted", "areas_expected", "synthetic")

Key = tuple[int, int, str]  # area, indicator, item
Stored = tuple[Any, ...]  # key of the figure, indicator, item, and what is derived


class Place(NamedTuple):
    """A report on the way up: where it stands, where it goes, and what decides what its figures take."""

    pk: int
    period: int
    area: int
    goes_to: int | None
    level: str
    state: str
    synthetic: bool

    @property
    def is_commune(self) -> bool:
        """Say whether it has no level below."""
        return self.level == Area.Level.COMMUNE

    @property
    def is_owed(self) -> bool:
        """Say whether the area owes the report: what was carried into a new area is owed by that one, and stands as it was."""
        return self.state != State.CARRIED


class Taken(NamedTuple):
    """What the approved reports below add to one figure."""

    below: int | None
    areas_counted: int
    synthetic: bool


NOTHING = Taken(None, 0, synthetic=False)


@transaction.atomic
def refresh_line(report: Report) -> None:
    """Recompute `report` and every report that it goes into; all are locked before the first of them is read."""
    _renew([Place(*row) for row in locked_line(report.pk)])


def recompute(report: Report) -> None:
    """Set what `report` takes from below. The caller holds the lock of the report's row."""
    _renew(_places(Report.objects.filter(pk=report.pk).order_by()))


@transaction.atomic
def rebuild(reports: ReportQuerySet) -> None:
    """Recompute all of `reports`, communes first and the country last, each level of a period in a few statements."""
    by_period: dict[int, list[Place]] = defaultdict(list)
    for place in _places(reports.locked()):
        by_period[place.period].append(place)
    for period, places in by_period.items():
        _renew(places, communes_owing(_places(Report.objects.filter(period=period).order_by())))


@transaction.atomic
def expect_communes(period: Period) -> None:
    """Set how many communes each sum of the period waits for, after reports were opened or carried."""
    places = _places(Report.objects.filter(period=period).locked())
    owing = communes_owing(places)
    waiting: dict[int, list[int]] = defaultdict(list)
    for place in places:
        if place.is_owed:
            waiting[owing[place.area]].append(place.pk)
    sums = summed()
    for number, keys in waiting.items():
        expected = Case(When(indicator__in=sums, then=number), default=0)
        for some in portions(keys):
            figures = Figure.objects.filter(report__in=among(some))
            figures.exclude(areas_expected=expected).update(areas_expected=expected)


def communes_owing(places: Iterable[Place]) -> Counter[int]:
    """Return how many communes owe a report that is that of each area or goes into it, by the key of the area."""
    goes_to = {place.area: place.goes_to for place in places if place.is_owed}
    owing: Counter[int] = Counter()
    for place in places:
        area = place.area if place.is_commune else None
        while area in goes_to:
            owing[area] += 1
            area = goes_to[area]
    return owing


def summed() -> frozenset[int]:
    """Return the keys of the indicators that are added up."""
    return frozenset(Indicator.objects.filter(rollup=Indicator.Rollup.SUM).order_by().values_list("pk", flat=True))


def approved_below(places: Sequence[Place]) -> dict[int, list[int]]:
    """Return the keys of the approved reports that go into those of `places`, by the key of the area that takes them."""
    below: dict[int, list[int]] = {place.area: [] for place in places}
    reports = Report.objects.approved().filter(period=places[0].period, goes_to__in=among(below)).order_by()
    for area, key in reports.values_list("goes_to", "pk"):
        below[area].append(key)
    return below


def _renew(places: Sequence[Place], owing: Mapping[int, int] | None = None) -> None:
    """Set the derived columns of the figures of `places`, reports of one period in the order in which they go up."""
    sums = summed()
    owed = [place for place in places if place.is_owed]
    for synthetic in (False, True):
        for some in portions([place.pk for place in owed if place.is_commune and place.synthetic == synthetic]):
            renew_communes(some, sums, synthetic=synthetic)
    if above := [place for place in owed if not place.is_commune]:
        below, stored = approved_below(above), _stored(above)
        expected = _expected(above, stored, sums) if owing is None else owing
        for _level, group in groupby(above, key=attrgetter("level")):
            _renew_above(list(group), below, stored, sums, expected)


def _renew_above(
    places: Sequence[Place],
    below: Mapping[int, list[int]],
    stored: Mapping[int, list[Stored]],
    sums: Collection[int],
    expected: Mapping[int, int],
) -> None:
    """Let reports of one level take what the approved ones below come to, with the lines that they lack."""
    keys = [key for place in places for key in below[place.area]]
    taken = {(area, indicator, item): Taken(*one) for area, indicator, item, *one in added_up(keys)}
    by_area = {place.area: place for place in places}

    def derived(place: Place, indicator: int, sum_below: Taken) -> tuple[int | None, int, int, bool]:
        if indicator not in sums:
            return None, 0, 0, place.synthetic
        return sum_below.below, sum_below.areas_counted, expected[place.area], place.synthetic or sum_below.synthetic

    differing = []
    for place in places:
        for key, indicator, item, *columns in stored[place.pk]:
            right = derived(place, indicator, taken.pop((place.area, indicator, item), NOTHING))
            if right != tuple(columns):
                differing.append((key, *right))
    if differing:
        figures, *columns = zip(*differing, strict=True)
        update_columns(Figure, figures, DERIVED, columns)
    Figure.objects.bulk_create(
        Figure(
            report_id=by_area[area].pk,
            indicator_id=indicator,
            item=item,
            **dict(zip(DERIVED, derived(by_area[area], indicator, one), strict=True)),
        )
        for (area, indicator, item), one in taken.items()
        if indicator in sums
    )


def _stored(places: Sequence[Place]) -> dict[int, list[Stored]]:
    """Return the figures of the reports of `places`, by the key of the report."""
    stored: dict[int, list[Stored]] = {place.pk: [] for place in places}
    figures = Figure.objects.filter(report__in=among(stored)).order_by()
    for report, *row in figures.values_list("report", "pk", "indicator", "item", *DERIVED):
        stored[report].append(tuple(row))
    return stored


def _expected(places: Sequence[Place], stored: Mapping[int, list[Stored]], sums: Collection[int]) -> Mapping[int, int]:
    """Return how many communes the sums of each area wait for: what they say, which only new ones do not; else counted."""
    at = 3 + DERIVED.index("areas_expected")
    said = {place.area: max((row[at] for row in stored[place.pk] if row[1] in sums), default=0) for place in places}
    if all(said.values()):
        return said
    return communes_owing(_places(Report.objects.filter(period=places[0].period).order_by()))


def _places(reports: QuerySet[Report]) -> list[Place]:
    return [Place(*row) for row in reports.values_list(*COLUMNS)]
