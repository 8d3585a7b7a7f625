"""Open reports move with their areas: what was typed for a period that ends on the new map goes to who reports it then.

Periods that ended before the change keep their areas; published years are never touched.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from config.records import create_all, portions, update_all, update_where
from config.workflow import Refused
from movement import rollup
from movement.models import Figure, Period, Report
from movement.models.catalogue import REGISTER
from movement.models.periods import DAYS
from movement.models.reports import OPEN_STATES, State
from movement.reports import open_period
from units.models import Area
from units.reorganising.carriers import Moved

if TYPE_CHECKING:
    from units.models import User
    from units.reorganising.plan import Change, Heir, Plan

STAYING = (State.PUBLISHED, State.CARRIED)


def preview(plan: Plan) -> list[Moved]:
    """Return which open reports go where."""
    return [
        Moved(
            report.area.label, heir.label if (heir := taker(plan, report)) else _("to be decided"), str(report.period)
        )
        for report in moving(plan)
    ]


def carry(plan: Plan, by: User) -> None:
    """Open the reports of the new areas and give them what was typed for the old ones, which are then closed."""
    periods = {report.period_id for report in moving(plan)}
    list(Report.objects.filter(period__in=periods).locked().values_list("pk"))  # now nobody sends, approves or corrects
    by_period: dict[int, list[Report]] = defaultdict(list)
    for report in moving(plan):
        by_period[report.period_id].append(report)
    for reports in by_period.values():
        target = period_after(plan, reports[0].period, by)
        open_period(target, by=by)
        hand_over(plan, reports, target, by)
        update_where(Report, [one.pk for one in reports], by=by, reason=plan.reason, state=State.CARRIED)
        bring_up_to_date(target)


def after_undo(plan: Plan) -> None:
    """Compute anew what the reports of the periods of that time take from below."""
    for period in Period.objects.filter(ends_on__gte=plan.day):
        if Report.objects.filter(period=period).exclude(state__in=STAYING).exists():
            bring_up_to_date(period)


def moving(plan: Plan) -> list[Report]:
    """Return the unpublished reports of old areas for periods that end on the new map; whole periods stay if published."""
    closed = Report.objects.filter(state=State.PUBLISHED, period__ends_on__gte=plan.day).values("period")
    rows = (
        Report.objects.filter(period__ends_on__gte=plan.day)
        .exclude(state__in=STAYING)
        .exclude(period__in=closed)
        .select_related("area__parent", "area__district", "area__province", "period__area")
    )
    found = [one for some in portions(plan.olds()) for one in rows.filter(area__in=some)]
    return sorted(found, key=lambda one: (one.period_id, one.area.code))


def taker(plan: Plan, report: Report) -> Heir | None:
    """Return the area whose report takes what `report` holds: the one it went into whole, else the one above its parts."""
    change: Change = plan.changes[report.area_id]
    if change.is_whole or report.area.parent is None:
        return change.main
    return plan.heir_of(report.area.parent)


def period_after(plan: Plan, period: Period, by: User) -> Period:
    """Return the period in which the new areas report: the same, or that of the area which the period's own went into."""
    change = plan.changes.get(period.area_id)
    heir = plan.heir_of(period.area)
    if change is None or heir is None:
        return period
    same = {name: getattr(period, name) for name in ("kind", "year", "name")}
    area = Area.objects.get(code=heir.code).pk
    found = Period.objects.filter(area=area, **same).first()
    if found is None:
        found = Period(area_id=area, **same, **{name: getattr(period, name) for name in ("line", *DAYS)})
        create_all([found], by=by, reason=plan.reason)
        found.indicators.set(period.indicators.all())
    return found


def hand_over(plan: Plan, reports: list[Report], target: Period, by: User) -> None:
    """Add what was typed in `reports` to the figures of those who report for `target`. An unknown number adds nothing."""
    takers = {one.pk: taker(plan, one) for one in reports}
    codes = {heir.code for heir in takers.values() if heir}
    areas = dict(Area.objects.filter(code__in=codes).values_list("code", "pk"))
    new = {
        one.area_id: one
        for one in Report.objects.filter(period=target, area__in=areas.values()).select_related("area", "period")
    }
    typed = (
        Figure.objects.filter(report__in=[one.pk for one in reports], own__isnull=False, register_on__isnull=True)
        .exclude(indicator__counts__in=REGISTER)
        .order_by("report__area__code", "pk")
    )
    added: dict[tuple[int, int, str], int] = defaultdict(int)
    for figure in typed:
        heir = takers[figure.report_id]
        report = new.get(areas[heir.code]) if heir else None
        if report is None:
            raise Refused(
                _("“%(figure)s” has a number that no new area could take: clear it first.") % {"figure": figure}
            )
        if report.state not in OPEN_STATES:
            raise Refused(
                _("“%(report)s” has been sent on: recall it first, for it takes over numbers.") % {"report": report}
            )
        added[report.pk, figure.indicator_id, figure.item] += figure.own or 0
    figures = {
        (one.report_id, one.indicator_id, one.item): one
        for one in Figure.objects.filter(report__in=[one.pk for one in new.values()]).select_related("indicator")
    }
    missing = [
        Figure(report_id=report, indicator_id=indicator, item=item)
        for report, indicator, item in added.keys() - figures.keys()
    ]
    create_all(missing, by=by, reason=plan.reason)
    figures |= {(one.report_id, one.indicator_id, one.item): one for one in missing}
    changed = []
    for key, number in sorted(added.items()):
        figures[key].own = (figures[key].own or 0) + number
        changed.append(figures[key])
    update_all(changed, ["own"], by=by, reason=plan.reason)


def bring_up_to_date(period: Period) -> None:
    """Compute anew how many communes the sums of `period` wait for, and what they take from below."""
    rollup.expect_communes(period)
    above = Report.objects.filter(period=period).exclude(area__level=Area.Level.COMMUNE).exclude(state__in=STAYING)
    rollup.rebuild(above)
