"""Opening a period like the one of last year, and renewing the form of an open one: shown before it is done."""

from __future__ import annotations

import calendar
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _

from config.admin import shown_value
from config.days import Days
from config.records import create_all
from movement import review, rollup
from movement.models import Figure, Indicator, Period, Report
from movement.models.periods import DAYS
from movement.models.reports import OPEN_STATES, State
from movement.reports import keep_form, open_period
from units.auth import may
from units.models import Area
from units.models.areas import predecessors_of
from units.models.succession import counterparts

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable

    from units.models import User

TELLING = ("section", "name_vi", "unit_vi", "rollup", "source", "counts", "unit_kind", "note_vi", "valid_to")


@dataclass(frozen=True)
class Ended:
    """An area that reported last year and owes nothing now: what stands in its place; nothing where it is only spared."""

    area: Area
    became: tuple[Area, ...]
    still_there: bool


@dataclass(frozen=True)
class Redefined:
    """A line that stays in the form but was changed in the catalogue since last year's was opened."""

    indicator: Indicator
    changes: tuple[tuple[str, str, str], ...]  # field, before, now


@dataclass(frozen=True)
class Opening:
    """What opening a period brings, compared with that of the year before."""

    levels: tuple[tuple[str, int], ...]
    reports: int
    new: tuple[Area, ...]
    ended: tuple[Ended, ...]
    lines: int
    added: tuple[Indicator, ...]
    dropped: tuple[Indicator, ...]
    redefined: tuple[Redefined, ...]


def a_year_on(day: datetime.date) -> datetime.date:
    """Return the same day of the next year; the last day of February stays the last day of February."""
    last = (day.month, day.day) == (2, calendar.monthrange(day.year, 2)[1])
    return day.replace(year=day.year + 1, day=calendar.monthrange(day.year + 1, 2)[1] if last else day.day)


def next_year_of(period: Period) -> Period:
    """Return the period of the next year as `period` would have it, not stored: every day a year on, the rest alike.

    Where the area has ended by its last day, it is opened by the one that it became, or that its main part became.
    """
    days: dict[str, Any] = {name: getattr(period, name) for name in DAYS}
    heirs = counterparts([period.area], Days.on(a_year_on(period.ends_on)))
    return Period(
        area=next(iter(heirs.get(period.area_id, ())), period.area),
        kind=period.kind,
        year=period.year + 1,
        line=period.line,
        **{name: a_year_on(day) if day else None for name, day in days.items()},
    )


def form_like(last: Period, period: Period) -> list[Indicator]:
    """Return the lines of the next year's form: a year asks all that is in force then, a review what it asked last time."""
    then = Indicator.objects.valid_on(period.ends_on).select_related("section")
    if period.kind != Period.Kind.YEAR:
        then = then.filter(pk__in=Indicator.objects.of_form(last).order_by().values("pk"))
    return list(then)


def preview(period: Period, last: Period) -> Opening:
    """Return what opening `period` would bring, against `last`. Its number of queries does not grow with the areas."""
    owing = review.owing(period, review.routes(period))
    had = Area.objects.filter(
        reports__in=Report.objects.filter(period__in=alike(last, period.area)).exclude(state=State.CARRIED)
    )
    before = {area.pk: area for area in had.select_related("district", "province").distinct()}
    keys = {area.pk for area in owing}
    gone = [area for area in before.values() if area.pk not in keys]
    became = counterparts(gone, Days.on(period.ends_on))
    levels = Counter(area.level for area in owing)
    form, old = form_like(last, period), {one.pk: one for one in Indicator.objects.of_form(last)}
    in_form = {one.pk for one in form}
    return Opening(
        levels=tuple((str(level.label), levels[level]) for level in Area.Level if levels[level]),
        reports=len(owing),
        new=in_order(area for area in owing if area.pk not in before),
        ended=tuple(Ended(one, tuple(became.get(one.pk, ())), one.pk not in became) for one in in_order(gone)),
        lines=len(form),
        added=tuple(one for one in form if one.pk not in old),
        dropped=tuple(one for one in old.values() if one.pk not in in_form),
        redefined=tuple(redefined([one for one in form if one.pk in old], last)),
    )


def in_order(areas: Iterable[Area]) -> tuple[Area, ...]:
    """Return `areas` in Vietnamese order."""
    return tuple(sorted(areas, key=lambda area: (area.sort_key, area.code)))


def alike(last: Period, area: Area) -> list[Period]:
    """Return the periods of the year of `last` at `area` and at what it was before, when areas were merged meanwhile."""
    areas = [area, last.area, *predecessors_of([area])[area.pk]]
    return list(Period.objects.filter(kind=last.kind, year=last.year, name=last.name, area__in=areas))


