"""Units move with their commune: a placement ends, the next begins; nothing is copied."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from config.records import create_all, portions, update_where
from units.models import Area, Placement, Unit, UnitKind
from units.reorganising.carriers import Moved
from units.reorganising.questions import UNIT, answers_of, standing

if TYPE_CHECKING:
    from units.models import User
    from units.reorganising.plan import Plan

AREAS_AT_ONCE = 250  # their units are held in memory together


def preview(plan: Plan) -> list[Moved]:
    """Return how many units of each kind go from each old commune to each new one."""
    chosen = answers_of(plan, UNIT)
    kinds = {kind.pk: kind.name for kind in UnitKind.objects.all()}
    counts: dict[tuple[int, str, int], int] = defaultdict(int)
    for some in portions(plan.olds(Area.Level.COMMUNE)):
        rows = Placement.objects.filter(standing(plan), area__in=some).order_by()
        whole = [key for key in some if plan.changes[key].is_whole]
        grouped = rows.filter(area__in=whole).values_list("area", "unit__kind").annotate(Count("pk"))
        for area, kind, number in grouped:
            counts[area, plan.changes[area].heirs[0].code, kind] += number
        doubtful = [key for key in some if not plan.changes[key].is_whole]
        for area, unit, kind in rows.filter(area__in=doubtful).values_list("area", "unit", "unit__kind"):
            counts[area, chosen.get(unit, ""), kind] += 1
    return [
        Moved(plan.changes[area].old.label, plan.labels.get(code) or code or _("to be decided"), kinds[kind], number)
        for (area, code, kind), number in sorted(
            counts.items(), key=lambda one: (plan.changes[one[0][0]].old.code, one)
        )
    ]


def carry(plan: Plan, by: User) -> None:
    """End what stands in old communes on the day of the change, and begin it in the new ones."""
    chosen = answers_of(plan, UNIT)
    for some in portions(plan.olds(Area.Level.COMMUNE), AREAS_AT_ONCE):
        _carry_some(plan, some, chosen, by)


def _carry_some(plan: Plan, olds: Any, chosen: dict[int, str], by: User) -> None:
    rows = list(
        Placement.objects.filter(standing(plan), area__in=olds)
        .order_by("pk")
        .values_list("pk", "unit", "area", "village", "valid_from", "valid_to", "unit__area")
    )
    if not rows:
        return

    def heir(unit: int, area: int) -> int:
        change = plan.changes[area]
        return plan.keys[change.heirs[0].code if change.is_whole else chosen[unit]]

    begun_before = [row for row in rows if row[4] is None or row[4] < plan.day]
    update_where(Placement, [row[0] for row in begun_before], by=by, reason=plan.reason, valid_to=plan.day)
    create_all(
        [
            Placement(unit_id=unit, area_id=heir(unit, area), village=village, valid_from=plan.day, valid_to=until)
            for _pk, unit, area, village, _since, until, _now in begun_before
        ],
        by=by,
        reason=plan.reason,
    )
    moved_whole: dict[int, list[int]] = defaultdict(list)
    for key, unit, area, _village, since, _until, _now in rows:
        if since is not None and since >= plan.day:
            moved_whole[heir(unit, area)].append(key)
    for new, keys in moved_whole.items():
        update_where(Placement, keys, by=by, reason=plan.reason, area_id=new)
    now_in: dict[int, list[int]] = defaultdict(list)
    for _key, unit, area, _village, _since, _until, present in rows:
        if present == area:
            now_in[heir(unit, area)].append(unit)
    for new, units in now_in.items():
        update_where(Unit, units, by=by, reason=plan.reason, area_id=new)


def left_behind(plan: Plan) -> list[Moved]:
    """Return the units that stand in areas of the same place that ended still earlier: those changes come first."""
    earlier = Q(area__valid_to__lt=plan.day) & plan.reorganisation.area.below_condition("area__")
    rows = (
        Placement.objects.filter(earlier, Q(valid_to__isnull=True) | Q(valid_to__gt=plan.day))
        .order_by("area__valid_to", "area__code")
        .values_list("area__kind", "area__name", "area__code", "area__valid_to")
        .annotate(Count("pk"))
    )
    return [
        Moved(f"{kind} {name} ({code})", f"{ended:%d/%m/%Y}", _("units"), number)
        for kind, name, code, ended, number in rows
    ]
