"""Writing the register: a unit and its placements change together, under one lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from units.auth import may
from units.models import Area, Placement, Unit

if TYPE_CHECKING:
    import datetime

    from units.models import User


@transaction.atomic
def found(unit: Unit, *, village: str = "", since: datetime.date | None = None, by: User) -> Unit:
    """Store a new unit with its first placement in `unit.area`, and return it.

    The placement begins on `since`, else on the founding day; where the catalogue of areas begins later than that and
    knows no earlier area, with the area. Raises ValidationError by field, PermissionDenied outside the person's reach.
    """
    if not may(by, "add", Unit, unit):
        raise PermissionDenied(_("You may not enter units for %(area)s.") % {"area": unit.area})
    if not unit.code:
        unit.code = next_code(unit.area)
    unit.full_clean()
    begin = since or unit.established_on
    if begin and unit.area.valid_from and begin < unit.area.valid_from and not unit.area.origins.exists():
        begin = unit.area.valid_from
    placement = Placement(unit=unit, area=unit.area, village=village, valid_from=begin, valid_to=unit.dissolved_on)
    placement.full_clean(exclude=["unit"])
    unit.save()
    placement.unit = unit
    placement.save()
    return unit


@transaction.atomic
def revise(unit: Unit, *, by: User, village: str | None = None) -> Unit:
    """Store a changed unit; its placements follow the days on which it was established and dissolved, and a new `village`.

    Raises StaleRecord for an older version, ValidationError by field, PermissionDenied outside the person's reach.
    """
    if not may(by, "change", Unit, unit):
        raise PermissionDenied(_("You may not change units of %(area)s.") % {"area": unit.area})
    before = Unit.objects.select_for_update().get(pk=unit.pk)
    if before.kind_id != unit.kind_id:
        raise ValidationError({"kind": _("A unit keeps its kind for life: dissolve it and enter a new one.")})
    if before.area_id != unit.area_id:
        raise ValidationError({"area": _("A unit moves by a new placement, not by a change of its area.")})
    unit.full_clean()
    unit.save()
    placements = list(unit.placements.select_for_update().select_related("area"))
    if not placements:
        return unit
    for placement in placements:
        placement.unit = unit
        placement.checked_together = True
    first, last = placements[0], placements[-1]
    if before.established_on != unit.established_on and first.valid_from == before.established_on:
        first.valid_from = unit.established_on
        first.full_clean()
        first.save()
    if before.dissolved_on != unit.dissolved_on and last.valid_to in (None, before.dissolved_on):
        last.valid_to = unit.dissolved_on
        _ends_inside(last)
        last.full_clean()
        last.save()
    if village is not None and last.village != village:
        last.village = village
        last.full_clean()
        last.save()
    return unit


@transaction.atomic
def move(unit: Unit, *, to: Area, on: datetime.date, village: str = "", by: User) -> Placement:
    """End the open placement of `unit` on `on`, begin another in `to`, and return the new one."""
    locked = Unit.objects.select_for_update().get(pk=unit.pk)
    if not may(by, "change", Unit, locked):
        raise PermissionDenied(_("You may not change units of %(area)s.") % {"area": locked.area})
    opened = locked.placements.select_for_update().filter(valid_to__isnull=True).first()
    if opened is None:
        raise ValidationError(_("“%(unit)s” stands nowhere any more, so it cannot move.") % {"unit": unit})
    opened.valid_to = on
    _ends_inside(opened)
    opened.save()
    placement = Placement(unit=locked, area=to, village=village, valid_from=on)
    placement.full_clean()
    if not may(by, "add", Placement, placement):
        raise PermissionDenied(_("You may not enter units for %(area)s.") % {"area": to})
    placement.save()
    settle(locked)
    return placement


def settle(unit: Unit) -> None:
    """Make the unit's area that of its last placement, after the placements have changed."""
    last = unit.placements.select_related("area").last()
    if last is not None and last.area_id != unit.area_id:
        unit.area = last.area
        unit.save()


def next_code(area: Area) -> str:
    """Return the next free code of a unit first entered in `area`, such as C01897.0027. Locks the area meanwhile."""
    Area.objects.select_for_update().get(pk=area.pk)
    prefix = f"{area.code}."
    taken = Unit.objects.filter(code__gte=prefix, code__lt=f"{area.code}/").values_list("code", flat=True)
    numbers = [int(tail) for code in taken if (tail := code.removeprefix(prefix)).isdecimal() and len(tail) <= 6]
    return f"{prefix}{max(numbers, default=0) + 1:04d}"


def _ends_inside(placement: Placement) -> None:
    if placement.valid_to and placement.valid_from and placement.valid_to < placement.valid_from:
        raise ValidationError(
            _("“%(unit)s” stands in %(area)s only from %(day)s: the end cannot come before that.")
            % {"unit": placement.unit, "area": placement.area, "day": placement.valid_from.strftime("%d/%m/%Y")}
        )