def redefined(lines: list[Indicator], last: Period) -> list[Redefined]:
    """Return which of `lines` were changed in the catalogue since the reports of `last` were opened. Two queries."""
    opened = Report.history.filter(period=last.pk, history_type="+").aggregate(at=Min("history_date"))["at"]
    if opened is None:
        return []
    rows = Indicator.history.filter(id__in=[one.pk for one in lines]).select_related("section", "unit_kind")
    then: dict[int, Any] = {}
    for line in rows.order_by("history_date", "history_id"):
        if line.history_date <= opened or line.id not in then:
            then[line.id] = line
    found = []
    for one in lines:
        row: Any = then.get(one.pk)
        fields: list[Any] = [Indicator._meta.get_field(name) for name in TELLING] if row else []
        changes = tuple(
            (str(field.verbose_name), shown_value(row, field.name), shown_value(one, field.name))
            for field in fields
            if getattr(row, field.attname) != getattr(one, field.attname)
        )
        if changes:
            found.append(Redefined(one, changes))
    return found


def demand(period: Period, *, by: User) -> None:
    """Raise PermissionDenied unless `by` may open `period`, saying for which area: it may have been merged meanwhile."""
    if not may(by, "add", Period, period):
        raise PermissionDenied(
            _("“%(period)s” is opened by %(area)s, and your posting does not reach so far.")
            % {"period": period, "area": period.area}
        )


@transaction.atomic
def open_like(last: Period, period: Period, *, by: User) -> list[Report]:
    """Store `period`, with the form like that of `last`, and open its reports; return these.

    Raises PermissionDenied, ValidationError by field.
    """
    demand(period, by=by)
    period.full_clean()
    lines = form_like(last, period)
    if not lines:
        raise ValidationError(_("No line of last year's form is in force then: open the period by its form."))
    create_all([period], by=by)
    keep_form(period, lines, by=by)
    return open_period(period, by=by)


# ---------------------------------------------------------------- renewing the form


@dataclass(frozen=True)
class Renewal:
    """What renewing the form of an open period can add, and where."""

    addable: tuple[Indicator, ...]
    ended: tuple[Indicator, ...]  # no longer in force on the last day: they stay in the form
    open: int
    lacking: int  # of these, how many lack lines of the form: they had been sent when it was renewed
    sent: int


def renewal(period: Period) -> Renewal:
    """Return which lines are in force on the last day of `period` and not in its form, and how many reports could take them."""
    form = {one.pk: one for one in Indicator.objects.of_form(period)}
    then = list(Indicator.objects.valid_on(period.ends_on).select_related("section"))
    keys = {one.pk for one in then}
    reports = period.reports.exclude(state=State.CARRIED)
    asked = [one.pk for one in form.values() if one.has_one_line]
    held = Count("figures", filter=Q(figures__indicator__in=asked, figures__item=""))
    lines = reports.filter(state__in=OPEN_STATES).order_by().annotate(held=held).values_list("held", flat=True)
    numbers = list(lines)
    return Renewal(
        addable=tuple(one for one in then if one.pk not in form),
        ended=tuple(one for one in form.values() if one.pk not in keys),
        open=len(numbers),
        lacking=sum(number < len(asked) for number in numbers),
        sent=reports.exclude(state__in=OPEN_STATES).count(),
    )


@transaction.atomic
def renew_form(period: Period, lines: Iterable[Indicator], *, by: User) -> int:
    """Add `lines` to the form of `period`, and to its reports that have not been sent; return to how many of these.

    Nothing is ever taken out, and a report that was sent keeps the form that it was sent with; one that comes back gets
    the lines when the form is renewed again. Raises PermissionDenied, ValidationError.
    """
    if not may(by, "change", Period, period):
        raise PermissionDenied(_("Your posting does not cover “%(record)s”.") % {"record": period})
    added = list(lines)
    if wrong := [one.name for one in added if not one.is_valid_on(period.ends_on)]:
        raise ValidationError(_("Not in force on the last day of the period: %(lines)s.") % {"lines": ", ".join(wrong)})
    keep_form(period, added, by=by)
    open_reports = period.reports.select_for_update(of=("self",)).filter(state__in=OPEN_STATES).order_by("pk")
    reports = list(open_reports)
    form = [one for one in Indicator.objects.of_form(period) if one.has_one_line]
    held = set(Figure.objects.filter(report__in=open_reports, item="").order_by().values_list("report", "indicator"))
    missing = [
        Figure(report=report, indicator=line, synthetic=report.synthetic)
        for report in reports
        for line in form
        if (report.pk, line.pk) not in held
    ]
    create_all(missing, by=by)
    rollup.expect_communes(period)
    return len({one.report_id for one in missing})
