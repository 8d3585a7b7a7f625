"""Bodies: the authorities of an old area end with it by law; enterprises, schools and the like go on in the new one."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from config.records import portions, update_where
from config.workflow import Refused
from units.models import Area, Body
from units.reorganising.carriers import Moved
from units.reorganising.questions import standing

if TYPE_CHECKING:
    from units.models import User
    from units.reorganising.plan import Heir, Plan

AUTHORITIES = frozenset(
    {
        Body.Kind.PEOPLES_COMMITTEE,
        Body.Kind.POLICE,
        Body.Kind.FRONT,
        Body.Kind.STEERING_COMMITTEE,
        Body.Kind.DEPARTMENT,
    }
)


def preview(plan: Plan) -> list[Moved]:
    """Return what becomes of each body."""
    return [
        Moved(plan.changes[one.area_id].old.label, heir.label if (heir := _goes_to(plan, one)) else _("ends"), str(one))
        for one in _bodies(plan)
    ]


def carry(plan: Plan, by: User) -> None:
    """End the authorities on the day, and put the other bodies into the area that surely holds them."""
    ended: list[int] = []
    moved: dict[str, list[int]] = defaultdict(list)
    for one in _bodies(plan):
        heir = _goes_to(plan, one)
        if heir is not None:
            moved[heir.code].append(one.pk)
        elif one.valid_from is None or one.valid_from < plan.day:
            ended.append(one.pk)
    update_where(Body, ended, by=by, reason=plan.reason, valid_to=plan.day)
    areas = dict(Area.objects.filter(code__in=list(moved)).values_list("code", "pk"))
    _demand_different_names(plan, {key: areas[code] for code, keys in moved.items() for key in keys})
    for code, keys in moved.items():
        update_where(Body, keys, by=by, reason=plan.reason, area_id=areas[code])


def _demand_different_names(plan: Plan, areas: dict[int, int]) -> None:
    """Raise Refused where two bodies of one area would have one name."""
    there = Body.objects.filter(area__in=set(areas.values())).exclude(pk__in=areas)
    taken = {(one.area_id, one.name, one.valid_from): one for one in there}
    for one in _bodies(plan):
        if one.pk in areas and (same := taken.setdefault((areas[one.pk], one.name, one.valid_from), one)) is not one:
            raise Refused(
                _(
                    "Two bodies would be called “%(name)s” in one area, that of %(one)s and that of %(other)s: rename one first."
                )
                % {"name": one.name, "one": same.area, "other": one.area}
            )


def _goes_to(plan: Plan, body: Body) -> Heir | None:
    """Return the area of a body that goes on: the one that the old area went into whole, else the one above its parts."""
    if body.kind in AUTHORITIES:
        return None
    change = plan.changes[body.area_id]
    return plan.heir_of(change.old) if change.is_whole or not change.old.parent else plan.heir_of(change.old.parent)


def _bodies(plan: Plan) -> list[Body]:
    rows = Body.objects.filter(standing(plan)).select_related("area")
    return [one for some in portions(plan.olds()) for one in rows.filter(area__in=some).order_by("area__code", "pk")]
