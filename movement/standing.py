"""Where the reports of a period stand: who has sent, who has not, and what they add up to so far."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from config.words import worded
from movement.models import Edition, EditionFigure, Figure, Indicator, Report, ReportStep
from movement.models.reports import APPROVED_STATES, SENT_STATES, State
from movement.narrative import UNITS
from movement.places import Place, place
from units.models import Area

if TYPE_CHECKING:
    import datetime

    from django.db.models import QuerySet

    from movement.models import Period
    from movement.models.reports import ReportQuerySet
    from units.models import User

SHOWN = tuple(state for state in State if state != State.CARRIED)  # what was carried on is owed by others
Counts = dict[tuple[int, str, str], int]  # area one level below, level, state


@dataclass(frozen=True)
class Share:
    """How many reports of how many have been sent, approved, or are overdue."""

    owed: int
    sent: int
    approved: int
    overdue: int


@dataclass(frozen=True)
class Comparison:
    """The total of one kind so far, and the last published one."""

    now: str
    before: str


@dataclass(frozen=True)
class Standing:
    """One area's report, and those of the communes at or below it."""

    place: Place
    url: str
    inside: str
    period: int
    state: str
    state_label: str
    overdue: bool
    due_on: datetime.date | None
    sent_at: datetime.datetime | None
    communes: Share
    totals: tuple[Comparison, ...]


@dataclass(frozen=True)
class Tally:
    """How many reports of one level are in each state."""

    level: str
    counts: tuple[int, ...]
    share: Share


@dataclass(frozen=True)
class Board:
    """The dashboard of one area and period."""

    period: Period
    area: Area
    place: Place
    above: Place | None
    kinds: tuple[str, ...]
    states: tuple[str, ...]
    tallies: tuple[Tally, ...]
    own: Standing | None
    below: tuple[Standing, ...]
    last_published: int | None


def board(period: Period, area: Area, *, user: User) -> Board:
    """Return the reports of `period` at and one level below `area`, as far as `user` reaches. Seven queries."""
    within = Report.objects.visible_to(user).filter(user.reach().condition("area__"), period=period)
    within = within.exclude(state=State.CARRIED)
    reports = list(
        within.filter(Q(area=area) | Q(goes_to=area))
        .select_related("area", "period")
        .order_by("area__sort_key", "area__code")
    )
    sent = ReportStep.objects.filter(report__in=[one.pk for one in reports], name="submit").order_by()
    sent_at = dict(sent.values_list("report").annotate(Max("at")))
    counts = counted(within, area)
    names = {one.code: one.name for one in Indicator.objects.filter(code__in=UNITS)}
    now = totals(Figure.objects.filter(report__in=[one.pk for one in reports]), "report__area")
    edition = (
        Edition.objects.covering(area)
        .filter(period__ends_on__lt=period.ends_on)
        .select_related("period")
        .defer("canonical")
        .first()
    )
    before = totals(EditionFigure.objects.filter(edition=edition, area__in=[one.area_id for one in reports]), "area")
    known = {code for row in (*now.values(), *before.values()) for code in row}
    codes = [code for code in UNITS if code in known]
    standings = {
        one.area_id: standing(
            one,
            sent_at=sent_at.get(one.pk) if one.state in SENT_STATES else None,
            communes=share(
                counts, period, area=None if one.area_id == area.pk else one.area_id, level=Area.Level.COMMUNE
            ),
            totals=tuple(
                Comparison(worded(now[one.area_id].get(code)), worded(before[one.area_id].get(code))) for code in codes
            ),
        )
        for one in reports
    }
    return Board(
        period=period,
        area=area,
        place=place(area),
        above=place(area.parent) if area.parent and user.reach().sees(area.parent) else None,
        kinds=tuple(names[code] for code in codes),
        states=tuple(str(state.label) for state in SHOWN),
        tallies=tallies(counts, period),
        own=standings.pop(area.pk, None),
        below=tuple(standings.values()),
        last_published=edition.period.year if edition else None,
    )


def counted(reports: ReportQuerySet, area: Area) -> Counts:
    """Return how many of `reports` lie at or below each area one level below `area`, by level and state."""
    ancestor = {Area.Level.COUNTRY: "area__province", Area.Level.PROVINCE: "area__district"}.get(
        Area.Level(area.level), "area"
    )
    rows = (
        reports.filter(area.below_condition("area__"))
        .order_by()
        .values_list(Coalesce(ancestor, "area"), "area__level", "state")
        .annotate(Count("pk"))
    )
    return {(key, level, state): number for key, level, state, number in rows}


def totals(figures: QuerySet[Any], area: str) -> defaultdict[int, dict[str, int | None]]:
    """Return the totals of the kinds of units in `figures`, by the area that the column `area` names."""
    found: defaultdict[int, dict[str, int | None]] = defaultdict(dict)
    rows = figures.filter(indicator__code__in=UNITS, item="", total__isnull=False).order_by()
    for key, code, total in rows.values_list(area, "indicator__code", "total"):
        found[key][code] = total
    return found


def standing(
    report: Report, *, sent_at: datetime.datetime | None, communes: Share, totals: tuple[Comparison, ...]
) -> Standing:
    """Return where `report` stands."""
    return Standing(
        place=place(report.area),
        url=reverse("admin:movement_report_change", args=[report.pk]),
        inside=report.area.code if report.area.level != Area.Level.COMMUNE else "",
        period=report.period_id,
        state=report.state,
        state_label=report.get_state_display(),
        overdue=report.is_overdue,
        due_on=report.due_on,
        sent_at=sent_at,
        communes=communes,
        totals=totals,
    )


def share(counts: Counts, period: Period, *, area: int | None = None, level: str) -> Share:
    """Return how far the reports of `level` are, below the area of the key `area` or below all."""
    chosen: Counter[str] = Counter()
    for (key, at, state), number in counts.items():
        if at == level and area in (None, key):
            chosen[state] += number
    owed = chosen.total()
    sent = sum(chosen[state] for state in SENT_STATES)
    return Share(
        owed=owed,
        sent=sent,
        approved=sum(chosen[state] for state in APPROVED_STATES),
        overdue=owed - sent if is_past_due(period, level) else 0,
    )


def tallies(counts: Counts, period: Period) -> tuple[Tally, ...]:
    """Return how many reports of each level are in each state, the highest level first."""
    found = []
    for level in Area.Level:
        numbers = tuple(
            sum(number for (_key, at, state), number in counts.items() if at == level and state == one) for one in SHOWN
        )
        if any(numbers):
            found.append(Tally(str(level.label), numbers, share(counts, period, level=level)))
    return tuple(found)


def is_past_due(period: Period, level: str) -> bool:
    """Say whether the day is over on which reports of `level` are due."""
    due = period.due_on(level)
    return due is not None and timezone.localdate() > due
